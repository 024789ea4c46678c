"""A status bar whose messages stand where its first line stands."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QLabel, QStatusBar, QStyle, QStyleOption, QWidget

from zmlp_gui import theme


class StatusBar(QStatusBar):
    """Qt's own writes messages at its edge and in another size, so that its words would jump.

    Parameters
    ----------
    line : QLabel
        What a message takes the place of.
    """

    def __init__(self, line: QLabel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = line
        self.setSizeGripEnabled(False)
        gap = theme.current().margin
        self.setContentsMargins(gap, 0, gap, 0)
        line.setIndent(0)
        self.addWidget(line, 1)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        style, painter, ground = self.style(), QPainter(self), QStyleOption()
        assert style is not None
        ground.initFrom(self)
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelStatusBar, ground, painter, self)
        if message := self.currentMessage():
            painter.setFont(self._line.font())
            painter.setPen(theme.current().text_soft)
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(self._line.geometry(), left | Qt.TextFlag.TextSingleLine, message)
