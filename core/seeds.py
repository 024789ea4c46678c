"""Random generators derived from (seed, purpose, place), so that chance never depends on order.

Work done ahead, a checkpoint in mid-epoch and several networks side by side all draw the same
numbers, because each draw has a generator of its own.
"""

import zlib

import numpy as np


def generator(seed: int, purpose: str, *place: int) -> np.random.Generator:
    """A generator for one purpose at one place of a run.

    Parameters
    ----------
    seed : int
        The run's seed, 0 or more.
    purpose : str
        What the numbers are for, such as `"order"`.
    *place : int
        Where in the run, such as the epoch.
    """
    return np.random.default_rng([seed, zlib.crc32(purpose.encode()), *place])
