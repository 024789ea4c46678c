"""The line over the drawing: the digits of a number, and whose bars are shown."""

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QWidget

from core.composed_numbers import compose
from core.drawing import Drawing, Stroke, read_bundled_ink
from core.reader import Reading
from zmlp_gui import theme
from zmlp_gui.drawings import SAMPLES, caption
from zmlp_gui.number_line import NumberLine
from zmlp_gui.player import play
from zmlp_gui.window import Window

LEFT = Qt.MouseButton.LeftButton
NAMES = tuple("0123456789")


def reading(digit: int, sure: float = 0.99) -> Reading:
    values = np.full(10, (1 - sure) / 9, np.float32)
    values[digit] = sure
    return Reading(np.zeros((28, 28), np.uint8), values, NAMES)


@pytest.fixture
def line(shown):
    paper = shown(QWidget())
    paper.resize(430, 510)
    line = NumberLine(paper)
    line.show_digits([reading(2), reading(0), reading(2), reading(6, 0.5)], 3)
    yield line
    # Kept until now, or the line would have gone with it.
    paper.close()


def number(text: str) -> Drawing:
    """A number of sample digits, on paper of the canvas's shape."""
    samples = read_bundled_ink(SAMPLES)
    digits = [next(each for each in samples if each.label == int(digit)) for digit in text]
    drawing = compose(digits, "normal", np.random.default_rng(0)).drawing
    scale = 900 / max(drawing.size)
    lines = [Stroke(each.points * scale + [50, 300], 30.0) for each in drawing.strokes]
    return Drawing((1000.0, 1000.0), tuple(lines), label=int(text))


class TestLine:
    def test_the_digits_stand_from_left_to_right_tentative_ones_with_a_question_mark(self, line):
        assert line.text() == "2 0 2 6?"
        assert line.accessibleDescription() == (
            "2 99 percent, 0 99 percent, 2 99 percent, 6 50 percent; bars of digit 4"
        )

    @pytest.mark.parametrize("digits", [0, 1])
    def test_it_is_hidden_for_a_single_digit(self, line, digits):
        line.show_digits([reading(3)] * digits, 0)
        assert line.isHidden()
        line.show_digits([reading(3)] * 2, 0)
        assert not line.isHidden()

    def test_a_click_on_a_digit_chooses_it(self, line, qtbot):
        with qtbot.waitSignal(line.chosen) as chosen:
            QTest.mouseClick(line, LEFT, pos=line.cell(1).center().toPoint())
        assert chosen.args == [1]

    def test_arrow_keys_go_from_digit_to_digit(self, line, qtbot):
        line.setFocus()
        with qtbot.waitSignal(line.chosen) as chosen:
            QTest.keyClick(line, Qt.Key.Key_Left)
        assert chosen.args == [2]
        with qtbot.assertNotEmitted(line.chosen):
            QTest.keyClick(line, Qt.Key.Key_Right)

    def test_many_digits_keep_within_the_paper(self, line):
        line.show_digits([reading(8)] * 30, 0)
        assert line.geometry().right() < line.parentWidget().width()

    def test_it_grows_with_the_paper(self, line):
        before = line.height()
        line.parentWidget().resize(860, 1020)
        assert line.height() == 2 * before

    def test_the_chosen_digit_is_marked_in_the_colours_of_the_theme(self, line, pixels, qapp):
        for name, colours in (("light", theme.LIGHT), ("dark", theme.DARK)):
            theme.apply(qapp, name)
            seen = pixels(line)[-1]
            accent = np.array(colours.accent.getRgb()[:3])
            marked = np.flatnonzero((np.abs(seen.astype(int) - accent) < 6).all(axis=1))
            cell = line.cell(3)
            assert marked.size
            assert cell.left() < marked.min() <= marked.max() < cell.right()


class TestWindow:
    def draw(self, window: Window, text: str) -> None:
        for _ in play(window.canvas, number(text)):
            pass
        window.session.read()

    def test_2026_drawn_stroke_by_stroke_reads_2026(self, window):
        self.draw(window, "2026")
        assert window.number.isVisible()
        assert window.number.text().replace("?", "") == "2 0 2 6"
        assert window.answer._headline.text().startswith("2026, ")
        # The last one is what was drawn last.
        assert window.session.reading.name == "6"

    def test_the_bars_and_the_image_are_those_of_the_chosen_digit(self, window):
        self.draw(window, "2026")
        QTest.mouseClick(window.number, LEFT, pos=window.number.cell(1).center().toPoint())
        assert window.session.reading.name == "0"
        assert window.answer._headline.text().endswith("digit 2 of 4")
        # Reading again, as a training does, keeps the choice; another stroke ends it.
        window.session.read()
        assert window.session.place == 1
        window.canvas.undo()
        window.session.read()
        assert window.session.place == len(window.session.number.digits) - 1

    def test_the_drawing_does_not_move_when_the_line_appears(self, window):
        before = window.canvas.geometry()
        self.draw(window, "2026")
        assert window.canvas.geometry() == before

    def test_a_single_digit_is_shown_as_ever(self, window):
        self.draw(window, "4")
        assert window.number.isHidden()
        assert ", then " in window.answer._headline.text()

    def test_an_empty_sheet_has_no_line(self, window):
        self.draw(window, "20")
        window.canvas.clear()
        window.session.read()
        assert window.number.isHidden()
        assert window.session.number is None

    def test_a_number_with_a_label_is_told_right_or_wrong(self, window):
        self.draw(window, "2026")
        read = window.session.number, window.session.reading
        assert caption(number("2026"), read[1], read[0])[1] is True
        assert caption(number("2023"), read[1], read[0]) == ("This is a 2023: misread", False)
