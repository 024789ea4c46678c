"""The gate between two minibatches: open, shut, one at a time, or paced."""

import math
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

# Seconds from one minibatch to the next in slow motion, and of a whole run that is watched.
SLOW_INTERVAL = 0.5
WATCHED_RUN = 10.0

# Seconds after which one who waits looks round.
GLANCE = 0.05

SLOW, WATCH, FULL = "slow", "watch", "full"


class Gate:
    """Holds a training between two minibatches as long as the person wants.

    The GUI thread sets it at any time; whoever waits in it wakes at once.

    Parameters
    ----------
    pace : str
        `"slow"`, `"watch"` or `"full"`.
    """

    def __init__(self, pace: str = WATCH) -> None:
        self._pace = pace
        self._paused = False
        self._closed = self._abandoned = False
        # Appended to by one thread and taken from by the other: a count would lose steps.
        self._steps: deque[None] = deque()
        # When the last one was let through, or should have been.
        self._last = -math.inf
        self._changed = threading.Event()

    @property
    def paused(self) -> bool:
        """Whether it is shut."""
        return self._paused

    @property
    def closed(self) -> bool:
        """Whether the run is to end."""
        return self._closed

    @property
    def abandoned(self) -> bool:
        """Whether nobody waits for the end of the run any more."""
        return self._abandoned

    @property
    def at_once(self) -> int | None:
        """Minibatches that may be let through at a time; None where it does not matter."""
        return None if self._pace == FULL and not self._paused else 1

    def set_pace(self, pace: str) -> None:
        """Change the pace; acts at once."""
        self._pace = pace
        self._changed.set()

    def pause(self) -> None:
        """Let no more minibatches through."""
        self._paused = True
        self._changed.set()

    def resume(self) -> None:
        """Let them through again."""
        self._steps.clear()
        self._paused = False
        self._changed.set()

    def step(self) -> None:
        """Let one through and shut."""
        if self._paused:
            self._steps.append(None)
        self._paused = True
        self._changed.set()

    def close(self) -> None:
        """Hold nobody any more: the run is to end."""
        self._closed = True
        self._changed.set()

    def abandon(self) -> None:
        """Hold nobody any more: the person leaves the program."""
        self._abandoned = True
        self.close()

    def wait(self, steps: int, meanwhile: Callable[[], None]) -> None:
        """Training thread: wait until the next minibatch may be learned.

        Parameters
        ----------
        steps : int
            Number of minibatches in the whole run, which the pace *watch* spreads over ten seconds.
        meanwhile : callable
            Called again and again while it waits.
        """
        # Between any two minibatches: nothing is locked and nothing waited for at full speed.
        while not self._closed:
            if self._paused:
                with suppress(IndexError):
                    self._steps.pop()
                    return
                self._last = -math.inf
                self._look_round(GLANCE, meanwhile)
                continue
            due = self._last + self._interval(steps)
            now = monotonic()
            if due <= now:
                # A late minibatch is caught up with, but not more than a glance's time.
                self._last = max(due, now - GLANCE)
                return
            self._look_round(min(due - now, GLANCE), meanwhile)

    def _interval(self, steps: int) -> float:
        """Seconds from one minibatch to the next."""
        if self._pace == FULL:
            return 0.0
        return SLOW_INTERVAL if self._pace == SLOW else WATCHED_RUN / steps

    def _look_round(self, seconds: float, meanwhile: Callable[[], None]) -> None:
        """Wait, at the longest until something is changed."""
        self._changed.wait(seconds)
        # A change from now on is seen by the next wait; one from before, by who looks after this.
        self._changed.clear()
        meanwhile()
