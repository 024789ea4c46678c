"""EMNIST as it is published: IDX files with the name of their split, and images that lie turned."""

from pathlib import Path

import numpy as np

from .data_split import parted
from .dataset_files import DataFile
from .digits import Digits
from .errors import DataError
from .files import display
from .idx import open_idx, read_header, read_idx
from .relatives import SPLITS, emnist_split, relative

IMAGES, LABELS = "images-idx3-ubyte", "labels-idx1-ubyte"
LONGEST_MAPPING = 10_000


def is_emnist(path: Path) -> bool:
    """Whether a folder holds a split of EMNIST, or a path names one, such as `emnist-letters`."""
    if path.is_dir():
        return bool(_splits(path))
    split = emnist_split(path.name)
    return bool(split) and split in _splits(path.parent) and not path.name.lower().endswith(".txt")


def load_emnist(path: Path, outline: bool = False) -> Digits:
    """Read a split of EMNIST.

    Parameters
    ----------
    path : Path
        A folder that holds one split; of several, the folder with a split's name behind it, as in
        `gzip/emnist-letters`, or one of its files. `emnist-letters-mapping.txt` beside the files
        gives the classes their names.
    outline : bool
        Whether black pixels that take no memory will do; reads headers and labels alone.

    Raises
    ------
    DataError
        A file is missing or broken, or it is not clear which split is meant.
    """
    folder, split = _chosen(path)
    name = f"emnist-{split}"
    known = relative(name)
    assert known is not None
    halves = []
    for part in "train", "test":
        images = _path(folder, f"{name}-{part}-{IMAGES}")
        labels = _path(folder, f"{name}-{part}-{LABELS}")
        halves.append(
            known.straightened(
                _outlined(images) if outline else DataFile(display(images), read_idx(images)),
                DataFile(display(labels), read_idx(labels)),
            )
        )
    names = _names(folder / f"{name}-mapping.txt", known.first_label) or known.class_names
    return known.named(parted(name, halves[0], halves[1], names, known.credit))


def _splits(folder: Path) -> list[str]:
    """The splits whose images to learn from are there."""
    if not folder.is_dir():
        return []
    files = {each.name.lower() for each in folder.iterdir()}
    stems = {split: f"emnist-{split}-train-{IMAGES}" for split in SPLITS}
    return [split for split, stem in stems.items() if files & {stem, f"{stem}.gz"}]


def _chosen(path: Path) -> tuple[Path, str]:
    if not path.is_dir():
        return path.parent, emnist_split(path.name)
    splits = _splits(path)
    if len(splits) > 1:
        raise DataError(
            f"{display(path)} holds the splits {', '.join(splits)} of EMNIST: name one, as in "
            f"{display(path / f'emnist-{splits[0]}')}."
        )
    return path, splits[0]


def _path(folder: Path, stem: str) -> Path:
    for name in stem, f"{stem}.gz":
        if (folder / name).is_file():
            return folder / name
    raise DataError(
        f"{display(folder)} has no file {stem} or {stem}.gz: all four files of a split belong "
        "there."
    )


def _outlined(path: Path) -> DataFile:
    header = read_header(path)
    return DataFile(display(path), np.broadcast_to(header.dtype.type(0), header.shape))


def _names(path: Path, first_label: int) -> tuple[str, ...]:
    """Class names from lines of a label and the codes of its characters; empty without a file."""
    if not path.is_file():
        return ()
    with open_idx(path) as file:
        lines = file.read(LONGEST_MAPPING).decode("ascii", "replace").splitlines()
    names: list[str] = []
    for number, line in enumerate(lines, 1):
        try:
            label, *codes = map(int, line.split())
            name = "".join(map(chr, codes))
            if label != len(names) + first_label or not name.isprintable() or not name:
                raise ValueError
        except (ValueError, OverflowError):
            raise DataError(
                f"{display(path)}, line {number}: a label and the codes of its characters belong "
                "there, labels in order: correct it, or take the file away."
            ) from None
        names.append(name)
    return tuple(names)
