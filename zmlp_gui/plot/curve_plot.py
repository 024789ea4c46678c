"""The plane that the curves are drawn on: axes, grid, the newest points, and where one points."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QEvent, QLineF, QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QFont, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PyQt6.QtWidgets import QGraphicsView, QWidget

from zmlp_gui import theme
from zmlp_gui.plot.curve_data import Figures, thinned
from zmlp_gui.plot.curve_marks import Look, paint_mark, this_run, this_training
from zmlp_gui.words import tr

LEFT, BOTTOM, TOP, RIGHT = 44, 24, 8, 12
# From afar a thin line is lost, and an earlier run is what one races against.
AFAR = 1.6
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


@dataclass(frozen=True, eq=False)
class Line:
    """A curve to draw: its look, epochs and figures (which may be NaN or infinite)."""

    look: Look
    epochs: Figures
    figures: Figures


class CurvePlot(pg.PlotWidget):
    """A plot of figures over epochs that nothing but its caller moves.

    Signals
    -------
    pointed(object)
        The epoch under the pointer (float), or None once nobody points any more.
    stepped(int)
        An arrow key: one point back (-1) or on (1); 0 to begin, when the keys reach the plot.
    resized()
        `frame` is another.
    """

    pointed = pyqtSignal(object)
    stepped = pyqtSignal(int)
    resized = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = 1.0
        self._epochs = 1.0
        self._low, self._high, self._line_every = 0.0, 1.0, 0.0
        self._earlier: list[Line] = []
        self._mine: list[Line] = []
        self._items = [pg.PlotCurveItem(connect="finite", antialias=True) for _ in range(2)]
        # The scene would look for an item under each mouse move; nothing in it can be clicked.
        self.setInteractive(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        item = self.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.setMouseEnabled(x=False, y=False)
        item.disableAutoRange()
        self._prepare_axes()
        self._prepare_items()
        self._measure()
        self.recolour()

    def set_scale(self, scale: float) -> None:
        """Let figures and lines be that much larger, to be read from afar."""
        self._scale = scale
        self._measure()
        self.recolour()

    def set_epochs(self, epochs: float) -> None:
        """Let the horizontal axis end at `epochs`."""
        self._epochs = epochs
        self.setXRange(0.0, epochs, padding=0.0)
        self.resetCachedContent()

    def set_axis(self, low: float, high: float, line_every: float) -> bool:
        """Let the vertical axis go from `low` to `high` with a line at each `line_every`.

        Returns
        -------
        bool
            Whether that is a change.
        """
        if (low, high, line_every) == (self._low, self._high, self._line_every):
            return False
        self._low, self._high, self._line_every = low, high, line_every
        self.getAxis("left").setTickSpacing(levels=[(line_every, 0.0)])
        self.setYRange(low, high, padding=0.0)
        self.resetCachedContent()
        return True

    def set_earlier(self, lines: Sequence[Line]) -> None:
        """Draw the curves of earlier runs; they are painted anew only after this call."""
        self._earlier = list(lines)
        self.resetCachedContent()

    def set_mine(self, evaluated: Line, training: Line) -> None:
        """Draw the two curves of this run, each of which may be empty."""
        self._mine = [training, evaluated]
        for item, line in zip(self._items, (evaluated, training), strict=True):
            x, y = self._drawable(line)
            # pyqtgraph cannot take the bounds of a curve of which nothing is known.
            known = bool(np.isfinite(y).any())
            item.setData(x if known else [], y if known else [])

    def recolour(self) -> None:
        """Take the colours of the theme that is shown now."""
        shown = theme.current()
        self.setBackground(shown.card)
        for side in ("left", "bottom"):
            self.getAxis(side).setTextPen(shown.text_soft)
        for item, look in zip(self._items, (this_run(), this_training()), strict=True):
            item.setPen(look.scene_pen(self.devicePixelRatioF() * self._scale))
        self.resetCachedContent()

    def frame(self) -> QRectF:
        """The rectangle between the axes, in the widget's pixels."""
        return self.getViewBox().sceneBoundingRect()

    def place(self, epoch: float, figure: float) -> QPointF:
        """Where a figure stands, in the widget's pixels; outside `frame` if the axes end before."""
        x, y = self._places(np.asarray(epoch), np.asarray(figure))
        return QPointF(float(x), float(y))

    def holds(self, epoch: float, figure: float) -> bool:
        """Whether a figure lies between the axes."""
        return 0.0 <= epoch <= self._epochs and self._low <= figure <= self._high

    def drawBackground(self, painter: QPainter | None, rect: QRectF) -> None:
        # Qt keeps this picture until resetCachedContent, so that a frame of a running training
        # costs two curves, however many runs there are. (showGrid alone would cost 8 ms.)
        assert painter is not None
        super().drawBackground(painter, rect)
        painter.save()
        self._paint_grid(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self.frame())
        for line in self._earlier:
            painter.setPen(line.look.pen(self._scale if self._scale == 1.0 else AFAR * self._scale))
            pieces = _pieces(*self._places(*self._drawable(line)))
            if pieces:
                painter.drawLines(*pieces)
        painter.setClipping(False)
        for line in self._earlier:
            self._paint_newest(painter, line)
        painter.restore()

    def drawForeground(self, painter: QPainter | None, rect: QRectF) -> None:
        assert painter is not None
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line in self._mine:
            self._paint_newest(painter, line)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        frame = self.frame()
        x = event.position().x()
        if frame.left() - 4 <= x <= frame.right() + 4:
            inside = min(max(x - frame.left(), 0.0), frame.width())
            self.pointed.emit(inside / frame.width() * self._epochs)
        else:
            self.pointed.emit(None)

    def leaveEvent(self, event: QEvent | None) -> None:
        self.pointed.emit(None)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        self.stepped.emit(0)

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        super().focusOutEvent(event)
        self.pointed.emit(None)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None:
            self.stepped.emit(step)
        elif event.key() == Qt.Key.Key_Escape:
            self.pointed.emit(None)
        else:
            event.ignore()

    def _prepare_axes(self) -> None:
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.enableAutoSIPrefix(False)
            axis.setPen(pg.mkPen(None))
            axis.setStyle(
                tickLength=0,
                tickAlpha=0,
                maxTickLevel=0,
                autoExpandTextSpace=False,
            )

    def _measure(self) -> None:
        """Give the axes their room and their font."""
        scale = self._scale
        left, bottom = self.getAxis("left"), self.getAxis("bottom")
        for axis, offset in ((left, 9), (bottom, 7)):
            axis.setTickFont(self._tick_font())
            # pyqtgraph leaves labels out that reach further than this beyond the axis.
            axis.setStyle(
                tickTextOffset=round(offset * scale), hideOverlappingLabels=round(15 * scale)
            )
        # A fixed width: the curve must not shift sideways when a label grows.
        left.setWidth(round(LEFT * scale))
        bottom.setHeight(round(BOTTOM * scale))
        margins = (0, round(TOP * scale), round(RIGHT * scale), 0)
        self.getPlotItem().layout.setContentsMargins(*margins)

    def _tick_font(self) -> QFont:
        return theme.font(round((theme.current().small_size - 1) * self._scale))

    def _prepare_items(self) -> None:
        evaluated, training = self._items
        # Many times quicker for a line; dashes would begin anew with each piece.
        evaluated.setSegmentedLineMode("on")
        # No cache mode for these: Qt paints such pictures in a wrong place while the curve grows.
        for item in (training, evaluated):
            self.addItem(item)

    def _drawable(self, line: Line) -> tuple[Figures, Figures]:
        """The points worth drawing, NaN where a figure is not finite, and all near the axes.

        A loss that explodes to 1e30 would be a line too long for the painter; kept to a few
        heights of the plot it still leaves it steeply.
        """
        span = self._high - self._low
        known = np.where(np.isfinite(line.figures), line.figures, np.nan)
        near = np.clip(known, self._low - 20 * span, self._high + 20 * span)
        # Dashes cost most, and hide half of the detail anyway.
        most = self.frame().width() / (2 if line.look.dashed else 1)
        return thinned(line.epochs, near, max(int(most), 100))

    def _places(self, epochs: Figures, figures: Figures) -> tuple[Figures, Figures]:
        frame = self.frame()
        x = frame.left() + frame.width() * epochs / self._epochs
        y = frame.bottom() - frame.height() * (figures - self._low) / (self._high - self._low)
        return x, y

    def _paint_newest(self, painter: QPainter, line: Line) -> None:
        known = np.flatnonzero(np.isfinite(line.figures))
        if len(known):
            epoch, figure = float(line.epochs[known[-1]]), float(line.figures[known[-1]])
            if self.holds(epoch, figure):
                paint_mark(painter, line.look, self.place(epoch, figure), 3.0 * self._scale)

    def _paint_grid(self, painter: QPainter) -> None:
        shown = theme.current()
        frame = self.frame()
        painter.setPen(QPen(shown.grid, self._scale))
        lines = round((self._high - self._low) / self._line_every)
        for figure in self._low + self._line_every * np.arange(lines + 1):
            y = round(self.place(0.0, figure).y()) + 0.5
            painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))
        painter.setPen(shown.text_soft)
        painter.setFont(self._tick_font())
        scale = self._scale
        corner = QRectF(0.0, frame.bottom() + 7 * scale, (LEFT - 9) * scale, (BOTTOM - 7) * scale)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
        painter.drawText(corner, flags, tr("epoch"))


def _pieces(x: Figures, y: Figures) -> list[QLineF]:
    """A curve as single lines, none to or from a NaN; several times as quick to draw as a path."""
    ends = np.stack([x[:-1], y[:-1], x[1:], y[1:]], axis=1)
    return [QLineF(*end) for end in ends[np.isfinite(ends).all(axis=1)].tolist()]
