"""A second thread for the compiled loop, which is at hand as soon as there is work for it."""

import queue
import threading
import weakref
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Bell = NDArray[np.int64]


class HelperThread:
    """Serves in a thread of its own whenever it is called, without Python while calls are frequent.

    Waking a thread takes longer than many a call is worth, and the system likes to wake it on the
    core that is busy already; so it listens for some milliseconds before it sleeps. It ends when
    nobody has this object any more.

    Parameters
    ----------
    serve : function of a bell, a number
        Serves each time that the bell rings more often than the number; returns how often that
        was when the bell has not rung for a while.
    ring : function of a bell
        Rings it; returns whether nobody listens.
    """

    def __init__(self, serve: Callable[[Bell, int], int], ring: Callable[[Bell], bool]) -> None:
        self._bell, self._ring = np.ones(16, np.int64), ring
        self._bell[0] = 0
        self._wakes: queue.SimpleQueue[bool] = queue.SimpleQueue()
        arguments = (self._wakes, self._bell, serve)
        threading.Thread(target=_run, args=arguments, daemon=True).start()
        weakref.finalize(self, self._wakes.put, False)

    def call(self) -> None:
        """Have it serve once more."""
        if self._ring(self._bell):
            self._wakes.put(True)


def _run(wakes: "queue.SimpleQueue[bool]", bell: Bell, serve: Callable[[Bell, int], int]) -> None:
    heard = 0
    while wakes.get():
        heard = serve(bell, heard)
