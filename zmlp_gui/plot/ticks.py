"""Where the labels of an axis stand and what they say: round figures, as many as have room."""

import math

import numpy as np

# Device-independent pixels from one label to the next, at the least.
_ACROSS, _UPWARDS = 46.0, 15.0
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

Ticks = list[tuple[float, str]]


def compact(value: float) -> str:
    """A round figure in few letters: 0.5, 20, 1.5k, 2M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.6g}{letter}"
    return f"{value:.6g}"


def along(end: float, unit: float, whole: bool, width: float) -> Ticks:
    """Labels of a horizontal axis from 0 to `end` that is `width` pixels wide.

    Parameters
    ----------
    end : float
        In the axis's own measure; `unit` of it are one unit of the labels.
    whole : bool
        Whether no label may stand between whole numbers.
    """
    reach = end / unit
    step = _round_step(reach * _ACROSS / max(width, 1.0))
    if whole:
        step = max(step, 1.0)
    count = math.floor(reach / step + 1e-6)
    return [(float(k * step * unit), compact(float(f"{k * step:.9g}"))) for k in range(count + 1)]


def upwards(low: float, high: float, every: float, height: float) -> Ticks:
    """Labels of a vertical axis with a line at each `every`; where they crowd, at each other."""
    lines = round((high - low) / every)
    fitting = max(height / _UPWARDS, 1.0)
    stride = next((k for k in range(1, lines + 1) if lines % k == 0 and lines / k <= fitting), 1)
    decimals = max(0, -math.floor(math.log10(every) + 1e-9))
    return [
        (low + k * every, f"{low + k * every:.{decimals}f}") for k in range(0, lines + 1, stride)
    ]


def powers(low: float, high: float, height: float) -> Ticks:
    """Labels of a logarithmic axis: 1, 2 and 5 times powers of ten, or powers alone."""
    first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    decades = max(math.log10(high / low), 1e-9)
    a_decade = height / decades
    # From 1 to 2 is 0.3 of a decade.
    digits = (1, 2, 5) if 0.3 * a_decade >= _UPWARDS else (1,)
    stride = max(1, math.ceil(_UPWARDS / a_decade)) if len(digits) == 1 else 1
    inside = (low * (1 - 1e-9), high * (1 + 1e-9))
    values = [
        (digit * 10.0**power, digit, power)
        for power in range(first, last + 1)
        for digit in digits
        if power % stride == 0
    ]
    return [
        (value, _power_label(digit, power))
        for value, digit, power in values
        if inside[0] <= value <= inside[1]
    ]


def _power_label(digit: int, power: int) -> str:
    if power >= 4 or power < -3:
        factor = "" if digit == 1 else f"{digit}·"
        return f"{factor}10{str(power).translate(_SUPERSCRIPTS)}"
    return f"{digit * 10.0**power:.{max(-power, 0)}f}"


def _round_step(least: float) -> float:
    """The next of 1, 2, 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(max(least, 1e-12)))
    return float(power * next(step for step in (1, 2, 5, 10) if least <= step * power))
