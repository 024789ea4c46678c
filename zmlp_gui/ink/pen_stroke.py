"""A stroke while it is drawn: points are added in constant time and can be read at any moment."""

import numpy as np

from core.drawing import Stroke

FIRST_CAPACITY = 256


class PenStroke:
    """The stroke under the pen; its first point decides whether it has times and pressures.

    Parameters
    ----------
    width : float
        Width of the pen in the drawing's units.

    Attributes
    ----------
    tail : list of (x, y)
        The last points, at most four: all that painting on needs.
    """

    def __init__(self, width: float) -> None:
        self.width = width
        self.tail: list[tuple[float, float]] = []
        self._count = 0
        self._timed = self._pressed = False
        self._points = np.empty((FIRST_CAPACITY, 2), np.float32)
        self._times = np.empty(FIRST_CAPACITY, np.float32)
        self._pressures = np.empty(FIRST_CAPACITY, np.float32)

    def add(self, x: float, y: float, t: float | None, pressure: float | None) -> None:
        """Add a point: place in the drawing's units, time in seconds, pressure from 0 to 1."""
        if not self.tail:
            self._timed, self._pressed = t is not None, pressure is not None
        if self._count == len(self._times):
            self._grow()
        self._points[self._count] = x, y
        self._times[self._count] = t or 0.0
        self._pressures[self._count] = pressure or 0.0
        self._count += 1
        self.tail = [*self.tail[-3:], (x, y)]

    def stroke(self) -> Stroke:
        """The stroke so far. Its arrays are views: points that were added never change."""
        count = self._count
        return Stroke(
            points=self._points[:count],
            width=self.width,
            times=self._times[:count] if self._timed else None,
            pressures=self._pressures[:count] if self._timed and self._pressed else None,
        )

    def _grow(self) -> None:
        # New arrays, because strokes that were handed out look into the old ones.
        self._points = np.concatenate([self._points, np.empty_like(self._points)])
        self._times = np.concatenate([self._times, np.empty_like(self._times)])
        self._pressures = np.concatenate([self._pressures, np.empty_like(self._pressures)])


class PenClock:
    """Turns the time stamps of events into seconds since the drawing began, never backwards.

    Parameters
    ----------
    start : float
        Seconds that the drawing has lasted already.
    """

    def __init__(self, start: float = 0.0) -> None:
        self._latest = start
        self._origin: float | None = None

    def seconds(self, timestamp: int) -> float:
        """The time of an event with a time stamp in milliseconds, from whatever origin."""
        now = timestamp / 1000.0
        if self._origin is None or now - self._origin < self._latest:
            self._origin = now - self._latest
        self._latest = now - self._origin
        return self._latest
