"""A run of this session: its numbers so far as curves, how far it has come, and its record."""

from array import array
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Literal
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from core.events import Finished
from core.run_record import RunRecord, RunResult
from zmlp_gui.plot.curve_data import Figures, Series
from zmlp_gui.training_worker import Pulled
from zmlp_gui.words import tr

# Points on the curve of a whole run; a curve's width on the screen is about as many pixels.
POINTS = 500
# Seconds over which the speed is measured.
SPEED_WINDOW = 2.0


def means_behind(figures: "array[float]", steps: NDArray[np.int64], window: int) -> Figures:
    """Means of the last `window` figures, or of all there are, before each of some steps."""
    first = max(0, int(steps[0]) - window)
    # A slice of an array is a copy: the worker may go on appending.
    behind = np.frombuffer(figures[first : int(steps[-1])])
    sums = np.concatenate([[0.0], np.cumsum(behind)])
    begin = np.maximum(steps - window, 0)
    means: Figures = (sums[steps - first] - sums[begin - first]) / (steps - begin)
    return means


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
        self.id = uuid4().hex
        self.network_file: Path | None = None
        self._began = datetime.now(UTC)
        self.learning = True
        self.finished: Finished | None = None
        self.fleeting = False
        self._stride = max(1, pulled.training.steps // POINTS)
        # Minibatches behind each place; seconds, mean accuracy in percent and mean loss there.
        self._means = np.empty((4, 0))
        self._speed: deque[tuple[float, int]] = deque()

    @property
    def evaluated_part(self) -> Literal["validation", "test"]:
        """Which part the curve is drawn on: `validation` or `test`."""
        return "validation" if self.pulled.training.digits.held_back else "test"

    @property
    def epochs(self) -> int:
        """Number of epochs planned."""
        return self.pulled.training.spec.epochs

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
        job, training = self.pulled.job, self.pulled.training
        return RunRecord(
            id=self.id,
            name=self.name,
            network=training.network.spec,
            training=training.spec,
            data=job.data,
            part=self.evaluated_part,
            when=self._began,
            threads=self.pulled.threads,
            started_from=job.start.name if job.start else "",
            learning_rates=tuple(training.changes),
            result=self._result(),
        )

    def _result(self) -> RunResult:
        training, finished = self.pulled.training, self.finished
        done = list(self.pulled.history.evaluations)
        best = max((each.accuracy for each in done), default=float("nan"))
        if finished is None:
            step, seconds = training.step, training.seconds
            speed = training.samples / seconds if seconds else float("nan")
            return RunResult(
                reason="" if self.learning else "left",
                minibatches=step,
                epochs=step / training.minibatches.per_epoch,
                best_accuracy=best,
                seconds=seconds,
                digits_per_second=speed,
            )
        return RunResult(
            reason=finished.reason,
            minibatches=finished.step,
            kept_minibatch=finished.kept_step,
            epochs=finished.epochs,
            best_accuracy=best,
            test_accuracy=finished.test_accuracy,
            test_loss=finished.test_loss,
            seconds=finished.seconds,
            digits_per_second=finished.samples_per_second,
        )

    def validation_series(self) -> Series:
        """The evaluations so far."""
        done = list(self.pulled.history.evaluations)
        steps = np.array([each.step for each in done], np.int64)
        seconds = self.pulled.history.seconds
        return Series(
            steps / self.pulled.training.minibatches.per_epoch,
            steps,
            self._digits(steps),
            np.array([seconds[step - 1] for step in steps.tolist()], np.float64),
            100.0 * np.array([each.accuracy for each in done], np.float64),
            np.array([each.loss for each in done], np.float64),
        )

    def training_series(self) -> Series:
        """Means over the half epoch of minibatches behind each of about five hundred places."""
        history, per_epoch = self.pulled.history, self.pulled.training.minibatches.per_epoch
        window = max(1, per_epoch // 2)
        steps = np.arange((self._means.shape[1] + 1) * self._stride, len(history) + 1, self._stride)
        if len(steps):
            accuracy = means_behind(history.accuracies, steps, window)
            losses = means_behind(history.losses, steps, window)
            seconds = np.array([history.seconds[step - 1] for step in steps.tolist()])
            new = np.stack([steps, seconds, 100.0 * accuracy, losses])
            self._means = np.concatenate([self._means, new], axis=1)
        places, seconds, accuracies, losses = self._means
        steps = places.astype(np.int64)
        digits = self._digits(steps)
        return Series(places / per_epoch, steps, digits, seconds, accuracies, losses)

    def _digits(self, steps: NDArray[np.int64]) -> Figures:
        """Training digits behind each of some steps; an epoch's last minibatch may be short."""
        training = self.pulled.training
        epochs, rest = np.divmod(steps, training.minibatches.per_epoch)
        digits: Figures = epochs * float(training.minibatches.digits)
        return digits + rest * training.minibatches.size

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
