"""The window in every hand: by keys alone, mirrored for the left hand, brush by the wheel."""

import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QSplitter

from core import networks
from zmlp_gui.session import Session
from zmlp_gui.settings import FleetingSettings
from zmlp_gui.toolbar import BRUSH_STEP
from zmlp_gui.window import Window

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))


@pytest.fixture
def settings() -> FleetingSettings:
    return FleetingSettings()


def make(settings: FleetingSettings) -> Window:
    window = Window(Session(networks.find(networks.BEST_ON_DRAWINGS)), settings)
    window.resize(1366, 768)
    return window


@pytest.fixture
def window(shown, settings):
    window = make(settings)
    yield shown(window)
    window.close()


def left_edge(window: Window, widget) -> int:
    return widget.mapTo(window, QPoint(0, 0)).x()


# Keys


def test_a_digit_is_drawn_and_read_by_keys_alone(window, qtbot):
    """A 1, in the window's own focus, with no pointer anywhere."""
    canvas = window.canvas
    assert canvas.hasFocus()

    def hold(key: Key, milliseconds: int) -> None:
        QTest.keyPress(canvas, key)
        QTest.qWait(milliseconds)
        QTest.keyRelease(canvas, key)
        qtbot.waitUntil(lambda: not canvas.keys._timer.isActive())

    hold(Key.Key_Up, 600)
    QTest.keyClick(canvas, Key.Key_Space)
    hold(Key.Key_Down, 1000)
    QTest.keyClick(canvas, Key.Key_Space)
    qtbot.waitUntil(lambda: window.session.reading is not None)
    qtbot.waitUntil(lambda: window.session.reading.name == "1")
    QTest.keyClick(canvas, Key.Key_Backspace)
    assert canvas.drawing().is_empty


def test_letters_still_choose_tools_while_keys_draw(window):
    canvas = window.canvas
    QTest.keyClick(canvas, Key.Key_Right)
    QTest.keyClick(canvas, Key.Key_E)
    assert canvas.tool() == "eraser"
    QTest.keyClick(canvas, Key.Key_P)
    assert canvas.tool() == "pen"
    before = canvas.brush()
    QTest.keyClick(canvas, Key.Key_BracketRight)
    assert canvas.brush() > before
    QTest.keyClick(canvas, Key.Key_Space)
    QTest.keyClick(canvas, Key.Key_C)
    assert canvas.drawing().is_empty
    assert not canvas.keys.is_down


def test_the_keys_of_the_canvas_are_told_with_the_shortcuts(window, qtbot):
    QTest.keyClick(window.canvas, Key.Key_F1)
    box = next(each for each in window.children() if hasattr(each, "informativeText"))
    assert "arrow keys" in box.text()
    box.accept()


# The wheel


def test_ctrl_and_the_wheel_change_the_brush_and_its_slider(window):
    before = window.tools.brush()
    place = QPointF(100, 100)
    event = QWheelEvent(
        place,
        QPointF(window.canvas.mapToGlobal(place)),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        CTRL,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(window.canvas, event)
    assert window.tools.brush() == before + 2 * BRUSH_STEP
    assert window.canvas.brush() == window.tools.brush()


# The left hand


def test_a_key_mirrors_the_columns_and_each_keeps_its_width(window):
    parts = (window.canvas, window.answer, window.panel)
    before = [left_edge(window, part) for part in parts]
    widths = [part.width() for part in parts]
    assert before == sorted(before)
    QTest.keyClick(window.canvas, Key.Key_H, CTRL)
    QTest.qWait(20)
    assert window.left_handed
    assert window.actions_["left_handed"].isChecked()
    after = [left_edge(window, part) for part in parts]
    assert after == sorted(after, reverse=True)
    assert [part.width() for part in parts] == pytest.approx(widths, abs=1)
    QTest.keyClick(window.canvas, Key.Key_H, CTRL)
    QTest.qWait(20)
    assert not window.left_handed
    assert not window.actions_["left_handed"].isChecked()
    assert [left_edge(window, part) for part in parts] == pytest.approx(before, abs=1)


def test_the_canvas_keeps_its_drawing_and_the_focus_when_it_changes_sides(window):
    window.canvas.begin_stroke(100, 100)
    window.canvas.extend_stroke(300, 300)
    window.canvas.end_stroke()
    drawing = window.canvas.drawing()
    window.set_left_handed(True)
    assert window.canvas.drawing() is drawing
    assert window.canvas.hasFocus()


def test_the_columns_share_the_room_as_before_when_mirrored(window):
    window.set_left_handed(True)
    splitter = window.findChild(QSplitter)
    assert not any(splitter.isCollapsible(index) for index in range(3))
    window.resize(1800, 900)
    QTest.qWait(20)
    assert window.panel.width() > window.canvas.width() > window.answer.width()


def test_the_left_hand_is_remembered_with_the_widths(window, settings, shown):
    window.set_left_handed(True)
    splitter = window.findChild(QSplitter)
    splitter.setSizes([600, 300, 400])
    sizes = splitter.sizes()
    window.close()
    again = shown(make(settings))
    assert again.left_handed
    assert again.actions_["left_handed"].isChecked()
    assert left_edge(again, again.canvas) > left_edge(again, again.panel)
    assert again.findChild(QSplitter).sizes() == pytest.approx(sizes, abs=2)
    again.close()
