"""The answer in large letters, how sure the network is, and what comes next."""

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PyQt6.QtWidgets import QLabel, QSizePolicy, QWidget

from core.numbers import NumberReading
from core.reader import Reading
from zmlp_gui.focus_ring import FocusRing
from zmlp_gui.theme import Weight, current, font
from zmlp_gui.words import tr

HEIGHT = 112
LARGEST, LARGE, SMALLEST = 112, 56, 20
FIGURE, SMALLEST_FIGURE = 25, 12
INDENT = 4.0
ELIDE = Qt.TextElideMode.ElideRight


class AnswerHeadline(FocusRing, QLabel):
    """Paints the answer itself; its text says the same in a sentence, for screen readers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = self._confidence = self._next = self._sentence = ""
        self.scale = 1.0
        self._name_pixels: QPixmap | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_scale(1.0)
        self.show_reading(None)

    def set_scale(self, scale: float) -> None:
        """Write everything that much larger than for one who sits before the screen."""
        self.scale = scale
        self._figure_font = font(round(FIGURE * scale), Weight.Medium)
        self._next_font = font(round(current().small_size * scale))
        self._name_pixels = None
        self.updateGeometry()
        self.update()

    def show_reading(self, reading: Reading | None) -> None:
        """Show an answer, or that there is none because nothing is drawn."""
        if reading is None:
            self._show("", None, tr("Nothing drawn yet"))
        else:
            names = [reading.class_names[index] for index in reading.ranking[:3]]
            then = ", ".join(tr("then {name}", name=name) for name in names[1:])
            self._show(names[0], reading.confidence, then)

    def show_number(self, number: NumberReading, place: int) -> None:
        """Show a number of several digits, and which of them the bars below are of."""
        count = len(number.digits)
        below = tr("below: digit {place} of {count}", place=place + 1, count=count)
        self._show(number.text, number.confidence, below)

    def _show(self, name: str, confidence: float | None, then: str) -> None:
        before = self._name, self._confidence, self._next
        self._name, self._confidence, self._next, sentence = name, "", then, then
        if confidence is not None:
            self._confidence = f"{100 * confidence:.1f}\u00a0%"
            sure = tr("{percent} percent", percent=round(100 * confidence))
            sentence = ", ".join((name, sure, then))
        if self._name != before[0]:
            self._name_pixels = None
        if sentence != self._sentence:
            self._sentence = sentence
            # Not setText: that lays out the whole window anew.
            self.setAccessibleName(sentence)
        if (self._name, self._confidence, self._next) != before:
            self.update()

    def text(self) -> str:
        """The answer as a sentence, which is its accessible name as well."""
        return self._sentence

    def sizeHint(self) -> QSize:
        return QSize(240, round(HEIGHT * self.scale))

    def minimumSizeHint(self) -> QSize:
        return QSize(140, round(HEIGHT * self.scale))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        self._name_pixels = None

    def changeEvent(self, event: QEvent | None) -> None:
        assert event is not None
        if event.type() == QEvent.Type.PaletteChange:
            self._name_pixels = None
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        theme = current()
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        # Letters this large are slow to paint, and seldom change.
        if self._name_pixels is None or self._name_pixels.devicePixelRatio() != ratio:
            self._paint_name(ratio)
        assert self._name_pixels is not None
        painter.drawPixmap(0, 0, self._name_pixels)
        painter.setFont(self._figure_font)
        painter.setPen(theme.accent)
        painter.drawText(self._figure_at, self._confidence)
        painter.setFont(self._next_font)
        painter.setPen(theme.text_soft)
        room = self.width() - self._next_at.x()
        text = QFontMetricsF(self._next_font).elidedText(self._next, ELIDE, room)
        painter.drawText(self._next_at, text)
        self.paint_ring(painter)

    def _fit_figure(self, room: float) -> None:
        """Write the confidence as large as even the widest one has room."""
        wanted = round(FIGURE * self.scale)
        widest = QFontMetricsF(font(wanted, Weight.Medium)).horizontalAdvance("100.0\u00a0%")
        fitting = int(wanted * room / widest)
        self._figure_font = font(max(min(wanted, fitting), SMALLEST_FIGURE), Weight.Medium)

    def _paint_name(self, ratio: float) -> None:
        """Paint the name as large as there is room, and choose places for the rest.

        A short name stands as high as the widget, with the rest beside its foot; a long one
        takes the whole width, with the rest below.
        """
        self._name_pixels = pixels = QPixmap(self.size() * ratio)
        pixels.setDevicePixelRatio(ratio)
        pixels.fill(current().card)
        painter = QPainter(pixels)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale = self.scale
        height, indent, largest = HEIGHT * scale, INDENT * scale, round(LARGEST * scale)
        if not self._name:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(current().track)
            dash = QRectF(indent, height / 2 - 6 * scale, 56 * scale, 12 * scale)
            painter.drawRoundedRect(dash, 6 * scale, 6 * scale)
            self._figure_at = QPointF()
            self._next_at = QPointF(dash.right() + 20 * scale, height / 2 + 5 * scale)
            return
        style = font(largest, Weight.Bold)
        width = QFontMetricsF(style).horizontalAdvance(self._name)
        room = self.width() - 2 * indent
        if width <= room / 2:
            foot = height - 14.0 * scale
            left = indent + width + 14.0 * scale
            self._fit_figure(self.width() - left)
            self._figure_at = QPointF(left, foot - 25 * scale)
            self._next_at = QPointF(left + scale, foot)
        else:
            size = min(max(largest * room / width, SMALLEST * scale), LARGE * scale)
            style = font(int(size), Weight.Bold)
            foot = 48.0 * scale
            self._figure_at = QPointF(indent, 80 * scale)
            self._next_at = QPointF(indent + scale, 102 * scale)
        metrics = QFontMetricsF(style)
        name = metrics.elidedText(self._name, ELIDE, room)
        painter.setFont(style)
        painter.setPen(current().text)
        painter.drawText(QPointF(indent - metrics.leftBearing(name[0]), foot), name)
        painter.end()
