"""What a command prints: JSON objects for programs, or lines and tables for people."""

import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

# rich is imported where it is used: the window prints nothing and starts without it.


def print_json(**values: object) -> None:
    """Print one JSON object on a line of its own, at once."""
    print(json.dumps(values, allow_nan=False), flush=True)


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


def confusion_table(confusion: list[list[int]], class_names: tuple[str, ...]) -> "Table":
    """A confusion matrix as a table: a row for each right class, a column for each answer."""
    from rich.table import Table

    table = Table("right", *class_names, title="answered", title_justify="left", box=None)
    for column in table.columns:
        column.justify = "right"
    for index, row in enumerate(confusion):
        cells = [
            f"[bold]{count}[/]" if index == answer else str(count or "·")
            for answer, count in enumerate(row)
        ]
        table.add_row(class_names[index], *cells)
    return table
