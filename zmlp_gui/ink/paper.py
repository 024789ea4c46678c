"""The pixels of a drawing in a widget, kept, so that a pen that moves on only adds to them."""

from collections.abc import Sequence
from math import hypot

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPixmap, QTransform

from core.drawing import Drawing, Stroke
from zmlp_gui.ink.eraser import SMALL, Point, ground
from zmlp_gui.palettes import DARK, LIGHT, Theme
from zmlp_gui.theme import current


class Paper:
    """Keeps the picture of one drawing, in the resolution of the screen.

    The box of the drawing is fitted into the widget, its shape kept, in the middle. Where the
    widget is wider or taller than the box there is more paper, with coordinates below zero or
    beyond the box. Ink that would lie outside makes everything smaller.
    """

    def __init__(self) -> None:
        self._size, self._ratio = QSize(), 0.0
        self._pixels = QPixmap()
        self._ink = current().ink
        self._transform = QTransform()
        self._scaled: tuple[NDArray[np.uint8], QSize, str, QImage] | None = None

    @property
    def scale(self) -> float:
        """Widget pixels in a unit of the drawing."""
        return self._transform.m11()

    def to_widget(self, x: float, y: float) -> QPointF:
        """Where a point of the drawing lies in the widget."""
        return self._transform.map(QPointF(x, y))

    def to_drawing(self, position: QPointF) -> tuple[float, float]:
        """The point of the drawing at a position in the widget."""
        scale = self._transform.m11()
        return (
            (position.x() - self._transform.dx()) / scale,
            (position.y() - self._transform.dy()) / scale,
        )

    def matches(self, size: QSize, ratio: float) -> bool:
        """Whether the pixels are those of a widget of this size on a screen of this ratio."""
        return self._ratio == ratio and self._size == size

    def fit(self, drawing: Drawing, size: QSize, ratio: float) -> None:
        """Choose where the drawing lies in a widget of a size, and paint it there.

        Parameters
        ----------
        drawing : Drawing
            All of it will be seen.
        size : QSize
            Of the widget, in device-independent pixels.
        ratio : float
            Screen pixels in each of them.
        """
        self._size, self._ratio = size, ratio
        size = size.expandedTo(QSize(1, 1))
        box, widget = QRectF(0.0, 0.0, *drawing.size), QRectF(QPointF(0.0, 0.0), QSizeF(size))
        self._transform = _fitted(box, widget)
        seen = self._transform.inverted()[0].mapRect(widget)
        if not all(seen.contains(_bounds(stroke, 0.0)) for stroke in drawing.strokes):
            for stroke in drawing.strokes:
                box = box.united(_bounds(stroke, stroke.width / 2))
            self._transform = _fitted(box, widget)
        self._pixels = QPixmap(size * ratio)
        self._pixels.setDevicePixelRatio(ratio)
        self.paint(drawing)

    def paint(self, drawing: Drawing, area: QRect | None = None) -> None:
        """Paint the drawing anew, all of it or only in one area of the widget."""
        if self._pixels.isNull():
            # Not shown yet: it is painted when its size is known.
            return
        theme = current()
        self._ink = _ink_over(drawing.picture, theme)
        painter = QPainter(self._pixels)
        if area is not None:
            painter.setClipRect(area)
        painter.fillRect(area or self._pixels.rect(), theme.paper)
        if drawing.picture is not None:
            self._paint_picture(painter, drawing, theme)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setTransform(self._transform, combine=True)
        shown = None if area is None else self._transform.inverted()[0].mapRect(QRectF(area))
        for stroke in drawing.strokes:
            if shown is None or shown.intersects(_bounds(stroke, stroke.width / 2)):
                _paint_stroke(painter, stroke, self._ink)
        painter.end()

    def extend(self, tail: Sequence[Point], width: float) -> QRect:
        """Paint what the newest point adds to a stroke: as far as halfway to it.

        Parameters
        ----------
        tail : sequence of (x, y)
            The last points of the stroke, at most four.
        width : float
            Of the pen, in the drawing's units.

        Returns
        -------
        QRect
            The area of the widget that looks different now, the loose end included.
        """
        # Called for every event of the pen: one painter, one short path. The piece before is
        # painted once more, with flat ends: round ones would leave ripples along soft edges.
        painter = QPainter(self._pixels)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setTransform(self._transform, combine=True)
        if len(tail) == 1:
            painter.setPen(_pen(self._ink, width, Qt.PenCapStyle.RoundCap))
            painter.drawPoint(QPointF(*tail[0]))
        else:
            painter.setPen(_pen(self._ink, width, Qt.PenCapStyle.FlatCap))
            start = _between(tail[0], tail[1]) if len(tail) == 4 else QPointF(*tail[0])
            painter.drawPath(smooth_path(start, tail))
        painter.end()
        return self.area(tail, width / 2)

    def area(self, points: Sequence[Point], reach: float) -> QRect:
        """The area of the widget that lies within `reach`, in the drawing's units, of points."""
        xs, ys = [point[0] for point in points], [point[1] for point in points]
        low, high = QPointF(min(xs), min(ys)), QPointF(max(xs), max(ys))
        around = QRectF(low, high).adjusted(-reach, -reach, reach, reach)
        return self._transform.mapRect(around).toAlignedRect().adjusted(-2, -2, 2, 2)

    def show(self, painter: QPainter, area: QRect) -> None:
        """Put the pixels of an area of the widget on the screen."""
        ratio = self._ratio
        source = QRectF(
            area.x() * ratio, area.y() * ratio, area.width() * ratio, area.height() * ratio
        )
        painter.drawPixmap(QRectF(area), self._pixels, source)

    def show_loose_end(self, painter: QPainter, tail: Sequence[Point], width: float) -> None:
        """Paint the straight bit to the newest point, which the next one will bend."""
        if len(tail) < 2:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setTransform(self._transform, combine=True)
        painter.setPen(_pen(self._ink, width, Qt.PenCapStyle.RoundCap))
        painter.drawLine(_between(tail[-2], tail[-1]), QPointF(*tail[-1]))
        painter.restore()

    def _paint_picture(self, painter: QPainter, drawing: Drawing, theme: Theme) -> None:
        picture = drawing.picture
        assert picture is not None
        place = self._transform.mapRect(QRectF(0.0, 0.0, *drawing.size))
        size = (place.size() * self._ratio).toSize()
        kept = self._scaled
        if kept is None or kept[0] is not picture or kept[1:3] != (size, theme.name):
            image = _image(picture, theme).scaled(
                size,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            kept = self._scaled = (picture, size, theme.name, image)
        painter.drawImage(place, kept[3])


def _image(picture: NDArray[np.uint8], theme: Theme) -> QImage:
    height, width = picture.shape
    if max(height, width) > SMALL:
        grey = QImage.Format.Format_Grayscale8
        return QImage(picture.tobytes(), width, height, width, grey).copy()
    ink = picture if ground(picture) < 128 else 255 - picture
    colour = (theme.ink.blue(), theme.ink.green(), theme.ink.red(), 255)
    pixels = np.empty((height, width, 4), np.uint8)
    for channel, value in enumerate(colour):
        pixels[..., channel] = (ink.astype(np.uint16) * value + 127) // 255
    clear = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(pixels.tobytes(), width, height, 4 * width, clear).copy()


def _ink_over(picture: NDArray[np.uint8] | None, theme: Theme) -> QColor:
    """The colour of the pen: on a photograph, what stands out from its paper in either theme."""
    if picture is None or max(picture.shape) <= SMALL:
        return theme.ink
    return (LIGHT if ground(picture) >= 128 else DARK).ink


def _paint_stroke(painter: QPainter, stroke: Stroke, ink: QColor) -> None:
    painter.setPen(_pen(ink, stroke.width, Qt.PenCapStyle.RoundCap))
    points = stroke.points.tolist()
    if len(points) == 1:
        painter.drawPoint(QPointF(*points[0]))
        return
    path = smooth_path(QPointF(*points[0]), points)
    path.lineTo(QPointF(*points[-1]))
    painter.drawPath(path)


def smooth_path(start: QPointF, points: Sequence[Point]) -> QPainterPath:
    """A way along points, from midpoint to midpoint.

    Parameters
    ----------
    start : QPointF
        Where the way begins: at the first point, or halfway from there to the second.
    points : sequence of (x, y)
        Two or more; the way ends halfway between the last two.
    """
    path = QPainterPath(start)
    path.lineTo(_between(points[0], points[1]))
    for before, at, after in zip(points, points[1:], points[2:], strict=False):
        if _is_corner(before, at, after):
            path.lineTo(*at)
            path.lineTo(_between(at, after))
        else:
            path.quadTo(QPointF(*at), _between(at, after))
    return path


def _is_corner(before: Point, at: Point, after: Point) -> bool:
    """Whether the way turns by more than 60°: a bend would cut that off, and break at a hairpin."""
    x, y, u, v = at[0] - before[0], at[1] - before[1], after[0] - at[0], after[1] - at[1]
    return x * u + y * v < 0.5 * hypot(x, y) * hypot(u, v)


def _between(one: Point, other: Point) -> QPointF:
    return QPointF((one[0] + other[0]) / 2, (one[1] + other[1]) / 2)


def _pen(ink: QColor, width: float, cap: Qt.PenCapStyle) -> QPen:
    return QPen(ink, width, Qt.PenStyle.SolidLine, cap, Qt.PenJoinStyle.RoundJoin)


def _fitted(box: QRectF, widget: QRectF) -> QTransform:
    """Moves and scales a box into the middle of a widget, as large as it will go."""
    scale = max(min(widget.width() / box.width(), widget.height() / box.height()), 1e-6)
    shift = widget.center() - scale * box.center()
    return QTransform(scale, 0.0, 0.0, scale, shift.x(), shift.y())


def _bounds(stroke: Stroke, margin: float) -> QRectF:
    left, top = (stroke.points.min(axis=0) - margin).tolist()
    right, bottom = (stroke.points.max(axis=0) + margin).tolist()
    return QRectF(QPointF(left, top), QPointF(right, bottom))
