"""The one way from a drawing to the image that a network reads, made as the digits of MNIST were."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .drawing import Drawing, Stroke
from .picture_ink import DETAIL, PictureInk, find_ink, shrink
from .raster import Box, Grey, Points, centre_of_mass, cover, merge, resample, sample
from .stroke_width import Mask, change_width, stroke_width

Image = NDArray[np.uint8]

SIDE = 28
INK_SIDE = 19.0
"""Longer side of the ink between the middles of its soft edges; with them it takes 20 pixels."""
PEN = 2.4
"""Width of the pen: the median of MNIST's."""
PENS_KEPT = 1.7, 3.2
"""Widths that nine of ten digits of MNIST have: strokes of a picture outside are drawn anew."""
MIDDLE = 14.5
"""MNIST's centres of mass: the middle of the 15th pixel, the first reaching from 0 to 1."""
FINE = 2
"""Pixels to a pixel of the result while the pen draws; shrinking then places without blur."""
FRAME = 22 * FINE
MANY = 600
INK_FROM = 0.4
DOT = 1 / 50
"""Ink that is smaller than this part of the paper is not enlarged to full size."""


def prepare(drawing: Drawing) -> Image | None:
    """A drawing as a digit of MNIST: white on black, scaled, centred, drawn with MNIST's pen.

    Strokes are drawn anew from their centre lines, so that neither the brush nor the place nor the
    size of the writing shows in the result. Of a picture the ink is found, whatever the paper, and
    strokes over it are added as they stand. The strokes of a picture keep the width that they have
    if MNIST has it too. A digit of MNIST comes out as it is.

    Parameters
    ----------
    drawing : Drawing

    Returns
    -------
    (28, 28) uint8 or None
        None where nothing is drawn. The centre of mass is at 14.0, the first pixel's centre being
        0, and the longer side of the ink is 20 pixels, unless it would leave the frame.
    """
    found = None
    if drawing.picture is not None:
        if not drawing.strokes and (digit := _mnist_digit(drawing.picture)) is not None:
            return digit
        found = _ink_of(_SamePicture(drawing.picture))
    if found is not None:
        return _from_ink(*_flattened(found, drawing))
    if drawing.strokes:
        return _from_lines([stroke.points for stroke in drawing.strokes], max(drawing.size) * DOT)
    return None


def fit(drawing: Drawing, shape: tuple[int, int] = (SIDE, SIDE)) -> Image | None:
    """A drawing as it stands, made to fit an image: for networks that read no handwriting.

    Parameters
    ----------
    drawing : Drawing
        A picture keeps its grey values; without one the paper is black. Strokes are white.
    shape : tuple of int
        Height and width of the image.

    Returns
    -------
    (height, width) uint8 or None
        The whole paper in the middle, aspect kept; None where nothing is drawn.
    """
    if drawing.is_empty:
        return None
    height, width = shape
    paper_width, paper_height = drawing.size
    scale = min(width / paper_width, height / paper_height)
    # The image's edges on the paper.
    left, top = (paper_width - width / scale) / 2, (paper_height - height / scale) / 2
    box = (left, top, left + width / scale, top + height / scale)
    ink = _strokes(drawing.strokes, box, (height * FINE, width * FINE))
    image = resample(ink, (0, 0, width * FINE, height * FINE), shape)
    if drawing.picture is not None:
        picture = shrink(drawing.picture, max(1, max(drawing.picture.shape) // (4 * max(shape))))
        x, y = picture.shape[1] / paper_width, picture.shape[0] / paper_height
        on_picture = (box[0] * x, box[1] * y, box[2] * x, box[3] * y)
        np.maximum(image, resample(picture, on_picture, shape), out=image)
    return _bytes(image)


Preparation = Callable[[Drawing], Image | None]

PREPARATIONS: dict[str, Preparation] = {"digit-1": prepare, "none": fit}
"""By name and version. A version never changes, for networks have learned with it."""


def _mnist_digit(picture: Image) -> Image | None:
    """The picture, turned to white on black, if it has the size, place and peak of MNIST's."""
    if picture.shape != (SIDE, SIDE):
        return None
    for image in (picture, ~picture):
        if image.max() < 254:
            continue
        left, top, right, bottom = _bounds(image > 0)
        centre = centre_of_mass(image.astype(np.float32))
        # MNIST was shifted by whole pixels; a few of its 70,000 digits are 19 pixels long.
        if max(right - left, bottom - top) in (19, 20) and all(
            abs(place - MIDDLE) < 0.53 for place in centre
        ):
            return image.copy()
    return None


class _SamePicture:
    """A picture as a key that is the same for the same array, not for the same values."""

    def __init__(self, picture: Image) -> None:
        self.picture = picture

    def __hash__(self) -> int:
        return id(self.picture)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _SamePicture) and self.picture is other.picture


@lru_cache(maxsize=4)
def _ink_of(key: _SamePicture) -> PictureInk | None:
    """The ink of a picture, kept while one draws over it."""
    return find_ink(key.picture)


def _flattened(found: PictureInk, drawing: Drawing) -> tuple[Grey, float]:
    """The ink of a picture and of the strokes over it, and the size of a dot in its pixels."""
    assert drawing.picture is not None
    height, width = drawing.picture.shape
    x, y = drawing.size[0] / width, drawing.size[1] / height
    picture_box = (found.box[0] * x, found.box[1] * y, found.box[2] * x, found.box[3] * y)
    box = _union([picture_box, *(_extent(stroke) for stroke in drawing.strokes)])
    scale = DETAIL / max(box[2] - box[0], box[3] - box[1])
    dot = max(drawing.size) * DOT * scale
    if not drawing.strokes and abs(x / y - 1) < 0.01:
        return found.ink, dot
    shape = max(1, round((box[3] - box[1]) * scale)), max(1, round((box[2] - box[0]) * scale))
    rows, columns = found.ink.shape
    x, y = columns / (picture_box[2] - picture_box[0]), rows / (picture_box[3] - picture_box[1])
    left, top = picture_box[:2]
    around = ((box[0] - left) * x, (box[1] - top) * y, (box[2] - left) * x, (box[3] - top) * y)
    ink = resample(found.ink, around, shape)
    return np.maximum(ink, _strokes(drawing.strokes, box, shape)), dot


def _strokes(strokes: Sequence[Stroke], box: Box, shape: tuple[int, int]) -> Grey:
    """Strokes as wide as they were drawn, in an image of a part of the paper."""
    ink = np.zeros(shape, np.float32)
    x, y = shape[1] / (box[2] - box[0]), shape[0] / (box[3] - box[1])
    origin, scale = np.array([[box[0]], [box[1]]], np.float32), np.array([[x], [y]], np.float32)
    # Pens of nearly the same width are drawn at once.
    radius = [max(1, round(stroke.width * x)) / 2 for stroke in strokes]
    for each in set(radius):
        lines = [stroke.points for stroke, own in zip(strokes, radius, strict=True) if own == each]
        corners = (np.concatenate(lines).T - origin) * scale
        points = sample(corners, [len(line) for line in lines], max(0.5, each / 3))
        inside = (points >= 0) & (points < [[shape[1]], [shape[0]]])
        points = points[:, inside.all(axis=0)]
        if points.shape[1]:
            ink = np.maximum(ink, cover(merge(points, max(0.4, each / 4)), each, shape))
    return ink


def _from_ink(ink: Grey, dot: float) -> Image:
    """Ink of any size as a digit of MNIST; strokes too wide or too thin are drawn anew."""
    left, top, right, bottom = _bounds(ink > INK_FROM)
    longer = max(right - left, bottom - top, dot)
    width = stroke_width(ink)
    narrowest, widest = PENS_KEPT
    if not narrowest <= width * INK_SIDE / longer <= widest:
        part = PEN / INK_SIDE
        ink = change_width(ink > INK_FROM, width, (longer*part - width) / (1 - part))
        left, top, right, bottom = _bounds(ink > INK_FROM)
        longer = max(right - left, bottom - top, dot)
    return _placed(ink, (left, top, right, bottom), longer / INK_SIDE)


def _from_lines(lines: Sequence[Points], dot: float) -> Image:
    """Centre lines as a digit of MNIST."""
    corners, box = _scaled(np.concatenate(lines).T, dot)
    return _drawn(sample(corners, [len(line) for line in lines], 0.5 * FINE), box)


def _scaled(points: Points, dot: float) -> tuple[Points, Box]:
    """Points (2, n) at their final size, in the middle of a frame of fine pixels; their bounds."""
    left, top = points.min(axis=1).tolist()
    right, bottom = points.max(axis=1).tolist()
    scale = FINE * (INK_SIDE - PEN) / max(right - left, bottom - top, dot)
    middle = np.array([[left + right], [top + bottom]], np.float32) / 2
    half_width, half_height = (right - left) / 2 * scale, (bottom - top) / 2 * scale
    centre = FRAME / 2
    box = (centre - half_width, centre - half_height, centre + half_width, centre + half_height)
    return (points - middle) * np.float32(scale) + np.float32(centre), box


def _drawn(points: Points, box: Box) -> Image:
    """Points that lie close together, drawn with MNIST's pen and put in their place."""
    if points.shape[1] > MANY:
        points = merge(points, 0.4 * FINE)
    radius = FINE * PEN / 2
    left, top, right, bottom = box
    ink = cover(points, radius, (FRAME, FRAME))
    return _placed(ink, (left - radius, top - radius, right + radius, bottom + radius), FINE)


def _placed(ink: Grey, box: Box, cell: float) -> Image:
    """Ink shrunk by `cell`, its centre of mass in the middle unless its box would leave the frame."""
    x, y = centre_of_mass(ink)
    span = SIDE * cell
    left = min(max(x - MIDDLE * cell, box[2] - span), box[0])
    top = min(max(y - MIDDLE * cell, box[3] - span), box[1])
    image = resample(ink, (left, top, left + span, top + span), (SIDE, SIDE))
    return _bytes(image / max(float(image.max()), 0.5))


def _bytes(image: Grey) -> Image:
    return np.rint(image * np.float32(255)).astype(np.uint8)


def _bounds(mask: Mask) -> Box:
    """Edges of what is set in a mask, the first pixel reaching from 0 to 1."""
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _extent(stroke: Stroke) -> Box:
    """Edges of a stroke on the paper, its pen included."""
    left, top = (stroke.points.min(axis=0) - stroke.width / 2).tolist()
    right, bottom = (stroke.points.max(axis=0) + stroke.width / 2).tolist()
    return left, top, right, bottom


def _union(boxes: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
