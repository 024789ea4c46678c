"""A drawing as an image of its own, in the same colours whatever the theme."""

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPen

from core.drawing import Drawing, Stroke
from zmlp_gui.ink.eraser import ground
from zmlp_gui.ink.paper import smooth_path

# Pixels on the longer side.
SIDE = 800
DARK, LIGHT = QColor(20, 22, 26), QColor("white")


def drawing_image(drawing: Drawing, side: int = SIDE) -> QImage:
    """The whole paper, and strokes that reach beyond it; may be called in any thread."""
    box = QRectF(0.0, 0.0, *drawing.size)
    for stroke in drawing.strokes:
        margin = stroke.width / 2
        left, top = (stroke.points.min(axis=0) - margin).tolist()
        right, bottom = (stroke.points.max(axis=0) + margin).tolist()
        box |= QRectF(QPointF(left, top), QPointF(right, bottom))
    scale = side / max(box.width(), box.height())
    width, height = (max(1, round(length * scale)) for length in (box.width(), box.height()))
    image = QImage(width, height, QImage.Format.Format_RGB32)
    # Over light ink on dark paper, the pen is light, too.
    on_dark = drawing.picture is not None and ground(drawing.picture) < 128
    paper, ink = (QColor("black"), LIGHT) if on_dark else (LIGHT, DARK)
    image.fill(paper)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(scale, scale)
    painter.translate(-box.topLeft())
    if drawing.picture is not None:
        _paint_picture(painter, drawing.picture, QRectF(0.0, 0.0, *drawing.size), scale)
    for stroke in drawing.strokes:
        _paint_stroke(painter, stroke, ink)
    painter.end()
    return image


def _paint_picture(
    painter: QPainter, picture: NDArray[np.uint8], place: QRectF, scale: float
) -> None:
    rows, columns = picture.shape
    image = QImage(picture.tobytes(), columns, rows, columns, QImage.Format.Format_Grayscale8)
    # A small picture keeps its pixels.
    smooth = scale * place.width() < columns
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    painter.drawImage(place, image)


def _paint_stroke(painter: QPainter, stroke: Stroke, ink: QColor) -> None:
    cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    painter.setPen(QPen(ink, stroke.width, Qt.PenStyle.SolidLine, cap, join))
    points = stroke.points.tolist()
    if len(points) == 1:
        painter.drawPoint(QPointF(*points[0]))
        return
    path = smooth_path(QPointF(*points[0]), points)
    path.lineTo(QPointF(*points[-1]))
    painter.drawPath(path)
