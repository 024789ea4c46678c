"""Drawings that are no digits, to try what a network makes of them: letters, scribbles, halves."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .drawing import Drawing, Stroke, usual_width
from .letter_shapes import curve, letter_lines
from .seeds import generator

PAPER = 500.0


def letters(names: Sequence[str], count: int, seed: int, other: bool = False) -> Iterator[Drawing]:
    """So many letters, each name in its turn, no two drawn alike; see `letter_lines`."""
    for number in range(count):
        random = generator(seed, "letter", number)
        yield _drawn(letter_lines(names[number % len(names)], random, other))


def signs(count: int, seed: int) -> Iterator[Drawing]:
    """So many signs that mean nothing: one to four short strokes, straight or bent.

    Some look like a digit by chance.
    """
    for number in range(count):
        random = generator(seed, "sign", number)
        yield _drawn([_sign_stroke(random) for _ in range(random.choice([1, 2, 2, 3, 3, 4]))])


def scribbles(count: int, seed: int) -> Iterator[Drawing]:
    """So many scribbles: tangles, zigzags, curls, lines across each other, each in its turn."""
    kinds = (_tangle, _zigzag, _curls, _lines)
    for number in range(count):
        random = generator(seed, "scribble", number)
        yield _drawn(kinds[number % len(kinds)](random))


def halves(drawings: Sequence[Drawing], seed: int) -> Iterator[Drawing]:
    """Drawings at whose middle the pen was lifted for good: 40 to 60 % of the way is left."""
    for number, drawing in enumerate(drawings):
        left = sum(map(_length, drawing.strokes))
        left *= generator(seed, "half", number).uniform(0.4, 0.6)
        kept: list[Stroke] = []
        for stroke in drawing.strokes:
            length = _length(stroke)
            if length > left:
                ways = np.cumsum(_steps(stroke.points))
                kept.append(Stroke(stroke.points[: 1 + int((ways < left).sum())], stroke.width))
                break
            kept.append(stroke)
            left -= length
        yield replace(drawing, strokes=tuple(kept), label=None)


def overlaid(drawings: Sequence[Drawing], seed: int) -> Iterator[Drawing]:
    """Two digits, one over the other, a little aside: each drawing with another of other label."""
    for number, drawing in enumerate(drawings):
        random = generator(seed, "overlaid", number)
        others = [each for each in drawings if each.label != drawing.label]
        aside = random.uniform(-1.0, 1.0, 2) * [0.3, 0.15]
        yield _together(drawing, others[random.integers(len(others))], aside)


def _together(one: Drawing, other: Drawing, aside: NDArray[np.float64]) -> Drawing:
    """Two drawings on one paper, the other's ink as large as the one's and aside by its height."""
    corners, others = (np.reshape(each.bounds or (0, 0, 1, 1), (2, 2)) for each in (one, other))
    size, own = (max(float(np.ptp(each, axis=0).max()), 1e-6) for each in (corners, others))
    middle, place = corners.mean(axis=0), others.mean(axis=0)
    strokes = [
        replace(
            each,
            points=((each.points - place) * (size / own) + middle + aside * size).astype(
                np.float32
            ),
        )
        for each in other.strokes
    ]
    return Drawing(one.size, (*one.strokes, *strokes))


def _sign_stroke(random: np.random.Generator) -> NDArray[np.float64]:
    """A way from place to place of four by four, in a frame higher than wide."""
    points = random.integers(0, 4, (random.choice([2, 3, 3, 4, 5]), 2)) * [1.0, 1.5] / 3
    points += random.normal(0.0, 0.05, points.shape)
    return curve(points) if len(points) > 2 and random.random() < 0.5 else points


def _tangle(random: np.random.Generator) -> list[NDArray[np.float64]]:
    return [curve(random.uniform(0.0, 1.0, (random.integers(8, 25), 2)))]


def _zigzag(random: np.random.Generator) -> list[NDArray[np.float64]]:
    count = random.integers(6, 16)
    points = np.stack([np.linspace(0.0, random.uniform(0.6, 1.6), count), np.arange(count) % 2], 1)
    points += random.normal(0.0, 0.07, points.shape)
    return [_turned(points, random.uniform(0.0, np.pi))]


def _curls(random: np.random.Generator) -> list[NDArray[np.float64]]:
    """Loops along a line, or around one middle with a radius that grows."""
    turns = np.linspace(0.0, 2 * np.pi * random.uniform(2.5, 6.0), 100)
    ring = np.stack([np.cos(turns), np.sin(turns)], 1)
    if random.random() < 0.5:
        points = ring * np.linspace(random.uniform(0.1, 0.5), 1.0, 100)[:, None]
    else:
        points = ring * 0.5 + turns[:, None] * [random.uniform(0.05, 0.15), 0.0]
    return [_turned(points * [1.0, random.uniform(0.6, 1.4)], random.uniform(0.0, np.pi))]


def _lines(random: np.random.Generator) -> list[NDArray[np.float64]]:
    return [random.uniform(0.0, 1.0, (2, 2)) for _ in range(random.integers(4, 9))]


def _turned(points: NDArray[np.float64], angle: float) -> NDArray[np.float64]:
    cos, sin = np.cos(angle), np.sin(angle)
    turned: NDArray[np.float64] = points @ np.array([[cos, sin], [-sin, cos]])
    return turned


def _drawn(lines: Sequence[NDArray[np.float64]]) -> Drawing:
    """Lines of any scale as strokes in the middle of a paper."""
    every = np.concatenate(lines)
    low, high = every.min(axis=0), every.max(axis=0)
    scale = 0.6 * PAPER / max(float((high - low).max()), 1e-6)
    size = (PAPER, PAPER)
    strokes = (((line - (low + high) / 2) * scale + PAPER / 2).astype(np.float32) for line in lines)
    return Drawing(size, tuple(Stroke(points, usual_width(size)) for points in strokes))


def _length(stroke: Stroke) -> float:
    return float(_steps(stroke.points).sum())


def _steps(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """Ways between one point and the next."""
    steps: NDArray[np.float32] = np.hypot(*np.diff(points, axis=0).T)
    return steps
