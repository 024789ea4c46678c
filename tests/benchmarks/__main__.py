"""Measures speed and latency with the real window, and prints each figure beside its limit.

It measures and never fails: a slow or busy machine is no error of the program. Each benchmark runs
in a process of its own. `make bench` runs this.
"""

import argparse
import dataclasses
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import numpy as np
from PyQt6.QtCore import qVersion

from core.datasets import available
from core.threads import default_threads

from .neighbours import busy_seconds, own_seconds
from .report import Figure, say, show, table

BENCHMARKS = {
    "reading": "One reading",
    "deform": "Deformation",
    "pen": "Pen to bars",
    "pace": "Training in the window against the command line",
    "control": "From the call of a control to its effect",
    "busy": "The GUI thread",
    "many_runs": "Fifty earlier runs on the curves",
    "accuracy": "The recipe “fast”",
    "start": "Start and memory",
    "journal": "The journal's networks",
    "large": "Data of 4 GB",
    "preparations": "Preparations compared",
}
# Those that take too long, or too much of the disk, to run unasked.
LONG = ("journal", "large", "preparations")


def main() -> int:
    """Run the benchmarks that were asked for, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--quick", action="store_true", help="less of everything, in a minute")
    parser.add_argument("--json", metavar="FILE", help="write the figures to a file, too")
    parser.add_argument("--kept", metavar="FILE", help="where journal keeps its finished runs")
    options = parser.parse_args()
    unknown = set(options.names) - BENCHMARKS.keys()
    if unknown:
        parser.error(f"there is no benchmark {min(unknown)}; there are {', '.join(BENCHMARKS)}")
    measured = {
        name: run(name, options.quick, options.kept if name == "journal" else None)
        for name in BENCHMARKS
        if name in (options.names or BENCHMARKS.keys() - LONG)
    }
    print(machine())
    show(table(BENCHMARKS[name], figures) for name, figures in measured.items())
    if options.json:
        _write(Path(options.json), measured)
    return 0


def run(name: str, quick: bool, kept: str | None = None) -> list[Figure]:
    """One benchmark in a process of its own; what it measured before it broke off, if it did."""
    say(f"{BENCHMARKS[name]} ({name})")
    started, busy, own = perf_counter(), busy_seconds(), own_seconds()
    command = [sys.executable, "-m", f"{__package__}.alone", name, *(["--quick"] if quick else [])]
    if kept:
        command += ["--kept", kept]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    elapsed = perf_counter() - started
    others = (busy_seconds() - busy - (own_seconds() - own)) / (elapsed * (os.cpu_count() or 1))
    say(f"  {elapsed:.0f} s" + (" - broke off" if done.returncode else ""))
    figures = [Figure(**json.loads(line)) for line in done.stdout.splitlines()]
    # Beside busy neighbours the other figures say little.
    return [*figures, Figure("processors busy with other programs", 100.0 * others, "%")]


def machine() -> str:
    """What it ran on, in a line."""
    found = [each.name for each in available() if each.found]
    screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or "off-screen"
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {default_threads()} for BLAS, "
        f"screen {screen}, data {', '.join(found)}; Python {platform.python_version()}, "
        f"numpy {np.__version__}, Qt {qVersion()}\n"
    )


def _write(path: Path, measured: dict[str, list[Figure]]) -> None:
    figures = {
        name: [dataclasses.asdict(each) | {"holds": each.holds} for each in each_list]
        for name, each_list in measured.items()
    }
    path.write_text(
        json.dumps({"machine": machine().strip(), "figures": figures}, indent=1), "utf-8"
    )


if __name__ == "__main__":
    sys.exit(main())
