"""The plot of a search for a learning rate: loss against the rate, and the rate that is chosen."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PyQt6.QtWidgets import QSizePolicy, QWidget

from core.rate_finder import HIGHEST, LOWEST, RateTried
from zmlp_gui import theme
from zmlp_gui.focus_ring import FocusRing
from zmlp_gui.plot import ticks
from zmlp_gui.words import tr

# Room for the labels: left, above, right, below.
ROOM: Final = (40, 24, 12, 38)
# Losses above this many times the first one leave the plot.
TOP: Final = 1.25
# An arrow key moves the rate by this part of a power of ten, at the least to the next figure.
KEY_STEP: Final = 0.05


class RatePlot(FocusRing, QWidget):
    """Shows a search, also one under way; a click or an arrow key chooses a rate.

    Signals
    -------
    picked(float)
        The person chose this rate, of two figures.
    """

    picked = pyqtSignal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tried: Sequence[RateTried] = ()
        self._suggestion: float | None = None
        self._rate: float | None = None
        self.setAccessibleName(tr("Loss against the learning rate"))
        self.setToolTip(tr("Click to choose a rate, or use the left and right arrow keys"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def show_tried(self, tried: Sequence[RateTried]) -> None:
        """Show what was tried so far."""
        self._tried = tried
        self.update()

    def show_rates(self, rate: float | None, suggestion: float | None) -> None:
        """Mark the rate that is chosen, and the one that was suggested."""
        self._rate, self._suggestion = rate, suggestion
        self.setAccessibleDescription("" if rate is None else self._words(rate))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(560, 260)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 180)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pick(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._pick(event.position().x())

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        way = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if way and self._rate is not None:
            self._offer(self._rate * 10.0 ** (way * KEY_STEP))
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = self._frame()
        self._paint_axes(painter, frame)
        if self._tried:
            self._paint_curve(painter, frame)
            if self._rate is not None:
                self._paint_rate(painter, frame, self._rate)
        self.paint_ring(painter)

    def _paint_axes(self, painter: QPainter, frame: QRectF) -> None:
        shown = theme.current()
        painter.setFont(theme.font(11))
        for loss, label in ticks.along(self._top(), 1.0, False, 1.2 * frame.height()):
            y = self._y(frame, loss)
            painter.setPen(QPen(shown.grid, 1.0))
            painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))
            painter.setPen(shown.text_soft)
            room = QRectF(0.0, y - 8.0, frame.left() - 8.0, 16.0)
            painter.drawText(
                room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, label
            )
        # A label at each power of ten, and none between.
        for rate, label in ticks.powers(LOWEST, HIGHEST, 0.25 * frame.width()):
            x = self._x(frame, rate)
            painter.setPen(QPen(shown.grid, 1.0))
            painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))
            painter.setPen(shown.text_soft)
            room = QRectF(x - 30.0, frame.bottom() + 4.0, 60.0, 16.0)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, label)
        painter.drawText(
            QRectF(frame.left(), frame.bottom() + 20.0, frame.width(), 16.0),
            Qt.AlignmentFlag.AlignCenter,
            tr("Learning rate"),
        )
        painter.drawText(QPointF(8.0, 13.0), tr("Loss"))

    def _paint_curve(self, painter: QPainter, frame: QRectF) -> None:
        """Each minibatch's own loss, faint, and the smoothed one."""
        shown = theme.current()
        painter.save()
        painter.setClipRect(frame.adjusted(-2.0, 0.0, 2.0, 2.0))
        faint = shown.accent.toRgb()
        faint.setAlphaF(0.28)
        for colour, width, losses in (
            (faint, 1.0, [each.loss for each in self._tried]),
            (shown.accent, 2.0, [each.smoothed for each in self._tried]),
        ):
            path = QPainterPath()
            for index, (each, loss) in enumerate(zip(self._tried, losses, strict=True)):
                point = QPointF(self._x(frame, each.rate), self._y(frame, loss))
                path.lineTo(point) if index else path.moveTo(point)
            painter.strokePath(path, QPen(colour, width))
        painter.restore()

    def _paint_rate(self, painter: QPainter, frame: QRectF, rate: float) -> None:
        """A dotted line down from the rate in figures, and a dot where it meets the curve."""
        shown = theme.current()
        x = self._x(frame, rate)
        painter.setPen(QPen(shown.text, 1.0, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))
        y = max(self._y(frame, self._loss(rate)), frame.top())
        painter.setPen(QPen(shown.card, 2.0))
        painter.setBrush(shown.accent)
        painter.drawEllipse(QPointF(x, y), 5.0, 5.0)
        words = f"{rate:g}"
        if rate == self._suggestion:
            words += " · " + tr("suggested")
        painter.setFont(theme.font(12, theme.Weight.DemiBold))
        painter.setPen(shown.text)
        width = painter.fontMetrics().horizontalAdvance(words) + 4.0
        left = min(max(x - width / 2, frame.left()), frame.right() - width)
        room = QRectF(left, frame.top() - 22.0, width, 18.0)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words)

    def _frame(self) -> QRectF:
        left, above, right, below = ROOM
        return QRectF(self.rect()).adjusted(left, above, -right, -below)

    def _top(self) -> float:
        return TOP * self._tried[0].loss if self._tried else 3.0

    def _x(self, frame: QRectF, rate: float) -> float:
        part = math.log(rate / LOWEST) / math.log(HIGHEST / LOWEST)
        return frame.left() + frame.width() * part

    def _y(self, frame: QRectF, loss: float) -> float:
        # A painter has no use for lines of a million pixels.
        return frame.bottom() - frame.height() * min(loss / max(self._top(), 1e-9), 4.0)

    def _loss(self, rate: float) -> float:
        """The smoothed loss at the first rate that is as high."""
        place = bisect_left(self._tried, rate, key=lambda each: each.rate)
        return self._tried[min(place, len(self._tried) - 1)].smoothed

    def _pick(self, x: float) -> None:
        frame = self._frame()
        part = (x - frame.left()) / frame.width()
        self._offer(LOWEST * (HIGHEST / LOWEST) ** min(max(part, 0.0), 1.0))

    def _offer(self, rate: float) -> None:
        """Choose among the rates that were tried."""
        if self._tried:
            rate = min(max(rate, LOWEST), self._tried[-1].rate)
            self.picked.emit(float(f"{rate:.2g}"))

    def _words(self, rate: float) -> str:
        if not self._tried:
            return ""
        return tr(
            "learning rate {rate}, loss {loss}", rate=f"{rate:g}", loss=f"{self._loss(rate):.3g}"
        )
