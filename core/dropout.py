"""Dropout: in each minibatch other neurons and pixels are silent."""

import numpy as np

from .activations import Array
from .network import Workspace
from .seeds import generator
from .spec import TrainingSpec


class Dropout:
    """Draws the masks of each minibatch (Srivastava et al. 2014).

    Inverted: what stays is made larger, so that reading needs no masks and no correction.

    Parameters
    ----------
    spec : TrainingSpec
        Its seed and rates count.
    """

    def __init__(self, spec: TrainingSpec) -> None:
        self._seed, self._pixels, self._hidden = spec.seed, spec.input_dropout, spec.dropout

    @property
    def masks(self) -> bool:
        """Whether hidden neurons are silenced."""
        return self._hidden > 0.0

    def draw(self, step: int, work: Workspace) -> None:
        """Silence pixels of the loaded minibatch, and fill the masks for its hidden neurons."""
        if self._pixels:
            mask = _mask(self._seed, "pixel dropout", step, 0, work.inputs, self._pixels)
            work.inputs *= mask
        for index, mask in enumerate(work.masks):
            mask[:] = _mask(self._seed, "dropout", step, index, mask, self._hidden)


def _mask(seed: int, purpose: str, step: int, layer: int, like: Array, rate: float) -> Array:
    """Zeros, and 1 / (1 - rate) where a value stays; shape and dtype of `like`."""
    drawn = generator(seed, purpose, step, layer).random(like.shape, np.float32)
    return np.where(drawn < rate, like.dtype.type(0.0), like.dtype.type(1.0 / (1.0 - rate)))
