"""A widget that mouse, tablet, finger and keys draw on: events come in, pen movements go out."""

from typing import Final, Literal, cast

from PyQt6.QtCore import QEvent, QPointF, QSizeF, Qt, pyqtSignal
from PyQt6.QtGui import (
    QEventPoint,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
    QTouchEvent,
    QWheelEvent,
)
from PyQt6.QtWidgets import QWidget

from zmlp_gui.focus_ring import came_by_key
from zmlp_gui.ink.key_pen import KeyPen
from zmlp_gui.ink.pen_stroke import PenClock

Source = Literal["mouse", "tablet", "touch", "keys"]

NOTCH: Final = 120
"""What Qt tells of one notch of a wheel."""


class PenWidget(QWidget):
    """Calls `pen_down`, `pen_moved`, `pen_up`, `pen_lost` and `pen_near`, which a subclass defines.

    Only one thing draws at a time: what comes first, until it is lifted. But a pen that keys have
    put down gives way to all others, and a finger to a tablet's pen: it was the palm. Positions
    are those of the widget and go beyond its edges while the button is held.

    Signals
    -------
    brush_steps : int
        Ctrl and the wheel ask for a brush so many steps wider, or thinner below 0.
    """

    brush_steps = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clock = PenClock()
        self._source: Source | None = None
        self._finger = -1
        self._notches = 0
        self._nearby: QPointF | None = None
        self.keys = KeyPen(self)
        self.keys.moved.connect(self._keys_moved)
        self.keys.put_down.connect(self._keys_down)
        self.keys.lifted.connect(self._keys_up)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setMouseTracking(True)
        self.setTabletTracking(True)

    def pen_down(self, position: QPointF, t: float, pressure: float | None, turned: bool) -> None:
        """The pen touches the paper, with its other end if it is `turned`; `t` in seconds."""
        raise NotImplementedError

    def pen_moved(self, position: QPointF, t: float, pressure: float | None) -> None:
        """The pen that is down moves."""
        raise NotImplementedError

    def pen_up(self) -> None:
        """The pen is lifted."""
        raise NotImplementedError

    def pen_lost(self) -> None:
        """The system took the pen away: it turned out to be a gesture, not a stroke."""
        raise NotImplementedError

    def pen_near(self, position: QPointF | None) -> None:
        """The pen is over the widget, up or down, or has left it."""
        raise NotImplementedError

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._down("mouse", event.position(), event.timestamp())

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        self._near(event.position())
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._moved("mouse", event.position(), event.timestamp())
        else:
            # A dialog that opened meanwhile may have swallowed the release.
            self._up("mouse")

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        if event.button() == Qt.MouseButton.LeftButton:
            self._up("mouse")

    def tabletEvent(self, event: QTabletEvent | None) -> None:
        assert event is not None
        # An accepted tablet event is not sent again as a mouse event.
        event.accept()
        position, time, pressure = event.position(), event.timestamp(), event.pressure()
        self._near(position)
        # The tip is the left button; those on the barrel neither draw nor lift it.
        tip = event.button() == Qt.MouseButton.LeftButton
        match event.type():
            case QEvent.Type.TabletPress if tip:
                if self._source == "touch":
                    self._lose_touch()
                turned = event.pointerType() == QPointingDevice.PointerType.Eraser
                self._down("tablet", position, time, pressure, turned)
            case QEvent.Type.TabletMove:
                self._moved("tablet", position, time, pressure)
            case QEvent.Type.TabletRelease if tip:
                self._up("tablet")

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        assert event is not None
        event.accept()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._notches += event.angleDelta().y()
            steps = int(self._notches / NOTCH)
            self._notches -= steps * NOTCH
            if steps:
                self.brush_steps.emit(steps)

    def event(self, event: QEvent | None) -> bool:
        assert event is not None
        match event.type():
            case QEvent.Type.TouchBegin | QEvent.Type.TouchUpdate | QEvent.Type.TouchEnd:
                self._touch(cast(QTouchEvent, event))
                return True
            case QEvent.Type.TouchCancel:
                if self._source == "touch":
                    self._lose_touch()
                return True
            case QEvent.Type.ShortcutOverride if self.keys.wants(cast(QKeyEvent, event)):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        if not self.keys.wants(event):
            super().keyPressEvent(event)
        elif self._source in (None, "keys"):
            self._place_keys()
            self.keys.press(event)

    def keyReleaseEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        self.keys.release(event)

    def leaveEvent(self, event: QEvent | None) -> None:
        self._nearby = None
        if not self.keys.is_shown:
            self.pen_near(None)

    def hideEvent(self, event: QHideEvent | None) -> None:
        self.keys.hide()
        if self._source is not None:
            self._up(self._source)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        assert event is not None
        if came_by_key(event):
            self._place_keys()
            self.keys.show()
            self.pen_near(self.keys.position)

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        self.keys.hide()
        self.pen_near(self._nearby)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        self.keys.lift()
        self.keys.set_room(QSizeF(self.size()))

    def _near(self, position: QPointF) -> None:
        """Show where mouse or tablet are; but a nudge stops no stroke of the keys."""
        self._nearby = position
        if self._source != "keys":
            if self.keys.is_shown:
                self.keys.hide()
            self.pen_near(position)

    def _place_keys(self) -> None:
        """Let keys go on from where the pointer is."""
        if self._nearby is not None and not self.keys.is_shown:
            self.keys.place(self._nearby)

    def _keys_moved(self, position: QPointF, timestamp: int) -> None:
        self.pen_near(position)
        self._moved("keys", position, timestamp)

    def _keys_down(self, position: QPointF, timestamp: int) -> None:
        self._down("keys", position, timestamp)
        self.pen_near(position)

    def _keys_up(self, position: QPointF) -> None:
        self._up("keys")
        self.pen_near(position)

    def _touch(self, event: QTouchEvent) -> None:
        """Let the first finger draw; others on the surface do nothing."""
        event.accept()
        points, time = event.points(), event.timestamp()
        if event.type() == QEvent.Type.TouchBegin and self._source in (None, "keys"):
            self._finger = points[0].id()
            self._nearby = None
        for point in points:
            if point.id() != self._finger:
                continue
            position = self.mapFromGlobal(point.globalPosition())
            match point.state():
                case QEventPoint.State.Pressed:
                    self._down("touch", position, time)
                case QEventPoint.State.Released:
                    self._up("touch")
                case _:
                    self._moved("touch", position, time)

    def _lose_touch(self) -> None:
        self._source = None
        self.pen_lost()

    def _down(
        self,
        source: Source,
        position: QPointF,
        timestamp: int,
        pressure: float | None = None,
        turned: bool = False,
    ) -> None:
        if source != "keys":
            self.keys.hide()
            self.pen_near(None if source == "touch" else position)
        if self._source is None:
            self._source = source
            self.pen_down(position, self.clock.seconds(timestamp), pressure, turned)

    def _moved(
        self, source: Source, position: QPointF, timestamp: int, pressure: float | None = None
    ) -> None:
        if source == self._source:
            self.pen_moved(position, self.clock.seconds(timestamp), pressure)

    def _up(self, source: Source) -> None:
        if source == self._source:
            self._source = None
            self.pen_up()
