"""Words of the stage: the sentence below everything, and the keys on a card over it."""

from collections.abc import Sequence

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from zmlp_gui.theme import Weight, current, font
from zmlp_gui.words import tr

HEIGHT, SIZE, SMALLEST = 34, 20, 12
ROW, PAD, KEY_SIZE, GAP = 31.0, 22.0, 17, 18.0
_CENTRE = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class StageSentence(QWidget):
    """One line as large as the screen allows; it is smaller only where it would not fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = 1.0
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("What is shown"))
        self.hide()

    def text(self) -> str:
        """The sentence."""
        return self._text

    def say(self, text: str) -> None:
        """Show a sentence in the place of the one before."""
        self._text = text
        self.setAccessibleDescription(text)
        self.update()

    def set_scale(self, scale: float) -> None:
        """Write that much larger."""
        self._scale = scale
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, round(HEIGHT * self._scale))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        style = font(round(SIZE * self._scale), Weight.Medium)
        width = QFontMetricsF(style).horizontalAdvance(self._text)
        if width > self.width():
            smaller = int(style.pixelSize() * self.width() / width)
            style.setPixelSize(max(smaller, round(SMALLEST * self._scale)))
        text = QFontMetricsF(style).elidedText(
            self._text, Qt.TextElideMode.ElideRight, self.width()
        )
        painter.setFont(style)
        painter.setPen(current().text)
        painter.drawText(QRectF(self.rect()), _CENTRE, text)


class StageKeys(QWidget):
    """A card in the middle of its parent that names the keys; clicks go through it.

    Parameters
    ----------
    keys : sequence of (str, str)
        Keys, and what they do.
    """

    def __init__(self, keys: Sequence[tuple[str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self._keys = tuple(keys)
        self._scale = 1.0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(tr("Keys"))
        self.setAccessibleDescription(", ".join(f"{key}: {what}" for key, what in keys))
        self.hide()

    def set_scale(self, scale: float) -> None:
        """Write that much larger, and stand in the middle of the parent."""
        self._scale = scale
        width, height = self._widths()[0] + self._widths()[1] + GAP + 2 * PAD, self._height()
        self.resize(round(width * scale), round(height * scale))
        parent = self.parentWidget()
        if parent is not None:
            self.move(parent.rect().center() - self.rect().center())
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        shown, scale = current(), self._scale
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(scale, scale)
        card = QRectF(0.5, 0.5, self.width() / scale - 1.0, self.height() / scale - 1.0)
        painter.setPen(QPen(shown.border, 1.0))
        painter.setBrush(shown.card)
        painter.drawRoundedRect(card, shown.radius, shown.radius)
        widest = self._widths()[0]
        line = QRectF(PAD, PAD, card.width() - 2 * PAD, ROW)
        for key, what in self._keys:
            painter.setPen(shown.accent)
            painter.setFont(font(KEY_SIZE, Weight.DemiBold))
            painter.drawText(line, _LEFT, key)
            painter.setPen(shown.text)
            painter.setFont(font(KEY_SIZE))
            painter.drawText(line.translated(QPointF(widest + GAP, 0.0)), _LEFT, what)
            line.translate(0.0, ROW)

    def _widths(self) -> tuple[float, float]:
        """The widest key and the widest explanation."""
        bold = QFontMetricsF(font(KEY_SIZE, Weight.DemiBold))
        plain = QFontMetricsF(font(KEY_SIZE))
        return (
            max(bold.horizontalAdvance(key) for key, _ in self._keys),
            max(plain.horizontalAdvance(what) for _, what in self._keys),
        )

    def _height(self) -> float:
        return ROW * len(self._keys) + 2 * PAD
