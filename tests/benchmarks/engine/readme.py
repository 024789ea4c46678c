"""The table of the README: what ran where, and how many times as fast ours is as the best peer."""

import itertools
from collections.abc import Iterator
from pathlib import Path

from core.machine import sentence
from core.marked_text import put_between

from .cells import OPTIMIZERS, THREADS, Cell
from .race_table import race_lines
from .results import Measured, Results
from .targets import targets

BEGIN, END = "<!-- engine: made by make bench-engine -->", "<!-- /engine -->"
PLOT = Path("assets/readme/engine.svg")
NAMES = {"momentum": "momentum", "adam": "Adam"}
# Short, for the cells of the table.
INITIALS = {"torch": "T", "jax": "J", "sklearn": "S"}


def put_into(path: Path, results: Results) -> None:
    """Replace what stands between the marks.

    Raises
    ------
    SaveError
        The file lacks the marks.
    """
    put_between(path, BEGIN, END, markdown(results))


def markdown(results: Results) -> Iterator[str]:
    """The lines of the section."""
    yield f"![Speed of zmlp and three libraries beside the fastest of them]({PLOT.as_posix()})"
    yield ""
    yield f"Measured on {sentence(results.machine)}."
    yield ""
    yield (
        "Digits learned a second by zmlp, divided by those of the fastest of PyTorch (T), JAX (J) "
        "and scikit-learn (S), whose letter stands behind: numpy alone, then the compiled loop "
        "of the extra `fast` (ᶜ). Every process keeps to the same cores; "
        f"medians of {results.machine.get('turns', '?')} turns."
    )
    yield ""
    yield from speed_table(results.measured)
    if results.races:
        yield ""
        yield from race_lines(results.races)
    yield ""
    for target in targets(results):
        yield f"- {'met' if target.met else '**missed**'}: {target.words} ({target.found})"


def speed_table(measured: list[Measured]) -> Iterator[str]:
    """A line for each network and minibatch, a column for each optimizer and number of threads."""
    known = {each.cell: each for each in measured}
    columns = [
        (optimizer, threads)
        for optimizer, threads in itertools.product(OPTIMIZERS, THREADS)
        if any((cell.optimizer, cell.threads) == (optimizer, threads) for cell in known)
    ]
    heads = [
        f"{NAMES[optimizer]}, {threads} thread{'s' * (threads > 1)}"
        for optimizer, threads in columns
    ]
    yield f"| network | minibatch | {' | '.join(heads)} |"
    yield "|---|--:|" + "--:|" * len(heads)
    for hidden, minibatch in sorted({(cell.hidden, cell.minibatch) for cell in known}, key=_size):
        found = [known.get(Cell(hidden, minibatch, *column)) for column in columns]
        net = next(each.cell.net for each in found if each)
        yield f"| {net} | {minibatch} | {' | '.join(map(_ratio, found))} |"


def _size(row: tuple[tuple[int, ...], int]) -> tuple[int, int]:
    hidden, minibatch = row
    return Cell(hidden, minibatch, "momentum", 1).weights, minibatch


def _ratio(each: Measured | None) -> str:
    """Pure numpy's ratio, and the compiled kernel's behind it where there is one."""
    if each is None or each.best_peer is None:
        return ""
    parts = [
        f"{ratio:.2f}{mark}"
        for engine, mark in (("zmlp", ""), ("zmlp-compiled", "ᶜ"))
        if (ratio := each.ratio(engine)) is not None
    ]
    return f"{' / '.join(parts)} {INITIALS[each.best_peer]}"
