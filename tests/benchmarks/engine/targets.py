"""What the engine is to reach, and whether it did, a line each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

from .cells import WIDE, Cell
from .race_table import groups, seconds
from .races import MEMORY, SOONER, SOONER_AT, Race
from .results import TITLES, Measured, Results

# At least as fast as the best peer; a little below is a tie.
TIE = 0.97
# Adam at minibatch 1, which must touch every weight.
ADAM_ALONE = 0.5
# In the median over networks up to SMALL neurons.
SMALL, SMALL_MEDIAN = 100, 1.3
# Share of the products' speed that a wide network reaches, by minibatch.
OF_PRODUCTS = {512: 0.92, 128: 0.75}


@dataclass(frozen=True)
class Target:
    """One line of the summary.

    Attributes
    ----------
    words : str
        What is asked for.
    met : bool
        Whether it is.
    found : str
        What was measured.
    """

    words: str
    met: bool
    found: str


def targets(results: Results) -> Iterator[Target]:
    """Every target that something was measured for."""
    yield from _cells(results.measured)
    yield from _small(results.measured)
    for minibatch, share in OF_PRODUCTS.items():
        yield from _products(results.measured, minibatch, share)
    yield from _races(results.races)
    yield from _memory(results.races)


def _cells(measured: list[Measured]) -> Iterator[Target]:
    groups: list[tuple[str, float, Callable[[Cell], bool], bool]] = [
        ("minibatch 10 and more, the best of ours", TIE, lambda cell: cell.minibatch > 1, True),
        ("minibatch 10 and more, numpy alone", TIE, lambda cell: cell.minibatch > 1, False),
        (
            "minibatch 1, momentum, the best of ours",
            TIE,
            lambda cell: cell.minibatch == 1 and cell.optimizer == "momentum",
            True,
        ),
        (
            "minibatch 1, Adam, the best of ours",
            ADAM_ALONE,
            lambda cell: cell.minibatch == 1 and cell.optimizer == "adam",
            True,
        ),
    ]
    for words, least, belongs, any_of_ours in groups:
        found = {}
        for each in measured:
            ratio = each.ratio(each.best_own if any_of_ours else "zmlp")
            if belongs(each.cell) and ratio is not None:
                found[each.cell.name] = ratio
        if not found:
            continue
        met = sum(ratio >= least for ratio in found.values())
        worst = min(found, key=lambda name: found[name])
        yield Target(
            f"each cell at least {least:g} × the best peer ({words})",
            met == len(found),
            f"{met} of {len(found)} cells; least {found[worst]:.2f} ({worst})",
        )


def _small(measured: list[Measured]) -> Iterator[Target]:
    small = [each for each in measured if max(each.cell.hidden) <= SMALL]
    for words, any_of_ours in (("the best of ours", True), ("numpy alone", False)):
        ratios = [
            ratio
            for each in small
            if (ratio := each.ratio(each.best_own if any_of_ours else "zmlp")) is not None
        ]
        if ratios:
            middle = median(ratios)
            yield Target(
                f"median over networks up to 784-{SMALL}-10 at least {SMALL_MEDIAN:g} ({words})",
                middle >= SMALL_MEDIAN,
                f"{middle:.2f} over {len(ratios)} cells",
            )


def _products(measured: list[Measured], minibatch: int, share: float) -> Iterator[Target]:
    found = {
        each.cell.name: ratio
        for each in measured
        if each.cell.minibatch == minibatch
        and min(each.cell.hidden) >= WIDE
        and (ratio := each.ratio(each.best_own, "products")) is not None
    }
    if found:
        worst = min(found, key=lambda name: found[name])
        yield Target(
            f"wide networks at minibatch {minibatch}: at least {100 * share:.0f} % of the products",
            found[worst] >= share,
            f"{100 * found[worst]:.0f} to {100 * max(found.values()):.0f} % (least: {worst})",
        )


def _races(runs: list[Race]) -> Iterator[Target]:
    found = groups(runs)
    for (goal, engine), ours in found.items():
        if engine != "zmlp":
            continue
        limit = ours[0].limit
        took = seconds(ours)
        slowest = max(each.seconds for each in ours)
        least = min(each.percent for each in ours)
        yield Target(
            f"{goal:g} % of the test digits within {limit:g} s of the start",
            took <= limit,
            f"{median(each.seconds for each in ours):.1f} s, at most {slowest:.1f}; "
            f"least {least:.2f} %, {len(ours)} seeds",
        )
        for (other_goal, other), theirs in found.items():
            if other != engine and other_goal == goal == SOONER_AT:
                times = median(each.seconds for each in theirs) / took
                words = f"{goal:g} % at least {SOONER:g} times sooner than {TITLES[other]}"
                yield Target(words, times >= SOONER, f"{times:.1f} times")


def _memory(runs: list[Race]) -> Iterator[Target]:
    for each in runs:
        if not each.goal:
            words = f"`fast` on all of MNIST in {MEMORY:g} MB for the whole process"
            yield Target(words, each.memory <= MEMORY, f"{each.memory:.0f} MB at the peak")
