"""Whether a data set, or one of its files, is sound, read to its end."""

import os
from collections.abc import Callable
from dataclasses import dataclass

from .data_formats import format_of
from .dataset_files import STEMS, DataFile, Place
from .datasets import KNOWN, Foreign, find, load, made_of
from .digits import Digits
from .errors import DataError
from .files import display
from .idx import map_idx, sha256
from .joined_data import SIGN


@dataclass(frozen=True)
class FileReport:
    """One sound IDX file: its name, number type, sizes, and the SHA-256 of its unpacked bytes."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    sha256: str


@dataclass(frozen=True, eq=False)
class Report:
    """What `check` found.

    Attributes
    ----------
    name : str
        Of the data set or file.
    files : tuple of FileReport
        The files that could be read.
    problems : tuple of str
        A sentence for each thing that is wrong; empty if the data can be used.
    digits : Digits or None
        The data set, if it is sound and not a single file.
    repeated : int
        Learning digits whose image is, byte for byte, also in the test part.
    original : bool or None
        Whether the files are what the authors published; None where that is not known.
    """

    name: str
    files: tuple[FileReport, ...] = ()
    problems: tuple[str, ...] = ()
    digits: Digits | None = None
    repeated: int = 0
    original: bool | None = None


def check(path: str | os.PathLike[str]) -> Report:
    """Read a data set, or one IDX file, to its end and report all that is wrong with it.

    Parameters
    ----------
    path : str or path-like
        What `load` takes, or an IDX file.
    """
    name = os.fspath(path)
    if SIGN in name and not os.path.exists(name):
        return _check_digits(name, lambda: load(name))
    try:
        place = None if os.path.isfile(name) and format_of(name) is None else find(name)
    except DataError as error:
        return Report(display(name), problems=(str(error),))
    if place is None:
        return _check_file(name)
    if isinstance(place, Foreign):
        return _check_digits(place.name, place.load)
    return _check_place(place)


def _check_file(name: str) -> Report:
    shown = display(name)
    try:
        return Report(shown, files=(_report(DataFile(shown, map_idx(name))),))
    except DataError as error:
        return Report(shown, problems=(str(error),))


def _check_place(place: Place) -> Report:
    files, problems, digits = [], [], None
    for stem in STEMS:
        try:
            files.append(place.read(stem))
        except DataError as error:
            problems.append(str(error))
    if not problems:
        try:
            digits = made_of(place, files)
        except DataError as error:
            problems.append(str(error))
    reports = tuple(_report(file) for file in files)
    return Report(
        place.name,
        reports,
        tuple(problems),
        digits,
        repeated=int(digits.learning.occurs_in(digits.test).sum()) if digits else 0,
        original=_is_original(place, reports),
    )


def _check_digits(name: str, read: Callable[[], Digits]) -> Report:
    try:
        digits = read()
    except DataError as error:
        return Report(display(name), problems=(str(error),))
    halves = (("learning", digits.learning), ("test", digits.test))
    # As the IDX files that hold the same, so that their sums can be compared.
    reports = tuple(
        _report(DataFile(f"{half} {kind}", array))
        for half, part in halves
        for kind, array in (("images", part.images), ("labels", part.labels))
    )
    repeated = int(digits.learning.occurs_in(digits.test).sum())
    sums = [each.sha256 for each in reports]
    published = any(sums == list(known.checksums.values()) for known in KNOWN.values())
    return Report(display(name), reports, (), digits, repeated, True if published else None)


def _is_original(place: Place, reports: tuple[FileReport, ...]) -> bool | None:
    if place.name not in KNOWN or not KNOWN[place.name].checksums:
        return None
    return [each.sha256 for each in reports] == list(KNOWN[place.name].checksums.values())


def _report(file: DataFile) -> FileReport:
    return FileReport(file.name, file.array.dtype.name, file.array.shape, sha256(file.array))
