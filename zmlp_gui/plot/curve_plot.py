"""The plot: axes, grid, curves, the newest points, and where one points."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QEvent, QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PyQt6.QtWidgets import QGraphicsView, QWidget

from zmlp_gui import theme
from zmlp_gui.plot.curve_paint import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    Line,
    paint_grid,
    paint_lines,
    paint_newest,
)
from zmlp_gui.plot.plane import Plane

_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
# Curves of this run: figures on both parts, and what lies behind them where they are smoothed.
_MINE = 4


class CurvePlot(pg.PlotWidget):
    """A plot of figures that nothing but its caller moves.

    Signals
    -------
    pointed(object)
        The point under the pointer (QPointF, in the widget's pixels), or None once nobody points
        any more.
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
        self._plane = Plane()
        self._scale = 1.0
        self._earlier: list[Line] = []
        self._marked: list[Line] = []
        self._mine: list[Line] = []
        self._items = [pg.PlotCurveItem(connect="finite", antialias=True) for _ in range(_MINE)]
        # The scene would look for an item under each mouse move; nothing in it can be clicked.
        self.setInteractive(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        item = self.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.setMouseEnabled(x=False, y=False)
        item.disableAutoRange()
        # The labels are painted with the grid: pyqtgraph's own would move the frame as they grow.
        for side in ("left", "bottom"):
            item.hideAxis(side)
        self._prepare_items()
        self._show_ranges()
        self.set_scale(1.0)
        self.recolour()

    def set_scale(self, scale: float) -> None:
        """Let labels and lines be that much larger, to be read from afar."""
        self._scale = scale
        margins = (round(side * scale) for side in (LEFT, TOP, RIGHT, BOTTOM))
        self.getPlotItem().layout.setContentsMargins(*margins)
        self.set_mine(self._mine)
        self.resetCachedContent()
        self._redraw()

    def set_plane(self, plane: Plane) -> bool:
        """Let the axes measure something, from here to there; whether that is a change."""
        if plane == self._plane:
            return False
        self._plane = plane
        self._show_ranges()
        self.resetCachedContent()
        return True

    def set_earlier(self, lines: Sequence[Line], marked: Sequence[Line]) -> None:
        """Draw earlier runs, the newest points of some; painted anew only after this call."""
        self._earlier, self._marked = list(lines), list(marked)
        self.resetCachedContent()
        self._redraw()

    def set_mine(self, lines: Sequence[Line]) -> None:
        """Draw this run: its evaluations, its training, and both as they are behind smoothing."""
        self._mine = list(lines)
        ratio = self.devicePixelRatioF() * self._scale
        for item, line in zip(self._items, lines, strict=False):
            y = self._plane.drawable(line.figures)
            # pyqtgraph cannot take the bounds of a curve of which nothing is known.
            known = bool(np.isfinite(y).any())
            item.setPen(line.look.scene_pen(ratio))
            item.setData(line.places if known else [], y if known else [])
        for item in self._items[len(lines) :]:
            item.setData([], [])

    def recolour(self) -> None:
        """Take the colours of the theme that is shown now."""
        self.setBackground(theme.current().card)
        self.resetCachedContent()

    def plane(self) -> Plane:
        """What the axes measure."""
        return self._plane

    def frame(self) -> QRectF:
        """The rectangle between the axes, in the widget's pixels."""
        # (sceneBoundingRect is half a pixel larger than what the curves are drawn in.)
        box = self.getViewBox()
        return box.mapRectToScene(box.rect())

    def place(self, place: float, figure: float) -> QPointF:
        """Where a figure stands, in the widget's pixels; outside `frame` if the axes end before."""
        return self._plane.point(self.frame(), place, figure)

    def drawBackground(self, painter: QPainter | None, rect: QRectF) -> None:
        # Qt keeps this picture until resetCachedContent, so that a frame of a running training
        # costs the curves of one run, however many there are. (showGrid alone would cost 8 ms.)
        assert painter is not None
        super().drawBackground(painter, rect)
        painter.save()
        frame = self._enlarge(painter)
        paint_grid(painter, frame, self._plane, theme.current())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_lines(painter, frame, self._plane, self._earlier)
        for line in self._marked:
            paint_newest(painter, frame, self._plane, line)
        painter.restore()

    def drawForeground(self, painter: QPainter | None, rect: QRectF) -> None:
        assert painter is not None
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = self._enlarge(painter)
        for line in self._mine:
            if line.look.mark is not None:
                paint_newest(painter, frame, self._plane, line)
        painter.restore()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        frame, at = self.frame(), event.position()
        near = frame.left() - 4 <= at.x() <= frame.right() + 4
        at.setX(min(max(at.x(), frame.left()), frame.right()))
        self.pointed.emit(at if near else None)

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

    def _enlarge(self, painter: QPainter) -> QRectF:
        """Let a painter paint in the scale; the frame as it sees it then."""
        frame = self.frame()
        painter.scale(self._scale, self._scale)
        return QRectF(frame.topLeft() / self._scale, frame.size() / self._scale)

    def _show_ranges(self) -> None:
        self.setXRange(0.0, self._plane.end, padding=0.0)
        self.setYRange(*self._plane.levels(), padding=0.0)

    def _redraw(self) -> None:
        viewport = self.viewport()
        assert viewport is not None
        viewport.update()

    def _prepare_items(self) -> None:
        evaluated, training, *behind = self._items
        # Many times quicker for a line; dashes would begin anew with each piece.
        for item in (evaluated, *behind):
            item.setSegmentedLineMode("on")
        # No cache mode for these: Qt paints such pictures in a wrong place while the curve grows.
        for item in (training, evaluated, *behind):
            self.addItem(item)
        for item in behind:
            item.setZValue(-1.0)
