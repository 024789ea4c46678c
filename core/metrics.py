"""How good the answers are: accuracy, confusion, calibration."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .activations import Array
from .losses import Labels


def accuracy(answers: Array, labels: Labels) -> float:
    """Part of the rows (0–1) whose largest answer is the right class."""
    return float(np.count_nonzero(answers.argmax(axis=1) == labels)) / len(labels)


def confusion_matrix(answers: Array, labels: Labels) -> NDArray[np.int64]:
    """Counts of (right class, answered class), (classes, classes)."""
    classes = answers.shape[1]
    pairs = labels.astype(np.int64) * classes + answers.argmax(axis=1)
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def confused(confusion: NDArray[np.int64], count: int) -> list[tuple[int, int, int]]:
    """Right class, answered class and number of the most frequent mistakes, at most `count`."""
    wrong = confusion.copy()
    np.fill_diagonal(wrong, 0)
    order = np.argsort(-wrong, axis=None, kind="stable")[:count]
    pairs = zip(*np.unravel_index(order, wrong.shape), strict=True)
    return [
        (int(meant), int(answer), int(wrong[meant, answer]))
        for meant, answer in pairs
        if wrong[meant, answer]
    ]


def calibration_error(answers: Array, labels: Labels, bins: int = 15) -> float:
    """Expected calibration error (0–1): how far confidence is from being right (Guo et al. 2017).

    Parameters
    ----------
    answers : array, (n, classes)
        Probabilities.
    labels : array of int, (n,)
        The right classes.
    bins : int
        Number of equally wide bins of confidence.
    """
    return expected_error(answers.max(axis=1), answers.argmax(axis=1) == labels, bins)


def expected_error(
    confidence: NDArray[np.floating[Any]], right: NDArray[np.bool_], bins: int = 15
) -> float:
    """The same, where no more is known than how sure each answer was and whether it was right.

    Parameters
    ----------
    confidence : array of float, (n,)
        0–1.
    right : array of bool, (n,)
    bins : int
        Number of equally wide bins of confidence.
    """
    confidence = confidence.astype(np.float64)
    place = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    surplus = np.bincount(place, weights=right - confidence, minlength=bins)
    return float(np.abs(surplus).sum()) / len(right)


def roc_area(above: Array, below: Array) -> float:
    """Area under the ROC curve (0–1): how often a score of `above` is larger than one of `below`.

    Parameters
    ----------
    above, below : array, (n,) and (m,)
        Scores; equal ones count half (Hanley & McNeil 1982).
    """
    ordered = np.sort(below)
    smaller = np.searchsorted(ordered, above, "left").astype(np.float64)
    as_large = np.searchsorted(ordered, above, "right")
    return float((smaller + as_large).mean()) / 2 / len(below)


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` says of a network on some digits.

    Attributes
    ----------
    accuracy, calibration_error : float
        0–1.
    loss : float
        Mean over the digits.
    confusion : array of int64, (classes, classes)
        Counts of (right class, answered class).
    samples : int
        Number of digits.
    refused : int
        How many of them were taken for no digit.
    """

    accuracy: float
    loss: float
    calibration_error: float
    confusion: NDArray[np.int64]
    samples: int
    refused: int = 0

    def to_json(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {**vars(self), "confusion": self.confusion.tolist()}
