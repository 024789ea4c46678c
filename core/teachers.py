"""Distillation: a network learns from the answers of others, beside the labels."""

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .activations import Array
from .committee import load_bundled_committee
from .losses import Labels
from .voices import poll

TEACHERS = "teachers"
"""The bundled committee that teaches. What a run learned depends on it, as on the data."""
CLASSES = tuple("0123456789")
SHAPE = 28, 28
"""What it can read."""


class Teachers:
    """Says of each digit what a committee of trained networks makes of it (Hinton et al. 2015).

    A label says what a digit is; the teachers say as well what else it looks like, which is more
    to learn from, above all where a digit was deformed beyond what its label is worth. They answer
    at their calibrated temperatures and are asked anew in each minibatch, for what it holds has
    never been seen before (Beyer et al. 2022).

    Parameters
    ----------
    part : float
        Part of the label whose place their answers take, above 0 to 1.

    Attributes
    ----------
    digest : str
        SHA-256 of their weights, by which a run that goes on knows them again.

    Raises
    ------
    ModelError
        The bundled committee cannot be read.
    """

    def __init__(self, part: float) -> None:
        self._part = part
        self._voices = load_bundled_committee(TEACHERS).voices
        sums = hashlib.sha256()
        for voice in self._voices:
            sums.update(voice.network.values.data)
        self.digest = sums.hexdigest()

    def shares(self, images: NDArray[Any], labels: Labels) -> Array:
        """What to learn of each digit.

        Parameters
        ----------
        images : array of float32, (rows, 784)
            As the learner sees them, from 0 to 1.
        labels : array of int, (rows,)
            What the digits are.

        Returns
        -------
        array of float32, (rows, 10)
            A share for each class, adding up to 1 in each row.
        """
        shares = poll(self._voices, images)
        shares *= self._part
        shares[np.arange(len(labels)), labels] += 1.0 - self._part
        return shares
