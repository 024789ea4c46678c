"""Minibatches of plain networks, several in one call of a compiled function, by numba."""

import functools
import itertools
import weakref
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .activations import Array
from .blas import gemm_address, multiplies_unpacked
from .errors import SpecError
from .helper_thread import HelperThread
from .loop_part import LoopPart
from .network import Network
from .spec import NetworkSpec, TrainingSpec
from .threads import borrow_threads, return_threads, threads_in_use, yield_address

# What the kernels can do, by the names of the tables, with the numbers that they go by.
ACTIVATIONS = {"identity": 0, "relu": 1, "leaky-relu": 2, "sigmoid": 3, "tanh": 4}
LOSSES = {"cross-entropy": 0, "squared-error": 1, "binary-cross-entropy": 2}
OPTIMIZERS = {"sgd": 0, "momentum": 1, "adam": 2}
# What they cannot.
ABSENT = ("dropout", "input_dropout", "l2", "weight_decay", "max_norm", "clip", "average")
# numba has no vectorised tanh, numpy has: with larger minibatches that counts.
CURVED, LARGEST_CURVED = ("sigmoid", "tanh"), 16
# Digits of a minibatch from which on dense products are faster than loops over what is not zero:
# in a narrow layer or behind hidden neurons, and from pixels to a wide layer.
DENSE, WIDE, DENSE_WIDE = 8, 64, 200
# The same behind hidden neurons where there are many weights, which a product packs anew for few
# digits: 784-512-512-10 learns 36 % faster by loops at minibatch 10, 12 % at 16, 1 % at 20.
MANY, DENSE_MANY = 100_000, 20
# Multiplications up to which OpenBLAS packs no matrices, and digits that make it worth while.
# 784-30-10 learns 36 % faster by such portions of a minibatch of 128, 29 % of 512. With OpenBLAS's
# Haswell kernels, which always pack, it would be 12 % slower.
UNPACKED, LEAST_PORTION = 1_000_000, 24
# Neurons of a layer that are worth one of two threads, and one of more: with two, 784-30-10 learns
# up to 70 % faster. More could not be measured; where one has to wait for its core, all wait.
ONE_OF_TWO, ONE_OF_MORE = 12, 64
# Numbers of 8 bytes between what two threads write, so that their caches do not quarrel over it.
APART = 16
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


def portions(
    widths: NDArray[np.int64], inputs: NDArray[np.int64], owns: NDArray[np.int64], size: int
) -> NDArray[np.int64]:
    """How many digits of a minibatch each layer's dense products take at a time.

    Parameters
    ----------
    widths : array of int, (layers + 1,)
        Numbers of pixels, of neurons in each hidden layer and of classes.
    inputs, owns : array of int, (layers,)
        How many inputs and neurons of each layer the thread has.
    size : int
        Digits of a minibatch.

    Returns
    -------
    array of int, (layers,)
        0 where loops over what is not zero are faster: the same for all threads.
    """
    least = np.where(widths[:-1] * widths[1:] > MANY, DENSE_MANY, DENSE)
    least[0] = DENSE_WIDE if widths[1] >= WIDE else DENSE
    small = UNPACKED // (inputs * owns)
    whole = (small < LEAST_PORTION) | (not multiplies_unpacked())
    return np.where(np.less(size, least), 0, np.where(whole, size, np.minimum(small, size)))


def threads_for(network: NetworkSpec) -> int:
    """How many threads share such a network: no more than have enough neurons of each layer."""
    fewest = min(network.hidden, default=0)
    return max(1, min(threads_in_use(), max(min(2, fewest // ONE_OF_TWO), fewest // ONE_OF_MORE)))


class CompiledLoop:
    """Learns minibatches of one training, any number at a time, by as many threads as BLAS has.

    Each thread computes what its neurons put out and lays it where the others find it (see
    `LoopPart`). On the way up they meet behind each hidden layer but the last, on the way down
    before each but the last; behind the last layer they add up what each makes of the logits, then
    share out the digits. All of it is one call of a compiled function in each thread.

    Between two calls the network's weights are out of date: threads have what they learned in
    arrays of their own, and rows that were not in use are behind. `read` gives the weights as they
    should be, without changing what the next call goes on from. So those that a run ends with do
    not depend on how many minibatches were learned at a time.

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

        self._network, self._memory, self._momentum = network, memory, spec.momentum
        self._settle = kernels.settle
        widths, empty = np.array(network.spec.widths), np.zeros(0, np.float32)
        self._velocity = memory.get("velocity", memory.get("mean", empty))
        # The step after which each row is whole, counted in the window; the rates used in it; how
        # far it has come; powers of Adam's decays.
        self._last = np.zeros(widths.sum(), np.int64)
        self._rates = np.zeros(WINDOW)
        self._now = np.zeros(1, np.int64)
        self._powers = np.ones(2)
        gemm, give_way = gemm_address(), yield_address()
        threads = threads_for(network.spec) if give_way else 1
        flats = (network.parameters, self._velocity, memory.get("square", empty))
        self._parts = [
            LoopPart(network.spec, flats, self._last, self._powers, me, threads, kernels.share)
            for me in range(threads)
        ]
        kinds = [ACTIVATIONS[name] for name in (*network.spec.activations, "identity")]
        shape = (
            spec.batch_size,
            widths,
            np.array(kinds),
            self._rates,
            LOSSES[network.spec.loss],
            spec.label_smoothing,
            OPTIMIZERS[spec.optimizer],
            spec.momentum,
            gemm,
            give_way,
        )
        works = []
        for part in self._parts:
            dense = portions(widths, part.inputs, part.owns, spec.batch_size) * (gemm != 0)
            # Which layers, is the same for all threads.
            self._dense = dense > 0
            layout = (part.starts, part.inputs, part.firsts, part.owns, part.biases)
            works.append(
                ((*layout, dense, *part.arrays), _room(widths, spec.batch_size, part, dense))
            )
        self._counter = np.zeros(APART, np.int64)
        board = (
            self._counter,
            # What the neurons of each thread put out, and what each knows of the slopes below.
            *(_side_by_side([room[each] for _, room in works]) for each in (0, 1)),
            np.zeros((spec.batch_size, widths[-1]), np.float32),
            np.zeros((threads, APART)),
        )
        self._task = np.zeros(10, np.int64)
        learners = [(me, self._task, shape, *work, board) for me, work in enumerate(works)]
        self._learn = functools.partial(kernels.learn, *learners[0])
        self._helpers = [
            HelperThread(functools.partial(kernels.serve, *each), kernels.ring)
            for each in learners[1:]
        ]
        if self._helpers:
            weakref.finalize(self, return_threads).atexit = False
        # Whether threads have their parts, and the whole arrays all that the parts have.
        self._is_parted, self._is_whole = threads == 1, True
        self._is_lazy = spec.optimizer == "momentum" and not self._dense.all()

    @property
    def room(self) -> int:
        """Minibatches that a call may take at the most."""
        return WINDOW - int(self._now[0])

    def learn(
        self,
        pixels: NDArray[np.uint8],
        order: NDArray[np.int64],
        labels: NDArray[Any],
        rates: list[float],
    ) -> tuple[NDArray[np.float64], int]:
        """Learn one minibatch for each learning rate.

        Parameters
        ----------
        pixels : array of uint8, (any number, pixels)
            Among them those of the digits.
        order : array of int, (digits,)
            The row of each digit: full minibatches, one behind the other; a single one may be
            short.
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
        arrays = (
            np.ascontiguousarray(pixels),
            np.ascontiguousarray(order, np.int64),
            labels.astype(np.int64),
            losses,
            rights,
        )
        goal, addresses = int(self._counter[0]), [array.ctypes.data for array in arrays]
        self._task[:] = (goal, now, count, len(order), len(pixels), *addresses)
        if not self._is_parted:
            for part in self._parts:
                part.take()
            self._is_parted = True
        self._is_whole = len(self._parts) == 1
        if self._helpers:
            borrow_threads()
        for helper in self._helpers:
            helper.call()
        done = self._learn()
        if "steps" in self._memory:
            self._memory["steps"] += done
        self._now += done
        if self._now[0] == WINDOW:
            self.give()
            self._make_whole(self._network.parameters, moving=True)
            self._last[:] = self._now[:] = 0
            self._is_parted = len(self._parts) == 1
        return losses[: done + 1], int(rights[: done + 1].sum())

    def read(self, values: Array) -> None:
        """Copy the network's values as they should be by now."""
        self.give()
        values[:] = self._network.values
        self._make_whole(values, moving=False)

    def give(self) -> None:
        """Bring network and memory up to date, but for what rows that were not in use owe."""
        if not self._is_whole:
            for part in self._parts:
                part.give()
            self._is_whole = True

    def state(self) -> dict[str, Any]:
        """What a checkpoint needs beside the optimizer's memory: arrays by name, not copied.

        Network and memory are brought up to date, too, and what is changed in any of them counts.
        """
        self.give()
        self._is_parted = len(self._parts) == 1
        return {
            "last": self._last,
            "rates": self._rates,
            "now": self._now,
            "powers": self._powers,
        }

    def _make_whole(self, values: Array, moving: bool) -> None:
        if not self._is_lazy:
            return
        first, start, now = 0, 0, int(self._now[0])
        widths, bias = self._network.spec.widths, self._network.spec.bias
        for (inputs, width), dense in zip(itertools.pairwise(widths), self._dense, strict=True):
            place = slice(start, start + inputs * width)
            self._settle(
                values[place].reshape(inputs, width),
                self._velocity[place].reshape(inputs, width),
                moving,
                self._last[first : first + inputs],
                # The weights behind a dense product are never behind.
                0 if dense else now,
                self._rates,
                self._momentum,
            )
            first, start = first + inputs, start + (inputs + bias) * width


def _room(
    widths: NDArray[np.int64], size: int, part: LoopPart, dense: NDArray[np.int64]
) -> tuple[NDArray[Any], ...]:
    """What a thread computes in, as `kernels.learn` takes it."""
    neurons, floats = int(widths.sum()), np.float32
    numbers = neurons * size
    # Lists of what is not zero are made for loops alone.
    listed = 0 if dense.all() else numbers
    return (
        # What all neurons put out, and the slopes of the thread's own.
        np.zeros(numbers, floats),
        np.zeros(numbers, floats),
        # For each digit: how many inputs are in use, which, and how much.
        np.zeros((len(widths) - 1, size), np.int64),
        np.zeros(listed, np.int32),
        np.zeros(listed, floats),
        # For each input: how many digits use it, which, and how much.
        np.zeros(neurons, np.int64),
        np.zeros(listed, np.int32),
        np.zeros(listed, floats),
        # Rows in use, how many, a row's slopes, those of all.
        np.zeros(neurons, np.int64),
        np.zeros(len(widths), np.int64),
        np.zeros(widths.max(), floats),
        np.zeros(np.diff(part.starts).max(), floats),
    )


def _side_by_side(own: list[NDArray[Any]]) -> NDArray[Any]:
    """Rows that all threads read, one for each to write; a thread that is alone has its own."""
    return own[0][None] if len(own) == 1 else np.zeros((len(own), len(own[0])), own[0].dtype)
