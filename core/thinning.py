"""How wide strokes are in an image, and the centre lines of those too wide or too thin to keep."""

import numpy as np
from numpy.typing import NDArray

from .raster import Grey, Points

Mask = NDArray[np.bool_]


def stroke_width(ink: Grey) -> float:
    """Mean width of the strokes in pixels: twice their area over the length of their edge.

    Parameters
    ----------
    ink : (h, w) float32
        From 0 to 1. The length of the edge is the total variation, so that a soft edge counts as
        a sharp one does. MNIST has 2.6, and 1.8 to 3.8 in nine digits of ten.
    """
    framed = np.pad(ink, 1)
    a, b, c, d = framed[:-1, :-1], framed[:-1, 1:], framed[1:, :-1], framed[1:, 1:]
    edge = np.hypot((b + d - a - c) / 2, (c + d - a - b) / 2).sum()
    return 2 * float(ink.sum()) / float(edge)


def centre_points(mask: Mask, width: float) -> Points:
    """Points of the centre lines of strokes, one pixel apart.

    Parameters
    ----------
    mask : (h, w) bool
        Where there is ink; some.
    width : float
        Width of the strokes in pixels. Side branches shorter than half of it come from a rough
        edge and are pruned.

    Returns
    -------
    (2, n) float32
        In pixels, the first one reaching from 0 to 1.
    """
    lines = _pruned(thin(mask), round(width / 2))
    y, x = np.nonzero(lines)
    return np.array([x, y], np.float32) + np.float32(0.5)


def thin(mask: Mask) -> Mask:
    """Lines one pixel wide in the middle of strokes (Zhang & Suen 1984)."""
    lines = np.pad(mask, 1).astype(np.uint8)
    inside = lines[1:-1, 1:-1]
    removable = _removable()
    changed = True
    while changed:
        changed = False
        for side in removable:
            gone = side[_neighbours(lines)] & inside
            if gone.any():
                inside ^= gone
                changed = True
    return inside.astype(np.bool_)


def _neighbours(lines: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The eight neighbours of each pixel inside a frame as bits, clockwise from the north."""
    codes = lines[:-2, 1:-1].copy()
    clockwise = (
        lines[:-2, 2:], lines[1:-1, 2:], lines[2:, 2:], lines[2:, 1:-1],
        lines[2:, :-2], lines[1:-1, :-2], lines[:-2, :-2],
    )  # fmt: skip
    for bit, neighbour in enumerate(clockwise, 1):
        codes |= neighbour << bit
    return codes


def _removable() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """For each code of neighbours whether a pixel goes in the south-east and the north-west pass."""
    ring = (np.arange(256)[:, None] >> np.arange(8)) & 1
    count = ring.sum(axis=1)
    rises = ((ring == 0) & (np.roll(ring, -1, axis=1) == 1)).sum(axis=1)
    edge = (count >= 2) & (count <= 6) & (rises == 1)
    north, east, south, west = ring[:, ::2].T.astype(np.bool_)
    first = edge & ~(north & east & south) & ~(east & south & west)
    second = edge & ~(north & east & west) & ~(north & south & west)
    return first.astype(np.uint8), second.astype(np.uint8)


def _pruned(lines: Mask, length: int) -> Mask:
    """Lines without side branches up to a length; what is left grows back to its old ends."""
    framed = np.pad(lines, 1).astype(np.uint8)
    kept = framed.copy()
    inside = kept[1:-1, 1:-1]
    for _ in range(length):
        inside &= _count(kept) > 1
    if not inside.any():
        return lines
    for _ in range(length):
        ends = np.zeros_like(kept)
        ends[1:-1, 1:-1] = inside & (_count(kept) <= 1)
        inside |= (_count(ends) > 0) & lines
    return inside.astype(np.bool_)


def _count(framed: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Number of neighbours of each pixel inside a frame."""
    rows = framed[:, :-2] + framed[:, 1:-1] + framed[:, 2:]
    return rows[:-2] + rows[1:-1] + rows[2:] - framed[1:-1, 1:-1]
