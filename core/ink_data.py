"""Labelled ink as a data set: every drawing prepared as the canvas does, writers kept apart."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .data_split import MOST_CLASSES, parted
from .dataset_files import DataFile
from .digits import Digits, Part
from .drawing import Drawing, iter_ink
from .errors import DataError, DrawingError
from .files import display
from .preparation import SIDE, prepare

SUFFIXES = (".jsonl", ".jsonl.gz")
FEWEST_WRITERS = 3
"""From as many on, nobody who is tested on has been learned from."""


def is_ink_data(path: Path) -> bool:
    """Whether a file is ink, by its name."""
    return path.name.lower().endswith(SUFFIXES) and path.is_file()


def held_out_ink(path: Path) -> list[Drawing]:
    """The drawings of the test part: those with a label of the last third of the writers.

    Of fewer than three writers these are all drawings with a label.

    Raises
    ------
    DataError
        A line is no drawing; file and line are named.
    """
    drawings = _labelled(path)
    writers = _writers(drawings)
    if len(writers) < FEWEST_WRITERS:
        return drawings
    tested = set(writers[len(writers) - len(writers) // 3 :])
    return [drawing for drawing in drawings if (drawing.writer or "") in tested]


def load_ink(path: Path, outline: bool = False) -> Digits:
    """Read the drawings that have a label.

    Of three writers or more, in the order of their names (numbers by their value), the last third
    are the test part, and of the others the last tenth the validation part. Otherwise the drawings
    are parted by class as in any other format.

    Parameters
    ----------
    path : Path
        An ink file, see `drawing.iter_ink`.
    outline : bool
        Whether black images that take no memory will do.

    Raises
    ------
    DataError
        A line is no drawing (file and line are named), or too few have a label.
    """
    drawings = _labelled(path)
    if len(drawings) < 2:
        raise DataError(
            f"{display(path)} holds {len(drawings)} drawings with a label from 0 to "
            f"{MOST_CLASSES - 1}, too few to learn from: use a file that holds more."
        )
    name = path.name[: path.name.lower().rindex(".jsonl")]
    labels = np.array([drawing.label for drawing in drawings], np.uint8)
    names = tuple(map(str, range(max(10, int(labels.max()) + 1))))
    writers = _writers(drawings)
    if len(writers) < FEWEST_WRITERS:
        files = DataFile(display(path), _images(drawings, outline)), DataFile(display(path), labels)
        return parted(name, files, None, names)
    rank = {writer: place for place, writer in enumerate(writers)}
    ranks = np.array([rank[drawing.writer or ""] for drawing in drawings])
    tested = len(writers) - len(writers) // 3
    # Writer by writer, so that those held back for validation come last.
    order = np.argsort(ranks, kind="stable")
    learning, test = (
        Part(_images([drawings[place] for place in places], outline), labels[places])
        for places in (order[ranks[order] < tested], order[ranks[order] >= tested])
    )
    held_back = int((ranks >= tested - max(1, tested // 10)).sum()) - len(test)
    return Digits(name, learning, test, held_back, names)


def _labelled(path: Path) -> list[Drawing]:
    try:
        return [
            drawing
            for drawing in iter_ink(path)
            if drawing.label is not None and drawing.label < MOST_CLASSES and not drawing.is_empty
        ]
    except DrawingError as error:
        raise DataError(str(error)) from error


def _writers(drawings: list[Drawing]) -> list[str]:
    """Names of the writers in order; whoever has none is one more."""
    return sorted(
        {drawing.writer or "" for drawing in drawings},
        key=lambda name: (not name.isdecimal(), int(name) if name.isdecimal() else 0, name),
    )


def _images(drawings: list[Drawing], outline: bool) -> NDArray[np.uint8]:
    shape = len(drawings), SIDE, SIDE
    if outline:
        return np.broadcast_to(np.uint8(0), shape)
    images = np.zeros(shape, np.uint8)
    for image, drawing in zip(images, drawings, strict=True):
        prepared = prepare(drawing)
        if prepared is not None:
            image[:] = prepared
    return images
