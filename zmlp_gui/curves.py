"""Accuracy and loss of this run and of earlier ones, as curves whose exact figures can be read."""

from dataclasses import dataclass, replace

from PyQt6.QtCore import QEvent, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from zmlp_gui.panel.segmented import Segmented
from zmlp_gui.plot.curve_data import ACCURACY, MEASURES, Measure, Series, calm_span
from zmlp_gui.plot.curve_legend import CurveLegend
from zmlp_gui.plot.curve_marks import Look, earlier_run, this_run, this_training
from zmlp_gui.plot.curve_plot import CurvePlot, Line
from zmlp_gui.plot.curve_readout import CurveReadout, Reading, Row
from zmlp_gui.plot.curve_scores import CurveScores, Score
from zmlp_gui.words import tr

# More earlier runs than these make neither a plot nor a card that one can read.
EARLIER_RUNS = 6
# Thin lines and the axes' figures are the first to be lost from afar.
PLOT_AFAR = 1.4
_LOOK_CHANGES = (QEvent.Type.PaletteChange, QEvent.Type.DevicePixelRatioChange)


@dataclass(frozen=True, eq=False)
class _Run:
    """What is known of one run; `place` decides its look once it is an earlier one."""

    name: str
    evaluated: Series
    training: Series
    part: str
    place: int
    hidden: bool = False


_NO_RUN = _Run("", Series(), Series(), "validation", 0)


@dataclass(frozen=True)
class _Curve:
    """One curve that is in sight; `mine` if it belongs to this run."""

    look: Look
    name: str
    series: Series
    mine: bool


class CurvesView(QWidget):
    """Curves over epochs; it shows what it is given and fetches nothing.

    Signals
    -------
    measure_changed(str)
        `accuracy` or `loss` is shown now.
    """

    measure_changed = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: dict[str, _Run] = {}
        self._current: str | None = None
        self._measure: Measure = ACCURACY
        self._spans = {measure.key: next(iter(measure.spans)) for measure in MEASURES}
        self._pointed: float | None = None
        self.setAccessibleName(tr("Learning curves"))
        self._switch = Segmented(
            tr("Curves of"),
            [
                (ACCURACY.key, tr("Accuracy, %"), tr("How many digits of a hundred are right")),
                ("loss", tr("Loss"), tr("What training makes small")),
            ],
        )
        self._legend = CurveLegend()
        self._scores = CurveScores()
        self._scores.hide()
        self._plot = CurvePlot()
        self._plot.setAccessibleName(tr("Plot of the curves; the arrow keys read its figures"))
        self._readout = CurveReadout(self._plot)
        self._lay_out()
        self._switch.chosen.connect(self.show_measure)
        self._plot.pointed.connect(self._point)
        self._plot.stepped.connect(self._step)
        self._plot.resized.connect(self._follow_size)
        self.set_x_range(10)

    def set_run(
        self,
        key: str,
        name: str,
        evaluated: Series,
        training: Series,
        current: bool = True,
        part: str = "validation",
        colour: int | None = None,
    ) -> None:
        """Show a run, or newer figures of one that is shown already.

        The six latest of the earlier runs stay; those before them leave the plot.

        Parameters
        ----------
        key, name : str
            Which run it is, and what it is called once it is an earlier one.
        evaluated, training : Series
            Figures on the part that it does not learn from, and the running mean over its
            minibatches; about 1,000 points each at most. The latter is drawn for this run only.
        current : bool
            Whether it is this run; the one that was becomes an earlier one.
        part : {"validation", "test"}
            Which part it was evaluated on.
        """
        place = self._runs[key].place if key in self._runs else self._free_place()
        if colour is not None:
            place = max(colour - 1, 0)
            current = key == self._current
        hidden = key in self._runs and self._runs[key].hidden
        self._runs[key] = _Run(name, evaluated, training, part, place, hidden)
        was_current = key == self._current
        if current:
            self._current = key
        elif was_current:
            self._current = None
        self._forget_oldest()
        self._show(earlier_changed=not (current and was_current))

    def rename_run(self, key: str, name: str) -> None:
        """Call a run otherwise."""
        self._replace(key, name=name)

    def set_hidden(self, key: str, hidden: bool) -> None:
        """Leave a run out of the plot, or show it again."""
        self._replace(key, hidden=hidden)

    def set_colour(self, key: str, colour: int) -> None:
        """Give a run one of the theme's colours of curves."""
        self._replace(key, place=max(colour - 1, 0))

    def _replace(self, key: str, **values: object) -> None:
        if key in self._runs:
            self._runs[key] = replace(self._runs[key], **values)  # type: ignore[arg-type]
            self._show()

    def remove_run(self, key: str) -> None:
        """Take a run out of the plot, if it is there."""
        self._runs.pop(key, None)
        if key == self._current:
            self._current = None
        self._show()

    def set_current(self, key: str | None) -> None:
        """Make a run this run, or all of them earlier ones."""
        self._current = key
        self._show()

    def set_scale(self, scale: float) -> None:
        """Let all be that much larger, to be read from afar; above 1 with a scoreboard on top."""
        afar = scale != 1.0
        self._switch.setHidden(afar)
        self._legend.setHidden(afar)
        self._scores.setVisible(afar)
        self._scores.set_scale(scale)
        self._readout.set_scale(scale)
        self._plot.set_scale(PLOT_AFAR * scale if afar else scale)
        self._show()

    def set_x_range(self, epochs: float) -> None:
        """Let the horizontal axis end at the planned number of epochs."""
        self._plot.set_epochs(float(epochs))
        self._show()

    def show_measure(self, key: str) -> None:
        """Show `accuracy` or `loss`."""
        self._measure = next(measure for measure in MEASURES if measure.key == key)
        self._switch.choose(key)
        self._show()
        self.measure_changed.emit(key)

    def reading(self) -> Reading | None:
        """The figures that are read now, where someone points."""
        return self._readout.reading()

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        # pyqtgraph keeps the colours and widths that it was given once.
        if event is not None and event.type() in _LOOK_CHANGES:
            self._plot.recolour()
            self._show()

    def _follow_size(self) -> None:
        self._readout.setGeometry(self._plot.rect())
        self._point(self._pointed)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._switch)
        head.addWidget(self._legend, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self._scores)
        column.addWidget(self._plot, 1)

    def _forget_oldest(self) -> None:
        earlier = [key for key in self._runs if key != self._current]
        for key in earlier[:-EARLIER_RUNS]:
            del self._runs[key]

    def _free_place(self) -> int:
        taken = {run.place for run in self._runs.values()}
        return min(set(range(len(taken) + 1)) - taken)

    def _curves(self) -> list[_Curve]:
        """The curves in sight, those of this run first."""
        curves: list[_Curve] = []
        for key, run in self._runs.items():
            if run.hidden:
                continue
            if key == self._current:
                curves[:0] = [
                    _Curve(this_run(), _evaluated_name(run.part), run.evaluated, True),
                    _Curve(this_training(), tr("training"), run.training, True),
                ]
            else:
                curves.append(_Curve(earlier_run(run.place), run.name, run.evaluated, False))
        return [curve for curve in curves if len(curve.series)]

    def _show(self, earlier_changed: bool = True) -> None:
        """Bring all that is seen up to date."""
        curves = self._curves()
        if self._fit_axis(curves) or earlier_changed:
            self._plot.set_earlier(
                [self._line(curve.look, curve.series) for curve in curves if not curve.mine]
            )
        mine = self._runs.get(self._current or "", _NO_RUN)
        mine = _NO_RUN if mine.hidden else mine
        self._plot.set_mine(
            self._line(this_run(), mine.evaluated), self._line(this_training(), mine.training)
        )
        self._legend.set_entries([(curve.look, curve.name) for curve in curves])
        self._scores.set_scores(self._title(curves), self._newest())
        # From afar the scoreboard says what is missing.
        silent = bool(curves) or not self._scores.isHidden()
        self._readout.show_hint("" if silent else tr("The curve grows here while a network learns"))
        self.setAccessibleDescription(self._latest(curves))
        self._point(self._pointed)

    def _line(self, look: Look, series: Series) -> Line:
        return Line(look, series.epochs, self._measure.of(series))

    def _fit_axis(self, curves: list[_Curve]) -> bool:
        """Choose the vertical axis; whether it moved."""
        measure = self._measure
        mine = [measure.distance(curve.series) for curve in curves if curve.mine]
        earlier = [measure.distance(curve.series) for curve in curves if not curve.mine]
        span = calm_span(measure, self._spans[measure.key], mine, earlier)
        self._spans[measure.key] = span
        return self._plot.set_axis(*measure.axis(span), measure.spans[span])

    def _title(self, curves: list[_Curve]) -> str:
        """What the scoreboard counts."""
        parts = {run.part for run in self._runs.values()} if curves else set()
        digits = tr("test digits") if "test" in parts else tr("validation digits")
        return f"{self._measure.words()} · {digits}" if parts else self._measure.words()

    def _newest(self) -> list[Score]:
        """The newest figure of each run, this run first."""
        measure = self._measure
        scores = []
        for key, run in self._runs.items():
            mine = key == self._current
            if len(run.evaluated):
                look = this_run() if mine else earlier_run(run.place)
                figure = float(measure.of(run.evaluated)[-1])
                scores.append(Score(look, run.name, measure.say_afar(figure), mine))
        return sorted(scores, key=lambda score: not score.mine)

    def _latest(self, curves: list[_Curve]) -> str:
        """The newest figure of each curve as text."""
        measure = self._measure
        latest = [
            f"{curve.name} {measure.say(measure.of(curve.series)[-1])} "
            + tr("at epoch {epoch}", epoch=f"{curve.series.epochs[-1]:.1f}")
            for curve in curves
        ]
        return f"{measure.words()}: " + "; ".join(latest) if latest else ""

    def _point(self, epoch: float | None) -> None:
        """Read all curves at an epoch, or none."""
        curves = self._curves()
        self._pointed = epoch if curves else None
        if self._pointed is None:
            self._readout.show_reading(None)
            return
        self._readout.show_reading(self._read(curves, self._pointed))

    def _read(self, curves: list[_Curve], epoch: float) -> Reading:
        """The figures nearest to an epoch at which the first curve that reaches it has one."""
        reaching = [curve.series for curve in curves if curve.series.reaches(epoch)]
        lead = reaching[0] if reaching else curves[0].series
        at = lead.nearest(epoch)
        place = float(lead.epochs[at])
        title = tr(
            "epoch {epoch} · minibatch {minibatch}",
            epoch=f"{place:.1f}",
            minibatch=f"{int(lead.steps[at]):,}",
        )
        rows = tuple(self._row(curve, place) for curve in curves)
        return Reading(self._plot.place(place, 0.0).x(), self._plot.frame(), title, rows)

    def _row(self, curve: _Curve, epoch: float) -> Row:
        if not curve.series.reaches(epoch):
            return Row(curve.look, curve.name, "–", None)
        at = curve.series.nearest(epoch)
        figure = float(self._measure.of(curve.series)[at])
        there = float(curve.series.epochs[at])
        seen = self._plot.holds(there, figure)
        point = self._plot.place(there, figure) if seen else None
        return Row(curve.look, curve.name, self._measure.say(figure), point)

    def _step(self, step: int) -> None:
        """Move the reading by one figure of the curve that leads it."""
        curves = self._curves()
        if not curves:
            return
        lead = curves[0].series
        at = len(lead) - 1 if self._pointed is None else lead.nearest(self._pointed) + step
        self._point(float(lead.epochs[min(max(at, 0), len(lead) - 1)]))


def _evaluated_name(part: str) -> str:
    return tr("this run, validation") if part == "validation" else tr("this run, test")
