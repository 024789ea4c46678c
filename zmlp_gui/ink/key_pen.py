"""A pen that arrow keys move, that Space puts down and lifts again."""

from math import hypot
from typing import Final

from PyQt6.QtCore import QElapsedTimer, QObject, QPointF, QSizeF, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QKeyEvent

from zmlp_gui.ink.key_motion import KeyMotion

Key = Qt.Key

# The keypad without its numbers has diagonals, for those who press one key at a time.
DIRECTIONS: Final = {
    Key.Key_Left: (-1, 0),
    Key.Key_Right: (1, 0),
    Key.Key_Up: (0, -1),
    Key.Key_Down: (0, 1),
    Key.Key_Home: (-1, -1),
    Key.Key_PageUp: (1, -1),
    Key.Key_End: (-1, 1),
    Key.Key_PageDown: (1, 1),
}
# Milliseconds between two points, and pixels that they are apart at least.
INTERVAL: Final = 8
NEWS: Final = 0.4
# Milliseconds that move the pen at most at once: where the program hangs, the pen waits with it.
LONGEST: Final = 50


class KeyPen(QObject):
    """Turns keys into movements of a pen, with the times at which they happened.

    Signals
    -------
    moved : QPointF, int
        The pen is elsewhere; the time in milliseconds, as events have it.
    put_down : QPointF, int
        Space was pressed; the pen touches the paper.
    lifted : QPointF
        Space was pressed once more, or Esc.
    changed
        The pen is shown or hidden, down or up.
    """

    moved = pyqtSignal(QPointF, int)
    put_down = pyqtSignal(QPointF, int)
    lifted = pyqtSignal(QPointF)
    changed = pyqtSignal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.is_shown = False
        self.is_down = False
        self._motion = KeyMotion()
        self._placed = False
        self._told = QPointF()
        self._fine = False
        self._stamp = 0
        self._since = QElapsedTimer()
        self._last = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(self._tick)

    @property
    def position(self) -> QPointF:
        """Where the pen is, in the widget's pixels."""
        return QPointF(self._motion.x, self._motion.y)

    def set_room(self, size: QSizeF) -> None:
        """Keep to a widget of this size; the pen begins in its middle."""
        self._motion.set_room(size.width(), size.height())
        if not self._placed:
            self._motion.put(size.width() / 2, size.height() / 2)

    def place(self, position: QPointF) -> None:
        """Go on from where something else has drawn."""
        self._placed = True
        self._motion.put(position.x(), position.y())

    def show(self) -> None:
        """Show where the pen is."""
        if not self.is_shown:
            self.is_shown = True
            self.changed.emit()

    def wants(self, event: QKeyEvent) -> bool:
        """Whether a key is for the pen: those with Ctrl, Alt or Meta never are."""
        modifiers = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        if event.modifiers() & ~modifiers:
            return False
        key = event.key()
        if key == Key.Key_Escape:
            return self.is_down
        return key in DIRECTIONS or key in (Key.Key_Space, Key.Key_Shift)

    def press(self, event: QKeyEvent) -> None:
        """Act on a key that is wanted."""
        if event.isAutoRepeat():
            return
        key = Key(event.key())
        self._fine = key == Key.Key_Shift or bool(
            event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        )
        if key == Key.Key_Shift:
            return
        if not self._timer.isActive():
            self._stamp, self._last = event.timestamp(), 0
            self._since.start()
        if key in DIRECTIONS:
            self._placed = True
            self.show()
            self._motion.press(DIRECTIONS[key], self._fine)
            self._timer.start()
            self._tell()
        elif self.is_down:
            self.lift()
        else:
            self.is_shown = self.is_down = True
            self.changed.emit()
            self._told = self.position
            self.put_down.emit(self.position, self._now())

    def release(self, event: QKeyEvent) -> None:
        """Let go of a key; what is no arrow means nothing."""
        key = event.key()
        if key == Key.Key_Shift:
            self._fine = False
        elif key in DIRECTIONS and not event.isAutoRepeat():
            self._motion.release(DIRECTIONS[Key(key)])

    def lift(self) -> None:
        """Lift the pen where the keys have sent it."""
        if self.is_down:
            self._motion.arrive()
            if self.position != self._told:
                self._tell()
            self.is_down = False
            self.changed.emit()
            self.lifted.emit(self.position)

    def hide(self) -> None:
        """Lift the pen and let go of all keys: something else draws, or the focus is elsewhere."""
        self.lift()
        self._motion.stop()
        self._timer.stop()
        if self.is_shown:
            self.is_shown = False
            self.changed.emit()

    def _tick(self) -> None:
        now = self._since.elapsed()
        self._motion.advance(min(now - self._last, LONGEST) / 1000, self._fine)
        self._last = now
        way = self.position - self._told
        if not self._motion.is_moving:
            self._timer.stop()
        elif hypot(way.x(), way.y()) < NEWS:
            return
        self._tell()

    def _tell(self) -> None:
        self._told = self.position
        self.moved.emit(self._told, self._now())

    def _now(self) -> int:
        return self._stamp + (self._since.elapsed() if self._since.isValid() else 0)
