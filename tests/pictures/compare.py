"""Compares a picture of the window with its reference as an eye would, not bit by bit."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

# Edge of the squares whose mean colours are compared, in device-independent pixels: letters that
# another rasteriser paints a little bolder are the same to the eye, a moved word is not.
BLOCK = 6
# Difference of a mean colour (0–255) that counts, and the share of all squares that may have one:
# a curve may lie a pixel elsewhere where another processor adds in another order.
NOTABLE, SHARE = 14.0, 0.002


@dataclass(frozen=True)
class Difference:
    """What differs.

    Attributes
    ----------
    share : float
        Of the squares, those whose mean colour differs notably, from 0 to 1.
    blocks : ndarray of bool, shape (rows, columns)
        Which; empty where the sizes differ.
    words : str
        What is wrong, or empty.
    """

    share: float
    blocks: NDArray[np.bool_]
    words: str

    @property
    def matters(self) -> bool:
        """Whether the picture fails."""
        return bool(self.words)


def compare(shot: Image.Image, reference: Image.Image, scale: int) -> Difference:
    """Compare two pictures of the window, taken at the same scale."""
    if shot.size != reference.size:
        words = f"{shot.size[0]}×{shot.size[1]} instead of {reference.size[0]}×{reference.size[1]}"
        return Difference(1.0, np.zeros((0, 0), np.bool_), words)
    apart = np.abs(_means(shot, scale) - _means(reference, scale)).max(axis=2)
    blocks = apart > NOTABLE
    share = float(blocks.mean())
    words = f"{100 * share:.2f} % of it looks different" if share > SHARE else ""
    return Difference(share, blocks, words)


def side_by_side(shot: Image.Image, reference: Image.Image, difference: Difference) -> Image.Image:
    """The reference, the new picture, and the new one faded with frames around what differs."""
    marked = Image.blend(shot, Image.new("RGB", shot.size, "white"), 0.6)
    pen = ImageDraw.Draw(marked)
    edge = shot.width / max(1, difference.blocks.shape[1]) if difference.blocks.size else 0.0
    for row, column in np.argwhere(difference.blocks).tolist():
        corner = column * edge, row * edge
        pen.rectangle((*corner, corner[0] + edge, corner[1] + edge), outline="red", width=2)
    wide = Image.new("RGB", (reference.width + 2 * shot.width + 40, shot.height), "grey")
    for left, picture in (
        (0, reference),
        (reference.width + 20, shot),
        (reference.width + shot.width + 40, marked),
    ):
        wide.paste(picture, (left, 0))
    return wide


def open_picture(path: Path) -> Image.Image:
    """A picture without transparency, read at once."""
    with Image.open(path) as picture:
        return picture.convert("RGB")


def _means(picture: Image.Image, scale: int) -> NDArray[np.float64]:
    """Mean colours of squares, shape (rows, columns, 3); a rest at the edges is left out."""
    edge = BLOCK * scale
    pixels = np.asarray(picture, np.float64)
    rows, columns = pixels.shape[0] // edge, pixels.shape[1] // edge
    whole = pixels[: rows * edge, : columns * edge].reshape(rows, edge, columns, edge, 3)
    means: NDArray[np.float64] = whole.mean(axis=(1, 3))
    return means
