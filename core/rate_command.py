"""What `train --find-learning-rate` does: search, show the curve, go on with what was found."""

import math
import sys
from collections.abc import Sequence

from .rate_finder import HIGHEST, LOWEST, RateFinder, RateTried
from .report import print_json, print_note
from .training import Training

# Columns of the curve for each power of ten of the rate.
A_DECADE = 10
BARS = "▁▂▃▄▅▆▇█"
PLAIN_BARS = "_.-:=+*#"


def with_found_rate(training: Training, as_json: bool) -> Training:
    """The same training from the same weights with the learning rate that a search suggests.

    Where it suggests none the training stays as it is, and that is said.
    """
    finder = RateFinder(training.network, training.digits, training.spec)
    for _ in finder:
        continue
    rate = finder.suggestion
    if as_json:
        print_json(
            event="learning_rate",
            rates=[each.rate for each in finder.tried],
            losses=[each.smoothed for each in finder.tried],
            suggestion=rate,
        )
    elif finder.tried:
        print("\n".join(curve(finder.tried, rate)))
    if rate is None:
        print_note(
            f"The loss falls at no learning rate from {LOWEST:f} to {HIGHEST:g}: other first "
            f"weights may help. The run takes {training.spec.learning_rate:g}."
        )
        return training
    return Training(training.network, training.digits, training.spec.replace(learning_rate=rate))


def curve(tried: Sequence[RateTried], suggestion: float | None) -> list[str]:
    """The smoothed loss against the logarithm of the rate, as lines for a terminal."""
    columns: dict[int, list[float]] = {}
    for each in tried:
        columns.setdefault(_column(each.rate), []).append(each.smoothed)
    heights = [sum(losses) / len(losses) for losses in columns.values()]
    # Where the loss runs away it says no more than that.
    low, high = min(heights), 1.1 * heights[0]
    bars = BARS if (sys.stdout.encoding or "").lower().startswith("utf") else PLAIN_BARS
    span = max(high - low, 1e-9)
    drawn = (bars[max(0, min(7, int(8 * (height - low) / span)))] for height in heights)
    decades = range(round(math.log10(LOWEST)), round(math.log10(tried[-1].rate)) + 1)
    scale = "".join(f"{10.0**power:g}".ljust(A_DECADE) for power in decades)
    lines = [
        f"Loss while the learning rate rises, from {heights[0]:.3g} down to {low:.3g}:",
        "  " + "".join(drawn),
        "  " + scale.rstrip(),
    ]
    if suggestion is not None:
        lines.insert(2, "  " + " " * _column(suggestion) + f"^ learning rate {suggestion:g}")
    return lines


def _column(rate: float) -> int:
    return math.floor(A_DECADE * math.log10(rate / LOWEST) + 1e-9)
