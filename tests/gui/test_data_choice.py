"""Data of one's own in the window: opened, dropped, learned from, and named in the answer."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PyQt6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt6.QtGui import QDragEnterEvent, QDropEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QFileDialog, QLabel, QMessageBox

from core.drawing import Drawing, parse_line
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui.answer.answer_bars import MOST_BY_RANK, AnswerBars
from zmlp_gui.drawings import caption
from zmlp_gui.session import IDLE
from zmlp_gui.window import Window

PATIENCE = 30_000
SHAPES = ("bar", "the Eiffel Tower of Paris", "square")


@pytest.fixture
def shapes(tmp_path) -> Path:
    """Pictures of 8×8 pixels in three classes, easy to tell apart."""
    random = np.random.default_rng(0)
    for place in range(90):
        image = random.integers(0, 30, (8, 8)).astype(np.uint8)
        kind = place % 3
        image[
            [slice(3, 5), slice(0, 8), slice(2, 6)][kind], [slice(0, 8), 4, slice(2, 6)][kind]
        ] = 220
        path = tmp_path / "shapes" / SHAPES[kind] / f"{place}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(path)
    return tmp_path / "shapes"


def words(window: Window) -> str:
    return "\n".join(each.text() for each in window.panel.findChildren(QLabel))


def test_a_file_is_opened_by_its_key_and_its_shape_is_shown(window, qtbot, monkeypatch, tmp_path):
    path = tmp_path / "four.csv"
    path.write_text("\n".join(f"{place % 3},{place},0,1,2" for place in range(60)))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    QTest.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert window.panel.specs()[2] == str(path)
    qtbot.waitUntil(lambda: "4 – 256 – 3 ·" in words(window), timeout=PATIENCE)


def test_a_folder_that_is_dropped_is_learned_from(window, qtbot, shapes):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(shapes))])
    copy = Qt.DropAction.CopyAction
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(100, 100), copy, data, left, none)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(100, 100), copy, data, left, none))
    qtbot.waitUntil(lambda: "64 – 256 – 3 ·" in words(window), timeout=PATIENCE)
    assert "81 images in 3 classes" in window.statusBar().currentMessage()


def test_what_is_chosen_and_no_data_is_one_sentence_in_the_panel(
    window, qtbot, monkeypatch, tmp_path
):
    path = tmp_path / "broken.csv"
    path.write_text("0,1,2,3,4\n1,2,3\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    window.panel.file_wanted.emit()
    window.panel.start()
    sentence = f"{path}, line 2: this row has 3 cells"
    qtbot.waitUntil(lambda: sentence in words(window), timeout=PATIENCE)
    assert window.session.state == IDLE


def test_what_is_opened_and_no_data_changes_nothing(window, qtbot, tmp_path):
    path, before = tmp_path / "broken.npz", window.panel.specs()
    path.write_bytes(b"PK")
    window.open_file(path)
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)), timeout=PATIENCE)
    (box,) = window.findChildren(QMessageBox)
    assert f"{path} is no sound .npz file" in box.text()
    box.accept()
    assert window.panel.specs() == before


def test_a_network_of_named_shapes_learns_reads_and_shows_its_images(window, qtbot, shapes):
    window.session.set_pace("full")
    spec = TrainingSpec(epochs=40, batch_size=8, threads=1)
    with qtbot.waitSignal(window.session.run_finished, timeout=PATIENCE):
        window.session.train(NetworkSpec(hidden=(16,)), spec, str(shapes))
    assert set(window.session.shelf.current.model.class_names) == set(SHAPES)
    QTest.keyClick(window.canvas, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: window.canvas.drawing().picture is not None, timeout=PATIENCE)
    drawing = window.canvas.drawing()
    assert drawing.size == (8, 8)
    reading = window.session.reading
    assert reading.image.shape == (8, 8)
    assert reading.best == drawing.label
    assert caption(drawing, reading) == (f"This is a {reading.name}: read correctly", True)


def test_what_is_drawn_reaches_a_network_of_any_size(window, qtbot, shapes):
    window.session.set_pace("full")
    spec = TrainingSpec(epochs=40, batch_size=8, threads=1)
    with qtbot.waitSignal(window.session.run_finished, timeout=PATIENCE):
        window.session.train(NetworkSpec(hidden=(16,)), spec, str(shapes))
    line = {"size": [500, 500], "strokes": [[[20, 250], [480, 250]]], "widths": [100]}
    window.canvas.set_drawing(parse_line(json.dumps(line).encode()))
    window.session.read()
    assert window.session.reading.name == "bar"


def test_a_word_that_was_meant_is_told_like_a_label(window):
    line = json.dumps({"word": "3", "drawing": [[[0, 255], [0, 255]]]}).encode()
    drawing = parse_line(line)
    window.canvas.set_drawing(drawing)
    window.session.read()
    told, right = caption(drawing, window.session.reading)
    assert told.startswith("This is a 3: ")
    assert right == (window.session.reading.name == "3")
    assert caption(Drawing((1, 1), word="cat"), window.session.reading) == ("", None)


def test_of_very_many_classes_the_most_probable_are_shown_in_readable_type(shown, qtbot):
    bars = AnswerBars([f"class {place} of a hundred with a long name" for place in range(100)])
    bars.resize(260, 480)
    shown(bars)
    assert bars.bar(MOST_BY_RANK - 1).bottom() <= bars.height()
    assert bars.bar(MOST_BY_RANK).bottom() > bars.height()
