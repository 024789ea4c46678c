"""What an engine is: something that trains a network and can be told how many minibatches."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from core.datasets import load

from .cells import Cell

# The processor's own time shares a busy machine fairly, but says nothing where threads wait.
CLOCKS = {"wall": perf_counter, "cpu": process_time}


@dataclass(frozen=True)
class Learned:
    """Digits that were learned, and the seconds that it took."""

    digits: int
    seconds: float


class Engine(ABC):
    """One way to train the networks of the cells.

    Parameters
    ----------
    threads : int
        How many it may use; the process may not run on more cores than that.
    data : str
        Name or folder of the digits.

    Attributes
    ----------
    variants : tuple of str
        Ways to do the same that are tried before each cell; the fastest is measured.
    version : str
        The library's.
    clock : callable
        What tells the time in seconds: one of `CLOCKS`.
    """

    variants: ClassVar[tuple[str, ...]] = ("",)
    version = ""
    clock = staticmethod(perf_counter)

    def __init__(self, threads: int, data: str) -> None:
        part = load(data).without_validation().training
        self.threads = threads
        self.pixels: NDArray[np.uint8] = part.images.reshape(len(part), -1)
        self.labels: NDArray[np.uint8] = part.labels

    @abstractmethod
    def start(self, cell: Cell, variant: str) -> None:
        """Begin a new run, and forget the one before."""

    @abstractmethod
    def step(self, minibatches: int) -> int:
        """Learn that many, an epoch at most, and return the number of digits in them.

        All is done when it returns.
        """

    def learn(self, minibatches: int) -> Learned:
        """Learn that many minibatches, and tell how long it took."""
        started = self.clock()
        digits = self.step(minibatches)
        return Learned(digits, self.clock() - started)

    def scaled(self) -> NDArray[np.float32]:
        """All pixels as numbers from 0 to 1."""
        return np.multiply(self.pixels, np.float32(1 / 255), dtype=np.float32)


class Shuffled:
    """The indices of the digits, shuffled anew for each epoch, in minibatches.

    A last minibatch that would be short is left out, so that all are of one shape.
    """

    def __init__(self, digits: int, minibatch: int) -> None:
        self._random = np.random.default_rng(0)
        self._minibatch = minibatch
        self._digits = digits
        self._order = np.empty((0, minibatch), np.int32)
        self._position = 0

    def take(self, minibatches: int) -> NDArray[np.int32]:
        """The next ones, at most an epoch, in an array (minibatches, digits).

        What is left of an epoch is dropped where it is too little: whoever compiles for a number of
        minibatches compiles once.
        """
        if self._position + minibatches > len(self._order):
            self._shuffle()
        taken = self._order[self._position : self._position + minibatches]
        self._position += minibatches
        return taken

    def _shuffle(self) -> None:
        per_epoch = self._digits // self._minibatch
        order = self._random.permutation(self._digits).astype(np.int32)
        self._order = order[: per_epoch * self._minibatch].reshape(per_epoch, self._minibatch)
        self._position = 0
