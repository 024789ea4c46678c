"""Data larger than one likes to hold: the memory and the speed of training from mapped files.

It makes a file of 4 GB in the temporary folder, out of the embedded digits with noise, and takes
it away again. The same digits are then learned from memory, where there is room for them.
"""

import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.dataset_files import LEARNING, TEST
from core.datasets import load
from core.digits import Digits, Part
from core.events import BatchDone
from core.idx import Header, write_idx
from core.network import Network
from core.spec import NetworkSpec, TrainingSpec
from core.threads import use_threads
from core.training import Training

from .report import Figure, say

GIB = 1 << 30
SIZES = {"400 MB": 400 << 20, "4 GB": 4 * GIB}
QUICK_SIZES = {"40 MB": 40 << 20, "400 MB": 400 << 20}
TURNS = 7
# Digits of a turn.
LEARNED = 60_000
# The smallest nets leave the data the largest share of the time.
CASES = ((30,), 128), ((128,), 32)


def measure(quick: bool) -> Iterator[Figure]:
    """Anonymous memory while learning from a map, and its speed beside that from memory."""
    use_threads(1)
    for title, size in (QUICK_SIZES if quick else SIZES).items():
        with tempfile.TemporaryDirectory(prefix="zmlp-large-") as folder:
            say(f"  writing {title}")
            _write(Path(folder), size)
            digits = load(folder)
            _warm(digits.learning.images)
            for hidden, batch_size in CASES:
                yield from _compare(title, size, digits, hidden, batch_size)
            del digits


def _compare(
    title: str, size: int, digits: Digits, hidden: tuple[int, ...], batch_size: int
) -> Iterator[Figure]:
    case = f"{title}, 784-{hidden[0]}-10 at {batch_size}"
    say(f"  {case}")
    mapped = _Learner(digits, hidden, batch_size)
    mapped.learn()
    yield Figure(f"{case}: anonymous memory", _status("RssAnon"), "MB", at_most=400.0)
    if _status("MemAvailable", "/proc/meminfo") < 2 * size / (1 << 20):
        yield Figure(f"{case}: mapped", mapped.learn(), "digits/s", note="no room to compare")
        return
    learning = Part(np.array(digits.learning.images), digits.learning.labels)
    memory = _Learner(replace(digits, learning=learning), hidden, batch_size)
    memory.learn()
    speeds = [(mapped.learn(), memory.learn()) for _ in range(TURNS)]
    first, second = (statistics.median(each) for each in zip(*speeds, strict=True))
    ratio = statistics.median(one / other for one, other in speeds)
    note = f"{first:,.0f} and {second:,.0f} digits/s, median of {TURNS} turns"
    yield Figure(f"{case}: speed mapped / in memory", 100.0 * ratio, "%", at_least=90.0, note=note)


class _Learner:
    """A training of which one turn after the other is timed."""

    def __init__(self, digits: Digits, hidden: tuple[int, ...], batch_size: int) -> None:
        spec = NetworkSpec(hidden)
        training = TrainingSpec(epochs=50, batch_size=batch_size, threads=1)
        self._events = iter(Training(Network(spec).initialize(0), digits, training))
        self._steps = LEARNED // batch_size
        self._digits = self._steps * batch_size

    def learn(self) -> float:
        """Learn a turn's digits; returns digits a second, evaluations left out."""
        seconds, before, steps = 0.0, None, 0
        while steps < self._steps:
            event = next(self._events)
            if isinstance(event, BatchDone):
                if before is not None:
                    seconds += event.seconds - before
                    steps += 1
                before = event.seconds
            else:
                before = None
        return self._digits / seconds


def _write(folder: Path, size: int) -> None:
    """The embedded digits again and again, each time with other noise."""
    small = load("mnist-5k")
    images, labels = small.learning.images, small.learning.labels
    count = size // images[0].nbytes
    random = np.random.default_rng(0)
    header = Header(np.dtype(">u1"), (count, *images.shape[1:]))
    with open(folder / LEARNING[0], "wb") as file:
        file.write(header.encoded())
        for start in range(0, count, len(images)):
            noise = random.integers(0, 16, images.shape, np.uint8)
            noisy = images ^ noise
            file.write(noisy[: count - start].data)
    repeated = np.tile(labels, -(-count // len(labels)))[:count]
    write_idx(folder / LEARNING[1], repeated)
    write_idx(folder / TEST[0], small.test.images)
    write_idx(folder / TEST[1], small.test.labels)


def _warm(images: np.ndarray) -> None:
    """Look at every page once."""
    for start in range(0, len(images), 10_000):
        images[start : start + 10_000].max()


def _status(name: str, path: str = "/proc/self/status") -> float:
    """A figure that Linux tells of memory, in MB; 0 where another system runs."""
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except OSError:
        return 0.0
    return next(int(each.split()[1]) for each in lines if each.startswith(f"{name}:")) / 1024
