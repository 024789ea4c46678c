"""The network: one flat vector of parameters, one layer loop forward and one back."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from .activations import ACTIVATIONS, Array
from .layers import INITIALIZERS, Dense, matrices
from .losses import LOSSES, Labels
from .seeds import generator
from .spec import NetworkSpec

Product = Callable[[Array, Array, Array], object]
Images = NDArray[np.uint8]

# Rows of one chunk when many digits are read: long enough for BLAS, short enough to be interrupted.
CHUNK = 512


def product(a: Array, matrix: Array, out: Array) -> None:
    """The matrix product a · matrix into `out`, by BLAS."""
    np.matmul(a, matrix, out=out)


def row_product(a: Array, matrix: Array, out: Array) -> None:
    """The product of a single row, without BLAS: a thread that reads never waits for a trainer's.

    OpenBLAS runs one multi-threaded call at a time in a process.
    """
    np.einsum("i,ij->j", a[0], matrix, out=out[0])


class Workspace:
    """The buffers of one caller for one number of rows: no two callers share any.

    Parameters
    ----------
    network : Network
        Whose layers the buffers fit.
    rows : int
        Number of digits at a time.
    product : callable
        The product inside the layer loop, `product` or (for one row) `row_product`.

    Attributes
    ----------
    inputs : array, (rows, pixels)
        Pixels scaled to 0–1; the caller fills them.
    outputs : array, (rows, classes)
        The answer after `Network.forward`.
    """

    def __init__(self, network: "Network", rows: int, product: Product = product) -> None:
        widths, bias, dtype = network.spec.widths, network.spec.bias, network.parameters.dtype
        # With a bias every layer's input has a last column of ones.
        self.sources = [np.ones((rows, width + bias), dtype) for width in widths[:-1]]
        self.inputs = self.sources[0][:, : widths[0]]
        self.outputs = np.empty((rows, widths[-1]), dtype)
        self.targets = [
            *(
                source[:, :width]
                for source, width in zip(self.sources[1:], widths[1:], strict=False)
            ),
            self.outputs,
        ]
        # What `backward` reads: the sums where the activation asks for them, else the targets.
        self.kept = [
            np.empty(target.shape, dtype) if layer.activation.keeps_sums else target
            for layer, target in zip(network.layers, self.targets, strict=True)
        ]
        self.product = product

    def load(self, images: NDArray[Any]) -> None:
        """Fill the inputs from uint8 images of any shape with as many pixels, scaled to 0–1."""
        pixels = images.reshape(len(images), -1)
        np.multiply(pixels, self.inputs.dtype.type(1 / 255), out=self.inputs)


class Network:
    """A multilayer perceptron; its weights are zero until they are drawn, loaded or copied.

    Parameters
    ----------
    spec : NetworkSpec
        What it is made of.
    dtype : dtype
        float32; float64 exists for gradient checks alone.

    Attributes
    ----------
    parameters : array, (spec.parameter_count,)
        All weights and biases. The layers' matrices are views of it and never rebound.
    layers : list of Dense
        From the image to the answer.
    """

    def __init__(self, spec: NetworkSpec, dtype: DTypeLike = np.float32) -> None:
        self.spec = spec
        self.loss = LOSSES[spec.loss]
        self.parameters: Array = np.zeros(spec.parameter_count, dtype)
        hidden = ACTIVATIONS[spec.activation]
        # The output layer's function belongs to the loss.
        chosen = [hidden] * len(spec.hidden) + [ACTIVATIONS["identity"]]
        views = self.views(self.parameters)
        self.layers = [
            Dense(matrix, activation, spec.bias)
            for matrix, activation in zip(views, chosen, strict=True)
        ]

    def initialize(self, seed: int) -> "Network":
        """Draw the first weights from a seed, biases zero; returns the network itself."""
        self.parameters[:] = 0.0
        for index, layer in enumerate(self.layers):
            name = self.spec.initializer
            if name == "auto":
                name = layer.activation.initializer
            random = generator(seed, "weights", index)
            layer.weight[:] = INITIALIZERS[name].draw(random, *layer.weight.shape)
        return self

    def views(self, vector: Array) -> list[Array]:
        """The matrices of all layers as views of any vector with the layout of `parameters`."""
        return matrices(vector, self.spec.widths, self.spec.bias)

    def copy(self) -> "Network":
        """A network of the same spec with its own copy of the parameters."""
        twin = Network(self.spec, self.parameters.dtype)
        twin.parameters[:] = self.parameters
        return twin

    def forward(self, work: Workspace) -> Array:
        """Compute the answer for `work.inputs` into `work.outputs`, and return that.

        Returns
        -------
        array, (rows, classes)
            Softmax probabilities, or one sigmoid a class, as the loss has it.
        """
        for layer, source, sums, target in zip(
            self.layers, work.sources, work.kept, work.targets, strict=True
        ):
            work.product(source, layer.matrix, sums)
            layer.activation.forward(sums, target)
        self.loss.output(work.outputs, work.outputs)
        return work.outputs

    def backward(self, work: Workspace, labels: Labels, gradient: "Gradient") -> None:
        """Compute the gradient of the mean loss after `forward` (Rumelhart et al. 1986).

        Parameters
        ----------
        work : Workspace
            As `forward` left it; its outputs are used up.
        labels : array of int, (rows,)
            The right classes.
        gradient : Gradient
            Receives the gradient.
        """
        delta = work.outputs
        self.loss.backward(delta, labels)
        delta *= 1.0 / len(delta)
        deltas = gradient.deltas(len(delta))
        for index in range(len(self.layers) - 1, -1, -1):
            gradient.product(work.sources[index].T, delta, gradient.matrices[index])
            if index:
                below = deltas[index - 1]
                np.matmul(delta, self.layers[index].weight.T, out=below)
                self.layers[index - 1].activation.backward(work.kept[index - 1], below)
                delta = below

    def predict(self, images: Images) -> Array:
        """The answers for many digits.

        Parameters
        ----------
        images : array of uint8, (n, height, width)
            White ink (255) on black.

        Returns
        -------
        array, (n, classes)
            NaN where the weights are so large that the sums overflow.
        """
        answers = np.empty((len(images), self.spec.classes), self.parameters.dtype)
        # Weights that are far too large answer with NaN; that is said in words, not by numpy.
        with np.errstate(over="ignore", invalid="ignore"):
            for _ in self.predicting(images, answers, Workspaces(self)):
                continue
        return answers

    def predicting(self, images: Images, answers: Array, works: "Workspaces") -> Iterator[int]:
        """Like `predict` into `answers`, but yields after each chunk the number of digits read."""
        for start in range(0, len(images), CHUNK):
            chunk = images[start : start + CHUNK]
            work = works[len(chunk)]
            work.load(chunk)
            answers[start : start + len(chunk)] = self.forward(work)
            yield start + len(chunk)


class Workspaces(dict[int, Workspace]):
    """The workspaces of one caller by number of rows, each made when it is first asked for."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self._network = network

    def __missing__(self, rows: int) -> Workspace:
        self[rows] = Workspace(self._network, rows)
        return self[rows]


class Gradient:
    """The gradient of one trainer: a flat vector laid out like the parameters, and its buffers.

    Attributes
    ----------
    vector : array, (parameters,)
        Filled by `Network.backward`.
    matrices : list of array
        Views of it, a layer each.
    """

    def __init__(self, network: Network) -> None:
        self.vector = np.zeros_like(network.parameters)
        self.matrices = network.views(self.vector)
        self._hidden = network.spec.hidden
        self._deltas: dict[int, list[Array]] = {}

    def deltas(self, rows: int) -> list[Array]:
        """Buffers for the slopes of the hidden layers' sums, each (rows, width)."""
        if rows not in self._deltas:
            dtype = self.vector.dtype
            self._deltas[rows] = [np.empty((rows, width), dtype) for width in self._hidden]
        return self._deltas[rows]

    @staticmethod
    def product(source: Array, delta: Array, out: Array) -> None:
        """Sum of outer products into `out`; that of a single row is an elementwise product."""
        if len(delta) == 1:
            np.multiply(source, delta, out=out)
        else:
            np.matmul(source, delta, out=out)
