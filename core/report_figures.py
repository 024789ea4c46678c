"""The figures of a report, and the tables that people, programs and the README get of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

DECIMALS = {"%": 2, "points": 2, "ms": 1}
MISSING = "–"


@dataclass(frozen=True)
class Figure:
    """One figure of one network.

    Attributes
    ----------
    what : str
        What it is of, in a few words.
    on : str
        What it was measured on: the set and its size.
    value : int, float or str
        Counts are whole numbers; words stand as they are.
    unit : str
        `%` (value from 0 to 100), `points`, `ms` or nothing.
    note : str
        What must be known beside it.
    """

    what: str
    on: str
    value: int | float | str
    unit: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """Value and unit; a star where there is a note."""
        if isinstance(self.value, str):
            shown = self.value
        elif isinstance(self.value, int):
            shown = f"{self.value:,}"
        else:
            shown = f"{self.value:.{DECIMALS[self.unit]}f}"
        # What is rounded to nothing has no sign.
        if shown.startswith("-") and not shown.strip("-0."):
            shown = shown[1:]
        shown = shown.replace("-", "−") if not isinstance(self.value, str) else shown
        return f"{shown}{' ' * bool(self.unit)}{self.unit}{' *' * bool(self.note)}"


@dataclass(frozen=True)
class Measured:
    """A part of the report.

    Attributes
    ----------
    name, title : str
    figures : dict of str to list of Figure
        By the name of the network.
    """

    name: str
    title: str
    figures: dict[str, list[Figure]]

    def rows(self) -> Iterator[tuple[str, str, list[str]]]:
        """What each figure was measured on, what it is of, and what it is for each network."""
        known = {
            model: {(each.on, each.what): each for each in figures}
            for model, figures in self.figures.items()
        }
        keys = dict.fromkeys(key for figures in known.values() for key in figures)
        for on, what in keys:
            found = [figures.get((on, what)) for figures in known.values()]
            yield on, what, [each.text if each else MISSING for each in found]

    def notes(self) -> list[str]:
        """What must be known beside the figures with a star."""
        every = (each.note for figures in self.figures.values() for each in figures)
        return [note for note in dict.fromkeys(every) if note]


def tables(measured: Measured) -> Iterator["str | Table"]:
    """A part for people: each set, and below it a table with a line a figure."""
    from rich.markup import escape
    from rich.table import Table

    rows = list(measured.rows())
    models = list(measured.figures)
    # One width for all sets, so that a network's figures stand below each other.
    words = max((len(what) for _, what, _ in rows), default=0)
    widths = [
        max(len(cell) for cell in column)
        for column in zip(models, *(texts for _, _, texts in rows), strict=True)
    ]
    yield f"[bold]{escape(measured.title)}[/] ({measured.name})"
    for number, (on, group) in enumerate(groupby(rows, key=lambda row: row[0])):
        if on:
            yield escape(on)
        made = Table(box=None, show_header=not number, pad_edge=False)
        made.add_column("", min_width=words)
        for model, width in zip(models, widths, strict=True):
            made.add_column(escape(model), justify="right", min_width=width)
        for _, what, texts in group:
            made.add_row(escape(what), *map(escape, texts))
        yield made
    for note in measured.notes():
        yield f"* {escape(note)}"
    yield ""


def markdown(parts: Sequence[Measured]) -> Iterator[str]:
    """All parts as one table of Markdown, with their notes below it."""
    models = list(dict.fromkeys(model for part in parts for model in part.figures))
    yield _line(["measured on", "", *models])
    yield "|---|---|" + "--:|" * len(models)
    for part in parts:
        before = ""
        for on, what, texts in part.rows():
            cells = ["" if on == before else on, what, *texts]
            yield _line(cells)
            before = on
    notes = list(dict.fromkeys(note for part in parts for note in part.notes()))
    for note in notes:
        yield ""
        yield f"\\* {note}"


def _line(cells: Sequence[str]) -> str:
    """A line of a table; bars and stars are no marks of Markdown in it."""
    plain = [cell.replace("|", "\\|").replace("*", "\\*") for cell in cells]
    return "|" + "".join(f" {cell} |" if cell else " |" for cell in plain)
