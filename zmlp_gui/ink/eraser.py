"""A round eraser: strokes are cut where it passes, pictures lose their ink there."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.drawing import Drawing, Stroke

Point = tuple[float, float]
Floats = NDArray[np.float64]

# Pieces and divisors smaller than this are nothing: a millionth of a segment.
TINY = 1e-6


def erase(drawing: Drawing, start: Point, end: Point, radius: float) -> Drawing:
    """Move a round eraser over a drawing along a straight line.

    A stroke loses every part that the eraser touches, ink and not only its middle line, and
    falls into the pieces that are left; they end round, just beside the eraser's way.

    Parameters
    ----------
    drawing : Drawing
        Is not changed.
    start, end : (x, y)
        Where the eraser's centre moves from and to, in the drawing's units.
    radius : float
        The eraser's, in the drawing's units.

    Returns
    -------
    Drawing
        `drawing` itself where nothing was touched.
    """
    strokes: list[Stroke] = []
    for stroke in drawing.strokes:
        strokes.extend(_cut(stroke, np.array(start), np.array(end), radius + stroke.width / 2))
    picture = _wipe(drawing, start, end, radius)
    # A stroke that was not touched comes back as the same object.
    if picture is drawing.picture and list(map(id, strokes)) == list(map(id, drawing.strokes)):
        return drawing
    return replace(drawing, strokes=tuple(strokes), picture=picture)


class Sweep:
    """One movement of the eraser, from where it is put down to where it is lifted.

    Attributes
    ----------
    drawing : Drawing
        What is left so far; the same object as in the beginning until something is touched.
    """

    def __init__(self, drawing: Drawing, at: Point, radius: float) -> None:
        self.drawing = drawing
        self._at = at
        self._radius = radius

    def move(self, to: Point) -> tuple[tuple[Point, Point], float] | None:
        """Erase on the straight way to a point.

        Returns
        -------
        ((x, y), (x, y)), float
            The way's ends, and how far beside it the drawing looks different; None where
            nothing was touched.
        """
        way, self._at = (self._at, to), to
        left = erase(self.drawing, *way, self._radius)
        if left is self.drawing:
            return None
        # A piece that is left ends half its width beyond the cut.
        widest = max((stroke.width for stroke in self.drawing.strokes), default=0.0)
        self.drawing = edited(left)
        return way, self._radius + widest


def edited(drawing: Drawing, **values: object) -> Drawing:
    """A copy that is not a known person's known digit any more."""
    return replace(drawing, label=None, writer=None, **values)  # type: ignore[arg-type]


def _cut(stroke: Stroke, start: Floats, end: Floats, reach: float) -> Iterator[Stroke]:
    """The pieces of a stroke that the way comes no nearer than `reach`; itself, if it is whole."""
    points = stroke.points.astype(np.float64)
    if np.any(points.max(axis=0) < np.minimum(start, end) - reach) or np.any(
        points.min(axis=0) > np.maximum(start, end) + reach
    ):
        yield stroke
        return
    # A dot is a segment that goes nowhere.
    ends = points[1:] if len(points) > 1 else points
    enter, leave = _inside(points[: len(ends)], ends - points[: len(ends)], start, end, reach)
    touched = np.flatnonzero(leave > enter)
    if not len(touched):
        yield stroke
        return
    if len(points) == 1:
        return
    kept_from = 0.0
    for segment in touched:
        if segment + enter[segment] > kept_from + TINY:
            yield _piece(stroke, kept_from, float(segment + enter[segment]))
        kept_from = float(segment + leave[segment])
    if kept_from < len(ends) - TINY:
        yield _piece(stroke, kept_from, float(len(ends)))


def _piece(stroke: Stroke, first: float, last: float) -> Stroke:
    """The part of a stroke between two positions; position 2.5 is halfway from point 2 to 3."""
    between = np.arange(np.floor(first) + 1, np.ceil(last))
    positions = np.concatenate([[first], between, [last]])
    index = np.arange(len(stroke.points))

    def at(values: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.interp(positions, index, values).astype(np.float32)

    return replace(
        stroke,
        points=np.stack([at(stroke.points[:, 0]), at(stroke.points[:, 1])], axis=1),
        times=None if stroke.times is None else at(stroke.times),
        pressures=None if stroke.pressures is None else at(stroke.pressures),
    )


def _inside(
    origin: Floats, step: Floats, start: Floats, end: Floats, reach: float
) -> tuple[Floats, Floats]:
    """Where segments, origin + t·step for t from 0 to 1, run within `reach` of the eraser's way.

    All points that near to a straight way form a convex shape, two discs and the band between,
    so each segment is inside from one t to another; outside all along, the first is not smaller.
    """
    parts = [_in_disc(origin, step, start, reach), _in_disc(origin, step, end, reach)]
    way = end - start
    length = float(np.hypot(*way))
    if length > TINY:
        along = way / length
        across = np.array([-along[1], along[0]])
        offset = origin - start
        first = _in_range(offset @ along, step @ along, 0.0, length)
        second = _in_range(offset @ across, step @ across, -reach, reach)
        parts.append((np.maximum(first[0], second[0]), np.minimum(first[1], second[1])))
    enter, leave = np.full(len(origin), np.inf), np.full(len(origin), -np.inf)
    for low, high in parts:
        low, high = np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)
        real = high > low
        enter = np.where(real, np.minimum(enter, low), enter)
        leave = np.where(real, np.maximum(leave, high), leave)
    return enter, leave


def _in_disc(origin: Floats, step: Floats, centre: Floats, reach: float) -> tuple[Floats, Floats]:
    """Where segments run inside a disc: the roots of |origin + t·step - centre|² = reach²."""
    offset = origin - centre
    a = np.maximum((step * step).sum(axis=1), TINY * TINY)
    b = (offset * step).sum(axis=1)
    c = (offset * offset).sum(axis=1) - reach * reach
    square = b * b - a * c
    root = np.sqrt(np.maximum(square, 0.0))
    meets = square > 0.0
    return np.where(meets, (-b - root) / a, 1.0), np.where(meets, (-b + root) / a, 0.0)


def _in_range(value: Floats, slope: Floats, low: float, high: float) -> tuple[Floats, Floats]:
    """Where the straight value + t·slope lies between low and high."""
    steep = np.where(np.abs(slope) < TINY, TINY, slope)
    one, other = (low - value) / steep, (high - value) / steep
    return np.minimum(one, other), np.maximum(one, other)


def _wipe(drawing: Drawing, start: Point, end: Point, radius: float) -> NDArray[np.uint8] | None:
    """The picture with its ground where the eraser passed; the picture itself if it did not."""
    picture = drawing.picture
    if picture is None:
        return None
    height, width = picture.shape[:2]
    scale = np.array([width / drawing.size[0], height / drawing.size[1]])
    low = np.floor((np.minimum(start, end) - radius) * scale).astype(int).clip(0, [width, height])
    high = np.ceil((np.maximum(start, end) + radius) * scale).astype(int).clip(0, [width, height])
    if np.any(low >= high):
        return picture
    x = (np.arange(low[0], high[0]) + 0.5) / scale[0] - start[0]
    y = (np.arange(low[1], high[1]) + 0.5)[:, np.newaxis] / scale[1] - start[1]
    way = np.subtract(end, start)
    nearest = ((x * way[0] + y * way[1]) / max(float(way @ way), TINY)).clip(0.0, 1.0)
    near = np.hypot(x - nearest * way[0], y - nearest * way[1]) < radius
    wiped = picture.copy()
    wiped[low[1] : high[1], low[0] : high[0]][near] = ground(picture)
    return picture if np.array_equal(wiped, picture) else wiped


def ground(picture: NDArray[np.uint8]) -> int:
    """The grey value of the paper in a picture: the median along its edges."""
    edges = [picture[0], picture[-1], picture[:, 0], picture[:, -1]]
    return int(np.median(np.concatenate(edges)))
