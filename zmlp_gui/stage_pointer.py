"""Hides the pointer that rests on a stage, away from the canvas."""

from PyQt6.QtCore import QEvent, QObject, Qt, QTimer
from PyQt6.QtWidgets import QWidget

# Milliseconds that it must rest.
RESTS = 2500
_STIRS = (QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.TabletMove)


class StagePointer(QObject):
    """Watches the pointer on a window between `begin` and `end`.

    A widget with a cursor of its own, as the canvas has, keeps it.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(RESTS)
        self._timer.timeout.connect(lambda: window.setCursor(Qt.CursorShape.BlankCursor))

    def begin(self) -> None:
        """Hide the pointer as soon as it rests."""
        if handle := self._window.windowHandle():
            handle.installEventFilter(self)
        self._timer.start()

    def end(self) -> None:
        """Show the pointer."""
        if handle := self._window.windowHandle():
            handle.removeEventFilter(self)
        self._timer.stop()
        self._window.unsetCursor()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() in _STIRS:
            self._window.unsetCursor()
            self._timer.start()
        return False
