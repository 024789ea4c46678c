"""Files of one drawing a line, packed by gzip or not: their lines, within bounds."""

import gzip
import math
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from .errors import DrawingError
from .files import display

LONGEST_LINE = 24 << 20
MOST_LINES = 1_000_000


@contextmanager
def packed(path: str | os.PathLike[str], file: BinaryIO) -> Iterator[BinaryIO]:
    """Write into an open file, packed by gzip when `path` is named `….gz`."""
    if os.fspath(path).endswith(".gz"):
        # Neither name nor time, so that the same drawings make the same file.
        with gzip.GzipFile("", "wb", 9, file, mtime=0) as out:
            yield out  # type: ignore[misc]
    else:
        yield file


def lines(path: str | os.PathLike[str]) -> Iterator[tuple[int, bytes]]:
    """Numbered lines that are not empty, within bounds that a bomb runs into.

    Raises
    ------
    DrawingError
        The file cannot be read, a line is too long, or it unpacks to more than ink does.
    """
    name, number, length = display(path), 0, 0
    try:
        with open(path, "rb") as raw:
            is_packed = raw.peek(2)[:2] == b"\x1f\x8b"
            file = gzip.GzipFile(fileobj=raw) if is_packed else raw
            most = (
                max(LONGEST_LINE, 200 * os.fstat(raw.fileno()).st_size) if is_packed else math.inf
            )
            while line := file.readline(LONGEST_LINE + 1):
                number += 1
                length += len(line)
                if len(line) > LONGEST_LINE:
                    raise DrawingError(
                        f"{name}, line {number} is longer than {LONGEST_LINE:,} bytes: "
                        "an ink file has one drawing a line."
                    )
                if number > MOST_LINES or length > most:
                    raise DrawingError(
                        f"{name} unpacks to more than ink does, {number:,} lines and "
                        f"{length:,} bytes so far: split it into smaller files."
                    )
                if line.strip():
                    yield number, line
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DrawingError(
            f"{name} is damaged or cut off after line {number}: copy it again."
        ) from error
    except OSError as error:
        raise DrawingError(f"{name} could not be read: {error.strerror or error}.") from error
