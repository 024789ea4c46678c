"""The engines' processes as this one sees them: one each, pinned, and only one at work."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .cells import Cell
from .engine import Learned

# Seconds before each measurement. Threads of BLAS and OpenMP spin for a while after their last
# call; by then all of them are asleep.
QUIET = 0.05
# Seconds for a process to end by itself.
FAREWELL = 10.0


class EngineError(Exception):
    """An engine could not do what it was asked for."""


class Worker:
    """The process of one engine.

    Parameters
    ----------
    engine : str
        A name of `worker.ENGINES`.
    threads : int
        Number of cores that it may use: the first ones that this process may.
    data : str
        What it learns from.
    clock : str
        A name of `engine.CLOCKS`.
    """

    def __init__(self, engine: str, threads: int, data: str, clock: str = "wall") -> None:
        job = [engine, str(threads), data, clock]
        command = [sys.executable, "-m", f"{__package__}.worker", *job]
        # Libraries count their threads when they are imported, some from the cores alone.
        with pinned(threads):
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        self.engine = engine
        self.version = ""

    def greet(self) -> bool:
        """Wait until it is up; False where its library is not installed."""
        answer = self._answer()
        self.version = answer.get("version", "")
        return "missing" not in answer

    def prepare(self, cell: Cell, seconds: float) -> str:
        """Get ready to measure a cell; returns the variant that was fastest."""
        return str(self._ask({"prepare": cell.name, "seconds": seconds})["ready"])

    def run(self, seconds: float) -> Learned:
        """Measure for about that long, when the others have come to rest."""
        time.sleep(QUIET)
        answer = self._ask({"run": seconds})
        return Learned(answer["digits"], answer["seconds"])

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin
        self._process.stdin.close()
        try:
            self._process.wait(FAREWELL)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise EngineError(f"{self.engine} has ended") from error
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "it has ended"}
        if "error" in answer:
            raise EngineError(f"{self.engine}: {answer['error']}")
        return answer


@contextmanager
def pinned(threads: int) -> Iterator[None]:
    """Processes that start meanwhile keep to as many cores, where the system can do that."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(cores)[:threads])
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


@contextmanager
def team(
    engines: list[str], threads: int, data: str, clock: str = "wall"
) -> Iterator[dict[str, Worker]]:
    """Processes of all engines whose libraries are there, by name."""
    started = [Worker(engine, threads, data, clock) for engine in engines]
    try:
        yield {worker.engine: worker for worker in started if worker.greet()}
    finally:
        for worker in started:
            worker.close()
