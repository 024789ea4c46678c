"""Fully connected layers as views into flat vectors, and how their first weights are drawn."""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .activations import Activation, Array
from .batch_norm import BatchNorm


@dataclass(frozen=True)
class Initializer:
    """How the weights of a layer are drawn: `draw(random, fan_in, fan_out)` → fan_in × fan_out.

    `title` is its name on the screen, where that is not the one in the table.
    """

    draw: Callable[[np.random.Generator, int, int], Array]
    help: str
    title: str = ""


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
    "he": Initializer(he, "for ReLU and its relatives", "He"),
    "glorot": Initializer(glorot, "for tanh and sigmoid", "Glorot"),
    "lecun": Initializer(lecun, "narrower, by the number of inputs alone", "LeCun"),
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
    norm : BatchNorm or None
        Between the sums and the activation.
    """

    matrix: Array
    activation: Activation
    bias: bool
    norm: BatchNorm | None = None

    @property
    def weight(self) -> Array:
        """The weights without the bias, (fan_in, fan_out); a view."""
        return self.matrix[:-1] if self.bias else self.matrix


@dataclass(frozen=True)
class Layout:
    """Where the numbers of each layer lie in a flat vector: its matrix, then its normalisation.

    Parameters
    ----------
    widths : tuple of int
        Pixels, hidden neurons, classes.
    bias : bool
        Whether each matrix has a last row for the bias.
    normed : bool
        Whether each hidden layer has a scale and a shift for each neuron.
    """

    widths: tuple[int, ...]
    bias: bool
    normed: bool

    def matrices(self, vector: Array) -> list[Array]:
        """The matrices of all layers, as views of parameters, a gradient or the like."""
        return [
            vector[start : start + rows * columns].reshape(rows, columns)
            for start, rows, columns in self._places()
        ]

    def weights(self, vector: Array) -> list[Array]:
        """The same without the rows of biases."""
        return [each[:-1] if self.bias else each for each in self.matrices(vector)]

    def norms(self, vector: Array) -> list[Array]:
        """For each hidden layer scale and shift as one view, (2, neurons); none without them."""
        if not self.normed:
            return []
        return [
            vector[end : end + 2 * columns].reshape(2, columns)
            for start, rows, columns in self._places()[:-1]
            for end in (start + rows * columns,)
        ]

    @property
    def size(self) -> int:
        """Length of the vector."""
        start, rows, columns = self._places()[-1]
        return start + rows * columns

    def _places(self) -> list[tuple[int, int, int]]:
        """Start, rows and columns of each matrix."""
        places, start = [], 0
        for fan_in, fan_out in itertools.pairwise(self.widths):
            rows = fan_in + self.bias
            places.append((start, rows, fan_out))
            start += rows * fan_out + 2 * fan_out * self.normed
        return places
