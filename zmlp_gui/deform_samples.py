"""Samples of what a training makes of its digits, made beside the GUI thread."""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, pyqtSignal

from core import datasets
from core.digits import Part
from core.minibatches import as_learned
from core.seeds import generator
from core.spec import TrainingSpec
from zmlp_gui.background import Background

Images = NDArray[np.uint8]

# Milliseconds that a computation under way gets to end when the window closes.
LEAVE = 1000


@dataclass(frozen=True)
class Wish:
    """What is to be shown.

    Attributes
    ----------
    training : TrainingSpec
        How digits are moved or deformed.
    data : str
        Name or folder of their data set; empty where nothing is wished for.
    part : Part or None
        The digits to learn from, of a run that has read them; None where they are to be read.
    drawing : ndarray of uint8 or None
        An image that takes the place of the first digit, if it is of their size.
    draw : int
        Which of the ways in which chance may fall.
    hand : int
        Which of the hands of digits that were taken from the data.
    """

    training: TrainingSpec
    data: str
    part: Part | None = None
    drawing: Images | None = None
    draw: int = 0
    hand: int = 0


class DeformSamples(QObject):
    """Deforms a hand of digits; where wishes come faster than they can be met, the last one counts.

    A matrix product in the GUI thread would wait for those of a training.

    Parameters
    ----------
    count : int
        Digits in a hand.

    Signals
    -------
    ready(ndarray of uint8, shape (count, height, width))
        The samples; empty where the data cannot be read, which others tell.
    """

    ready = pyqtSignal(object)

    def __init__(self, count: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._count = count
        self._background = Background(self)
        self._wish = Wish(TrainingSpec(), "")
        self._hands: tuple[str, Images] | None = None
        self._busy = self._waiting = False

    def look_at(self, training: TrainingSpec, data: str, part: Part | None = None) -> None:
        """Have other settings or data from the next samples on; a part is not read once more."""
        self._wish = replace(self._wish, training=training, data=data, part=part)

    def set_drawing(self, image: Images | None) -> None:
        """Have that image, (height, width) of uint8, among the next samples, or none."""
        self._wish = replace(self._wish, drawing=image)

    def make(self) -> None:
        """Make samples by the same chance as the last ones."""
        if self._busy:
            self._waiting = True
        elif self._wish.data:
            self._busy, self._waiting = True, False
            known = self._hands if self._hands and self._hands[0] == self._wish.data else None
            work = partial(_make, self._wish, known, self._count)
            self._background.run(work, self._have, self._have_none)

    def draw(self) -> None:
        """Make samples by another chance."""
        self._wish = replace(self._wish, draw=self._wish.draw + 1)
        self.make()

    def deal(self) -> None:
        """Make samples of other digits."""
        self._wish = replace(self._wish, hand=self._wish.hand + 1)
        self.draw()

    def close(self) -> None:
        """Make nothing more: the window closes."""
        self._wish = Wish(TrainingSpec(), "")
        self._background.finish(LEAVE)

    def _have(self, made: tuple[tuple[str, Images], Images]) -> None:
        self._hands, samples = made
        self._answer(samples)

    def _have_none(self, sentence: str) -> None:
        self._hands = None
        self._answer(np.empty((0, 1, 1), np.uint8))

    def _answer(self, samples: Images) -> None:
        self._busy = False
        self.ready.emit(samples)
        if self._waiting:
            self.make()


def _make(
    wish: Wish, hands: tuple[str, Images] | None, count: int
) -> tuple[tuple[str, Images], Images]:
    """The hands of the data set, and samples of one of them."""
    if hands is None:
        part = datasets.load(wish.data).training if wish.part is None else wish.part
        hands = wish.data, _deal(part, count)
    chosen = hands[1][wish.hand % len(hands[1])].copy()
    if wish.drawing is not None and wish.drawing.shape == chosen.shape[1:]:
        chosen[0] = wish.drawing
    return hands, as_learned(chosen, wish.training, wish.draw)


def _deal(part: Part, count: int, hands: int = 16) -> Images:
    """Copy hands of digits, as different ones as there are; (hands, count, height, width)."""
    random = generator(0, "samples")
    chosen = []
    for _ in range(hands):
        some = random.permutation(len(part))[: 32 * count]
        _, first = np.unique(part.labels[some], return_index=True)
        different = random.permutation(some[first])
        chosen.append(np.resize(np.concatenate((different, some)), count))
    return np.asarray(part.images[np.array(chosen)])
