"""The plane of the curves: what its axes measure, and where a figure stands between them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PyQt6.QtCore import QPointF, QRectF

from zmlp_gui.plot import ticks
from zmlp_gui.plot.curve_data import ACCURACY, Figures, Measure
from zmlp_gui.plot.x_axes import EPOCHS, XAxis

# Ends of a logarithmic axis are these times powers of ten; no loss is told apart below the last.
_ENDS = (1.0, 2.0, 5.0)
_LEAST = 1e-12


@dataclass(frozen=True)
class Plane:
    """Both axes.

    Attributes
    ----------
    axis, measure : XAxis, Measure
        What lies along them.
    end : float
        The horizontal axis goes from 0 to here.
    low, high, every : float
        The ends of the vertical axis, and the distance of its lines (of no meaning with `log`).
    log : bool
        Whether the vertical axis is logarithmic.
    """

    axis: XAxis = EPOCHS
    measure: Measure = ACCURACY
    end: float = 10.0
    low: float = 0.0
    high: float = 100.0
    every: float = 20.0
    log: bool = False

    def level(self, figures: Figures) -> Figures:
        """Figures as the vertical axis counts them: their logarithms, if it is logarithmic."""
        # What is not above zero leaves a logarithmic axis downwards.
        return np.log10(np.maximum(figures, _LEAST)) if self.log else figures

    def levels(self) -> tuple[float, float]:
        """The ends of the vertical axis in that count."""
        low, high = self.level(np.array([self.low, self.high])).tolist()
        return low, high

    def drawable(self, figures: Figures) -> Figures:
        """Levels near the axes, NaN where a figure is not finite.

        A loss that explodes to 1e30 would be a line too long for the painter; kept to a few
        heights of the plot it still leaves it steeply.
        """
        low, high = self.levels()
        known = self.level(np.where(np.isfinite(figures), figures, np.nan))
        return np.clip(known, low - 20 * (high - low), high + 20 * (high - low))

    def across(self, frame: QRectF, places: Figures) -> Figures:
        """Where places stand in a frame, in pixels."""
        return frame.left() + frame.width() / self.end * places

    def up(self, frame: QRectF, levels: Figures) -> Figures:
        """Where levels stand in a frame, in pixels."""
        low, high = self.levels()
        return frame.bottom() - frame.height() / (high - low) * (levels - low)

    def point(self, frame: QRectF, place: float, figure: float) -> QPointF:
        """Where one figure stands in a frame."""
        level = self.level(np.array([figure]))
        return QPointF(
            float(self.across(frame, np.array([place]))[0]), float(self.up(frame, level)[0])
        )

    def holds(self, place: float, figure: float) -> bool:
        """Whether a figure lies between the axes."""
        return 0.0 <= place <= self.end and self.low <= figure <= self.high

    def x_ticks(self, width: float) -> tuple[ticks.Ticks, str]:
        """Labels of the horizontal axis, and what they count."""
        unit, name = self.axis.unit(self.end)
        return ticks.along(self.end, unit, self.axis.whole, width), name

    def y_ticks(self, height: float) -> ticks.Ticks:
        """Labels of the vertical axis."""
        if self.log:
            return ticks.powers(self.low, self.high, height)
        return ticks.upwards(self.low, self.high, self.every, height)


def calm_decades(
    present: tuple[float, float] | None, this_run: Iterable[Figures], earlier: Iterable[Figures]
) -> tuple[float, float]:
    """The ends of a logarithmic axis for some losses, left as they are while they serve.

    Parameters
    ----------
    present : (float, float) or None
        The ends now.
    this_run, earlier : iterables of float64 (n,)
        What is not finite or not above zero tells nothing. A curve is followed from its first
        tenth on, so that one that explodes does not flatten the others.
    """
    ranges = [found for found in map(_usual_range, [*this_run, *earlier]) if found is not None]
    if not ranges:
        return present or (0.01, 10.0)
    lowest = min(low for low, _ in ranges)
    highest = min(max(high for _, high in ranges), 1000.0 * lowest, 100.0)
    low, high = _end_below(lowest / 1.05), _end_above(highest * 1.05)
    if present is None:
        return low, high
    fits = present[0] <= lowest and highest <= present[1]
    fills = math.log(high / low) >= 0.6 * math.log(present[1] / present[0])
    return present if fits and fills else (low, high)


def usual_losses(figures: Figures) -> Figures:
    """The lowest and the highest loss that a logarithmic axis should show, or nothing."""
    found = figures[np.isfinite(figures) & (figures > _LEAST)]
    return np.array([found.min(), found.max()]) if len(found) else found


def _usual_range(figures: Figures) -> tuple[float, float] | None:
    found = usual_losses(figures)
    return (float(found[0]), float(found[-1])) if len(found) else None


def _end_below(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return max(end * power for end in _ENDS if end * power <= value * (1 + 1e-9))


def _end_above(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return min(end * power for end in (*_ENDS, 10.0) if end * power >= value * (1 - 1e-9))
