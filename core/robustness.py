"""How many points a reader loses on drawings at any place, at any size, and turned."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .drawing import Drawing
from .errors import DrawingError
from .reader import Reader
from .seeds import generator
from .stress import AXES, Change, read
from .stress_maps import labelled, sampled, share_right

STEEPEST = 20.0
"""Degrees."""
SMALL = 0.25
"""Part of the canvas that the drawings fill which are put at several places."""

KINDS: dict[str, tuple[Change, ...]] = {
    "place": tuple(
        Change(x=x, y=y, size=SMALL) for y in AXES["y"].values(3) for x in AXES["x"].values(3)
    ),
    "size": tuple(Change(size=size) for size in AXES["size"].values(7)),
    "angle": tuple(
        Change(angle=float(angle)) for angle in np.linspace(-STEEPEST, STEEPEST, 9) if angle
    ),
}
"""The changes of each kind."""


@dataclass(frozen=True)
class Robustness:
    """What was lost.

    Attributes
    ----------
    drawings : int
    undisturbed : float
        Share read right as they were drawn, 0 to 1.
    accuracies : dict of str to tuple of float
        Share read right under each change of `KINDS`.
    together : float
        Share read right when every drawing was at a random place, of a random size and turned by a
        random angle.
    """

    drawings: int
    undisturbed: float
    accuracies: dict[str, tuple[float, ...]]
    together: float

    @property
    def lost(self) -> dict[str, float]:
        """Points lost at the worst place, size and angle, and with all of them at random."""
        worst = {kind: min(shares) for kind, shares in self.accuracies.items()}
        worst["together"] = self.together
        return {kind: 100 * (self.undisturbed - share) for kind, share in worst.items()}

    def to_json(self) -> dict[str, object]:
        """For the report."""
        return {
            "drawings": self.drawings,
            "undisturbed": self.undisturbed,
            "accuracies": {kind: list(shares) for kind, shares in self.accuracies.items()},
            "together": self.together,
            "lost": self.lost,
        }


def robustness(
    reader: Reader,
    drawings: Sequence[Drawing],
    limit: int | None = None,
    pictured: bool = False,
    seed: int = 0,
) -> Robustness:
    """Read labelled drawings undisturbed, then changed in every way of `KINDS`.

    Parameters
    ----------
    reader : Reader
    drawings : sequence of Drawing
    limit : int, optional
        Take at most so many of them, evenly.
    pictured : bool
        Read strokes from pictures of them.
    seed : int
        Of the random changes.

    Raises
    ------
    DrawingError
        None of them has a label.
    """
    known = labelled(sampled(drawings, limit), reader.model.class_names)
    if not known:
        raise DrawingError("None of the drawings has a label that says what was meant.")
    undisturbed, _ = share_right(reader, known, pictured=pictured)
    accuracies = {
        kind: tuple(share_right(reader, known, each, pictured=pictured)[0] for each in changes)
        for kind, changes in KINDS.items()
    }
    right = 0
    for number, (drawing, label) in enumerate(known):
        reading = read(reader, drawing, _any_change(seed, number), pictured=pictured)
        right += reading is not None and reading.best == label
    return Robustness(len(known), undisturbed, accuracies, right / len(known))


def _any_change(seed: int, number: int) -> Change:
    """A random place, size and angle; ink that would leave the paper is pushed back."""
    random = generator(seed, "robustness", number)
    x, y = random.uniform(-0.5, 0.5, 2)
    size = np.exp(random.uniform(np.log(AXES["size"].low), np.log(AXES["size"].high)))
    angle = random.uniform(-STEEPEST, STEEPEST)
    return Change(x=float(x), y=float(y), size=float(size), angle=float(angle))
