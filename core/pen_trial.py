"""What a network reads of strokes that thin and thick pens drew as pictures, large and small."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .drawing import Drawing
from .errors import DrawingError
from .reader import Reader
from .stress_maps import labelled, sampled
from .variants import pictured

SIDES = 16, 28, 64, 200, 400, 1000
"""Pixels."""
PENS = 0.0, 1 / 40, 1 / 20, 1 / 10, 1 / 8, 1 / 6, 1 / 5, 1 / 4
"""Widths as parts of the picture's side; none is thinner than a pixel."""


@dataclass(frozen=True)
class PenShare:
    """How many drawings are read right from pictures of one side and pen.

    Attributes
    ----------
    side : int
        Of the square pictures, in pixels.
    pen : float
        Width of the round pen in pixels.
    right : float
        Share of all drawings, 0 to 1.
    kept : float
        Share of those that are read right as strokes.
    """

    side: int
    pen: float
    right: float
    kept: float


@dataclass(frozen=True)
class PenTrial:
    """What pens do to the reading.

    Attributes
    ----------
    drawings : int
    strokes : float
        Share read right as strokes, 0 to 1.
    shares : tuple of PenShare
        Side by side, the thinnest pen first.
    """

    drawings: int
    strokes: float
    shares: tuple[PenShare, ...]

    @property
    def kept(self) -> float:
        """Share read right from all pictures, of those that are read right as strokes."""
        return float(np.mean([share.kept for share in self.shares]))


def try_pens(
    reader: Reader,
    drawings: Sequence[Drawing],
    limit: int | None = None,
    sides: Sequence[int] = SIDES,
    pens: Sequence[float] = PENS,
    smooth: bool = True,
) -> PenTrial:
    """Read labelled strokes as they are, then from pictures that they and the pen just fill.

    Parameters
    ----------
    reader : Reader
    drawings : sequence of Drawing
        Strokes; pictures below them are left out.
    limit : int, optional
        Take at most so many of them, evenly.
    sides : sequence of int
        Of the pictures, in pixels.
    pens : sequence of float
        Widths as parts of a side.
    smooth : bool
        Whether the edges are smooth; otherwise pixels are black or white.

    Raises
    ------
    DrawingError
        None of the drawings has strokes and a label that says what was meant.
    """
    written = sampled([each for each in drawings if each.strokes], limit)
    known = labelled(written, reader.model.class_names)
    if not known:
        raise DrawingError("None of the drawings has strokes and a label that says what was meant.")
    as_strokes = np.array([_is_right(reader, each, label) for each, label in known])
    shares = []
    for side in sides:
        for pen in sorted({max(1.0, part * side) for part in pens}):
            right = np.array(
                [
                    _is_right(reader, _on_picture(pictured(each, side, pen, smooth)), label)
                    for each, label in known
                ]
            )
            kept = float(right[as_strokes].mean()) if as_strokes.any() else 0.0
            shares.append(PenShare(side, pen, float(right.mean()), kept))
    return PenTrial(len(known), float(as_strokes.mean()), tuple(shares))


def _on_picture(picture: NDArray[np.uint8]) -> Drawing:
    return Drawing((picture.shape[1], picture.shape[0]), picture=picture)


def _is_right(reader: Reader, drawing: Drawing, label: int) -> bool:
    reading = reader.read(drawing)
    return reading is not None and reading.best == label
