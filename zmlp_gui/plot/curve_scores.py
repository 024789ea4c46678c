"""Names and newest figures of the curves, as large as on a scoreboard, to be read from afar."""

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from zmlp_gui import theme
from zmlp_gui.plot.curve_data import Measure
from zmlp_gui.plot.curve_marks import SAMPLE_WIDTH, Look, earlier_run, paint_sample, this_run
from zmlp_gui.plot.shown_run import ShownRun
from zmlp_gui.words import tr

TITLE, ROW, GAP = 26, 34, 8.0
TITLE_SIZE, NAME_SIZE, FIGURE_SIZE, SMALLEST = 15, 17, 28, 12
# More do not fit above a curve.
MOST = 4
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Score:
    """A curve's look and name, its newest figure as text, and whether its run goes on."""

    look: Look
    name: str
    figure: str
    mine: bool


class CurveScores(QWidget):
    """A title, and below it a row for each curve: its line, its name and its newest figure."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = 1.0
        self._title = ""
        self._scores: tuple[Score, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Newest figures of the curves"))

    def set_scale(self, scale: float) -> None:
        """Write that much larger."""
        self._scale = scale
        self.updateGeometry()
        self.update()

    def set_scores(self, title: str, scores: Sequence[Score]) -> None:
        """Show what is measured, and how far each curve has come, the most important first."""
        shown = tuple(scores[:MOST])
        if (title, shown) == (self._title, self._scores):
            return
        rows, self._title, self._scores = len(self._scores), title, shown
        self.setAccessibleDescription(", ".join(f"{each.name} {each.figure}" for each in shown))
        if len(shown) != rows:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        # Room for two from the start: the curve must not jump where a race begins.
        rows = max(len(self._scores), 2)
        return QSize(round(240 * self._scale), round((TITLE + ROW * rows) * self._scale))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        shown, scale = theme.current(), self._scale
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = QRectF(0.0, 0.0, self.width(), TITLE * scale)
        painter.setFont(theme.font(round(TITLE_SIZE * scale)))
        painter.setPen(shown.text_soft)
        painter.drawText(line, _LEFT, self._title)
        line = QRectF(0.0, line.bottom(), self.width(), ROW * scale)
        if not self._scores:
            painter.drawText(line, _LEFT, tr("No network learns yet"))
        size = self._name_size()
        for score in self._scores:
            self._paint_score(painter, line, score, size)
            line.translate(0.0, ROW * scale)

    def _name_size(self) -> int:
        """The font in which every name has room beside its figure, if it does not get too small."""
        scale = self._scale
        largest, sizes = round(NAME_SIZE * scale), [round(NAME_SIZE * scale)]
        for score in self._scores:
            name = theme.font(largest, _weight(score))
            width = max(_width(name, score.name), 1.0)
            sizes.append(int(largest * self._name_room(score) / width))
        return max(min(sizes), round(SMALLEST * scale))

    def _name_room(self, score: Score) -> float:
        figure = theme.font(round(FIGURE_SIZE * self._scale), _weight(score))
        beside = (SAMPLE_WIDTH + 2 * GAP) * self._scale
        return self.width() - beside - _width(figure, score.figure)

    def _paint_score(self, painter: QPainter, line: QRectF, score: Score, size: int) -> None:
        shown, scale = theme.current(), self._scale
        painter.save()
        painter.translate(line.left(), line.center().y())
        painter.scale(scale, scale)
        paint_sample(painter, score.look, QPointF())
        painter.restore()
        painter.setPen(shown.text)
        painter.setFont(theme.font(round(FIGURE_SIZE * scale), _weight(score)))
        painter.drawText(line, _RIGHT, score.figure)
        left = (SAMPLE_WIDTH + GAP) * scale
        name = theme.font(size, _weight(score))
        painter.setFont(name)
        room = self._name_room(score)
        text = QFontMetricsF(name).elidedText(score.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(line.adjusted(left, 0.0, 0.0, 0.0), _LEFT, text)


def _weight(score: Score) -> theme.Weight:
    return theme.Weight.DemiBold if score.mine else theme.Weight.Medium


def _width(style: QFont, text: str) -> float:
    return QFontMetricsF(style).horizontalAdvance(text)


def scores(
    measure: Measure, mine: ShownRun | None, others: Sequence[ShownRun]
) -> tuple[str, list[Score]]:
    """What the scoreboard counts, and how far each run has come."""
    shown = [] if mine is None or not len(mine.validation.series) else [mine]
    shown += others
    tested = any(run.part == "test" for run in shown)
    digits = tr("test digits") if tested else tr("validation digits")
    title = f"{measure.words()} · {digits}" if shown else measure.words()
    rows = []
    for run in shown:
        look = this_run(run.now_colour) if run is mine else earlier_run(run.place, run.colour)
        figure = float(measure.of(run.validation.series)[-1])
        rows.append(Score(look, run.name, measure.say_afar(figure), run is mine))
    return title, rows
