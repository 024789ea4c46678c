"""A small diagram for each station of the journal's story: what is new about it, at a glance."""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Final

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from zmlp_gui import theme

SIZE: Final = QSize(148, 128)
FORMULA_HEIGHT: Final = 24
# How far a neuron's sum reaches to either side in a diagram.
REACH: Final = 6.0


class Diagram(QWidget):
    """What is new about one station, painted, with its formula below.

    Parameters
    ----------
    recipe : str
        Which station.
    formula : str
        Written below the picture.
    words : str
        The same for those who do not see it.
    """

    def __init__(self, recipe: str, formula: str, words: str) -> None:
        super().__init__()
        self._paint, self._formula = _DIAGRAMS[recipe], formula
        self.setFixedSize(SIZE)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{words}: {formula}")
        self.setToolTip(words)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        shown = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shown.field)
        painter.drawRoundedRect(QRectF(self.rect()), shown.control_radius, shown.control_radius)
        area = QRectF(self.rect()).adjusted(14.0, 12.0, -14.0, -float(FORMULA_HEIGHT) - 6.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self._paint(painter, area)
        painter.setFont(theme.font(shown.small_size, theme.Weight.Medium))
        painter.setPen(shown.text)
        foot = QRectF(0.0, self.height() - FORMULA_HEIGHT - 2.0, self.width(), FORMULA_HEIGHT)
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, self._formula)


def sigmoid(z: float) -> float:
    """Logistic sigmoid."""
    return 1.0 / (1.0 + math.exp(-z))


def _without_bias(painter: QPainter, area: QRectF) -> None:
    _axes(painter, area)
    _curve(painter, area, sigmoid)
    _dot(painter, _at(area, 0.0, 0.5))


def _with_bias(painter: QPainter, area: QRectF) -> None:
    _axes(painter, area)
    _curve(painter, area, sigmoid, soft=True)
    _curve(painter, area, lambda z: sigmoid(z - 2.5))
    _arrow(painter, _at(area, 0.0, 0.5), _at(area, 2.5, 0.5))


def _naive_relu(painter: QPainter, area: QRectF) -> None:
    _axes(painter, area)
    _curve(painter, area, sigmoid, soft=True)
    _curve(painter, area, lambda z: max(0.0, z) / REACH)


def _minibatches(painter: QPainter, area: QRectF) -> None:
    """Two ways down into the same valley: digit by digit, and with the mean of many."""
    centre = area.center() + QPointF(area.width() * 0.24, 0.0)
    painter.setPen(QPen(theme.current().border, 1.0))
    for part in (1.0, 0.66, 0.33):
        painter.drawEllipse(centre, part * area.width() * 0.27, part * area.height() * 0.46)
    start = area.topLeft() + QPointF(2.0, 6.0)
    nervous = ((0.10, 0.55), (0.22, 0.12), (0.34, 0.78), (0.47, 0.20), (0.62, 0.86), (0.70, 0.36))
    _path(painter, [start, *_places(area, (*nervous, (0.78, 0.62)))], soft=True)
    calm = _places(area, ((0.20, 0.26), (0.40, 0.40), (0.58, 0.47), (0.74, 0.50)))
    _path(painter, [start, *calm])
    for point in calm:
        _dot(painter, point, 2.5)


def _deep(painter: QPainter, area: QRectF) -> None:
    """The layers as columns of neurons that grow shorter, every neuron joined to the next."""
    layers = [
        [
            QPointF(area.left() + area.width() * x, area.center().y() + (k - (n - 1) / 2) * 10.0)
            for k in range(n)
        ]
        for x, n in zip((0.0, 0.25, 0.5, 0.75, 1.0), (9, 7, 5, 4, 3), strict=True)
    ]
    painter.setPen(QPen(theme.current().text_off, 0.35))
    for left, right in itertools.pairwise(layers):
        for start in left:
            for end in right:
                painter.drawLine(start, end)
    for index, layer in enumerate(layers):
        for point in layer:
            _dot(painter, point, 3.0, soft=index in (0, len(layers) - 1))


_DIAGRAMS: Final[dict[str, Callable[[QPainter, QRectF], None]]] = {
    "journal-sigmoid": _without_bias,
    "journal-bias": _with_bias,
    "journal-relu": _naive_relu,
    "journal-minibatch": _minibatches,
    "journal-deep": _deep,
}


def _at(area: QRectF, z: float, a: float) -> QPointF:
    """The place of a neuron's sum `z` and answer `a`, which is from 0 to 1."""
    return QPointF(
        area.center().x() + z / REACH * area.width() / 2, area.bottom() - a * area.height()
    )


def _places(area: QRectF, parts: Sequence[tuple[float, float]]) -> list[QPointF]:
    return [
        QPointF(area.left() + x * area.width(), area.top() + y * area.height()) for x, y in parts
    ]


def _axes(painter: QPainter, area: QRectF) -> None:
    painter.setPen(QPen(theme.current().border, 1.0))
    painter.drawLine(area.bottomLeft(), area.bottomRight())
    painter.drawLine(_at(area, 0.0, 0.0), _at(area, 0.0, 1.0))


def _curve(
    painter: QPainter, area: QRectF, function: Callable[[float], float], soft: bool = False
) -> None:
    sums = [REACH * (k / 30.0 - 1.0) for k in range(61)]
    _path(painter, [_at(area, z, function(z)) for z in sums], soft)


def _path(painter: QPainter, points: Sequence[QPointF], soft: bool = False) -> None:
    """A line through points; a soft one, which was there before, is thin and dashed."""
    path = QPainterPath(points[0])
    for point in points[1:]:
        path.lineTo(point)
    pen = QPen(_colour(soft), 1.25 if soft else 2.0)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if soft:
        pen.setDashPattern([3.0, 2.5])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


def _arrow(painter: QPainter, start: QPointF, end: QPointF) -> None:
    painter.setPen(QPen(theme.current().text, 1.25))
    painter.drawLine(start, end)
    for side in (-3.0, 3.0):
        painter.drawLine(end, end + QPointF(-4.0, side))


def _dot(painter: QPainter, centre: QPointF, radius: float = 3.5, soft: bool = False) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_colour(soft))
    painter.drawEllipse(centre, radius, radius)


def _colour(soft: bool) -> QColor:
    shown = theme.current()
    return shown.text_soft if soft else shown.accent
