"""Losses: each with its function of the output layer, value and slope side by side."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .activations import Array, sigmoid

Labels = NDArray[np.integer[Any]]
# Labels, (rows,), or shares of all classes that add up to 1 in each row, (rows, classes).
Targets = NDArray[Any]


class Value(Protocol):
    """A loss summed over rows."""

    def __call__(self, p: Array, targets: Targets, smoothing: float = 0.0) -> float:  # noqa: D102
        ...


class Slope(Protocol):
    """Turns an answer in place into the slope of its loss."""

    def __call__(self, p: Array, targets: Targets, smoothing: float = 0.0) -> None:  # noqa: D102
        ...


@dataclass(frozen=True)
class Loss:
    """What the output layer computes and what it is trained for.

    Attributes
    ----------
    output : callable
        `output(z, out)` turns the logits z (rows × classes) into the network's answer.
    value : callable
        `value(p, targets, smoothing)` is the loss summed over the rows.
    backward : callable
        `backward(p, targets, smoothing)` turns the answer p in place into the slope of that sum in
        the logits, dL/dz (rows × classes).
    help : str
        One sentence for the panel and `--help`.
    """

    output: Callable[[Array, Array], None]
    value: Value
    backward: Slope
    help: str


def softmax(z: Array, out: Array) -> None:
    """Softmax of each row into `out`, which may be `z`; shifted by the row's largest value."""
    np.subtract(z, z.max(axis=1, keepdims=True), out=out)
    np.exp(out, out=out)
    out /= out.sum(axis=1, keepdims=True)


def subtract_targets(p: Array, targets: Targets, smoothing: float) -> None:
    """Turn p in place into p - y, with y the shares, or one at the label, then smoothed.

    Smoothing takes a part of the one and shares it among all classes (Szegedy et al. 2016).
    """
    if smoothing:
        p -= smoothing / p.shape[1]
    if targets.ndim == 2:
        p -= (1.0 - smoothing) * targets
    else:
        p[np.arange(len(p)), targets] -= 1.0 - smoothing


def cross_entropy(p: Array, targets: Targets, smoothing: float = 0.0) -> float:
    """Cross-entropy -Σ y log p, summed over the rows; p is kept off zero."""
    tiny = np.finfo(p.dtype).tiny
    if targets.ndim == 2:
        sure = -float(np.vdot(targets, np.log(np.maximum(p, tiny))))
    else:
        chosen = p[np.arange(len(p)), targets]
        sure = -float(np.log(np.maximum(chosen, tiny)).sum())
    if not smoothing:
        return sure
    shared: float = -float(np.log(np.maximum(p, tiny)).sum()) / p.shape[1]
    return (1.0 - smoothing) * sure + smoothing * shared


def cross_entropy_backward(p: Array, targets: Targets, smoothing: float = 0.0) -> None:
    """Slope of softmax and cross-entropy together, p - y, in place of p."""
    subtract_targets(p, targets, smoothing)


def squared_error(p: Array, targets: Targets, smoothing: float = 0.0) -> float:
    """Half the squared distance to the label, ½ Σ (p - y)², summed over the rows."""
    if smoothing or targets.ndim == 2:
        apart = p.copy()
        subtract_targets(apart, targets, smoothing)
        return 0.5 * float(np.vdot(apart, apart))
    chosen = p[np.arange(len(p)), targets]
    return 0.5 * float(np.vdot(p, p)) + float((0.5 - chosen).sum())


def squared_error_backward(p: Array, targets: Targets, smoothing: float = 0.0) -> None:
    """Slope of squared error through the sigmoid, (p - y) p (1 - p), in place of p."""
    slope = p * (1.0 - p)
    subtract_targets(p, targets, smoothing)
    p *= slope


def binary_cross_entropy(p: Array, targets: Targets, smoothing: float = 0.0) -> float:
    """Cross-entropy of each output by itself, -Σ y log p + (1 - y) log(1 - p), over all rows.

    p is kept off zero and one by as much as its precision tells them apart.
    """
    edge = np.finfo(p.dtype).eps
    y = np.zeros_like(p)
    subtract_targets(y, targets, smoothing)
    np.negative(y, out=y)
    wrong = (1.0 - y) * np.log1p(-np.minimum(p, 1.0 - edge))
    right = y * np.log(np.maximum(p, edge))
    return -float(wrong.sum()) - float(right.sum())


def binary_cross_entropy_backward(p: Array, targets: Targets, smoothing: float = 0.0) -> None:
    """Slope of sigmoid and binary cross-entropy together, p - y, in place of p."""
    subtract_targets(p, targets, smoothing)


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
