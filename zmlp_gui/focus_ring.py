"""A ring around a widget that paints itself, while it has the keyboard's focus."""

from typing import TYPE_CHECKING

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QFocusEvent, QPainter, QPen
from PyQt6.QtWidgets import QWidget

from zmlp_gui.theme import current

if TYPE_CHECKING:
    _Widget = QWidget
else:
    # Of two classes of Qt among its bases a widget would be the first alone.
    _Widget = object


def came_by_key(event: QFocusEvent) -> bool:
    """Whether the focus came from the keyboard; only then does a ring show where it is."""
    reason = Qt.FocusReason
    keys = (reason.TabFocusReason, reason.BacktabFocusReason, reason.ShortcutFocusReason)
    return event.reason() in keys


class FocusRing(_Widget):
    """The first base of a widget that paints itself: says when to paint a ring, and paints it.

    Attributes
    ----------
    has_ring : bool
        Whether the focus came by a key and is still here.
    """

    has_ring = False

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        self.has_ring = event is not None and came_by_key(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        super().focusOutEvent(event)
        self.has_ring = False
        self.update()

    def paint_ring(self, painter: QPainter) -> None:
        """Paint the ring if there is one; after all else."""
        if not self.has_ring:
            return
        theme = current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.accent, 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        frame = QRectF(self.rect()).adjusted(1.0, 1.0, -1.0, -1.0)
        painter.drawRoundedRect(frame, theme.control_radius, theme.control_radius)
