"""Finds a learning rate: a copy of the network learns while the rate rises until the loss does."""

import dataclasses
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .digits import Digits, Part
from .events import BatchDone
from .network import Network
from .spec import TrainingSpec
from .training import Training

# From where to where the rate rises, by the same factor in each minibatch.
LOWEST, HIGHEST = 1e-5, 10.0
# Minibatches of a search: as many as show this many digits, within bounds.
DIGITS, FEWEST, MOST = 6400, 150, 1600
# The smoothed loss follows over this part of the search, and may rise to this many times its best.
WINDOW, RISE = 0.03, 4.0
# The part of the highest good rate that is suggested; a loss is low up to this part of its fall.
SHARE, STILL_LOW = 1 / 15, 0.1
# By how much the loss must have fallen: it moves by a few percent without learning anything.
LEAST_FALL = 0.1


@dataclass(frozen=True, slots=True)
class RateTried:
    """One minibatch of a search: its rate, its own mean loss, and the loss smoothed up to it."""

    rate: float
    loss: float
    smoothed: float


class RateFinder:
    """A learning-rate range test (Smith 2017).

    Iterate it: every `next` learns one minibatch at a higher rate than the one before and returns
    what came of it. Nothing happens between two calls. Network, digits and spec stay as they are.

    Parameters
    ----------
    network : Network
        Whose copy learns, from the weights it has.
    digits : Digits
        Only the training part is looked at.
    spec : TrainingSpec
        Minibatch, optimizer, regularisation and seed count; its own learning rate, schedule and
        length do not.

    Attributes
    ----------
    steps : int
        Minibatches of the whole search, which ends before where the loss runs away.
    tried : list of RateTried
        What came so far; only appended to, so that another thread may read it.

    Raises
    ------
    SpecError
        The digits do not fit the network.
    """

    def __init__(self, network: Network, digits: Digits, spec: TrainingSpec) -> None:
        self.tried: list[RateTried] = []
        self.steps = min(max(DIGITS // spec.batch_size, FEWEST), MOST)
        self._factor = (HIGHEST / LOWEST) ** (1.0 / (self.steps - 1))
        self._kept = math.exp(-1.0 / (WINDOW * self.steps))
        self._mean = 0.0
        self._best = math.inf
        self._stopped = False
        training = spec.replace(
            learning_rate=LOWEST, schedule="constant", patience=0, average=0.0, epochs=10_000
        )
        self._training = Training(network.copy(), _learning_alone(digits), training)

    def stop(self) -> None:
        """End after the minibatch under way; may be called from any thread."""
        self._stopped = True

    def __iter__(self) -> Iterator[RateTried]:
        """Search to the end; see the class."""
        for event in self._training:
            if not isinstance(event, BatchDone):
                continue
            if not math.isfinite(event.loss):
                return
            tried = self._take_in(event)
            yield tried
            far = len(self.tried) >= self.steps or tried.smoothed > RISE * self._best
            if far or self._stopped:
                return
            self._training.learning_rate = min(LOWEST * self._factor ** len(self.tried), HIGHEST)

    @property
    def suggestion(self) -> float | None:
        """A good learning rate; None where the loss fell at none of those that were tried."""
        return suggest(self.tried)

    def _take_in(self, event: BatchDone) -> RateTried:
        """Smooth the loss: a running mean, corrected for having started at zero."""
        self._mean = self._kept * self._mean + (1.0 - self._kept) * event.loss
        smoothed = self._mean / (1.0 - self._kept ** (len(self.tried) + 1))
        self._best = min(self._best, smoothed)
        tried = RateTried(event.learning_rate, event.loss, smoothed)
        self.tried.append(tried)
        return tried


def suggest(tried: Sequence[RateTried]) -> float | None:
    """A fifteenth of the highest rate at which the smoothed loss was still low, to two figures.

    Low is what lies within a tenth of the whole fall above the lowest. Measured with the digits of
    mnist-5k, 64 hidden neurons, three epochs by 32, for sgd, momentum, adam, rmsprop and lion with
    relu, tanh and sigmoid, two seeds each, against the best of thirteen rates from .00001 to 10:
    what a rule's rate loses in validation accuracy, mean and worst, is 1.4 and 5.3 points for this
    one, 1.4 and 4.8 for a tenth of the rate of the lowest loss, 1.7 and 4.8 for the middle of the
    longest fall, 14.9 and 79.8 for the steepest place. Where the loss stays low over a whole power
    of ten, the lowest place is chance: with the recipe `fast` its tenth is far too careful.

    Parameters
    ----------
    tried : sequence of RateTried
        A search, or as much of it as there is.

    Returns
    -------
    float or None
        None where the loss fell at none of the rates: no rate helps then.
    """
    lowest = min(range(len(tried)), key=lambda place: tried[place].smoothed, default=None)
    if lowest is None:
        return None
    first = tried[: max(1, len(tried) // 10)]
    began = sum(each.loss for each in first) / len(first)
    low = tried[lowest].smoothed
    if low > (1.0 - LEAST_FALL) * began:
        return None
    highest = max(each.smoothed for each in tried[: lowest + 1])
    still_low = low + STILL_LOW * (highest - low)
    edge = max(each.rate for each in tried if each.smoothed <= still_low)
    return float(f"{max(SHARE * edge, LOWEST):.2g}")


def _learning_alone(digits: Digits) -> Digits:
    """The training part, and a single digit of it in place of a test part that nobody may read."""
    training = digits.training
    return dataclasses.replace(
        digits, learning=training, test=Part(training.images[:1], training.labels[:1]), held_back=0
    )
