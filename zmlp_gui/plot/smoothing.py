"""Exponential smoothing of noisy curves, unbiased from the first point on."""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from zmlp_gui.plot.curve_data import Figures

# How far a curve remembers: as a share of the horizontal axis, and in points at the least, so that
# a choice shows in a curve of ten points as in one of ten thousand.
SMOOTHINGS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {"off": (0.0, 0.0), "light": (0.015, 2.0), "strong": (0.06, 6.0)}
)
OFF: Final = "off"
# A block's weights grow to e^20: far from the end of float64's exponent and of its digits.
_BLOCK = 20.0


def memory(smoothing: str, places: Figures, end: float) -> float:
    """Points that a curve remembers, given where they lie on an axis of that length."""
    share, least = SMOOTHINGS[smoothing]
    if smoothing == OFF or len(places) < 2:
        return 0.0
    spacing = float(places[-1] - places[0]) / (len(places) - 1)
    return max(share * end / spacing, least) if spacing > 0.0 else least


def smoothed(figures: Figures, points: float) -> Figures:
    """The exponential moving average that forgets in `points` points.

    Each place is the weighted mean of what came before it, the weights summing to one, so that the
    start is not drawn towards zero (the bias correction of Kingma & Ba, 2015).

    Parameters
    ----------
    figures : float64 (n,)
        Those that are not finite are left out of the means.
    points : float
        How many points make the weight fall to 1/e; 0 leaves the figures as they are.

    Returns
    -------
    float64 (n,)
        NaN where the figure is not finite.
    """
    if points <= 0.0 or not len(figures):
        return figures
    known = np.isfinite(figures)
    weighted = _decaying_sum(np.where(known, figures, 0.0), points)
    weights = _decaying_sum(known.astype(np.float64), points)
    result: Figures = np.full(len(figures), np.nan)
    np.divide(weighted, weights, out=result, where=known)
    return result


def _decaying_sum(values: Figures, points: float) -> Figures:
    """s[i] = values[i] + s[i-1] * e^(-1/points), block by block instead of point by point."""
    size = max(int(_BLOCK * points), 1)
    growth = np.exp(np.arange(min(size, len(values))) / points)
    sums = np.empty(len(values))
    carried, decay = 0.0, math.exp(-1.0 / points)
    for begin in range(0, len(values), size):
        block = values[begin : begin + size]
        weights = growth[: len(block)]
        sums[begin : begin + len(block)] = (carried * decay + np.cumsum(block * weights)) / weights
        carried = float(sums[begin + len(block) - 1])
    return sums
