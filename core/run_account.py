"""What can be said of a run from its training and its numbers: how far it came, and its curves."""

import hashlib
from array import array

import numpy as np
from numpy.typing import NDArray

from .events import Finished
from .history import History
from .network import Network
from .run_record import Points, RunResult
from .training import Training

# Points on the training curve of a whole run: about as many as a curve has pixels.
POINTS = 500

Figures = NDArray[np.float64]


def result(
    training: Training, history: History, finished: Finished | None, reason: str = ""
) -> RunResult:
    """How far a run has come by now.

    Parameters
    ----------
    training, history
        The run.
    finished : Finished or None
        How it ended; None where it has not.
    reason : str
        What stands for the end of one that has not.
    """
    best = max((each.accuracy for each in list(history.evaluations)), default=float("nan"))
    if finished is None:
        step, seconds = training.step, training.seconds
        return RunResult(
            reason=reason,
            minibatches=step,
            epochs=step / training.minibatches.per_epoch,
            best_accuracy=best,
            seconds=seconds,
            digits_per_second=training.samples / seconds if seconds else float("nan"),
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


def weights_digest(network: Network) -> str:
    """SHA-256 of all numbers of a network."""
    return hashlib.sha256(np.ascontiguousarray(network.values).data).hexdigest()


class Curves:
    """The curves of a run under way; what was computed of them once is kept.

    Parameters
    ----------
    training, history
        The run.
    """

    def __init__(self, training: Training, history: History) -> None:
        self._training, self._history = training, history
        self._stride = max(1, training.steps // POINTS)
        # Minibatches behind each place; seconds, mean accuracy and mean loss there.
        self._means = np.empty((4, 0))

    def validation(self) -> Points:
        """The evaluations so far."""
        done = list(self._history.evaluations)
        steps = np.array([each.step for each in done], np.int64)
        seconds = self._history.seconds
        return self._points(
            steps,
            # A run may be evaluated, and end, before its first minibatch.
            np.array([seconds[step - 1] if step else 0.0 for step in steps.tolist()], np.float64),
            np.array([each.accuracy for each in done], np.float64),
            np.array([each.loss for each in done], np.float64),
        )

    def training(self) -> Points:
        """Means over the half epoch of minibatches behind each of about five hundred places."""
        history, per_epoch = self._history, self._training.minibatches.per_epoch
        window = max(1, per_epoch // 2)
        steps = np.arange((self._means.shape[1] + 1) * self._stride, len(history) + 1, self._stride)
        if len(steps):
            accuracy = means_behind(history.accuracies, steps, window)
            losses = means_behind(history.losses, steps, window)
            seconds = np.array([history.seconds[step - 1] for step in steps.tolist()])
            new = np.stack([steps, seconds, accuracy, losses])
            self._means = np.concatenate([self._means, new], axis=1)
        places, seconds, accuracies, losses = self._means
        return self._points(places.astype(np.int64), seconds, accuracies, losses)

    def _points(
        self, steps: NDArray[np.int64], seconds: Figures, accuracy: Figures, loss: Figures
    ) -> Points:
        minibatches = self._training.minibatches
        # An epoch's last minibatch may be short.
        epochs, rest = np.divmod(steps, minibatches.per_epoch)
        digits = epochs * float(minibatches.digits) + rest * minibatches.size
        places = steps.astype(np.float64)
        return Points(places / minibatches.per_epoch, places, digits, seconds, accuracy, loss)


def means_behind(figures: "array[float]", steps: NDArray[np.int64], window: int) -> Figures:
    """Means of the last `window` figures, or of all there are, before each of some steps."""
    first = max(0, int(steps[0]) - window)
    # A slice of an array is a copy: the worker may go on appending.
    behind = np.frombuffer(figures[first : int(steps[-1])])
    sums = np.concatenate([[0.0], np.cumsum(behind)])
    begin = np.maximum(steps - window, 0)
    means: Figures = (sums[steps - first] - sums[begin - first]) / (steps - begin)
    return means
