"""How grid, labels and curves are painted: on the screen, in a picture and in a drawing file."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PyQt6 import sip
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen

from zmlp_gui import theme
from zmlp_gui.plot.curve_data import Figures
from zmlp_gui.plot.curve_marks import Look, paint_mark
from zmlp_gui.plot.plane import Plane
from zmlp_gui.theme import Theme

# Room for the labels beside a frame.
LEFT, BOTTOM, TOP, RIGHT = 44, 24, 8, 14
_LABEL_GAP, _BESIDE, _BELOW = 6.0, 9.0, 7.0
_LINE_BYTES = 4 * 8


@dataclass(frozen=True, eq=False)
class Line:
    """A curve to draw: its look, places and figures (which may be NaN or infinite)."""

    look: Look
    places: Figures
    figures: Figures


def paint_grid(painter: QPainter, frame: QRectF, plane: Plane, shown: Theme) -> None:
    """Paint horizontal lines and the labels of both axes, which stand outside the frame."""
    y_ticks = plane.y_ticks(frame.height())
    painter.setPen(QPen(shown.grid, 1.0))
    for figure, _ in y_ticks:
        y = round(plane.point(frame, 0.0, figure).y()) + 0.5
        painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))
    painter.setPen(shown.text_soft)
    font = theme.font(shown.small_size - 1)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for figure, label in y_ticks:
        y = plane.point(frame, 0.0, figure).y()
        room = QRectF(frame.left() - LEFT, y - 10.0, LEFT - _BESIDE, 20.0)
        painter.drawText(room, flags, label)
    _paint_x_labels(painter, frame, plane, metrics)


def _paint_x_labels(painter: QPainter, frame: QRectF, plane: Plane, metrics: QFontMetricsF) -> None:
    """What the axis counts in the left corner, then the labels that have room beside it."""
    x_ticks, name = plane.x_ticks(frame.width())
    baseline = frame.bottom() + _BELOW + metrics.ascent()
    width = metrics.horizontalAdvance(name)
    taken = frame.left() - LEFT + max(LEFT - _BESIDE, width + 1.0)
    painter.drawText(QPointF(taken - width, baseline), name)
    for place, label in x_ticks:
        width = metrics.horizontalAdvance(label)
        middle = plane.point(frame, place, plane.low).x()
        left = min(middle - width / 2, frame.right() + RIGHT - width)
        # The zero may touch a long name; the name says more.
        if left >= taken + _LABEL_GAP / 2:
            painter.drawText(QPointF(left, baseline), label)
            taken = left + width + _LABEL_GAP


def paint_lines(painter: QPainter, frame: QRectF, plane: Plane, lines: Sequence[Line]) -> None:
    """Paint curves as single pieces: many times as quick as paths, above all on fine screens."""
    painter.save()
    # A curve along the edge keeps its whole width.
    painter.setClipRect(frame.adjusted(-1.0, -1.0, 1.0, 1.0))
    for line in lines:
        pieces = _pieces(*_points(frame, plane, line))
        if pieces is not None:
            pen = line.look.pen()
            # Round ends cost five times as much where a line is two pixels wide.
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawLines(pieces)
    painter.restore()


def paint_paths(painter: QPainter, frame: QRectF, plane: Plane, lines: Sequence[Line]) -> None:
    """Paint curves as paths: slower, dashes run on, and a drawing file has one for each curve."""
    painter.save()
    for line in lines:
        painter.setPen(line.look.pen())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(_path(frame, *_points(frame, plane, line)))
    painter.restore()


def paint_newest(painter: QPainter, frame: QRectF, plane: Plane, line: Line) -> None:
    """Mark the newest figure of a curve, if it lies in the frame."""
    known = np.flatnonzero(np.isfinite(line.figures))
    if len(known):
        place, figure = float(line.places[known[-1]]), float(line.figures[known[-1]])
        if plane.holds(place, figure):
            paint_mark(painter, line.look, plane.point(frame, place, figure), 3.0)


def _points(frame: QRectF, plane: Plane, line: Line) -> tuple[Figures, Figures]:
    levels = plane.drawable(line.figures)
    return plane.across(frame, line.places), plane.up(frame, levels)


def _pieces(x: Figures, y: Figures) -> "sip.array[QLineF | None] | None":
    """A curve as single lines, none to or from a NaN; None where there is no line."""
    ends = np.stack([x[:-1], y[:-1], x[1:], y[1:]], axis=1) if len(x) else np.empty((0, 4))
    ends = ends[np.isfinite(ends).all(axis=1)]
    if not len(ends):
        return None
    # Filled where they lie: making one QLineF after the other takes longer than painting them.
    # (sip's stubs know neither how an array is made nor that its memory is a buffer.)
    lines: sip.array[QLineF | None] = sip.array(QLineF, len(ends))  # type: ignore[call-arg]
    memory = sip.voidptr(lines, len(ends) * _LINE_BYTES)
    np.frombuffer(memory, np.float64).reshape(-1, 4)[:] = ends  # type: ignore[call-overload]
    return lines


def _path(frame: QRectF, x: Figures, y: Figures) -> QPainterPath:
    """A curve as far as it runs in the frame: drawing files know no clipping."""
    path, end = QPainterPath(), (np.nan, np.nan)
    for x0, y0, x1, y1 in _inside(frame, x, y).tolist():
        if (x0, y0) != end:
            path.moveTo(x0, y0)
        path.lineTo(x1, y1)
        end = (x1, y1)
    return path


def _inside(frame: QRectF, x: Figures, y: Figures) -> Figures:
    """The pieces of a curve that lie in a frame, cut where they leave it (Liang & Barsky, 1984)."""
    begins, ends = np.stack([x[:-1], y[:-1]], axis=1), np.stack([x[1:], y[1:]], axis=1)
    known = np.isfinite(begins).all(axis=1) & np.isfinite(ends).all(axis=1)
    begins, ends = begins[known], ends[known]
    steps = ends - begins
    low, high = np.array([frame.left(), frame.top()]), np.array([frame.right(), frame.bottom()])
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.stack([(low - begins) / steps, (high - begins) / steps])
    # A piece along the frame's side divides by zero: it is in for ever, or not at all.
    still = steps == 0.0
    within = (begins >= low) & (begins <= high)
    enters = np.where(still, np.where(within, 0.0, 2.0), shares.min(axis=0)).max(axis=1)
    leaves = np.where(still, np.where(within, 1.0, -1.0), shares.max(axis=0)).min(axis=1)
    enters, leaves = np.maximum(enters, 0.0), np.minimum(leaves, 1.0)
    cut_begins = np.where((enters > 0.0)[:, None], begins + enters[:, None] * steps, begins)
    cut_ends = np.where((leaves < 1.0)[:, None], begins + leaves[:, None] * steps, ends)
    return np.hstack([cut_begins, cut_ends])[enters < leaves]
