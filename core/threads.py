"""How many processor cores the matrix products use."""

import ctypes
import sys

from threadpoolctl import ThreadpoolController

from .machine import core_count

# How many threads BLAS has lent to a training that has threads of its own; 0 where it has not.
_lent = 0


def default_threads() -> int:
    """One core less than there are, at least one.

    OpenBLAS spins while it waits: with as many threads as cores it falls below the speed of one
    thread as soon as another program wants a core.
    """
    return max(1, core_count() - 1)


def use_threads(count: int) -> int:
    """Let BLAS use that many threads from now on, in the whole process; 0 takes the default.

    Returns
    -------
    int
        The number now in use: fewer than asked for where BLAS was built for fewer. Where it cannot
        be told (Apple's Accelerate) it is a wish.
    """
    global _lent
    _lent = 0
    return _limit(count or default_threads())


def threads_in_use() -> int:
    """How many threads BLAS uses now, or has lent; 1 where it cannot be told."""
    return _lent or _in_use(_blas(), 1)


def borrow_threads() -> None:
    """Leave BLAS no thread but the one that asks: the caller has as many of its own instead.

    OpenBLAS's threads spin for a tenth of a second after each product, a reading's or an
    evaluation's, and would be in the way of the caller's for as long. It lasts until
    `return_threads` or `use_threads`.
    """
    global _lent
    if not _lent:
        _lent = threads_in_use()
        _limit(1)


def return_threads() -> None:
    """Give BLAS back what was borrowed."""
    if _lent:
        use_threads(_lent)


def _limit(count: int) -> int:
    blas = _blas()
    for each in blas.lib_controllers:
        # From threadpoolctl 3.7 on it listens to one thread alone, the first; here whoever trains
        # says how many, in a thread of its own, and nobody else computes then.
        if hasattr(each, "clear_controlling_thread"):
            each.clear_controlling_thread(force=True)
    blas.limit(limits=count)
    return _in_use(blas, count)


def yield_address() -> int:
    """Where the system's function lies that lets other threads have this core; 0 if unknown."""
    try:
        if sys.platform == "win32":
            function = ctypes.WinDLL("kernel32").SwitchToThread
        else:
            function = ctypes.CDLL(None).sched_yield
    except (AttributeError, OSError):
        return 0
    return ctypes.cast(function, ctypes.c_void_p).value or 0


def _blas() -> ThreadpoolController:
    return ThreadpoolController().select(user_api="blas")


def _in_use(blas: ThreadpoolController, unknown: int) -> int:
    return max((int(each["num_threads"]) for each in blas.info()), default=unknown)
