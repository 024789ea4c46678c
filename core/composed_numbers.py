"""Numbers composed of digits that one writer drew, with gaps of a chosen kind."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .drawing import Drawing, Stroke

GAPS = {
    "wide": (0.5, 1.2),
    "normal": (0.12, 0.5),
    "tight": (0.02, 0.12),
    "overlapping": (-0.15, 0.02),
}
"""Between the boxes of neighbours, from and to, in heights of the digits; by kind."""
BASELINE = 0.05
"""Standard deviation of the digits' feet, in heights of the digits."""
DELAYED = 0.25
"""How often the last stroke of a digit, a bar most of the time, is written after all the rest."""
MARGIN = 50.0


@dataclass(frozen=True)
class ComposedNumber:
    """A number, and which of its strokes make each digit from left to right."""

    drawing: Drawing
    groups: list[list[int]]
    text: str


def compose(digits: Sequence[Drawing], kind: str, random: np.random.Generator) -> ComposedNumber:
    """Digits side by side, their strokes in the order of writing."""
    boxes = [digit.bounds for digit in digits]
    height = float(np.mean([box[3] - box[1] for box in boxes if box]))
    strokes: list[tuple[int, Stroke]] = []
    late: list[tuple[int, Stroke]] = []
    right = MARGIN
    for place, (digit, box) in enumerate(zip(digits, boxes, strict=True)):
        assert box is not None
        foot = 6 * MARGIN + random.normal(0.0, BASELINE) * height
        offset = np.array([right - box[0], foot - box[3]], np.float32)
        own = [(place, Stroke(each.points + offset, each.width)) for each in digit.strokes]
        if len(own) > 1 and place < len(digits) - 1 and random.random() < DELAYED:
            late.append(own.pop())
        strokes += own
        right += box[2] - box[0] + random.uniform(*GAPS[kind]) * height
    strokes += late
    groups: list[list[int]] = [[] for _ in digits]
    for index, (place, _) in enumerate(strokes):
        groups[place].append(index)
    text = "".join(str(digit.label) for digit in digits)
    paper = (right + MARGIN, 8 * MARGIN)
    return ComposedNumber(Drawing(paper, tuple(each for _, each in strokes)), groups, text)


def composed(
    drawings: Sequence[Drawing], kind: str, count: int, seed: int
) -> Iterator[ComposedNumber]:
    """So many numbers of two to six digits, each by one of the writers."""
    random = np.random.default_rng(seed)
    by_writer: dict[str, list[Drawing]] = {}
    for drawing in drawings:
        by_writer.setdefault(drawing.writer or "", []).append(drawing)
    writers = sorted(by_writer)
    for _ in range(count):
        own = by_writer[writers[random.integers(len(writers))]]
        length = random.integers(2, 7)
        yield compose([own[each] for each in random.integers(0, len(own), length)], kind, random)
