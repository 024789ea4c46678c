"""Digits moved at random by whole pixels, in the moment that they are gathered."""

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


class Shifts:
    """Moves digits without a copy of all of them with a margin.

    Pixels of all digits lie in one row, so a digit is moved by reading it from a few pixels further
    on or back. What then comes from its neighbours, or round its edge, is made black.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (n, height * width)
        The digits, also a mapped file.
    shape : (int, int)
        Height and width of a digit.
    most : int
        Pixels that a digit moves at the most, in each direction.

    Attributes
    ----------
    count : int
        Number of ways to move a digit; way `y * (2 * most + 1) + x` moves it down by `most - y` and
        to the right by `most - x`.
    """

    def __init__(self, pixels: Pixels, shape: tuple[int, int], most: int) -> None:
        height, width = shape
        ways = np.arange(-most, most + 1)
        self.count = len(ways) ** 2
        self._pixels = pixels
        self._size = height * width
        self._offsets = np.add.outer(ways * width, ways).ravel()
        rows, columns = (_inside(ways, length) for length in shape)
        # 1 where a pixel comes from the digit itself, else 0.
        inside = rows[:, None, :, None] & columns[None, :, None, :]
        self._masks = inside.astype(pixels.dtype).reshape(self.count, self._size)
        # Digits that close to the ends are read from beyond them.
        self._margin = -(-int(self._offsets.max()) // self._size)
        self._windows = _windows(pixels, self._size)

    def gather(self, digits: NDArray[np.int64], ways: NDArray[np.uint16]) -> Pixels:
        """Read digits, each moved in its way.

        Parameters
        ----------
        digits : ndarray of int64, shape (rows,)
            Which.
        ways : ndarray of uint16, shape (rows,)
            The way of each, from 0 to `count` - 1.

        Returns
        -------
        ndarray of uint8, shape (rows, height * width)
            A new array.
        """
        windows = self._windows
        if digits.min() < self._margin or digits.max() >= len(self._pixels) - self._margin:
            margin = np.zeros((self._margin, self._size), self._pixels.dtype)
            windows = _windows(np.concatenate((margin, self._pixels[digits], margin)), self._size)
            digits = np.arange(self._margin, self._margin + len(digits))
        moved: Pixels = windows[digits * self._size + self._offsets[ways]]
        moved *= self._masks[ways]
        return moved


def _windows(pixels: Pixels, size: int) -> Pixels:
    """The `size` pixels from each pixel on, as a view."""
    return as_strided(
        pixels, (pixels.size - size + 1, size), (pixels.itemsize,) * 2, writeable=False
    )


def _inside(ways: NDArray[np.int64], length: int) -> NDArray[np.bool_]:
    """Whether a place, moved by each way, is still on a side of that length; (ways, length)."""
    places = ways[:, None] + np.arange(length)
    inside: NDArray[np.bool_] = (places >= 0) & (places < length)
    return inside
