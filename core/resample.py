"""Images read between their pixels: what bends digits, in memory that is used again and again."""

import numpy as np
from numpy.typing import NDArray

from .activations import Array

Pixels = NDArray[np.uint8]

# Black pixels all round an image: what is read from farther away is black as well.
MARGIN = 2
# Images at a time: what one step works on then stays in the processor's cache.
PART = 32


class Resampler:
    """Reads images at places between their pixels, each value from its four neighbours.

    New memory of this size would cost more than the work, so all of it is kept for the next
    minibatch.

    Parameters
    ----------
    shape : (int, int)
        Height and width of an image.
    count : int
        Images that it has room for.

    Attributes
    ----------
    padded : ndarray of uint8, shape (count, height + 4, width + 4)
        The images that are read, to be filled; their margin of `MARGIN` pixels stays black.
    places : ndarray of float32, shape (2 * count, height * width)
        To be filled: for each image and each pixel of the result, how far below the image's middle
        it is read, then for each image how far to the right.
    ink : ndarray of float32, shape (count, height * width)
        The result, 0.0 to 255.0.
    """

    def __init__(self, shape: tuple[int, int], count: int) -> None:
        height, width = shape
        self.padded = np.zeros((count, height + 2 * MARGIN, width + 2 * MARGIN), np.uint8)
        self.places = np.empty((2 * count, height * width), np.float32)
        self.ink = np.empty((count, height * width), np.float32)
        self._shape = shape
        part, pixels = min(count, PART), self.padded[:PART].size
        self._starts = np.arange(part, dtype=np.int32)[:, None] * self.padded[:1].size
        self._pairs, self._upper = (np.zeros(pixels, np.uint16) for _ in range(2))
        self._quads, self._lower = (np.zeros(pixels, np.uint32) for _ in range(2))
        self._whole = np.empty((2, part, height * width), np.int32)
        self._index = np.empty((part, height * width), np.intp)
        self._values = np.empty((4, part, height * width), np.float32)

    def __len__(self) -> int:
        return len(self.padded)

    def read(self, count: int) -> Array:
        """Read the first `count` of the images at their places, which are overwritten.

        Returns
        -------
        ndarray of float32, shape (count, height * width)
            The first of `ink`.
        """
        y, x = self.places[: 2 * count].reshape(2, count, -1)
        for start in range(0, count, PART):
            part = slice(start, min(start + PART, count))
            self._fetch(self.padded[part].ravel(), y[part], x[part])
            self._mix(y[part], x[part], self.ink[part])
        return self.ink[:count]

    def _fetch(self, ink: Pixels, y: Array, x: Array) -> None:
        """Fetch the four neighbours of each place, which keeps what lies behind the point."""
        count = len(y)
        (row, column), index = self._whole[:, :count], self._index[:count]
        for place, whole, length in zip((y, x), (row, column), self._shape, strict=True):
            place += length / 2 + MARGIN
            np.clip(place, 0.0, length + 2 * MARGIN - 1.01, out=place)
            # Not negative, so that cutting off is rounding down.
            np.copyto(whole, place, casting="unsafe")
            np.copyto(self._values[0, :count], whole, casting="unsafe")
            place -= self._values[0, :count]
        stride = self._shape[1] + 2 * MARGIN
        row *= stride
        row += column
        row += self._starts[:count]
        np.copyto(index, row)
        # As one number, so that they are fetched at once, into the place of the columns; beyond
        # the last nothing is read.
        pairs, upper = self._pairs[: ink.size], self._upper[: ink.size]
        quads, lower = self._quads[: ink.size], self._lower[: ink.size]
        np.copyto(pairs, ink)
        np.left_shift(pairs[1:], 8, out=upper[:-1])
        pairs |= upper
        np.copyto(quads, pairs)
        np.left_shift(quads[stride:], 16, out=lower[:-stride])
        quads |= lower
        np.take(quads.view(np.int32), index, out=column, mode="wrap")

    def _mix(self, y: Array, x: Array, ink: Array) -> None:
        """Mix the neighbours, first from left to right, then from top to bottom."""
        count = len(y)
        corner, fetched = self._whole[:, :count]
        values = self._values[:, :count]
        for place, value in enumerate(values):
            np.right_shift(fetched, 8 * place, out=corner)
            corner &= 255
            np.copyto(value, corner, casting="unsafe")
        for left, right in (values[:2], values[2:]):
            right -= left
            right *= x
            left += right
        top, bottom = values[::2]
        bottom -= top
        bottom *= y
        np.add(top, bottom, out=ink)
