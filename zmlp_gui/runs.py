"""A run of this session: its numbers so far as curves, how far it has come, and its record."""

from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Literal

import numpy as np

from core.events import Finished
from core.run_account import Curves, result
from core.run_record import Points, RunRecord
from zmlp_gui.plot.curve_data import Series
from zmlp_gui.training_worker import Pulled
from zmlp_gui.words import tr

# Seconds over which the speed is measured.
SPEED_WINDOW = 2.0


@dataclass(frozen=True)
class Progress:
    """How far a run has come.

    Attributes
    ----------
    epoch, epochs : int
        The epoch under way, from 1, and their number.
    minibatch, minibatches : int
        Minibatches learned, of the whole run.
    digits_per_second : float
        Over the last two seconds.
    seconds_left : float or None
        At that speed; None where it is not known.
    """

    epoch: int
    epochs: int
    minibatch: int
    minibatches: int
    digits_per_second: float
    seconds_left: float | None


class Run:
    """One training of this session.

    Parameters
    ----------
    pulled : Pulled
        What the worker pulls.
    name : str
        No other run of the session has it.

    Attributes
    ----------
    id : str
        No run of any other program has it either.
    learning : bool
        Whether it is under way.
    finished : Finished or None
        How it ended; None before, and where it broke off.
    fleeting : bool
        Whether it is to leave nothing in the person's folders.
    network_file : Path or None
        Where its network was kept; set in the background thread once it is.
    """

    def __init__(self, pulled: Pulled, name: str) -> None:
        self.pulled = pulled
        self.name = name
        self.id = pulled.record.id
        self.network_file: Path | None = None
        self.learning = True
        self.finished: Finished | None = None
        self.fleeting = False
        self._curves = Curves(pulled.training, pulled.history)
        self._speed: deque[tuple[float, int]] = deque()

    @property
    def evaluated_part(self) -> Literal["validation", "test"]:
        """Which part the curve is drawn on: `validation` or `test`."""
        return "validation" if self.pulled.training.digits.held_back else "test"

    @property
    def epochs(self) -> int:
        """Number of epochs planned."""
        return self.pulled.training.spec.epochs

    def opening(self) -> str:
        """What is to be said where it starts, in a sentence; mostly nothing."""
        if self.pulled.job.folder is None or self.pulled.record.result.minibatches:
            return ""
        return tr(
            "{name} begins again: it was cut off before anything that it learned was kept.",
            name=self.name,
        )

    def summary(self) -> tuple[str, str]:
        """What came of it in a sentence, and whether that is `info` or an `error`."""
        finished, digits = self.finished, self.pulled.training.digits
        if finished is None:
            return "", "info"
        if finished.message:
            return finished.message, "error"
        return tr(
            "{percent} % of {count} test digits right, after {epochs} epochs in {seconds} s.",
            percent=f"{100 * finished.test_accuracy:.1f}",
            count=f"{len(digits.test):,}",
            epochs=f"{finished.epochs:,.1f}".removesuffix(".0"),
            seconds=f"{finished.seconds:.1f}",
        ), "info"

    def record(self) -> RunRecord:
        """Its settings and what came of it by now."""
        pulled, training = self.pulled, self.pulled.training
        ahead: tuple[tuple[int, float], ...] = ()
        weights = ""
        if pulled.recording is not None:
            ahead, weights = tuple(pulled.recording.ahead), pulled.recording.weights
        reason = "" if self.learning else "left"
        outcome = result(training, pulled.history, self.finished, reason)
        return replace(
            pulled.record,
            name=self.name,
            learning_rates=(*training.changes, *ahead),
            result=replace(outcome, weights=weights if self.finished else ""),
        )

    def validation_series(self) -> Series:
        """The evaluations so far."""
        return as_series(self._curves.validation())

    def training_series(self) -> Series:
        """Means over the half epoch of minibatches behind each of about five hundred places."""
        return as_series(self._curves.training())

    def progress(self) -> Progress:
        """How far it has come by now."""
        training = self.pulled.training
        step, steps, per_epoch = training.step, training.steps, training.minibatches.per_epoch
        now = monotonic()
        self._speed.append((now, step))
        while len(self._speed) > 2 and now - self._speed[1][0] > SPEED_WINDOW:
            self._speed.popleft()
        then, earlier = self._speed[0]
        rate = (step - earlier) / (now - then) if now > then else 0.0
        return Progress(
            min(step // per_epoch + 1, training.spec.epochs),
            training.spec.epochs,
            step,
            steps,
            rate * training.minibatches.size,
            (steps - step) / rate if rate > 0.0 else None,
        )


def as_points(series: Series) -> Points:
    """A curve as it is kept."""
    return Points(
        epochs=series.epochs,
        steps=series.steps.astype(np.float64),
        digits=series.digits,
        seconds=series.seconds,
        accuracy=series.accuracy / 100.0,
        loss=series.loss,
    )


def as_series(points: Points) -> Series:
    """A curve as it is drawn, its accuracy in percent."""
    return Series(
        epochs=points.epochs,
        steps=points.steps.astype(np.int64),
        digits=points.digits,
        seconds=points.seconds,
        accuracy=100.0 * points.accuracy,
        loss=points.loss,
    )
