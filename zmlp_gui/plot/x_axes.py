"""What curves may be drawn over: minibatches, epochs, digits or seconds of training."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zmlp_gui.plot.curve_data import Series
from zmlp_gui.words import tr

_MINUTE, _HOUR = 60.0, 3600.0


@dataclass(frozen=True)
class XAxis:
    """One way to count how far a run has come.

    Attributes
    ----------
    key : str
        Its name in the program.
    of : callable
        The places of a series on it, never falling.
    words, help : callable
        Its name on the screen, and a sentence about it.
    unit : callable
        For an axis of some length: how much one unit of its labels is, and what that is called.
    say : callable
        One place as text.
    whole : bool
        Whether only whole numbers mean something.
    """

    key: str
    of: Callable[[Series], NDArray[Any]]
    words: Callable[[], str]
    help: Callable[[], str]
    unit: Callable[[float], tuple[float, str]]
    say: Callable[[float], str]
    whole: bool = False


def _time_unit(end: float) -> tuple[float, str]:
    if end <= 3 * _MINUTE:
        return 1.0, tr("seconds")
    if end <= 3 * _HOUR:
        return _MINUTE, tr("minutes")
    return _HOUR, tr("hours")


def _say_time(seconds: float) -> str:
    if seconds < _MINUTE:
        return tr("{seconds} s", seconds=f"{seconds:.2f}" if seconds < 10 else f"{seconds:.1f}")
    minutes, rest = divmod(int(seconds), 60)
    return tr("{minutes} min {seconds} s", minutes=f"{minutes:,}", seconds=f"{rest:02}")


EPOCHS = XAxis(
    key="epochs",
    of=lambda series: series.epochs,
    words=lambda: tr("Epochs"),
    help=lambda: tr("How often every training digit was seen"),
    unit=lambda end: (1.0, tr("epoch")),
    say=lambda place: tr("epoch {epoch}", epoch=f"{place:,.1f}"),
)
MINIBATCHES = XAxis(
    key="minibatches",
    of=lambda series: series.steps,
    words=lambda: tr("Minibatches"),
    help=lambda: tr("Steps of the optimizer"),
    unit=lambda end: (1.0, tr("minibatch")),
    say=lambda place: tr("minibatch {minibatch}", minibatch=f"{int(place):,}"),
    whole=True,
)
DIGITS = XAxis(
    key="digits",
    of=lambda series: series.digits,
    words=lambda: tr("Digits"),
    help=lambda: tr("Training digits learned from, each as often as it was seen"),
    unit=lambda end: (1.0, tr("digits")),
    say=lambda place: tr("{digits} digits", digits=f"{int(place):,}"),
    whole=True,
)
SECONDS = XAxis(
    key="seconds",
    of=lambda series: series.seconds,
    words=lambda: tr("Seconds"),
    help=lambda: tr("Time spent on training, pauses not counted"),
    unit=_time_unit,
    say=_say_time,
)
X_AXES = (EPOCHS, MINIBATCHES, DIGITS, SECONDS)


def x_axis(key: str) -> XAxis:
    """The axis of a name; raises KeyError where there is none."""
    return {axis.key: axis for axis in X_AXES}[key]


def planned_end(axis: XAxis, epochs: float, present: float, run: Series) -> float | None:
    """Where the axis ends for a run of so many epochs; None as long as nothing tells.

    The time that a run will take is an estimate: the end stays where it is until the estimate
    leaves it or fills less than half of it, and is round, so that it hardly ever moves.
    """
    if axis is EPOCHS:
        return epochs
    places = axis.of(run)
    if not len(run) or not run.epochs[-1] > 0.0 or not math.isfinite(places[-1]):
        return None
    if axis is not SECONDS:
        # An epoch's last minibatch may be short: a figure at the end of an epoch tells exactly.
        at = int(np.argmin(np.abs(run.epochs - np.maximum(np.round(run.epochs), 1.0))))
        return float(round(float(places[at] / run.epochs[at]) * epochs))
    end = float(places[-1] / run.epochs[-1]) * epochs
    return present if present / 2 < end <= present else rounded_up(end)


def rounded_up(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 4, 5, 6, 8, 10 times a power of ten."""
    if not value > 0.0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    steps = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
    return power * next(step for step in steps if value <= step * power * (1.0 + 1e-9))
