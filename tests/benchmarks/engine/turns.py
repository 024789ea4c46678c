"""One cell measured in turns: the engines one after the other, ours between any two others."""

from collections.abc import Iterator
from statistics import mean

from .budget import Slice
from .cells import Cell
from .results import Measured
from .workers import EngineError, Worker


def is_own(engine: str) -> bool:
    """Whether an engine is one of ours."""
    return engine.startswith("zmlp")


def order(engines: list[str], turn: int) -> list[str]:
    """Who is measured in a turn: the others in a rotated order, and all of ours after each.

    Which of ours comes first changes from turn to turn, too.
    """
    own = [engine for engine in engines if is_own(engine)]
    peers = [engine for engine in engines if not is_own(engine)]
    if not peers:
        return own
    start = turn % len(peers)
    if turn % 2:
        own = own[::-1]
    return [each for peer in peers[start:] + peers[:start] for each in (peer, *own)]


def measure(cell: Cell, team: dict[str, Worker], turns: int, length: Slice) -> Measured:
    """All turns of a cell; an engine that breaks is left out, and why is told."""
    measured = Measured(cell)
    ready = []
    for engine, worker in team.items():
        if engine == "products" and not cell.has_products:
            continue
        try:
            measured.variants[engine] = worker.prepare(cell, _seconds(engine, length))
            measured.speeds[engine] = []
            ready.append(engine)
        except EngineError as error:
            measured.failures[engine] = str(error)
    for turn in range(turns):
        speeds: dict[str, list[float]] = {}
        for engine, speed in _one_turn(order(ready, turn), team, measured, length):
            speeds.setdefault(engine, []).append(speed)
        for engine, found in speeds.items():
            measured.speeds[engine].append(mean(found))
    return measured


def _one_turn(
    engines: list[str], team: dict[str, Worker], measured: Measured, length: Slice
) -> Iterator[tuple[str, float]]:
    for engine in engines:
        if engine in measured.failures:
            continue
        try:
            learned = team[engine].run(_seconds(engine, length))
        except EngineError as error:
            measured.failures[engine] = str(error)
            continue
        yield engine, learned.digits / learned.seconds


def _seconds(engine: str, length: Slice) -> float:
    return length.own if is_own(engine) else length.peer
