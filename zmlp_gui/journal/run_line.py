"""How far a station's run has come and what came of it, beside its button."""

from typing import Final

from PyQt6.QtCore import QEvent, QRectF, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from zmlp_gui import theme
from zmlp_gui.words import tr

BAR: Final = 6.0
HEIGHT: Final = 40


class RunLine(QWidget):
    """A thin bar while there is a run, and one or two lines of text.

    It paints itself: a label whose words change has the whole column measured again, paragraphs
    included, which takes longer than a frame.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._part: float | None = None
        self.setAccessibleName(tr("What the run does"))
        self.setToolTip(tr("How much of the run is done, and what came of it"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str) -> None:
        """Show these words."""
        if text != self._text:
            self._text = text
            self.setAccessibleDescription(text)
            self.update()

    def show_part(self, part: float | None) -> None:
        """Show how much is done, from 0 to 1; None where there is no run."""
        self._part = part
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, HEIGHT)

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        shown = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(self.rect())
        if self._part is not None:
            track = QRectF(0.0, HEIGHT / 2 - BAR - 3.0, room.width(), BAR)
            room.setTop(track.bottom())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(shown.track)
            painter.drawRoundedRect(track, BAR / 2, BAR / 2)
            if self._part > 0.0:
                track.setWidth(max(self._part * track.width(), BAR))
                painter.setBrush(shown.accent)
                painter.drawRoundedRect(track, BAR / 2, BAR / 2)
        painter.setFont(theme.font(shown.small_size))
        painter.setPen(shown.text_soft)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(room, flags, self._text)
