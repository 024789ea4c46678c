"""A bar for each class: its name, how probable the network holds it, and the figure in percent."""

from collections.abc import Sequence

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QStaticText,
    QTransform,
)
from PyQt6.QtWidgets import QSizePolicy, QToolTip, QWidget

from core.reader import Reading
from zmlp_gui.answer.answer_headline import INDENT
from zmlp_gui.answer.explained import Explained
from zmlp_gui.theme import Weight, current, font
from zmlp_gui.words import tr

HIGHEST_ROW, LOWEST_ROW = 34, 16
# Of more classes than have room so many are shown, by rank: further down nothing is to be seen.
MOST_BY_RANK = 15
SMALLEST, READABLE, LARGEST = 10, 12, 16
THICKEST, THICKEST_AFAR = 12, 20
GAP = 14.0
# How much of a row's height bar and name take, before the screen and from afar.
ROW_SHARES, ROW_SHARES_AFAR = (0.36, 0.48), (0.6, 0.66)
# A bar for less than this would be a tenth of a pixel long.
LEAST = 0.0005
ELIDE = Qt.TextElideMode.ElideRight
CLICKABLE, UNCLICKABLE = Qt.CursorShape.PointingHandCursor, Qt.CursorShape.ArrowCursor


class AnswerBars(Explained):
    """Bars in the order of the classes; where not all have room, the most probable ones by rank.

    Signals
    -------
    chosen : int
        The row of that class was clicked.
    """

    chosen = pyqtSignal(int)

    def __init__(self, class_names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = tuple(class_names)
        self._reading: Reading | None = None
        self._grey = False
        self._shown: list[int] = []
        self._ground: QPixmap | None = None
        self._pressed: int | None = None
        self.scale = 1.0
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("How probable the network holds each answer"))
        self._measure()

    def set_class_names(self, names: Sequence[str]) -> None:
        """Name the bars that are shown while there is no answer."""
        if tuple(names) != self._names:
            self._names = tuple(names)
            self._reading = None
            self._measure()
            self.update()

    def show_reading(self, reading: Reading | None, grey: bool = False) -> None:
        """Show an answer, all in grey where it is not to be trusted; empty bars for None."""
        if reading is not None:
            self.set_class_names(reading.class_names)
        before, self._reading = self._reading, reading
        if (before is None) != (reading is None):
            self.setCursor(CLICKABLE if reading is not None else UNCLICKABLE)
        if grey != self._grey or not _looks_alike(before, reading):
            self._grey = grey
            self._choose()
            self.update()

    def set_scale(self, scale: float) -> None:
        """Let everything be that much larger, and above 1 fuller, to be read from afar."""
        self.scale = scale
        self._measure()
        self.updateGeometry()
        self.update()

    def bar(self, row: int) -> QRectF:
        """The place of a row's bar when it is full."""
        top = (row + 0.5) * self._pitch - self._thickness / 2
        return QRectF(self._left, top, self._right - self._left, self._thickness)

    def sizeHint(self) -> QSize:
        return QSize(240, HIGHEST_ROW * min(len(self._names), 12))

    def minimumSizeHint(self) -> QSize:
        return QSize(140, LOWEST_ROW * min(len(self._names), 10))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        self._measure()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self._class_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        pressed, self._pressed = self._pressed, None
        if pressed is not None and pressed == self._class_at(event.position()):
            self.chosen.emit(pressed)

    def _class_at(self, point: QPointF) -> int | None:
        """The class whose row is there, while there is an answer."""
        row = int(point.y() // self._pitch)
        inside = 0.0 <= point.x() < self.width() and 0 <= row < len(self._shown)
        return self._shown[row] if inside and self._reading is not None else None

    def forget_pixels(self) -> None:
        self._ground = None

    def paintEvent(self, event: QPaintEvent | None) -> None:
        # Painted at every pen event and while a network learns: nothing is measured here, and
        # what stays the same, names and empty bars, is kept as pixels.
        ratio = self.devicePixelRatioF()
        if self._ground is None or self._ground.devicePixelRatio() != ratio:
            self._ground = self._painted_ground(ratio)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._ground)
        if self._reading is None:
            return
        theme = current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        values, best = self._reading.probabilities.tolist(), self._reading.best
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.text_soft)
        for row, index in enumerate(self._shown):
            if index != best and values[index] >= LEAST:
                self._paint_bar(painter, row, values[index])
        painter.setPen(theme.text_soft)
        painter.setFont(self._figures.font)
        for row, index in enumerate(self._shown):
            if index != best:
                self._paint_figure(painter, row, self._figures, values[index])
        if best in self._shown:
            self._paint_best(painter, self._shown.index(best), best, values[best])

    def _paint_best(self, painter: QPainter, row: int, index: int, value: float) -> None:
        theme = current()
        name = QRectF(0.0, row * self._pitch, self._left - 1.0, self._pitch)
        painter.fillRect(name, theme.card)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.text_soft if self._grey else theme.accent)
        self._paint_bar(painter, row, value)
        painter.setPen(theme.text)
        painter.setFont(self._best_figures.font)
        self._paint_figure(painter, row, self._best_figures, value)
        painter.setFont(self._best_font)
        self._paint_name(painter, row, index)

    def _paint_bar(self, painter: QPainter, row: int, part: float) -> None:
        radius = self._thickness / 2
        width = (self._right - self._left) * part
        top = (row + 0.5) * self._pitch - radius
        bar = QRectF(self._left, top, width, self._thickness)
        painter.drawRoundedRect(bar, min(radius, width / 2), radius)

    def _paint_figure(self, painter: QPainter, row: int, figures: "_Figures", value: float) -> None:
        text, width = figures.laid_out(value)
        place = QPointF(
            self.width() - INDENT * self.scale - width, row * self._pitch + self._figure_top
        )
        painter.drawStaticText(place, text)

    def _paint_name(self, painter: QPainter, row: int, index: int) -> None:
        foot = (row + 0.5) * self._pitch + self._half_letter
        label = self._name_metrics.elidedText(self._names[index], ELIDE, self._name_room)
        painter.drawText(QPointF(INDENT * self.scale, foot), label)

    def _painted_ground(self, ratio: float) -> QPixmap:
        theme = current()
        ground = QPixmap(self.size() * ratio)
        ground.setDevicePixelRatio(ratio)
        ground.fill(theme.card)
        painter = QPainter(ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.track)
        for row in range(len(self._shown)):
            self._paint_bar(painter, row, 1.0)
        painter.setPen(theme.text_soft)
        painter.setFont(self._name_font)
        for row, index in enumerate(self._shown):
            self._paint_name(painter, row, index)
        painter.end()
        return ground

    def _measure(self) -> None:
        """Choose rows, columns and fonts that suit the size of the widget and the names."""
        count, scale = len(self._names), self.scale
        afar = scale != 1.0
        filled, written = ROW_SHARES_AFAR if afar else ROW_SHARES
        thickest = scale * (THICKEST_AFAR if afar else THICKEST)
        rows = min(count, max(int(self.height() / (LOWEST_ROW * scale)), 2))
        if rows < count:
            rows = min(rows, MOST_BY_RANK)
        self._pitch = min(self.height() / rows, HIGHEST_ROW * scale)
        self._thickness = min(max(round(self._pitch * filled), 6), thickest)
        size = min(max(round(self._pitch * written), SMALLEST), round(LARGEST * scale))
        small = size if afar else min(size, current().small_size)
        self._figures, self._best_figures = (
            _Figures(font(small)),
            _Figures(font(small, Weight.Bold)),
        )
        text, width = self._best_figures.laid_out(1.0)
        self._figure_top = (self._pitch - text.size().height()) / 2
        gap, indent = GAP * scale, INDENT * scale
        figures = width + gap + indent
        self._name_room = max(0.5 * (self.width() - figures), 0.0)
        self._left = indent + self._fit_names(size) + gap
        self._right = max(self.width() - figures, self._left + 8.0)
        self._shown = list(range(rows))
        self._ground = None
        self._choose()

    def _fit_names(self, largest: int) -> float:
        """Take the largest font in which all names fit; in the smallest they are shortened.

        Where rows are high the smallest is still easy to read.

        Returns
        -------
        float
            Width that the names take.
        """
        # There may be thousands; only the longest matter.
        names = sorted(self._names, key=len)[-20:]
        for size in range(max(largest, SMALLEST), min(largest, READABLE) - 1, -1):
            self._name_font, self._best_font = font(size), font(size, Weight.DemiBold)
            self._name_metrics = QFontMetricsF(self._best_font)
            widest = max(map(self._name_metrics.horizontalAdvance, names))
            if widest <= self._name_room:
                break
        self._half_letter = self._name_metrics.capHeight() / 2
        return min(widest, self._name_room)

    def _choose(self) -> None:
        """Where not all bars have room, show those that count most now."""
        if self._reading is not None and len(self._shown) < len(self._names):
            self._shown = self._reading.ranking[: len(self._shown)].tolist()
            self._ground = None

    def explain(self, event: QHelpEvent) -> None:
        """Tell the exact value of the bar under the pointer."""
        index = self._class_at(QPointF(event.pos()))
        if self._reading is None or index is None:
            QToolTip.hideText()
            return
        percent = 100.0 * float(self._reading.probabilities[index])
        name = self._names[index]
        value = tr("{name}: {percent}\u2009%", name=name, percent=f"{percent:.4f}")
        teach = tr("Click if this was {name}: the network learns it", name=name)
        text = f"{value}\n{teach}"
        top = self._shown.index(index) * self._pitch
        area = QRectF(0.0, top, self.width(), self._pitch).toAlignedRect()
        QToolTip.showText(event.globalPos(), text, self, area)


def _looks_alike(one: Reading | None, other: Reading | None) -> bool:
    """Whether two answers have the same figures: a network that is sure says the same for long."""
    if one is None or other is None:
        return one is other
    figures, others = np.rint(1000.0 * one.probabilities), np.rint(1000.0 * other.probabilities)
    return one.best == other.best and np.array_equal(figures, others)


class _Figures:
    """Percentages in one font, each laid out once; there are no more than 1,001."""

    def __init__(self, style: QFont) -> None:
        self.font = style
        self._laid_out: dict[str, tuple[QStaticText, float]] = {}

    def laid_out(self, value: float) -> tuple[QStaticText, float]:
        """The figure for a probability, and its width."""
        figure = f"{100.0 * value:.1f}"
        known = self._laid_out.get(figure)
        if known is None:
            text = QStaticText(figure)
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.prepare(QTransform(), self.font)
            known = self._laid_out[figure] = (text, text.size().width())
        return known
