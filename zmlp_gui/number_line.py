"""A line over the drawing with the digits of a number, how sure each is, and whose bars show."""

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QTabletEvent,
)
from PyQt6.QtWidgets import QWidget

from core.reader import Reading
from zmlp_gui.focus_ring import FocusRing
from zmlp_gui.theme import Weight, current, font
from zmlp_gui.words import tr

HEIGHT, DIGIT, FIGURE = 34.0, 21, 11
PAD, GAP = 8.0, 3.0
UNDERLINE = 2.0
# The width of a drawing surface in the window as it opens: on a larger one all is written larger.
USUAL_WIDTH, LARGEST = 430.0, 2.5
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class NumberLine(FocusRing, QWidget):
    """Lies in the upper left corner of its parent; hidden while there is one digit or none.

    Signals
    -------
    chosen : int
        The person wants to see the bars of that digit, counted from the left.
    """

    chosen = pyqtSignal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._cells: list[tuple[str, str, bool]] = []
        self._chosen = 0
        self._scale = 1.0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(tr("The digits of the number: choose one to see its bars"))
        self.setAccessibleName(tr("Number"))
        self.hide()
        parent.installEventFilter(self)

    def text(self) -> str:
        """What is shown, digit by digit; a question mark after those that are not sure.

        It stands alone in the place of what is no digit.
        """
        return " ".join(_marked(name, sure) for name, _, sure in self._cells)

    def show_digits(self, readings: Sequence[Reading], chosen: int) -> None:
        """Show the digits of a number from left to right.

        Parameters
        ----------
        readings : sequence of Reading
            One or none hides the line.
        chosen : int
            The place of the digit whose bars are shown.
        """
        cells = [
            (each.name, f"{100 * each.confidence:.0f}", each.is_sure)
            if each.is_digit
            else ("", "", False)
            for each in readings
        ]
        if len(cells) < 2:
            self._cells = []
            self.hide()
            return
        if (cells, chosen) != (self._cells, self._chosen):
            longer = len(cells) != len(self._cells)
            self._cells, self._chosen = cells, chosen
            self._describe()
            if longer:
                self._place()
            self.update()
        self.show()

    def cell(self, place: int) -> QRectF:
        """Where a digit stands in the widget."""
        width = self._cell_width()
        return QRectF(place * width, 0.0, width, HEIGHT * self._scale)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        self._choose_at(event.position())

    def tabletEvent(self, event: QTabletEvent | None) -> None:
        assert event is not None
        # Taken, or the pen would draw on what lies below.
        event.accept()
        if event.type() == QEvent.Type.TabletPress:
            self._choose_at(event.position())

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step and 0 <= self._chosen + step < len(self._cells):
            self.chosen.emit(self._chosen + step)
        elif not step:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        theme, scale = current(), self._scale
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(theme.paper)
        ground.setAlpha(225)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()), 6.0, 6.0)
        large, small = self._fonts()
        for place, (name, figure, sure) in enumerate(self._cells):
            cell = self.cell(place).adjusted(PAD * scale, 0.0, 0.0, -UNDERLINE * scale)
            shown = _marked(name, sure)
            painter.setFont(large)
            painter.setPen(theme.text if sure else theme.text_soft)
            painter.drawText(cell, _LEFT, shown)
            painter.setFont(small)
            painter.setPen(theme.text_soft)
            cell.setLeft(cell.left() + QFontMetricsF(large).horizontalAdvance(shown) + GAP * scale)
            painter.drawText(cell.translated(0.0, 4.0 * scale), _LEFT, figure)
        if self._cells:
            below = self.cell(self._chosen).adjusted(PAD * scale, 0.0, -PAD * scale / 2, 0.0)
            below.setTop(below.bottom() - UNDERLINE * scale)
            painter.fillRect(below, theme.accent)
        self.paint_ring(painter)

    def _choose_at(self, point: QPointF) -> None:
        place = int(point.x() / self._cell_width())
        if 0 <= place < len(self._cells):
            self.chosen.emit(place)

    def _fonts(self) -> tuple:
        scale = self._scale
        return font(round(DIGIT * scale), Weight.DemiBold), font(round(FIGURE * scale))

    def _cell_width(self) -> float:
        """Room for a tentative digit and the widest figure, so that nothing jumps."""
        large, small = (QFontMetricsF(each) for each in self._fonts())
        widest = large.horizontalAdvance("0?") + small.horizontalAdvance("100")
        wanted = widest + (2 * PAD + GAP) * self._scale
        parent = self.parentWidget()
        room = parent.width() - 2.0 * current().margin if parent else wanted
        return min(wanted, room / max(len(self._cells), 1))

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        self._scale = min(max(parent.width() / USUAL_WIDTH, 1.0), LARGEST)
        unit = current().unit
        width = self._cell_width() * len(self._cells)
        self.setGeometry(unit, 2, round(width), round(HEIGHT * self._scale))

    def _describe(self) -> None:
        digits = ", ".join(
            tr("{digit} {percent} percent", digit=name, percent=figure)
            if name
            else tr("not a digit")
            for name, figure, _ in self._cells
        )
        chosen = tr("bars of digit {place}", place=self._chosen + 1)
        self.setAccessibleDescription(f"{digits}; {chosen}")


def _marked(name: str, sure: bool) -> str:
    return name if sure else name + "?"
