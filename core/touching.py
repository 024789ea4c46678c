"""Cuts ink of a picture where digits touch, as the reader finds most probable."""

from collections.abc import Callable, Sequence
from math import log

import numpy as np
from numpy.typing import NDArray

from .picture_pieces import PicturePieces
from .raster import Grey
from .stroke_width import Mask

DETAIL = 64
"""Rows in which the way of a cut is looked for."""
EVERY = 0.08
"""Between the middles of the cuts that are tried, in heights of the ink."""
ASIDE = 0.3
"""So far a cut may leave its middle, in heights of the ink."""
SLANT = 0.2
"""What a step aside costs, beside a row of ink crossed."""
DEEPEST = 0.4
"""A cut crosses no more ink than this, in heights of the ink."""
MOST_CUTS = 10
"""The cheapest cuts that are tried."""
ALIKE = 0.03
"""Cuts that leave all but this part of the ink on the same side are one."""
LOWEST = 0.45
"""A digit is at least so high, in heights of the ink."""
WIDEST = 1.3
"""A digit is at most so wide, in its own heights."""
BROAD, WIDTH_COST = 1.0, 3.0
"""What is wider than so many heights of the ink is less likely a digit: log odds a height more."""
CUT_COST, INK_COST = 0.05, 2.0
"""What tells against a cut, in log odds: against any, and a height of ink that it crosses."""

Judge = Callable[[PicturePieces, int], float | None]
"""How probable (0–1) a piece's answer is; None where it is no digit or not sure."""


def divided(
    whole: PicturePieces, pieces: Sequence[int], judge: Judge
) -> tuple[PicturePieces, list[int]] | None:
    """Ink that is no sure digit, cut into digits that touch.

    Cuts follow the paper and cross as little ink as they can. Of all ways to cut, each slice of
    which is a sure digit, the most probable one is taken, by dynamic programming.

    Parameters
    ----------
    whole : PicturePieces
    pieces : sequence of int
        What is to be cut, by their places in `whole.parts`.
    judge : callable
        Tells of a slice, as a piece of its own, how sure its answer is.

    Returns
    -------
    (PicturePieces, list of int) or None
        The digits from left to right, as pieces of their own; None where it does not fall into
        digits.
    """
    own = np.isin(whole.names, [piece + 1 for piece in pieces])
    rows, columns = np.flatnonzero(own.any(axis=1)), np.flatnonzero(own.any(axis=0))
    top, left = int(rows[0]), int(columns[0])
    shown = slice(top, int(rows[-1]) + 1), slice(left, int(columns[-1]) + 1)
    own = own[shown]
    cuts = _cuts(own & whole.ink[shown])
    if not cuts:
        return None
    height, width = own.shape
    edges = [np.zeros(height, np.intp), *(way for way, _ in cuts), np.full(height, width, np.intp)]
    costs = [0.0, *(CUT_COST + INK_COST * crossed for _, crossed in cuts), 0.0]
    across = np.arange(width)
    best: list[tuple[float, list[Mask]] | None] = [(0.0, [])] + [None] * (len(edges) - 1)
    for last in range(1, len(edges)):
        for first in range(last):
            before = best[first]
            if before is None:
                continue
            inside = across >= edges[first][:, np.newaxis]
            mask = own & inside & (across < edges[last][:, np.newaxis])
            wide = _width_of_digit(mask)
            if wide is None:
                continue
            there = np.zeros(whole.names.shape, bool)
            there[shown] = mask
            sure = judge(whole.with_pieces([there]), len(whole.parts))
            if sure is None:
                continue
            odds = before[0] + log(max(sure, 1e-9)) - costs[last]
            odds -= WIDTH_COST * max(0.0, wide - BROAD)
            known = best[last]
            if known is None or odds > known[0]:
                best[last] = odds, [*before[1], there]
    found = best[-1]
    if found is None or len(found[1]) < 2:
        return None
    count = len(whole.parts)
    return whole.with_pieces(found[1]), list(range(count, count + len(found[1])))


def _width_of_digit(mask: Mask) -> float | None:
    """The width of a slice in heights of the ink; None where it has not the size of a digit."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    height = len(mask)
    high, wide = int(rows[-1] - rows[0]) + 1, int(columns[-1] - columns[0]) + 1
    return wide / height if high >= LOWEST * height and wide <= WIDEST * high else None


def _cuts(ink: Mask) -> list[tuple[NDArray[np.intp], float]]:
    """Ways from top to bottom that cross little ink, from left to right.

    Returns
    -------
    list of ((rows,) intp, float)
        The first column to the right of the cut in each row, and how much ink it crosses in
        heights of the ink.
    """
    height, width = ink.shape
    step = -(-height // DETAIL)
    coarse = _means(ink, step)
    ways, costs = _cheapest_ways(coarse)
    total = float(coarse.sum())
    lefts = [
        float((coarse * (np.arange(coarse.shape[1]) < way[:, np.newaxis])).sum()) for way in ways
    ]
    chosen: list[int] = []
    for index in np.argsort(costs, kind="stable").tolist():
        near = min((abs(lefts[index] - lefts[each]) for each in chosen), default=total)
        inside = ALIKE * total < lefts[index] < (1 - ALIKE) * total
        if costs[index] <= DEEPEST * len(coarse) and inside and near > ALIKE * total:
            chosen.append(index)
    chosen = sorted(chosen[:MOST_CUTS], key=lambda index: lefts[index])
    return [
        (np.minimum(ways[each] * step, width).repeat(step)[:height], costs[each] / len(coarse))
        for each in chosen
    ]


def _cheapest_ways(ink: Grey) -> tuple[list[NDArray[np.intp]], list[float]]:
    """For each place to cut the cheapest way near it, by dynamic programming; and its cost."""
    height, width = ink.shape
    reach = max(1, round(ASIDE * height))
    middles = np.arange(0, width, max(1, round(EVERY * height)))
    band = np.arange(-reach, reach + 1)
    at = middles[:, np.newaxis] + band
    outside = (at < 0) | (at >= width)
    costs = np.where(outside, np.inf, ink[:, at.clip(0, width - 1)])
    sums = costs[0]
    turns = np.zeros(costs.shape, np.intp)
    for row in range(1, height):
        padded = np.pad(sums, ((0, 0), (1, 1)), constant_values=np.inf)
        options = np.stack([padded[:, 1:-1], padded[:, :-2] + SLANT, padded[:, 2:] + SLANT])
        turns[row] = np.array([0, -1, 1])[options.argmin(axis=0)]
        sums = costs[row] + options.min(axis=0)
    ends = sums.argmin(axis=1)
    all_of = np.arange(len(middles))
    places, crossed = np.empty((height, len(middles)), np.intp), np.zeros(len(middles))
    for row in range(height - 1, -1, -1):
        places[row] = ends
        crossed += costs[row, all_of, ends]
        ends = ends + turns[row, all_of, ends]
    return [middles[each] + places[:, each] - reach for each in all_of], crossed.tolist()


def _means(ink: Mask, step: int) -> Grey:
    """Means of squares of step × step cells; beyond the edges is no ink."""
    rows, columns = (-(-side // step) for side in ink.shape)
    padded = np.zeros((rows * step, columns * step), np.float32)
    padded[: ink.shape[0], : ink.shape[1]] = ink
    return np.asarray(padded.reshape(rows, step, columns, step).mean(axis=(1, 3)), np.float32)
