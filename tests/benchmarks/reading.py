"""One reading: from an image to its answer, without BLAS, in the thread that asks.

The network is of the largest size that the program ships, with batch normalisation; its weights are
drawn at random, which takes as long as any. Before a reading from memory the processor's cache is
filled with other numbers, as a training fills it between two points of a stroke.
"""

from collections.abc import Iterator
from threading import Event, Thread
from time import perf_counter

import numpy as np

from core import datasets, networks
from core.folding import folded
from core.model_file import Model
from core.network import Network
from core.reader import Reader
from core.recipes import RECIPES
from core.spec import NetworkSpec
from core.training import Training

from .report import Figure, say

LIMIT = 1.0
# Of each kind; those at the start are not counted.
READINGS, QUICK_READINGS, WARMING = 400, 100, 20
# Numbers that no cache holds beside a network.
OTHERS = 24_000_000


def measure(quick: bool) -> Iterator[Figure]:
    """The median of a reading: in turn, from memory, folded, and beside a training."""
    count = QUICK_READINGS if quick else READINGS
    spec = NetworkSpec(hidden=(1500, 1000, 500), batch_norm=True)
    network = Network(spec).initialize(1)
    say(f"  {'-'.join(map(str, spec.widths))}")
    yield _figure("3.2 million weights", Model(network), count, LIMIT)
    yield _figure("its batch normalisation folded", Model(folded(network)), count, LIMIT)
    yield _figure("from memory", Model(network), count // 4, None, np.zeros(OTHERS, np.float32))
    for name in networks.COMMITTEES:
        model = networks.find(name)
        yield _figure(f"{name}, {len(model.voices)} readings", model, count, None)
    with _Learning():
        yield _figure("3.2 million weights, beside a training", Model(network), count, None)


class _Learning:
    """A training in another thread, without a window."""

    def __enter__(self) -> None:
        self._left = Event()
        self._thread = Thread(target=self._learn)
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._left.set()
        self._thread.join()

    def _learn(self) -> None:
        recipe = RECIPES["fast"]
        spec = recipe.training.replace(epochs=1000)
        network = Network(recipe.network).initialize(1)
        for _ in Training(network, datasets.load("mnist-5k"), spec):
            if self._left.is_set():
                return


def _figure(
    name: str, model: Model, count: int, limit: float | None, others: np.ndarray | None = None
) -> Figure:
    images = datasets.load("mnist-5k").validation.images
    reader, times = Reader(model), []
    for number in range(count + WARMING):
        if others is not None:
            others += 1.0
        started = perf_counter()
        reader.read_image(images[number % len(images)])
        times.append(perf_counter() - started)
    return Figure(name, 1000.0 * float(np.median(times[WARMING:])), "ms", limit)
