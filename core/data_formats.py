"""Every format that data sets come in besides the four IDX files: one table, asked in order."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .csv_data import SUFFIXES as CSV_SUFFIXES
from .csv_data import is_csv, load_csv
from .digits import Digits
from .emnist import is_emnist, load_emnist
from .errors import DataError
from .files import display
from .ink_data import SUFFIXES as INK_SUFFIXES
from .ink_data import is_ink_data, load_ink
from .npz_data import SUFFIX as NPZ_SUFFIX
from .npz_data import is_npz, load_npz
from .picture_folders import is_pictures, load_pictures
from .quickdraw import SUFFIXES as QUICKDRAW_SUFFIXES
from .quickdraw import is_quickdraw_data, load_quickdraw


@dataclass(frozen=True)
class DataFormat:
    """A format of data sets.

    Attributes
    ----------
    fits : callable
        Whether a path, which exists or names one split of several, is of this format; tells it by
        names alone.
    load : callable
        Reads a data set; with `outline=True` quickly, with black pixels that take no memory.
    suffixes : tuple of str
        How the names of its files end; none where data sets are folders.
    """

    fits: Callable[[Path], bool]
    load: Callable[[Path, bool], Digits]
    suffixes: tuple[str, ...] = ()


FORMATS = (
    DataFormat(is_emnist, load_emnist),
    DataFormat(is_npz, load_npz, (NPZ_SUFFIX,)),
    DataFormat(is_csv, load_csv, CSV_SUFFIXES),
    DataFormat(is_ink_data, load_ink, INK_SUFFIXES),
    DataFormat(is_quickdraw_data, load_quickdraw, QUICKDRAW_SUFFIXES),
    DataFormat(is_pictures, load_pictures),
)

DATA_SUFFIXES = (NPZ_SUFFIX, *CSV_SUFFIXES)
"""How files are named that are data sets and nothing else; the others are ink as well."""


def format_of(path: str | os.PathLike[str]) -> DataFormat | None:
    """The format of the data set at a path, told by names alone; None if it has none of these.

    Raises
    ------
    DataError
        A folder may not be looked into.
    """
    try:
        return next((each for each in FORMATS if each.fits(Path(path))), None)
    except OSError as error:
        raise _unreadable(path, error) from error


def load_as(data_format: DataFormat, path: str | os.PathLike[str], outline: bool = False) -> Digits:
    """Read the data set at a path.

    Raises
    ------
    DataError
        It cannot be read, is broken, or is no data set; says which file and where.
    """
    try:
        # Absolute, for the folder's name is that of the data set.
        return data_format.load(Path(os.path.abspath(path)), outline)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: str | os.PathLike[str], error: OSError) -> DataError:
    return DataError(
        f"{display(path)} cannot be read ({error.strerror or error}): check its name and rights."
    )
