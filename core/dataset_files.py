"""The four IDX files of a data set: found under their usual names, read, and fitted together."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from .bundled import open_bundled
from .digits import Digits, Part
from .errors import DataError
from .files import display
from .idx import map_idx_from, open_idx, read_header_from

LEARNING = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")
TEST = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
STEMS = LEARNING + TEST
"""Usual names of the files. A dot may stand before `idx`, and `.gz` at the end."""

MOST_HELD_BACK = 5000


@dataclass(frozen=True)
class Place:
    """Where the four files lie: in a folder, or (`folder` is None) in the program itself."""

    name: str
    folder: Path | None

    @property
    def words(self) -> str:
        """The place as people say it."""
        return "part of the program" if self.folder is None else display(self.folder)

    def read(self, stem: str) -> "DataFile":
        """Map one file, or read it to its end where it is packed.

        Raises
        ------
        DataError
            The file is missing or broken.
        """
        with self._open(stem) as (file, name):
            return DataFile(name, map_idx_from(file, name))

    def read_outline(self, stem: str) -> "Outline":
        """Read the header of one file; raises as `read` does."""
        with self._open(stem) as (file, name):
            header = read_header_from(file, name)
            return Outline(name, header.dtype, header.shape)

    @contextmanager
    def _open(self, stem: str) -> Iterator[tuple[BinaryIO, str]]:
        """Open one file; yields it and the name that it goes by in messages."""
        if self.folder is None:
            name = f"{self.name}/{stem}.gz"
            try:
                file = open_bundled(name)
            except OSError as error:
                raise DataError(f"The program lacks its file {name}: install it again.") from error
            with file:
                yield file, name
        else:
            path = _path(self.folder, stem)
            with open_idx(path) as file:
                yield file, display(path)


@dataclass(frozen=True)
class Outline:
    """Type and sizes of what a file holds, with its name for messages."""

    name: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...]

    @property
    def kind(self) -> str:
        """Rank and type in words."""
        return f"{len(self.shape)} dimensions of {self.dtype.name}"

    @property
    def sides(self) -> str:
        """Height and width of images in words."""
        return " × ".join(map(str, self.shape[1:]))


@dataclass(frozen=True, eq=False)
class DataFile:
    """What a file holds, with its name for messages."""

    name: str
    array: NDArray[Any]

    @property
    def outline(self) -> Outline:
        """Its type and sizes."""
        return Outline(self.name, self.array.dtype, self.array.shape)


def holds_idx(folder: Path) -> bool:
    """Whether any of the four files is there, under any of its usual names."""
    names = (name for stem in STEMS for name in (stem, stem.replace("-idx", ".idx")))
    return any(os.path.exists(folder / f"{name}{end}") for name in names for end in ("", ".gz"))


def held_back(count: int) -> int:
    """How many of `count` learning digits are the validation part: a tenth, at most 5,000."""
    return min(MOST_HELD_BACK, max(1, count // 10))


def fit_together(
    files: list[DataFile], name: str, class_names: tuple[str, ...] | None, credit: str
) -> Digits:
    """Make one data set of the four files.

    Parameters
    ----------
    files : list of DataFile
        In the order of `STEMS`.
    name, credit : str
        As they shall stand in the result.
    class_names : tuple of str or None
        What the labels stand for; None lets the learning labels decide how many there are.

    Raises
    ------
    DataError
        Images or labels are of another kind, their numbers differ, a label is out of range, or
        the test images have other sizes.
    """
    check_outlines([file.outline for file in files])
    images, labels, test_images, test_labels = files
    if class_names is None:
        _check_labels(labels, 256)
        class_names = tuple(map(str, range(_class_count(name, labels))))
    _check_labels(labels, len(class_names))
    _check_labels(test_labels, len(class_names))
    return Digits(
        name,
        Part(images.array, labels.array.astype(np.uint8, copy=False)),
        Part(test_images.array, test_labels.array.astype(np.uint8, copy=False)),
        held_back(len(images.array)),
        class_names,
        credit,
        # Images of another size than MNIST's were made in a way of their own.
        "digit-1" if images.array.shape[1:] == (28, 28) else "none",
    )


def check_outlines(outlines: list[Outline]) -> None:
    """Check that types and sizes of the four files make a data set.

    Parameters
    ----------
    outlines : list of Outline
        In the order of `STEMS`.

    Raises
    ------
    DataError
        Images or labels are of another kind, or numbers or sizes differ.
    """
    images, labels, test_images, test_labels = outlines
    _check_half(images, labels, least=2)
    _check_half(test_images, test_labels, least=1)
    if images.shape[1:] != test_images.shape[1:]:
        raise DataError(
            f"{images.name} holds images of {images.sides} pixels and {test_images.name} of "
            f"{test_images.sides}: use files that belong together."
        )


def _path(folder: Path, stem: str) -> Path:
    for name in (stem, stem.replace("-idx", ".idx")):
        for path in (folder / name, folder / f"{name}.gz"):
            # Some archives leave a folder of the same name beside the file.
            if os.path.exists(path) and not os.path.isdir(path):
                return path
    raise DataError(
        f"{display(folder)} has no file {stem} or {stem}.gz: all four files of a data set belong "
        "there, two that begin with train and two with t10k."
    )


def _check_half(images: Outline, labels: Outline, least: int) -> None:
    if len(images.shape) != 3 or images.dtype != np.uint8:
        raise DataError(
            f"{images.name} holds {images.kind}, and images are three dimensions of uint8: "
            "convert them, or use another file."
        )
    if len(labels.shape) != 1 or labels.dtype.kind not in "iu":
        raise DataError(
            f"{labels.name} holds {labels.kind}, and labels are one dimension of whole numbers: "
            "convert them, or use another file."
        )
    if images.shape[0] != labels.shape[0]:
        raise DataError(
            f"{images.name} holds {images.shape[0]:,} images and {labels.name} "
            f"{labels.shape[0]:,} labels: use files that belong together."
        )
    if images.shape[0] < least or 0 in images.shape:
        raise DataError(
            f"{images.name} holds {images.shape[0]:,} images of {images.sides} pixels, too little "
            "to work with: use a file that holds more."
        )


def _check_labels(labels: DataFile, classes: int) -> None:
    wrong = np.flatnonzero((labels.array < 0) | (labels.array >= classes))
    if len(wrong):
        raise DataError(
            f"{labels.name} gives image {wrong[0]:,} the label {labels.array[wrong[0]]}, and only "
            f"0 to {classes - 1} occur in this data set: correct it, or use another file."
        )


def _class_count(name: str, labels: DataFile) -> int:
    # The relatives of MNIST have ten classes even where a small part of one lacks the last.
    least = 10 if "mnist" in name.casefold() else 2
    return max(least, int(labels.array.max()) + 1)
