"""Times to accuracy and memory, summed up."""

import math
from collections.abc import Iterator
from statistics import median

from .races import Race
from .results import TITLES


def groups(runs: list[Race]) -> dict[tuple[float, str], list[Race]]:
    """The runs of each goal and library, in the order in which they came."""
    found: dict[tuple[float, str], list[Race]] = {}
    for each in runs:
        if each.goal:
            found.setdefault((each.goal, each.engine), []).append(each)
    return found


def seconds(runs: list[Race]) -> float:
    """The median time of runs; infinite where not all of them reached the goal."""
    reached = all(each.percent >= each.goal for each in runs)
    return median(each.seconds for each in runs) if reached else math.inf


def race_lines(runs: list[Race]) -> Iterator[str]:
    """A table in Markdown: goal, library, seconds, accuracies."""
    yield "| test digits right | library | seconds from process start | reached |"
    yield "|--:|---|--:|---|"
    for (goal, engine), found in groups(runs).items():
        times = f"{median(each.seconds for each in found):.1f}"
        accuracies = ", ".join(f"{each.percent:.2f}" for each in found)
        yield f"| {goal:g} % | {TITLES[engine]} | {times} | {accuracies} % |"
