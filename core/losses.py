"""Losses: each with its function of the output layer, value and slope side by side."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .activations import Array, sigmoid

Labels = NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Loss:
    """What the output layer computes and what it is trained for.

    Attributes
    ----------
    output : callable
        `output(z, out)` turns the logits z (rows × classes) into the network's answer.
    value : callable
        `value(p, labels)` is the loss summed over the rows.
    backward : callable
        `backward(p, labels)` turns the answer p in place into the slope of that sum in the
        logits, dL/dz (rows × classes).
    help : str
        One sentence for the panel and `--help`.
    """

    output: Callable[[Array, Array], None]
    value: Callable[[Array, Labels], float]
    backward: Callable[[Array, Labels], None]
    help: str


def softmax(z: Array, out: Array) -> None:
    """Softmax of each row into `out`, which may be `z`; shifted by the row's largest value."""
    np.subtract(z, z.max(axis=1, keepdims=True), out=out)
    np.exp(out, out=out)
    out /= out.sum(axis=1, keepdims=True)


def cross_entropy(p: Array, labels: Labels) -> float:
    """Cross-entropy -log p[label], summed over the rows; p is kept off zero."""
    chosen = p[np.arange(len(p)), labels]
    return -float(np.log(np.maximum(chosen, np.finfo(p.dtype).tiny)).sum())


def cross_entropy_backward(p: Array, labels: Labels) -> None:
    """Slope of softmax and cross-entropy together, p - y, in place of p."""
    p[np.arange(len(p)), labels] -= 1.0


def squared_error(p: Array, labels: Labels) -> float:
    """Half the squared distance to the one-hot label, ½ Σ (p - y)², summed over the rows."""
    chosen = p[np.arange(len(p)), labels]
    return 0.5 * float(np.vdot(p, p)) + float((0.5 - chosen).sum())


def squared_error_backward(p: Array, labels: Labels) -> None:
    """Slope of squared error through the sigmoid, (p - y) p (1 - p), in place of p."""
    slope = p * (1.0 - p)
    p[np.arange(len(p)), labels] -= 1.0
    p *= slope


def binary_cross_entropy(p: Array, labels: Labels) -> float:
    """Cross-entropy of each output by itself, -log p or -log(1 - p), summed over all of them.

    p is kept off zero and one by as much as its precision tells them apart.
    """
    edge, rows = np.finfo(p.dtype).eps, np.arange(len(p))
    wrong = np.minimum(p, 1.0 - edge)
    wrong[rows, labels] = 0.0
    right = np.maximum(p[rows, labels], edge)
    return -float(np.log(right).sum()) - float(np.log1p(-wrong).sum())


def binary_cross_entropy_backward(p: Array, labels: Labels) -> None:
    """Slope of sigmoid and binary cross-entropy together, p - y, in place of p."""
    p[np.arange(len(p)), labels] -= 1.0


LOSSES = {
    "cross-entropy": Loss(
        softmax, cross_entropy, cross_entropy_backward, "softmax outputs that share 100 %"
    ),
    "squared-error": Loss(
        sigmoid,
        squared_error,
        squared_error_backward,
        "a sigmoid for each output, as in the first nets",
    ),
    "binary-cross-entropy": Loss(
        sigmoid,
        binary_cross_entropy,
        binary_cross_entropy_backward,
        "a sigmoid for each output, each asked yes or no",
    ),
}
