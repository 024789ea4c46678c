"""Labelled images, in memory or mapped: what networks learn from, choose by and are tested on."""

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .repeats import chosen_images, occurring


@dataclass(frozen=True, eq=False)
class Part:
    """Images with their labels.

    Attributes
    ----------
    images : ndarray of uint8, shape (n, height, width)
        White ink, 255, on black, 0.
    labels : ndarray of uint8, shape (n,)
        The class of each image.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def __len__(self) -> int:
        """Count the images."""
        return len(self.images)

    def outline(self) -> "Part":
        """A part of the same sizes without the pixels: all black, and taking no memory."""
        return Part(np.broadcast_to(np.uint8(0), self.images.shape), self.labels)

    def occurs_in(self, other: "Part") -> NDArray[np.bool_]:
        """Tell which images, compared byte for byte, are also in `other`; shape (n,)."""
        if self.images.shape[1:] != other.images.shape[1:]:
            return np.zeros(len(self), np.bool_)
        return occurring(self.images, other.images)


@dataclass(frozen=True, eq=False)
class Digits:
    """A data set in three parts: training and validation to learn from, test to be read once.

    Attributes
    ----------
    name : str
        The name that it was loaded by, or its folder's.
    learning : Part
        Training and validation part in one array, validation last.
    test : Part
        Never trained on, never chosen by.
    held_back : int
        Number of digits at the end of `learning` that are the validation part.
    class_names : tuple of str
        What the labels 0, 1, 2… stand for.
    credit : str
        Who made the data, and their licence.
    preparation : str
        How drawings are prepared for a network that learned from it; `none` for what is not
        handwriting.
    """

    name: str
    learning: Part
    test: Part
    held_back: int
    class_names: tuple[str, ...]
    credit: str = ""
    preparation: str = "digit-1"

    @property
    def training(self) -> Part:
        """The digits to train on: a view of `learning`."""
        end = len(self.learning) - self.held_back
        return Part(self.learning.images[:end], self.learning.labels[:end])

    @property
    def validation(self) -> Part:
        """The digits held back to draw curves and choose weights: a view of `learning`."""
        start = len(self.learning) - self.held_back
        return Part(self.learning.images[start:], self.learning.labels[start:])

    @property
    def image_shape(self) -> tuple[int, int]:
        """Height and width of every image in pixels."""
        height, width = self.learning.images.shape[1:]
        return height, width

    def outline(self) -> "Digits":
        """The same data set without the pixels, for those who ask for sizes and names alone."""
        return dataclasses.replace(self, learning=self.learning.outline(), test=self.test.outline())

    def without_validation(self) -> "Digits":
        """Give the same digits with nothing held back."""
        return dataclasses.replace(self, held_back=0)

    def without(self, part: Part) -> "Digits":
        """Leave out the learning digits whose images occur in `part`, compared byte for byte.

        Lets a network that learns from one data set be tested honestly on another's test part.
        What was held back stays held back.
        """
        kept = ~self.learning.occurs_in(part)
        if kept.all():
            return self
        images = chosen_images(self.learning.images, kept)
        learning = Part(images, self.learning.labels[kept])
        held_back = int(kept[len(kept) - self.held_back :].sum())
        return dataclasses.replace(self, learning=learning, held_back=held_back)
