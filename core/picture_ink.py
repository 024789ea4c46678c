"""Finds the ink in a picture of a digit, whatever the paper, the light and the pen."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from .raster import Box, Grey, resample
from .stroke_width import Mask

DETAIL = 80
"""Pixels on the longer side of the ink that is found: four to a pixel of MNIST's."""
OVERVIEW = 96
SKETCH = 32
WEAKEST_INK = 0.06
TOLERANCE = 0.06
SMALLEST_PART = 0.03
NEAR = 3
"""Parts of the ink that lie closer than this, in pixels of the overview, are one part."""
POWERS = ((0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2))


@dataclass(frozen=True, eq=False)
class PictureInk:
    """The ink of a picture.

    Attributes
    ----------
    ink : (h, w) float32
        From 0, none, to 1; the longer side is 80 pixels.
    box : tuple of float
        What it shows of the picture, in the picture's pixels.
    """

    ink: Grey
    box: Box


def find_ink(picture: NDArray[np.uint8]) -> PictureInk | None:
    """The ink of a picture, cut out.

    Dark ink on light paper and light ink on dark paper are told apart by what the edge and most of
    the picture show. Light that falls unevenly is taken out, noise and specks are left out.

    Parameters
    ----------
    picture : (h, w) uint8
        Grey values.

    Returns
    -------
    PictureInk or None
        None where there is nothing but paper.
    """
    step = max(1, max(picture.shape) // OVERVIEW)
    view = shrink(picture, step)
    dark, light = _Overview(view), _Overview(1 - view)
    chosen = dark if dark.plausibility >= light.plausibility else light
    noise = _noise(chosen.depth)
    strongest = _strongest(chosen.depth, 0.0005)
    if strongest < max(WEAKEST_INK, 4 * noise):
        return None
    kept = _without_specks(chosen.depth > max(0.4 * strongest, 3 * noise))
    return _cut_out(picture if chosen is dark else ~picture, step, chosen.surface, kept, noise)


def shrink(picture: NDArray[np.uint8], step: int) -> Grey:
    """Means of squares of step × step pixels, from 0 to 1; a remainder at the far edges is left."""
    rows, columns = (max(side // step, 1) for side in picture.shape)
    whole = picture[: rows * step, : columns * step]
    # One axis at a time: numpy is six times slower with both at once.
    height, width = (min(step, side) for side in picture.shape)
    sums = whole.reshape(rows, height, -1).sum(axis=1, dtype=np.uint32)
    sums = sums.reshape(rows, columns, width).sum(axis=2)
    return np.asarray(sums / np.float32(255 * height * width), np.float32)


class _Overview:
    """A small picture, taken as dark ink on light paper.

    Attributes
    ----------
    surface : (6,) float32
        The paper, as `_paper_surface` has it.
    depth : (h, w) float32
        How much darker than the paper it is, from 0 to 1.
    plausibility : float
        Strong ink that covers little makes it plausible that the ink is dark indeed.
    """

    def __init__(self, view: Grey) -> None:
        self.surface = _paper_surface(view)
        paper = _paper(self.surface, view.shape)
        darker = paper - view
        self.depth = darker / paper
        # Not by the depth: on dark paper little light makes much of a part.
        strongest = max(_strongest(darker, 0.0005), WEAKEST_INK)
        ink = (darker / strongest).clip(0, 1)
        # The rim counts as much as all the rest, so that a digit may fill more than half.
        rim = max(1, max(view.shape) // 16)
        sides = (ink[:rim], ink[-rim:], ink[:, :rim], ink[:, -rim:])
        covered = (ink.mean() + np.mean([side.mean() for side in sides])) / 2
        self.plausibility = strongest * (1 - 2 * float(covered))


def _paper_surface(view: Grey) -> NDArray[np.float32]:
    """Brightness of the paper over the picture, as factors of 1, x, y, x², xy and y².

    Parameters
    ----------
    view : (h, w) float32
        Dark ink on light paper.
    """
    height, width = view.shape
    part = min(1.0, SKETCH / max(view.shape))
    shape = max(1, round(height * part)), max(1, round(width * part))
    sketch = resample(view, (0, 0, width, height), shape)
    # At first paper is what is not darker than all around it within a quarter of the picture.
    reach = max(shape) // 4
    closed = _running(_running(sketch, reach, np.max), reach, np.min)
    terms = _terms(shape)
    for _ in range(3):
        chosen = sketch >= closed - TOLERANCE
        rows = terms[:, chosen]
        # The small weight on the diagonal decides where the picture is too small to.
        square = np.einsum("in,jn->ij", rows, rows) + np.diag([0.0, *[1e-2] * 5])
        surface = np.linalg.solve(square, np.einsum("in,n->i", rows, sketch[chosen]))
        closed = np.einsum("i,ihw->hw", surface, terms)
    return surface.astype(np.float32)


def _paper(surface: NDArray[np.float32], shape: tuple[int, int], box: Box = (0, 0, 1, 1)) -> Grey:
    """Brightness of the paper in a part of the picture, whose sides go from 0 to 1."""
    paper = np.einsum("i,ihw->hw", surface, _terms(shape, box))
    return np.asarray(paper.clip(0.1, 1.0))


def _terms(shape: tuple[int, int], box: Box = (0, 0, 1, 1)) -> NDArray[np.float32]:
    left, top, right, bottom = box
    y = top + (bottom - top) * (np.arange(shape[0])[:, None] + 0.5) / shape[0]
    x = left + (right - left) * (np.arange(shape[1]) + 0.5) / shape[1]
    return np.array([x**i * y**j for i, j in POWERS], np.float32)


def _strongest(depth: Grey, part: float) -> float:
    """The value that a part of all pixels exceeds, at least half a dozen of a large picture."""
    count = max(int(part * depth.size), min(6, depth.size // 100), 1)
    return float(np.partition(depth, -count, axis=None)[-count])


def _running(values: NDArray[Any], reach: int, take: Callable[..., NDArray[Any]]) -> NDArray[Any]:
    """The highest or lowest value in a square around each pixel."""
    for axis in (0, 1):
        pads = [(reach, reach) if each == axis else (0, 0) for each in (0, 1)]
        windows = sliding_window_view(np.pad(values, pads, mode="edge"), 2 * reach + 1, axis)
        values = take(windows, axis=-1)
    return values


def _noise(depth: Grey) -> float:
    """Standard deviation of the noise, from the differences between neighbours."""
    if depth.shape[1] < 2:
        return 0.0
    return float(np.median(np.abs(depth[:, 1:] - depth[:, :-1]))) * 1.4826 / math.sqrt(2)


def _without_specks(mask: Mask) -> Mask:
    """What is near the connected parts of a mask that are not small beside the largest."""
    coarse = np.zeros([-(-side // NEAR) for side in mask.shape], np.intp)
    np.add.at(coarse, tuple(np.array(mask.nonzero()) // NEAR), 1)
    inside = coarse > 0
    names = np.where(inside, np.arange(1, coarse.size + 1).reshape(coarse.shape), 0)
    while True:
        grown = _running(names, 1, np.max) * inside
        # A pixel takes over the name of the pixel that gave it its own, so names run in leaps.
        grown = np.append(0, grown)[grown]
        if np.array_equal(grown, names):
            break
        names = grown
    sizes = np.bincount(names.ravel(), coarse.ravel())
    kept = _running(sizes[names] > SMALLEST_PART * sizes.max(), 1, np.max)
    kept = kept.repeat(NEAR, axis=0).repeat(NEAR, axis=1)
    return np.asarray(kept[: mask.shape[0], : mask.shape[1]])


def _cut_out(
    picture: NDArray[np.uint8], step: int, surface: NDArray[np.float32], kept: Mask, noise: float
) -> PictureInk:
    """The ink of a picture that a mask of its overview keeps, from darker ink on lighter paper."""
    rows, columns = np.flatnonzero(kept.any(axis=1)), np.flatnonzero(kept.any(axis=0))
    top, left = int(rows[0]) * step, int(columns[0]) * step
    cut = picture[top : (int(rows[-1]) + 1) * step, left : (int(columns[-1]) + 1) * step]
    finer = -(-max(cut.shape) // (2 * DETAIL))
    part = shrink(cut, finer)
    height, width = part.shape
    bottom, right = top + height * min(finer, cut.shape[0]), left + width * min(finer, cut.shape[1])
    # From here on in pixels of the overview, over which the surface goes from 0 to 1.
    box = (left / step, top / step, right / step, bottom / step)
    depth = 1 - part / _paper(surface, part.shape, _divided(box, kept.shape))
    scale = DETAIL / max(part.shape)
    shape = max(1, round(height * scale)), max(1, round(width * scale))
    depth = resample(depth, (0, 0, width, height), shape)
    depth[resample(kept.astype(np.float32), box, shape) == 0] = 0
    strongest = max(_strongest(depth, 0.01), float(depth.max()) / 2)
    low = min(max(0.15 * strongest, 2 * noise * step / finer), 0.5 * strongest)
    ink = ((depth - low) / (0.75 * strongest - low)).clip(0, 1).astype(np.float32)
    return PictureInk(ink, (left, top, right, bottom))


def _divided(box: Box, shape: tuple[int, ...]) -> Box:
    height, width = shape
    return box[0] / width, box[1] / height, box[2] / width, box[3] / height
