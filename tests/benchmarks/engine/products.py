"""The limit: the matrix products of a step alone, each in the layout that is fastest for it."""

import itertools
from collections.abc import Callable
from functools import partial
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from core.threads import use_threads

from .cells import Cell
from .engine import Engine

Matrix = NDArray[np.float32]
# How often each layout is tried; the best time counts.
TRIALS = 3


class Products(Engine):
    """Forward, gradients of the weights and of the inputs, into buffers that are there already."""

    version = np.__version__

    def __init__(self, threads: int, data: str) -> None:
        self.threads = threads
        self.labels = np.zeros(60_000, np.uint8)
        use_threads(threads)

    def start(self, cell: Cell, variant: str) -> None:
        self._minibatch = cell.minibatch
        random = np.random.default_rng(0)
        self._calls = [_fastest(shape, random) for shape in shapes(cell)]

    def step(self, minibatches: int) -> int:
        for _ in range(minibatches):
            for call in self._calls:
                call()
        return minibatches * self._minibatch


def shapes(cell: Cell) -> list[tuple[int, int, int]]:
    """Rows, inner length and columns of every product of a step, in its order."""
    rows = cell.minibatch
    layers = list(itertools.pairwise(cell.widths))
    forward = [(rows, below, above) for below, above in layers]
    back = []
    for index, (below, above) in reversed(list(enumerate(layers))):
        back.append((below, rows, above))
        # Nobody asks for the gradient of the pixels.
        if index:
            back.append((rows, above, below))
    return forward + back


def _fastest(shape: tuple[int, int, int], random: np.random.Generator) -> Callable[[], object]:
    """The quickest of the eight ways to lay out the three matrices of a product."""
    rows, inner, columns = shape
    left = random.standard_normal((rows, inner), np.float32)
    right = random.standard_normal((inner, columns), np.float32)
    best: tuple[float, Callable[[], object]] | None = None
    for left_turned, right_turned, out_turned in itertools.product((False, True), repeat=3):
        a = np.asfortranarray(left) if left_turned else left
        b = np.asfortranarray(right) if right_turned else right
        if out_turned:
            a, b = b.T, a.T
        call = partial(np.matmul, a, b, out=np.empty((len(a), b.shape[1]), np.float32))
        seconds = min(_time(call) for _ in range(TRIALS))
        if best is None or seconds < best[0]:
            best = seconds, call
    assert best is not None
    return best[1]


def _time(call: Callable[[], object]) -> float:
    started = perf_counter()
    call()
    return perf_counter() - started
