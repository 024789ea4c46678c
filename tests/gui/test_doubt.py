"""The window says when the network is not sure and when it sees no digit, and does so calmly."""

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtWidgets import QApplication

from core.composed_numbers import compose
from core.drawing import Drawing, Stroke, read_bundled_ink
from core.no_digits import letters
from core.numbers import NumberReading, ReadDigit
from core.reader import Reading
from zmlp_gui import theme
from zmlp_gui.answer.answer_bars import AnswerBars
from zmlp_gui.answer.answer_headline import HEIGHT, AnswerHeadline
from zmlp_gui.drawings import SAMPLES, caption
from zmlp_gui.network_view import DIGITS, PATIENCE, AnswerView
from zmlp_gui.number_line import NumberLine

WAIT = 10 * PATIENCE


def reading(image: int = 0, is_digit: bool = True, **shares: float) -> Reading:
    """An answer to one of many images: `reading(d3=0.6, d5=0.4)`."""
    values = np.zeros(10, np.float32)
    for name, share in shares.items():
        values[int(name[1:])] = share
    return Reading(np.full((28, 28), image, np.uint8), values, DIGITS, is_digit)


def sure(image: int = 0) -> Reading:
    return reading(image, d7=0.99, d1=0.01)


def unsure(image: int = 0) -> Reading:
    return reading(image, d3=0.6, d5=0.35, d8=0.05)


def refused(image: int = 0) -> Reading:
    return reading(image, is_digit=False, d4=0.98, d9=0.02)


def number(*readings: Reading) -> NumberReading:
    return NumberReading(tuple(ReadDigit(each, (0.0, 0.0, 1.0, 1.0)) for each in readings))


@pytest.fixture
def view(shown):
    view = AnswerView()
    view.resize(276, 633)
    return shown(view)


def said(view: AnswerView) -> str:
    return view.findChild(AnswerHeadline).text()


def colours(pixels, widget, colour) -> int:
    """How many pixels of a widget nearly have a colour."""
    image = pixels(widget).astype(int)
    return int((np.abs(image - colour.getRgb()[:3]).max(axis=2) < 12).sum())


class TestHeadline:
    def test_what_is_not_sure_is_named_with_what_else_it_may_be(self, view, qtbot) -> None:
        view.show_reading(unsure())
        qtbot.waitUntil(lambda: said(view) == "Not sure: 3 or 5", timeout=WAIT)
        assert view.findChild(AnswerHeadline).accessibleName() == said(view)

    def test_what_is_no_digit_is_named_with_what_it_looks_like(self, view, qtbot) -> None:
        view.show_reading(refused())
        qtbot.waitUntil(lambda: said(view) == "Not a digit: looks most like 4", timeout=WAIT)

    def test_with_nothing_else_to_name_it_is_perhaps_that(self, view, qtbot) -> None:
        view.show_reading(reading(d6=0.7, **{f"d{each}": 0.05 for each in (1, 2, 3, 4, 5, 8)}))
        qtbot.waitUntil(lambda: said(view) == "Not sure: perhaps 6", timeout=WAIT)

    def test_a_number_is_doubted_as_a_whole(self, view, qtbot) -> None:
        doubtful = number(sure(), unsure())
        view.show_reading(doubtful.digits[1].reading, doubtful, 1)
        qtbot.waitUntil(lambda: said(view) == "Not sure: 73, below: digit 2 of 2", timeout=WAIT)
        strange = number(sure(), refused(), unsure())
        view.show_reading(strange.digits[0].reading, strange, 0)
        assert said(view) == "Not all digits: 7?3, below: digit 1 of 3"

    def test_bars_of_a_sure_digit_in_a_doubtful_number_keep_their_colour(
        self, view, qtbot, pixels
    ) -> None:
        doubtful = number(sure(), unsure())
        view.show_reading(doubtful.digits[0].reading, doubtful, 0)
        qtbot.waitUntil(lambda: said(view).startswith("Not sure"), timeout=WAIT)
        bars = view.findChild(AnswerBars)
        assert colours(pixels, bars, theme.current().accent) > 100

    @pytest.mark.parametrize("look", ["light", "dark"])
    @pytest.mark.parametrize("make", [unsure, refused])
    def test_a_doubtful_answer_has_no_accent_and_keeps_its_place(
        self, qapp, view, qtbot, pixels, look, make
    ) -> None:
        theme.apply(qapp, look)
        view.show_reading(sure())
        headline, bars = view.findChild(AnswerHeadline), view.findChild(AnswerBars)
        before = headline.geometry(), bars.geometry()
        assert colours(pixels, view, theme.current().accent) > 100
        view.show_reading(make(1))
        qtbot.waitUntil(lambda: said(view).startswith("Not"), timeout=WAIT)
        assert colours(pixels, view, theme.current().accent) == 0
        assert colours(pixels, headline, theme.current().text) > 50
        assert (headline.geometry(), bars.geometry()) == before
        assert headline.height() == HEIGHT

    @pytest.mark.parametrize("width", [150, 200, 276, 500])
    @pytest.mark.parametrize("scale", [1.0, 2.5])
    def test_the_words_fit_where_the_figure_does(self, view, qtbot, pixels, width, scale) -> None:
        view.resize(round(width * scale), 633)
        view.set_scale(scale)
        view.show_reading(refused())
        qtbot.waitUntil(lambda: said(view).startswith("Not a digit"), timeout=WAIT)
        image = pixels(view.findChild(AnswerHeadline)).astype(int)
        edge = np.abs(image[:, -1] - theme.current().card.getRgb()[:3]).max()
        assert edge < 12


class TestCalm:
    def test_no_word_appears_while_the_ink_changes(self, view, qtbot) -> None:
        for image in range(25):
            view.show_reading(refused(image))
            qtbot.wait(PATIENCE // 10)
            assert said(view) == "4, 98 percent, then 9, then 0"
        qtbot.waitUntil(lambda: said(view).startswith("Not a digit"), timeout=WAIT)

    def test_a_word_goes_at_once(self, view, qtbot) -> None:
        view.show_reading(unsure())
        qtbot.waitUntil(lambda: said(view).startswith("Not sure"), timeout=WAIT)
        view.show_reading(sure(1))
        assert said(view) == "7, 99 percent, then 1, then 0"
        view.show_reading(None)
        assert said(view) == "Nothing drawn yet"
        qtbot.wait(2 * PATIENCE)
        assert said(view) == "Nothing drawn yet"

    def test_a_word_that_stands_does_not_flicker_while_the_ink_grows(self, view, qtbot) -> None:
        view.show_reading(refused())
        qtbot.waitUntil(lambda: said(view).startswith("Not a digit"), timeout=WAIT)
        for image in range(1, 5):
            view.show_reading(refused(image))
            assert said(view).startswith("Not a digit")

    def test_a_network_that_learns_is_called_unsure_though_it_reads_again_and_again(
        self, view, qtbot
    ) -> None:
        """Its answers to the same ink come faster than the patience ends."""
        for _ in range(30):
            view.show_reading(unsure())
            qtbot.wait(PATIENCE // 10)
        assert said(view).startswith("Not sure")


class TestNumberLine:
    def test_a_question_mark_stands_for_what_is_no_digit(self, shown) -> None:
        from PyQt6.QtWidgets import QWidget

        paper = shown(QWidget())
        paper.resize(430, 510)
        line = NumberLine(paper)
        line.show_digits([sure(), refused(), unsure()], 0)
        assert line.text() == "7 ? 3?"
        assert line.accessibleDescription().startswith("7 99 percent, not a digit, 3 60 percent")
        paper.close()


class TestWindow:
    def test_a_k_is_refused_and_a_seven_is_not(self, window, qtbot) -> None:
        window.canvas.set_drawing(next(letters("K", 1, 3)))
        window.session.read()
        qtbot.waitUntil(lambda: said(window.answer).startswith("Not a digit"), timeout=WAIT)
        window.canvas.set_drawing(replace(read_bundled_ink(SAMPLES)[7], label=None))
        window.session.read()
        assert said(window.answer).startswith("7, 100 percent")

    def test_a_number_of_real_digits_is_sure(self, window, qtbot) -> None:
        samples = {each.label: each for each in read_bundled_ink(SAMPLES)}
        digits = [samples[each] for each in (2, 0, 2, 6)]
        drawing = compose(digits, "normal", np.random.default_rng(1)).drawing
        window.canvas.set_drawing(drawing)
        window.session.read()
        qtbot.wait(2 * PATIENCE)
        assert said(window.answer).startswith("2026, ")

    def test_while_a_digit_is_drawn_nothing_is_doubted(self, window, qtbot) -> None:
        """Stroke by stroke at the speed of a hand, all ten digits of the samples."""
        from zmlp_gui.player import play

        for drawing in read_bundled_ink(SAMPLES)[:10]:
            window.canvas.clear()
            for _ in play(window.canvas, drawing):
                window.session.read()
                QApplication.processEvents()
                assert not said(window.answer).startswith("Not")

    def test_the_caption_tells_a_digit_that_was_refused(self) -> None:
        drawing = Drawing((10, 10), (Stroke(np.ones((1, 2), np.float32), 1.0),), label=4)
        assert caption(drawing, refused()) == ("This is a 4: taken for no digit", False)
        assert caption(drawing, reading(d4=0.9)) == ("This is a 4: read correctly", True)
