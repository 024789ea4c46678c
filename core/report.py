"""What a command prints: JSON objects for programs, or lines and tables for people."""

import json
import math
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

MISTAKES = 3
"""As many wrong answers are named for a class where not all have room."""

# rich is imported where it is used: the window prints nothing and starts without it.


def print_json(**values: object) -> None:
    """Print one JSON object on a line of its own, at once."""
    print(json.dumps(values, allow_nan=False), flush=True)


def number(value: float) -> float | None:
    """A figure for JSON, which has neither NaN nor infinity."""
    return value if math.isfinite(value) else None


def print_error(message: str) -> None:
    """Print one line to standard error, whatever bytes its file names hold."""
    text = message.encode(sys.stderr.encoding or "utf-8", "backslashreplace").decode()
    print(f"zmlp: {text}", file=sys.stderr, flush=True)


def print_note(message: str) -> None:
    """Print one line to standard error that a person should know, though nothing is wrong."""
    print(f"note: {message}", file=sys.stderr, flush=True)


def console() -> "Console":
    """Where people read; without colours and movement where standard output is no terminal."""
    from rich.console import Console

    return Console(highlight=False)


def confusion_table(
    confusion: list[list[int]], class_names: tuple[str, ...], width: int
) -> "Table":
    """What was answered for each right class.

    Parameters
    ----------
    confusion : list of list of int
        Counts of (right class, answered class).
    class_names : tuple of str
    width : int
        Characters of a line. Where they do not do for a column for each answer, there is a row for
        each right class: how many were read right, and what it was most often taken for.
    """
    columns = zip(class_names, *confusion, strict=True)
    widths = [max(len(str(cell)) for cell in column) + 2 for column in columns]
    if max(map(len, class_names)) + 2 + sum(widths) <= width:
        return _matrix(confusion, class_names)
    return _mistakes(confusion, class_names)


def _matrix(confusion: list[list[int]], class_names: tuple[str, ...]) -> "Table":
    from rich.markup import escape
    from rich.table import Table

    names = [escape(name) for name in class_names]
    table = Table("right", *names, title="answered", title_justify="left", box=None)
    for column in table.columns:
        column.justify = "right"
    for index, row in enumerate(confusion):
        cells = [
            f"[bold]{count}[/]" if index == answer else str(count or "·")
            for answer, count in enumerate(row)
        ]
        table.add_row(names[index], *cells)
    return table


def _mistakes(confusion: list[list[int]], class_names: tuple[str, ...]) -> "Table":
    from rich.markup import escape
    from rich.table import Table

    table = Table("right", "read", "of", "taken for", box=None)
    for column in table.columns[1:3]:
        column.justify = "right"
    for index, row in enumerate(confusion):
        wrong = [answer for answer, count in enumerate(row) if count and answer != index]
        wrong.sort(key=lambda answer: -row[answer])
        words = [f"{class_names[answer]} {row[answer]}" for answer in wrong[:MISTAKES]]
        if len(wrong) > MISTAKES:
            words.append("…")
        cells = f"[bold]{row[index]}[/]", str(sum(row)), escape(", ".join(words))
        table.add_row(escape(class_names[index]), *cells)
    return table
