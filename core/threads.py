"""How many processor cores the matrix products use."""

import os

from threadpoolctl import ThreadpoolController


def default_threads() -> int:
    """One core less than there are, at least one.

    OpenBLAS spins while it waits: with as many threads as cores it falls below the speed of one
    thread as soon as another program wants a core.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, (cores or 1) - 1)


def use_threads(count: int) -> int:
    """Let BLAS use that many threads from now on, in the whole process; 0 takes the default.

    Returns
    -------
    int
        The number now in use: fewer than asked for where BLAS was built for fewer. Where it cannot
        be told (Apple's Accelerate) it is a wish.
    """
    count = count or default_threads()
    blas = ThreadpoolController().select(user_api="blas")
    blas.limit(limits=count)
    return max((int(each["num_threads"]) for each in blas.info()), default=count)
