"""Data sets by name or folder: which there are, where they are found, and reading them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from .data_formats import FORMATS, DataFormat, format_of, load_as
from .dataset_files import (
    LEARNING,
    STEMS,
    TEST,
    DataFile,
    Place,
    check_outlines,
    fit_together,
    held_back,
    holds_idx,
)
from .digits import Digits
from .errors import DataError
from .files import display, user_folder
from .joined_data import SIGN, joined
from .own_digits import OWN, own_path
from .relatives import CLOTHES, TEN_DIGITS, relative


@dataclass(frozen=True)
class Known:
    """What is known beforehand of a data set with a name.

    Attributes
    ----------
    words, credit : str
        What it is; who made it, and its licence.
    class_names : tuple of str
        What its labels stand for.
    preparation : str
        How drawings are prepared for a network that learned from it.
    bundled : bool
        Whether it is part of the program.
    checksums : mapping of str to str
        SHA-256 of the unpacked files that its authors published, by file name.
    """

    words: str
    credit: str
    class_names: tuple[str, ...] = TEN_DIGITS
    preparation: str = "digit-1"
    bundled: bool = False
    checksums: Mapping[str, str] = field(default_factory=dict)


KNOWN = {
    "mnist-5k": Known(
        "5,000 digits of MNIST",
        "MNIST by Y. LeCun, C. Cortes and C. Burges (CC BY-SA 3.0), chosen by S. Raschka",
        bundled=True,
    ),
    "mnist": Known(
        "70,000 handwritten digits",
        "MNIST by Y. LeCun, C. Cortes and C. Burges (CC BY-SA 3.0)",
        checksums={
            LEARNING[0]: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            LEARNING[1]: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            TEST[0]: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            TEST[1]: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        },
    ),
    "fashion-mnist": Known(
        "70,000 pictures of clothes",
        "Fashion-MNIST by Zalando SE (MIT licence)",
        CLOTHES,
        "none",
        checksums={
            LEARNING[0]: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            LEARNING[1]: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            TEST[0]: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            TEST[1]: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        },
    ),
}


DEFAULT_DATA = "mnist-5k"
_OWN = Known("your own digits: what you corrected", "")
_SUFFIXES = tuple(suffix for known in FORMATS for suffix in known.suffixes)


@dataclass(frozen=True)
class Foreign:
    """A data set in another format than the four IDX files: a file or folder."""

    name: str
    path: Path
    format: DataFormat

    def load(self, outline: bool = False) -> Digits:
        """Read it, under the name that it was asked for by."""
        digits = load_as(self.format, self.path, outline)
        known = KNOWN.get(self.name)
        if known is None or len(known.class_names) != len(digits.class_names):
            return digits
        return replace(
            digits,
            name=self.name,
            class_names=known.class_names,
            credit=known.credit,
            preparation=known.preparation,
        )


@dataclass(frozen=True)
class DataSet:
    """A data set with a name, as lists show it.

    Attributes
    ----------
    name : str
        What `load` takes.
    found : bool
        Whether it is there to be loaded.
    where : str
        Its folder, or that it is part of the program; empty where it was not found.
    sizes : (int, int, int) or None
        Digits in the training, validation and test part; None where it was not found or they were
        not counted.
    words : str
        What it is, or what is wrong with it.
    """

    name: str
    found: bool
    where: str
    sizes: tuple[int, int, int] | None
    words: str


def search_folders() -> list[Path]:
    """Folders that are searched for data sets, the first one first.

    Those in the environment variable ZMLP_DATA (separated as in PATH), then the user's own.
    """
    named = os.environ.get("ZMLP_DATA", "").split(os.pathsep)
    return [*(Path(each) for each in named if each), user_folder()]


def load(name_or_folder: str | os.PathLike[str]) -> Digits:
    """Load a data set.

    Parameters
    ----------
    name_or_folder : str or path-like
        `mnist-5k`, which is part of the program; a name such as `mnist`, that of a folder in one
        of `search_folders`; or the path of any folder that holds the four IDX files; or a file or
        folder of one of `data_formats.FORMATS`; or several of these with `+` between them.

    Returns
    -------
    Digits
        The last tenth of the learning digits is held back for validation, at most 5,000.

    Raises
    ------
    DataError
        The data set is not found, a file is missing or broken, or they do not fit each other.
    """
    return _load(os.fspath(name_or_folder), False)


def outline(name_or_folder: str | os.PathLike[str]) -> Digits:
    """Like `load`, but all pixels are black and take no memory: sizes, labels and names are right.

    Of IDX files it reads labels and headers alone, which takes milliseconds. CSV, for one, is read
    to its end.
    """
    return _load(os.fspath(name_or_folder), True)


def available(sizes: bool = True) -> list[DataSet]:
    """List the data sets with a name, found or not; reads no more than headers of IDX files.

    The person's own digits are listed once there are any.

    Parameters
    ----------
    sizes : bool
        Whether to count the images also where this takes a while, in CSV say.
    """
    sets = [_describe(name, known, sizes) for name, known in KNOWN.items()]
    return [*sets, _describe(OWN, _OWN, sizes)] if own_path().exists() else sets


def lasting(name: str) -> str:
    """The name of a data set, or its path as it is called from anywhere."""
    if SIGN in name and not os.path.exists(name):
        return SIGN.join(lasting(each) for each in name.split(SIGN) if each)
    found = name in (*KNOWN, OWN) or any((folder / name).exists() for folder in search_folders())
    bare = os.path.basename(name) == name and name.strip(".")
    return name if bare and found else os.path.abspath(name)


def short(name: str) -> str:
    """The name of a data set, or that of its file or folder alone, as tables have room for."""
    if SIGN in name and not os.path.exists(name):
        return SIGN.join(map(short, name.split(SIGN)))
    return Path(name).name or name


def _load(name: str, is_outline: bool) -> Digits:
    if SIGN in name and not os.path.exists(name):
        return joined(name, lambda each: _load(each, is_outline))
    place = find(name)
    if isinstance(place, Foreign):
        return place.load(is_outline)
    pixels = _outlined if is_outline else Place.read
    files = [pixels(place, stem) if "images" in stem else place.read(stem) for stem in STEMS]
    return made_of(place, files)


def find(name: str) -> Place | Foreign:
    """Where a data set lies.

    Raises
    ------
    DataError
        There is none of that name, or what is there is none.
    """
    if name in KNOWN and KNOWN[name].bundled:
        return Place(name, None)
    if name == OWN and (own_format := format_of(own_path())):
        return Foreign(OWN, own_path(), own_format)
    folders = search_folders()
    is_path = Path(name).name != name or not name.strip(".")
    is_file = name.lower().endswith(_SUFFIXES)
    for folder in [Path(name)] if is_path else [*(each / name for each in folders), Path(name)]:
        if is_file and not os.path.exists(folder):
            continue  # Formats tell a file by its name alone, and it may lie in a later one.
        own = display(Path(os.path.abspath(folder)).name)
        if not (os.path.isdir(folder) and holds_idx(folder)) and (found := format_of(folder)):
            return Foreign(own, folder, found)
        if os.path.isdir(folder):
            if not holds_idx(folder):
                raise DataError(
                    f"{display(folder)} holds no data set, neither the four IDX files "
                    "(train-images-idx3-ubyte…) nor pictures in folders of their class nor a file "
                    f"that ends in {_suffixes()}: name another folder."
                )
            return Place(own, folder)
    shown = display(name)
    if os.path.exists(name):
        raise DataError(
            f"{shown} is a file: name the folder of the four IDX files, or a file that ends in "
            f"{_suffixes()}."
        )
    if is_file:
        raise DataError(f"{display(os.path.abspath(name))} does not exist: check name and folder.")
    if is_path:
        raise DataError(
            f"{shown} does not exist: name a folder that holds the four IDX files or pictures, or "
            f"a file that ends in {_suffixes()}."
        )
    if name == OWN:
        raise DataError(
            "There are no digits of your own yet: correct an answer in the window, or use "
            "zmlp teach."
        )
    searched = " or ".join(display(each) for each in folders)
    mend = f"get it with zmlp data download {shown}, or " if name in KNOWN else ""
    raise DataError(
        f"There is no data set {shown} in {searched}: {mend}put its four IDX files into "
        f"{display(folders[-1] / name)}, or set ZMLP_DATA to the folder that holds {shown}."
    )


def _suffixes() -> str:
    *most, last = _SUFFIXES
    return f"{', '.join(most)} or {last}"


def _outlined(place: Place, stem: str) -> DataFile:
    known = place.read_outline(stem)
    return DataFile(known.name, np.broadcast_to(known.dtype.type(0), known.shape))


def made_of(place: Place, files: list[DataFile]) -> Digits:
    """The data set of four files that were read."""
    known = KNOWN.get(place.name)
    kin = relative(place.name) if known is None else None
    if kin is not None and not kin.turned and files[1].array.max(initial=0) < len(kin.class_names):
        return kin.named(fit_together(files, place.name, kin.class_names, kin.credit))
    if known is None:
        return fit_together(files, place.name, None, "")
    digits = fit_together(files, place.name, known.class_names, known.credit)
    return replace(digits, preparation=known.preparation)


def _describe(name: str, known: Known, count: bool) -> DataSet:
    try:
        place = find(name)
    except DataError:
        return DataSet(name, False, "", None, known.words)
    if isinstance(place, Foreign):
        return _describe_foreign(place, known, count)
    try:
        outlines = [place.read_outline(stem) for stem in STEMS]
        check_outlines(outlines)
    except DataError as error:
        return DataSet(name, False, place.words, None, str(error))
    learning, test = outlines[0].shape[0], outlines[2].shape[0]
    sizes = (learning - held_back(learning), held_back(learning), test)
    return DataSet(name, True, place.words, sizes, known.words)


def _describe_foreign(place: Foreign, known: Known, count: bool) -> DataSet:
    where = display(place.path)
    if not count:
        return DataSet(place.name, True, where, None, known.words)
    try:
        digits = place.load(outline=True)
    except DataError as error:
        return DataSet(place.name, False, where, None, str(error))
    sizes = (len(digits.training), len(digits.validation), len(digits.test))
    return DataSet(place.name, True, where, sizes, known.words)
