"""How soon pause, stop, step, learning rate and pace act, on a network whose minibatches are long.

Each is called in the GUI thread at an arbitrary moment of a run at full speed. Its effect is seen
in the training thread: for pause, stop and a slower pace the end of the last minibatch that was
still learned, for a step, a faster pace and a new learning rate the end of the first minibatch
that obeyed. So the time counts up to two whole minibatches besides what the program adds.
"""

from collections.abc import Callable, Iterator
from random import Random
from time import perf_counter

from core.datasets import DEFAULT_DATA
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui.gate import FULL, SLOW
from zmlp_gui.window import Window

from . import stage
from .marks import TimedHistory, keep_history_in
from .report import Figure, say

LIMIT = 100.0
REPEATS, QUICK_REPEATS = 12, 1
# An evaluation comes once in an epoch, so that each repeat takes as long.
REPEATS_IN_EVALUATION = 3
NETWORK = NetworkSpec(hidden=(1000, 500))
TRAINING = TrainingSpec(batch_size=512, learning_rate=0.01, epochs=1000)
# Seconds within which everything has acted that acts at all; less than a step of slow motion.
OBSERVED = 0.3


def measure(quick: bool) -> Iterator[Figure]:
    """The longest time of each control, for the embedded digits and all of MNIST."""
    keep_history_in(TimedHistory)
    repeats = QUICK_REPEATS if quick else REPEATS
    with stage.open_window() as window:
        for data in stage.data_sets()[:: -1 if quick else 1][: 1 if quick else None]:
            controls = Controls(window, data)
            for name, once in controls.all().items():
                say(f"  {name} on {data}")
                yield _longest(f"{name}, {data}", once, repeats)
            if not quick and data != DEFAULT_DATA:
                say(f"  pause in an evaluation on {data}")
                what = f"pause in an evaluation, {data}"
                yield _longest(what, controls.pause_in_evaluation, REPEATS_IN_EVALUATION)
            yield Figure(f"a minibatch, {data}", controls.minibatch(), "ms")
            stage.stop(window)


def _longest(what: str, once: Callable[[], float], repeats: int) -> Figure:
    times = [1000.0 * once() for _ in range(repeats)]
    note = f"on average {sum(times) / len(times):.0f}, of {repeats}"
    return Figure(f"{what}, longest", max(times), "ms", at_most=LIMIT, note=note)


class Controls:
    """Calls each control of a run and waits for its effect; returns the seconds between."""

    def __init__(self, window: Window, data: str) -> None:
        self._window = window
        self._session = window.session
        self._data = data
        self._random = Random(0)

    def all(self) -> dict[str, Callable[[], float]]:
        """What can be called, by name."""
        return {
            "pause": self._pause,
            "step": self._step,
            "learning rate": self._learning_rate,
            "pace, slower": self._slower,
            "pace, faster": self._faster,
            "stop": self._stop,
        }

    def pause_in_evaluation(self) -> float:
        """Pause while the digits of the curve are read; they are many on all of MNIST."""
        self._run_freely()
        stage.wait(lambda: self._history.evaluating)
        return self._until_quiet(self._session.pause)

    def minibatch(self) -> float:
        """Milliseconds of a minibatch of the run under way, on average."""
        self._run_freely()
        before = len(self._history.learned)
        stage.rest(1.0)
        return 1000.0 / max(len(self._history.learned) - before, 1)

    @property
    def _history(self) -> TimedHistory:
        history = self._session.runs[-1].pulled.history
        assert isinstance(history, TimedHistory)
        return history

    def _pause(self) -> float:
        self._run_freely()
        return self._until_quiet(self._session.pause)

    def _step(self) -> float:
        self._run_freely()
        self._session.pause()
        stage.rest(OBSERVED)
        return self._until_learned(self._session.step)

    def _learning_rate(self) -> float:
        self._run_freely()
        rate = self._random.uniform(0.001, 0.02)
        return self._until_learned(lambda: self._session.set_learning_rate(rate), rate)

    def _slower(self) -> float:
        self._run_freely()
        return self._until_quiet(lambda: self._session.set_pace(SLOW))

    def _faster(self) -> float:
        self._run_freely()
        self._session.set_pace(SLOW)
        stage.rest(self._random.uniform(OBSERVED, 2 * OBSERVED))
        return self._until_learned(lambda: self._session.set_pace(FULL))

    def _stop(self) -> float:
        self._run_freely()
        seconds = self._until_quiet(self._session.stop)
        stage.wait(lambda: self._session.state == "idle")
        return seconds

    def _run_freely(self) -> None:
        """A run at full speed, at an arbitrary moment of it."""
        if self._session.state == "idle":
            stage.train(self._window, NETWORK, TRAINING, self._data)
        self._session.set_pace(FULL)
        self._session.resume()
        stage.rest(self._random.uniform(0.1, 0.6))

    def _until_quiet(self, call: Callable[[], object]) -> float:
        """Seconds from the call until the last minibatch; zero where none was under way."""
        called = perf_counter()
        call()
        stage.rest(OBSERVED)
        return max(self._history.learned[-1][0] - called, 0.0)

    def _until_learned(self, call: Callable[[], object], rate: float | None = None) -> float:
        """Seconds from the call until a minibatch is learned, with that learning rate if given."""
        called = perf_counter()
        call()
        stage.wait(lambda: self._first_after(called, rate) is not None)
        learned = self._first_after(called, rate)
        assert learned is not None
        return learned - called

    def _first_after(self, called: float, rate: float | None) -> float | None:
        recent = self._history.learned[-100:]
        times = (time for time, own in recent if time > called and rate in (None, own))
        return next(times, None)
