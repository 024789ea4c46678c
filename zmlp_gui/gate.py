"""The gate between two minibatches: open, shut, one at a time, or paced."""

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
        self._closed = False
        # Appended to by one thread and taken from by the other: a count would lose steps.
        self._steps: deque[None] = deque()
        self._due = 0.0
        self._changed = threading.Event()

    @property
    def paused(self) -> bool:
        """Whether it is shut."""
        return self._paused

    @property
    def closed(self) -> bool:
        """Whether the run is to end."""
        return self._closed

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

    def wait(self, steps: int, meanwhile: Callable[[], None]) -> None:
        """Training thread: wait until the next minibatch may be learned.

        Parameters
        ----------
        steps : int
            Number of minibatches in the whole run, which the pace *watch* spreads over ten seconds.
        meanwhile : callable
            Called again and again while it waits.
        """
        while not self._closed:
            self._changed.clear()
            if self._paused:
                with suppress(IndexError):
                    self._steps.pop()
                    return
                self._due = 0.0
                self._changed.wait(GLANCE)
                meanwhile()
                continue
            interval = {SLOW: SLOW_INTERVAL, WATCH: WATCHED_RUN / steps, FULL: 0.0}[self._pace]
            now = monotonic()
            remaining = min(self._due - now, interval)
            if remaining <= 0.0:
                # A late minibatch is caught up with, but not more than a glance's time.
                self._due = max(self._due, now - GLANCE) + interval
                return
            self._changed.wait(min(remaining, GLANCE))
            meanwhile()
