"""Minibatches of training digits: shuffled each epoch, moved or deformed at random."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .deform import Deformation, is_deformed
from .digits import Part
from .losses import Labels
from .network import Workspace
from .seeds import generator
from .shifts import Shifts
from .spec import TrainingSpec


class Minibatches:
    """The minibatches of a run, any of them at any time: what is in one depends on its step alone.

    Parameters
    ----------
    part : Part
        The training digits.
    spec : TrainingSpec
        Its seed, minibatch size and strengths of deformation count.
    pairs : bool
        Whether a last minibatch of a single digit is left out.

    Attributes
    ----------
    size, per_epoch, digits : int
        Digits of a minibatch, minibatches of an epoch, digits of all of them.
    """

    def __init__(self, part: Part, spec: TrainingSpec, pairs: bool = False) -> None:
        self.size = min(spec.batch_size, len(part))
        self.per_epoch = -(-len(part) // self.size)
        if pairs and len(part) % self.size == 1:
            self.per_epoch -= 1
        self.digits = min(len(part), self.per_epoch * self.size)
        self._seed = spec.seed
        self._labels = part.labels
        self._epoch = -1
        self._order: NDArray[np.int64]
        self._ways: NDArray[np.uint16]
        self._pixels = part.images.reshape(len(part), -1)
        self._gathered = np.empty((self.size, self._pixels.shape[1]), self._pixels.dtype)
        height, width = part.images.shape[1:]
        self._deformation = Deformation((height, width), spec) if is_deformed(spec) else None
        self._shift = 0 if self._deformation else round(spec.shift)
        self._shifts = Shifts(self._pixels, (height, width), self._shift) if self._shift else None

    def rows(self, step: int) -> int:
        """Digits in the minibatch that follows `step` others; an epoch's last may be short."""
        first = step % self.per_epoch * self.size
        return min(self.size, self.digits - first)

    def load(self, step: int, work: Workspace) -> Labels:
        """Fill the inputs of `work` with the minibatch that follows `step` others.

        Returns
        -------
        array of int, (rows,)
            Its labels.
        """
        pixels, labels = self.pixels(step, 1, self._gathered)
        work.load(pixels)
        return labels

    def pixels(
        self, step: int, count: int, out: NDArray[Any] | None = None
    ) -> tuple[NDArray[Any], Labels]:
        """Gather the `count` minibatches of one epoch that follow `step` others.

        Parameters
        ----------
        step, count : int
            Which.
        out : array, (at least the digits, pixels), optional
            Where digits that are not moved are gathered, instead of in a new array.

        Returns
        -------
        array, (digits, pixels)
            One behind the other; only an epoch's last may be short.
        array of int, (digits,)
            Their labels.
        """
        pixels, order, labels = self.places(step, count, out)
        if pixels is self._pixels:
            pixels = self._gather(order, out)
        return pixels, labels

    def places(
        self, step: int, count: int, out: NDArray[Any] | None = None
    ) -> tuple[NDArray[Any], NDArray[np.int64], Labels]:
        """Where the pixels of these minibatches are; those that are not moved stay where they are.

        Parameters
        ----------
        step, count, out
            As for `pixels`; digits that are deformed are gathered in `out`, too.

        Returns
        -------
        array, (at least the digits, pixels)
            Pixels: all that there are, or those of these digits.
        array of int64, (digits,)
            The row of each digit in them.
        array of int, (digits,)
            Their labels.
        """
        epoch, index = divmod(step, self.per_epoch)
        if epoch != self._epoch:
            self._shuffle(epoch)
        chosen = slice(index * self.size, (index + count) * self.size)
        digits = self._order[chosen]
        labels = self._labels[digits]
        if self._shifts:
            moved = self._shifts.gather(digits, self._ways[chosen])
            return moved, np.arange(len(digits)), labels
        if self._deformation:
            pixels = self._gather(digits, out)
            for first in range(0, len(digits), self.size):
                random = generator(self._seed, "deform", step + first // self.size)
                minibatch = slice(first, first + self.size)
                pixels[minibatch] = self._deformation(pixels[minibatch], random)
            return pixels, np.arange(len(digits)), labels
        return self._pixels, digits, labels

    def let_go(self) -> None:
        """Forget the pixels; no minibatch can be loaded any more."""
        for name in ("_pixels", "_gathered", "_shifts", "_deformation"):
            self.__dict__.pop(name, None)

    def _gather(self, digits: NDArray[np.int64], out: NDArray[Any] | None) -> NDArray[Any]:
        gathered = None if out is None else out[: len(digits)]
        return np.take(self._pixels, digits, axis=0, out=gathered, mode="clip")

    def _shuffle(self, epoch: int) -> None:
        count = len(self._labels)
        self._order = generator(self._seed, "order", epoch).permutation(count)
        if self._shift:
            random = generator(self._seed, "shift", epoch)
            side = 2 * self._shift + 1
            down, right = random.integers(0, side, (count, 2)).T
            self._ways = (down * side + right).astype(np.uint16)
        self._epoch = epoch


def as_learned(images: NDArray[np.uint8], spec: TrainingSpec, draw: int) -> NDArray[np.uint8]:
    """A few images as a training with these settings would see them: moved or deformed.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, height, width)
        At most 256; left as they are.
    spec : TrainingSpec
        Its seed and strengths of deformation count.
    draw : int
        Which of the ways in which chance may fall; with other settings the same draw gives the
        same chance.

    Returns
    -------
    ndarray of uint8, shape (n, height, width)
        In the same order.
    """
    places = np.arange(len(images), dtype=np.uint8)
    minibatches = Minibatches(Part(images, places), spec.replace(batch_size=len(images)))
    pixels, order = minibatches.pixels(draw, 1)
    learned = np.empty_like(images)
    learned[order] = pixels.reshape(images.shape)
    return learned
