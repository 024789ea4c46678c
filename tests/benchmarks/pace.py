"""Training in the window against the command line: the part of its speed that is left.

Both learn the same digits with the same settings and threads at full speed, in turns: the command
line, the window that nobody touches (a drawing on the canvas, bars and curves live), the window in
which someone draws without pause. Speed is counted from the end of one evaluation to the end of a
later one, so that each turn has its exact share of them. `mnist-5k`, because its epochs are short.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from core.datasets import DEFAULT_DATA
from core.recipes import RECIPES
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui.window import Window

from . import stage
from .hand import Hand
from .headless import speed_without_window
from .marks import MarkedHistory, enough, keep_history_in, speed
from .report import Figure, say

# Turns of each kind and seconds of each turn.
TURNS, SECONDS = 4, 3.0
QUICK_TURNS, QUICK_SECONDS = 1, 1.0


@dataclass(frozen=True)
class Case:
    """A network and its training, and the shares of speed (%) that are to be left."""

    name: str
    network: NetworkSpec
    training: TrainingSpec
    untouched: float
    drawing: float


def cases() -> list[Case]:
    """A small network, whose minibatches are over before the window can do anything, and larger."""
    plain = TrainingSpec(learning_rate=0.01)
    return [
        Case("784-128-10 at 32", NetworkSpec(hidden=(128,)), plain, 92.0, 75.0),
        Case(
            "784-256-10 at 64 (fast)",
            RECIPES["fast"].network,
            RECIPES["fast"].training,
            95.0,
            85.0,
        ),
        Case(
            "784-512-512-10 at 128",
            NetworkSpec(hidden=(512, 512)),
            plain.replace(batch_size=128),
            95.0,
            85.0,
        ),
        Case(
            "784-1000-500-10 at 256",
            NetworkSpec(hidden=(1000, 500)),
            plain.replace(batch_size=256),
            95.0,
            85.0,
        ),
    ]


def measure(quick: bool) -> Iterator[Figure]:
    """For each case the ratio of the window's speed to the command line's."""
    keep_history_in(MarkedHistory)
    turns, seconds = (QUICK_TURNS, QUICK_SECONDS) if quick else (TURNS, SECONDS)
    with stage.open_window() as window:
        hand = Hand(window.canvas, stage.drawings())
        for case in cases()[:: 3 if quick else 1]:
            yield from _compare(window, hand, case, turns, seconds)


def _compare(
    window: Window, hand: Hand, case: Case, turns: int, seconds: float
) -> Iterator[Figure]:
    training = case.training.replace(epochs=_epochs(case, seconds))
    alone: list[float] = []
    untouched: list[float] = []
    drawing: list[float] = []
    for turn in range(turns):
        say(f"  {case.name}, turn {turn + 1} of {turns}")
        alone.append(
            speed_without_window(case.network, training, DEFAULT_DATA, stage.SETTLING, seconds)
        )
        untouched.append(_in_window(window, case.network, training, seconds))
        with_hand = _in_window(window, case.network, training, seconds, hand)
        drawing.append(with_hand)
    yield Figure(f"{case.name}: command line", median(alone), "digits/s")
    yield _share(f"{case.name}: window, nobody draws", alone, untouched, case.untouched)
    yield _share(f"{case.name}: window, someone draws", alone, drawing, case.drawing)


def _epochs(case: Case, seconds: float) -> int:
    """As many as make a run of three times the seconds, so that its curves look as usual."""
    endless = case.training.replace(epochs=10_000)
    rate = speed_without_window(case.network, endless, DEFAULT_DATA, 0.2, 0.8)
    return max(3, round(3.0 * (seconds + 2 * stage.SETTLING) * rate / 3600))


def _in_window(
    window: Window,
    network: NetworkSpec,
    training: TrainingSpec,
    seconds: float,
    hand: Hand | None = None,
) -> float:
    """Digits a second in the window."""
    stage.train(window, network, training, DEFAULT_DATA)
    if hand is not None:
        hand.start()
    pulled = window.session.runs[-1].pulled
    history = pulled.history
    assert isinstance(history, MarkedHistory)
    begin = perf_counter()
    stage.rest(seconds)
    stage.wait(lambda: enough(history.marks, begin))
    marks = list(history.marks)
    if hand is not None:
        hand.stop()
    stage.stop(window)
    return speed(marks, pulled.training, begin)


def _share(what: str, alone: list[float], window: list[float], limit: float) -> Figure:
    """The median of the turns' ratios: what changes slowly on the machine falls out of it."""
    ratios = [100.0 * mine / theirs for mine, theirs in zip(window, alone, strict=True)]
    note = f"{median(window):,.0f} digits/s; turns {min(ratios):.0f} to {max(ratios):.0f}"
    return Figure(what, median(ratios), "%", at_least=limit, note=note)
