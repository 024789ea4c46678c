"""How many points a reader loses on drawings at any place, at any size, and turned."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .drawing import Drawing
from .errors import DrawingError
from .model_file import Model
from .preparation import Image
from .reader import Reader
from .seeds import generator
from .stress import AXES, NO_CHANGE, Change, as_picture, changed
from .stress_maps import labelled, sampled

STEEPEST = 20.0
"""Degrees."""
SMALL = 0.25
"""Part of the canvas that the drawings fill which are put at several places."""
SEED = 0
"""Of the random changes."""

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


_Prepared = tuple[NDArray[np.uint8], NDArray[np.intp]]


class DisturbedInk:
    """Drawings undisturbed and under every change, prepared once for any number of networks.

    Parameters
    ----------
    drawings : sequence of (Drawing, int)
        With what was meant by each; at least one.
    prepare : callable
        Makes the image that the networks read of a drawing; None where nothing is drawn.
    pictured : bool
        Read strokes from pictures of them.

    Attributes
    ----------
    count : int
        Number of drawings.
    """

    def __init__(
        self,
        drawings: Sequence[tuple[Drawing, int]],
        prepare: Callable[[Drawing], Image | None],
        pictured: bool = False,
    ) -> None:
        self.count = len(drawings)
        self._drawings, self._prepare, self._pictured = drawings, prepare, pictured
        self._undisturbed = self._part([NO_CHANGE] * self.count)
        self._kinds = {
            kind: [self._part([change] * self.count) for change in changes]
            for kind, changes in KINDS.items()
        }
        self._together = self._part([_any_change(each) for each in range(self.count)])

    def read_by(self, model: Model) -> Robustness:
        """What a network or committee loses."""
        return Robustness(
            self.count,
            self._right(model, self._undisturbed),
            {
                kind: tuple(self._right(model, part) for part in parts)
                for kind, parts in self._kinds.items()
            },
            self._right(model, self._together),
        )

    def _part(self, changes: Sequence[Change]) -> _Prepared:
        """Every drawing under a change of its own; those of which nothing is left are not there."""
        images, labels = [], []
        for (drawing, label), change in zip(self._drawings, changes, strict=True):
            drawing = changed(drawing, change)
            image = self._prepare(as_picture(drawing) if self._pictured else drawing)
            if image is not None:
                images.append(image)
                labels.append(label)
        return np.array(images, np.uint8), np.array(labels, np.intp)

    def _right(self, model: Model, part: _Prepared) -> float:
        """Share of all drawings that is read right."""
        images, labels = part
        if not len(images):
            return 0.0
        right = model.predict(images).argmax(axis=1) == labels
        return int(np.count_nonzero(right)) / self.count


def robustness(
    reader: Reader,
    drawings: Sequence[Drawing],
    limit: int | None = None,
    pictured: bool = False,
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

    Raises
    ------
    DrawingError
        None of them has a label.
    """
    known = labelled(sampled(drawings, limit), reader.model.class_names)
    if not known:
        raise DrawingError("None of the drawings has a label that says what was meant.")
    return DisturbedInk(known, reader.prepare, pictured).read_by(reader.model)


def _any_change(number: int) -> Change:
    """A random place, size and angle; ink that would leave the paper is pushed back."""
    random = generator(SEED, "robustness", number)
    x, y = random.uniform(-0.5, 0.5, 2)
    size = np.exp(random.uniform(np.log(AXES["size"].low), np.log(AXES["size"].high)))
    angle = random.uniform(-STEEPEST, STEEPEST)
    return Change(x=float(x), y=float(y), size=float(size), angle=float(angle))
