"""Minibatches of plain networks, several in one call of a compiled function, by numba."""

import itertools
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .activations import Array
from .blas import gemm_address, multiplies_unpacked
from .errors import SpecError
from .network import Network
from .spec import NetworkSpec, TrainingSpec
from .threads import threads_in_use

# What the kernels can do, by the names of the tables, with the numbers that they go by.
ACTIVATIONS = {"identity": 0, "relu": 1, "leaky-relu": 2, "sigmoid": 3, "tanh": 4}
LOSSES = {"cross-entropy": 0, "squared-error": 1, "binary-cross-entropy": 2}
OPTIMIZERS = {"sgd": 0, "momentum": 1, "adam": 2}
# What they cannot.
ABSENT = ("dropout", "input_dropout", "l2", "weight_decay", "max_norm", "clip", "average")
# numba has no vectorised tanh, numpy has: with larger minibatches that counts.
CURVED, LARGEST_CURVED = ("sigmoid", "tanh"), 16
# Digits of a minibatch from which on dense products are faster than loops over what is not zero:
# in a narrow layer or behind hidden neurons, and from pixels to a wide layer. Loops use one core,
# products all of BLAS's: with two, 784-512-512-10 and 784-1000-500-10 learn 7 and 10 % faster by
# products at minibatch 128, and as fast at 32.
DENSE, WIDE, DENSE_WIDE, DENSE_WIDE_TOGETHER = 8, 64, 200, 64
# The same behind hidden neurons where there are many weights, which a product packs anew for few
# digits: 784-512-512-10 learns 36 % faster by loops at minibatch 10, 12 % at 16, 1 % at 20.
MANY, DENSE_MANY = 100_000, 20
# Multiplications up to which OpenBLAS packs no matrices, and digits that make it worth while.
# 784-30-10 learns 36 % faster by such portions of a minibatch of 128, 29 % of 512; beside products
# by two threads 23 %, and as fast. With OpenBLAS's Haswell kernels, which always pack, it would be
# 12 % slower.
UNPACKED, LEAST_PORTION = 1_000_000, 24
# Steps after which all rows are made whole.
WINDOW = 1024


def is_installed() -> bool:
    """Whether numba, the extra `zmlp[fast]`, is there; nothing is imported."""
    return find_spec("numba") is not None


def resolved(network: NetworkSpec, spec: TrainingSpec) -> TrainingSpec:
    """The spec with `compiled` in the place of `auto` where that is what it comes to.

    Raises
    ------
    SpecError
        The compiled one is asked for by name and numba is not installed.
    """
    if spec.kernel == "compiled" and not is_installed():
        raise SpecError(
            "The compiled kernel needs numba: install zmlp[fast], or choose the kernel numpy."
        )
    if spec.kernel == "auto" and is_installed() and suits(network, spec):
        return spec.replace(kernel="compiled")
    return spec


def as_it_was(network: NetworkSpec, spec: TrainingSpec) -> TrainingSpec:
    """The spec of an earlier run, so that it goes on as it began.

    Where it says `auto` numpy computed, even if numba has been installed since.
    """
    is_other = spec.kernel == "auto" and resolved(network, spec) != spec
    return spec.replace(kernel="numpy") if is_other else spec


def suits(network: NetworkSpec, spec: TrainingSpec) -> bool:
    """Whether the kernels can train such a network so, and are faster than numpy."""
    return (
        spec.optimizer in OPTIMIZERS
        and network.loss in LOSSES
        and all(name in ACTIVATIONS for name in network.activations)
        and not network.batch_norm
        and not any(getattr(spec, name) for name in ABSENT)
        and (spec.batch_size < DENSE or gemm_address() != 0)
        and (spec.batch_size <= LARGEST_CURVED or not set(CURVED).intersection(network.activations))
    )


def portions(widths: NDArray[np.int64], size: int, threads: int) -> NDArray[np.int64]:
    """How many digits of a minibatch each layer's dense products take at a time.

    Parameters
    ----------
    widths : array of int, (layers + 1,)
        Numbers of pixels, of neurons in each hidden layer and of classes.
    size : int
        Digits of a minibatch.
    threads : int
        How many BLAS uses.

    Returns
    -------
    array of int, (layers,)
        0 where loops over what is not zero are faster.
    """
    weights = widths[:-1] * widths[1:]
    least = np.where(weights > MANY, DENSE_MANY, DENSE)
    wide = DENSE_WIDE if threads == 1 else DENSE_WIDE_TOGETHER
    least[0] = wide if widths[1] >= WIDE else DENSE
    small = UNPACKED // weights
    whole = (small < LEAST_PORTION) | (not multiplies_unpacked())
    return np.where(np.less(size, least), 0, np.where(whole, size, np.minimum(small, size)))


class CompiledLoop:
    """Learns minibatches of one training, any number at a time.

    Between two calls rows of weights that were not in use are behind: `read` gives them as they
    should be, without changing what the next call goes on from. So the weights that a run ends
    with do not depend on how many minibatches were learned at a time.

    Parameters
    ----------
    network : Network
        Trained in place, float32.
    spec : TrainingSpec
        One that `suits`.
    memory : mapping of str to array
        What the optimizer remembers, as its `state()` has it.
    """

    def __init__(self, network: Network, spec: TrainingSpec, memory: dict[str, Any]) -> None:
        # Here and not above: numba takes a second to import and is not always there.
        from . import kernels

        self._learn, self._settle = kernels.learn, kernels.settle
        self._network, self._size = network, spec.batch_size
        widths = np.array(network.spec.widths)
        self._memory = memory
        empty = np.zeros(0, np.float32)
        self._velocity = memory.get("velocity", memory.get("mean", empty))
        square = memory.get("square", empty)
        # The step after which each row is whole, counted in the window; the rates used in it; how
        # far it has come; powers of Adam's decays.
        self._last = np.zeros(widths.sum(), np.int64)
        self._rates = np.zeros(WINDOW)
        self._now = np.zeros(1, np.int64)
        self._powers = np.ones(2)
        self._starts = np.cumsum([0, *(each.matrix.size for each in network.layers)])
        self._widths = widths
        kinds = [ACTIVATIONS[name] for name in (*network.spec.activations, "identity")]
        gemm = gemm_address()
        self._portions = portions(widths, self._size, threads_in_use()) * (gemm != 0)
        numbers, floats = int(widths.sum()) * self._size, np.float32
        listed = 0 if self._portions.all() else numbers
        self._before = (
            self._size,
            network.parameters,
            self._velocity,
            square,
            self._starts,
            widths,
            network.spec.bias,
            np.array(kinds),
            LOSSES[network.spec.loss],
            spec.label_smoothing,
            OPTIMIZERS[spec.optimizer],
            spec.momentum,
            self._powers,
            self._last,
        )
        self._buffers = (
            np.empty(numbers, floats),
            np.empty(numbers, floats),
            np.zeros(len(widths) * self._size, np.int64),
            np.zeros(listed, np.int32),
            np.zeros(listed, floats),
            np.zeros(widths.sum(), np.int64),
            np.zeros(listed, np.int32),
            np.zeros(listed, floats),
            np.zeros(widths.sum(), np.int64),
            np.zeros(len(widths), np.int64),
            np.empty(widths.max(), floats),
            self._portions,
            gemm,
            np.empty(max(each.matrix.size for each in network.layers), floats),
        )
        self._is_lazy = spec.optimizer == "momentum" and not self._portions.all()
        self._momentum = spec.momentum

    @property
    def room(self) -> int:
        """Minibatches that a call may take at the most."""
        return WINDOW - int(self._now[0])

    def learn(
        self, pixels: NDArray[np.uint8], labels: NDArray[Any], rates: list[float]
    ) -> tuple[NDArray[np.float64], int]:
        """Learn one minibatch for each learning rate.

        Parameters
        ----------
        pixels : array of uint8, (digits, pixels)
            Full minibatches, one behind the other; a single one may be short.
        labels : array of int, (digits,)
            Their classes.
        rates : list of float
            No more than there is `room` for.

        Returns
        -------
        array of float64
            The mean loss of each minibatch; where one is no number, that is the last and was not
            learned from.
        int
            How many digits were read right.
        """
        now, count = int(self._now[0]), len(rates)
        self._rates[now : now + count] = rates
        losses, rights = np.empty(count), np.zeros(count, np.int64)
        done = self._learn(
            pixels,
            labels.astype(np.int64),
            *self._before,
            now,
            self._rates,
            *self._buffers,
            losses,
            rights,
        )
        if "steps" in self._memory:
            self._memory["steps"] += done
        self._now += done
        if self._now[0] == WINDOW:
            self._make_whole(self._network.parameters, moving=True)
            self._last[:] = self._now[:] = 0
        return losses[: done + 1], int(rights[: done + 1].sum())

    def read(self, values: Array) -> None:
        """Copy the network's values as they should be by now."""
        values[:] = self._network.values
        self._make_whole(values, moving=False)

    def state(self) -> dict[str, Any]:
        """What a checkpoint needs beside the optimizer's memory: arrays by name, not copied."""
        return {
            "last": self._last,
            "rates": self._rates,
            "now": self._now,
            "powers": self._powers,
        }

    def _make_whole(self, values: Array, moving: bool) -> None:
        if not self._is_lazy:
            return
        first, now = 0, int(self._now[0])
        for start, portion, (inputs, width) in zip(
            self._starts[:-1], self._portions, itertools.pairwise(self._widths), strict=True
        ):
            # The weights behind a dense product are never behind.
            behind = 0 if portion else now
            place = slice(start, start + inputs * width)
            self._settle(
                values[place].reshape(inputs, width),
                self._velocity[place].reshape(inputs, width),
                moving,
                self._last[first : first + inputs],
                behind,
                self._rates,
                self._momentum,
            )
            first += inputs
