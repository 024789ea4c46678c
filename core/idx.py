"""The IDX format of MNIST: a small header with type and sizes, then the numbers, gzip or not."""

import gzip
import hashlib
import math
import mmap
import os
import stat
import struct
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from .errors import DataError
from .files import atomic_write, display

Array = NDArray[Any]

DTYPES: dict[int, np.dtype[Any]] = {
    0x08: np.dtype(">u1"),
    0x09: np.dtype(">i1"),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}
"""Number types of the format by their code in the header, as they stand in the file."""

MAX_RANK = 64
"""Dimensions of the largest array that numpy can hold; the format would allow 255."""

GZIP_START = b"\x1f\x8b"
DEFLATE_RATIO = 1032  # 258 bytes from 2 bits: no deflate stream unpacks to more
# Real images shrink to a fifth. A packed file that claims more than either bound is a trap.
TRUSTED_RATIO = 100
TRUSTED_SIZE = 64 << 20

STEP = 1 << 20


@dataclass(frozen=True)
class Header:
    """What an IDX file says of itself.

    Attributes
    ----------
    dtype : dtype
        Type of the numbers, in the file's byte order (big-endian).
    shape : tuple of int
        Sizes of the dimensions; MNIST's images say (60000, 28, 28).
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]

    @property
    def length(self) -> int:
        """Bytes that the header itself takes."""
        return 4 + 4 * len(self.shape)

    @property
    def size(self) -> int:
        """Bytes of numbers that must follow."""
        return math.prod(self.shape) * self.dtype.itemsize

    def encoded(self) -> bytes:
        """Write the header as it stands in the file."""
        code = next(code for code, dtype in DTYPES.items() if dtype == self.dtype)
        return struct.pack(f">BBBB{len(self.shape)}I", 0, 0, code, len(self.shape), *self.shape)


def read_idx(path: str | os.PathLike[str]) -> Array:
    """Read an IDX file.

    Parameters
    ----------
    path : path-like
        Packed with gzip or not, which its content tells, not its name.

    Returns
    -------
    ndarray
        Of the file's shape and type, native byte order, writable. Memory is taken step by step
        as the file delivers, never on the header's word.

    Raises
    ------
    DataError
        The file cannot be read, is no IDX file, or holds more or fewer bytes than it says.
    """
    with open_idx(path) as file:
        return read_idx_from(file, display(path))


def read_idx_from(file: BinaryIO, name: str) -> Array:
    """Read an open, seekable IDX file; `name` stands in errors. Otherwise as `read_idx`."""
    source = _Source(file, name)
    header = source.header()
    array = np.frombuffer(source.numbers(header.size), header.dtype).reshape(header.shape)
    if array.dtype.isnative:
        return array
    return array.byteswap(inplace=True).view(array.dtype.newbyteorder("="))


def map_idx(path: str | os.PathLike[str]) -> Array:
    """Open an IDX file without reading its numbers: they come into memory as they are looked at.

    Only an unpacked file of single bytes, as images and labels are, can be mapped; any other is
    read as by `read_idx`.

    Returns
    -------
    ndarray
        Of the file's shape and type, native byte order, read-only where it is mapped. The system
        may drop its pages at any time and read them again, so that data may be larger than the
        memory.

    Raises
    ------
    DataError
        As `read_idx`.

    Notes
    -----
    The size of the file is compared with its header here, and only here. Whoever cuts a mapped file
    short ends the program with a bus error: the system has no gentler way to say that a page is
    gone. Replacing it by a rename, as `write_idx` does, is safe: the map keeps the old file.
    """
    with open_idx(path) as file:
        return map_idx_from(file, display(path))


def map_idx_from(file: BinaryIO, name: str) -> Array:
    """Map an open, seekable IDX file; `name` stands in errors. Otherwise as `map_idx`."""
    source = _Source(file, name)
    header = source.header()
    mapped = None
    if header.size and header.dtype.itemsize == 1 and not source.packed:
        mapped = source.mapped(header.length + header.size)
    if mapped is None:
        return read_idx_from(file, name)
    return np.frombuffer(mapped, header.dtype, offset=header.length).reshape(header.shape)


def read_header(path: str | os.PathLike[str]) -> Header:
    """Read the header alone, and weigh what it says against the size of the file.

    Raises
    ------
    DataError
        As `read_idx`, save for damage further on in a gzip file.
    """
    with open_idx(path) as file:
        return read_header_from(file, display(path))


def read_header_from(file: BinaryIO, name: str) -> Header:
    """Read the header of an open, seekable file; `name` stands in errors."""
    return _Source(file, name).header()


def write_idx(path: str | os.PathLike[str], array: Array) -> None:
    """Write an array as an IDX file, whole or not at all.

    Parameters
    ----------
    path : path-like
        Packed with gzip if the name ends in `.gz`; the same array always gives the same bytes.
    array : ndarray
        uint8, int8, int16, int32, float32 or float64, of any rank and byte order.

    Raises
    ------
    DataError
        The format has no such type, or a side is longer than it can say.
    SaveError
        The file could not be written.
    """
    header, numbers = _encoded(array, display(path))
    with atomic_write(path) as file:
        if os.fsencode(path).endswith(b".gz"):
            # Neither the name nor the time goes into the file: both would change its bytes.
            with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
                packed.write(header)
                packed.write(numbers)
        else:
            file.write(header)
            file.write(numbers)


def sha256(array: Array) -> str:
    """Compute the SHA-256, in hexadecimal, of the unpacked IDX file that holds this array."""
    header, numbers = _encoded(array, "The array")
    digest = hashlib.sha256(header)
    digest.update(numbers)
    return digest.hexdigest()


def _encoded(array: Array, name: str) -> tuple[bytes, memoryview]:
    """Turn an array into header and numbers; copies only what has another byte order or gaps."""
    dtype = array.dtype.newbyteorder(">")
    if dtype not in DTYPES.values():
        known = ", ".join(each.name for each in DTYPES.values())
        raise DataError(f"{name}: IDX cannot hold {array.dtype}, only {known}: convert it first.")
    if max(array.shape, default=0) >= 1 << 32:
        raise DataError(f"{name}: IDX holds at most 4,294,967,295 items a side: split the array.")
    numbers = np.asarray(array, dtype, order="C").reshape(-1).view(np.uint8)
    return Header(dtype, array.shape).encoded(), numbers.data


class _Source:
    """The unpacked bytes of one open file; every error is a `DataError` that names it."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.name = name
        self.file = file
        self.stored = file.seek(0, os.SEEK_END)
        if self.stored == 0:
            raise DataError(f"{name} is empty: copy or download it again.")
        file.seek(0)
        self.packed = file.read(2) == GZIP_START
        file.seek(0)
        self.stream = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if self.packed else file

    def header(self) -> Header:
        """Read the header and weigh what it promises against the size of the file."""
        start = self._read(4)
        if start[:2] != b"\0\0"[: len(start)]:
            raise DataError(
                f"{self.name} is no IDX file: it begins with {start.hex(' ')} where two zero bytes "
                "belong: choose an IDX file, or convert this one."
            )
        if len(start) < 4:
            raise self._cut(len(start))
        code, rank = start[2], start[3]
        if code not in DTYPES:
            known = ", ".join(f"{each:02X}" for each in DTYPES)
            raise DataError(
                f"{self.name} is no sound IDX file: byte 2 says number type {code:02X}, which is "
                f"none of {known}: copy or download it again."
            )
        if rank > MAX_RANK:
            raise DataError(
                f"{self.name} cannot be read: byte 3 says {rank} dimensions, and {MAX_RANK} is the "
                "most: store it with fewer."
            )
        sides = self._read(4 * rank)
        if len(sides) < 4 * rank:
            raise self._cut(4 + len(sides))
        header = Header(DTYPES[code], struct.unpack(f">{rank}I", sides))
        self._weigh(header)
        return header

    def numbers(self, size: int) -> bytearray:
        """Read all that follows the header, which must be `size` bytes."""
        numbers = bytearray()
        try:
            while len(numbers) < size:
                piece = self._read(min(STEP, size - len(numbers)))
                if not piece:
                    raise DataError(
                        f"{self.name} is cut short: its header promises {size:,} bytes of numbers "
                        f"and {len(numbers):,} are there: copy or download it again."
                    )
                numbers += piece
        except MemoryError:
            raise DataError(
                f"{self.name} does not fit into memory: its numbers take {size:,} bytes: close "
                "other programs, or split the file."
            ) from None
        # Reading on to the end also makes gzip compare its checksum.
        if self._read(1):
            raise self._too_long(size)
        return numbers

    def mapped(self, size: int) -> mmap.mmap | None:
        """Map the whole file, which must be `size` bytes; None where the system cannot."""
        try:
            mapped = mmap.mmap(self.file.fileno(), 0, access=mmap.ACCESS_READ)
        except OSError:
            # Some network drives, and files that are none.
            return None
        if len(mapped) != size:
            raise DataError(f"{self.name} changes while it is read: wait until it is complete.")
        return mapped

    def _weigh(self, header: Header) -> None:
        """Refuse sizes that the file cannot hold, before any memory is taken for them."""
        # numpy's own bound, which counts an empty side as one.
        if math.prod(max(side, 1) for side in header.shape) * header.dtype.itemsize > sys.maxsize:
            raise DataError(
                f"{self.name} is no sound IDX file: its header promises more numbers than any "
                "memory holds: copy or download it again."
            )
        total = header.length + header.size
        if total > (DEFLATE_RATIO if self.packed else 1) * self.stored:
            raise DataError(
                f"{self.name} is cut short: its header promises {header.size:,} bytes of numbers, "
                f"which a file of {self.stored:,} bytes cannot hold: copy or download it again."
            )
        if self.packed and total > max(TRUSTED_SIZE, TRUSTED_RATIO * self.stored):
            raise DataError(
                f"{self.name} would unpack from {self.stored:,} to {total:,} bytes, as no real "
                "images do: unpack it with gunzip first if you trust it."
            )
        if not self.packed and total < self.stored:
            raise self._too_long(header.size)

    def _read(self, count: int) -> bytes:
        """Read the next `count` bytes, fewer at the end."""
        with unpacking(self.file, self.name, self.stored):
            return self.stream.read(count)

    def _cut(self, length: int) -> DataError:
        return DataError(
            f"{self.name} is cut short: it ends after {length:,} bytes, within its header: copy or "
            "download it again."
        )

    def _too_long(self, size: int) -> DataError:
        return DataError(
            f"{self.name} is too long: more follows the {size:,} bytes of numbers that its header "
            "promises: copy or download it again."
        )


@contextmanager
def unpacking(file: BinaryIO, name: str, stored: int) -> Iterator[None]:
    """Say in words where the gzip stream of `file`, `stored` bytes long, breaks off or is damaged.

    Raises
    ------
    DataError
        It does.
    """
    try:
        yield
    except EOFError:
        raise DataError(
            f"{name} is cut short: its gzip stream breaks off at byte {stored:,}: copy or "
            "download it again."
        ) from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(
            f"{name} is damaged: its gzip stream goes wrong before byte {file.tell():,} "
            f"({error}): copy or download it again."
        ) from None


@contextmanager
def open_idx(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a file for reading; failures of the system become plain sentences."""
    name = display(path)
    try:
        # Asked before opening, because opening a pipe waits for its other end.
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            raise DataError(f"{name} is a folder: name a file in it.")
        if not stat.S_ISREG(mode):
            raise DataError(f"{name} is a device or a pipe: save what comes from it as a file.")
        with open(path, "rb") as file:
            yield file
    except FileNotFoundError:
        raise DataError(f"{name} does not exist: check its name and folder.") from None
    except PermissionError:
        raise DataError(f"{name} may not be read: ask for the right to read it.") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataError(f"{name} cannot be read ({reason}): check the disk.") from error
