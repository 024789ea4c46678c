"""Hands for the tests of the canvas: events of mouse, tablet and finger, as Qt sends them."""

from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import (
    QEventPoint,
    QInputDevice,
    QMouseEvent,
    QPointingDevice,
    QTabletEvent,
    QTouchEvent,
)
from PyQt6.QtWidgets import QApplication, QWidget

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.MouseButton.NoButton
NO_KEY = Qt.KeyboardModifier.NoModifier
PRESS, MOVE, RELEASE = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonRelease,
)


class TimedMouseEvent(QMouseEvent):
    """A mouse event with a time of our own, in milliseconds."""

    time = 0

    def timestamp(self) -> int:
        return self.time


def mouse(
    widget: QWidget, kind: QEvent.Type, x: float, y: float, time: int = 0, held: bool = True
) -> None:
    """One event of a mouse at a fraction of a pixel."""
    point = QPointF(x, y)
    where = QPointF(widget.mapToGlobal(point))
    buttons = LEFT if held and kind != RELEASE else NONE
    event = TimedMouseEvent(kind, point, where, NONE if kind == MOVE else LEFT, buttons, NO_KEY)
    event.time = time
    QApplication.sendEvent(widget, event)


def pen(
    widget: QWidget,
    kind: QEvent.Type,
    x: float,
    y: float,
    pressure: float,
    tip: QPointingDevice.PointerType = QPointingDevice.PointerType.Pen,
    button: Qt.MouseButton = LEFT,
    held: Qt.MouseButton | None = None,
    tilt: tuple[float, float] = (0.0, 0.0),
    rotation: float = 0.0,
    z: float = 0.0,
) -> QTabletEvent:
    """One event of a tablet's pen; `button` is the one pressed or released."""
    stylus = QInputDevice.DeviceType.Stylus
    can = QInputDevice.Capability.Position | QInputDevice.Capability.Pressure
    device = QPointingDevice("pen", 1, stylus, tip, can, 1, 3)
    if held is None:
        held = NONE if kind == QEvent.Type.TabletRelease else button
    if kind == QEvent.Type.TabletMove:
        button = NONE
    point = QPointF(x, y)
    where = QPointF(widget.mapToGlobal(point))
    event = QTabletEvent(
        kind, device, point, where, pressure, *tilt, 0.0, rotation, z, NO_KEY, button, held
    )
    QApplication.sendEvent(widget, event)
    return event


class Finger(QEventPoint):
    """A finger with a number of its own: points that PyQt makes all have number 0."""

    number = 0

    def id(self) -> int:
        return self.number


class Touch(QTouchEvent):
    """A touch event that keeps our fingers."""

    fingers: list[Finger]

    def points(self) -> list[Finger]:
        return self.fingers


def fingers(
    widget: QWidget, kind: QEvent.Type, *points: tuple[int, QEventPoint.State, float, float]
) -> None:
    """One event of a touch screen: for every finger its id, its state and where it is."""
    screen = QInputDevice.DeviceType.TouchScreen
    tip, can = QPointingDevice.PointerType.Finger, QInputDevice.Capability.Position
    device = QPointingDevice("screen", 2, screen, tip, can, 5, 0)
    touched = []
    for number, state, x, y in points:
        where = QPointF(x, y)
        finger = Finger(number, state, where, QPointF(widget.mapToGlobal(where)))
        finger.number = number
        touched.append(finger)
    event = Touch(kind, device, NO_KEY, touched)
    event.fingers = touched
    QApplication.sendEvent(widget, event)
