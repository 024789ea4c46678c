"""Fully connected layers as views into flat vectors, and how their first weights are drawn."""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .activations import Activation, Array


@dataclass(frozen=True)
class Initializer:
    """How the weights of a layer are drawn: `draw(random, fan_in, fan_out)` → fan_in × fan_out."""

    draw: Callable[[np.random.Generator, int, int], Array]
    help: str


def he(random: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    """Normal with variance 2 / fan_in, which keeps ReLU's signal level (He et al. 2015)."""
    return random.normal(0.0, math.sqrt(2.0 / fan_in), (fan_in, fan_out))


def glorot(random: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    """Uniform with variance 2 / (fan_in + fan_out) (Glorot & Bengio 2010)."""
    limit = math.sqrt(6.0 / (fan_in + fan_out))
    return random.uniform(-limit, limit, (fan_in, fan_out))


def lecun(random: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    """Normal with variance 1 / fan_in (LeCun et al. 1998)."""
    return random.normal(0.0, math.sqrt(1.0 / fan_in), (fan_in, fan_out))


def normal(random: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    """Normal with deviation 0.1, whatever the widths."""
    return random.normal(0.0, 0.1, (fan_in, fan_out))


def uniform(random: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    """Uniform from -0.1 to 0.1, whatever the widths."""
    return random.uniform(-0.1, 0.1, (fan_in, fan_out))


def orthogonal(random: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    """Orthogonal rows or columns, whichever are fewer (Saxe et al. 2014)."""
    drawn = random.normal(size=(max(fan_in, fan_out), min(fan_in, fan_out)))
    q, r = np.linalg.qr(drawn)
    # Uniform among all orthogonal matrices (Mezzadri 2007).
    q *= np.sign(np.diagonal(r))
    return q if fan_in >= fan_out else q.T


def zeros(random: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    """All zero: the neurons of a hidden layer stay alike, and ReLU never starts to learn."""
    return np.zeros((fan_in, fan_out))


INITIALIZERS = {
    "he": Initializer(he, "for ReLU and its relatives"),
    "glorot": Initializer(glorot, "for tanh and sigmoid"),
    "lecun": Initializer(lecun, "narrower, by the number of inputs alone"),
    "orthogonal": Initializer(orthogonal, "at right angles to each other, for deep networks"),
    "normal": Initializer(normal, "from the bell curve, 0.1 wide, whatever the size"),
    "uniform": Initializer(uniform, "evenly between -0.1 and 0.1, whatever the size"),
    "zeros": Initializer(zeros, "all zero, to see why that does not work"),
}


@dataclass(frozen=True)
class Dense:
    """One fully connected layer.

    Attributes
    ----------
    matrix : array, (fan_in + 1, fan_out) or (fan_in, fan_out)
        A view into the network's parameters. With a bias it is the last row: the layer's input
        carries a column of ones, so that one product does both.
    activation : Activation
        Applied to the sums.
    bias : bool
        Whether the last row is a bias.
    """

    matrix: Array
    activation: Activation
    bias: bool

    @property
    def weight(self) -> Array:
        """The weights without the bias, (fan_in, fan_out); a view."""
        return self.matrix[:-1] if self.bias else self.matrix


def matrices(vector: Array, widths: Sequence[int], bias: bool) -> list[Array]:
    """Views of a flat vector as the matrices of all layers, one after the other.

    Parameters
    ----------
    vector : array, (parameters,)
        Parameters, a gradient, or anything else of the same layout.
    widths : sequence of int
        Pixels, hidden neurons, classes.
    bias : bool
        Whether each matrix has a last row for the bias.
    """
    views = []
    start = 0
    for fan_in, fan_out in itertools.pairwise(widths):
        rows = fan_in + bias
        views.append(vector[start : start + rows * fan_out].reshape(rows, fan_out))
        start += rows * fan_out
    return views
