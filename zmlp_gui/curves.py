"""Accuracy and loss of this run and of earlier ones, as curves whose exact figures can be read."""

from dataclasses import replace

from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from zmlp_gui.panel.segmented import Segmented
from zmlp_gui.plot.axis_fit import AxisFit
from zmlp_gui.plot.curve_choices import CurveChoices
from zmlp_gui.plot.curve_data import ACCURACY, LOSS, MEASURES, Measure, Series, nearest
from zmlp_gui.plot.curve_export import Chart
from zmlp_gui.plot.curve_legend import CurveLegend
from zmlp_gui.plot.curve_marks import own_colour
from zmlp_gui.plot.curve_plot import CurvePlot
from zmlp_gui.plot.curve_reading import InSight, latest, read
from zmlp_gui.plot.curve_readout import CurveReadout, Reading
from zmlp_gui.plot.curve_scene import (
    IN_FRONT,
    chart,
    curves_of_mine,
    lines_of_earlier,
    lines_of_mine,
)
from zmlp_gui.plot.curve_scores import CurveScores, scores
from zmlp_gui.plot.plane import Plane
from zmlp_gui.plot.shown_run import Choice, Curve, ShownRun
from zmlp_gui.plot.smoothing import OFF, SMOOTHINGS
from zmlp_gui.plot.x_axes import EPOCHS, XAxis, x_axis
from zmlp_gui.words import tr

# Pieces of all runs behind together, on a screen of one pixel a point: painting them may take a
# third of what an event may, and twice as fine a screen takes twice as long.
_POINTS = 11_500
# Thin lines and the axes' figures are the first to be lost from afar.
_PLOT_AFAR = 1.4
# Height from which there is room for a legend.
_LEGEND_FROM = 220
_LOOK_CHANGES = (QEvent.Type.PaletteChange, QEvent.Type.DevicePixelRatioChange)


class CurvesView(QWidget):
    """Curves of runs; it shows what it is given and fetches nothing.

    Signals
    -------
    measure_changed(str)
        `accuracy` or `loss` is shown now.
    changed()
        `measure`, `axis`, `smoothing` or `log` is another.
    export_wanted(), copy_wanted()
        The curves in a file, or on the clipboard: see `chart`.
    """

    measure_changed = pyqtSignal(str)
    changed = pyqtSignal()
    export_wanted = pyqtSignal()
    copy_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: dict[str, ShownRun] = {}
        self._current: str | None = None
        self._measure: Measure = ACCURACY
        self._axis: XAxis = EPOCHS
        self._smoothing = OFF
        self._log = False
        self._epochs = 10.0
        self._fit = AxisFit()
        self._others: list[InSight] = []
        # What is read: a place on the axis, and how high the pointer is, if it is one.
        self._pointed: tuple[float, float | None] | None = None
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
        self._choices = CurveChoices()
        self._plot = CurvePlot()
        self._plot.setAccessibleName(tr("Plot of the curves; the arrow keys read its figures"))
        self._plot.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._readout = CurveReadout(self._plot)
        self._lay_out()
        self._wire()
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.timeout.connect(lambda: self._show())
        self._choices.show_choices(self._axis.key, self._smoothing, self._log)
        self.set_x_range(10)

    # What is chosen

    @property
    def measure(self) -> str:
        """`accuracy` or `loss`."""
        return self._measure.key

    @property
    def axis(self) -> str:
        """What the curves are drawn over: `epochs`, `minibatches`, `digits` or `seconds`."""
        return self._axis.key

    @property
    def smoothing(self) -> str:
        """`off`, `light` or `strong`."""
        return self._smoothing

    @property
    def log(self) -> bool:
        """Whether the axis of the loss is logarithmic."""
        return self._log

    @log.setter
    def log(self, on: bool) -> None:
        self._log = on
        self._choose()

    def show_measure(self, key: str) -> None:
        """Show `accuracy` or `loss`."""
        self._measure = next(measure for measure in MEASURES if measure.key == key)
        self._switch.choose(key)
        self._choose()
        self.measure_changed.emit(key)

    def show_log(self, on: bool) -> None:
        """Make the axis of the loss logarithmic or not, and show it if it becomes so."""
        self.log = on
        if on:
            self.show_measure(LOSS.key)

    def show_over(self, key: str) -> None:
        """Draw the curves over something else; a KeyError if there is no such axis."""
        self._axis = x_axis(key)
        self._pointed = None
        self._choose()

    def smooth(self, key: str) -> None:
        """Smooth the curves, or not; a KeyError if there is no such smoothing."""
        if key not in SMOOTHINGS:
            raise KeyError(key)
        self._smoothing = key
        self._choose()

    # Runs

    def set_run(
        self,
        key: str,
        name: str,
        validation: Series,
        training: Series,
        *,
        part: str = "validation",
        colour: int | None = None,
    ) -> None:
        """Show a run, or newer figures of one that is shown already.

        Like all changes but those of this run, an earlier one comes with the next turn of the
        event loop, so that fifty at once are drawn once.

        Parameters
        ----------
        key, name : str
            Which run it is, for good, and what it is called.
        validation, training : Series
            Figures on the part that it does not learn from, and the running mean over its
            minibatches; the latter is drawn for this run only. They are kept, not copied.
        part : {"validation", "test"}
            Which part it was evaluated on.
        colour : int or None
            Index into the theme's colours of curves; None leaves the one it has, or gives a new
            run the next free one. This run stands out in the accent colour instead, as long as
            nobody gives it another by `set_colour`.
        """
        known = self._runs.get(key)
        run = ShownRun(key, name, part, 0, colour, Curve(validation), Curve(training))
        if known is None:
            run.place = self._free_place()
        else:
            run.place, run.hidden, run.now_colour = known.place, known.hidden, known.now_colour
            run.colour = known.colour if colour is None else colour
        self._runs[key] = run
        if key == self._current:
            self._show(earlier_changed=False)
        else:
            self._late.start()

    def rename_run(self, key: str, name: str) -> None:
        """Call a run something else."""
        self._runs[key].name = name
        self._late.start()

    def set_hidden(self, key: str, hidden: bool) -> None:
        """Leave a run out of the plot, or show it again."""
        self._runs[key].hidden = hidden
        self._late.start()

    def set_colour(self, key: str, colour: int) -> None:
        """Draw a run in a colour: an index into the theme's colours of curves."""
        run = self._runs[key]
        run.colour = run.now_colour = colour
        self._late.start()

    def colour(self, key: str) -> int:
        """The colour that a run has as an earlier one."""
        return own_colour(self._runs[key].place, self._runs[key].colour)

    def remove_run(self, key: str) -> None:
        """Take a run out of the plot for good, if it is there."""
        self._runs.pop(key, None)
        if key == self._current:
            self._current = None
        self._late.start()

    def set_current(self, key: str | None) -> None:
        """Make a run this run, also before its first figures come, or all of them earlier ones."""
        self._current = key
        self._show()

    def run_keys(self) -> list[str]:
        """The runs that it was given, hidden ones included."""
        return list(self._runs)

    def set_scale(self, scale: float) -> None:
        """Let all be that much larger, to be read from afar; above 1 with a scoreboard on top."""
        afar = scale != 1.0
        for part in (self._switch, self._choices, self._legend):
            part.setHidden(afar)
        self._scores.setVisible(afar)
        self._scores.set_scale(scale)
        self._readout.set_scale(scale)
        self._plot.set_scale(_PLOT_AFAR * scale if afar else scale)
        self._show()

    def set_x_range(self, epochs: float) -> None:
        """Let the horizontal axis suit a run of so many epochs."""
        self._epochs = float(epochs)
        self._show()

    def reading(self) -> Reading | None:
        """The figures that are read now, where someone points."""
        return self._readout.reading()

    def chart(self) -> Chart:
        """What is in sight, to be painted or written elsewhere; always in light colours."""
        if self._late.isActive():
            self._show()
        mine, others = self._mine_and_earlier()
        choices = self._drawn(len(others) - IN_FRONT)
        return chart(mine, others, self._plot.plane(), choices, self._plot.size())

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        # The plot needs the room more; hovering names the curves, too.
        self._legend.setVisible(self.height() >= _LEGEND_FROM and self._scores.isHidden())

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        # The plot keeps the colours and widths that it was given once.
        if event is not None and event.type() in _LOOK_CHANGES:
            self._plot.recolour()
            self._show()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._switch)
        head.addStretch(1)
        head.addWidget(self._choices)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self._legend)
        column.addWidget(self._scores)
        column.addWidget(self._plot, 1)

    def _wire(self) -> None:
        choices, plot = self._choices, self._plot
        self._switch.chosen.connect(self.show_measure)
        choices.axis_wanted.connect(self.show_over)
        choices.smoothing_wanted.connect(self.smooth)
        choices.log_wanted.connect(self.show_log)
        choices.export_wanted.connect(self.export_wanted)
        choices.copy_wanted.connect(self.copy_wanted)
        plot.pointed.connect(self._point)
        plot.stepped.connect(self._step)
        plot.resized.connect(self._follow_size)
        plot.customContextMenuRequested.connect(self._open_menu)

    def _open_menu(self, at: QPoint) -> None:
        self._choices.open_menu(self._plot.mapToGlobal(at))

    def _choose(self) -> None:
        """Something else is to be shown."""
        self._choices.show_choices(self._axis.key, self._smoothing, self._log)
        self._show()
        self.changed.emit()

    def _follow_size(self) -> None:
        self._readout.setGeometry(self._plot.rect())
        self._read_again()

    def _free_place(self) -> int:
        taken = {run.place for run in self._runs.values()}
        return min(set(range(len(taken) + 1)) - taken)

    def _mine_and_earlier(self) -> tuple[ShownRun | None, list[ShownRun]]:
        """The run that is this one, and the others with figures, the newest first; none hidden."""
        seen = {key: run for key, run in self._runs.items() if not run.hidden}
        mine = seen.pop(self._current or "", None)
        others = [run for run in reversed(seen.values()) if len(run.validation.series)]
        return mine, others

    def _drawn(self, behind: int = 0) -> tuple[Choice, Choice]:
        """What is drawn of a run in front, and of one of so many behind, which is coarser."""
        most = coarse = max(int(self._plot.frame().width()), 100)
        # Halved, not divided: a run more rarely makes all others be thinned again.
        while coarse * behind * self.devicePixelRatioF() > _POINTS and coarse > 100:
            coarse //= 2
        front = Choice(self._axis, self._measure, self._smoothing, self._epochs, most)
        return front, replace(front, most=coarse)

    def _show(self, earlier_changed: bool = True) -> None:
        """Bring all that is seen up to date."""
        earlier_changed = earlier_changed or self._late.isActive()
        self._late.stop()
        mine, others = self._mine_and_earlier()
        if self._plot.set_plane(self._plane(mine, others)) or earlier_changed:
            self._show_earlier(others)
        if mine is not None:
            evaluated, training = lines_of_mine(mine, self._drawn()[0])
            self._plot.set_mine([evaluated[0], training[0], *evaluated[1:], *training[1:]])
        else:
            self._plot.set_mine([])
        curves = self._curves()
        self._legend.set_entries([(curve.look, curve.name) for curve in curves])
        self._scores.set_scores(*scores(self._measure, mine, others))
        # From afar the scoreboard says what is missing.
        silent = bool(curves) or not self._scores.isHidden()
        self._readout.show_hint("" if silent else tr("The curve grows here while a network learns"))
        self.setAccessibleDescription(latest(curves, self._plot.plane()))
        self._read_again()

    def _show_earlier(self, others: list[ShownRun]) -> None:
        """Draw the earlier runs anew; a live run's figures do not come here."""
        lines, marked, self._others = lines_of_earlier(others, self._drawn(len(others) - IN_FRONT))
        self._plot.set_earlier(lines, marked)

    def _curves(self) -> list[InSight]:
        """The curves in sight, those of this run first."""
        mine = self._runs.get(self._current or "")
        if mine is None or mine.hidden:
            return self._others
        return curves_of_mine(mine) + self._others

    def _plane(self, mine: ShownRun | None, others: list[ShownRun]) -> Plane:
        """The axes that show these runs."""
        if self._current is None:
            end = self._fit.end_of_all(self._axis, self._epochs, others)
        else:
            end = self._fit.end_with(self._axis, self._epochs, mine, others)
        return self._fit.plane(self._axis, self._measure, self._log, end, mine, others)

    # Reading

    def _point(self, at: QPointF | None) -> None:
        """Read the curves at a point of the plot, or none."""
        frame = self._plot.frame()
        share = 0.0 if at is None else (at.x() - frame.left()) / max(frame.width(), 1.0)
        self._pointed = None if at is None else (share * self._plot.plane().end, at.y())
        self._read_again()

    def _read_again(self) -> None:
        curves = self._curves()
        if self._pointed is None or not curves:
            self._pointed = None
            self._readout.show_reading(None)
        else:
            plane, frame = self._plot.plane(), self._plot.frame()
            self._readout.show_reading(read(curves, plane, frame, *self._pointed))

    def _step(self, step: int) -> None:
        """Move the reading by one figure of the curve that leads it."""
        curves = self._curves()
        if not curves:
            return
        places = self._axis.of(curves[0].series)
        last = len(places) - 1
        at = last if self._pointed is None else nearest(places, self._pointed[0]) + step
        self._pointed = float(places[min(max(at, 0), last)]), None
        self._read_again()
