"""A person corrects an answer with a key or a click, and the network has learned it."""

import os
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QComboBox, QMessageBox, QPushButton, QToolButton

from core import networks
from core.datasets import available
from core.drawing import Drawing, read_bundled_ink, read_ink
from core.model_file import Model, TrainedOn, load
from core.network import Network
from core.numbers import NumberReader
from core.own_digits import own_path
from core.reader import Reader
from core.spec import NetworkSpec, TrainingSpec
from core.stress import Change, changed
from zmlp_gui import dialogs
from zmlp_gui.drawings import SAMPLES
from zmlp_gui.session import Session
from zmlp_gui.settings import FleetingSettings
from zmlp_gui.window import Window

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
PATIENCE = 30_000
NAME = "first-light, taught by you"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("ZMLP_DATA", raising=False)
    return tmp_path / "home" / "zmlp"


@pytest.fixture
def window(shown):
    window = Window(Session(networks.find("first-light")), FleetingSettings())
    window.resize(1366, 768)
    yield shown(window)
    window.close()


@pytest.fixture
def misread(window) -> Drawing:
    """A drawing that the network misreads: it is shown on the canvas."""
    drawing = sample(window, right=False, angle=35.0)
    window.canvas.set_drawing(drawing)
    return drawing


def sample(window: Window, right: bool, angle: float = 0.0) -> Drawing:
    """The first sample, turned by so many degrees, that is read right, or is not."""
    reader = NumberReader(Reader(window.session.shelf.current.model))
    for drawing in read_bundled_ink(SAMPLES):
        turned = changed(drawing, Change(angle=angle))
        number = reader.read(turned)
        if number and (number.text == str(drawing.label)) == right and len(number.digits) == 1:
            return turned
    pytest.fail("there is no such sample")


def press(window: Window, label: int | None) -> None:
    QTest.keyClick(window.canvas, getattr(Key, f"Key_{label}"))


def line(window: Window) -> str:
    return window.answer.lesson.text()


def learned(window: Window, qtbot, name: object) -> None:
    qtbot.waitUntil(lambda: line(window).startswith(f"Learned: {name}."), timeout=PATIENCE)


def data_box(window: Window) -> QComboBox:
    """The panel's list of data sets."""
    return next(
        each for each in window.panel.findChildren(QComboBox) if each.findData("mnist-5k") >= 0
    )


def undo_button(window: Window) -> QPushButton:
    return window.answer.lesson.findChild(QPushButton)


def test_one_key_corrects_an_answer(window, qtbot, misread):
    before = window.session.shelf.current
    assert window.session.reading.name != str(misread.label)
    press(window, misread.label)
    learned(window, qtbot, misread.label)
    assert window.session.reading.name == str(misread.label)
    assert window.session.shelf.current.model.name == NAME
    assert before.model.name == "first-light"
    assert before in window.session.shelf.held
    assert "Test digits 99.1\u00a0% → " in line(window)
    assert "your own 0\u00a0of\u00a01 → 1\u00a0of\u00a01" in line(window)


def test_a_digit_in_the_panel_is_not_for_the_drawing(window, qtbot, misread):
    box = data_box(window)
    box.setFocus()
    QTest.keyClick(box, getattr(Key, f"Key_{misread.label}"))
    QTest.qWait(50)
    assert line(window).startswith("Wrong?")
    assert not own_path().exists()


def test_the_key_works_after_a_click_in_the_toolbar(window, qtbot, misread):
    texts = [each.text() for each in window.tools.findChildren(QToolButton)]
    assert not any(text.startswith("That was") for text in texts)
    pen = next(each for each in window.tools.findChildren(QToolButton) if each.text() == "Pen")
    QTest.mouseClick(pen, LEFT)
    QTest.keyClick(QApplication.focusWidget(), getattr(Key, f"Key_{misread.label}"))
    learned(window, qtbot, misread.label)


def test_a_click_on_the_right_bar_corrects_it_too(window, qtbot, misread):
    bars = window.answer._bars
    place = bars.bar(misread.label).center().toPoint()
    assert bars.cursor().shape() == Qt.CursorShape.PointingHandCursor
    QTest.mouseClick(bars, LEFT, NONE, place)
    learned(window, qtbot, misread.label)
    assert [each.label for each in read_ink(own_path())] == [misread.label]


def test_a_press_that_slides_off_its_bar_teaches_nothing(window, misread):
    bars = window.answer._bars
    QTest.mousePress(bars, LEFT, NONE, bars.bar(3).center().toPoint())
    QTest.mouseRelease(bars, LEFT, NONE, bars.bar(5).center().toPoint())
    assert not own_path().exists()
    assert line(window).startswith("Wrong? Click the right bar")


def test_the_menu_offers_every_class(window, qtbot, misread):
    QTest.keyClick(window.canvas, Key.Key_F2)
    menu = window.teaching.menu
    assert menu.isVisible()
    names = [action.text() for action in menu.actions()]
    assert names[:10] == [f"That was: {label}\t{label}" for label in range(10)]
    QTest.mouseClick(menu, LEFT, NONE, menu.actionGeometry(menu.actions()[misread.label]).center())
    learned(window, qtbot, misread.label)


def test_the_menu_takes_the_keys_that_it_shows(window, qtbot, misread):
    QTest.keyClick(window.canvas, Key.Key_F2)
    menu = window.teaching.menu
    QTest.keyClick(menu, getattr(Key, f"Key_{misread.label}"))
    assert not menu.isVisible()
    learned(window, qtbot, misread.label)


def test_the_menu_shows_where_the_own_digits_are(window, qtbot, misread, monkeypatch, home):
    shown = []
    monkeypatch.setattr(dialogs, "show_in_desktop", shown.append)
    window.teaching.offer()
    action = window.teaching.menu.actions()[-1]
    assert not action.isEnabled()
    window.teaching.menu.close()
    press(window, misread.label)
    learned(window, qtbot, misread.label)
    window.teaching.offer()
    assert action.isEnabled()
    action.trigger()
    assert shown == [home]
    window.teaching.menu.close()


def test_a_network_of_other_classes_has_other_keys(window):
    names = tuple("abc")
    window.teaching.set_class_names(names)
    offered = [action.text() for action in window.teaching.menu.actions()][:3]
    assert offered == ["That was: a\t0", "That was: b\t1", "That was: c\t2"]
    chosen = []
    window.teaching.menu.chosen.connect(chosen.append)
    for key in (2, 3):
        press(window, key)
    assert chosen == [2]


def test_a_digit_in_a_menu_is_not_for_the_drawing(window, misread):
    window.data.offer()
    QTest.keyClick(window.data.menu, Key.Key_9)
    window.data.menu.close()
    assert line(window).startswith("Wrong?")
    assert not own_path().exists()


def test_the_drawing_joins_the_persons_own_set(window, qtbot, misread):
    press(window, misread.label)
    learned(window, qtbot, misread.label)
    (kept,) = read_ink(own_path())
    assert kept.label == misread.label
    drawn = window.canvas.drawing().strokes
    assert [each.points.shape for each in kept.strokes] == [each.points.shape for each in drawn]
    assert "own" in [each.name for each in available()]
    box = data_box(window)
    offered = [box.itemText(index) for index in range(box.count())]
    assert {"own", "mnist-5k+own"} <= set(offered)
    assert window.panel.specs()[2] == "mnist-5k"


@pytest.mark.parametrize("way", ["Ctrl+Z", "button", "action"])
def test_a_lesson_can_be_undone(window, qtbot, misread, way):
    answer = window.session.reading.probabilities
    press(window, misread.label)
    learned(window, qtbot, misread.label)
    strokes = window.canvas.drawing().strokes
    if way == "Ctrl+Z":
        QTest.keyClick(window.canvas, Key.Key_Z, CTRL)
    elif way == "action":
        QTest.keyClick(window.canvas, Key.Key_U, CTRL)
    else:
        QTest.mouseClick(undo_button(window), LEFT)
    qtbot.waitUntil(lambda: line(window).startswith("Taken back"), timeout=PATIENCE)
    assert window.session.shelf.current.model.name == "first-light"
    assert np.array_equal(window.session.reading.probabilities, answer)
    assert read_ink(own_path()) == []
    assert networks.taught_networks() == []
    assert window.canvas.drawing().strokes == strokes
    assert not undo_button(window).isVisible()
    assert not window.actions_["undo_lesson"].isEnabled()


def test_after_a_new_stroke_undo_takes_back_that(window, qtbot, misread):
    press(window, misread.label)
    learned(window, qtbot, misread.label)
    count = len(window.canvas.drawing().strokes)
    canvas = window.canvas
    QTest.mousePress(canvas, LEFT, pos=QPoint(40, 40))
    QTest.mouseMove(canvas, QPoint(60, 60))
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(60, 60))
    assert line(window).startswith("Wrong? Click the right bar")
    QTest.keyClick(canvas, Key.Key_Z, CTRL)
    assert len(canvas.drawing().strokes) == count
    assert len(read_ink(own_path())) == 1
    assert window.actions_["undo_lesson"].isEnabled()


def test_a_stroke_during_a_lesson_is_newer_than_the_lesson(window, qtbot, misread):
    press(window, misread.label)
    canvas, count = window.canvas, len(window.canvas.drawing().strokes)
    QTest.mousePress(canvas, LEFT, pos=QPoint(40, 40))
    QTest.mouseMove(canvas, QPoint(60, 60))
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(60, 60))
    learned(window, qtbot, misread.label)
    QTest.keyClick(canvas, Key.Key_Z, CTRL)
    assert len(canvas.drawing().strokes) == count
    assert len(read_ink(own_path())) == 1


def test_a_second_key_for_the_same_drawing_replaces_the_first(window, qtbot, misread):
    wrong = (misread.label + 1) % 10
    press(window, wrong)
    learned(window, qtbot, wrong)
    press(window, misread.label)
    learned(window, qtbot, misread.label)
    assert [each.label for each in read_ink(own_path())] == [misread.label]
    press(window, misread.label)
    assert [each.label for each in read_ink(own_path())] == [misread.label]


def test_keys_in_quick_succession_are_learned_one_after_the_other(window, qtbot, misread):
    other = sample(window, right=True)
    press(window, misread.label)
    window.canvas.set_drawing(other)
    press(window, other.label)
    qtbot.waitUntil(lambda: "of\u00a02 → 2" in line(window), timeout=PATIENCE)
    assert [each.label for each in read_ink(own_path())] == [misread.label, other.label]
    assert networks.taught_networks()[0][1] == NAME


def test_the_taught_network_is_offered_at_the_next_start(window, qtbot, misread, shown):
    press(window, misread.label)
    learned(window, qtbot, misread.label)
    taught = window.session.shelf.current
    again = Window(Session(networks.find("first-light")), FleetingSettings())
    shown(again)
    offers = {title: offer for offer, title in again.session.shelf.offers()}
    again.session.shelf.take(offers[NAME])
    qtbot.waitUntil(lambda: again.session.shelf.current.model.name == NAME, timeout=PATIENCE)
    found = again.session.shelf.current.model.network
    assert np.array_equal(found.values, taught.model.network.values)
    again.close()


def test_a_taught_network_that_read_last_reads_again(qtbot, shown):
    settings = FleetingSettings()
    first = Window(Session(networks.find("first-light")), settings)
    shown(first)
    first.canvas.set_drawing(read_bundled_ink(SAMPLES)[0])
    press(first, 1)
    learned(first, qtbot, 1)
    first.close()
    again = Window(Session(networks.find("first-light")), settings)
    shown(again)
    qtbot.waitUntil(lambda: again.session.shelf.current.model.name == NAME, timeout=PATIENCE)
    again.canvas.set_drawing(read_bundled_ink(SAMPLES)[1])
    press(again, 2)
    learned(again, qtbot, 2)
    assert again.session.shelf.current.model.trained_on.digits == 2
    assert len(networks.taught_networks()) == 1
    again.close()


def test_a_lesson_of_a_network_that_does_not_read_any_more_can_be_undone(window, qtbot, misread):
    press(window, misread.label)
    learned(window, qtbot, misread.label)
    other = next(each for each in window.session.shelf.held if each.model.name == "first-light")
    window.session.shelf.use(other)
    QTest.keyClick(window.canvas, Key.Key_U, CTRL)
    qtbot.waitUntil(lambda: line(window).startswith("Taken back"), timeout=PATIENCE)
    assert window.session.shelf.held == [other]
    assert not window.session.shelf.can_go_back


def test_the_bars_stay_where_they_are_whatever_is_said(window, qtbot, misread):
    bars = window.answer._bars
    before = bars.geometry()
    press(window, misread.label)
    learned(window, qtbot, misread.label)
    QTest.qWait(50)
    assert bars.geometry() == before


def test_of_several_digits_the_chosen_one_is_taught(window, qtbot):
    one, other = sample(window, right=True), sample(window, right=True)
    left, right = (
        tuple(
            type(stroke)(
                (stroke.points / max(each.size) * 40 + [at, 30]).astype(np.float32), stroke.width
            )
            for stroke in each.strokes
        )
        for each, at in ((one, 5), (other, 55))
    )
    window.canvas.set_drawing(Drawing((100.0, 100.0), left + right))
    assert len(window.session.number.digits) == 2
    window.session.choose_digit(0)
    press(window, one.label)
    learned(window, qtbot, one.label)
    (kept,) = read_ink(own_path())
    assert len(kept.strokes) == len(left)
    assert max(stroke.points[:, 0].max() for stroke in kept.strokes) < 250


def test_a_picture_is_taught_as_the_network_saw_it(window, qtbot):
    picture = np.full((300, 200), 230, np.uint8)
    picture[60:240, 90:110] = 20
    window.canvas.set_drawing(Drawing((200.0, 300.0), picture=picture))
    seen = window.session.reading.image
    press(window, 7)
    learned(window, qtbot, 7)
    (kept,) = read_ink(own_path())
    assert np.array_equal(kept.picture, seen)


def test_nothing_drawn_teaches_nothing(window):
    press(window, 4)
    assert window.statusBar().currentMessage().startswith("Draw something first")
    assert not own_path().exists()


def test_while_a_network_trains_nothing_is_taught(window, qtbot, misread):
    window.session.train(
        NetworkSpec((32,)), TrainingSpec(epochs=2000, batch_size=64, threads=1), "mnist-5k"
    )
    qtbot.waitUntil(lambda: window.session.state == "running", timeout=PATIENCE)
    assert line(window) == ""
    press(window, misread.label)
    assert window.statusBar().currentMessage().startswith("A network is learning from data")
    assert not own_path().exists()


def test_a_broken_set_is_one_clear_error_and_stays(window, qtbot, misread, home):
    home.mkdir(parents=True)
    own_path().write_bytes(b"broken\n")
    press(window, misread.label)
    qtbot.waitUntil(
        lambda: any(box.isVisible() for box in window.findChildren(QMessageBox)), timeout=PATIENCE
    )
    (box,) = window.findChildren(QMessageBox)
    assert "own.jsonl, line 1" in box.text()
    box.close()
    assert own_path().read_bytes() == b"broken\n"
    assert window.session.shelf.current.model.name == "first-light"
    assert line(window).startswith("Wrong? Click the right bar")


def test_a_full_disk_changes_nothing(window, qtbot, misread, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    press(window, misread.label)
    qtbot.waitUntil(
        lambda: any(box.isVisible() for box in window.findChildren(QMessageBox)), timeout=PATIENCE
    )
    monkeypatch.undo()
    assert window.session.shelf.current.model.name == "first-light"
    assert networks.taught_networks() == []


def test_classes_with_other_names_are_taught_by_their_place(shown, qtbot, home):
    """Keys count the bars from 0, and the set says the name."""
    names = tuple(f"class {number}" for number in range(10))
    window = Window(Session(some_network(names)), FleetingSettings())
    shown(window)
    assert window.teaching.menu.actions()[3].text() == "That was: class 3\t3"
    window.canvas.set_drawing(read_bundled_ink(SAMPLES)[0])
    press(window, 3)
    qtbot.waitUntil(
        lambda: any(box.isVisible() for box in window.findChildren(QMessageBox)), timeout=PATIENCE
    )
    (box,) = window.findChildren(QMessageBox)
    assert "must rehearse what it knows" in box.text()
    box.close()
    window.close()


def some_network(names: tuple[str, ...]) -> Model:
    network = Network(NetworkSpec((8,))).initialize(0)
    return Model(network, "some", names, trained_on=TrainedOn("nowhere"))


def test_a_committee_has_one_network_taught(shown, qtbot, home):
    window = Window(Session(networks.find("committee")), FleetingSettings())
    shown(window)
    window.canvas.set_drawing(read_bundled_ink(SAMPLES)[0])
    label = read_bundled_ink(SAMPLES)[0].label
    press(window, label)
    learned(window, qtbot, label)
    path, _ = networks.taught_networks()[0]
    assert load(path).taught_from == "committee"
    assert len(window.session.shelf.current.model.voices) == 1
    window.close()
