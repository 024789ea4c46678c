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
# A weight that no longer counts.
_NOTHING = 1e-15


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
    if known.all():
        return _decaying_sum(figures, points) / _sums_of_weights(len(figures), points)
    weighted = _decaying_sum(np.where(known, figures, 0.0), points)
    weights = _decaying_sum(known.astype(np.float64), points)
    result: Figures = np.full(len(figures), np.nan)
    np.divide(weighted, weights, out=result, where=known)
    return result


def _decaying_sum(values: Figures, points: float) -> Figures:
    """s[i] = values[i] + s[i-1] * e^(-1/points), each pass over the array doubling its reach."""
    sums = values.copy()
    reach, decay = 1, math.exp(-1.0 / points)
    while reach < len(values) and decay > _NOTHING:
        sums[reach:] += decay * sums[:-reach]
        reach, decay = 2 * reach, decay * decay
    return sums


def _sums_of_weights(count: int, points: float) -> Figures:
    """The same sum of ones, in closed form; from some point on it grows no more."""
    one = -math.expm1(-1.0 / points)
    growing = min(count, math.ceil(-math.log(_NOTHING) * points))
    sums = np.full(count, 1.0 / one)
    sums[:growing] = -np.expm1(np.arange(1, growing + 1) / -points) / one
    return sums
