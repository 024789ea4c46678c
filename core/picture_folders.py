"""Folders of pictures, one a class: `cats/3.png`, or `train/cats/3.png` beside `test/…`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .data_split import MOST_CLASSES, parted
from .dataset_files import DataFile
from .digits import Digits
from .drawing import Drawing
from .errors import DataError, DrawingError
from .files import display
from .pictures import picture_size, read_picture
from .preparation import SIDE, prepare

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".pgm", ".ppm")
LEARNING_NAMES = ("train", "training", "learning")
TEST_NAMES = ("test", "testing", "t10k", "validation", "val", "valid")
LARGEST = 128
"""Sides up to this length are taken pixel for pixel where all pictures are alike."""
LIGHT = 128
MOST_PICTURES = 2_000_000

Image = NDArray[np.uint8]


@dataclass(frozen=True)
class Half:
    """The pictures of a part, in the order in which they are learned from.

    Attributes
    ----------
    folder : Path
        Where they lie.
    paths : list of Path
    labels : list of int
        Places of their folders in the list of classes.
    """

    folder: Path
    paths: list[Path]
    labels: list[int]


def is_pictures(path: Path) -> bool:
    """Whether a folder holds folders of pictures; looks no further than it must."""
    return path.is_dir() and any(
        any(_pictures(each)) for folder in _halves(path) if folder for each in _folders(folder)
    )


def load_pictures(path: Path, outline: bool = False) -> Digits:
    """Read folders of pictures; the names of the folders are the classes, in natural order.

    Pictures are learned from in the natural order of their names, whatever their class. Grey
    pictures of one size, up to 128 pixels a side, are taken pixel for pixel; where they are 28×28
    and the paper is light, ink and paper are exchanged. All others go through the preparation of
    drawings, which finds the ink and makes 28×28 of it.

    Parameters
    ----------
    path : Path
        A folder with one folder a class, of which a tenth of each class, evenly chosen, is the
        test part; or with two such folders, `train` and `test` (or `val`, where there is no
        `test`; other folders beside them are left alone).
    outline : bool
        Whether black pixels that take no memory will do; reads no more than the pictures' sizes.

    Raises
    ------
    DataError
        A picture is broken or shows nothing, or there are too few or too many classes.
    """
    learning, test = _halves(path)
    names = _classes(learning)
    halves = [_half(folder, names) for folder in (learning, test) if folder is not None]
    paths = [each for half in halves for each in half.paths]
    if outline:
        images: Image = np.broadcast_to(np.uint8(0), (len(paths), *_common_size(paths)))
    else:
        images = _read(paths)
    files, start = [], 0
    for half in halves:
        end = start + len(half.paths)
        place = display(half.folder)
        labels = DataFile(place, np.array(half.labels, np.uint8))
        files.append((DataFile(place, images[start:end]), labels))
        start = end
    shown = tuple(map(display, names))
    return parted(display(path.name), files[0], files[1] if test else None, shown)


def natural(name: str) -> list[tuple[int, int, str]]:
    """A key that sorts names as people do: 2 before 10."""
    parts = re.split(r"(\d{1,18})", name)
    return [
        (0, int(part), part) if part.isdecimal() else (1, 0, part.casefold())
        for part in parts
        if part
    ]


def _folders(folder: Path) -> list[Path]:
    found = (each for each in folder.iterdir() if each.is_dir() and each.name[0] not in "._")
    return sorted(found, key=lambda each: natural(each.name))


def _pictures(folder: Path) -> Iterator[Path]:
    for each in folder.iterdir():
        if each.name.lower().endswith(SUFFIXES) and each.name[0] != "." and each.is_file():
            yield each


def _halves(path: Path) -> tuple[Path, Path | None]:
    """The folders of the learning and of the test part, if that is what they are."""
    by_name = {each.name.casefold(): each for each in _folders(path)}
    learning = next((by_name[each] for each in LEARNING_NAMES if each in by_name), None)
    test = next((by_name[each] for each in TEST_NAMES if each in by_name), None)
    # A class may be called train, too; then pictures lie in it.
    return (learning, test) if learning and _folders(learning) else (path, None)


def _classes(folder: Path) -> tuple[str, ...]:
    """Names of the folders that hold pictures."""
    names = tuple(each.name for each in _folders(folder) if any(_pictures(each)))
    if not 2 <= len(names) <= MOST_CLASSES:
        found = "1 folder" if len(names) == 1 else f"{len(names):,} folders"
        raise DataError(
            f"{display(folder)} holds {found} of pictures, and there may be 2 to "
            f"{MOST_CLASSES} classes: make one folder for each."
        )
    return names


def _half(folder: Path, names: tuple[str, ...]) -> Half:
    for each in _folders(folder):
        if each.name not in names and any(_pictures(each)):
            raise DataError(
                f"{display(each)} is a class that nothing was learned of: take it away, or put "
                "pictures of it into the folder to learn from."
            )
    found = [
        (natural(each.name), label, each)
        for label, name in enumerate(names)
        if (folder / name).is_dir()
        for each in _pictures(folder / name)
    ]
    if not found:
        raise DataError(f"{display(folder)} holds no pictures: fill it, or take it away.")
    if len(found) > MOST_PICTURES:
        raise DataError(f"{display(folder)} holds more than {MOST_PICTURES:,} pictures: use fewer.")
    found.sort(key=lambda each: each[:2])
    return Half(folder, [each[2] for each in found], [each[1] for each in found])


def _read(paths: list[Path]) -> Image:
    """All pictures: pixel for pixel while they are alike, else through the preparation."""
    first = _picture(paths[0])
    if max(first.shape) > LARGEST:
        return _prepared(paths, np.empty((0, 0, 0), np.uint8))
    images = np.empty((len(paths), *first.shape), np.uint8)
    for index, path in enumerate(paths):
        picture = _picture(path)
        if picture.shape != first.shape:
            return _prepared(paths, images[:index])
        images[index] = picture
    if first.shape == (SIDE, SIDE) and _is_on_light_paper(images):
        np.subtract(255, images, out=images)
    return images


def _prepared(paths: list[Path], read: Image) -> Image:
    """All pictures as digits; the first ones, `read`, are in memory already."""
    images = np.empty((len(paths), SIDE, SIDE), np.uint8)
    for index, path in enumerate(paths):
        picture = read[index].copy() if index < len(read) else _picture(path)
        height, width = picture.shape
        image = prepare(Drawing((width, height), picture=picture))
        if image is None:
            raise DataError(f"{display(path)} shows nothing: take it away.")
        images[index] = image
    return images


def _picture(path: Path) -> Image:
    try:
        picture = read_picture(path).picture
    except DrawingError as error:
        raise DataError(str(error)) from error
    assert picture is not None
    return picture


def _common_size(paths: list[Path]) -> tuple[int, int]:
    """The size that `_read` makes, by the pictures' headers."""
    try:
        first = picture_size(paths[0])
        if max(first) <= LARGEST and all(picture_size(path) == first for path in paths):
            return first
    except DrawingError as error:
        raise DataError(str(error)) from error
    return SIDE, SIDE


def _is_on_light_paper(images: Image) -> bool:
    """Whether the rim of most pictures is light."""
    some = images[:: max(1, len(images) // 1000)]
    rim = np.concatenate([some[:, 0], some[:, -1], some[:, :, 0], some[:, :, -1]], axis=1)
    return float(np.median(np.median(rim, axis=1))) >= LIGHT
