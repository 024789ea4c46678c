"""When things happened in the training thread, noted by the history that the worker keeps."""

from dataclasses import dataclass
from time import perf_counter

from core.events import BatchDone, Evaluated, Evaluating, Event
from core.history import History
from core.training import Training
from zmlp_gui import training_worker

# Evaluations from the first to the last of which a speed is counted, at least.
ENOUGH = 4


@dataclass(frozen=True)
class Mark:
    """A moment, as `perf_counter` has it, and the number of minibatches learned by then."""

    time: float
    step: int


class MarkedHistory(History):
    """A history that notes when each evaluation ended, which costs a run nothing.

    Attributes
    ----------
    marks : list of Mark
        The ends of evaluations: the same places of a run, wherever it is pulled.
    """

    def __init__(self) -> None:
        super().__init__()
        self.marks: list[Mark] = []

    def append(self, event: Event) -> None:
        super().append(event)
        if isinstance(event, Evaluated):
            self.marks.append(Mark(perf_counter(), event.step))


class TimedHistory(History):
    """A history that notes when each minibatch was learned.

    Attributes
    ----------
    learned : list of (float, float)
        The time at which each minibatch was done, and its learning rate.
    evaluating : bool
        Whether an evaluation is under way.
    """

    def __init__(self) -> None:
        super().__init__()
        self.learned: list[tuple[float, float]] = []
        self.evaluating = False

    def append(self, event: Event) -> None:
        super().append(event)
        self.evaluating = isinstance(event, Evaluating)
        if isinstance(event, BatchDone):
            self.learned.append((perf_counter(), event.learning_rate))


def keep_history_in(kind: type[History]) -> None:
    """Let the worker keep the histories of runs to come in that kind."""
    training_worker.History = kind  # type: ignore[misc]


def enough(marks: list[Mark], begin: float) -> bool:
    """Whether there are as many since a moment as `speed` needs."""
    return len(marks) >= ENOUGH and marks[-ENOUGH].time >= begin


def speed(marks: list[Mark], training: Training, begin: float) -> float:
    """Digits learned in a second between the first and the last evaluation since a moment."""
    since = [mark for mark in marks if mark.time >= begin]
    first, last = since[0], since[-1]
    digits = len(training.digits.training) / training.minibatches.per_epoch
    return digits * (last.step - first.step) / (last.time - first.time)
