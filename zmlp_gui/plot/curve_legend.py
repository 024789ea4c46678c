"""The line of text above the curves that says which is which."""

from collections.abc import Sequence

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from zmlp_gui import theme
from zmlp_gui.plot.curve_marks import SAMPLE_WIDTH, Look, paint_sample
from zmlp_gui.words import tr

_AFTER_SAMPLE, _BETWEEN = 5.0, 13.0
# Names in the tooltip at the most.
_TOLD = 20


class CurveLegend(QWidget):
    """Names beside a piece of their line; names that do not fit are counted, and in the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[tuple[Look, str], ...] = ()
        self.setAccessibleName(tr("Curves"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_entries(self, entries: Sequence[tuple[Look, str]]) -> None:
        """Show these curves, the most important first."""
        if tuple(entries) == self._entries:
            return
        self._entries = tuple(entries)
        names = [name for _, name in entries]
        self.setAccessibleDescription(", ".join(names))
        self._tell()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 18)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._tell()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        shown = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(shown.small_size))
        middle = self.height() / 2
        x = 1.0
        fitting = self._fitting()
        for look, name in self._entries[:fitting]:
            paint_sample(painter, look, QPointF(x, middle))
            x += SAMPLE_WIDTH + _AFTER_SAMPLE
            painter.setPen(shown.text_soft)
            self._write(painter, x, name)
            x += self._width(name) + _BETWEEN
        if fitting < len(self._entries):
            painter.setPen(shown.text_soft)
            self._write(painter, x, self._more(len(self._entries) - fitting))

    def _write(self, painter: QPainter, x: float, text: str) -> None:
        room = QRectF(x, 0.0, max(self.width() - x, 0.0), float(self.height()))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, flags, text)

    def _fitting(self) -> int:
        """How many entries can be shown, with room for the count of the rest."""
        metrics = QFontMetricsF(theme.font(theme.current().small_size))
        rest = metrics.horizontalAdvance(self._more(len(self._entries))) + _BETWEEN
        x, fitting = 1.0, 0
        for count, (_, name) in enumerate(self._entries, start=1):
            x += SAMPLE_WIDTH + _AFTER_SAMPLE + metrics.horizontalAdvance(name)
            if x > self.width():
                return fitting
            if x + rest <= self.width():
                fitting = count
            x += _BETWEEN
        return len(self._entries)

    def _width(self, text: str) -> float:
        font = theme.font(theme.current().small_size)
        return QFontMetricsF(font).horizontalAdvance(text)

    def _more(self, count: int) -> str:
        return tr("+ {count} more", count=count)

    def _tell(self) -> None:
        hidden = [name for _, name in self._entries[self._fitting() :]]
        if len(hidden) > _TOLD:
            hidden[_TOLD:] = [self._more(len(hidden) - _TOLD)]
        self.setToolTip("\n".join(hidden))
