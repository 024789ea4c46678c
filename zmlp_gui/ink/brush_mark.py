"""The brush under the pointer: a ring of its size, with a cross where keys move it."""

from collections.abc import Callable
from enum import Enum

from PyQt6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PyQt6.QtGui import QPainter, QPen

from zmlp_gui.theme import current

# Pixels: of the cross beyond the ring and into it, and of the dot that says the pen is down.
ARM, DOT = 9.0, 3.5
# Half the widest line that is drawn, rounded up.
LINE = 2.0


class Look(Enum):
    """What is drawn: only the ring, or with the cross of a pen that keys have lifted or put down.

    A pen that is down has a dot in its middle, so that no colour tells it alone.
    """

    RING = "ring"
    KEYS_UP = "keys up"
    KEYS_DOWN = "keys down"


class BrushMark:
    """Knows what is drawn where, so that only what differs has to be painted.

    Parameters
    ----------
    update : callable
        Is given every area of the widget that has to be painted anew.
    """

    def __init__(self, update: Callable[[QRect], None]) -> None:
        self._update = update
        self._shown: tuple[QPointF, float, Look] | None = None

    def show(self, place: QPointF, radius: float, look: Look) -> None:
        """Draw the mark from now on; place and radius in pixels."""
        self._change((QPointF(place), radius, look))

    def hide(self) -> None:
        """Draw nothing."""
        self._change(None)

    def paint(self, painter: QPainter, area: QRect) -> None:
        """Paint the mark, if it reaches into the area: seen on paper and on ink."""
        if self._shown is None or not area.intersects(_area(*self._shown)):
            return
        place, radius, look = self._shown
        theme = current()
        line = theme.text_soft if look is Look.RING else theme.accent
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, width in ((theme.paper, 3.5), (line, 1.5)):
            painter.setPen(QPen(colour, width, cap=Qt.PenCapStyle.FlatCap))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(place, radius, radius)
            if look is not Look.RING:
                for arm in _cross(place, radius):
                    painter.drawLine(arm)
        if look is Look.KEYS_DOWN:
            painter.setPen(QPen(theme.paper, 1.5))
            painter.setBrush(theme.accent)
            painter.drawEllipse(place, DOT, DOT)

    def _change(self, shown: tuple[QPointF, float, Look] | None) -> None:
        before, self._shown = self._shown, shown
        if before != shown:
            for mark in (before, shown):
                if mark is not None:
                    self._update(_area(*mark))


def _area(place: QPointF, radius: float, look: Look) -> QRect:
    reach = radius + LINE + (0.0 if look is Look.RING else ARM)
    corner = QPointF(reach, reach)
    return QRectF(place - corner, place + corner).toAlignedRect()


def _cross(place: QPointF, radius: float) -> list[QLineF]:
    """Four short lines that point to the middle from outside the ring."""
    arms = []
    for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        way = QPointF(x, y)
        arms.append(QLineF(place + radius * way, place + (radius + ARM) * way))
    return arms
