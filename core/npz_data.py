"""Data sets in numpy's .npz files, as Keras has MNIST and CODH its kana: read without pickle."""

import math
import struct
import sys
import tokenize
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

import numpy as np

from .data_split import parted
from .dataset_files import DataFile
from .digits import Digits
from .errors import DataError
from .files import display
from .idx import DEFLATE_RATIO, STEP, TRUSTED_RATIO, TRUSTED_SIZE, open_idx
from .relatives import relative

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

# zipfile is imported where it is used: it is slow to come, and the window starts without it.

SUFFIX = ".npz"
KERAS = ("x_train", "y_train", "x_test", "y_test")
# The four files of KMNIST, each with one array.
KANA = ("train-imgs", "train-labels", "test-imgs", "test-labels")
KANA_ARRAY = "arr_0"
STORED, DEFLATED, LOCKED = 0, 8, 0x1
LONGEST_HEADER = 10_000
MOST_MEMBERS = 1_000


def is_npz(path: Path) -> bool:
    """Whether a file is one of numpy's, or a folder holds one, or KMNIST's four."""
    if path.is_dir():
        return bool(_kana(path) or _files(path))
    return path.name.lower().endswith(SUFFIX)


def load_npz(path: Path, outline: bool = False) -> Digits:
    """Read a data set in `.npz`.

    Parameters
    ----------
    path : Path
        A file with the arrays `x_train`, `y_train`, `x_test` and `y_test`; a folder that holds
        one; or a folder with `kmnist-train-imgs.npz` and the three that belong to it.
    outline : bool
        Whether black pixels that take no memory will do; reads headers and labels alone.

    Raises
    ------
    DataError
        A file is missing, broken, hostile, or its arrays are no data set.
    """
    if path.is_dir() and (kana := _kana(path)):
        sources = [(file, KANA_ARRAY) for file in kana]
    else:
        sources = [(_one_file(path), name) for name in KERAS]
    files = [
        _read(file, array, outline and index % 2 == 0)
        for index, (file, array) in enumerate(sources)
    ]
    name = path.name[: -len(SUFFIX)] if path.name.lower().endswith(SUFFIX) else path.name
    known = relative(sources[0][0].name) or relative(path.name)
    learning, test = (files[0], files[1]), (files[2], files[3])
    if known is None:
        return parted(name, learning, test, None)
    learning, test = known.straightened(*learning), known.straightened(*test)
    return known.named(parted(name, learning, test, known.class_names, known.credit))


def _files(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if each.name.lower().endswith(SUFFIX))


def _kana(folder: Path) -> list[Path]:
    """The four files of KMNIST or Kuzushiji-49, if any is there."""
    first = next((each for each in _files(folder) if f"-{KANA[0]}." in each.name.lower()), None)
    if first is None:
        return []
    stem = first.name[: first.name.lower().index(f"-{KANA[0]}.")]
    return [folder / f"{stem}-{each}{SUFFIX}" for each in KANA]


def _one_file(path: Path) -> Path:
    if not path.is_dir():
        return path
    files = _files(path)
    if len(files) > 1:
        names = ", ".join(display(each.name) for each in files[:4])
        raise DataError(f"{display(path)} holds several .npz files ({names}): name one of them.")
    return files[0]


def _read(path: Path, array: str, outline: bool) -> DataFile:
    """One array of a file; its name in errors is that of both."""
    from zipfile import BadZipFile, ZipFile

    name = display(path)
    with open_idx(path) as file:
        try:
            with ZipFile(file) as archive:
                member = _member(archive, array, name)
                with archive.open(member) as stream:
                    return _Array(stream, member, f"{name}, {array}").read(outline)
        except (EOFError, BadZipFile, zlib.error, struct.error) as error:
            raise DataError(
                f"{name} is no sound .npz file, or is cut short ({_reason(error)}): copy or "
                "download it again."
            ) from None
        # Another compression, a password, or nonsense in the list of members.
        except (NotImplementedError, RuntimeError, ValueError, OverflowError) as error:
            raise DataError(
                f"{name} cannot be read ({_reason(error)}): save it again with numpy."
            ) from None
        except MemoryError:
            raise DataError(
                f"{name} does not fit into memory: close other programs, or make it smaller."
            ) from None


def _reason(error: Exception) -> str:
    words = " ".join(str(error).split()).rstrip(".")
    return display(words[:120]) or type(error).__name__


def _member(archive: "ZipFile", array: str, name: str) -> "ZipInfo":
    """The one member that holds an array, once it is known to be nothing out of the ordinary."""
    members = archive.infolist()
    found = [each for each in members if each.filename in (array, f"{array}.npy")]
    if len(found) != 1 or len(members) > MOST_MEMBERS:
        held = ", ".join(display(each.filename.removesuffix(".npy")[:40]) for each in members[:6])
        raise DataError(
            f"{name} has {'no' if not found else 'more than one'} array {array} "
            f"(it holds {held or 'nothing'}): save x_train, y_train, x_test and y_test in it."
        )
    member = found[0]
    if member.flag_bits & LOCKED:
        raise DataError(f"{name} is locked with a password: unlock it first.")
    if member.compress_type not in (STORED, DEFLATED):
        raise DataError(
            f"{name} packs {array} in a way that numpy does not: save it again with numpy."
        )
    size, stored = member.file_size, member.compress_size
    packed = member.compress_type == DEFLATED
    if size > (DEFLATE_RATIO if packed else 1) * stored or stored > _size(archive):
        raise DataError(
            f"{name} is damaged: its list of contents promises more of {array} than it can hold: "
            "copy or download it again."
        )
    if packed and size > max(TRUSTED_SIZE, TRUSTED_RATIO * stored):
        raise DataError(
            f"{name} would unpack {array} from {stored:,} to {size:,} bytes, as no real images "
            "do: save it with numpy.savez, unpacked, if you trust it."
        )
    return member


def _size(archive: "ZipFile") -> int:
    assert archive.fp is not None
    place = archive.fp.tell()
    size = archive.fp.seek(0, 2)
    archive.fp.seek(place)
    return size


class _Array:
    """An array of numpy's format in an open member; every error is a `DataError` that names it."""

    def __init__(self, stream: IO[bytes], member: "ZipInfo", name: str) -> None:
        self._stream = stream
        self._promised = member.file_size
        self._name = name

    def read(self, outline: bool) -> DataFile:
        """Read it to its end, or no more than its header."""
        shape, by_columns, dtype = self._header()
        count = math.prod(shape)
        # numpy's own bound, which counts an empty side as one.
        if math.prod(max(side, 1) for side in shape) * max(dtype.itemsize, 1) > sys.maxsize:
            raise DataError(f"{self._name} promises more numbers than any memory holds.")
        if count * dtype.itemsize != self._promised - self._stream.tell():
            raise DataError(
                f"{self._name} is damaged: its header promises {count * dtype.itemsize:,} bytes of "
                f"numbers and {self._promised - self._stream.tell():,} are there: copy or "
                "download it again."
            )
        if outline:
            return DataFile(self._name, np.broadcast_to(dtype.type(0), shape))
        numbers = bytearray()
        # To the end and one step further, so that the checksum is compared.
        while piece := self._stream.read(STEP):
            numbers += piece
        array = np.frombuffer(numbers, dtype, count)
        array = array.reshape(shape[::-1]).T if by_columns else array.reshape(shape)
        return DataFile(self._name, np.ascontiguousarray(array, dtype.newbyteorder("=")))

    def _header(self) -> tuple[tuple[int, ...], bool, "np.dtype[np.generic]"]:
        """Shape, whether it lies column by column, and type."""
        form = np.lib.format
        stream: BinaryIO = self._stream  # type: ignore[assignment]
        try:
            version = form.read_magic(stream)
            read = {(1, 0): form.read_array_header_1_0, (2, 0): form.read_array_header_2_0}[version]
            shape, by_columns, dtype = read(stream, max_header_size=LONGEST_HEADER)
        except (KeyError, ValueError, TypeError, SyntaxError, tokenize.TokenError, EOFError):
            raise DataError(
                f"{self._name} is no array of numpy: save it again with numpy."
            ) from None
        if dtype.hasobject:
            raise DataError(
                f"{self._name} holds Python objects, which could carry a program: save plain "
                "numbers."
            )
        if dtype.kind not in "iu":
            raise DataError(
                f"{self._name} holds {dtype}, and images and labels are whole numbers from 0 to "
                "255: convert them, or use another file."
            )
        if min(shape, default=0) < 0:
            raise DataError(f"{self._name} is damaged: a side of it is negative.")
        return shape, by_columns, dtype
