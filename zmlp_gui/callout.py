"""A bubble that points at a control and says one thing."""

from typing import Final

from PyQt6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPolygonF
from PyQt6.QtWidgets import QApplication, QLabel, QWidget

from zmlp_gui.theme import Weight, current, font

# Milliseconds until it goes by itself.
PATIENCE: Final = 12_000
# Pixels: how far the tip reaches, half its width, and where it stands from the left.
TIP, HALF, FROM_LEFT = 8, 9, 40
POINTING = (QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin, QEvent.Type.TabletPress)


class Callout(QLabel):
    """Stands below its target, goes with it, with any click, with Esc, or after a while.

    Parameters
    ----------
    target : QWidget
        What it points at.
    words : str
        What it says.

    Signals
    -------
    gone
        It was seen or waited for long enough.
    """

    gone = pyqtSignal()

    def __init__(self, target: QWidget, words: str) -> None:
        super().__init__(words, target.window())
        self._target = target
        self.setObjectName("callout")
        self.setFont(font(14, Weight.Medium))
        self.setAccessibleName(words)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        margin = current().margin
        self.setContentsMargins(margin, margin // 2 + TIP, margin, margin // 2)
        self.adjustSize()
        self._place()
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)
        QTimer.singleShot(PATIENCE, self.go)
        self.show()
        self.raise_()

    def go(self) -> None:
        """Vanish for good."""
        if app := QApplication.instance():
            app.removeEventFilter(self)
        if not self.isHidden():
            self.hide()
            self.gone.emit()
            self.deleteLater()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is None:
            return False
        kind = event.type()
        if kind in POINTING:
            self.go()
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self.go()
        elif kind == QEvent.Type.Hide and self._carries(watched):
            self.go()
        elif kind in (QEvent.Type.Resize, QEvent.Type.Move) and self._carries(watched):
            self._place()
        return False

    def changeEvent(self, event: QEvent | None) -> None:
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bubble = QPainterPath()
        box = QRectF(self.rect()).adjusted(0.0, TIP, 0.0, 0.0)
        bubble.addRoundedRect(box, theme.radius, theme.radius)
        tip = QPainterPath()
        tip.addPolygon(
            QPolygonF(
                [
                    QPointF(FROM_LEFT - HALF, TIP + 1),
                    QPointF(FROM_LEFT, 0),
                    QPointF(FROM_LEFT + HALF, TIP + 1),
                ]
            )
        )
        tip.closeSubpath()
        painter.fillPath(bubble.united(tip), theme.ink)
        painter.setPen(theme.paper)
        painter.setFont(self.font())
        inside = QRectF(self.contentsRect())
        painter.drawText(inside, Qt.AlignmentFlag.AlignCenter, self.text())

    def _carries(self, watched: QObject | None) -> bool:
        """Whether the target moves when this moves."""
        return isinstance(watched, QWidget) and (
            watched is self._target or watched.isAncestorOf(self._target)
        )

    def _place(self) -> None:
        """Its tip below the middle of the target, all of it in the window."""
        window = self._target.window()
        below = self._target.mapTo(window, QPoint(self._target.width() // 2, self._target.height()))
        self.move(below.x() - FROM_LEFT, below.y() + 2)
