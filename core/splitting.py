"""Tells which strokes make one digit, so that a number is read digit by digit."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .raster import Box, Points

POINTS = 24
"""So many points, evenly along its way, stand for a stroke when distances are measured."""
MOST_PARTS = 12
"""A digit has no more strokes than this, apart from those that clearly belong together."""
CLEAR = 8.0
"""Evidence beyond which two strokes are one whatever lies beside them."""

WEIGHTS = (
    *(-10.36, -13.8, 10.04, 15.22, 8.49, -4.14, -29.1, -16.98),
    *(-38.55, 19.84, 1.61, 26.79, 5.89, -0.92, -20.92),
)
"""What each of the `features` of two neighbouring strokes tells about their being of one digit.

Fitted by `python -m tests.benchmarks.splitting INK --fit` on digits of twenty writers.
"""
BIAS = 2.01
"""Log odds of that where all features are zero."""
FLAT, TOO_FLAT = 0.35, 20.0
"""What is lower than this part of the line is no digit of its own: so much evidence against it,
in log odds, where there is no height at all."""
SPREAD, TOO_WIDE = 1.7, 10.0
"""What is wider than so many heights of the line is no single digit: evidence a height more."""


@dataclass(frozen=True, eq=False)
class Part:
    """A stroke, or a connected piece of ink, as the splitting looks at it.

    Attributes
    ----------
    points : (n, 2) float64
        Points of the ink.
    left, top, right, bottom : float
    """

    points: NDArray[np.float64]
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        """Half way from left to right."""
        return (self.left + self.right) / 2


def part_of_line(points: Points) -> Part:
    """A stroke, (n, 2) points of its centre line, as a part."""
    line = points.astype(np.float64)
    left, top = line.min(axis=0).tolist()
    right, bottom = line.max(axis=0).tolist()
    way = np.zeros(len(line))
    np.cumsum(np.hypot(*(line[1:] - line[:-1]).T), out=way[1:])
    at = np.linspace(0.0, way[-1], POINTS)
    sampled = np.stack([np.interp(at, way, line[:, 0]), np.interp(at, way, line[:, 1])], axis=1)
    return Part(sampled, left, top, right, bottom)


def split(parts: Sequence[Part]) -> list[list[int]]:
    """Split ink into digits.

    Neighbours from left to right are held to be of one digit or of two by the gap between them,
    their distance, sizes and places, all in heights of the line (a logistic regression on numbers
    made of real digits). Of all ways to cut the line the most probable one is taken, by dynamic
    programming, where what is too flat or too wide for a digit counts against it.

    Parameters
    ----------
    parts : sequence of Part
        In the order of writing.

    Returns
    -------
    list of list of int
        The digits from left to right, each as the indices of its parts in the order of writing.
    """
    if len(parts) < 2:
        return [list(range(len(parts)))] if parts else []
    height = line_height(parts)
    order = sorted(range(len(parts)), key=lambda index: parts[index].middle)
    evidence = [
        float(features(parts[a], parts[b], height) @ WEIGHTS) + BIAS for a, b in pairwise(order)
    ]
    atoms, between = _merged(order, evidence)
    boxes = [box_of([parts[index] for index in atom]) for atom in atoms]
    cuts = [0, *_best_cuts(boxes, between, height), len(atoms)]
    return [
        sorted(index for atom in atoms[first:last] for index in atom)
        for first, last in pairwise(cuts)
    ]


def line_height(parts: Sequence[Part]) -> float:
    """How high the line is: the highest stroke, or half of all ink where strokes are short."""
    _, top, _, bottom = box_of(parts)
    highest = max(part.bottom - part.top for part in parts)
    widest = max(part.right - part.left for part in parts)
    return max(highest, (bottom - top) / 2, widest / 4, 1e-9)


def features(a: Part, b: Part, height: float) -> NDArray[np.float64]:
    """What tells whether two neighbours are of one digit, in heights of the line.

    Returns
    -------
    (15,) float64
        The gap, the distance, the width of both together, the lower and the higher height, how
        far they stand beside each other, how far their middles are apart, the narrower width; and
        products of some of these, because a gap tells more where both are as high as a digit.
    """
    gap = (max(a.left, b.left) - min(a.right, b.right)) / height
    squares = np.square(a.points[:, np.newaxis] - b.points).sum(axis=-1)
    distance = min(float(squares.min()) ** 0.5 / height, 0.5)
    width = (max(a.right, b.right) - min(a.left, b.left)) / height
    lower, higher = sorted(((a.bottom - a.top) / height, (b.bottom - b.top) / height))
    level = (min(a.bottom, b.bottom) - max(a.top, b.top)) / height / max(lower, 0.05)
    apart = abs(a.middle - b.middle) / height
    narrower = min(a.right - a.left, b.right - b.left) / height
    gap, width, level = min(max(gap, -0.5), 0.8), min(width, 2.5), min(max(level, -1.0), 1.0)
    alone = [gap, distance, width, lower, higher, level, apart, narrower]
    by_gap = [gap * narrower, gap * lower, gap * level, gap * distance]
    return np.array([*alone, *by_gap, apart * level, apart * lower, lower * level])


def box_of(parts: Sequence[Part]) -> Box:
    """Left, top, right and bottom of all parts together."""
    return (
        min(part.left for part in parts),
        min(part.top for part in parts),
        max(part.right for part in parts),
        max(part.bottom for part in parts),
    )


def _merged(order: list[int], evidence: list[float]) -> tuple[list[list[int]], list[float]]:
    """Parts that are clearly one, put together; the evidence between what is left."""
    atoms, between = [[order[0]]], []
    for index, odds in zip(order[1:], evidence, strict=True):
        if odds > CLEAR:
            atoms[-1].append(index)
        else:
            atoms.append([index])
            between.append(odds)
    return atoms, between


def _best_cuts(boxes: list[Box], between: list[float], height: float) -> list[int]:
    """Where a line of atoms is cut: before these of them."""
    count = len(boxes)
    costs, before = [0.0] + [np.inf] * count, [0] * (count + 1)
    for last in range(1, count + 1):
        left, top, right, bottom = boxes[last - 1]
        inside = 0.0
        for first in range(last - 1, max(last - 1 - MOST_PARTS, -1), -1):
            box = boxes[first]
            left, top = min(left, box[0]), min(top, box[1])
            right, bottom = max(right, box[2]), max(bottom, box[3])
            if first < last - 1:
                inside += _surprise(between[first])
            cut = _surprise(-between[first - 1]) if first else 0.0
            own = _implausible((right - left) / height, (bottom - top) / height)
            # One atom is what it is, however wide.
            cost = costs[first] + cut + inside + own
            if cost < costs[last]:
                costs[last], before[last] = cost, first
    cuts, at = [], before[count]
    while at:
        cuts.append(at)
        at = before[at]
    return cuts[::-1]


def _surprise(odds: float) -> float:
    """How much it costs to decide for what has these log odds."""
    return float(np.logaddexp(0.0, -odds))


def _implausible(width: float, height: float) -> float:
    """Evidence against ink of that size, in heights of the line, being one digit."""
    flat = TOO_FLAT * max(0.0, FLAT - height) / FLAT
    return flat + TOO_WIDE * max(0.0, width - SPREAD)
