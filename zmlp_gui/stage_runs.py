"""The journal's networks on a stage: one after the other, or one against the one before."""

import dataclasses
from typing import NamedTuple

import numpy as np
from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from core.datasets import DEFAULT_DATA
from core.recipes import RECIPES, Recipe
from zmlp_gui.gate import WATCH
from zmlp_gui.plot.curve_data import Series
from zmlp_gui.runs import Run
from zmlp_gui.session import IDLE, PAUSED, RUNNING, Session
from zmlp_gui.words import tr

JOURNAL = tuple(recipe for name, recipe in RECIPES.items() if name.startswith("journal-"))


class _Heat(NamedTuple):
    """A network to train, and the one whose curve it is to beat."""

    recipe: Recipe
    rival: Recipe | None = None


class StageRuns(QObject):
    """Trains the journal's networks in turn, on the embedded digits, so that one can watch.

    The worker trains one network at a time. In a race the rival's curve was therefore recorded
    before; it grows again beside the new one, epoch by epoch.

    Signals
    -------
    began : Run, Run or None
        A run, and its rival's; no other curve is to be seen.
    raced : Run, Series
        The rival, and its evaluations as far as the other run has come.
    told : str
        A sentence about the network that begins.
    """

    began = pyqtSignal(object, object)
    raced = pyqtSignal(object, object)
    told = pyqtSignal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._latest = -1
        self._heats: list[_Heat] = []
        self._coming: _Heat | None = None
        self._now: tuple[Recipe, Run] | None = None
        self._must_stop = False
        self._done: dict[str, Run] = {}
        self._rival: Run | None = None
        session.run_started.connect(self._begin)
        session.run_changed.connect(self._follow)
        session.run_finished.connect(self._end)
        session.training_failed.connect(self._fail)
        session.state_changed.connect(self._state_changed)

    @property
    def busy(self) -> bool:
        """Whether a network of the journal is trained or about to be."""
        return self._coming is not None or bool(self._heats) or self._session.state != IDLE

    def train_next(self) -> None:
        """Train the journal's next network."""
        self._latest = (self._latest + 1) % len(JOURNAL)
        self._order([_Heat(JOURNAL[self._latest])])

    def race(self) -> None:
        """Train the next network against the one before, which is trained first if need be."""
        before = JOURNAL[max(self._latest, 0)]
        self._latest = (max(self._latest, 0) + 1) % len(JOURNAL)
        heats = [] if before.name in self._done else [_Heat(before)]
        self._order([*heats, _Heat(JOURNAL[self._latest], before)])

    def stop(self) -> None:
        """End the run and forget what was to follow."""
        self._order([])

    def let_be(self) -> None:
        """Let the run go on, but begin no other after it."""
        self._heats = []

    def forget(self) -> None:
        """Start with the journal's first network again."""
        self._heats, self._done, self._rival, self._latest = [], {}, None, -1

    def _order(self, heats: list[_Heat]) -> None:
        self._heats = heats
        state = self._session.state
        self._must_stop = state != IDLE
        if state == IDLE:
            self._start()
        else:
            self._state_changed(state)

    def _state_changed(self, state: str) -> None:
        if state == IDLE:
            # The session has not yet told what became of the run that ended.
            QTimer.singleShot(0, self._start)
        elif self._must_stop and state in (RUNNING, PAUSED):
            self._must_stop = False
            self._session.stop()

    def _start(self) -> None:
        if not self._heats or self._session.state != IDLE:
            return
        self._must_stop = False
        self._coming = self._heats.pop(0)
        recipe = self._coming.recipe
        self._session.set_pace(WATCH)
        self._session.train(recipe.network, recipe.training, DEFAULT_DATA)
        self.told.emit(tr("{title}. {help}.", title=recipe.title, help=recipe.help))

    def _begin(self, run: Run) -> None:
        coming, self._coming = self._coming, None
        self._rival = self._now = None
        if coming is None:
            return
        self._session.book.rename(run.id, coming.recipe.title)
        self._now = coming.recipe, run
        if coming.rival is not None:
            self._rival = self._done.get(coming.rival.name)
        self.began.emit(run, self._rival)

    def _follow(self, run: Run) -> None:
        if self._rival is not None and run.learning:
            reached = run.validation_series().epochs
            if len(reached):
                self.raced.emit(self._rival, _until(self._rival, float(reached[-1])))

    def _end(self, run: Run) -> None:
        rival, self._rival = self._rival, None
        if rival is not None:
            self.raced.emit(rival, rival.validation_series())
        self.told.emit(_outcome(run, rival))
        if self._now is None or run.finished is None:
            return
        recipe, mine = self._now
        # One that was stopped is no rival for a whole race.
        if mine is run and run.finished.reason != "stopped":
            self._done[recipe.name] = run

    def _fail(self, sentence: str) -> None:
        self._coming, self._rival, self._heats = None, None, []
        self.told.emit(sentence)


def _until(run: Run, epoch: float) -> Series:
    """A run's evaluations up to an epoch."""
    series = run.validation_series()
    reached = int(np.searchsorted(series.epochs, epoch, side="right"))
    names = [field.name for field in dataclasses.fields(series)]
    return Series(**{name: getattr(series, name)[:reached] for name in names})


def _outcome(run: Run, rival: Run | None) -> str:
    """What came of a run or a race in a sentence."""
    done, other = run.finished, rival.finished if rival else None
    if rival is None or done is None or other is None or done.reason != "done":
        return tr("{name}: {result}", name=run.name, result=run.summary()[0])
    accuracies = sorted(
        ((100 * done.test_accuracy, run.name), (100 * other.test_accuracy, rival.name))
    )
    (low, loser), (high, winner) = accuracies
    if f"{low:.1f}" == f"{high:.1f}":
        return tr("A dead heat: both read {percent} % of the test digits", percent=f"{high:.1f}")
    return tr(
        "{winner} wins: {high} % of the test digits right, {loser} {low} %",
        winner=winner,
        high=f"{high:.1f}",
        loser=loser,
        low=f"{low:.1f}",
    )
