"""Variants of drawings, to learn from: how else a person might have written the same."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .drawing import Drawing, Stroke
from .preparation import draw
from .seeds import generator

# Parts of the ink's longer side, degrees, and logarithms of factors; each is a largest value, but
# for the warp, which is a standard deviation. Strokes of one digit are moved against each other.
WARP = 0.065
TURN, SLANT, STRETCH = 8.0, 0.2, 0.2
STROKE_SHIFT, STROKE_TURN, STROKE_STRETCH = 0.05, 7.0, 0.14
TRIM, LONG = 0.1, 0.15
"""How much of an end may be missing, of strokes with at least this part of the digit's length."""
STEP = 0.03
"""Between points along a stroke, so that straight lines bend as well."""
WAVES = [(y, x) for y in range(4) for x in range(4) if 0 < y + x <= 4]

SIDES = 16, 400
"""Pixels on a side of a picture."""
WIDEST_PEN = 1 / 4
WIDE_PENS = 0.75, 1 / 8
"""So many of the pens are wider than this part of the side."""
MARGIN, WIDEST_MARGIN = 0.03, 0.12
"""Paper around the ink, as parts of the side."""
HARD = 0.25
"""So many of the pictures have no grey."""

Lines = list[NDArray[np.float64]]


def variants(
    drawings: Iterable[Drawing], copies: int, pictures: int, seed: int
) -> Iterator[Drawing]:
    """Variants of drawings with strokes and a label, in the drawings' order.

    Parameters
    ----------
    drawings : iterable of Drawing
        Those without strokes or label are passed over, and so is a picture below the strokes.
    copies, pictures : int
        Variants of each drawing as strokes (see `rewritten`) and as pictures (see `painted`).
    seed : int
        The same seed gives the same variants of a drawing at the same place.
    """
    for place, drawing in enumerate(drawings):
        if drawing.label is None or not drawing.strokes:
            continue
        random = generator(seed, "variants", place)
        for _ in range(copies):
            yield rewritten(drawing, random)
        for _ in range(pictures):
            yield painted(drawing, random)


def rewritten(drawing: Drawing, random: np.random.Generator) -> Drawing:
    """The strokes as the same hand might have written them another time.

    The whole is turned, slanted, stretched and bent by a few smooth waves, single strokes are moved
    against each other, and some ends are cut a little shorter.

    Parameters
    ----------
    drawing : Drawing
        With strokes.
    random : Generator
        Where chance comes from.

    Returns
    -------
    Drawing
        Strokes alone, without times; paper, pens, label and writer as they were.
    """
    lines, middle, size = _unit(drawing)
    lengths = [_length(line) for line in lines]
    amounts = random.normal(0.0, WARP, (len(WAVES), 2)) / [[y + x] for y, x in WAVES]
    phases = random.uniform(0.0, 2 * math.pi, (len(WAVES), 2))
    whole = _affine(random, TURN, SLANT, STRETCH)
    for place, line in enumerate(lines):
        line = _resampled(line)
        if lengths[place] >= LONG * sum(lengths):
            line = _trimmed(line, random)
        if len(lines) > 1:
            own = _affine(random, STROKE_TURN, 0.0, STROKE_STRETCH)
            centre = line.mean(axis=0)
            line = (line - centre) @ own.T + centre
            line += random.uniform(-STROKE_SHIFT, STROKE_SHIFT, 2)
        lines[place] = (line + _bent(line, phases) @ amounts) @ whole.T * size + middle
    strokes = tuple(
        Stroke(line.astype(np.float32), stroke.width)
        for line, stroke in zip(lines, drawing.strokes, strict=True)
    )
    return replace(drawing, strokes=strokes, picture=None)


def painted(drawing: Drawing, random: np.random.Generator) -> Drawing:
    """The drawing as a picture, dark on white, of any size, drawn with a round pen of any width.

    The strokes with their pen fill the picture but for a margin; the pen is from one pixel to a
    quarter of the side wide, mostly a wide one.

    Parameters
    ----------
    drawing : Drawing
        With strokes.
    random : Generator
        Where chance comes from.

    Returns
    -------
    Drawing
        A square picture alone; label and writer as they were.
    """
    side = round(math.exp(random.uniform(*np.log(SIDES))))
    share, wide = WIDE_PENS
    if random.random() < share:
        # The widest, which are the hardest to read, come up most.
        pen = side * wide * (WIDEST_PEN / wide) ** random.triangular(0.0, 1.0, 1.0)
    else:
        pen = max(1.0, side * math.exp(random.uniform(math.log(1 / side), math.log(wide))))
    margin = random.uniform(0.0, WIDEST_MARGIN)
    picture = pictured(drawing, side, pen, random.random() >= HARD, margin)
    return replace(drawing, size=(float(side), float(side)), strokes=(), picture=picture)


def pictured(
    drawing: Drawing, side: int, pen: float, smooth: bool = True, margin: float = MARGIN
) -> NDArray[np.uint8]:
    """Strokes in black on a white square that they and a round pen just fill.

    Parameters
    ----------
    drawing : Drawing
    side : int
        Of the picture, in pixels.
    pen : float
        Width in pixels.
    smooth : bool
        Whether edges are smooth.
    margin : float
        Paper around the ink, as a part of the side; a pixel at least.

    Returns
    -------
    (side, side) uint8
    """
    left, top, right, bottom = drawing.bounds or (0.0, 0.0, 1.0, 1.0)
    room = side - 2 * max(1.0, margin * side) - pen
    unit = max(right - left, bottom - top, 1e-6) / max(room, 1.0)
    half = side * unit / 2
    x, y = (left + right) / 2, (top + bottom) / 2
    strokes = [Stroke(stroke.points, pen * unit) for stroke in drawing.strokes]
    ink = draw(strokes, (x - half, y - half, x + half, y + half), (side, side))
    grey = np.rint(255 * (1 - ink)) if smooth else np.where(ink > 0.5, 0, 255)
    return np.asarray(grey, np.uint8)


def _unit(drawing: Drawing) -> tuple[Lines, NDArray[np.float64], float]:
    """Centre lines about 0, their longer side being 1; where they were, and how large."""
    lines = [stroke.points.astype(np.float64) for stroke in drawing.strokes]
    points = np.concatenate(lines)
    low, high = points.min(axis=0), points.max(axis=0)
    # A dot has no size.
    size = float((high - low).max()) or 1.0
    middle = (low + high) / 2
    return [(line - middle) / size for line in lines], middle, size


def _affine(
    random: np.random.Generator, turn: float, slant: float, stretch: float
) -> NDArray[np.float64]:
    """A chance turn, slant and stretch in each axis; (2, 2)."""
    angle = math.radians(random.uniform(-turn, turn))
    sine, cosine = math.sin(angle), math.cos(angle)
    slanted = np.array([[1.0, random.uniform(-slant, slant)], [0.0, 1.0]])
    stretched = np.diag(np.exp(random.uniform(-stretch, stretch, 2)))
    turned = np.array([[cosine, -sine], [sine, cosine]])
    return np.asarray(turned @ slanted @ stretched)


def _bent(line: NDArray[np.float64], phases: NDArray[np.float64]) -> NDArray[np.float64]:
    """The waves at the points of a line; (n, waves)."""
    waves = np.array(WAVES)
    # No wave along an axis, no phase.
    angles = math.pi * waves * (line[:, None] + 0.5) + phases * (waves > 0)
    return np.asarray(np.cos(angles).prod(axis=2))


def _length(line: NDArray[np.float64]) -> float:
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def _resampled(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points at even distances along a line, its ends among them."""
    way = np.append(0.0, np.hypot(*np.diff(line, axis=0).T).cumsum())
    stops = np.linspace(0.0, way[-1], int(way[-1] / STEP) + 2)
    return np.stack([np.interp(stops, way, column) for column in line.T], axis=1)


def _trimmed(line: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    """A line of which each end, one time in two, is a little shorter."""
    shares = random.uniform(0.0, TRIM, 2) * (random.random(2) < 0.5)
    first, last = (shares * len(line)).astype(int)
    return line[first : len(line) - last]
