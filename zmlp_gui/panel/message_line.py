"""One sentence on what happened to a run, with a sign where something went wrong."""

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QWidget

from zmlp_gui import theme
from zmlp_gui.words import tr


class MessageLine(QWidget):
    """A line whose place is kept while there is nothing to say, so that nothing below it jumps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = Sign(self)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setAccessibleName(tr("Message"))
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self.hide()

    def text(self) -> str:
        """The sentence that stands there."""
        return self._text.text()

    def show_message(self, text: str, kind: str) -> None:
        """Show a sentence, or nothing; a `warning` or an `error` gets a sign."""
        self._sign.setVisible(kind in ("warning", "error"))
        self._text.setText(text)
        self._text.setToolTip(text)
        self.setVisible(bool(text))


class Sign(QWidget):
    """An exclamation mark in a circle; in the colour of what is wrong while it is grave."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._grave = True
        self.setFixedSize(16, 16)

    def set_grave(self, grave: bool) -> None:
        """Whether something is wrong, or only worth a thought."""
        self._grave = grave
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        shown = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(shown.bad if self._grave else shown.accent, 1.4))
        circle = QRectF(0.0, 0.0, 13.0, 13.0)
        circle.moveCenter(QRectF(self.rect()).center())
        painter.drawEllipse(circle)
        painter.setFont(theme.font(10, theme.Weight.Bold))
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, "!")
