"""Views of an image, each a little turned, stretched or shifted: one reads them all and votes."""

import math
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .activations import Array

# What is still the same digit, only written a little otherwise.
MOST_TURN, LEAST_SCALE, MOST_SCALE, MOST_SHIFT, MOST_SLANT = 45.0, 0.5, 2.0, 4.0, 1.0


@dataclass(frozen=True)
class View:
    """One way to look at an image; the default one leaves it alone.

    The image is slanted, stretched, turned about its pixel (height / 2, width / 2), where the mass
    of a digit of MNIST is, and then shifted, all in one bilinear resampling.

    Attributes
    ----------
    turn : float
        Degrees, clockwise on the screen, -45 to 45.
    width, height : float
        What the image is stretched by, 0.5 to 2 (Cireşan et al. 2011 vote over digits of several
        widths).
    slant : float
        Columns to the right for each row up, -1 to 1.
    right, down : float
        Pixels, -4 to 4.
    """

    turn: float = 0.0
    width: float = 1.0
    height: float = 1.0
    slant: float = 0.0
    right: float = 0.0
    down: float = 0.0

    def to_json(self) -> dict[str, float]:
        """What differs from the image as it is."""
        return {name: value for name, value in asdict(self).items() if value != DEFAULTS[name]}

    @classmethod
    def from_json(cls, value: Any) -> "View":
        """What `to_json` wrote.

        Raises
        ------
        ValueError
            It is no view, or one beyond all reason.
        """
        if not isinstance(value, dict) or not value.keys() <= DEFAULTS.keys():
            raise ValueError("a view is described by turn, width, height, slant, right and down")
        if not all(type(number) in (int, float) for number in value.values()):
            raise ValueError("a view is described by numbers")
        view = cls(**{name: float(number) for name, number in value.items()})
        inside = (
            abs(view.turn) <= MOST_TURN
            and LEAST_SCALE <= view.width <= MOST_SCALE
            and LEAST_SCALE <= view.height <= MOST_SCALE
            and abs(view.slant) <= MOST_SLANT
            and abs(view.right) <= MOST_SHIFT
            and abs(view.down) <= MOST_SHIFT
        )
        if not inside:
            raise ValueError("a view lies outside its limits")
        return view


DEFAULTS = {each.name: each.default for each in fields(View)}


def resampling(view: View, shape: tuple[int, ...]) -> Array | None:
    """The matrix that makes the view of an image: `pixels @ matrix`.

    Parameters
    ----------
    view : View
        The view.
    shape : (int, int)
        Height and width of the image in pixels.

    Returns
    -------
    array of float32, (height * width, height * width), or None
        Columns of at most four weights; ink that leaves the image is lost. None for the view that
        leaves the image alone.
    """
    if view == View():
        return None
    height, width = shape
    size = height * width
    rows, columns = np.divmod(np.arange(size), width)
    x, y = columns - width / 2 - view.right, rows - height / 2 - view.down
    # Backwards from each pixel of the view to the place in the image that it shows.
    cosine, sine = math.cos(math.radians(view.turn)), math.sin(math.radians(view.turn))
    x, y = cosine * x + sine * y, cosine * y - sine * x
    x, y = x / view.width, y / view.height
    x, y = x + view.slant * y + width / 2, y + height / 2
    matrix = np.zeros((size, size), np.float32)
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    for row, column in ((top, left), (top, left + 1), (top + 1, left), (top + 1, left + 1)):
        weight = (1.0 - abs(y - row)) * (1.0 - abs(x - column))
        inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
        matrix[(row * width + column)[inside], np.arange(size)[inside]] = weight[inside]
    return matrix


def seen(pixels: NDArray[Any], matrix: Array | None) -> NDArray[Any]:
    """Many images by one view.

    Parameters
    ----------
    pixels : array, (n, …)
        Images of uint8, or of floats from 0 to 1.
    matrix : array or None
        From `resampling`.

    Returns
    -------
    array, (n, pixels)
        Of float32 from 0 to 1; the images themselves where the view leaves them alone.
    """
    if matrix is None:
        return pixels
    flat = pixels.reshape(len(pixels), -1)
    if flat.dtype.kind != "f":
        flat = flat * np.float32(1 / 255)
    moved: NDArray[Any] = flat @ matrix
    return moved
