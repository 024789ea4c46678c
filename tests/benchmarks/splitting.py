"""How often ink is split into its digits; with `--fit`, the weights that core/splitting.py holds.

    python -m tests.benchmarks.splitting INK [--fit]

INK holds single digits of thirty writers or more, by number. The first twenty serve to fit, the
others are judged on.
"""

import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core import splitting
from core.composed_numbers import composed
from core.drawing import Drawing, read_ink

FITTED = 20
NUMBERS = {"wide": 500, "normal": 2_000, "tight": 660, "overlapping": 660}
# A single digit that falls apart is worse than two that stick together.
IMPORTANCE = {"single": 3.0, "wide": 0.5, "normal": 1.0, "tight": 0.6, "overlapping": 0.5}
PENALTY = 0.1

Ink = tuple[Drawing, list[list[int]]]


def main(path: str, fit: bool) -> None:
    """Print how many drawings of each kind are split right, after fitting if that is asked for."""
    drawings = read_ink(path)
    writers = sorted({drawing.writer or "" for drawing in drawings}, key=int)
    chosen = set(writers[:FITTED])
    first = [drawing for drawing in drawings if drawing.writer in chosen]
    others = [drawing for drawing in drawings if drawing.writer not in chosen]
    if fit:
        weights, bias = fitted(first)
        print("WEIGHTS =", tuple(round(each, 2) for each in weights.tolist()))
        print("BIAS =", round(bias, 2))
        return
    for name, part in (("fitted on", first), ("others", others)):
        for kind in IMPORTANCE:
            results = [split(drawing) == groups for drawing, groups in ink(part, kind, 77)]
            print(f"{name:10} {kind:12} {np.mean(results):8.2%} of {len(results):,} right")


def ink(drawings: Sequence[Drawing], kind: str, seed: int) -> Iterator[Ink]:
    """Drawings of a kind, and which strokes make each digit."""
    if kind == "single":
        for drawing in drawings:
            yield drawing, [list(range(len(drawing.strokes)))]
    else:
        for number in composed(drawings, kind, NUMBERS[kind], seed):
            yield number.drawing, number.groups


def split(drawing: Drawing) -> list[list[int]]:
    """The digits of a drawing as groups of strokes."""
    return splitting.split([splitting.part_of_line(each.points) for each in drawing.strokes])


def fitted(drawings: Sequence[Drawing]) -> tuple[NDArray[np.float64], float]:
    """Weights and bias of the logistic regression that tells one digit from two."""
    rows, answers, importance = [], [], []
    for kind, weight in IMPORTANCE.items():
        for drawing, groups in ink(drawings, kind, 1):
            owner = {index: place for place, group in enumerate(groups) for index in group}
            parts = [splitting.part_of_line(each.points) for each in drawing.strokes]
            height = splitting.line_height(parts)
            order = sorted(range(len(parts)), key=lambda index: parts[index].middle)
            for a, b in pairwise(order):
                rows.append(splitting.features(parts[a], parts[b], height))
                answers.append(float(owner[a] == owner[b]))
                importance.append(weight)
    return regression(np.array(rows), np.array(answers), np.array(importance))


def regression(
    rows: NDArray[np.float64], answers: NDArray[np.float64], importance: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Logistic regression by Newton's method on standardised rows."""
    means, scales = rows.mean(axis=0), rows.std(axis=0)
    known = np.column_stack([(rows - means) / scales, np.ones(len(rows))])
    penalty = np.diag([PENALTY] * rows.shape[1] + [0.0])
    weights = np.zeros(known.shape[1])
    for _ in range(30):
        odds = 1.0 / (1.0 + np.exp(-(known @ weights)))
        slope = known.T @ (importance * (odds - answers)) + penalty @ weights
        curve = (known * (importance * odds * (1.0 - odds))[:, np.newaxis]).T @ known + penalty
        weights -= np.linalg.solve(curve, slope)
    own = weights[:-1] / scales
    return own, float(weights[-1] - own @ means)


if __name__ == "__main__":
    main(sys.argv[1], "--fit" in sys.argv)
