"""Pen to bars: how long a mouse event takes until the bars that answer it are painted.

The clock starts just before the event is delivered to the canvas and ends when `AnswerBars` has
painted; all between is the window's own: the event, the ink, the reading, Qt's event loop and the
painting of everything in the window that stands before the bars. Only the wait for the next frame
is left out, with which the session spares itself readings: where it would wait, it reads at once.
An event after which the bars say the same as before, so that they are not painted, does not count.
"""

from collections.abc import Iterator
from time import perf_counter

import numpy as np
from PyQt6.QtGui import QPaintEvent

from core.recipes import RECIPES
from zmlp_gui.answer.answer_bars import AnswerBars
from zmlp_gui.window import Window

from . import stage
from .hand import Hand
from .report import Figure, say

WITHOUT, WITH = 4.0, 16.0
# Seconds of drawing for each figure; events at the start that are not counted.
LONG, SHORT = 6.0, 1.5
# A quick look takes the usual recipe, one with minibatches of one digit, and a larger one.
QUICK_RECIPES = ("fast", "journal-sigmoid", "bundled")
WARMING = 20
# So many that no run ends while it is measured.
EPOCHS = 1000


def measure(quick: bool) -> Iterator[Figure]:
    """The 99th percentile without a training and with one of each recipe."""
    _watch_bars()
    seconds = SHORT if quick else LONG
    with stage.open_window() as window:
        hand = TimedHand(window)
        say("  nobody trains")
        yield _figure("no training", hand.draw_for(seconds), WITHOUT)
        for data in stage.data_sets()[: 1 if quick else None]:
            for recipe in [RECIPES[name] for name in (QUICK_RECIPES if quick else RECIPES)]:
                say(f"  {recipe.name} on {data}")
                training = recipe.training.replace(epochs=EPOCHS)
                stage.train(window, recipe.network, training, data)
                yield _figure(f"{recipe.name} on {data}", hand.draw_for(seconds), WITH)
                stage.stop(window)


class TimedHand(Hand):
    """A hand that holds a stopwatch: it starts with an event, the bars stop it."""

    def __init__(self, window: Window) -> None:
        super().__init__(window.canvas, stage.drawings())
        self._session = window.session
        self._started: float | None = None
        self._asked = False
        self._times: list[float] = []
        _Watched.hand = self

    def draw_for(self, seconds: float) -> list[float]:
        """Seconds that each event took."""
        self._times = []
        self.start()
        stage.rest(seconds)
        self.stop()
        stage.rest(stage.SETTLING)
        return self._times[WARMING:]

    def move(self) -> bool:
        before = perf_counter()
        self._asked = False
        drew = super().move()
        if drew:
            if self._session._frame.isActive():
                self._session.read()
            # Where the bars were not painted since, the older event still waits for them.
            if self._asked and self._started is None:
                self._started = before
        return drew

    def bars_ask_for_paint(self) -> None:
        """Take the event that is being handled for one that changes them."""
        self._asked = True

    def bars_are_painted(self) -> None:
        """Stop the watch."""
        if self._started is not None:
            self._times.append(perf_counter() - self._started)
            self._started = None


class _Watched:
    """Whom the bars tell when they are painted."""

    hand: TimedHand | None = None


def _watch_bars() -> None:
    """Let the bars of windows to come tell when they are to paint and when they have painted."""
    paint, update = AnswerBars.paintEvent, AnswerBars.update

    def paint_and_tell(self: AnswerBars, event: QPaintEvent | None) -> None:
        paint(self, event)
        if _Watched.hand is not None:
            _Watched.hand.bars_are_painted()

    def update_and_tell(self: AnswerBars) -> None:
        update(self)
        if _Watched.hand is not None:
            _Watched.hand.bars_ask_for_paint()

    AnswerBars.paintEvent = paint_and_tell  # type: ignore[method-assign]
    AnswerBars.update = update_and_tell  # type: ignore[method-assign,assignment]


def _figure(what: str, times: list[float], limit: float) -> Figure:
    p50, p99, worst = (1000.0 * np.percentile(times, share) for share in (50, 99, 100))
    note = f"half below {p50:.2f}, the longest {worst:.1f}, of {len(times):,} events"
    return Figure(f"p99, {what}", float(p99), "ms", at_most=limit, note=note)
