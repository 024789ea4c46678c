"""A QApplication that notes how long each event occupies the GUI thread."""

import sys
import threading
from dataclasses import dataclass
from time import perf_counter, thread_time

from PyQt6.QtCore import QEvent, QObject, QThread
from PyQt6.QtWidgets import QApplication


@dataclass(frozen=True)
class Handled:
    """One event, with all that handling it led to.

    Attributes
    ----------
    begin, wall, processor : float
        When it began, as `perf_counter` has it; the seconds that it took, and those of them in
        which the thread had a processor.
    what : str
        The event and its receiver.
    """

    begin: float
    wall: float
    processor: float
    what: str


class BusyClock(QApplication):
    """Counts what Qt delivers to the GUI thread: input, timers, signals from threads, painting.

    An event that others are delivered within counts as one with them. Where a handler runs an event
    loop of its own, as a menu does, what it did before and after is counted as its own, and the
    events of that loop one by one: while it waits nobody is kept waiting.

    Attributes
    ----------
    handled : list of Handled
        What was delivered so far, in the order in which it ended.
    """

    def __init__(self) -> None:
        super().__init__(sys.argv[:1])
        self.handled: list[Handled] = []
        self._gui = threading.get_ident()
        self._open: list[_Open] = []

    def notify(self, receiver: QObject | None, event: QEvent | None) -> bool:
        # Called in every thread that receives events.
        if threading.get_ident() != self._gui or receiver is None or event is None:
            return super().notify(receiver, event)
        thread = QThread.currentThread()
        level = 0 if thread is None else thread.loopLevel()
        outer = self._open[-1] if self._open else None
        if outer is not None and outer.level >= level:
            return super().notify(receiver, event)
        if outer is not None:
            outer.hold()
        mine = _Open(level, f"{event.type().name} to {_name(receiver)}")
        self._open.append(mine)
        try:
            return super().notify(receiver, event)
        finally:
            self.handled.append(mine.close())
            self._open.pop()
            if outer is not None:
                outer.go_on()


class _Open:
    """An event that is being handled."""

    def __init__(self, level: int, what: str) -> None:
        self.level = level
        self._what = what
        self._begin = perf_counter()
        self._wall = self._processor = 0.0
        self._held = False
        self.go_on()

    def hold(self) -> None:
        """An event loop within it has begun to deliver."""
        if not self._held:
            self._held = True
            self._wall += perf_counter() - self._since[0]
            self._processor += thread_time() - self._since[1]

    def go_on(self) -> None:
        """An event of the loop within it is over; if another follows, the wait is nobody's."""
        self._since = perf_counter(), thread_time()

    def close(self) -> Handled:
        wall = self._wall + perf_counter() - self._since[0]
        processor = self._processor + thread_time() - self._since[1]
        return Handled(self._begin, wall, processor, self._what)


def _name(receiver: QObject) -> str:
    return receiver.objectName() or type(receiver).__name__
