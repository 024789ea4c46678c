"""The network: one flat vector of parameters, one layer loop forward and one back."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from .activations import ACTIVATIONS, Array
from .batch_norm import BatchNorm
from .blas import outer_adder
from .layers import INITIALIZERS, Dense
from .losses import LOSSES, Labels
from .seeds import generator
from .spec import NetworkSpec

Product = Callable[[Array, Array, Array], object]
# Of uint8, white ink (255) on black, or of floats from 0 to 1.
Images = NDArray[Any]

# Rows of one chunk when many digits are read: long enough for BLAS, short enough to be interrupted.
CHUNK = 512
# One number in so many may be in use for a copy of its rows of a matrix to be faster than all rows.
FEW = 4


def product(a: Array, matrix: Array, out: Array) -> None:
    """The matrix product a · matrix into `out`, by BLAS."""
    np.matmul(a, matrix, out=out)


def row_product(a: Array, matrix: Array, out: Array) -> None:
    """The product of a single row, without BLAS: a thread that reads never waits for a trainer's.

    OpenBLAS runs one multi-threaded call at a time in a process. Where few numbers of the row are
    not 0, as few pixels of a digit are, only their rows of the matrix are fetched from memory.
    """
    row = a[0]
    used = np.flatnonzero(row)
    if FEW * len(used) <= len(row):
        row, matrix = row[used], matrix[used]
    np.einsum("i,ij->j", row, matrix, out=out[0])


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
    learns : bool
        Whether the caller trains: batch normalisation then goes by the rows themselves.
    dropout : bool
        Whether there are `masks`, which the caller fills.

    Attributes
    ----------
    inputs : array, (rows, pixels)
        Pixels scaled to 0–1; the caller fills them.
    outputs : array, (rows, classes)
        The answer after `Network.forward`.
    masks : list of array, (rows, width) each
        What each hidden layer's activations are multiplied by; empty without dropout.
    """

    def __init__(
        self,
        network: "Network",
        rows: int,
        product: Product = product,
        learns: bool = False,
        dropout: bool = False,
    ) -> None:
        widths, bias, dtype = network.spec.widths, network.spec.bias, network.parameters.dtype
        # With a bias every layer's input has a last column of ones.
        self.sources = [np.ones((rows, width + bias), dtype) for width in widths[:-1]]
        self.inputs = self.sources[0][:, : widths[0]]
        self.outputs = np.empty((rows, widths[-1]), dtype)
        # What the next layer takes in, the last being the answer.
        self.targets = [
            *(
                source[:, :width]
                for source, width in zip(self.sources[1:], widths[1:], strict=False)
            ),
            self.outputs,
        ]
        hidden = [(rows, width) for width in network.spec.hidden]
        self.masks = [np.ones(shape, dtype) for shape in hidden] if dropout else []
        # Activations before the mask, and sums before the activation; where nothing is between
        # one and the next, both are the same array.
        self.activated = [
            *([np.empty(shape, dtype) for shape in hidden] if dropout else self.targets[:-1]),
            self.outputs,
        ]
        self.sums = [
            np.empty(activated.shape, dtype) if layer.activation.keeps_sums else activated
            for layer, activated in zip(network.layers, self.activated, strict=True)
        ]
        self.learns = learns
        normed = hidden if learns and network.spec.batch_norm else []
        self.normed = [np.empty(shape, dtype) for shape in normed]
        self.inverse = [np.empty(width, dtype) for _, width in normed]
        self.product = product

    def load(self, images: NDArray[Any]) -> None:
        """Fill the inputs from images of any shape with as many pixels.

        Those of uint8 are scaled to 0–1; floating ones are taken as they are.
        """
        pixels = images.reshape(len(images), -1)
        if pixels.dtype.kind == "f":
            np.copyto(self.inputs, pixels)
        else:
            np.multiply(pixels, self.inputs.dtype.type(1 / 255), out=self.inputs)


class Network:
    """A multilayer perceptron; its weights are zero until they are drawn, loaded or copied.

    Parameters
    ----------
    spec : NetworkSpec
        What it is made of.
    dtype : dtype
        float32; float64 exists for gradient checks and for the answers of the estimator.

    Attributes
    ----------
    parameters : array, (spec.parameter_count,)
        All that is learned. The layers' matrices are views of it and never rebound.
    buffers : array, (spec.buffer_count,)
        Running statistics.
    values : array, (spec.parameter_count + spec.buffer_count,)
        Both, one behind the other: all that a copy or a checkpoint takes.
    layers : list of Dense
        From the image to the answer.
    """

    def __init__(self, spec: NetworkSpec, dtype: DTypeLike = np.float32) -> None:
        self.spec = spec
        self.loss = LOSSES[spec.loss]
        self.values: Array = np.zeros(spec.parameter_count + spec.buffer_count, dtype)
        self.parameters = self.values[: spec.parameter_count]
        self.buffers = self.values[spec.parameter_count :]
        # The output layer's function belongs to the loss, and nothing comes before it.
        activations = [ACTIVATIONS[name] for name in (*spec.activations, "identity")]
        norms: list[BatchNorm | None] = [None] * len(activations)
        norms[: len(spec.hidden)] = self._norms() or norms[: len(spec.hidden)]
        self.layers = [
            Dense(matrix, activation, spec.bias, norm)
            for matrix, activation, norm in zip(
                spec.layout.matrices(self.parameters), activations, norms, strict=True
            )
        ]

    def _norms(self) -> list[BatchNorm]:
        statistics = np.split(self.buffers, np.cumsum([2 * width for width in self.spec.hidden]))
        return [
            BatchNorm(*learned, *running.reshape(2, -1))
            for learned, running in zip(
                self.spec.layout.norms(self.parameters), statistics, strict=False
            )
        ]

    def initialize(self, seed: int) -> "Network":
        """Draw the first weights from a seed, biases zero; returns the network itself."""
        self.values[:] = 0.0
        for index, layer in enumerate(self.layers):
            name = self.spec.initializer
            if name == "auto":
                name = layer.activation.initializer
            random = generator(seed, "weights", index)
            layer.weight[:] = INITIALIZERS[name].draw(random, *layer.weight.shape)
            if layer.norm is not None:
                layer.norm.scale[:] = layer.norm.variance[:] = 1.0
        return self

    def copy(self) -> "Network":
        """A network of the same spec with its own copy of the numbers."""
        twin = Network(self.spec, self.parameters.dtype)
        twin.values[:] = self.values
        return twin

    def forward(self, work: Workspace) -> Array:
        """Compute the answer for `work.inputs` into `work.outputs`, and return that.

        Returns
        -------
        array, (rows, classes)
            Softmax probabilities, or one sigmoid a class, as the loss has it.
        """
        for index, layer in enumerate(self.layers):
            sums, activated = work.sums[index], work.activated[index]
            work.product(work.sources[index], layer.matrix, sums)
            if layer.norm is not None:
                if work.learns:
                    layer.norm.learn(sums, work.normed[index], work.inverse[index])
                else:
                    layer.norm.read(sums)
            layer.activation.forward(sums, activated)
            if work.masks and activated is not work.outputs:
                np.multiply(activated, work.masks[index], out=work.targets[index])
        self.loss.output(work.outputs, work.outputs)
        return work.outputs

    def backward(
        self, work: Workspace, labels: Labels, gradient: "Gradient", smoothing: float = 0.0
    ) -> None:
        """Compute the gradient of the mean loss after `forward` (Rumelhart et al. 1986).

        Parameters
        ----------
        work : Workspace
            As `forward` left it; its outputs are used up.
        labels : array of int, (rows,)
            The right classes.
        gradient : Gradient
            Receives the gradient.
        smoothing : float
            Part of each label that is shared among all classes, 0 to 1.
        """
        delta = work.outputs
        self.loss.backward(delta, labels, smoothing)
        delta *= 1.0 / len(delta)
        deltas, adders = gradient.buffers(work)
        for index in range(len(self.layers) - 1, -1, -1):
            adders[index](gradient.keep)
            if index:
                below, layer = deltas[index - 1], self.layers[index - 1]
                np.matmul(delta, self.layers[index].weight.T, out=below)
                if work.masks:
                    below *= work.masks[index - 1]
                kept = work.sums if layer.activation.keeps_sums else work.activated
                layer.activation.backward(kept[index - 1], below)
                if layer.norm is not None:
                    layer.norm.backward(
                        below,
                        work.normed[index - 1],
                        work.inverse[index - 1],
                        gradient.norms[index - 1],
                        gradient.keep,
                    )
                delta = below

    def predict(self, images: Images) -> Array:
        """The answers for many digits.

        Parameters
        ----------
        images : array of uint8, (n, height, width)
            White ink (255) on black; floats are taken as they are.

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
    """The workspaces of one caller by number of rows, each made when it is first asked for.

    Parameters
    ----------
    network, learns, dropout
        As `Workspace` has them.
    """

    def __init__(self, network: Network, learns: bool = False, dropout: bool = False) -> None:
        super().__init__()
        self._make = partial(Workspace, network, learns=learns, dropout=dropout)

    def __missing__(self, rows: int) -> Workspace:
        self[rows] = self._make(rows)
        return self[rows]


class Gradient:
    """The gradient of one trainer: a flat vector laid out like the parameters, and its buffers.

    Attributes
    ----------
    vector : array, (parameters,)
        Filled by `Network.backward`.
    keep : float
        Part of what stands in the vector that stays below the next gradient; an optimizer whose
        memory the vector is sets it.
    weights : list of array
        Views of the vector, a layer each, without the rows of biases.
    norms : list of array, (2, width) each
        Views of it, a hidden layer each; empty without batch normalisation.
    """

    def __init__(self, network: Network) -> None:
        self.vector = np.zeros_like(network.parameters)
        self.keep = 0.0
        layout = network.spec.layout
        self.weights = layout.weights(self.vector)
        self.norms = layout.norms(self.vector)
        self._matrices = layout.matrices(self.vector)
        self._buffers: dict[Workspace, tuple[list[Array], list[Callable[[float], None]]]] = {}

    def buffers(self, work: Workspace) -> tuple[list[Array], list[Callable[[float], None]]]:
        """What goes with a workspace: made when it is first asked for.

        Returns
        -------
        list of array, (rows, width) each
            For the slopes of the hidden layers' sums.
        list of callable
            For each layer: adds the gradient of its matrix from those slopes; takes `keep`.
        """
        if work not in self._buffers:
            deltas = [np.empty_like(target) for target in work.targets[:-1]]
            slopes = [*deltas, work.outputs]
            adders = map(outer_adder, work.sources, slopes, self._matrices)
            self._buffers[work] = deltas, list(adders)
        return self._buffers[work]
