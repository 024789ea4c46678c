"""Deformation against the training step that it feeds, and its resampling against other libraries.

All on one core, in turns, in processor time, so that neighbours count little. A digit is deformed
as the recipe of the champion has it, and with every strength at once. The others, where they are
installed, are given ready places, the same ones, and read the same digits there; nothing of what
makes places is counted, for us neither. `scipy` knows no images side by side: one call a digit.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import count
from statistics import median
from time import process_time
from typing import Any

import numpy as np

from core import datasets
from core.deform import Deformation
from core.digits import Part
from core.learner import Learner
from core.network import Network
from core.recipes import RECIPES
from core.resample import MARGIN, Resampler
from core.spec import NetworkSpec, TrainingSpec
from core.threads import use_threads

from . import stage
from .report import Figure, say

TURNS, QUICK_TURNS = 15, 3
# Seconds of each in a turn.
SLICE = 0.2
HIDDEN = (1000, 500)
BATCH_SIZES = (128, 256)
CHAMPION = RECIPES["champion"].training
STRENGTHS = {
    "as the champion": CHAMPION,
    "all at once": CHAMPION.replace(softness=0.5, contrast=0.3, occlusion=0.2),
}
# Digits that are resampled in one go, as many as `Deformation` takes.
DIGITS = 64
PEERS = {"torch": "grid_sample", "scipy": "map_coordinates"}

Call = Callable[[], object]


def measure(quick: bool) -> Iterator[Figure]:
    """Parts of a training step, and of the others' times."""
    use_threads(1)
    turns = QUICK_TURNS if quick else TURNS
    part = datasets.load(stage.data_sets()[-1]).training
    for batch_size in BATCH_SIZES:
        yield from _beside_a_step(part, batch_size, turns)
    yield from _beside_others(part, turns)


def _beside_a_step(part: Part, batch_size: int, turns: int) -> Iterator[Figure]:
    case = f"784-{'-'.join(map(str, HIDDEN))}-10 at {batch_size}"
    say(f"  {case}")
    calls = {"step": _step(part, batch_size)}
    pixels = part.images[:batch_size].reshape(batch_size, -1)
    for name, spec in STRENGTHS.items():
        calls[name] = _deformation(pixels, spec)
    times = _in_turns(calls, batch_size, turns)
    step = times.pop("step")
    for name, each in times.items():
        share = median(one / other for one, other in zip(each, step, strict=True))
        note = f"{median(each):.1f} of {median(step):.1f} µs a digit, median of {turns} turns"
        what = f"{case}: deformation {name} / step"
        yield Figure(what, 100.0 * share, "%", at_most=100.0, note=note)


def _beside_others(part: Part, turns: int) -> Iterator[Figure]:
    say("  resampling alone")
    images = part.images[:DIGITS]
    places = _places(images.shape[1:])
    calls = {"zmlp": _own(images, places)}
    missing = []
    for peer, make in (("torch", _torch), ("scipy", _scipy)):
        try:
            calls[peer] = make(images, places)
        except ImportError:
            missing.append(peer)
    _agree(calls)
    times = _in_turns(calls, DIGITS, turns)
    own = times.pop("zmlp")
    left_out = f"; not installed: {', '.join(missing)}" if missing else ""
    yield Figure("resampling", median(own), "µs", note=f"a digit{left_out}")
    for peer, each in times.items():
        ratio = median(one / other for one, other in zip(each, own, strict=True))
        what = f"{peer}'s {PEERS[peer]} / resampling"
        note = f"{median(each):.1f} µs a digit"
        yield Figure(what, ratio, "times", note=note)


def _in_turns(calls: dict[str, Call], digits: int, turns: int) -> dict[str, list[float]]:
    """Microseconds of a digit by name, one number for each turn."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for turn in range(-1, turns):
        for name, call in calls.items():
            started, done = process_time(), 0
            while (spent := process_time() - started) < SLICE or not done:
                call()
                done += 1
            # The first turn fills caches and memory.
            if turn >= 0:
                times[name].append(1e6 * spent / (done * digits))
    return times


def _step(part: Part, batch_size: int) -> Call:
    """Learn one minibatch, as it is."""
    training = TrainingSpec(batch_size=batch_size, learning_rate=0.01, epochs=10_000, threads=1)
    learner = Learner(Network(NetworkSpec(hidden=HIDDEN)).initialize(0), part, training)
    steps = count()
    return lambda: learner.learn(next(steps), training.learning_rate, 1)


def _deformation(pixels: Any, spec: TrainingSpec) -> Call:
    deformation = Deformation((28, 28), spec)
    random = np.random.default_rng(0)
    return lambda: deformation(pixels, random)


def _places(shape: tuple[int, ...]) -> Any:
    """Where each pixel is read: about where it is; y, then x, in pixels; (2, n, height, width)."""
    grid = np.broadcast_to(np.mgrid[: shape[0], : shape[1]][:, None], (2, DIGITS, *shape))
    return (grid + np.random.default_rng(0).normal(0.0, 1.0, grid.shape)).astype(np.float32)


def _own(images: Any, places: Any) -> Call:
    resampler = Resampler(images.shape[1:], DIGITS)
    middle = np.reshape(images.shape[1:], (2, 1, 1, 1)) / 2
    centred = (places - middle).astype(np.float32).reshape(2 * DIGITS, -1)

    def call() -> Any:
        resampler.padded[:, MARGIN:-MARGIN, MARGIN:-MARGIN] = images
        np.copyto(resampler.places, centred)
        return resampler.read(DIGITS)

    return call


def _torch(images: Any, places: Any) -> Call:
    torch = import_module("torch")
    torch.set_num_threads(1)
    height, width = images.shape[1:]
    # Its places go from -1 to 1, x before y.
    y, x = places[0] * (2 / (height - 1)) - 1, places[1] * (2 / (width - 1)) - 1
    grid = torch.from_numpy(np.stack((x, y), axis=-1))
    pixels = torch.from_numpy(np.array(images))[:, None]
    sample = torch.nn.functional.grid_sample
    return lambda: sample(pixels.float(), grid, align_corners=True).numpy()


def _scipy(images: Any, places: Any) -> Call:
    map_coordinates = import_module("scipy.ndimage").map_coordinates
    out = np.empty(images.shape, np.float32)

    def call() -> Any:
        for index, image in enumerate(images):
            # `constant` would put black beyond half a pixel at the edge; `grid-constant` mixes it.
            map_coordinates(
                image, places[:, index], out[index], order=1, mode="grid-constant", prefilter=False
            )
        return out

    return call


def _agree(calls: dict[str, Call]) -> None:
    """See that all of them read the same."""
    wanted = np.reshape(calls["zmlp"](), -1).copy()
    for name, call in calls.items():
        found = np.reshape(np.asarray(call()), -1)
        if np.abs(found - wanted).max() > 0.1:
            raise AssertionError(f"{name} reads something else.")
