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
# What words beside the dash that stands for no answer need.
LEAST_ROOM = 90.0
ELIDE = Qt.TextElideMode.ElideRight


class AnswerHeadline(FocusRing, QLabel):
    """Paints the answer itself; its text says the same in a sentence, for screen readers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = self._figure = self._next = self._sentence = ""
        self._doubtful = False
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

    def show_reading(self, reading: Reading | None, doubt: bool = False) -> None:
        """Show an answer, or that there is none because nothing is drawn.

        Parameters
        ----------
        reading : Reading or None
        doubt : bool
            Whether the network is unsure, or takes it for no digit, and that is to be said.
        """
        if reading is None:
            nothing = tr("Nothing drawn yet")
            self._show("", "", nothing, nothing)
        elif doubt and not reading.is_digit:
            words, likely = tr("Not a digit"), tr("looks most like {name}", name=reading.name)
            self._show("", words, likely, f"{words}: {likely}", doubtful=True)
        elif doubt:
            words, choice = tr("Not sure"), tr(" or ").join(reading.candidates)
            if len(reading.candidates) < 2:
                choice = tr("perhaps {name}", name=choice)
            self._show(reading.name, words, choice, f"{words}: {choice}", doubtful=True)
        else:
            names = [reading.class_names[index] for index in reading.ranking[:3]]
            then = ", ".join(tr("then {name}", name=name) for name in names[1:])
            said = f"{names[0]}, {_spoken(reading.confidence)}, {then}"
            self._show(names[0], _percent(reading.confidence), then, said)

    def show_number(self, number: NumberReading, place: int, doubt: bool = False) -> None:
        """Show a number of several digits, and which of them the bars below are of.

        With `doubt` a question mark stands in the place of what is no digit.
        """
        count = len(number.digits)
        below = tr("below: digit {place} of {count}", place=place + 1, count=count)
        if not doubt:
            sure = number.confidence
            said = f"{number.text}, {_spoken(sure)}, {below}"
            self._show(number.text, _percent(sure), below, said)
            return
        digits = [each.reading.name if each.reading.is_digit else "?" for each in number.digits]
        text = "".join(digits)
        words = tr("Not sure") if number.is_digit else tr("Not all digits")
        self._show(text, words, below, f"{words}: {text}, {below}", doubtful=True)

    def _show(
        self, name: str, figure: str, then: str, sentence: str, doubtful: bool = False
    ) -> None:
        """Show a name, what stands beside it and what below; the sentence says the same."""
        before = self._name, self._figure, self._next, self._doubtful
        self._name, self._figure, self._next, self._doubtful = name, figure, then, doubtful
        if (name, doubtful) != (before[0], before[3]):
            self._name_pixels = None
        if sentence != self._sentence:
            self._sentence = sentence
            # Not setText: that lays out the whole window anew.
            self.setAccessibleName(sentence)
        if (name, figure, then, doubtful) != before:
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
        painter.setPen(theme.text if self._doubtful else theme.accent)
        painter.drawText(self._figure_at, self._figure)
        painter.setFont(self._next_font)
        painter.setPen(theme.text_soft)
        room = self.width() - self._next_at.x()
        text = QFontMetricsF(self._next_font).elidedText(self._next, ELIDE, room)
        painter.drawText(self._next_at, text)
        self.paint_ring(painter)

    def _fit_figure(self, room: float) -> None:
        """Write the confidence as large as even the widest one has room, and words as they have."""
        wanted = round(FIGURE * self.scale)
        longest = self._figure if self._doubtful else "100.0\u00a0%"
        widest = QFontMetricsF(font(wanted, Weight.Medium)).horizontalAdvance(longest)
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
            left = dash.right() + 20 * scale
            # Words need the room more than the dash does.
            if self._figure and self.width() - left < LEAST_ROOM * scale:
                left = indent
            else:
                painter.drawRoundedRect(dash, 6 * scale, 6 * scale)
            self._figure_at = QPointF(left, height / 2 - 1.0 * scale)
            self._next_at = QPointF(left, height / 2 + (24 if self._figure else 5) * scale)
            self._fit_figure(self.width() - left)
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
        painter.setPen(current().text_soft if self._doubtful else current().text)
        painter.drawText(QPointF(indent - metrics.leftBearing(name[0]), foot), name)
        painter.end()


def _percent(share: float) -> str:
    return f"{100 * share:.1f}\u00a0%"


def _spoken(share: float) -> str:
    return tr("{percent} percent", percent=round(100 * share))
