"""The dotted line and the card that read the exact figures of every run at one place."""

from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRect, QRectF, Qt
from PyQt6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QWidget

from zmlp_gui import theme
from zmlp_gui.plot.curve_marks import SAMPLE_WIDTH, Look, bounds, paint_mark, paint_sample

_ROW, _PAD, _GAP, _MARK, _WIDEST = 19.0, 11.0, 8.0, 4.0, 320.0


@dataclass(frozen=True)
class Row:
    """One curve at that place: its look, name, figure as text, and point if it is in sight."""

    look: Look
    name: str
    value: str
    point: QPointF | None


@dataclass(frozen=True)
class Reading:
    """What is read: the line's place, the frame it crosses, a title and a row per curve.

    `more` counts the curves that are left out, in words; empty if there are none.
    """

    x: float
    frame: QRectF
    title: str
    rows: tuple[Row, ...]
    more: str = ""

    def words(self) -> str:
        """The same as one sentence."""
        return f"{self.title}: " + ", ".join(f"{row.name} {row.value}" for row in self.rows)


class CurveReadout(QWidget):
    """A sheet over the plot that paints a reading, and lets the mouse through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._reading: Reading | None = None
        self._card = QRectF()
        self._hint = ""
        self._scale = 1.0

    def set_scale(self, scale: float) -> None:
        """Write that much larger, to be read from afar."""
        self._scale = scale
        self.show_reading(self._reading)
        self.update()

    def reading(self) -> Reading | None:
        """What is shown now."""
        return self._reading

    def show_reading(self, reading: Reading | None) -> None:
        """Show a reading, or nothing."""
        # Only the places that change: whatever lies below them is drawn again as well.
        dirty = self._areas()
        self._reading = reading
        self._card = self._card_of(reading) if reading is not None else QRectF()
        for area in dirty + self._areas():
            self.update(area)

    def show_hint(self, hint: str) -> None:
        """Write a quiet sentence across the empty plot."""
        if hint != self._hint:
            self._hint = hint
            self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        shown = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._hint:
            painter.setPen(shown.text_soft)
            painter.setFont(theme.font(shown.text_size))
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self._hint)
        if self._reading is not None:
            self._paint_line(painter, self._reading)
            self._paint_card(painter, self._reading)

    def _paint_line(self, painter: QPainter, reading: Reading) -> None:
        frame = reading.frame
        dotted = QPen(theme.current().text_soft, 1.2)
        dotted.setDashPattern([1.0, 2.5])
        painter.setPen(dotted)
        painter.drawLine(QPointF(reading.x, frame.top()), QPointF(reading.x, frame.bottom()))
        for row in reversed(reading.rows):
            if row.point is not None:
                paint_mark(painter, row.look, row.point, _MARK * self._scale)

    def _paint_card(self, painter: QPainter, reading: Reading) -> None:
        shown = theme.current()
        painter.translate(self._card.topLeft())
        painter.scale(self._scale, self._scale)
        card = QRectF(QPointF(), self._card.size() / self._scale)
        painter.setPen(QPen(shown.border, 1.0))
        painter.setBrush(shown.card)
        painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), 6.0, 6.0)
        inner = card.adjusted(_PAD, 6.0, -_PAD, -6.0)
        line = QRectF(inner.left(), inner.top(), inner.width(), _ROW)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        font = theme.font(shown.small_size)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(shown.text_soft)
        painter.drawText(line, left, reading.title)
        for row in reading.rows:
            line.translate(0.0, _ROW)
            paint_sample(painter, row.look, QPointF(line.left(), line.center().y()))
            name = line.adjusted(SAMPLE_WIDTH + _GAP, 0.0, 0.0, 0.0)
            painter.setPen(shown.text_soft)
            room = line.width() - SAMPLE_WIDTH - _GAP - metrics.horizontalAdvance(row.value) - 12.0
            fitting = metrics.elidedText(row.name, Qt.TextElideMode.ElideRight, room)
            painter.drawText(name, left, fitting)
            painter.setPen(shown.text)
            painter.drawText(line, right, row.value)
        if reading.more:
            line.translate(0.0, _ROW)
            painter.setPen(shown.text_soft)
            painter.drawText(line, left, reading.more)

    def _card_of(self, reading: Reading) -> QRectF:
        """Beside the line, on the side that has room, low where the curves are not."""
        metrics = QFontMetricsF(theme.font(theme.current().small_size))
        widths = [metrics.horizontalAdvance(reading.title)]
        for row in reading.rows:
            words = metrics.horizontalAdvance(row.name) + metrics.horizontalAdvance(row.value)
            widths.append(SAMPLE_WIDTH + _GAP + words + 18.0)
        width = self._scale * min(max(widths) + 2 * _PAD, _WIDEST)
        width = min(width, float(self.width()))
        height = self._scale * (_ROW * (1 + len(reading.rows) + bool(reading.more)) + 12.0)
        x = reading.x + 12.0
        if x + width > self.width():
            x = max(reading.x - 12.0 - width, 0.0)
        y = reading.frame.top() + 0.62 * (reading.frame.height() - height)
        return QRectF(round(x), round(max(y, 0.0)), round(width), round(height))

    def _areas(self) -> list[QRect]:
        """Where the reading is painted."""
        if self._reading is None:
            return []
        x, frame = self._reading.x, self._reading.frame
        areas = [QRectF(x - 2.0, frame.top(), 4.0, frame.height()), self._card]
        points = [row.point for row in self._reading.rows if row.point is not None]
        areas += [bounds(point, _MARK * self._scale) for point in points]
        return [area.toAlignedRect() for area in areas]
