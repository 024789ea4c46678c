"""What lessons are worth: strangers teach a network some of their digits, the others are judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from .datasets import DEFAULT_DATA, load
from .digits import Part
from .model_file import Model
from .seeds import generator
from .teaching import count_right, teach

TAUGHT = 50


@dataclass(frozen=True)
class TeachingTrial:
    """Networks that were taught by writers they did not know, a network a writer.

    Attributes
    ----------
    writers, taught : int
        How many, and the digits that each of them taught.
    judged, wrong_before, wrong_after : int
        The writers' other digits, and those that were misread before and after the lesson.
    test_digits, test_right_before : int
        Digits of a test part that has nothing to do with the writers, and those read right.
    test_right_after : float
        Those read right by the taught networks, in the mean.
    test_right_worst : int
        By the worst of them.
    seconds : float
        A lesson, in the median.
    """

    writers: int
    taught: int
    judged: int
    wrong_before: int
    wrong_after: int
    test_digits: int
    test_right_before: int
    test_right_after: float
    test_right_worst: int
    seconds: float


def try_teaching(
    model: Model,
    writers: Sequence[Part],
    test: Part,
    taught: int = TAUGHT,
    seed: int = 0,
) -> TeachingTrial:
    """Teach a network the digits of each writer in turn, always from the start.

    Parameters
    ----------
    model : Model
        Of a committee the first network.
    writers : sequence of Part
        The digits of each, prepared; at least one writer.
    test : Part
        MNIST's test part, say.
    taught : int
        Digits of each writer that are taught, chosen by chance, of every class as many if there
        are so many.
    seed : int
        Where chance starts: another one is another draw.
    """
    network = model.alone.network
    rehearsal = load(DEFAULT_DATA).training
    judged = before = after = 0
    right, seconds = [], []
    for place, digits in enumerate(writers):
        chosen = _chosen(digits.labels, taught, generator(seed, "taught", place))
        others = np.setdiff1d(np.arange(len(digits)), chosen)
        own, rest = _some(digits, chosen), _some(digits, others)
        start = perf_counter()
        learned = teach(network, own, rehearsal)
        seconds.append(perf_counter() - start)
        judged += len(rest)
        before += len(rest) - count_right(network, rest)
        after += len(rest) - count_right(learned, rest)
        right.append(count_right(learned, test))
    return TeachingTrial(
        writers=len(writers),
        taught=taught,
        judged=judged,
        wrong_before=before,
        wrong_after=after,
        test_digits=len(test),
        test_right_before=count_right(network, test),
        test_right_after=float(np.mean(right)),
        test_right_worst=min(right),
        seconds=float(np.median(seconds)),
    )


def _chosen(labels: NDArray[np.uint8], count: int, random: np.random.Generator) -> NDArray[np.intp]:
    """Places of so many digits: a first one of each class, a second one, and so on."""
    order = random.permutation(len(labels))
    rank = np.empty(len(labels), np.intp)
    for label in np.unique(labels):
        own = order[labels[order] == label]
        rank[own] = np.arange(len(own))
    return order[np.argsort(rank[order], kind="stable")][:count]


def _some(part: Part, places: NDArray[np.intp]) -> Part:
    return Part(part.images[places], part.labels[places])
