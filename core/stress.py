"""Drawings put to the test: shifted, shrunk, turned, slanted, drawn with other pens, and read."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .drawing import SMALLEST_SIZE, Drawing
from .errors import ModelError
from .preparation import ALL_STEPS, Steps, draw, ink_of, prepare
from .raster import Box, Grey, resample
from .reader import Reader, Reading
from .stroke_width import change_width, stroke_width

Corners = NDArray[np.float64]

PICTURE_SIDE = 280
"""Pixels on the longer side of a picture that is made of a drawing."""
INK_FROM = 0.5
SHORTEST = 1e-3
"""Writing shorter than this part of the paper, a dot, is not enlarged."""


@dataclass(frozen=True)
class Change:
    """What is done to a drawing; what is None stays as it was drawn.

    Attributes
    ----------
    x, y : float or None
        Where the middle of the ink is, from the middle of the paper, in parts of its longer side.
    size : float or None
        Longer side of the ink between the middles of its strokes, in the same parts. Ink never
        becomes so large that the pen would leave the paper.
    angle : float
        Degrees, clockwise.
    slant : float
        To the right for every step upwards.
    pen : float or None
        Width of the pen in parts of the paper. None lets it grow and shrink with the size.
    """

    x: float | None = None
    y: float | None = None
    size: float | None = None
    angle: float = 0.0
    slant: float = 0.0
    pen: float | None = None


NO_CHANGE = Change()


def changed(drawing: Drawing, change: Change) -> Drawing:
    """A drawing with a change made to it: strokes stay strokes, a picture is resampled once.

    Of a picture the ink is found first, and laid dark on white paper.

    Parameters
    ----------
    drawing : Drawing
    change : Change
        Ink that would leave the paper by it is pushed back as far as it goes.

    Returns
    -------
    Drawing
        On paper of the same size; as it was where nothing changes or nothing is drawn.
    """
    ink = _Ink(drawing)
    if change == NO_CHANGE or not len(ink.middles):
        return drawing
    way = _way(ink, drawing.size, change)
    pen = None if change.pen is None else change.pen * max(drawing.size)
    strokes = tuple(
        replace(
            stroke,
            points=(stroke.points @ way.matrix.T + way.offset).astype(np.float32),
            width=max(stroke.width * way.scale if pen is None else pen, SMALLEST_SIZE),
        )
        for stroke in drawing.strokes
    )
    if ink.grey is None:
        return replace(drawing, strokes=strokes)
    grey, box = (ink.grey, ink.box) if pen is None else ink.thickened(pen / way.scale)
    return replace(drawing, strokes=strokes, picture=_laid(grey, box, drawing.size, way))


def as_picture(drawing: Drawing) -> Drawing:
    """The same as a picture, dark on white, 280 pixels on its longer side; what was one stays."""
    if not drawing.strokes:
        return drawing
    shape = _shape(drawing.size)
    ink = draw(drawing.strokes, (0.0, 0.0, *drawing.size), shape)
    if drawing.picture is not None:
        height, width = drawing.picture.shape
        found = ink_of(drawing.picture)
        if found is not None:
            left, top, right, bottom = found.box
            x, y = found.ink.shape[1] / (right - left), found.ink.shape[0] / (bottom - top)
            box = (-left * x, -top * y, (width - left) * x, (height - top) * y)
            ink = np.maximum(ink, resample(found.ink, box, shape))
    return replace(drawing, strokes=(), picture=_dark_on_white(ink))


def read(
    reader: Reader,
    drawing: Drawing,
    change: Change = NO_CHANGE,
    steps: Steps = ALL_STEPS,
    pictured: bool = False,
) -> Reading | None:
    """The answer for a drawing with a change made to it; None where nothing is left to be read.

    Parameters
    ----------
    reader : Reader
    drawing : Drawing
    change : Change
    steps : Steps
        Those of the preparation that are taken.
    pictured : bool
        Strokes are read from a picture of them.

    Raises
    ------
    ModelError
        Steps are left out, but the network reads no handwriting and has none.
    """
    drawing = changed(drawing, change)
    if pictured:
        drawing = as_picture(drawing)
    if steps == ALL_STEPS:
        return reader.read(drawing)
    if reader.model.preparation == "none":
        raise ModelError(
            "This network reads drawings as they stand: there is no step of the preparation to "
            "leave out."
        )
    image = prepare(drawing, steps)
    return None if image is None else reader.read_image(image)


class _Ink:
    """Where the ink of a drawing lies, strokes and the ink of a picture as one.

    Attributes
    ----------
    grey, box : (h, w) float32, tuple of float
        The ink of a picture, and where it lies in the drawing's units; None without.
    middles : (n, 2) float64
        Points in the middle of strokes, enough of them to tell how far these reach.
    width : float
        Of the widest pen, in the drawing's units.
    """

    def __init__(self, drawing: Drawing) -> None:
        self.grey: Grey | None = None
        self.box: Box = (0.0, 0.0, 0.0, 0.0)
        self.width = max((stroke.width for stroke in drawing.strokes), default=0.0)
        middles = [stroke.points.astype(np.float64) for stroke in drawing.strokes]
        if drawing.picture is not None and (found := ink_of(drawing.picture)) is not None:
            x = drawing.size[0] / drawing.picture.shape[1]
            y = drawing.size[1] / drawing.picture.shape[0]
            left, top, right, bottom = found.box
            self.grey, self.box = found.ink, (left * x, top * y, right * x, bottom * y)
            middles.append(self._inside(found.ink))
        self.middles = np.concatenate(middles) if middles else np.empty((0, 2))

    def _inside(self, grey: Grey) -> Corners:
        """The ink of a picture as points, drawn together by half a pen on each side."""
        left, top, right, bottom = self.box
        rows, columns = np.nonzero(grey > INK_FROM)
        unit = np.array([right - left, bottom - top]) / grey.shape[::-1]
        points = (np.stack([columns, rows], axis=1) + 0.5) * unit + [left, top]
        width = stroke_width(grey) * float(unit[0])
        self.width = max(self.width, width)
        low, high = points.min(axis=0), points.max(axis=0)
        longer = float((high - low).max())
        inner = max(longer - width, 0.1 * longer) / max(longer, SMALLEST_SIZE)
        return np.asarray((points - (low + high) / 2) * inner + (low + high) / 2)

    def thickened(self, width: float) -> tuple[Grey, Box]:
        """The ink of a picture with strokes of that width, as far as its pixels allow."""
        assert self.grey is not None
        left, top, right, bottom = self.box
        unit = (right - left) / self.grey.shape[1]
        before = stroke_width(self.grey)
        # Less than a pixel wide is no line any more; twice as wide as all the ink, nothing else.
        wanted = min(max(width / unit, 1.0), 2.0 * max(self.grey.shape))
        grey = change_width(self.grey > INK_FROM, before, wanted - before)
        rim = (grey.shape[0] - self.grey.shape[0]) / 2 * unit
        return grey, (left - rim, top - rim, right + rim, bottom + rim)


@dataclass(frozen=True, eq=False)
class _Way:
    """Where a change takes the points of a drawing: `points @ matrix.T + offset`."""

    matrix: Corners
    offset: Corners
    scale: float


def _way(ink: _Ink, paper: tuple[float, float], change: Change) -> _Way:
    side = max(paper)
    angle = np.deg2rad(change.angle)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[1.0, -change.slant], [0.0, 1.0]])
    moved = ink.middles @ matrix.T
    longer = float(np.ptp(moved, axis=0).max())
    scale = 1.0
    if change.size is not None and longer > SHORTEST * side:
        if change.pen is None:
            largest = side / (longer + ink.width)
        else:
            largest = side * max(1.0 - change.pen, 0.1) / longer
        scale = min(change.size * side / longer, largest)
    low, high = scale * moved.min(axis=0), scale * moved.max(axis=0)
    place = (ink.middles.max(axis=0) + ink.middles.min(axis=0)) / 2
    for axis, wanted in enumerate((change.x, change.y)):
        if wanted is not None:
            place[axis] = paper[axis] / 2 + wanted * side
    pen = ink.width * scale if change.pen is None else change.pen * side
    half = np.minimum((high - low + pen) / 2, np.array(paper) / 2)
    place = np.clip(place, half, paper - half)
    return _Way(scale * matrix, place - (low + high) / 2, scale)


def _laid(ink: Grey, box: Box, size: tuple[float, float], way: _Way) -> NDArray[np.uint8]:
    """Ink that lies in a box of a drawing, moved, on white paper of that size."""
    left, top, right, bottom = box
    height, width = _shape(size)
    # As fine as the new picture before it is turned, so that nothing is aliased.
    step = max(size) / PICTURE_SIDE
    fine = (
        max(1, round((bottom - top) * way.scale / step)),
        max(1, round((right - left) * way.scale / step)),
    )
    ink = resample(ink, (0.0, 0.0, ink.shape[1], ink.shape[0]), fine)
    rows, columns = np.mgrid[0:height, 0:width]
    places = (np.stack([columns.ravel(), rows.ravel()], axis=1) + 0.5) * step
    x, y = ((places - way.offset) @ np.linalg.inv(way.matrix).T).T
    x = (x - left) / (right - left) * fine[1] - 0.5
    y = (y - top) / (bottom - top) * fine[0] - 0.5
    return _dark_on_white(_between(ink, np.stack([x, y])).reshape(height, width))


def _shape(size: tuple[float, float]) -> tuple[int, int]:
    """Height and width of a picture of paper of that size."""
    step = max(size) / PICTURE_SIDE
    return max(1, round(size[1] / step)), max(1, round(size[0] / step))


def _between(image: Grey, places: NDArray[np.float64]) -> Grey:
    """Values of an image at places (2, n) between its pixels; nothing, 0, outside of it."""
    framed = np.pad(image, 1)
    height, width = framed.shape
    places = np.clip(places + 1, 0, [[width - 1.001], [height - 1.001]])
    column, row = places.astype(np.intp)
    dx, dy = (places - (column, row)).astype(np.float32)
    upper = framed[row, column] * (1 - dx) + framed[row, column + 1] * dx
    lower = framed[row + 1, column] * (1 - dx) + framed[row + 1, column + 1] * dx
    return np.asarray(upper * (1 - dy) + lower * dy)


def _dark_on_white(ink: Grey) -> NDArray[np.uint8]:
    return np.asarray(np.rint(255 * (1 - ink.clip(0, 1))).astype(np.uint8))


@dataclass(frozen=True)
class Axis:
    """A way to change a drawing, from little to much.

    Attributes
    ----------
    name : str
        A field of `Change`.
    title, unit : str
        In words; `%` is of the canvas, and nothing where values are ratios.
    low, high : float
    geometric : bool
        Whether values grow by the same factor instead of the same step.
    """

    name: str
    title: str
    unit: str
    low: float
    high: float
    geometric: bool = False

    def values(self, count: int) -> list[float]:
        """So many values from the lowest to the highest."""
        if self.geometric:
            return [float(value) for value in np.geomspace(self.low, self.high, count)]
        return [float(value) for value in np.linspace(self.low, self.high, count)]

    def short(self, value: float) -> str:
        """A value as it stands at the edge of a map."""
        if self.unit == "%":
            # Half a percent is rounded up; small ones keep their second figure.
            percent = 100 * abs(value) * (1 + 1e-9)
            text = f"{percent:.0f} %" if percent >= 1 else f"{percent:.2g} %"
        elif self.unit:
            text = f"{abs(value):.0f}{self.unit}"
        else:
            text = f"{abs(value):.2f}"
        sign = "+" if value > 0 else "−"
        return text if self.geometric or abs(value) < 1e-9 else sign + text


AXES: dict[str, Axis] = {
    axis.name: axis
    for axis in (
        Axis("x", "across", "%", -0.375, 0.375),
        Axis("y", "down", "%", -0.375, 0.375),
        Axis("size", "size", "%", 1 / 8, 1.0, geometric=True),
        Axis("angle", "turned", "°", -45.0, 45.0),
        Axis("slant", "slanted", "", -0.6, 0.6),
        # From one pixel of a small canvas to a quarter of it.
        Axis("pen", "pen", "%", 1 / 400, 1 / 4, geometric=True),
    )
}
"""By name, with the ranges that people's drawings may be expected in, and more."""
