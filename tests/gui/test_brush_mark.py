"""The ring of the brush's size: under every pointer, not over the ink that is being drawn."""

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PyQt6.QtGui import QPointingDevice, QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from tests.gui.hands import MOVE, PRESS, RELEASE, mouse, pen
from zmlp_gui import theme
from zmlp_gui.canvas import Canvas

NOTHING = Qt.MouseButton.NoButton


@pytest.fixture
def canvas(shown):
    canvas = Canvas()
    canvas.resize(400, 400)
    return shown(canvas)


def ring(image: np.ndarray, x: int, y: int) -> int:
    """The radius of the dark ring around a point of empty paper, 0 where there is none."""
    row = image[y, x : x + 120].astype(int).sum(axis=1)
    dark = np.flatnonzero(row < 600)
    return int(dark[0]) if len(dark) else 0


@pytest.mark.parametrize("tool", ["pen", "eraser"])
def test_a_ring_of_the_brushs_size_follows_the_mouse(canvas, pixels, tool):
    canvas.set_tool(tool)
    canvas.set_brush(100.0)
    mouse(canvas, MOVE, 200, 150, held=False)
    assert 18 <= ring(pixels(canvas), 200, 150) <= 21
    mouse(canvas, MOVE, 100, 250, held=False)
    image = pixels(canvas)
    assert ring(image, 200, 150) == 0
    assert 18 <= ring(image, 100, 250) <= 21
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert ring(pixels(canvas), 100, 250) == 0


def test_the_ring_is_not_drawn_over_the_ink_of_a_stroke_under_way(canvas, pixels):
    ink = theme.current().ink.getRgb()[:3]
    mouse(canvas, MOVE, 100, 200, held=False)
    mouse(canvas, PRESS, 100, 200)
    for x in range(110, 210, 10):
        mouse(canvas, MOVE, x, 200)
    radius = 12
    assert tuple(pixels(canvas)[200, 200 - radius]) == ink
    mouse(canvas, RELEASE, 200, 200)
    assert tuple(pixels(canvas)[200, 200 - radius]) != ink


@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_ring_is_seen_on_paper_and_on_ink(qapp, canvas, pixels, look):
    theme.apply(qapp, look)
    canvas.set_brush(160.0)
    mouse(canvas, PRESS, 100, 200)
    mouse(canvas, MOVE, 300, 200)
    mouse(canvas, RELEASE, 300, 200)
    canvas.set_brush(80.0)
    for y in (200, 330):
        mouse(canvas, MOVE, 200, y, held=False)
        image = pixels(canvas).astype(int)
        ground = image[y, 200].sum()
        around = image[y, 210:222].sum(axis=1)
        assert np.abs(around - ground).max() > 250


def test_another_brush_is_shown_where_the_pointer_is_or_in_the_middle_for_a_moment(
    canvas, pixels, qtbot
):
    canvas.set_brush(120.0)
    assert 22 <= ring(pixels(canvas), 200, 200) <= 25
    qtbot.waitUntil(lambda: ring(pixels(canvas), 200, 200) == 0, timeout=3000)
    mouse(canvas, MOVE, 100, 100, held=False)
    canvas.set_brush(60.0)
    image = pixels(canvas)
    assert 10 <= ring(image, 100, 100) <= 13
    assert ring(image, 200, 200) == 0


def test_a_hovering_pen_shows_the_ring_and_draws_nothing(canvas, pixels):
    canvas.set_brush(100.0)
    pen(canvas, QEvent.Type.TabletMove, 200, 200, 0.0, held=NOTHING)
    assert ring(pixels(canvas), 200, 200) > 15
    assert canvas.drawing().is_empty


def test_the_turned_pen_shows_what_it_erases(canvas, pixels):
    other_end = QPointingDevice.PointerType.Eraser
    canvas.set_brush(100.0)
    pen(canvas, QEvent.Type.TabletPress, 200, 200, 0.5, other_end)
    assert ring(pixels(canvas), 200, 200) > 15


def test_a_pointer_that_moves_has_only_the_ring_painted(canvas, monkeypatch):
    """A window that repaints whole at every report of the mouse would lose frames."""
    mouse(canvas, MOVE, 100, 100, held=False)
    QTest.qWait(50)
    painted: list[QRect] = []
    original = canvas.paintEvent

    def watched(event) -> None:
        painted.append(event.rect())
        original(event)

    monkeypatch.setattr(canvas, "paintEvent", watched)
    for x in range(100, 140):
        mouse(canvas, MOVE, x, 100, held=False)
    QTest.qWait(60)
    assert painted
    assert all(area.width() < 100 and area.height() < 50 for area in painted)
    assert len(painted) <= 5


# The wheel


def wheel(canvas: Canvas, delta: int, modifier: Qt.KeyboardModifier) -> None:
    place = QPointF(200, 200)
    event = QWheelEvent(
        place,
        QPointF(canvas.mapToGlobal(place)),
        QPoint(),
        QPoint(0, delta),
        NOTHING,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


def test_the_wheel_alone_does_no_harm_and_with_ctrl_asks_for_another_brush(canvas):
    asked: list[int] = []
    canvas.brush_steps.connect(asked.append)
    for _ in range(5):
        wheel(canvas, 120, Qt.KeyboardModifier.NoModifier)
    assert asked == []
    assert canvas.drawing().is_empty
    ctrl = Qt.KeyboardModifier.ControlModifier
    wheel(canvas, 120, ctrl)
    wheel(canvas, -240, ctrl)
    assert asked == [1, -2]


def test_the_small_turns_of_a_trackpad_add_up(canvas):
    asked: list[int] = []
    canvas.brush_steps.connect(asked.append)
    for _ in range(30):
        wheel(canvas, 8, Qt.KeyboardModifier.ControlModifier)
    assert asked == [1, 1]
