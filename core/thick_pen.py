"""Finds the way of a thick pen again, from the outline of the ink that it left.

Every place on the edge of a round pen's ink has the middle of the pen straight below it, at the
depth of the pen's radius. Where a loop has run full the lines around it are found in this way; only
what lay deeper than other strokes leaves no trace.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .picture_pieces import connected
from .raster import Grey, Points, cover
from .stroke_width import Mask, thin

MARGIN = 6
"""Paper around the ink, in pixels, that the smoothing takes."""
SOFT = 1.0
"""Standard deviation in pixels of the smoothing before the direction of the edge is taken."""
SHARPEST = 0.25
"""Hollow corners that turn more than this, in radians a pixel, are where two strokes meet."""
SLACK = 1.0
"""Pixels by which a middle may be less deep than the pen's radius."""
THINNEST = 3.0
"""The edge of a thinner pen's ink, by its radius in pixels, is too coarse."""
COVERED = 0.9
"""A pen has drawn the ink if it fits in along this part of the edge."""
FINER = 0.97
"""Step from one radius to the next that is tried."""
END = 1.1
"""At the end of a stroke half the pen's edge, pi radii, has one middle, nearly."""
NO_END = 0.75
"""The radius without an end of a stroke, as part of the depth of the narrowest place."""
UNLIKE = 0.06
"""The way is not that of a round pen if it, drawn again, differs by more than this from the ink."""
FILLED = 0.8
"""What lies this much of the new pen's width below the lines is the inside of a loop.

A network that had learned with 0.6 misread so 348 of 8,000 pictures by two people, drawn with pens
of an eighth to a quarter of the side; with 0.8 it misread 311.
"""


@dataclass(frozen=True, eq=False)
class Trace:
    """The way of a thick pen.

    Attributes
    ----------
    outline : (2, n) float32
        Middles of the pen below the edge of the ink, in pixels.
    inner : (2, m) float32
        The middle lines of the ink, which lead on where the edge says nothing.
    depth : (m,) float32
        How deep they lie below the pen's radius.
    radius : float
        Half the width of the pen, in pixels.
    shape : tuple of int
        Height and width of the frame, `MARGIN` wider on each side than the ink's.
    """

    outline: Points
    inner: Points
    depth: NDArray[np.float32]
    radius: float
    shape: tuple[int, int]

    @property
    def length(self) -> float:
        """Longer side of the way, in pixels."""
        return float((self.outline.max(axis=1) - self.outline.min(axis=1)).max())

    def drawn(self, width: float) -> Grey:
        """The same way with a pen of another width, in the frame; from 0 to 1."""
        points = np.hstack([self.outline, self.inner[:, self.depth <= FILLED * width]])
        return cover(points, width / 2, self.shape)


def trace_pen(ink: Grey) -> Trace | None:
    """The way of a thick round pen.

    Parameters
    ----------
    ink : (h, w) float32
        From 0 to 1; some. Strokes are at least 14 pixels wide.

    Returns
    -------
    Trace or None
        None where no such pen would leave this ink.
    """
    ink = np.pad(ink, MARGIN)
    mask = ink > 0.5
    depth = depths(mask)
    edge = _Edge(_smooth(ink), mask & (depth <= 1.01))
    radius = _radius(mask, depth, edge)
    if radius < THINNEST:
        return None
    outline = edge.below(radius)[:, edge.deep(depth, radius) & (edge.turn < SHARPEST)]
    if outline.shape[1] < math.pi * radius:
        return None
    again = cover(outline, radius, mask.shape) > 0.5
    if np.count_nonzero(again != mask) > UNLIKE * np.count_nonzero(mask):
        return None
    y, x = np.nonzero(thin(mask) & (depth >= radius - SLACK))
    inner = np.array([x, y], np.float32) + np.float32(0.5)
    return Trace(outline, inner, depth[y, x] - np.float32(radius), radius, mask.shape)


def depths(mask: Mask) -> Grey:
    """Distance of each pixel's centre from the edge of a mask, 0 outside (Saito & Toriwaki 1994).

    The edge lies half a pixel from the centres of the pixels along it; outside the frame there is
    nothing.
    """
    padded = np.pad(mask, 1)
    squared = np.where(padded, np.float32(sum(padded.shape) ** 2), np.float32(0))
    for _ in range(2):
        # Along one axis, then along the other: each pixel takes the best of its line.
        place = np.arange(squared.shape[1], dtype=np.float32)
        apart = np.square(place[:, np.newaxis] - place)
        squared = (squared[:, :, np.newaxis] + apart).min(axis=1).T
    return np.asarray((np.sqrt(squared) - np.float32(0.5) * padded)[1:-1, 1:-1])


class _Edge:
    """The edge of ink: a place for each pixel along it, and which way is down.

    Attributes
    ----------
    places, down : (2, n) float32
        Places on the edge to a fraction of a pixel, and directions of length 1.
    turn : (n,) float32
        Curvature in radians a pixel; greater than 0 in hollows.
    """

    def __init__(self, soft: Grey, rim: Mask) -> None:
        slope = np.array([np.gradient(soft, axis=1), np.gradient(soft, axis=0)])
        steepness = np.hypot(slope[0], slope[1]) + np.float32(1e-6)
        down = slope / steepness
        y, x = np.nonzero(rim)
        level = ((soft - 0.5) / steepness)[y, x].clip(-1, 1)
        self.down = down[:, y, x]
        self.places = np.array([x, y], np.float32) + np.float32(0.5) - level * self.down
        self.turn = (np.gradient(down[0], axis=1) + np.gradient(down[1], axis=0))[y, x]

    def below(self, depth: float) -> Points:
        """What lies straight below the edge."""
        return np.asarray(self.places + np.float32(depth) * self.down, np.float32)

    def deep(self, depth: Grey, radius: float) -> Mask:
        """Where a pen of that radius fits into the ink and touches the edge."""
        height, width = depth.shape
        x, y = np.clip(self.below(radius).astype(np.intp), 0, [[width - 1], [height - 1]])
        return np.asarray(depth[y, x] >= radius - SLACK)


def _radius(mask: Mask, depth: Grey, edge: _Edge) -> float:
    """Half the width of the pen: that of the thinnest stroke, if one of its ends is to be seen.

    Ink without an end is narrowest where strokes cross, which is wider than the pen.
    """
    smooth = edge.turn < SHARPEST
    radius = float(depth.max())
    enough = COVERED * np.count_nonzero(smooth)
    while radius > SLACK and np.count_nonzero(edge.deep(depth, radius) & smooth) < enough:
        radius *= FINER
    x, y = edge.below(radius)
    gathered = (np.square(x[:, np.newaxis] - x) + np.square(y[:, np.newaxis] - y) < 4).sum(axis=0)
    if gathered.max() < END * math.pi * radius:
        radius *= NO_END
    pieces = connected(mask)[1]
    while connected(depth >= radius - SLACK)[1] > pieces:
        radius *= NO_END
    return radius


def _smooth(ink: Grey) -> Grey:
    """Ink with softer edges; nothing outside."""
    reach = math.ceil(3 * SOFT)
    weights = np.exp(-0.5 * np.square(np.arange(-reach, reach + 1, dtype=np.float32) / SOFT))
    for _ in range(2):
        framed = np.pad(ink, ((reach, reach), (0, 0)))
        rows = [weight * framed[row : row + len(ink)] for row, weight in enumerate(weights)]
        ink = (np.sum(rows, axis=0) / weights.sum()).T
    return ink
