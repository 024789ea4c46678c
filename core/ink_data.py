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
    parts = _by_writer(drawings)
    if parts is None:
        files = DataFile(display(path), _images(drawings, outline)), DataFile(display(path), labels)
        return parted(name, files, None, names)
    learned, held_back, tested = parts
    learning, test = (
        Part(_images(each, outline), np.array([one.label for one in each], np.uint8))
        for each in (learned + held_back, tested)
    )
    return Digits(name, learning, test, len(held_back), names)


def judged_drawings(path: Path) -> list[Drawing]:
    """The drawings of the test part of `load_ink`; none where writers are not kept apart."""
    parts = _by_writer(_labelled(path))
    return parts[2] if parts else []


def _labelled(path: Path) -> list[Drawing]:
    try:
        return [
            drawing
            for drawing in iter_ink(path)
            if drawing.label is not None and drawing.label < MOST_CLASSES and not drawing.is_empty
        ]
    except DrawingError as error:
        raise DataError(str(error)) from error


def _by_writer(drawings: list[Drawing]) -> tuple[list[Drawing], ...] | None:
    """Those to learn from, for validation and for the test; None where the writers are too few."""
    writers = _writers(drawings)
    if len(writers) < FEWEST_WRITERS:
        return None
    by_name: dict[str, list[Drawing]] = {writer: [] for writer in writers}
    for drawing in drawings:
        by_name[drawing.writer or ""].append(drawing)
    third = len(writers) // 3
    tested = writers[len(writers) - third :]
    others = writers[: len(writers) - third]
    tenth = max(1, len(others) // 10)
    return tuple(
        [drawing for writer in some for drawing in by_name[writer]]
        for some in (others[:-tenth], others[-tenth:], tested)
    )


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
