"""Measures the engine against PyTorch, JAX and scikit-learn, cell by cell and in turns.

    python -m tests.benchmarks.engine [--quick] [--cells 784-512-512-10:10:momentum:1,*:128]

It measures and never fails. `make bench-engine` installs the peers and runs it.
"""

import argparse
import sys
from pathlib import Path
from time import perf_counter

from rich.console import Console

from core import machine
from core.datasets import available

from .budget import slice_for
from .cells import Cell, all_cells, chosen, quick_cells
from .engine import CLOCKS
from .plot import draw
from .races import fast_memory, races
from .readme import PLOT, put_into
from .results import OWN, PEERS, TITLES, Measured, Results
from .tables import table
from .targets import targets
from .turns import is_own, measure
from .workers import team

ENGINES = (*OWN, *PEERS, "products")
# Minutes and turns, of all and of `--quick`.
MINUTES, QUICK_MINUTES = 52.0, 4.5
TURNS, QUICK_TURNS = 5, 3
# Runs to each accuracy, where nothing else is asked for.
RACES = 3
CHECKOUT = Path(__file__).parents[3]


def main() -> int:
    """Measure what was asked for, and show it."""
    options = _options()
    results = Results.load(options.resume) if options.resume else Results()
    results.machine = machine.describe() | {
        "versions": results.machine.get("versions", {}),
        "turns": options.turns,
        "data": options.data,
        "clock": options.clock,
    }
    file = options.json or options.resume
    measure_cells(results, options, file)
    if options.races and not results.races:
        for run in races(options.races, options.data, options.engines):
            _say(f"{run.goal:g} %: {run.engine} {run.seconds:.1f} s, {run.percent:.2f} %")
            results.races.append(run)
        results.races.append(fast_memory(options.data))
    if file:
        results.save(file)
    show(results)
    if options.readme:
        (CHECKOUT / PLOT).write_text(draw(results.measured), "utf-8")
        put_into(CHECKOUT / "README.md", results)
    return 0


def measure_cells(results: Results, options: argparse.Namespace, file: Path | None) -> None:
    """Measure the cells that are missing, those of one number of threads after the other."""
    cells = results.missing(options.cells)
    deadline = perf_counter() + 60 * options.minutes
    for threads in sorted({cell.threads for cell in cells}):
        with team(options.engines, threads, options.data, options.clock) as workers:
            names = {TITLES[name]: worker.version for name, worker in workers.items()}
            results.machine["versions"] |= names
            own = sum(map(is_own, workers))
            for cell in [cell for cell in cells if cell.threads == threads]:
                left = results.missing(cells)
                seconds = deadline - perf_counter()
                length = slice_for(left, seconds, options.turns, len(workers) - own, own)
                measured = measure(cell, workers, options.turns, length)
                results.measured.append(measured)
                _tell(measured)
                if file:
                    results.save(file)


def show(results: Results) -> None:
    """Print the table and what of the targets is met."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=200)
    console.print(machine.sentence(results.machine), "\n")
    console.print(table(results))
    console.print()
    for target in targets(results):
        console.print(f"{'met   ' if target.met else 'MISSED'}  {target.words}: {target.found}")


def _tell(measured: Measured) -> None:
    """A line on the way, and what went wrong."""
    ratio, peer = measured.ratio("zmlp"), measured.best_peer
    words = [f"{measured.cell.name:40}"]
    for engine in ENGINES:
        speed = measured.speed(engine)
        if speed is not None:
            words.append(f"{TITLES[engine]} {speed:,.0f}")
    if ratio is not None and peer:
        words.append(f"{ratio:.2f} × {TITLES[peer]}")
    words += measured.failures.values()
    _say("  ".join(words))


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.engine",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="fewer cells, in five minutes")
    parser.add_argument(
        "--cells", metavar="PATTERNS", help="NET:MINIBATCH:OPTIMIZER:THREADS, * for any of them"
    )
    parser.add_argument("--engines", metavar="NAMES", help=", ".join(ENGINES))
    parser.add_argument("--turns", type=int, help="how often each engine is measured")
    parser.add_argument("--minutes", type=float, help="how long all of it may take")
    parser.add_argument(
        "--clock",
        default="wall",
        choices=tuple(CLOCKS),
        help="cpu: processor time, for one thread on a busy machine",
    )
    parser.add_argument("--data", default="mnist", help="what is learned (default: mnist)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all turns to a file")
    parser.add_argument(
        "--resume", type=Path, metavar="FILE", help="go on with a file of results, and write to it"
    )
    parser.add_argument(
        "--races", type=int, metavar="SEEDS", help="measure the time to accuracy so many times"
    )
    parser.add_argument("--readme", action="store_true", help="put table and plot into the README")
    options = parser.parse_args()
    options.turns = options.turns or (QUICK_TURNS if options.quick else TURNS)
    if options.races is None:
        options.races = 0 if options.quick or options.cells else RACES
    options.minutes = options.minutes or (QUICK_MINUTES if options.quick else MINUTES)
    options.engines = options.engines.split(",") if options.engines else list(ENGINES)
    if unknown := set(options.engines) - set(ENGINES):
        parser.error(f"there is no engine {min(unknown)}; there are {', '.join(ENGINES)}")
    found = {each.name for each in available() if each.found}
    if options.data not in found and not Path(options.data).is_dir():
        parser.error(f"the digits {options.data} are not here; set ZMLP_DATA to their folder")
    try:
        options.cells = _cells(options)
    except ValueError as error:
        parser.error(str(error))
    return options


def _cells(options: argparse.Namespace) -> list[Cell]:
    if options.cells:
        return chosen(options.cells)
    return quick_cells() if options.quick else all_cells()


if __name__ == "__main__":
    sys.exit(main())
