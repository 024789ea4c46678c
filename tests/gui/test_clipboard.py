"""Pictures, ink and files are pasted and dropped; drawing, image and answer are copied."""

from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PyQt6.QtCore import QByteArray, QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLineEdit, QMessageBox

from core import networks
from core.drawing import Drawing, read_bundled_ink, read_ink, write_ink
from core.ink_text import ink_text, read_ink_text
from core.pictures import decode_picture
from core.preparation import prepare
from zmlp_gui import theme
from zmlp_gui.clipboard import answer_table
from zmlp_gui.drawings import SAMPLES
from zmlp_gui.ink.drawing_image import drawing_image
from zmlp_gui.session import Session
from zmlp_gui.settings import FleetingSettings
from zmlp_gui.window import Window

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
PATIENCE = 30_000


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))


@pytest.fixture
def window(shown):
    window = Window(Session(networks.find(networks.BEST_ON_DRAWINGS)), FleetingSettings())
    yield shown(window)
    window.close()
    board().clear()


def board():
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    return clipboard


def sample(label: int) -> Drawing:
    return next(each for each in read_bundled_ink(SAMPLES) if each.label == label)


def png_of(label: int) -> bytes:
    """A picture file of black ink on white."""
    image = drawing_image(sample(label), 300).convertToFormat(QImage.Format.Format_Grayscale8)
    data = image.constBits().asarray(image.bytesPerLine() * image.height())
    grey = np.frombuffer(data, np.uint8).reshape(image.height(), -1)[:, : image.width()]
    file = BytesIO()
    Image.fromarray(grey.copy()).save(file, "PNG")
    return file.getvalue()


def holding(kind: str, data: bytes) -> QMimeData:
    mime = QMimeData()
    mime.setData(kind, QByteArray(data))
    return mime


def of_text(text: str) -> QMimeData:
    mime = QMimeData()
    mime.setText(text)
    return mime


def of_files(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def press(window: Window, key: Key, modifier: Qt.KeyboardModifier = CTRL) -> None:
    QTest.keyClick(window.canvas, key, modifier)


def paste(window: Window, data: QMimeData) -> None:
    board().setMimeData(data)
    press(window, Key.Key_V)


def drop(window: Window, data: QMimeData) -> bool:
    """Drag something over the window and let go; whether the window would have it."""
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    left = Qt.MouseButton.LeftButton
    over = QDragEnterEvent(QPoint(100, 100), copy, data, left, none)
    over.ignore()
    QApplication.sendEvent(window, over)
    if over.isAccepted():
        QApplication.sendEvent(window, QDropEvent(QPointF(100.0, 100.0), copy, data, left, none))
    return over.isAccepted()


def wait_for(window: Window, qtbot, digit: int) -> None:
    def read() -> bool:
        return window.session.reading is not None and window.session.reading.best == digit

    qtbot.waitUntil(read, timeout=PATIENCE)


def wait_for_words(window: Window, qtbot, words: str) -> None:
    def said() -> bool:
        return words in window.statusBar().currentMessage()

    qtbot.waitUntil(said, timeout=PATIENCE)


def complaint(window: Window, qtbot) -> str:
    """The sentence of the one box that comes up."""

    def boxes() -> list[QMessageBox]:
        return [each for each in window.findChildren(QMessageBox) if each.isVisible()]

    qtbot.waitUntil(lambda: len(boxes()) == 1, timeout=PATIENCE)
    (box,) = boxes()
    sentence = box.text()
    box.accept()
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


# Pasting


def test_a_picture_is_pasted(window, qtbot):
    paste(window, holding("image/png", png_of(3)))
    wait_for(window, qtbot, 3)


def test_an_image_without_a_file_is_pasted(window, qtbot):
    mime = QMimeData()
    mime.setImageData(drawing_image(sample(5), 300))
    paste(window, mime)
    wait_for(window, qtbot, 5)


def test_ink_is_pasted_as_strokes(window, qtbot):
    paste(window, of_text(ink_text(sample(4))))
    wait_for(window, qtbot, 4)
    assert window.canvas.drawing().strokes
    assert window.canvas.drawing().picture is None


def test_a_copied_file_is_pasted(window, qtbot, tmp_path):
    write_ink(tmp_path / "two.jsonl", [sample(2)])
    paste(window, of_files(tmp_path / "two.jsonl"))
    wait_for(window, qtbot, 2)


def test_pasting_can_be_undone(window, qtbot):
    paste(window, of_text(ink_text(sample(4))))
    wait_for(window, qtbot, 4)
    press(window, Key.Key_Z)
    assert window.canvas.drawing().is_empty


@pytest.mark.parametrize("data", [b"", b"junk", b"\x89PNG\r\n\x1a\n cut off"])
def test_a_clipboard_that_lies_about_a_picture_gives_one_sentence(window, qtbot, data):
    before = window.canvas.drawing()
    paste(window, holding("image/png", data))
    assert "picture" in complaint(window, qtbot)
    assert window.canvas.drawing() is before


def test_text_that_only_looks_like_ink_gives_one_sentence(window, qtbot):
    paste(window, of_text('{"strokes": [[[1, "two"]]]}'))
    assert "Line 1" in complaint(window, qtbot)


@pytest.mark.parametrize("text", ["", "Dear Sir or Madam", "https://example.org/3.png"])
def test_what_is_no_picture_is_told_quietly(window, qtbot, text):
    paste(window, of_text(text))
    wait_for_words(window, qtbot, "no picture, ink or file")
    assert window.canvas.drawing().is_empty


def test_pasting_into_a_field_leaves_the_drawing_alone(window):
    field = next(each for each in window.findChildren(QLineEdit) if each.isVisible())
    board().setMimeData(of_text(ink_text(sample(4))))
    field.setFocus()
    QTest.keyClick(field, Key.Key_V, CTRL)
    assert window.session.background.finish(PATIENCE)
    assert window.canvas.drawing().is_empty


# Dropping


def test_a_picture_from_another_program_is_dropped(window, qtbot):
    assert drop(window, holding("image/png", png_of(7)))
    wait_for(window, qtbot, 7)


def test_of_forty_files_the_first_that_can_be_read_is_opened(window, qtbot, tmp_path):
    files = [tmp_path / f"{number}.txt" for number in range(39)]
    (tmp_path / "six.png").write_bytes(png_of(6))
    assert drop(window, of_files(*files[:20], tmp_path / "six.png", *files[20:]))
    wait_for_words(window, qtbot, "One at a time: of 40 files, six.png.")
    wait_for(window, qtbot, 6)


def test_what_nobody_can_read_is_not_taken(window):
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/three.png")])
    assert not drop(window, mime)
    assert not drop(window, of_text("seven"))


# Drawing and erasing on a picture


def drag(window: Window, *places: tuple[float, float]) -> None:
    """Move the pressed mouse over the canvas through points of the drawing."""
    canvas, left = window.canvas, Qt.MouseButton.LeftButton
    way = [canvas.to_widget(x, y).toPoint() for x, y in places]
    QTest.mousePress(canvas, left, pos=way[0])
    for begin, end in pairwise(way):
        for part in np.linspace(0.1, 1.0, 10):
            QTest.mouseMove(canvas, begin + (end - begin) * float(part))
    QTest.mouseRelease(canvas, left, pos=way[-1])


def photograph_of_a_1() -> bytes:
    """Dark ink on paper half of which lies in a shadow."""
    paper = np.full((400, 400), 215.0)
    paper[230:] *= 0.55
    paper[80:320, 192:208] = 35
    paper += np.random.default_rng(0).normal(0, 3, paper.shape)
    file = BytesIO()
    Image.fromarray(paper.clip(0, 255).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def test_a_photograph_is_drawn_upon(window, qtbot):
    paste(window, holding("image/png", photograph_of_a_1()))
    wait_for(window, qtbot, 1)
    drag(window, (200, 88), (80, 88), (80, 90))
    wait_for(window, qtbot, 7)
    press(window, Key.Key_Z)
    wait_for(window, qtbot, 1)


def test_the_ink_of_a_photograph_is_erased_and_leaves_bare_paper(window, qtbot):
    paste(window, holding("image/png", photograph_of_a_1()))
    wait_for(window, qtbot, 1)
    QTest.keyClick(window.canvas, Key.Key_E)
    drag(window, (200, 70), (200, 330))
    qtbot.waitUntil(lambda: window.session.reading is None, timeout=PATIENCE)
    press(window, Key.Key_Z)
    wait_for(window, qtbot, 1)


@pytest.mark.parametrize("choice", ["light", "dark"])
@pytest.mark.parametrize("grey", [30, 225])
def test_the_pen_stands_out_from_a_photograph_in_either_theme(window, qapp, pixels, choice, grey):
    theme.apply(qapp, choice)
    window.canvas.set_drawing(Drawing((100, 100), picture=np.full((100, 100), grey, np.uint8)))
    drag(window, (20, 50), (80, 50))
    at = window.canvas.to_widget(50, 50).toPoint()
    shown = pixels(window.canvas)[at.y(), at.x()].astype(int)
    assert abs(int(shown.mean()) - grey) > 120


# Copying


def test_the_drawing_is_copied_as_a_picture_and_as_ink(window, qtbot):
    window.canvas.set_drawing(sample(3))
    press(window, Key.Key_C)
    wait_for_words(window, qtbot, "The drawing is copied.")
    mime = board().mimeData()
    (again,) = read_ink_text(mime.text())
    np.testing.assert_array_equal(again.strokes[0].points, sample(3).strokes[0].points)
    image = QImage(mime.imageData())
    assert max(image.width(), image.height()) == 800


def test_what_was_copied_is_pasted_stroke_by_stroke(window, qtbot):
    window.canvas.set_drawing(sample(8))
    press(window, Key.Key_C)
    wait_for_words(window, qtbot, "The drawing is copied.")
    window.canvas.clear()
    press(window, Key.Key_V)
    qtbot.waitUntil(lambda: bool(window.canvas.drawing().strokes), timeout=PATIENCE)
    wait_for(window, qtbot, 8)


def test_the_copied_picture_of_a_photograph_is_read_as_it_was(tmp_path):
    for label in (2, 6):
        picture = decode_picture(png_of(label)).picture
        for grey in (picture, ~picture):
            drawing = Drawing((300, 300), sample(4).strokes[:1], picture=grey)
            drawing_image(drawing).save(str(tmp_path / "copy.png"))
            copied = decode_picture((tmp_path / "copy.png").read_bytes())
            first, second = prepare(drawing).astype(float), prepare(copied).astype(float)
            assert np.abs(first - second).sum() < 0.2 * first.sum()


def test_what_the_network_sees_is_copied_pixel_by_pixel(window, qtbot):
    window.canvas.set_drawing(sample(9))
    wait_for(window, qtbot, 9)
    press(window, Key.Key_C, CTRL | SHIFT)
    image = QImage(board().mimeData().imageData()).convertToFormat(QImage.Format.Format_Grayscale8)
    assert (image.width(), image.height()) == (280, 280)
    seen = window.session.reading.image
    for row, column in ((0, 0), (14, 14), (10, 12), (20, 15)):
        for offset in (0, 9):
            pixel = image.pixelColor(10 * column + offset, 10 * row + offset).red()
            assert pixel == seen[row, column]


def test_the_bars_are_copied_as_a_table(window, qtbot):
    window.canvas.set_drawing(sample(1))
    wait_for(window, qtbot, 1)
    press(window, Key.Key_B, CTRL | ALT)
    head, *rows = board().text().splitlines()
    assert head == "Class\tProbability"
    assert [row.split("\t")[0] for row in rows] == list("0123456789")
    assert sum(float(row.split("\t")[1]) for row in rows) == pytest.approx(1.0, abs=1e-4)
    assert board().text() == answer_table(window.session.reading)


@pytest.mark.parametrize(
    ("key", "modifier"), [(Key.Key_C, CTRL), (Key.Key_C, CTRL | SHIFT), (Key.Key_B, CTRL | ALT)]
)
def test_copying_nothing_keeps_the_clipboard(window, qtbot, key, modifier):
    board().setText("precious")
    press(window, key, modifier)
    wait_for_words(window, qtbot, "that could be copied")
    assert board().text() == "precious"


def test_ink_text_is_an_ink_file(tmp_path):
    path = tmp_path / "ink.jsonl"
    path.write_text(ink_text(sample(5)) + ink_text(sample(6)), "utf-8")
    assert [each.label for each in read_ink(path)] == [5, 6]
    assert [each.label for each in read_ink_text(path.read_text("utf-8"))] == [5, 6]
