"""Chooses the ends of both axes for the runs in sight, and leaves them while they serve."""

from collections.abc import Sequence

from zmlp_gui.plot.curve_data import LOSS, MEASURES, Measure, calm_span
from zmlp_gui.plot.plane import Plane, calm_decades
from zmlp_gui.plot.shown_run import ShownRun
from zmlp_gui.plot.x_axes import EPOCHS, SECONDS, XAxis, planned_end, rounded_up

# Earlier runs may make the axis this many times as long as this run does.
_STRETCH = 3.0


class AxisFit:
    """Remembers where the axes ended, so that a curve which wavers does not make them jump."""

    def __init__(self) -> None:
        self._spans = {measure.key: next(iter(measure.spans)) for measure in MEASURES}
        self._ends: dict[str, float] = {}
        self._decades: tuple[float, float] | None = None

    def plane(
        self,
        axis: XAxis,
        measure: Measure,
        log: bool,
        end: float,
        mine: ShownRun | None,
        others: Sequence[ShownRun],
    ) -> Plane:
        """The axes that show these runs, the horizontal one ending at `end`."""
        own = [mine.validation, mine.training] if mine else []
        earlier = [run.validation for run in others]
        if measure is LOSS and log:
            self._decades = calm_decades(
                self._decades, [each.losses() for each in own], [each.losses() for each in earlier]
            )
            return Plane(axis, measure, end, *self._decades, 1.0, True)
        span = calm_span(
            measure,
            self._spans[measure.key],
            [each.distance(measure) for each in own],
            [each.distance(measure) for each in earlier],
        )
        self._spans[measure.key] = span
        return Plane(axis, measure, end, *measure.axis(span), measure.spans[span])

    def end_with(
        self, axis: XAxis, epochs: float, mine: ShownRun | None, others: Sequence[ShownRun]
    ) -> float:
        """Where the horizontal axis ends for a run of `epochs`, later for longer earlier runs.

        As long as the run has no figures, `mine` may be None; the newest earlier run then tells
        how many minibatches, digits or seconds an epoch takes.
        """
        models = [mine.validation.series, mine.training.series] if mine else []
        models += [run.validation.series for run in others[:1]]
        present = self._ends.get(axis.key, 0.0)
        planned = (planned_end(axis, epochs, present, series) for series in models)
        end = next((end for end in planned if end is not None), None)
        longest = max((run.validation.end(axis) for run in others), default=0.0)
        if end is None:
            end = epochs if axis is EPOCHS else present or 10.0 * epochs
        elif longest > end:
            end = _tidy(axis, min(longest, _STRETCH * end))
        self._ends[axis.key] = end
        return end

    def end_of_all(self, axis: XAxis, epochs: float, others: Sequence[ShownRun]) -> float:
        """Where the horizontal axis ends while no run is this run."""
        longest = max((run.validation.end(axis) for run in others), default=0.0)
        if not longest > 0.0:
            return self.end_with(axis, epochs, None, others)
        return _tidy(axis, longest)


def _tidy(axis: XAxis, end: float) -> float:
    """Runs end at whole epochs; only time needs a rounder end."""
    return rounded_up(end) if axis is SECONDS else end
