"""How many processor cores the matrix products use."""

from threadpoolctl import ThreadpoolController

from .machine import core_count


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
    count = count or default_threads()
    blas = _blas()
    for each in blas.lib_controllers:
        # From threadpoolctl 3.7 on it listens to one thread alone, the first; here whoever trains
        # says how many, in a thread of its own, and nobody else computes then.
        if hasattr(each, "clear_controlling_thread"):
            each.clear_controlling_thread(force=True)
    blas.limit(limits=count)
    return _in_use(blas, count)


def threads_in_use() -> int:
    """How many threads BLAS uses now; 1 where it cannot be told."""
    return _in_use(_blas(), 1)


def _blas() -> ThreadpoolController:
    return ThreadpoolController().select(user_api="blas")


def _in_use(blas: ThreadpoolController, unknown: int) -> int:
    return max((int(each["num_threads"]) for each in blas.info()), default=unknown)
