"""How letters are drawn by hand: the ways of the pen, as few points as tell one from another."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

# Points x y one after the other, y down: 0 is the top of a capital letter, 4 that of a small one,
# 12 the line that both stand on. A slash lifts the pen, ~ bends the way into a curve.
_SHAPES = {
    "A": "0 12 4 0 8 12/1.5 8 6.5 8",
    "B": "0 0 0 12/~0 0 5 .5 6.5 3 5 5.5 0 6/~0 6 6 6.5 7.5 9 6 11.5 0 12",
    "C": "~7.5 2 4.5 0 1.5 1.5 0 6 1.5 10.5 4.5 12 7.5 10",
    "D": "0 0 0 12/~0 0 4 .3 7.3 3 8 6 7.3 9 4 11.7 0 12",
    "E": "7 0 0 0 0 12 7 12/0 6 5.5 6",
    "F": "7 0 0 0 0 12/0 6 5.5 6",
    "G": "~7.5 2 4.5 0 1.5 1.5 0 6 1.5 10.5 4.5 12 7.2 10.5 7.8 7/4.5 7 7.8 7",
    "H": "0 0 0 12/8 0 8 12/0 6 8 6",
    "I": "4 0 4 12",
    "J": "~6 0 6 5 5.9 9 4.5 11.7 2 11.7 .5 9",
    "K": "0 0 0 12/7 0 0 7/2.2 5 7.5 12",
    "L": "0 0 0 12 7 12",
    "M": "0 12 .5 0 5 9 9.5 0 10 12",
    "N": "0 12 0 0 8 12 8 0",
    "O": "~4 0 1.2 1.5 0 6 1.2 10.5 4 12 6.8 10.5 8 6 6.8 1.5 4 0",
    "P": "0 0 0 12/~0 0 5 .4 7 3.2 5 6.2 0 6.6",
    "Q": "~4 0 1.2 1.5 0 6 1.2 10.5 4 12 6.8 10.5 8 6 6.8 1.5 4 0/5 8 8.5 13",
    "R": "0 0 0 12/~0 0 5 .4 7 3.2 5 6.2 0 6.6/3 6.6 7.5 12",
    "S": "~7 1.8 4 0 1 1.5 1.2 4.3 4 6 6.8 7.8 7 10.5 4 12 .5 10.3",
    "T": "0 0 8 0/4 0 4 12",
    "U": "~0 0 0 5 .3 9 2 11.5 4 12 6 11.5 7.7 9 8 5 8 0",
    "V": "0 0 4 12 8 0",
    "W": "0 0 2.8 12 5 3 7.2 12 10 0",
    "X": "0 0 8 12/8 0 0 12",
    "Y": "0 0 4 6/8 0 4 6 4 12",
    "Z": "0 0 8 0 0 12 8 12",
    "a": "~7 5.5 4 4 1 5.5 0 8 1 11 4 12 6.5 10.5 7 7/7 4 7 10.5 8 12",
    "b": "0 0 0 12/~0 7 2 4.5 5 4.5 7 8 5 11.7 2 11.7 0 9.5",
    "c": "~6.5 5.3 4 4 1 5.3 0 8 1 10.7 4 12 6.5 10.7",
    "d": "~7 5.5 4 4 1 5.5 0 8 1 11 4 12 7 10/7 0 7 12",
    "e": "~.3 8 7 8 6.5 5 3.5 4 .7 5.8 0 8.3 1.3 11 4 12 7 10.5",
    "f": "~6.5 1 5 0 3.5 1.2 3 4 3 8 3 12/.5 5 6 5",
    "g": "~7 5.5 4 4 1 5.3 0 8 1 10.5 4 11.5 6.5 10 7 6/~7 4 7 10 6.8 14 4 16 1 15",
    "h": "0 0 0 12/~0 7.5 2 5 4.5 4.2 6.5 6 6.8 9 6.8 12",
    "i": "1 4 1 12/1 .5 1 1",
    "j": "~4 4 4 9 3.8 14 2 16 0 15/4 .5 4 1",
    "k": "0 0 0 12/6 4.5 0 9/2 7.5 6.5 12",
    "l": "1 0 1 12",
    "m": "0 12 0 4/~0 6.5 1.5 4.5 3.5 4.5 4.5 6.5 4.5 12/~4.5 6.5 6 4.5 8 4.5 9 6.5 9 12",
    "n": "0 12 0 4/~0 7 2 4.6 4.5 4.3 6.3 6.3 6.5 12",
    "o": "~3.5 4 1 5.3 0 8 1 10.7 3.5 12 6 10.7 7 8 6 5.3 3.5 4",
    "p": "0 4 0 16/~0 7 2 4.5 5 4.5 7 8 5 11.5 2 11.5 0 9",
    "q": "~7 5.5 4 4 1 5.5 0 8 1 11 4 12 7 9.5/7 4 7 16",
    "r": "0 12 0 4/~0 7.5 1.5 5 3.5 4 5 4.5",
    "s": "~6 5 3.5 4 1 5 1.2 7 3.5 8 5.9 9 6 11 3.5 12 .5 11",
    "t": "~3 0 3 5 3 8 3.4 11 5 12 7 11/0 4 6 4",
    "u": "~0 4 0 9 1 11.5 3 12 5.5 11 6.8 8/6.8 4 6.8 12",
    "v": "0 4 3 12 6 4",
    "w": "0 4 2.5 12 4.5 5.5 6.5 12 9 4",
    "x": "0 4 6.5 12/6.5 4 0 12",
    "y": "0 4 3.2 11/6.5 4 1 16",
    "z": "0 4 6.5 4 0 12 6.5 12",
}  # fmt: skip

# The same letters as others write them: rounder, in one stroke, joined as in a running hand.
_OTHER_SHAPES = {
    "A": "~0 12 .8 4 4 0 7.2 4 8 12/.5 7 7.5 7",
    "D": "0 0 0 12/~0 12 4 11.5 7 8 7 4 4 .5 -1 0",
    "E": "~7 1 3 0 .5 2 1.5 5 5 6 1 7 0 10 3 12 7 11",
    "F": "0 12 0 0 7 .5/0 5.5 5 5",
    "G": "~7.5 2.5 4.5 0 1 2.5 0 7 2 11.5 5.5 11.5 7.3 7.5/4 7.5 7.5 7.3 7.3 12.5",
    "H": "0 0 0 12/~0 6 4 5 8 6/8 0 8 12",
    "J": "2 0 8 0/~5 0 5 6 4.8 10 3 12 .5 10.5",
    "K": "0 0 0 12/~7 0 4 4 .5 6 2 6 5 9 7.5 12",
    "L": "~2 0 1 6 0 11.5 3 11.5 7 12",
    "M": "~0 12 0 4 1.5 0 4 3 4.5 10 5 3 7.5 0 9 4 9 12",
    "N": "0 12 1 0/~1 0 4 6 7 12/7 12 8 0",
    "P": "~0 12 0 4 .5 .5 4 0 7 2.5 5 6 .5 6.5",
    "Q": "~7 3 4 0 .5 3 .5 9 4 12 7.5 9 7 3 6 1/~3 9 5 10 9 13",
    "R": "~0 12 .3 4 .5 .5 4 0 6.5 2.5 4 5.5 1 6 3 7 7 12",
    "T": "~0 1 3 0 8 .5/~4.5 .5 4 6 3.5 12",
    "U": "~0 0 0 8 3 12 6 11 8 7/8 0 8 12",
    "V": "~0 0 2 7 4 12 6 7 7 2 8.5 0",
    "W": "~0 0 .5 8 2.5 12 4.5 9 5 4 5.5 9 7.5 12 9.5 8 10 0",
    "X": "~0 0 2.5 3 4.5 6 7 10 9 12/~8 0 5 4 3.5 7.5 0 12",
    "Y": "~0 0 .5 4 3 6 6.5 4 8 0/~8 0 7 7 5 14 2 15",
    "a": "~1 5.5 3.5 4 6 5 6.5 8 6.5 12/~6.3 7.5 3 7.5 .5 9 1 11.5 4 12 6.4 10",
    "d": "~6 8 4 5 1 6 .3 9 2 12 5 10.5 6.8 6 7.5 0/7.5 0 6.5 9 8 12",
    "e": "0 8.5 6.5 7/~6.5 7 5.5 4.3 2 4.3 0 8 1 11.5 4 12 7 10",
    "f": "~3 9 6 4 6 0 4 .5 3 5 3 12 3 16 1.5 14 4 10",
    "h": "~0 10 3 4 3 0 1.5 1 1 6 1 12/~1 8.5 3 5.5 5 6 5.5 9 6 11.5 7.5 11",
    "i": "~0 7 1.5 4 1.5 9 2 12 4 11/1.7 1 1.9 1.6",
    "j": "2 4 4.5 4 4.5 13/~4.5 13 4 15.5 2 16 0 14.5/4.6 .5 4.7 1",
    "k": "0 0 .3 12/~.2 8.5 3 5 5 5.5 4 8 .5 8.5 3 9.5 6.5 12",
    "m": "0 12 1.5 4 4 11 6.5 4 8 12",
    "n": "~0 4.5 1 4 1.3 8 1.3 12/~1.3 8 3.5 4.5 5.5 5 5.5 9 6 11.8 7.5 11",
    "p": "~0 5 1 4 1.2 9 1 16/~1 6.5 3 4 6 5 6.5 8.5 4.5 11.8 1.2 10",
    "r": "~0 5 1 4 1.5 8 1.5 12/~1.5 8 3 5 5 4.3 6 5.5",
    "t": "3.5 0 3.5 12/.5 4.5 6.5 4.5",
    "u": "~0 4 0 9 1.5 12 4 11 5.5 8 5.8 4/~5.8 4 5.8 9 6.5 12 8 11.5",
    "y": "~0 4 .5 8 3 9.5 5.5 8 6 4/~6 4 6 11 5 15.5 2 16 .5 14",
}  # fmt: skip

DISGUISED = frozenset("OolISsZzBbgq")
"""Letters that are written as digits are: 0, 1, 5, 2, 8, 6 and 9. The small o, s and z are the
capital ones once a drawing is brought to one size."""

PLAIN = tuple(letter for letter in _SHAPES if letter not in DISGUISED)
OTHER = tuple(_OTHER_SHAPES)
"""Plain letters that another hand writes in another way."""
# Points between two that a curve goes through.
FINE = 6


def letter_lines(
    letter: str, random: np.random.Generator, other: bool = False
) -> list[NDArray[np.float64]]:
    """One letter as someone might draw it: its points astray a little, slanted, turned, stretched.

    Parameters
    ----------
    letter : str
        One of `PLAIN` or `DISGUISED`.
    random : Generator
    other : bool
        Whether the other hand writes; it knows the letters in `OTHER` alone.

    Returns
    -------
    list of array, (n, 2) each
        Its strokes in the order of drawing; a capital letter is about 12 high, y down.
    """
    turn, slant = random.normal(0.0, 0.1), random.normal(0.0, 0.15)
    width, height = np.exp(random.normal(0.0, 0.12, 2))
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = matrix @ [[width, -slant], [0.0, height]]
    return [
        (curve(points) if bends else points) @ matrix.T
        for points, bends in (
            (points + random.normal(0.0, 0.3, points.shape), bends)
            for points, bends in _strokes((_OTHER_SHAPES if other else _SHAPES)[letter])
        )
    ]


def _strokes(shape: str) -> Iterator[tuple[NDArray[np.float64], bool]]:
    """Points, (n, 2), of each stroke, and whether it bends."""
    for stroke in shape.split("/"):
        numbers = np.array(stroke.removeprefix("~").split(), np.float64)
        yield numbers.reshape(-1, 2), stroke.startswith("~")


def curve(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """A curve through points, (n, 2), that bends evenly (Catmull & Rom 1974)."""
    before, after = 2 * points[:1] - points[1:2], 2 * points[-1:] - points[-2:-1]
    around = np.concatenate([before, points, after])
    a, b, c, d = (around[start : start + len(points) - 1, None] for start in range(4))
    t = np.linspace(0.0, 1.0, FINE, endpoint=False)[:, None]
    between = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
    return np.concatenate([between.reshape(-1, 2), points[-1:]])
