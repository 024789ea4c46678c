"""What the curves are drawn from: series of figures, and the stretch of axis that suits them."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zmlp_gui.words import tr

Figures = NDArray[np.float64]


def _none() -> NDArray[Any]:
    return np.empty(0)


@dataclass(frozen=True, eq=False)
class Series:
    """Figures of one run on one part of the data, in the order in which they were measured.

    Attributes
    ----------
    epochs : float64 (n,)
        Epochs of learning behind each figure, with fractions, never falling.
    steps : int64 (n,)
        Minibatches behind each figure.
    digits : float64 (n,)
        Training digits behind each figure, each as often as it was seen.
    seconds : float64 (n,)
        Seconds of training behind each figure, pauses not counted.
    accuracy : float64 (n,)
        Percent, 0 to 100; NaN where it is not known.
    loss : float64 (n,)
        May be NaN or infinite.
    """

    epochs: Figures = field(default_factory=_none)
    steps: NDArray[np.integer[Any]] = field(default_factory=_none)
    digits: Figures = field(default_factory=_none)
    seconds: Figures = field(default_factory=_none)
    accuracy: Figures = field(default_factory=_none)
    loss: Figures = field(default_factory=_none)

    def __len__(self) -> int:
        return len(self.epochs)


def nearest(places: Figures, place: float) -> int:
    """Index of the place nearest to another; there must be one, and they must not fall."""
    after = int(np.searchsorted(places, place))
    near = (max(after - 1, 0), min(after, len(places) - 1))
    return min(near, key=lambda i: abs(places[i] - place))


def reaches(places: Figures, place: float) -> bool:
    """Whether figures at these places tell of another: from the first to a step after the last."""
    if not len(places):
        return False
    step = (places[-1] - places[0]) / max(len(places) - 1, 1)
    return bool(places[0] - step <= place <= places[-1] + step)


def telling(figures: Figures, most: int) -> NDArray[np.int64]:
    """Indices of about `most` figures that look like all: highest and lowest of each stretch.

    NaN counts as lowest, so that a gap stays a gap.
    """
    if len(figures) <= most:
        return np.arange(len(figures))
    stretch = -(-2 * len(figures) // most)
    whole = len(figures) // stretch
    rows = figures[: whole * stretch].reshape(whole, stretch)
    ends = np.stack([rows.argmin(axis=1), rows.argmax(axis=1)], axis=1)
    ends.sort(axis=1)
    kept = (ends + stretch * np.arange(whole)[:, None]).ravel()
    last = len(figures) - 1
    kept = np.concatenate([kept, np.arange(whole * stretch, len(figures)), [last]])
    # They rise already. (np.unique would import numpy.ma, which takes longer than a frame.)
    return kept[np.diff(kept, prepend=-1) > 0]


@dataclass(frozen=True)
class Measure:
    """One way to look at a run, and the axis that goes with it.

    Attributes
    ----------
    key : str
        Its name in the program.
    of : callable
        The figures of a series.
    words, say, say_afar : callable
        Its name on the screen; one figure as text, exact, or short for a large screen.
    best : float
        The end of the axis that a good run approaches.
    spans : mapping of float to float
        Lengths of axis from `best` to choose from, the longest first, each with the distance
        between its grid lines.
    towards : {1, -1}
        Whether figures lie above or below `best`.
    """

    key: str
    of: Callable[[Series], Figures]
    words: Callable[[], str]
    say: Callable[[float], str]
    say_afar: Callable[[float], str]
    best: float
    towards: int
    spans: Mapping[float, float]

    def axis(self, span: float) -> tuple[float, float]:
        """Lower and upper end of the axis."""
        far = self.best + self.towards * span
        return min(self.best, far), max(self.best, far)

    def distance(self, series: Series) -> float:
        """How far from `best` the series is by now: the median of its last quarter, else NaN."""
        figures = self.of(series)
        figures = figures[np.isfinite(figures)]
        if not len(figures):
            # A run of nothing but NaN and infinity says nothing about the axis.
            return math.nan
        last = figures[-max(len(figures) // 4, 1) :]
        middle = len(last) // 2
        # np.median would import numpy.ma.
        return abs(float(np.partition(last, middle)[middle]) - self.best)


def calm_span(
    measure: Measure, present: float, this_run: Iterable[float], earlier: Iterable[float]
) -> float:
    """The length of axis that shows these runs well, left as it is while it serves.

    It shortens once every run fills less than two fifths of a shorter one, and lengthens only
    when a run is about to leave it, so that a curve which wavers does not make the axis jump.

    Parameters
    ----------
    measure : Measure
        What is shown.
    present : float
        The length now.
    this_run, earlier : iterable of float
        Distances from the best, see `Measure.distance`; NaN is ignored. An earlier run that never
        learned is left outside the axis instead of flattening all others.
    """
    widest = next(iter(measure.spans))
    distances = [distance for distance in this_run if math.isfinite(distance)]
    distances += [distance for distance in earlier if distance <= 0.4 * widest]
    if not distances:
        return widest
    suiting = (span for span in reversed(measure.spans) if max(distances) <= 0.4 * span)
    wanted = next(suiting, widest)
    return wanted if wanted < present or max(distances) > 0.9 * present else present


def _say_accuracy(value: float) -> str:
    return f"{value:.2f} %" if math.isfinite(value) else "–"


def _say_loss(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞"
    return f"{value:.4f}" if abs(value) < 100 else f"{value:.3g}"


ACCURACY = Measure(
    key="accuracy",
    of=lambda series: series.accuracy,
    words=lambda: tr("Accuracy, %"),
    say=_say_accuracy,
    say_afar=lambda value: f"{value:.1f} %" if math.isfinite(value) else "–",
    best=100.0,
    towards=-1,
    spans={100.0: 20.0, 50.0: 10.0, 20.0: 5.0, 10.0: 2.0, 5.0: 1.0, 2.0: 0.5, 1.0: 0.2},
)
LOSS = Measure(
    key="loss",
    of=lambda series: series.loss,
    words=lambda: tr("Loss"),
    say=_say_loss,
    say_afar=_say_loss,
    best=0.0,
    towards=1,
    spans={
        10.0: 2.0,
        5.0: 1.0,
        2.5: 0.5,
        1.0: 0.2,
        0.5: 0.1,
        0.2: 0.05,
        0.1: 0.02,
        0.05: 0.01,
        0.02: 0.005,
        0.01: 0.002,
    },
)
MEASURES = (ACCURACY, LOSS)
