"""Paints at most once a frame, however often the pen reports."""

from PyQt6.QtCore import QObject, QRect, Qt, QTimer
from PyQt6.QtWidgets import QWidget


class FrameUpdates(QObject):
    """Gathers the areas of a widget that have to be painted.

    The first is painted at once; what follows until the screen shows the next frame, together.
    There are mice that report a thousand times a second, and Qt would paint as often.
    """

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._due = QRect()
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setTimerType(Qt.TimerType.PreciseTimer)
        self._frame.timeout.connect(self._paint)

    def add(self, area: QRect) -> None:
        """Have an area painted, now or with the next frame."""
        self._due = self._due.united(area)
        if not self._frame.isActive():
            self._paint()

    def _paint(self) -> None:
        if not self._due.isNull():
            self._widget.update(self._due)
            self._due = QRect()
            screen = self._widget.screen()
            self._frame.start(int(1000 / max(60.0, screen.refreshRate() if screen else 60.0)))
