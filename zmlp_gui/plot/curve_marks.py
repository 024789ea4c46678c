"""How runs are told apart in the plot, its legend and its readout: colour, line and mark."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform

from zmlp_gui import theme
from zmlp_gui.palettes import LIGHT, Theme

SAMPLE_WIDTH = 16.0


@dataclass(frozen=True)
class Look:
    """The line and the mark of one curve; the mark says the same as the colour.

    The rim around a mark has the colour of the ground, so that it stands off the line.
    """

    colour: QColor
    width: float
    dashed: bool
    mark: Callable[[], QPainterPath] | None
    rim: QColor

    def pen(self, scale: float = 1.0) -> QPen:
        """The pen for a widget, `scale` times as wide."""
        pen = QPen(self.colour, self.width * scale)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if self.dashed:
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setDashPattern([4.0, 3.0])
        return pen

    def scene_pen(self, ratio: float) -> QPen:
        """The pen for a scene in data coordinates, on a screen with `ratio` pixels to a point."""
        pen = self.pen()
        pen.setCosmetic(True)
        pen.setWidthF(self.width * ratio)
        return pen


@cache
def circle() -> QPainterPath:
    """The mark of the run that is going on."""
    path = QPainterPath()
    path.addEllipse(QPointF(), 1.0, 1.0)
    return path


def _polygon(corners: int, turn: float, radius: float) -> QPainterPath:
    angles = (turn + 2 * math.pi * k / corners for k in range(corners))
    path = QPainterPath()
    for k, angle in enumerate(angles):
        point = QPointF(radius * math.cos(angle), radius * math.sin(angle))
        path.lineTo(point) if k else path.moveTo(point)
    path.closeSubpath()
    return path


@cache
def _square() -> QPainterPath:
    return _polygon(4, math.pi / 4, 1.25)


@cache
def _triangle() -> QPainterPath:
    return _polygon(3, -math.pi / 2, 1.35)


@cache
def _diamond() -> QPainterPath:
    return _polygon(4, 0.0, 1.35)


@cache
def _triangle_down() -> QPainterPath:
    return _polygon(3, math.pi / 2, 1.35)


@cache
def _plus() -> QPainterPath:
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    path.addRect(QRectF(-1.25, -0.45, 2.5, 0.9))
    path.addRect(QRectF(-0.45, -1.25, 0.9, 2.5))
    return path.simplified()


@cache
def _cross() -> QPainterPath:
    return QTransform().rotate(45.0).map(_plus())


# Six marks and seven colours: 42 earlier runs until a pair comes again.
_MARKS = (_square, _triangle, _diamond, _triangle_down, _plus, _cross)


def this_run(colour: int = 0, shown: Theme | None = None) -> Look:
    """The run that is going on, on the part of the data that it does not learn."""
    shown = shown or theme.current()
    return Look(_colour(shown, colour), 2.0, dashed=False, mark=circle, rim=shown.card)


def this_training(colour: int = 0, shown: Theme | None = None) -> Look:
    """The run that is going on, on the digits it learns."""
    shown = shown or theme.current()
    softer = mixed(_colour(shown, colour), shown.card, 0.8)
    return Look(softer, 1.0, dashed=True, mark=None, rim=shown.card)


def earlier_run(
    place: int, colour: int | None = None, behind: bool = False, shown: Theme | None = None
) -> Look:
    """An earlier run, faded; runs of different `place` look different.

    Parameters
    ----------
    place : int
        Gives the mark, and the colour unless one is chosen.
    colour : int or None
        Index into the theme's colours of curves.
    behind : bool
        Whether it stays in the background, where there are many.
    """
    shown = shown or theme.current()
    seen = mixed(_colour(shown, own_colour(place, colour)), shown.card, 0.3 if behind else 0.72)
    return Look(seen, 1.0, dashed=False, mark=_MARKS[place % len(_MARKS)], rim=shown.card)


def own_colour(place: int, chosen: int | None) -> int:
    """The colour that was chosen, or the one of the place: never the first, which is this run's."""
    return 1 + place % (len(LIGHT.curves) - 1) if chosen is None else chosen


def faint(look: Look) -> Look:
    """The figures themselves behind a smoothed curve."""
    return replace(look, colour=mixed(look.colour, look.rim, 0.3), width=1.0, mark=None)


def _colour(shown: Theme, index: int) -> QColor:
    return shown.curves[index % len(shown.curves)]


def mixed(colour: QColor, ground: QColor, part: float) -> QColor:
    """`part` of the colour on the ground, opaque: joints of see-through lines show as dots."""
    return QColor.fromRgbF(
        *(
            float(part * a + (1 - part) * b)
            for a, b in zip(colour.getRgbF()[:3], ground.getRgbF()[:3], strict=True)
        )
    )


def paint_mark(painter: QPainter, look: Look, centre: QPointF, radius: float) -> None:
    """Paint the mark of a curve."""
    if look.mark is None:
        return
    painter.save()
    painter.translate(centre)
    painter.scale(radius, radius)
    painter.setPen(QPen(look.rim, 0.5))
    painter.setBrush(look.colour)
    painter.drawPath(look.mark())
    painter.restore()


def paint_sample(painter: QPainter, look: Look, left: QPointF) -> None:
    """Paint a short piece of the curve with its mark, `SAMPLE_WIDTH` long, from `left` on."""
    painter.setPen(look.pen())
    painter.drawLine(left, left + QPointF(SAMPLE_WIDTH, 0.0))
    paint_mark(painter, look, left + QPointF(SAMPLE_WIDTH / 2, 0.0), 3.0)


def bounds(centre: QPointF, radius: float) -> QRectF:
    """The square that a mark may touch."""
    reach = 2.0 * radius
    return QRectF(centre.x() - reach, centre.y() - reach, 2 * reach, 2 * reach)
