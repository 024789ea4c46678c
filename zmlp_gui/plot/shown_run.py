"""One run on the plot: what is known of it, how it looks, and its curves, thinned once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zmlp_gui.plot.curve_data import Figures, Measure, Series, telling
from zmlp_gui.plot.curve_marks import Look, faint
from zmlp_gui.plot.curve_paint import Line
from zmlp_gui.plot.plane import usual_losses
from zmlp_gui.plot.smoothing import OFF, memory, smoothed
from zmlp_gui.plot.x_axes import XAxis


@dataclass(frozen=True)
class Choice:
    """What is drawn of a run, and how fine.

    Attributes
    ----------
    axis, measure : XAxis, Measure
        Over what, and which figures.
    smoothing : str
        A key of `SMOOTHINGS`.
    epochs : float
        Those that smoothing takes its share of.
    most : int
        Points of a curve at the most, about.
    """

    axis: XAxis
    measure: Measure
    smoothing: str
    epochs: float
    most: int


class Curve:
    """The figures of one run on one part, with what was once computed from them."""

    def __init__(self, series: Series) -> None:
        self.series = series
        self._distances: dict[str, float] = {}
        self._losses: Figures | None = None
        self._drawn: tuple[Choice, NDArray[np.int64], Figures] | None = None

    def distance(self, measure: Measure) -> float:
        """How far from the best it is, see `Measure.distance`."""
        if measure.key not in self._distances:
            self._distances[measure.key] = measure.distance(self.series)
        return self._distances[measure.key]

    def losses(self) -> Figures:
        """Its lowest and highest loss, see `usual_losses`."""
        if self._losses is None:
            self._losses = usual_losses(self.series.loss)
        return self._losses

    def end(self, axis: XAxis) -> float:
        """How far it reaches."""
        places = axis.of(self.series)
        return float(places[-1]) if len(places) and np.isfinite(places[-1]) else 0.0

    def line(self, choice: Choice, look: Look) -> Line:
        """The curve to draw."""
        kept, drawn = self._thinned(choice, choice.measure.of(self.series))
        return Line(look, choice.axis.of(self.series)[kept], drawn)

    def behind(self, choice: Choice, look: Look) -> list[Line]:
        """The figures themselves, to be drawn behind the curve if it is smoothed."""
        if choice.smoothing == OFF:
            return []
        figures = choice.measure.of(self.series)
        kept = telling(_finite(figures), choice.most)
        return [Line(faint(look), choice.axis.of(self.series)[kept], figures[kept])]

    def _thinned(self, choice: Choice, figures: Figures) -> tuple[NDArray[np.int64], Figures]:
        """Which points to draw, and the figures there; the axis has no part in it."""
        if self._drawn is not None and _same_points(self._drawn[0], choice):
            return self._drawn[1:]
        points = memory(choice.smoothing, self.series.epochs, choice.epochs)
        whole = smoothed(figures, points)
        kept = telling(_finite(whole), choice.most)
        self._drawn = choice, kept, whole[kept]
        return kept, whole[kept]


@dataclass
class ShownRun:
    """What is known of one run.

    Attributes
    ----------
    place, colour : int, int or None
        Decide its look as an earlier run, see `earlier_run`.
    now_colour : int
        Its colour as this run: the accent, unless a person chose another.
    """

    key: str
    name: str
    part: str
    place: int
    colour: int | None
    validation: Curve
    training: Curve
    hidden: bool = False
    now_colour: int = 0


def _finite(figures: Figures) -> Figures:
    return np.where(np.isfinite(figures), figures, np.nan)


def _same_points(one: Choice, other: Choice) -> bool:
    return (one.measure, one.smoothing, one.most) == (
        other.measure,
        other.smoothing,
        other.most,
    ) and (one.smoothing == OFF or one.epochs == other.epochs)
