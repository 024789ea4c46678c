"""Minibatches of training digits: shuffled each epoch, moved at random, scaled on the way in."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from .digits import Part
from .network import Workspace
from .seeds import generator
from .spec import TrainingSpec


class Minibatches:
    """The minibatches of a run, any of them at any time: what is in one depends on its step alone.

    Parameters
    ----------
    part : Part
        The training digits.
    spec : TrainingSpec
        Its seed, minibatch size and random shift count.
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
        self._seed, self._shift = spec.seed, spec.shift
        self._labels = part.labels
        self._epoch = -1
        self._order: NDArray[np.int64]
        self._moves: NDArray[np.int64]
        if self._shift:
            margin = ((0, 0), (self._shift, self._shift), (self._shift, self._shift))
            framed = np.pad(part.images, margin)
            # windows[i, y, x] is digit i moved by (shift - y, shift - x): a view, no copy.
            self._windows = sliding_window_view(framed, part.images.shape[1:], axis=(1, 2))
        else:
            self._pixels = part.images.reshape(len(part), -1)
            self._gathered = np.empty((self.size, self._pixels.shape[1]), self._pixels.dtype)

    def rows(self, step: int) -> int:
        """Digits in the minibatch that follows `step` others; an epoch's last may be short."""
        first = step % self.per_epoch * self.size
        return min(self.size, self.digits - first)

    def load(self, step: int, work: Workspace) -> NDArray[np.uint8]:
        """Fill the inputs of `work` with the minibatch that follows `step` others.

        Returns
        -------
        array of uint8, (rows,)
            Its labels.
        """
        epoch, index = divmod(step, self.per_epoch)
        if epoch != self._epoch:
            self._shuffle(epoch)
        chosen = slice(index * self.size, (index + 1) * self.size)
        digits = self._order[chosen]
        if self._shift:
            moves = self._moves[chosen]
            work.load(self._windows[digits, moves[:, 0], moves[:, 1]])
        else:
            gathered = self._gathered[: len(digits)]
            np.take(self._pixels, digits, axis=0, out=gathered, mode="clip")
            work.load(gathered)
        return self._labels[digits]

    def pixels(self, step: int, count: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Gather the `count` minibatches of one epoch that follow `step` others.

        Returns
        -------
        array of uint8, (digits, pixels)
            One behind the other; only an epoch's last may be short.
        array of uint8, (digits,)
            Their labels.
        """
        epoch, index = divmod(step, self.per_epoch)
        if epoch != self._epoch:
            self._shuffle(epoch)
        chosen = slice(index * self.size, (index + count) * self.size)
        return self._gather(chosen), self._labels[self._order[chosen]]

    def _gather(self, chosen: slice) -> NDArray[np.uint8]:
        """The pixels of some digits of the epoch, in its order."""
        digits = self._order[chosen]
        if self._shift:
            moves = self._moves[chosen]
            moved = self._windows[digits, moves[:, 0], moves[:, 1]]
            return moved.reshape(len(digits), -1)
        return self._pixels[digits]

    def let_go(self) -> None:
        """Forget the pixels; no minibatch can be loaded any more."""
        for name in ("_windows", "_pixels", "_gathered"):
            self.__dict__.pop(name, None)

    def _shuffle(self, epoch: int) -> None:
        count = len(self._labels)
        self._order = generator(self._seed, "order", epoch).permutation(count)
        if self._shift:
            random = generator(self._seed, "shift", epoch)
            self._moves = random.integers(0, 2 * self._shift + 1, (count, 2))
        self._epoch = epoch
