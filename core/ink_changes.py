"""What happens to a digit's ink and not to its shape: thicker, thinner, softer, covered."""

import numpy as np

from .activations import Array
from .resample import MARGIN, Pixels

# Longest side of an occlusion, as a part of the image.
OCCLUSION = 0.3


def change_width(images: Pixels, amounts: Array) -> None:
    """Thicken, or thin where it is negative, each image towards its brightest or darkest neighbour.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, height + 4, width + 4)
        Changed; their black margin of `MARGIN` pixels is left.
    amounts : ndarray of float32, shape (n,)
        1 is a pixel on each side.
    """
    # What the ink grows into grows where the ink shrinks: then brightest is all there is to seek.
    flips = np.where(amounts < 0, 255, 0).astype(np.uint8)[:, None, None]
    flipped = images ^ flips
    # In one row a neighbour's place is the same for all; what comes from another image is left.
    row, stride = flipped.ravel(), images.shape[2]
    brightest = row.copy()
    for step in (1, stride):
        np.maximum(brightest[step:], row[:-step], out=brightest[step:])
        np.maximum(brightest[:-step], row[step:], out=brightest[:-step])
    brightest -= row
    growth = brightest.reshape(images.shape).astype(np.float32)
    growth *= amounts[:, None, None]
    growth += images
    growth += 0.5
    inside = np.s_[:, MARGIN:-MARGIN, MARGIN:-MARGIN]
    np.copyto(images[inside], growth[inside], casting="unsafe")


def soften(images: Array, amounts: Array) -> None:
    """Mix each image with the mean of each pixel's neighbours, in both directions in turn.

    Parameters
    ----------
    images : ndarray of float32, shape (n, height, width)
        Changed.
    amounts : ndarray of float32, shape (n, 1, 1)
        At 1 a pixel is half its neighbours.
    """
    for axis in (1, 2):
        mean = np.zeros_like(images)
        ahead, behind = [slice(None)] * 3, [slice(None)] * 3
        ahead[axis], behind[axis] = slice(1, None), slice(None, -1)
        mean[tuple(ahead)] += images[tuple(behind)]
        mean[tuple(behind)] += images[tuple(ahead)]
        mean *= 0.5
        mean -= images
        mean *= amounts * 0.5
        images += mean


def occlude(images: Array, random: np.random.Generator, share: float) -> None:
    """Blacken a small box in that share of the images (DeVries & Taylor 2017).

    Parameters
    ----------
    images : ndarray of float32, shape (n, height, width)
        Changed.
    random : Generator
        Where chance comes from.
    share : float
        0 to 1.
    """
    count, height, width = images.shape
    hidden = random.random(count) < share
    sides = random.integers(1, 1 + round(OCCLUSION * min(height, width)), (count, 2))
    corners = random.random((count, 2))
    for index in np.flatnonzero(hidden):
        (tall, wide), (down, right) = sides[index], corners[index]
        top, left = int(down * (height - tall)), int(right * (width - wide))
        images[index, top : top + tall, left : left + wide] = 0.0
