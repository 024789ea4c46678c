"""What one thread of the compiled loop keeps: its part of all weights and what belongs to them."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .activations import Array
from .spec import NetworkSpec

Copied = tuple[NDArray[Any], NDArray[Any]]


class LoopPart:
    """The neurons of each hidden layer that a thread has, and the weights on both sides of them.

    Of a hidden layer's weights it has the columns of its neurons, of the last layer's the rows that
    they lead to; the first thread also has the biases of the classes. Memory that two cores write
    to in turns is slow, even where they never meet, so each thread has arrays of its own. A thread
    that is alone has the whole arrays themselves.

    Parameters
    ----------
    network : NetworkSpec
        Of at least one hidden layer, where there are several threads.
    flats : sequence of array, (weights,) or empty
        Parameters and what the optimizer remembers of each, layer by layer.
    last : array of int64, (inputs of all layers and classes,)
        The step after which each row of weights is whole.
    powers : array of float64
        Powers of Adam's decays.
    me, threads : int
        Which thread it is, counted from 0, and how many there are.
    share : function of a width, `me` and `threads`
        The first of the neurons that a thread has of a layer, and the one behind the last.

    Attributes
    ----------
    starts : array of int, (layers + 1,)
        Where the weights of each layer begin in its arrays, and where all of them end.
    inputs, firsts, owns, biases : array of int, (layers,)
        How many inputs it has of each layer, the first of its neurons there and how many they are,
        and whether they have biases.
    arrays : list of array
        Its `flats`, `last` and `powers`.
    """

    def __init__(
        self,
        network: NetworkSpec,
        flats: Sequence[Array],
        last: NDArray[np.int64],
        powers: NDArray[np.float64],
        me: int,
        threads: int,
        share: Callable[[int, int, int], tuple[int, int]],
    ) -> None:
        *below, classes = network.widths
        bounds = [*(share(width, me, threads) for width in network.hidden), (0, classes)]
        self.firsts, ends = np.array(bounds).T
        self.owns = ends - self.firsts
        self.inputs, self.biases = np.array(below), np.full(len(below), int(network.bias))
        if threads > 1:
            self.inputs[-1] = self.owns[-2]
            self.biases[-1] &= me == 0
        self.starts = np.cumsum([0, *((self.inputs + self.biases) * self.owns)])
        self._copied: list[Copied] = []
        self.arrays: list[NDArray[Any]] = [*flats, last, powers]
        if threads == 1:
            return
        self.arrays = [np.zeros(self.starts[-1] if len(flat) else 0, flat.dtype) for flat in flats]
        self.arrays += [np.zeros_like(last), np.zeros_like(powers)]
        for flat, mine in zip(flats, self.arrays, strict=False):
            if len(flat):
                self._copied += self._weights(network, flat, mine)
        # Rows of the last layer are its own, too; those of the others are in use by all alike.
        place, mine = sum(below[:-1]), self.arrays[-2]
        rows = slice(place + self.firsts[-2], place + self.firsts[-2] + self.owns[-2])
        self._copied.append((last[:place], mine[:place]))
        self._copied.append((last[rows], mine[place : place + self.owns[-2]]))
        self._copied.append((powers, self.arrays[-1]))

    def take(self) -> None:
        """Copy its part from the whole arrays."""
        for whole, mine in self._copied:
            mine[:] = whole

    def give(self) -> None:
        """Copy its part back."""
        for whole, mine in self._copied:
            whole[:] = mine

    def _weights(
        self, network: NetworkSpec, flat: NDArray[Any], mine: NDArray[Any]
    ) -> list[Copied]:
        """Views of the same weights in the whole array and in its own."""
        copied: list[Copied] = []
        start, final = 0, len(self.inputs) - 1
        for layer, (inputs, width) in enumerate(
            zip(network.widths, network.widths[1:], strict=False)
        ):
            rows = inputs + network.bias
            matrix = flat[start : start + rows * width].reshape(rows, width)
            start += rows * width
            own = mine[self.starts[layer] : self.starts[layer + 1]].reshape(-1, self.owns[layer])
            if layer < final:
                first = self.firsts[layer]
                copied.append((matrix[:, first : first + self.owns[layer]], own))
            else:
                first, count = self.firsts[layer - 1], self.inputs[layer]
                copied.append((matrix[first : first + count], own[:count]))
                # The biases, or nothing.
                copied.append((matrix[rows - self.biases[layer] :], own[count:]))
        return copied
