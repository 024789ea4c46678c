"""How long each measurement may be, so that all of them end in time."""

from dataclasses import dataclass

from .cells import Cell

# Seconds of a measurement at least and at most.
SHORTEST, LONGEST = 0.1, 0.8
# Measured: seconds to prepare a cell for one engine (compilation and the first trials), and beside
# each measurement (the wait for quiet, the first minibatches).
PREPARING, BESIDE = 0.7, 0.1
# Above so many weights a few minibatches last longer than a measurement should.
HEAVY, HEAVY_FACTOR = 4_000_000, 3.0
# An engine of ours is measured between any two others, for half as long.
OWN_SHARE = 0.5


@dataclass(frozen=True)
class Slice:
    """Seconds of one measurement of a peer, and of one of ours."""

    peer: float

    @property
    def own(self) -> float:
        """Ours: it comes more often."""
        return OWN_SHARE * self.peer


def slice_for(cells: list[Cell], seconds: float, turns: int, peers: int, own: int) -> Slice:
    """Seconds of a measurement of the first cell, if all of them are to fit.

    Parameters
    ----------
    cells : list of Cell
        What is still to be measured.
    seconds : float
        What is left.
    turns, peers, own : int
        Turns of each cell, and engines in each.
    """
    count = turns * (peers + peers * own)
    shares = turns * (peers + OWN_SHARE * peers * own)
    heavy = [HEAVY_FACTOR if cell.weights > HEAVY else 1.0 for cell in cells]
    fixed = len(cells) * (PREPARING * (peers + own) + BESIDE * count)
    each = (seconds - fixed) / (max(shares, 1.0) * sum(heavy))
    return Slice(min(LONGEST, max(SHORTEST, each * heavy[0])))
