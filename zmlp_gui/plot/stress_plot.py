"""The map of a reading under stress: a cell for each pair of changes, one of which is looked at."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PyQt6.QtWidgets import QSizePolicy, QWidget

from core.stress_maps import StressMap
from zmlp_gui import theme
from zmlp_gui.focus_ring import FocusRing
from zmlp_gui.words import tr

# Device-independent pixels: room for labels at the left (more for a long title) and above, between
# labels and cells, between cells, their corners.
LEFT, ABOVE, APART, GAP, CORNER = 52, 40, 6, 2, 4
# Opacity of a cell that was read from an earlier drawing.
STALE = 0.35
# From this width on a cell has room for a figure beside the answer.
ROOMY = 44
MIDDLE: Final = Qt.AlignmentFlag.AlignCenter
RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
ARROWS: Final = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


@dataclass(frozen=True)
class Mark:
    """What a cell shows: the answer, how sure it is (0 to 1), and whether it is right."""

    answer: str
    confidence: float
    right: bool


def axis_title(name: str) -> str:
    """What an axis of a map is called on the screen."""
    return {
        "x": tr("across"),
        "y": tr("down"),
        "size": tr("size"),
        "angle": tr("turned"),
        "slant": tr("slanted"),
        "pen": tr("pen"),
    }[name]


class StressPlot(FocusRing, QWidget):
    """Shows the cells of a map; the pointer or an arrow key looks at one of them.

    Signals
    -------
    looked(int, int)
        Row and column of the cell that is looked at.
    """

    looked = pyqtSignal(int, int)

    def __init__(self, shown: StressMap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: dict[tuple[int, int], Mark] = {}
        self._stale: set[tuple[int, int]] = set()
        # Labels and cells as painted: a cell costs its paint once, and looking around costs none.
        self._picture: QPixmap | None = None
        # Made once: a font costs more than a cell.
        self._answer, self._wrong = theme.font(15), theme.font(15, theme.Weight.Bold)
        self._figure, self._heading = theme.font(11), theme.font(11, theme.Weight.Medium)
        self.set_map(shown)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Where the reading breaks"))
        self.setToolTip(tr("Point at a cell, or use the arrow keys, to see what is read there"))

    @property
    def at(self) -> tuple[int, int]:
        """Row and column of the cell that is looked at."""
        return self._at

    def set_map(self, shown: StressMap) -> None:
        """Show another map, empty; its middle is looked at."""
        self._map = shown
        title = QFontMetrics(self._heading).horizontalAdvance(self._down_title())
        self._left = max(LEFT, GAP + title + APART)
        self._at = (shown.rows // 2, shown.columns // 2)
        self.clear()

    def clear(self) -> None:
        """Show no answers."""
        self._marks.clear()
        self._stale.clear()
        self._forget_picture()

    def set_stale(self) -> None:
        """Let all answers fade: they are those of an earlier drawing."""
        fading = set(self._marks) - self._stale
        self._stale = set(self._marks)
        if self._picture is not None and fading:
            painter = QPainter(self._picture)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
            faded = QColor.fromRgbF(0, 0, 0, STALE)
            for row, column in fading:
                painter.fillRect(self.cell(row, column).toAlignedRect(), faded)
            painter.end()
        self.update()

    def set_mark(self, row: int, column: int, mark: Mark) -> None:
        """Show the answer of one cell."""
        self._marks[row, column] = mark
        self._stale.discard((row, column))
        if self._picture is not None:
            painter = QPainter(self._picture)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            painter.fillRect(self.cell(row, column).toAlignedRect(), Qt.GlobalColor.transparent)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_cell(painter, row, column)
            painter.end()
        self._update_cell(row, column)

    def cell(self, row: int, column: int) -> QRectF:
        """Where a cell stands."""
        width = (self.width() - self._left) / self._map.columns
        height = (self.height() - ABOVE) / self._map.rows
        rect = QRectF(self._left + column * width, ABOVE + row * height, width, height)
        return rect.adjusted(GAP / 2, GAP / 2, -GAP / 2, -GAP / 2)

    def sizeHint(self) -> QSize:
        return QSize(540, 330)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, 200)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            self._point(event.position())

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            self._point(event.position())

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        way = ARROWS.get(Qt.Key(event.key()))
        if way is None:
            super().keyPressEvent(event)
        else:
            self._look(self._at[0] + way[0], self._at[1] + way[1])

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self._forget_picture()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._forget_picture()

    def _forget_picture(self) -> None:
        self._picture = None
        self.update()

    def _update_cell(self, row: int, column: int) -> None:
        self.update(self.cell(row, column).toAlignedRect().adjusted(-2, -2, 2, 2))

    def _point(self, place: QPointF) -> None:
        width, height = self.width() - self._left, self.height() - ABOVE
        column = int((place.x() - self._left) * self._map.columns // max(width, 1))
        row = int((place.y() - ABOVE) * self._map.rows // max(height, 1))
        if 0 <= row < self._map.rows and 0 <= column < self._map.columns:
            self._look(row, column)

    def _look(self, row: int, column: int) -> None:
        row = min(max(row, 0), self._map.rows - 1)
        column = min(max(column, 0), self._map.columns - 1)
        if (row, column) != self._at:
            before, self._at = self._at, (row, column)
            for at in (before, self._at):
                self._update_cell(*at)
            self.update(0, 0, self.width(), ABOVE)
            self.update(0, 0, self._left, self.height())
            self.looked.emit(row, column)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._picture = self._painted(ratio)
        painter.drawPixmap(0, 0, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row, column = self._at
        self._paint_labels(painter, theme.current().text, [row], [column])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.current().accent, 2.0))
        painter.drawRoundedRect(self.cell(row, column), CORNER, CORNER)
        self.paint_ring(painter)

    def _painted(self, ratio: float) -> QPixmap:
        """All labels and cells."""
        shown = self._map
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        soft = theme.current().text_soft
        self._paint_titles(painter, soft)
        self._paint_labels(painter, soft, range(shown.rows), range(shown.columns))
        for row in range(shown.rows):
            for column in range(shown.columns):
                self._paint_cell(painter, row, column)
        painter.end()
        return picture

    def _paint_titles(self, painter: QPainter, colour: QColor) -> None:
        painter.setFont(self._heading)
        painter.setPen(colour)
        title = f"{axis_title(self._map.across.name)} →"
        place = QRectF(self._left, 0, self.width() - self._left, ABOVE / 2)
        painter.drawText(place, MIDDLE, title)
        place = QRectF(0, ABOVE / 2, self._left - APART, ABOVE / 2)
        painter.drawText(place, RIGHT, self._down_title())

    def _down_title(self) -> str:
        return f"{axis_title(self._map.down.name)} ↓"

    def _paint_labels(
        self, painter: QPainter, colour: QColor, rows: Iterable[int], columns: Iterable[int]
    ) -> None:
        """The values of some rows and columns."""
        across, down = self._map.values
        painter.setFont(self._figure)
        painter.setPen(colour)
        for column in columns:
            cell = self.cell(0, column)
            place = QRectF(cell.left(), ABOVE / 2, cell.width(), ABOVE / 2)
            painter.drawText(place, MIDDLE, self._map.across.short(across[column]))
        for row in rows:
            cell = self.cell(row, 0)
            place = QRectF(0, cell.top(), self._left - APART, cell.height())
            painter.drawText(place, RIGHT, self._map.down.short(down[row]))

    def _paint_cell(self, painter: QPainter, row: int, column: int) -> None:
        shown = theme.current()
        rect, mark = self.cell(row, column), self._marks.get((row, column))
        painter.setOpacity(STALE if (row, column) in self._stale else 1.0)
        painter.setPen(Qt.PenStyle.NoPen)
        if mark is None:
            painter.setBrush(shown.track)
            painter.drawRoundedRect(rect, CORNER, CORNER)
            painter.setOpacity(1.0)
            return
        ground = shown.good if mark.right else shown.bad
        strength = (0.08, 0.34) if mark.right else (0.25, 0.45)
        painter.setBrush(_mixed(shown.card, ground, strength[0] + strength[1] * mark.confidence))
        painter.drawRoundedRect(rect, CORNER, CORNER)
        painter.setFont(self._answer if mark.right else self._wrong)
        painter.setPen(shown.text)
        if not mark.right:
            _strike(painter, rect, ground)
            painter.setPen(shown.text)
        roomy = rect.width() >= ROOMY
        half = rect.adjusted(0, 0, -rect.width() * 0.42, 0) if roomy else rect
        metrics = QFontMetrics(painter.font())
        answer = metrics.elidedText(mark.answer, Qt.TextElideMode.ElideRight, int(half.width()))
        painter.drawText(half, MIDDLE, answer)
        if roomy and mark.answer != "–":
            painter.setFont(self._figure)
            painter.setPen(_mixed(shown.text, shown.card, 0.15))
            place = rect.adjusted(rect.width() * 0.45, 0, -rect.width() * 0.1, 0)
            figure = f"{100 * mark.confidence:.0f}"
            painter.drawText(place, RIGHT, figure)
        painter.setOpacity(1.0)


def _strike(painter: QPainter, rect: QRectF, colour: QColor) -> None:
    """The sign of a wrong answer: an edge all around, and a corner cut off."""
    painter.setPen(QPen(colour, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(0.75, 0.75, -0.75, -0.75), CORNER, CORNER)
    arm, corner = 3.0, QPointF(rect.right() - 8, rect.top() + 8)
    painter.drawLine(corner + QPointF(-arm, -arm), corner + QPointF(arm, arm))
    painter.drawLine(corner + QPointF(-arm, arm), corner + QPointF(arm, -arm))


def _mixed(one: QColor, other: QColor, share: float) -> QColor:
    """A colour between two others."""
    parts = zip(one.getRgbF()[:3], other.getRgbF()[:3], strict=True)
    return QColor.fromRgbF(*((1 - share) * (a or 0) + share * (b or 0) for a, b in parts))
