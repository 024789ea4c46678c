"""The one way from a drawing to the image a network reads, made as the digits of MNIST were."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .drawing import Drawing, Stroke
from .identity_cache import remembered_by_identity
from .picture_ink import DETAIL, PictureInk, find_ink, shrink
from .raster import Box, Grey, Points, centre_of_mass, cover, merge, resample, sample
from .stroke_width import Mask, change_width, stroke_width
from .thick_pen import trace_pen

Image = NDArray[np.uint8]

SIDE = 28
INK_SIDE = 19.3
"""Longer side of the ink between the middles of its soft edges; with them it is 20 pixels."""
PEN = 2.4
"""Width of the pen in pixels; with the soft edges the strokes measure MNIST's median of 2.5."""
PENS_KEPT = 1.7, 3.2
"""Strokes of a picture that are narrower or wider than this are given the width of the pen."""
THICK = 4.4
"""Wider strokes of a picture hide some of the way of their pen.

Of 500 drawings by ten people with a pen a quarter of the picture wide, 98.6 % of those read right
as strokes are read right with the way traced, 95.2 % with the ink only thinned. From 3.2 on, thick
digits of MNIST, which no round pen wrote, would lose.
"""
CUT = 0.04
"""As much of each end of the greys is plain paper or plain ink, which makes them those of MNIST."""
MIDDLE = 14.5
"""Where MNIST has its centres of mass, the first pixel reaching from 0 to 1."""

INK_FROM = 0.5
"""Where ink begins, from 0 to 1, when its edges are measured."""
DOT = 1 / 50
"""Ink smaller than this part of the paper is a dot or a tick, and not blown up to 20 pixels."""
BLOB = 0.55
"""Ink that fills more of a square than this is a dot, however large: no digit does."""

NO_INK = np.float32(1e-6)
"""Less than this is nothing: ink may lie beside the paper where that is not cut."""

FINE = 2
"""The pen draws in half pixels; shrinking by area then puts the ink between the pixels."""
FRAME = 22 * FINE
MANY = 600
"""Points beyond this number are merged before they are drawn."""


@dataclass(frozen=True)
class Steps:
    """Which steps of `prepare` are taken, for those who want to know what each is good for.

    Attributes
    ----------
    scale : bool
        The ink is cut out and made 20 pixels long; otherwise the whole paper fills the image.
    centre : bool
        The centre of mass is put in the middle; otherwise the middle of what was cut out, and of
        the whole paper nothing is moved.
    pen : bool
        Strokes get the width of MNIST's pen; otherwise they stay as wide as they were drawn.
    """

    scale: bool = True
    centre: bool = True
    pen: bool = True


ALL_STEPS = Steps()


def prepare(drawing: Drawing, steps: Steps = ALL_STEPS) -> Image | None:
    """A drawing as a digit of MNIST: white on black, 20 pixels long, centred on its mass.

    Strokes are drawn anew from their centre lines with MNIST's pen, so that neither the brush nor
    the place nor the size of the writing shows. Of a picture the ink is found, whatever the paper,
    strokes over it are added as they stand, and all of it gets the width of MNIST's pen unless it
    is near that already. A digit of MNIST comes out as it went in.

    Parameters
    ----------
    drawing : Drawing
    steps : Steps, optional
        Steps may be left out to see what they are good for; no network has learned with that.

    Returns
    -------
    (28, 28) uint8 or None
        White ink, 255, on black; None where nothing is drawn. The centre of mass is at 14.0, the
        first pixel's centre being 0, unless ink would leave the frame.
    """
    if drawing.picture is not None:
        whole = drawing.strokes or steps != ALL_STEPS
        digit = None if whole else _mnist_digit(drawing.picture)
        if digit is not None:
            return digit
        found = ink_of(drawing.picture)
        if found is not None:
            flat = _flattened(found, drawing.picture, drawing)
            return _from_ink(*flat, steps, traced=not found.has_stairs)
    if drawing.strokes and steps.scale and steps.pen:
        lines = [stroke.points for stroke in drawing.strokes]
        return _from_lines(lines, max(drawing.size) * DOT, steps)
    if drawing.strokes:
        return _from_ink(*_as_drawn(drawing, steps), replace(steps, pen=False))
    return None


def fit(drawing: Drawing, shape: tuple[int, int] = (SIDE, SIDE)) -> Image | None:
    """A drawing as it stands, fitted into an image: for networks that read no handwriting.

    Parameters
    ----------
    drawing : Drawing
        A picture keeps its grey values; the rest of the paper is black. Strokes are white.
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
    # The edges of the image on the paper.
    left, top = (paper_width - width / scale) / 2, (paper_height - height / scale) / 2
    box = (left, top, left + width / scale, top + height / scale)
    fine = height * FINE, width * FINE
    image = resample(draw(drawing.strokes, box, fine), (0, 0, fine[1], fine[0]), shape)
    if drawing.picture is not None:
        picture = shrink(drawing.picture, max(1, max(drawing.picture.shape) // (4 * max(shape))))
        x, y = picture.shape[1] / paper_width, picture.shape[0] / paper_height
        below = resample(picture, (box[0] * x, box[1] * y, box[2] * x, box[3] * y), shape)
        image = np.maximum(image, below)
    return _bytes(image)


Preparation = Callable[[Drawing], Image | None]

PREPARATIONS: dict[str, Preparation] = {"digit-1": prepare, "none": fit}
"""By name and version. What a version does never changes: networks have learned with it."""


def _mnist_digit(picture: Image) -> Image | None:
    """The picture as white on black if it has the size, the place and the peak of MNIST's."""
    if picture.shape != (SIDE, SIDE):
        return None
    for image in (picture, ~picture):
        if image.max() < 254:
            continue
        left, top, right, bottom = _bounds(image > 0)
        x, y = centre_of_mass(image.astype(np.float32))
        # MNIST was shifted by whole pixels. 16 of its 70,000 digits are 19 pixels long.
        centred = max(abs(x - MIDDLE), abs(y - MIDDLE)) < 0.53
        if centred and max(right - left, bottom - top) in (19, 20):
            return image.copy()
    return None


@remembered_by_identity(most=16)
def ink_of(picture: Image) -> PictureInk | None:
    """The ink of a picture, kept while one draws over it; a number has one for each digit."""
    return find_ink(picture)


def _flattened(found: PictureInk, picture: Image, drawing: Drawing) -> tuple[Grey, float, Box]:
    """The ink of a picture and the strokes over it as one; in its pixels a dot, and the paper."""
    x, y = drawing.size[0] / picture.shape[1], drawing.size[1] / picture.shape[0]
    left, top, right, bottom = found.box
    inner = (left * x, top * y, right * x, bottom * y)
    box = _union([inner, *(_extent(stroke) for stroke in drawing.strokes)])
    width, height = box[2] - box[0], box[3] - box[1]
    scale = DETAIL / max(width, height)
    dot = max(drawing.size) * DOT * scale
    if not drawing.strokes and abs(x / y - 1) < 0.01:
        return found.ink, dot, _paper(drawing.size, box, found.ink.shape)
    shape = max(1, round(height * scale)), max(1, round(width * scale))
    x, y = found.ink.shape[1] / (inner[2] - inner[0]), found.ink.shape[0] / (inner[3] - inner[1])
    left, top = (box[0] - inner[0]) * x, (box[1] - inner[1]) * y
    ink = resample(found.ink, (left, top, left + width * x, top + height * y), shape)
    ink = np.maximum(ink, draw(drawing.strokes, box, shape))
    return ink, dot, _paper(drawing.size, box, shape)


def _as_drawn(drawing: Drawing, steps: Steps) -> tuple[Grey, float, Box]:
    """Strokes as ink like that of a picture; in its pixels the size of a dot, and the paper."""
    longer = max(drawing.size)
    strokes = drawing.strokes
    if steps.pen:
        strokes = tuple(replace(stroke, width=longer * PEN / SIDE) for stroke in strokes)
    left, top, right, bottom = _union([_extent(stroke) for stroke in strokes])
    # A hairline far out may be lost to rounding.
    rim = longer / 1000
    box = left - rim, top - rim, right + rim, bottom + rim
    scale = DETAIL / max(box[2] - box[0], box[3] - box[1])
    shape = (
        max(1, round((box[3] - box[1]) * scale)),
        max(1, round((box[2] - box[0]) * scale)),
    )
    return draw(strokes, box, shape), longer * DOT * scale, _paper(drawing.size, box, shape)


def _paper(size: tuple[float, float], box: Box, shape: tuple[int, ...]) -> Box:
    """Edges of the paper in the pixels of an image of a part of it."""
    x, y = shape[1] / (box[2] - box[0]), shape[0] / (box[3] - box[1])
    return -box[0] * x, -box[1] * y, (size[0] - box[0]) * x, (size[1] - box[1]) * y


def draw(strokes: Sequence[Stroke], box: Box, shape: tuple[int, int]) -> Grey:
    """Strokes as wide as they were drawn, in an image of a part of the paper."""
    ink = np.zeros(shape, np.float32)
    height, width = shape
    x, y = width / (box[2] - box[0]), height / (box[3] - box[1])
    origin, scale = np.array([box[:2]], np.float32).T, np.array([[x], [y]], np.float32)
    # Pens of nearly the same width are drawn together.
    radii = [max(1, round(stroke.width * x)) / 2 for stroke in strokes]
    for radius in set(radii):
        lines = [stroke.points for stroke, own in zip(strokes, radii, strict=True) if own == radius]
        corners = (np.concatenate(lines).T - origin) * scale
        points = sample(corners, [len(line) for line in lines], max(0.5, radius / 3))
        inside = (points >= 0) & (points < np.array([[width], [height]]))
        points = points[:, inside.all(axis=0)]
        if points.size:
            ink = np.maximum(ink, cover(merge(points, radius / 2), radius, shape))
    return ink


def _from_ink(ink: Grey, dot: float, paper: Box, steps: Steps, traced: bool = True) -> Image:
    """Ink as a digit of MNIST; the way of a thick pen may be `traced` from its edge."""
    ink = ink / max(ink.max(), NO_INK)
    box = _bounds(ink > INK_FROM)
    width, longer = stroke_width(ink), _length(box, dot, paper, steps)
    narrowest, widest = PENS_KEPT
    if steps.pen and not narrowest <= width * INK_SIDE / longer <= widest:
        before = ink.shape
        is_thick = traced and width * INK_SIDE / longer > THICK
        redrawn = _thick_redrawn(ink, longer, steps) if is_thick else None
        if redrawn is None:
            # The longer side changes with the width; afterwards their ratio is the pen's.
            grows = PEN / INK_SIDE if steps.scale else 0.0
            change = (longer * PEN / INK_SIDE - width) / (1 - grows)
            redrawn = change_width(ink > INK_FROM, width, max(change, 1 - width))
        ink = redrawn
        margin = (ink.shape[0] - before[0]) / 2
        paper = paper[0] + margin, paper[1] + margin, paper[2] + margin, paper[3] + margin
        box = _bounds(ink > INK_FROM)
        if steps.scale and ink.sum() > BLOB * _longer_side(box) ** 2:
            return _from_lines([np.zeros((1, 2), np.float32)], dot, steps)
        longer = _length(box, dot, paper, steps)
    return _placed(ink, box, longer / INK_SIDE, _middle(box, paper, steps))


def _thick_redrawn(ink: Grey, longer: float, steps: Steps) -> Grey | None:
    """Ink of a thick pen as the pen of MNIST would have left it; None where its way is not found.

    `longer` is what becomes `INK_SIDE` pixels long.
    """
    trace = trace_pen(ink)
    if trace is None:
        return None
    # Of the ink the pen's own width is not scaled.
    pen = trace.length * PEN / (INK_SIDE - PEN) if steps.scale else longer * PEN / INK_SIDE
    # A way that is shorter than the pen is wide is that of a dot.
    return trace.drawn(pen) if pen < 2 * trace.radius < trace.length else None


def _length(box: Box, dot: float, paper: Box, steps: Steps) -> float:
    """What becomes `INK_SIDE` pixels long: the ink, or as much of the paper."""
    if steps.scale:
        return max(_longer_side(box), dot)
    return _longer_side(paper) * INK_SIDE / SIDE


def _middle(box: Box, paper: Box, steps: Steps) -> tuple[float, float] | None:
    """What is put in the middle of the image if not the centre of mass."""
    if steps.centre:
        return None
    left, top, right, bottom = box if steps.scale else paper
    return (left + right) / 2, (top + bottom) / 2


def _longer_side(box: Box) -> float:
    left, top, right, bottom = box
    return max(right - left, bottom - top)


def _from_lines(lines: Sequence[Points], dot: float, steps: Steps) -> Image:
    """Centre lines, each (n, 2), as a digit of MNIST."""
    # In float64, for small ink far from the origin.
    corners = np.concatenate(lines).T.astype(np.float64)
    left, top = corners.min(axis=1).tolist()
    right, bottom = corners.max(axis=1).tolist()
    scale = FINE * (INK_SIDE - PEN) / max(right - left, bottom - top, dot)
    corners -= [[(left + right) / 2], [(top + bottom) / 2]]
    corners *= scale
    corners += FRAME / 2
    points = sample(corners, [len(line) for line in lines], 0.5 * FINE)
    if points.shape[1] > MANY:
        points = merge(points, 0.4 * FINE)
    radius = FINE * PEN / 2
    x, y = (right - left) / 2 * scale + radius, (bottom - top) / 2 * scale + radius
    box = (FRAME / 2 - x, FRAME / 2 - y, FRAME / 2 + x, FRAME / 2 + y)
    return _placed(cover(points, radius, (FRAME, FRAME)), box, FINE, _middle(box, box, steps))


def _placed(ink: Grey, box: Box, cell: float, middle: tuple[float, float] | None) -> Image:
    """Ink in the final image, `cell` of its pixels to one of the image.

    Without a `middle` its centre of mass is there, unless a part of the box would lie outside the
    frame.
    """
    span = SIDE * cell
    if middle is None:
        x, y = centre_of_mass(ink)
        left = min(max(x - MIDDLE * cell, box[2] - span), box[0])
        top = min(max(y - MIDDLE * cell, box[3] - span), box[1])
    else:
        left, top = middle[0] - span / 2, middle[1] - span / 2
    image = resample(ink, (left, top, left + span, top + span), (SIDE, SIDE))
    image /= max(image.max(), NO_INK)
    return _bytes(((image - CUT) / (1 - 2 * CUT)).clip(0, 1))


def _bytes(image: Grey) -> Image:
    return np.asarray(np.rint(image * np.float32(255)).astype(np.uint8))


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
