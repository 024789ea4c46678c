"""The pen and the loupe: lines drawn with a round pen, and images resampled by area."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]
"""Rows x and y (2, n): a row at a time is twice as fast as a point at a time."""
Grey = NDArray[np.float32]
Box = tuple[float, float, float, float]
"""Left, top, right and bottom; in an image, its first pixel reaches from 0 to 1."""

MOST_SAMPLES = 10_000
SMALL_PRODUCT = 200_000


def sample(corners: NDArray[np.floating[Any]], lengths: Sequence[int], step: float) -> Points:
    """Points at even distances along lines, and the ends of each line.

    Parameters
    ----------
    corners : (2, n) float
        The corners of all lines, one line after the other.
    lengths : sequence of int
        Number of corners of each line, at least one; a line of one is a dot.
    step : float
        Distance between neighbours; larger where it would make more than 10,000 points.

    Returns
    -------
    (2, m) float32
    """
    ends = np.cumsum(lengths)
    distance = np.zeros(corners.shape[1])
    delta = corners[:, 1:] - corners[:, :-1]
    delta[:, ends[:-1] - 1] = 0.0
    np.cumsum(np.hypot(delta[0], delta[1]), out=distance[1:])
    count = min(int(distance[-1] / step), MOST_SAMPLES)
    stops = np.arange(1, count + 1) * (distance[-1] / (count + 1))
    samples = np.empty((2, count + 2 * len(ends)), np.float32)
    samples[0, :count] = np.interp(stops, distance, corners[0])
    samples[1, :count] = np.interp(stops, distance, corners[1])
    samples[:, count : count + len(ends)] = corners[:, ends - 1]
    samples[:, count + len(ends) :] = corners[:, ends - lengths]
    return samples


def merge(points: Points, cell: float) -> Points:
    """The points, one of them kept in each square cell of a grid; their order is lost.

    A scribble that crosses itself a thousand times then costs no more than the area it covers.
    """
    column, row = ((points - points.min(axis=1, keepdims=True)) / np.float32(cell)).astype(np.intp)
    stride = int(column.max()) + 1
    kept = np.full(stride * (int(row.max()) + 1), -1, np.intp)
    kept[row * stride + column] = np.arange(points.shape[1])
    return points[:, kept[kept >= 0]]


def cover(points: Points, radius: float, shape: tuple[int, int]) -> Grey:
    """Ink of a round pen on its way through the points; its edge is a ramp one pixel wide.

    Parameters
    ----------
    points : (2, n) float32
        In pixels, the first pixel reaching from 0 to 1; inside the frame. Distances up to half the
        radius between neighbours leave no ripple to be seen.
    radius : float
        Half the pen's width in pixels.
    shape : tuple of int
        Height and width of the frame.

    Returns
    -------
    (height, width) float32
        From 0 to 1.
    """
    height, width = shape
    # A point's own pixel is at most half a pixel off: no pixel beyond `reach` of it gets ink.
    reach = math.ceil(radius)
    around = np.arange(-reach, reach + 1)
    stride = width + 2 * reach
    window = (around[:, None] * stride + around).ravel()
    pixel = points.astype(np.intp)
    centre = (pixel[1] + reach) * stride + (pixel[0] + reach)
    offset = (points - pixel).astype(np.float32) - np.float32(0.5)
    dx2, dy2 = np.square(around.astype(np.float32) - offset[:, :, None])
    distance2 = np.full((height + 2 * reach) * stride, (radius + 1) ** 2, np.float32)
    # Flat and contiguous: the one form that numpy has a fast loop for.
    np.minimum.at(
        distance2,
        (centre[:, None] + window).ravel(),
        (dy2[:, :, None] + dx2[:, None, :]).ravel(),
    )
    inside = distance2.reshape(-1, stride)[reach : reach + height, reach : reach + width]
    return np.clip(np.float32(radius + 0.5) - np.sqrt(inside), 0.0, 1.0)


def resample(image: Grey, box: Box, shape: tuple[int, int]) -> Grey:
    """The part of an image that a box cuts out, at another size.

    Shrinking averages over the area, so that nothing is aliased and the centre of mass stays where
    it is to a fraction of a pixel; enlarging interpolates. Outside the image there is nothing, 0.

    Parameters
    ----------
    image : (h, w) float32
    box : tuple of float
        Left, top, right and bottom in the image's pixels; it may reach over the edges.
    shape : tuple of int
        Height and width of the result.

    Returns
    -------
    (height, width) float32
    """
    left, top, right, bottom = box
    rows = _weights(image.shape[0], top, bottom, shape[0])
    columns = np.ascontiguousarray(_weights(image.shape[1], left, right, shape[1]).T)
    return _product(_product(rows, image), columns)


def _product(a: Grey, b: Grey) -> Grey:
    """The matrix product, never held up by that of a network that learns in another thread.

    BLAS computes a large one on several threads, for which it waits its turn.
    """
    if a.size * b.shape[1] < SMALL_PRODUCT:
        return np.asarray(a @ b)
    return np.asarray(np.einsum("ij,jk->ik", a, b))


def _weights(size: int, start: float, stop: float, count: int) -> Grey:
    """How much of each of `size` pixels goes into each of `count` cells from start to stop."""
    cell = (stop - start) / count
    # A window narrower than a pixel would repeat pixels; one of a pixel's width interpolates.
    window = max(cell, 1.0)
    first = start + (cell - window) / 2 + cell * np.arange(count)
    before = first.astype(np.float32)[:, None] - np.arange(size, dtype=np.float32)
    weights = np.minimum(np.maximum(before + np.float32(window), 0.0), 1.0)
    weights -= np.minimum(np.maximum(before, 0.0), 1.0)
    weights /= np.float32(window)
    return weights


def centre_of_mass(grey: Grey) -> tuple[float, float]:
    """Centre of mass (x, y) of an image with some ink; the first pixel reaches from 0 to 1."""
    columns, rows = grey.sum(axis=0), grey.sum(axis=1)
    mass = float(columns.sum())
    x = float(columns @ np.arange(0.5, len(columns), dtype=np.float32)) / mass
    y = float(rows @ np.arange(0.5, len(rows), dtype=np.float32)) / mass
    return x, y
