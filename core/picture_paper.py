"""Finds the paper in a picture of a digit: whether it is light, and how bright beside the ink."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .raster import Grey

WIDEST_PEN = 1 / 4
"""Ink that reaches the edge of the picture is ink up to this width, as a part of the picture."""
DARKEST = 0.1
"""Paper that is darker than this shows no ink."""
LEVELS = 64
"""Hollows are filled in steps of brightness: grain would send the water a thousand ways round."""
MOST_GRAIN = 0.1
GRAIN = 0.04
"""Differences between neighbours that say nothing about the paper."""
COVER_COST = 1.0
"""How much ink that covers everything tells against it, beside paper as uneven as the picture."""


def paper_beside(view: Grey) -> Grey:
    """How bright the paper is, or would be where there is ink.

    It is the higher of two: what remains when all that is narrower than a wide pen is filled with
    the brightness around it, and what remains when all hollows are filled to their brim, however
    wide (Vincent 1993). Shadows, and tables that are seen beyond the paper, reach the edge of the
    picture and are wider than a pen, so they are paper. Ink within them is darker still.

    Parameters
    ----------
    view : (h, w) float32
        Brightness from 0 to 1; dark ink on light paper.

    Returns
    -------
    (h, w) float32
        From 0 to 1.
    """
    reach = max(1, round(max(view.shape) * WIDEST_PEN / 2))
    paper = np.maximum(_closed(view, reach), _hollows_filled(view))
    # Of paper with grain both are the brightest grains: half of the picture shall be brighter,
    # unless so much of it is ink.
    grain = min(float(np.median(depth_of(view, paper))), MOST_GRAIN)
    return np.asarray(paper * np.float32(1 - grain))


def depth_of(view: Grey, paper: Grey) -> Grey:
    """How much darker than the paper a picture is, as a part of the paper's brightness."""
    return np.asarray((paper - view) / np.maximum(paper, DARKEST))


def implausibility(view: Grey, paper: Grey) -> float:
    """How much tells against dark ink on that paper: more than against light ink if it is light.

    Taken the wrong way round, the ink is part of the paper, which is as uneven as the picture, or
    most of the paper is ink.

    Parameters
    ----------
    view, paper : (h, w) float32
        Brightness from 0 to 1 of the picture, and of its paper by `paper_beside`.
    """
    darker = paper - view
    deepest = max(strongest(darker, 0.0005), 1e-3)
    covered = float((darker / deepest).clip(0, 1).mean())
    return _unevenness(paper) / max(_unevenness(view), 1e-3) + COVER_COST * covered


def strongest(depth: Grey, part: float) -> float:
    """The value that a part of all pixels exceeds, at least half a dozen of a large picture."""
    count = max(int(part * depth.size), min(6, depth.size // 100), 1)
    return float(np.partition(depth, -count, axis=None)[-count])


def running_max(values: NDArray[Any], reach: int) -> NDArray[Any]:
    """The highest value in a square around each pixel, `reach` pixels to each side."""
    return _highest(np.pad(values, reach, mode="edge"), 2 * reach + 1)


def _highest(values: NDArray[Any], width: int) -> NDArray[Any]:
    """The highest value in each square of `width` pixels that lies in the image."""
    for axis in (0, 1):
        values, span = np.moveaxis(values, axis, 0), 1
        while span < width:
            # Two windows that overlap or meet are one.
            shift = min(span, width - span)
            values = np.maximum(values[:-shift], values[shift:])
            span += shift
        values = np.moveaxis(values, 0, axis)
    return values


def _closed(view: Grey, reach: int) -> Grey:
    """The picture without dark places that no square finds room in; what is at its edge goes on."""
    width = 2 * reach + 1
    return -_highest(-_highest(np.pad(view, 2 * reach, mode="edge"), width), width)


def _hollows_filled(view: Grey) -> Grey:
    """The picture with every dark place filled until it would run over the edge."""
    ground = np.floor(view * LEVELS) / np.float32(LEVELS)
    # Around the picture a dam, so that every pixel has four neighbours; the edge itself is dry.
    pool = np.full((ground.shape[0] + 2, ground.shape[1] + 2), np.inf, np.float32)
    level = pool[1:-1, 1:-1]
    level[1:-1, 1:-1] = ground.max()
    for side in (0, -1):
        level[side], level[:, side] = ground[side], ground[:, side]
    lowest = np.empty_like(ground)
    while True:
        before = level.copy()
        for _ in range(8):
            np.minimum(pool[:-2, 1:-1], pool[2:, 1:-1], out=lowest)
            np.minimum(lowest, pool[1:-1, :-2], out=lowest)
            np.minimum(lowest, pool[1:-1, 2:], out=lowest)
            np.minimum(lowest, level, out=lowest)
            np.maximum(lowest, ground, out=level)
        if np.array_equal(level, before):
            return before


def _unevenness(view: Grey) -> float:
    """Sum of the differences between neighbours, as far as they are more than grain makes."""
    differences = (np.abs(np.diff(view, axis=axis)) for axis in (0, 1))
    return float(sum(np.maximum(each - GRAIN, 0).sum() for each in differences))
