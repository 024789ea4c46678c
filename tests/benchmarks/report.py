"""Figures with their limits, and the table that shows whether they hold."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One figure that was measured.

    Attributes
    ----------
    what : str
        What it is of.
    value : float
        In `unit`: µs, ms, s, %, times, digits/s, MB or Hz.
    at_most, at_least : float or None
        Its limit; a figure without one is only told.
    note : str
        What helps to judge it.
    """

    what: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether it keeps its limit; None where there is none."""
        if self.at_most is not None:
            return self.value <= self.at_most
        return None if self.at_least is None else self.value >= self.at_least

    @property
    def limit(self) -> str:
        """The limit as text."""
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return "" if self.at_least is None else f"≥ {self.at_least:g}"


def say(words: str) -> None:
    """Tell what is measured now."""
    print(words, file=sys.stderr, flush=True)


def table(title: str, figures: Iterable[Figure]) -> Table:
    """The figures of one benchmark, a line each."""
    made = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for heading in ("figure", "measured", "unit", "limit", "holds", "note"):
        made.add_column(heading, justify="right" if heading == "measured" else "left")
    for each in figures:
        holds = {None: "", True: "yes", False: "NO"}[each.holds]
        made.add_row(each.what, _number(each), each.unit, each.limit, holds, each.note)
    return made


def show(tables: Iterable[Table]) -> None:
    """Print tables; a terminal's width where there is one, else as wide as they need to be."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=160)
    for each in tables:
        console.print(each)
        console.print()


def _number(figure: Figure) -> str:
    if figure.unit == "digits/s":
        return f"{figure.value:,.0f}"
    return f"{figure.value:.1f}" if figure.value >= 20.0 else f"{figure.value:.2f}"
