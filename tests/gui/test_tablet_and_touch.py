"""Tablet and touch screen beyond the plain stroke: other buttons, palms, and all that pens tell."""

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QEventPoint, QPointingDevice

from tests.gui.hands import LEFT, MOVE, NONE, PRESS, RELEASE, fingers, mouse, pen
from zmlp_gui.canvas import Canvas

BARREL = Qt.MouseButton.RightButton
DOWN, ON, UP = QEvent.Type.TabletPress, QEvent.Type.TabletMove, QEvent.Type.TabletRelease
BEGIN, UPDATE, END = QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TouchEnd
State = QEventPoint.State


@pytest.fixture
def canvas(shown):
    canvas = Canvas()
    canvas.resize(400, 400)
    return shown(canvas)


def test_a_pen_that_tells_more_than_pressure_draws_as_any_other(canvas):
    pen(canvas, DOWN, 100, 100, 0.2, tilt=(30.0, -20.0), rotation=90.0, z=5.0)
    pen(canvas, ON, 150, 100, 0.6, tilt=(-60.0, 60.0), rotation=-180.0, z=0.0)
    pen(canvas, UP, 150, 100, 0.0, tilt=(0.0, 0.0), rotation=360.0)
    (stroke,) = canvas.drawing().strokes
    assert stroke.points.tolist() == [[250.0, 250.0], [375.0, 250.0]]
    np.testing.assert_allclose(stroke.pressures, [0.2, 0.6])


def test_the_button_on_the_barrel_does_not_draw(canvas):
    pen(canvas, DOWN, 100, 100, 0.0, button=BARREL)
    pen(canvas, ON, 200, 100, 0.0, held=BARREL)
    pen(canvas, UP, 200, 100, 0.0, button=BARREL)
    assert canvas.drawing().is_empty


def test_the_button_on_the_barrel_does_not_lift_the_tip(canvas):
    pen(canvas, DOWN, 100, 100, 0.5)
    pen(canvas, DOWN, 120, 100, 0.5, button=BARREL, held=LEFT | BARREL)
    pen(canvas, UP, 140, 100, 0.5, button=BARREL, held=LEFT)
    pen(canvas, ON, 160, 100, 0.5, held=LEFT)
    pen(canvas, UP, 160, 100, 0.0)
    (stroke,) = canvas.drawing().strokes
    assert stroke.points[-1].tolist() == [400.0, 250.0]


def test_a_pen_that_only_hovers_leaves_no_ink(canvas):
    for x in range(100, 200, 10):
        pen(canvas, ON, x, 100, 0.0, held=NONE)
    assert canvas.drawing().is_empty


def test_the_eraser_end_erases_by_its_tip_alone(canvas):
    for x, kind in ((100, PRESS), (200, MOVE), (300, MOVE), (300, RELEASE)):
        mouse(canvas, kind, x, 100)
    end = QPointingDevice.PointerType.Eraser
    pen(canvas, ON, 200, 100, 0.0, end, held=NONE)
    assert len(canvas.drawing().strokes) == 1
    pen(canvas, DOWN, 200, 100, 0.5, end)
    pen(canvas, UP, 200, 100, 0.0, end)
    assert len(canvas.drawing().strokes) == 2


def test_a_second_finger_does_nothing(canvas):
    fingers(canvas, BEGIN, (0, State.Pressed, 100, 100))
    fingers(canvas, UPDATE, (0, State.Stationary, 100, 100), (1, State.Pressed, 300, 300))
    fingers(canvas, UPDATE, (0, State.Updated, 150, 100), (1, State.Updated, 320, 300))
    fingers(canvas, UPDATE, (0, State.Updated, 200, 100), (1, State.Released, 320, 300))
    fingers(canvas, END, (0, State.Released, 200, 100))
    (stroke,) = canvas.drawing().strokes
    assert set(stroke.points[:, 1].tolist()) == {250.0}
    assert stroke.points[-1].tolist() == [500.0, 250.0]


def test_a_palm_that_stays_when_the_finger_is_lifted_does_not_go_on(canvas):
    fingers(canvas, BEGIN, (0, State.Pressed, 100, 100))
    fingers(canvas, UPDATE, (0, State.Updated, 200, 100), (1, State.Pressed, 300, 300))
    fingers(canvas, UPDATE, (0, State.Released, 200, 100), (1, State.Updated, 310, 300))
    fingers(canvas, UPDATE, (1, State.Updated, 380, 380))
    fingers(canvas, END, (1, State.Released, 380, 380))
    (stroke,) = canvas.drawing().strokes
    assert stroke.points[-1].tolist() == [500.0, 250.0]


def test_a_palm_that_came_before_the_pen_leaves_nothing(canvas):
    fingers(canvas, BEGIN, (0, State.Pressed, 350, 350))
    fingers(canvas, UPDATE, (0, State.Updated, 355, 350))
    pen(canvas, DOWN, 100, 100, 0.5)
    fingers(canvas, UPDATE, (0, State.Updated, 360, 350))
    pen(canvas, ON, 200, 100, 0.5)
    fingers(canvas, END, (0, State.Released, 360, 350))
    pen(canvas, UP, 200, 100, 0.0)
    (stroke,) = canvas.drawing().strokes
    assert stroke.points.tolist() == [[250.0, 250.0], [500.0, 250.0]]


def test_a_gesture_that_the_system_takes_does_not_lift_the_pen(canvas):
    pen(canvas, DOWN, 100, 100, 0.5)
    fingers(canvas, QEvent.Type.TouchCancel)
    pen(canvas, ON, 200, 100, 0.5)
    pen(canvas, UP, 200, 100, 0.0)
    assert len(canvas.drawing().strokes[0].points) == 2


def test_a_mouse_that_reports_a_thousand_times_a_second_loses_no_point(canvas):
    mouse(canvas, PRESS, 50, 200, time=1000)
    for step in range(1, 1001):
        mouse(canvas, MOVE, 50 + 0.3 * step, 200, time=1000 + step)
    mouse(canvas, RELEASE, 350, 200, time=2001)
    (stroke,) = canvas.drawing().strokes
    assert len(stroke.points) == 1001
    np.testing.assert_allclose(np.diff(stroke.times), 0.001, atol=1e-4)
