"""The recipe `fast`: how well it reads after a few seconds of training, pulled without a window."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.events import Evaluated, Finished
from core.recipes import RECIPES
from core.runs import prepare
from core.threads import use_threads

from . import stage
from .report import Figure, say

FAST = RECIPES["fast"]
SEEDS = 5
# Accuracy (%) and the seconds of training within which it is to be reached.
SMALL, SMALL_SECONDS = 95.0, 5.0
LARGE, LARGE_SECONDS = 98.0, 10.0


def measure(quick: bool) -> Iterator[Figure]:
    """On `mnist-5k` with several seeds, and on all of MNIST where it is found."""
    yield from _small(1 if quick else SEEDS)
    if "mnist" in stage.data_sets() and not quick:
        yield from _large()


def _small(seeds: int) -> Iterator[Figure]:
    say(f"  fast on mnist-5k, {seeds} seeds")
    runs = [pulled("mnist-5k", SMALL_SECONDS, seed) for seed in range(seeds)]
    found = ", ".join(f"{100 * run.finished.test_accuracy:.1f}" for run in runs)
    worst = min(100 * run.finished.test_accuracy for run in runs)
    what = f"mnist-5k, test accuracy after {SMALL_SECONDS:g} s, least"
    yield Figure(what, worst, "%", at_least=SMALL, note=f"seeds 0 to {seeds - 1}: {found}")
    yield Figure(
        "mnist-5k, training, longest",
        max(run.finished.seconds for run in runs),
        "s",
        note=f"{runs[0].finished.epochs:g} epochs of {FAST.training.epochs}",
    )


def _large() -> Iterator[Figure]:
    say("  fast on mnist")
    run = pulled("mnist", LARGE_SECONDS, 0)
    finished = run.finished
    note = f"{finished.epochs:.1f} epochs of {FAST.training.epochs}"
    what = f"mnist, test accuracy after {LARGE_SECONDS:g} s"
    yield Figure(what, 100 * finished.test_accuracy, "%", at_least=LARGE, note=note)
    if run.reached is not None:
        what = f"mnist, validation curve first at {LARGE:g} %"
        yield Figure(what, run.reached, "s", at_most=LARGE_SECONDS)
    if finished.reason == "stopped":
        finished = pulled("mnist", float("inf"), 0).finished
    yield Figure("mnist, whole recipe, test accuracy", 100 * finished.test_accuracy, "%")
    speed = f"{finished.samples_per_second:,.0f} digits/s"
    yield Figure("mnist, whole recipe, training", finished.seconds, "s", note=speed)


@dataclass(frozen=True)
class Pulled:
    """What came of a run, and after how many seconds its curve first reached `LARGE`."""

    finished: Finished
    reached: float | None


def pulled(data: str, seconds: float, seed: int) -> Pulled:
    """Train `fast` for that long at the most, as a person would who stops it then."""
    spec = FAST.training.replace(seed=seed)
    use_threads(spec.threads)
    training = prepare(FAST.network, spec, data)
    reached = None
    for event in training:
        if isinstance(event, Finished):
            return Pulled(event, reached)
        if isinstance(event, Evaluated) and reached is None and event.accuracy >= LARGE / 100:
            reached = training.seconds
        if training.seconds >= seconds:
            training.stop()
    raise AssertionError("a training ends with Finished")
