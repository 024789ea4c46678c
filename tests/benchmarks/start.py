"""From the start of the process to the first paint of the whole window, and its memory at rest."""

import json
import subprocess
import sys
from collections.abc import Iterator
from statistics import median
from time import time

from .report import Figure, say

REPEATS, QUICK_REPEATS = 7, 2


def measure(quick: bool) -> Iterator[Figure]:
    """Several starts, the files already in the system's memory after the first."""
    repeats = QUICK_REPEATS if quick else REPEATS
    say(f"  {repeats} starts")
    opened = [_open() for _ in range(repeats)]
    seconds = [painted for painted, _ in opened]
    note = f"the first {seconds[0]:.2f}, the median of {repeats}"
    yield Figure("process start to first paint", median(seconds), "s", note=note)
    yield Figure("memory of the idle window", median(memory for _, memory in opened), "MB")


def _open() -> tuple[float, float]:
    """Seconds to the first paint, and megabytes at rest."""
    started = time()
    command = [sys.executable, "-m", f"{__package__}.opened"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    told = json.loads(done.stdout)
    return told["painted"] - started, told["megabytes"]
