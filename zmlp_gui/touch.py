"""Notices that a person touches the window, whatever the program itself sends to its widgets."""

from typing import cast

from PyQt6.QtCore import QEvent, QObject, QPointF, pyqtSignal
from PyQt6.QtGui import QMouseEvent, QTabletEvent, QWindow

# A table that is bumped moves the pointer by less, in device-independent pixels.
STIRRED = 24.0
_TOUCHES = {
    # The override comes first, and no key press follows it where the key is a shortcut.
    *(QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress),
    *(QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick),
    *(QEvent.Type.TouchBegin, QEvent.Type.TabletPress, QEvent.Type.Wheel),
}
_MOVES = (QEvent.Type.MouseMove, QEvent.Type.TabletMove)


class Touch(QObject):
    """Emits `touched` at a key, a click, a finger, a pen, or a pointer that moves some way.

    The events of the system reach the window first and then its widgets; what a program sends
    to a widget by itself does not come by here. The first touch goes no further: it only says
    that somebody is there.

    Parameters
    ----------
    handle : QWindow
        The system's window.
    """

    touched = pyqtSignal()

    def __init__(self, handle: QWindow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._handle = handle
        self._rest: QPointF | None = None
        handle.installEventFilter(self)

    def end(self) -> None:
        """Notice nothing any more."""
        self._handle.removeEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is None:
            return False
        if event.type() in _MOVES:
            place = cast(QMouseEvent | QTabletEvent, event).globalPosition()
            self._rest = self._rest or place
            if (place - self._rest).manhattanLength() < STIRRED:
                return False
        elif event.type() not in _TOUCHES:
            return False
        # No shortcut is looked for.
        event.accept()
        self.touched.emit()
        return True
