"""A person's own digits: an ink file in their folder, to which each lesson adds a line."""

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .digits import Part
from .drawing import Drawing, ink_line, parse_line
from .errors import DrawingError, SaveError
from .files import atomic_write, display, user_folder
from .ink_lines import lines
from .model_file import Model
from .numbers import ReadDigit
from .preparation import PREPARATIONS, fit
from .relatives import TEN_DIGITS

OWN = "own"
"""The name of the person's own digits as a data set."""
SUFFIX = ".jsonl"


def own_path() -> Path:
    """The ink file; it need not exist."""
    return user_folder() / f"{OWN}{SUFFIX}"


def labelled(digit: ReadDigit, size: tuple[float, float], name: str) -> Drawing:
    """A digit that was read, as it joins the set.

    Parameters
    ----------
    digit : ReadDigit
    size : tuple of float
        Of the paper.
    name : str
        The class that was meant. A digit becomes the label; any other name the word.
    """
    label = int(name) if name in TEN_DIGITS else None
    return replace(digit.alone(size), label=label, word=name if label is None else None)


class OwnDigits:
    """The lines of an ink file as they are now; every change is on the disk before it counts.

    Parameters
    ----------
    path : Path, optional
        The file, which need not exist; without it the person's own.

    Raises
    ------
    DrawingError
        A line is no drawing; nothing is changed.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = own_path() if path is None else path
        self._lines: list[bytes] = []
        if os.path.lexists(self.path):
            for number, line in lines(self.path):
                try:
                    _drawing(line)
                except DrawingError as error:
                    raise DrawingError(
                        f"{display(self.path)}, line {number}: {error}; mend the line or move the "
                        "file away, and teach again."
                    ) from error
                self._lines.append(line.rstrip(b"\r\n") + b"\n")

    def __len__(self) -> int:
        """Count the drawings, of all classes."""
        return len(self._lines)

    def add(self, drawing: Drawing) -> None:
        """Add a labelled drawing at the end.

        Raises
        ------
        SaveError
            It could not be written; the file is as it was.
        """
        self._write([*self._lines, ink_line(drawing)])

    def remove(self, drawing: Drawing) -> None:
        """Take away the last drawing that is like this one, if there is any.

        Raises
        ------
        SaveError
            It could not be written; the file is as it was.
        """
        line = ink_line(drawing)
        if line in self._lines:
            last = len(self._lines) - 1 - self._lines[::-1].index(line)
            self._write(self._lines[:last] + self._lines[last + 1 :])

    def part(self, model: Model) -> Part:
        """What of it a network has classes for, prepared for it; in the order of the file.

        Parameters
        ----------
        model : Model
            Its class names, preparation and size of image count.
        """
        shape = model.network.spec.inputs
        digits = [
            (image, label)
            for line in self._lines
            if (label := _class_of(_drawing(line), model.class_names)) is not None
            and (image := _prepared(line, model.preparation, shape)) is not None
        ]
        images = np.array([image for image, _ in digits], np.uint8).reshape(-1, *shape)
        return Part(images, np.array([label for _, label in digits], np.uint8))

    def _write(self, changed: list[bytes]) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SaveError(
                f"The folder {display(self.path.parent)} could not be made: {error.strerror}."
            ) from error
        with atomic_write(self.path) as file:
            file.writelines(changed)
        self._lines = changed


def _class_of(drawing: Drawing, class_names: Sequence[str]) -> int | None:
    """The place among classes of what a drawing is called."""
    name = str(drawing.label) if drawing.word is None else drawing.word
    return class_names.index(name) if name in class_names else None


# A lesson comes after each correction, with all that was there before.
@lru_cache(maxsize=4096)
def _drawing(line: bytes) -> Drawing:
    return parse_line(line)


@lru_cache(maxsize=4096)
def _prepared(line: bytes, preparation: str, shape: tuple[int, int]) -> NDArray[np.uint8] | None:
    prepare = PREPARATIONS[preparation]
    drawing = _drawing(line)
    return fit(drawing, shape) if prepare is fit else prepare(drawing)
