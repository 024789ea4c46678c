"""QuickDraw's `.ndjson` files as a data set: a file a class, drawn with the pen of a digit."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .data_split import MOST_CLASSES, parted
from .dataset_files import DataFile
from .digits import Digits
from .drawing import iter_ink
from .errors import DataError, DrawingError
from .files import display
from .preparation import SIDE, prepare

SUFFIXES = (".ndjson", ".ndjson.gz")
MOST_OF_A_FILE = 5_000
"""Drawings that are taken of each file, the first ones: they come in random order, 100,000 and
more of a class."""
CREDIT = "The Quick, Draw! Dataset by Google (CC BY 4.0)"


def is_quickdraw_data(path: Path) -> bool:
    """Whether a file is QuickDraw's, or a folder holds such files, by their names."""
    return bool(_files(path)) if path.is_dir() else path.name.lower().endswith(SUFFIXES)


def load_quickdraw(path: Path, outline: bool = False) -> Digits:
    """Read drawings, prepare them as the canvas does, and name the classes by their words.

    Parameters
    ----------
    path : Path
        A folder of `.ndjson` files, or one file with drawings of several words. The first 5,000
        drawings of each file are taken, a tenth of each class is the test part.
    outline : bool
        Whether black images that take no memory will do.

    Raises
    ------
    DataError
        A line is no drawing (file and line are named), or there are too few or too many classes.
    """
    files = _files(path) if path.is_dir() else [path]
    images, names, words = bytearray(), list[str](), list[str]()
    for file in files:
        for word, image in _drawings(file, outline):
            words.append(word)
            images += image
        names += sorted(set(words) - set(names))
    if not 2 <= len(names) <= MOST_CLASSES:
        raise DataError(
            f"{display(path)} holds drawings of {len(names):,} different words, and there may be "
            f"2 to {MOST_CLASSES} classes: name a folder of .ndjson files, one for each."
        )
    place = {name: index for index, name in enumerate(names)}
    labels = np.array([place[word] for word in words], np.uint8)
    size = len(labels), SIDE, SIDE
    pixels: NDArray[np.uint8] = np.broadcast_to(np.uint8(0), size)
    if not outline:
        pixels = np.frombuffer(images, np.uint8).reshape(size)
    shown = display(path)
    halves = DataFile(shown, pixels), DataFile(shown, labels)
    return parted(path.name.split(".ndjson")[0], halves, None, tuple(names), CREDIT)


def _files(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if each.name.lower().endswith(SUFFIXES))


def _drawings(file: Path, outline: bool) -> Iterator[tuple[str, bytes]]:
    """Word and image of the drawings of a file."""
    own = file.name.split(".ndjson")[0].removeprefix("full_simplified_").removeprefix("full_raw_")
    try:
        for number, drawing in enumerate(iter_ink(file)):
            if number == MOST_OF_A_FILE:
                return
            # One without a line tells nothing.
            if drawing.strokes:
                image = None if outline else prepare(drawing)
                yield drawing.word or own, b"" if image is None else image.tobytes()
    except DrawingError as error:
        raise DataError(str(error)) from error
