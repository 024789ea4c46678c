"""Finds the ink in a picture of a digit, whatever the paper, the light and the pen."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .picture_paper import depth_of, implausibility, paper_beside, running_max, strongest
from .raster import Box, Grey, resample
from .stroke_width import Mask

DETAIL = 80
"""Pixels on the longer side of the ink that is found: four to a pixel of MNIST's."""
OVERVIEW = 96
WEAKEST_INK = 0.06
SMALLEST_PART = 0.03
CUT_OFF_PART = 0.15
"""What reaches the edge of the picture, beside ink that does not, is ink only if it is larger."""
CLEAR = 0.2
"""Where no more tells against dark ink, light ink is not considered."""
LARGEST_STEP = 1.5
"""Hard pixels that are enlarged more than this are the steps of stairs."""
MOST_GREYS = 0.3
"""Hard edges have fewer greys than this for each jump from paper to ink or back."""
NEAR = 3
"""Parts of the ink that lie closer than this, in pixels of the overview, are one part."""


@dataclass(frozen=True, eq=False)
class PictureInk:
    """The ink of a picture.

    Attributes
    ----------
    ink : (h, w) float32
        From 0, none, to 1; the longer side is 80 pixels.
    box : tuple of float
        What it shows of the picture, in the picture's pixels.
    has_stairs : bool
        Whether its edges are hard and enlarged so much that they are stairs.
    """

    ink: Grey
    box: Box
    has_stairs: bool


def find_ink(picture: NDArray[np.uint8]) -> PictureInk | None:
    """The ink of a picture, cut out.

    Dark ink on light paper is told from light ink on dark paper by which of them leaves the more
    even paper, and the more of it. Ink is what is darker than the paper beside it, so that uneven
    light, shadows and a table beyond the paper are left out, as are noise and specks.

    Parameters
    ----------
    picture : (h, w) uint8
        Grey values.

    Returns
    -------
    PictureInk or None
        None where there is nothing but paper.
    """
    paper = find_paper(picture)
    if paper.is_dark:
        picture = ~picture
    view = shrink(picture, paper.step)
    depth = depth_of(view, paper.brightness)
    noise = _noise(depth)
    deepest = strongest(depth, 0.0005)
    if deepest < max(WEAKEST_INK, 4 * noise):
        return None
    kept = _without_specks(depth > max(0.4 * deepest, 3 * noise))
    return _cut_out(picture, paper.step, paper.brightness, kept, noise)


@dataclass(frozen=True, eq=False)
class PicturePaper:
    """The paper of a picture.

    Attributes
    ----------
    brightness : (h, w) float32
        From 0 to 1 at every `step` pixels; of dark paper, that of the negative.
    step : int
    is_dark : bool
        Whether light ink lies on dark paper.
    """

    brightness: Grey
    step: int
    is_dark: bool

    def within(self, box: Box, shape: tuple[int, int]) -> NDArray[np.uint8]:
        """Grey values of the bare paper in a part of the picture.

        Parameters
        ----------
        box : tuple of float
            Left, top, right and bottom in the picture's pixels.
        shape : tuple of int
            Height and width of the result.
        """
        left, top, right, bottom = (side / self.step + 1 for side in box)
        # Beyond its edges the paper goes on.
        framed = np.pad(self.brightness, 1, mode="edge")
        grey = np.rint(255 * resample(framed, (left, top, right, bottom), shape)).astype(np.uint8)
        return ~grey if self.is_dark else grey


def find_paper(picture: NDArray[np.uint8]) -> PicturePaper:
    """The paper of a picture, (h, w) of uint8, as it is beside the ink."""
    step = max(1, max(picture.shape) // OVERVIEW)
    view = shrink(picture, step)
    paper = paper_beside(view)
    against = implausibility(view, paper)
    if against > CLEAR:
        other = paper_beside(1 - view)
        if implausibility(1 - view, other) < against:
            return PicturePaper(other, step, True)
    return PicturePaper(paper, step, False)


def shrink(picture: NDArray[np.uint8], step: int) -> Grey:
    """Means of squares of step × step pixels, from 0 to 1; a remainder at the far edges is left."""
    rows, columns = (max(side // step, 1) for side in picture.shape)
    whole = picture[: rows * step, : columns * step]
    # One axis at a time: numpy is six times slower with both at once.
    height, width = (min(step, side) for side in picture.shape)
    sums = whole.reshape(rows, height, -1).sum(axis=1, dtype=np.uint32)
    sums = sums.reshape(rows, columns, width).sum(axis=2)
    return np.asarray(sums / np.float32(255 * height * width), np.float32)


def _noise(depth: Grey) -> float:
    """Standard deviation of the noise, from the differences between neighbours."""
    if depth.shape[1] < 2:
        return 0.0
    return float(np.median(np.abs(depth[:, 1:] - depth[:, :-1]))) * 1.4826 / math.sqrt(2)


def _without_specks(mask: Mask) -> Mask:
    """What is near the connected parts of a mask that are not small beside the main one.

    Of the parts that reach the edge of the picture, which may be no ink, only large ones count.
    """
    coarse = np.zeros([-(-side // NEAR) for side in mask.shape], np.intp)
    np.add.at(coarse, tuple(np.array(mask.nonzero()) // NEAR), 1)
    inside = coarse > 0
    names = np.where(inside, np.arange(1, coarse.size + 1).reshape(coarse.shape), 0)
    while True:
        grown = running_max(names, 1) * inside
        # A pixel takes over the name of the pixel that gave it its own, so names run in leaps.
        grown = np.append(0, grown)[grown]
        if np.array_equal(grown, names):
            break
        names = grown
    sizes = np.bincount(names.ravel(), coarse.ravel())
    smallest = np.full(len(sizes), SMALLEST_PART)
    for side in (names[0], names[-1], names[:, 0], names[:, -1]):
        smallest[side] = CUT_OFF_PART
    # The main part is the largest, but one that reaches the edge must be much larger than others.
    main = float((sizes * np.where(smallest == SMALLEST_PART, 1.0, 1 / 3)).max())
    kept = running_max(sizes[names] > smallest[names] * main, 1)
    kept = kept.repeat(NEAR, axis=0).repeat(NEAR, axis=1)
    return np.asarray(kept[: mask.shape[0], : mask.shape[1]])


def _cut_out(
    picture: NDArray[np.uint8], step: int, paper: Grey, kept: Mask, noise: float
) -> PictureInk:
    """The ink of a picture that a mask of its overview keeps, from darker ink on lighter paper."""
    rows, columns = np.flatnonzero(kept.any(axis=1)), np.flatnonzero(kept.any(axis=0))
    top, left = int(rows[0]) * step, int(columns[0]) * step
    cut = picture[top : (int(rows[-1]) + 1) * step, left : (int(columns[-1]) + 1) * step]
    finer = -(-max(cut.shape) // (2 * DETAIL))
    part = shrink(cut, finer)
    height, width = part.shape
    bottom, right = top + height * min(finer, cut.shape[0]), left + width * min(finer, cut.shape[1])
    # From here on in pixels of the overview.
    box = (left / step, top / step, right / step, bottom / step)
    # Beyond its edges the paper goes on.
    framed = np.pad(paper, 1, mode="edge")
    beside = resample(framed, (box[0] + 1, box[1] + 1, box[2] + 1, box[3] + 1), part.shape)
    scale = DETAIL / max(part.shape)
    shape = max(1, round(height * scale)), max(1, round(width * scale))
    deep = depth_of(part, beside)
    stairs = scale > LARGEST_STEP and _is_hard(deep)
    depth = resample(deep, (0, 0, width, height), shape)
    depth[resample(kept.astype(np.float32), box, shape) == 0] = 0
    deepest = max(strongest(depth, 0.01), float(depth.max()) / 2)
    low = min(max(0.15 * deepest, 2 * noise * step / finer), 0.5 * deepest)
    ink = ((depth - low) / (0.75 * deepest - low)).clip(0, 1).astype(np.float32)
    return PictureInk(ink, (left, top, right, bottom), stairs)


def _is_hard(depth: Grey) -> bool:
    """Whether ink ends from one pixel to the next, with hardly a grey between."""
    depth = depth / max(float(depth.max()), WEAKEST_INK)
    greys = np.count_nonzero((depth > 0.25) & (depth < 0.75))
    jumps = sum(np.count_nonzero(np.abs(np.diff(depth, axis=axis)) > 0.75) for axis in (0, 1))
    return bool(greys < MOST_GREYS * jumps)
