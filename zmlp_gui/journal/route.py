"""The way along the story's stations: five dots, and below each what its network reached."""

from collections.abc import Sequence
from typing import Final

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from zmlp_gui import theme
from zmlp_gui.words import tr

ROW: Final = 18.0
DOT: Final = 5.0
DOTS_HEIGHT: Final = 18.0


class StoryRoute(QWidget):
    """Stations as dots on a line, their titles, and rows of figures below them.

    Signals
    -------
    chosen(int)
        A person clicked that station, counted from 0.
    """

    chosen = pyqtSignal(int)

    def __init__(self, titles: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles = tuple(titles)
        self._at = 0
        self._rows: tuple[tuple[str, tuple[str, ...]], ...] = ()
        self.setAccessibleName(tr("Stations of the story"))
        self.setToolTip(tr("Click a station to go there; the arrow keys go on and back"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_route(self, at: int, rows: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Show where one is, and rows of figures.

        Parameters
        ----------
        at : int
            The present station, from 0.
        rows : sequence of (str, sequence of str)
            The name of each row and a figure for every station, empty where there is none; the
            first row holds what was reached in this sitting.
        """
        before = len(self._rows)
        self._at = at
        self._rows = tuple((name, tuple(figures)) for name, figures in rows)
        self.setAccessibleDescription(self._in_words())
        if len(self._rows) != before:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, round(DOTS_HEIGHT + ROW * (1 + max(len(self._rows), 1))))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            column = int((event.position().x() - self._names_width()) // self._column_width())
            if 0 <= column < len(self._titles):
                self.chosen.emit(column)

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_dots(painter)
        self._paint_titles(painter)
        for number in range(len(self._rows)):
            self._paint_row(painter, number)

    def _paint_dots(self, painter: QPainter) -> None:
        shown = theme.current()
        middles = [QPointF(self._middle(k), DOTS_HEIGHT / 2) for k in range(len(self._titles))]
        painter.setPen(QPen(shown.border, 2.0))
        painter.drawLine(middles[0], middles[-1])
        reached = self._rows[0][1] if self._rows else ()
        for number, middle in enumerate(middles):
            done = number < len(reached) and bool(reached[number])
            here = number == self._at
            painter.setPen(QPen(shown.accent if here or done else shown.text_off, 2.0))
            painter.setBrush(shown.accent if done else shown.card)
            painter.drawEllipse(middle, DOT, DOT)
            if here:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(shown.accent, 1.25))
                painter.drawEllipse(middle, DOT + 2.75, DOT + 2.75)

    def _paint_titles(self, painter: QPainter) -> None:
        shown = theme.current()
        for number, title in enumerate(self._titles):
            here = number == self._at
            painter.setFont(theme.font(11, theme.Weight.DemiBold if here else theme.Weight.Normal))
            painter.setPen(shown.text if here else shown.text_soft)
            self._write(painter, number, DOTS_HEIGHT, title)

    def _paint_row(self, painter: QPainter, number: int) -> None:
        shown = theme.current()
        name, figures = self._rows[number]
        top = DOTS_HEIGHT + ROW * (number + 1)
        painter.setFont(theme.font(11))
        painter.setPen(shown.text_soft)
        room = QRectF(0.0, top, self._names_width() - 6.0, ROW)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, flags, name)
        # One's own figures stand out.
        weight = theme.Weight.Normal if number else theme.Weight.DemiBold
        painter.setFont(theme.font(shown.small_size, weight))
        painter.setPen(shown.text if number else shown.accent)
        for column, figure in enumerate(figures):
            self._write(painter, column, top, figure)

    def _write(self, painter: QPainter, column: int, top: float, text: str) -> None:
        width = self._column_width()
        room = QRectF(self._middle(column) - width / 2, top, width, ROW)
        metrics = QFontMetricsF(painter.font())
        fitting = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - 4.0)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, fitting)

    def _middle(self, column: int) -> float:
        return self._names_width() + (column + 0.5) * self._column_width()

    def _column_width(self) -> float:
        return (self.width() - self._names_width()) / len(self._titles)

    def _names_width(self) -> float:
        metrics = QFontMetricsF(theme.font(11))
        return max((metrics.horizontalAdvance(name) for name, _ in self._rows), default=0.0) + 10.0

    def _in_words(self) -> str:
        where = tr(
            "Station {number} of {count}: {title}.",
            number=self._at + 1,
            count=len(self._titles),
            title=self._titles[self._at],
        )
        told = (
            f"{name}: "
            + ", ".join(
                f"{title} {figure}"
                for title, figure in zip(self._titles, figures, strict=True)
                if figure
            )
            for name, figures in self._rows
            if any(figures)
        )
        return " ".join([where, *(f"{each}." for each in told)])
