"""The whole window, used with mouse and keys as a person does."""

import math
import re
from pathlib import Path
from time import monotonic

import numpy as np
import pytest
from PIL import Image
from PyQt6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QProgressBar,
    QScrollBar,
    QSplitter,
    QToolButton,
    QWidget,
)

from core import model_file, networks
from core.drawing import read_bundled_ink, read_ink, write_ink
from core.network import Network
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui import theme
from zmlp_gui.actions import menus
from zmlp_gui.canvas import Canvas
from zmlp_gui.drawings import SAMPLES
from zmlp_gui.session import Session
from zmlp_gui.shelf import Held
from zmlp_gui.window import Window

LEFT = Qt.MouseButton.LeftButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key
PATIENCE = 30_000
QUICK = TrainingSpec(epochs=1, batch_size=64, threads=1)
LONG = TrainingSpec(epochs=2000, batch_size=64, threads=1)
ENTRIES = [entry for _, entries in menus() for entry in entries]

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def learning(window, qtbot):
    """Starts a run at full speed by the panel's own button."""

    def start(spec: TrainingSpec = LONG):
        window.panel.set_specs(NetworkSpec(hidden=(32,)), spec, "mnist-5k")
        press(window, Key.Key_3, CTRL)
        # A short run may be over before anybody looks whether it runs.
        with qtbot.waitSignal(window.session.run_started, timeout=PATIENCE) as started:
            QTest.mouseClick(button(window, "Train"), LEFT)
        return started.args[0]

    return start


@pytest.fixture
def choose(monkeypatch):
    """Answers the file dialog with a path."""

    def answer(path: Path | None) -> None:
        chosen = "" if path is None else str(path)
        for name in ("getOpenFileName", "getSaveFileName"):
            monkeypatch.setattr(QFileDialog, name, lambda *_: (chosen, ""))
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: chosen)

    return answer


def press(window: Window, key: Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    QTest.keyClick(window.canvas, key, modifier or Qt.KeyboardModifier.NoModifier)


def button(window: Window, name: str) -> QAbstractButton:
    """The button of that accessible name that can be seen."""
    found = [
        each
        for each in window.findChildren(QAbstractButton)
        if each.accessibleName() == name and each.isVisible()
    ]
    assert len(found) == 1, name
    return found[0]


def network_button(window: Window) -> QToolButton:
    return next(
        each
        for each in window.findChildren(QToolButton)
        if each.accessibleName().startswith("Network: ")
    )


def said(window: Window, name: str) -> str:
    """What stands in the label of that accessible name."""
    return next(
        each.text() for each in window.findChildren(QLabel) if each.accessibleName() == name
    )


def answer(window: Window) -> str:
    """The answer as a screen reader finds it: `3, 99 percent, then 5, then 2`."""
    return next(
        each.text()
        for each in window.answer.findChildren(QLabel)
        if each.focusPolicy() == Qt.FocusPolicy.TabFocus
    )


def boxes(window: Window) -> list[QMessageBox]:
    return [each for each in window.findChildren(QMessageBox) if each.isVisible()]


def only_box(window: Window, qtbot) -> QMessageBox:
    qtbot.waitUntil(lambda: len(boxes(window)) == 1, timeout=PATIENCE)
    return boxes(window)[0]


def three(canvas: Canvas) -> list[QPoint]:
    """The way of a pen that writes a 3 in the middle of the canvas."""
    width, height = canvas.width(), canvas.height()
    way = []
    for middle, size, first, last in ((0.36, 0.14, -150, 90), (0.66, 0.16, -90, 150)):
        for angle in range(first, last, 12):
            x, y = math.cos(math.radians(angle)), math.sin(math.radians(angle))
            way.append(QPointF((0.5 + size * x) * width, (middle + size * y) * height).toPoint())
    return way


def draw(canvas: Canvas, way: list[QPoint], lift: bool = True) -> None:
    QTest.mousePress(canvas, LEFT, pos=way[0])
    for place in way[1:]:
        QTest.mouseMove(canvas, place)
    if lift:
        QTest.mouseRelease(canvas, LEFT, pos=way[-1])


def dot(canvas: Canvas, x: float, y: float) -> None:
    place = QPoint(int(x * canvas.width()), int(y * canvas.height()))
    draw(canvas, [place, place + QPoint(3, 3)])


# Drawing


def test_a_3_is_read_while_the_pen_is_still_down(window, qtbot):
    assert answer(window) == "Nothing drawn yet"
    draw(window.canvas, three(window.canvas), lift=False)
    qtbot.waitUntil(lambda: answer(window).startswith("3, "), timeout=PATIENCE)
    reading = window.session.reading
    assert reading.confidence > 0.9
    QTest.mouseRelease(window.canvas, LEFT, pos=three(window.canvas)[-1])


def test_undo_redo_and_clear_have_keys(window, qtbot):
    canvas = window.canvas
    undo, redo = window.actions_["undo"], window.actions_["redo"]
    assert not undo.isEnabled()
    dot(canvas, 0.4, 0.5)
    dot(canvas, 0.6, 0.5)
    assert undo.isEnabled()
    press(window, Key.Key_Z, CTRL)
    assert len(canvas.drawing().strokes) == 1
    press(window, Key.Key_Z, CTRL | SHIFT)
    assert len(canvas.drawing().strokes) == 2
    assert not redo.isEnabled()
    for key in (Key.Key_Delete, Key.Key_C):
        press(window, key)
        assert canvas.drawing().is_empty
        qtbot.waitUntil(lambda: answer(window) == "Nothing drawn yet", timeout=PATIENCE)
        press(window, Key.Key_Z, CTRL)
        assert len(canvas.drawing().strokes) == 2


def test_the_tools_buttons_do_what_they_say(window):
    canvas = window.canvas
    dot(canvas, 0.5, 0.5)
    QTest.mouseClick(button(window, "Undo"), LEFT)
    assert canvas.drawing().is_empty
    QTest.mouseClick(button(window, "Redo"), LEFT)
    assert not canvas.drawing().is_empty
    QTest.mouseClick(button(window, "Eraser"), LEFT)
    assert canvas.tool() == "eraser"
    QTest.mouseClick(button(window, "Pen"), LEFT)
    assert canvas.tool() == "pen"
    QTest.mouseClick(button(window, "Clear"), LEFT)
    assert canvas.drawing().is_empty


def test_keys_choose_the_tool_and_the_width_of_the_brush(window):
    canvas = window.canvas
    press(window, Key.Key_E)
    assert canvas.tool() == "eraser"
    press(window, Key.Key_P)
    assert canvas.tool() == "pen"
    before = canvas.brush()
    press(window, Key.Key_BracketRight)
    assert canvas.brush() > before
    press(window, Key.Key_BracketLeft)
    assert canvas.brush() == pytest.approx(before, abs=1)


def test_typing_into_a_field_never_reaches_the_drawing(window, qtbot):
    dot(window.canvas, 0.5, 0.5)
    line = window.panel.findChild(QLineEdit)
    line.setFocus()
    qtbot.keyClicks(line, "12")
    for key in (Key.Key_C, Key.Key_E, Key.Key_Delete, Key.Key_Backspace):
        QTest.keyClick(line, key)
    QTest.keyClick(line, Key.Key_Z, CTRL)
    assert len(window.canvas.drawing().strokes) == 1
    assert window.canvas.tool() == "pen"


def test_a_random_digit_shows_its_label_and_whether_the_answer_is_right(window, qtbot):
    untrained = Network(NetworkSpec()).initialize(0)
    for network, expected in ((None, "read correctly"), (untrained, "misread")):
        if network is not None:
            window.session.shelf.use(Held(model_file.Model(network, "untrained")))
        words = ""
        while expected not in words:
            before = window.canvas.drawing()
            press(window, Key.Key_R)
            qtbot.waitUntil(
                lambda before=before: window.canvas.drawing() is not before, timeout=PATIENCE
            )
            label = window.canvas.drawing().label
            qtbot.waitUntil(
                lambda label=label: f"This is a {label}" in described(window), timeout=PATIENCE
            )
            words = described(window)
            right = window.session.reading.best == label
            assert words == f"This is a {label}: " + ("read correctly" if right else "misread")


def described(window: Window) -> str:
    return window.canvas.accessibleDescription()


def test_the_caption_goes_when_the_digit_is_drawn_upon(window, qtbot):
    press(window, Key.Key_R)
    qtbot.waitUntil(lambda: "This is a" in described(window), timeout=PATIENCE)
    dot(window.canvas, 0.2, 0.2)
    qtbot.waitUntil(lambda: "This is a" not in described(window), timeout=PATIENCE)


# Training


def test_train_works_at_once_and_the_bars_move_while_it_learns(window, qtbot):
    """What stands in the panel at first, at the pace it has at first."""
    assert window.canvas.drawing().is_empty
    readings, progress, places = [], [], []
    window.session.reading_changed.connect(readings.append)
    window.session.progressed.connect(progress.append)
    window.session.run_changed.connect(lambda run: places.append(latest_epoch(window, "training")))
    QTest.mouseClick(button(window, "Train"), LEFT)
    qtbot.waitUntil(lambda: window.session.state == "running", timeout=PATIENCE)
    started = monotonic()
    qtbot.waitUntil(lambda: monotonic() - started > 3.0, timeout=PATIENCE)
    seconds = monotonic() - started

    # An empty canvas got a sample, so that there is something to watch.
    assert not window.canvas.drawing().is_empty
    assert len(readings) >= 10 * seconds
    assert len({each.probabilities.tobytes() for each in readings}) >= 10 * seconds
    # The curve grows within an epoch, not only at its end.
    grown = [place for place in places if place is not None]
    assert grown == sorted(grown)
    assert any(0.05 < place % 1.0 < 0.95 for place in grown)
    assert len(set(grown)) > 5
    # A watched run takes about ten seconds.
    assert 0.1 < progress[-1].minibatch / progress[-1].minibatches < 0.6
    where, speed = said(window, "Where the run is"), said(window, "Speed")
    assert re.fullmatch(r"epoch \d+ of 15 · [\d,]+ of 855 minibatches", where)
    assert re.fullmatch(r"[\d,]+ digits/s · 0:\d\d left", speed)
    assert network_button(window).text().startswith("learning: ReLU 256")
    press(window, Key.Key_F8)
    qtbot.waitUntil(lambda: window.session.state == "idle", timeout=PATIENCE)
    assert re.match(r"\d\d\.\d % of 1,000 test digits right", said(window, "Message"))


def latest_epoch(window: Window, curve: str) -> float | None:
    """Where a curve has come to, as a screen reader is told."""
    words = rf"{curve} [\d.]+\D+at epoch ([\d.]+)"
    found = re.search(words, window.curves.accessibleDescription())
    return float(found[1]) if found else None


def test_pause_step_and_stop_are_one_click_away(window, learning, qtbot):
    run = learning()
    QTest.mouseClick(button(window, "Pause"), LEFT)
    assert window.session.state == "paused"
    QTest.mouseClick(button(window, "Resume"), LEFT)
    assert window.session.state == "running"
    QTest.mouseClick(button(window, "Step"), LEFT)
    assert window.session.state == "paused"
    for _ in range(2):
        with qtbot.waitSignal(window.session.progressed, timeout=PATIENCE):
            pass
    held = run.pulled.training.step
    QTest.mouseClick(button(window, "Step"), LEFT)
    qtbot.waitUntil(lambda: run.pulled.training.step == held + 1, timeout=PATIENCE)
    QTest.mouseClick(button(window, "Stop"), LEFT)
    qtbot.waitUntil(lambda: window.session.state == "idle", timeout=PATIENCE)
    assert button(window, "Train").isEnabled()
    assert not button(window, "Stop").isEnabled()


def test_training_has_keys(window, learning, qtbot):
    window.panel.set_specs(NetworkSpec(hidden=(8,)), LONG, "mnist-5k")
    press(window, Key.Key_F5)
    qtbot.waitUntil(lambda: window.session.state == "running", timeout=PATIENCE)
    press(window, Key.Key_F6)
    assert window.session.state == "paused"
    press(window, Key.Key_F6)
    assert window.session.state == "running"
    press(window, Key.Key_F7)
    assert window.session.state == "paused"
    press(window, Key.Key_F8)
    qtbot.waitUntil(lambda: window.session.state == "idle", timeout=PATIENCE)


def test_what_is_impossible_now_cannot_be_clicked(window, learning, qtbot):
    actions = window.actions_
    assert not actions["stop"].isEnabled()
    assert not actions["pause"].isEnabled()
    assert not actions["back"].isEnabled()
    learning()
    assert not actions["train"].isEnabled()
    assert not actions["continue"].isEnabled()
    assert actions["stop"].isEnabled()
    assert actions["back"].isEnabled()


def test_the_learning_rate_can_be_changed_while_it_learns(window, learning, qtbot):
    run = learning()
    line = next(
        each
        for each in window.panel.findChildren(QLineEdit)
        if each.accessibleName() == "Learning rate"
    )
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "0.002")
    QTest.keyClick(line, Key.Key_Return)
    qtbot.waitUntil(lambda: bool(run.pulled.training.changes), timeout=PATIENCE)
    assert run.pulled.training.changes[0][1] == 0.002


def test_one_click_goes_back_to_the_network_before(window, learning, qtbot):
    learning()
    chooser = network_button(window)
    assert "learning" in chooser.text()
    names = [each.text() for each in chooser.menu().actions() if each.isCheckable()]
    assert len(names) == 1 + len(networks.BUNDLED)
    back = next(each for each in chooser.menu().actions() if each.objectName() == "back")
    back.trigger()
    assert chooser.text() == window.session.shelf.current.model.name == networks.BEST_ON_DRAWINGS
    chosen = next(each for each in chooser.menu().actions() if "ReLU" in each.text())
    chosen.trigger()
    assert "ReLU" in chooser.text()


def test_the_panel_says_what_came_of_a_run_and_of_one_that_could_not_start(
    window, learning, qtbot, tmp_path
):
    window.panel.set_specs(NetworkSpec(hidden=(8,)), QUICK, str(tmp_path))
    QTest.mouseClick(button(window, "Train"), LEFT)
    qtbot.waitUntil(lambda: "train-images" in said(window, "Message"), timeout=PATIENCE)
    assert button(window, "Train").isEnabled()
    learning(QUICK)
    qtbot.waitUntil(lambda: "test digits right" in said(window, "Message"), timeout=PATIENCE)


def test_a_folder_of_data_can_be_chosen(window, qtbot, choose, tmp_path):
    choose(tmp_path)
    window.panel.folder_wanted.emit()
    assert window.panel.specs()[2] == str(tmp_path)


def test_the_status_bar_tells_what_is_learned_from(window, learning):
    learning()
    bar = window.statusBar()
    words = " ".join(each.text() for each in bar.findChildren(QLabel))
    assert "3,600 to learn, 400 to choose, 1,000 to test" in words
    assert "784-32-10" in words
    assert "1 thread" in words


def test_a_message_stands_where_the_facts_stand(window, pixels):
    bar = window.statusBar()

    words = bar.findChild(QLabel).text()
    facts = pixels(bar)
    bar.showMessage(words)
    assert np.array_equal(pixels(bar), facts)
    bar.clearMessage()
    assert np.array_equal(pixels(bar), facts)


# Files


def test_a_network_is_saved_and_opened_again(window, learning, qtbot, choose, tmp_path):
    learning(QUICK)
    qtbot.waitUntil(lambda: window.session.state == "idle", timeout=PATIENCE)
    path = tmp_path / "mine.safetensors"
    choose(tmp_path / "mine")
    press(window, Key.Key_S, CTRL | SHIFT)
    qtbot.waitUntil(path.exists, timeout=PATIENCE)
    parameters = window.session.shelf.current.model.network.parameters
    assert np.array_equal(model_file.load(path).network.parameters, parameters)
    window.session.shelf.use(window.session.shelf.held[0])
    choose(path)
    press(window, Key.Key_O, CTRL)
    qtbot.waitUntil(lambda: network_button(window).text() == "mine", timeout=PATIENCE)


def test_a_drawing_is_saved_and_opened_again(window, qtbot, choose, tmp_path):
    draw(window.canvas, three(window.canvas))
    path = tmp_path / "three.jsonl"
    choose(tmp_path / "three")
    press(window, Key.Key_S, CTRL)
    qtbot.waitUntil(path.exists, timeout=PATIENCE)
    (saved,) = read_ink(path)
    drawn = window.canvas.drawing().strokes[0]
    assert np.allclose(saved.strokes[0].points, drawn.points, atol=1e-3)
    press(window, Key.Key_C)
    choose(path)
    press(window, Key.Key_O, CTRL)
    qtbot.waitUntil(lambda: not window.canvas.drawing().is_empty, timeout=PATIENCE)
    qtbot.waitUntil(lambda: answer(window).startswith("3, "), timeout=PATIENCE)


def test_thinking_better_of_it_changes_nothing(window, choose):
    choose(None)
    held = window.session.shelf.held
    for key, modifier in ((Key.Key_O, CTRL), (Key.Key_S, CTRL), (Key.Key_S, CTRL | SHIFT)):
        press(window, key, modifier)
    window.panel.folder_wanted.emit()
    assert window.session.shelf.held is held
    assert window.canvas.drawing().is_empty


def picture_of_a_3(path: Path) -> Path:
    """Dark ink on light paper, as a person would scan it."""
    grey = np.full((300, 200), 235, np.uint8)
    sample = next(each for each in read_bundled_ink(SAMPLES) if each.label == 3)
    rows, columns = np.mgrid[:300, :200]
    scale = 180 / max(sample.size)
    for stroke in sample.strokes:
        for x, y in stroke.points * scale:
            grey[(columns - x - 10) ** 2 + (rows - y - 60) ** 2 < 60] = 40
    Image.fromarray(grey).save(path)
    return path


def test_a_picture_is_opened_and_read(window, qtbot, choose, tmp_path):
    choose(picture_of_a_3(tmp_path / "three.png"))
    QTest.mouseClick(button(window, "Open"), LEFT)
    qtbot.waitUntil(lambda: answer(window).startswith("3, "), timeout=PATIENCE)


def drop(window: Window, url: QUrl) -> bool:
    """Drag something over the window and let go; whether the window would have it."""
    data = QMimeData()
    data.setUrls([url])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    over = QDragEnterEvent(QPoint(100, 100), copy, data, LEFT, none)
    # Let no application-wide answer of an earlier drag stand.
    over.ignore()
    QApplication.sendEvent(window, over)
    if over.isAccepted():
        dropped = QDropEvent(QPointF(100.0, 100.0), copy, data, LEFT, none)
        QApplication.sendEvent(window, dropped)
    return over.isAccepted()


def test_a_file_may_be_dropped_on_the_window(window, qtbot, tmp_path):
    path = picture_of_a_3(tmp_path / "three.png")
    assert drop(window, QUrl.fromLocalFile(str(path)))
    qtbot.waitUntil(lambda: answer(window).startswith("3, "), timeout=PATIENCE)


def test_what_is_no_file_cannot_be_dropped(window):
    assert not drop(window, QUrl("https://example.org/three.png"))


def test_ink_of_many_drawings_shows_the_first_and_says_so(window, qtbot, tmp_path):
    path = tmp_path / "many.jsonl"
    write_ink(path, read_bundled_ink(SAMPLES)[:10])
    window.open_file(path)
    qtbot.waitUntil(lambda: "10 drawings" in window.statusBar().currentMessage(), timeout=PATIENCE)


def broken_files(folder: Path) -> list[Path]:
    contents = {
        "picture.png": b"\x89PNG\r\n\x1a\n cut off",
        "letter.txt": b"Dear Sir or Madam",
        "ink.jsonl": b'{"strokes": [[[1, NaN]]]}\n',
        "packed.jsonl.gz": b"\x1f\x8b\x08 cut off",
        "empty.jsonl": b"",
        "network.safetensors": b"no network",
        "foreign.safetensors": (2).to_bytes(8, "little") + b"{}",
        "<b>odd & name.png": b"no picture",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [*(folder / name for name in contents), folder / "missing.png", folder]


@pytest.mark.parametrize("number", range(10))
def test_a_broken_file_gives_one_sentence_and_nothing_is_lost(window, qtbot, tmp_path, number):
    path = broken_files(tmp_path)[number]
    dot(window.canvas, 0.5, 0.5)
    drawing, network = window.canvas.drawing(), window.session.shelf.current
    window.open_file(path)
    box = only_box(window, qtbot)
    sentence = box.text()
    assert sentence.rstrip(".").count("\n") == 0
    assert len(sentence) < 300
    assert "Traceback" not in sentence
    assert path.name in sentence or path.name == "empty.jsonl"
    assert box.textFormat() == Qt.TextFormat.PlainText
    box.accept()
    assert window.canvas.drawing() is drawing
    assert window.session.shelf.current is network


def test_a_drawing_that_cannot_be_saved_is_told(window, qtbot, choose, tmp_path):
    dot(window.canvas, 0.5, 0.5)
    choose(tmp_path / "no" / "such" / "folder" / "ink.jsonl")
    press(window, Key.Key_S, CTRL)
    box = only_box(window, qtbot)
    assert "ink.jsonl could not be written" in box.text()
    box.accept()
    assert not window.canvas.drawing().is_empty


def test_a_network_of_other_classes_names_its_answers(window, qtbot, tmp_path):
    names = ("cat", "dog", "cow")
    network = Network(NetworkSpec(hidden=(4,), classes=3)).initialize(1)
    path = tmp_path / "animals.safetensors"
    model_file.save(model_file.Model(network, "animals", names), path)
    window.open_file(path)
    qtbot.waitUntil(lambda: network_button(window).text() == "animals", timeout=PATIENCE)
    dot(window.canvas, 0.5, 0.5)
    qtbot.waitUntil(lambda: answer(window).split(", ")[0] in names, timeout=PATIENCE)


# Actions


def test_every_action_has_words_a_tip_and_a_shortcut(window):
    for entry in ENTRIES:
        action = window.actions_[entry.name]
        assert action.text().replace("&", "").strip(), entry.name
        assert entry.help in action.toolTip(), entry.name
        assert entry.keys, entry.name
        assert all(not key.isEmpty() for key in action.shortcuts()), entry.name
        assert action.shortcut().toString() in action.toolTip(), entry.name


def test_no_two_actions_share_a_key_or_a_name():
    keys = [QKeySequence(key).toString() for entry in ENTRIES for key in entry.keys]
    assert len(keys) == len(set(keys))
    names = [entry.name for entry in ENTRIES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("title", [title for title, _ in menus()])
def test_no_two_entries_of_a_menu_share_a_letter(title):
    entries = next(entries for each, entries in menus() if each == title)
    letters = [entry.text[entry.text.index("&") + 1].lower() for entry in entries]
    assert len(letters) == len(set(letters))


def test_the_curves_follow_their_keys(window):
    press(window, Key.Key_L)
    assert button(window, "Curves of: Loss").isChecked()
    press(window, Key.Key_A)
    assert button(window, "Curves of: Accuracy, %").isChecked()
    QTest.mouseClick(button(window, "Curves of: Loss"), LEFT)
    assert window.actions_["loss"].isChecked()


def test_the_pace_follows_its_keys_and_the_menu_its_buttons(window):
    press(window, Key.Key_1, CTRL)
    assert button(window, "Pace: slow motion").isChecked()
    QTest.mouseClick(button(window, "Pace: full speed"), LEFT)
    assert window.actions_["pace_full"].isChecked()


@pytest.mark.parametrize(
    ("key", "modifier", "words"),
    [(Key.Key_F1, None, "Ctrl+O"), (Key.Key_F1, SHIFT, "GNU General Public License")],
)
def test_keys_and_credits_are_shown(window, qtbot, key, modifier, words):
    press(window, key, modifier)
    box = only_box(window, qtbot)
    assert words in box.text()
    box.accept()


def test_folders_are_shown_by_the_desktop(window, monkeypatch, home):
    asked = []
    monkeypatch.setattr(
        "zmlp_gui.dialogs.QDesktopServices.openUrl", lambda url: asked.append(url.toLocalFile())
    )
    press(window, Key.Key_O, CTRL | SHIFT)
    press(window, Key.Key_L, CTRL)
    assert asked[0] == str(home)
    assert asked[1].endswith("zmlp.log")


# For everybody


def controls(window: Window) -> list[QWidget]:
    """All that a person can use or that a screen reader should name."""
    kinds = (QAbstractButton, QLineEdit, QComboBox, QAbstractSlider, QProgressBar, Canvas)
    return [
        each
        for each in window.findChildren(QWidget)
        if isinstance(each, kinds)
        and not isinstance(each, QScrollBar)
        and not each.objectName().startswith("qt_")
        and not isinstance(each.parent(), QComboBox | QLineEdit)
    ]


def name_of(widget: QWidget) -> str:
    """What Qt tells a screen reader: the accessible name, or else a button's words."""
    return widget.accessibleName() or (
        widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""
    )


def tip(widget: QWidget, window: Window) -> str:
    """The tooltip that Qt shows: the widget's own, or that of what it stands in."""
    while widget is not window:
        if widget.toolTip():
            return widget.toolTip()
        widget = widget.parentWidget()
    return ""


def test_every_control_has_a_name_and_a_tip(window):
    found = controls(window)
    assert len(found) > 35
    for each in found:
        spoken = name_of(each)
        where = f"{type(each).__name__} {spoken!r}"
        assert spoken.strip(), where
        if not isinstance(each, Canvas):
            assert tip(each, window), where


def test_everything_that_takes_the_focus_has_a_name(window):
    for each in window.findChildren(QWidget):
        takes = each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.focusProxy() is None
        if takes and each.isVisible():
            assert name_of(each).strip(), type(each).__name__


def test_every_entry_of_every_menu_has_a_tip(window):
    for menu in window.findChildren(QMenu):
        for action in menu.actions():
            if not action.isSeparator() and not action.menu():
                assert action.toolTip(), action.text()


# How it looks


def test_it_fits_a_small_laptop(window):
    hint = window.minimumSizeHint()
    assert hint.width() <= 1366
    # A desktop's panel and the title of the window take some.
    assert hint.height() <= 768 - 60
    assert window.sizeHint().width() <= 1366
    assert window.sizeHint().height() <= 768


def clipped(window: Window) -> list[str]:
    """Labels and buttons that have less room than their words need."""
    found = []
    for each in window.findChildren(QWidget):
        if not isinstance(each, QLabel | QAbstractButton) or not each.isVisible():
            continue
        if not each.text() or each.focusPolicy() == Qt.FocusPolicy.TabFocus:
            continue
        wraps = isinstance(each, QLabel) and each.wordWrap()
        height = each.heightForWidth(each.width()) if wraps else each.sizeHint().height()
        width = 0 if wraps else each.sizeHint().width()
        if each.width() < width or each.height() < height:
            found.append(f"{each.text()!r}: {each.size()} for {width}×{height}")
    return found


@pytest.mark.parametrize("key", [Key.Key_5, Key.Key_6])
def test_no_words_are_cut_off_on_a_small_laptop(window, learning, qtbot, key):
    def whole() -> None:
        assert clipped(window) == []

    press(window, key, CTRL)
    qtbot.waitUntil(whole, timeout=PATIENCE)
    learning()
    press(window, Key.Key_F6)
    qtbot.waitUntil(whole, timeout=PATIENCE)
    press(window, Key.Key_F8)
    qtbot.waitUntil(lambda: window.session.state == "idle", timeout=PATIENCE)
    window.panel.show_message("The loss is no longer a number. " * 3, "error")
    more = (each for each in window.findChildren(QAbstractButton) if "More" in each.text())
    QTest.mouseClick(next(more), LEFT)
    qtbot.waitUntil(whole, timeout=PATIENCE)
    assert (window.width(), window.height()) == (1366, 768)


def test_light_and_dark_are_a_key_apart_and_remembered(window, settings, pixels):
    press(window, Key.Key_6, CTRL)
    assert settings.theme == "dark"
    assert theme.current() is theme.DARK
    assert pixels(window).mean() < 80
    press(window, Key.Key_5, CTRL)
    assert settings.theme == "light"
    assert pixels(window).mean() > 200
    press(window, Key.Key_4, CTRL)
    assert settings.theme == "system"


def test_the_widths_of_the_columns_are_remembered(window, settings, shown):
    splitter = window.findChild(QSplitter)
    before = splitter.sizes()
    splitter.setSizes([300, 300, 726])
    widths = splitter.sizes()
    assert widths != before
    window.close()
    again = Window(Session(networks.find(networks.BEST_ON_DRAWINGS)), settings)
    again.resize(1366, 768)
    assert shown(again).findChild(QSplitter).sizes() == widths
    again.close()


def test_a_window_that_was_left_off_the_screen_comes_back_onto_it(window, settings, shown):
    window.move(9000, 9000)
    window.close()
    again = shown(Window(Session(networks.find(networks.BEST_ON_DRAWINGS)), settings))
    assert again.screen().geometry().intersects(again.geometry())
    again.close()


def test_a_damaged_layout_counts_as_none(shown, settings):
    for name in ("window", "columns"):
        settings.set(name, "no layout")
    window = shown(Window(Session(networks.find(networks.BEST_ON_DRAWINGS)), settings))
    assert window.isVisible()
    window.close()


# Leaving


def test_leaving_while_it_learns_keeps_the_network(window, learning, qtbot, home):
    run = learning()
    qtbot.waitUntil(lambda: run.pulled.training.step > 10, timeout=PATIENCE)
    press(window, Key.Key_Q, CTRL)
    assert not window.isVisible()
    (path,) = home.iterdir()
    kept = model_file.load(path).network.parameters
    assert np.array_equal(kept, run.pulled.training.network.parameters)
