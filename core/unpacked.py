"""The bytes of a file, unpacked if it is packed with gzip, a piece at a time and within bounds."""

import gzip
import os
from collections.abc import Iterator
from typing import BinaryIO, cast

from .errors import DataError
from .idx import GZIP_START, TRUSTED_RATIO, TRUSTED_SIZE, unpacking

PIECE = 1 << 18


def pieces(file: BinaryIO, name: str) -> Iterator[bytes]:
    """Read an open, seekable file from its start to its end.

    Parameters
    ----------
    file : binary file
        Packed with gzip or not, which its content tells.
    name : str
        Stands in errors.

    Raises
    ------
    DataError
        The gzip stream is damaged, breaks off, or unpacks to far more than numbers as text do.
    """
    stored = file.seek(0, os.SEEK_END)
    file.seek(0)
    packed = file.read(2) == GZIP_START
    file.seek(0)
    stream = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file
    most, length = max(TRUSTED_SIZE, TRUSTED_RATIO * stored), 0
    with unpacking(file, name, stored):
        while piece := stream.read(PIECE):
            length += len(piece)
            if packed and length > most:
                raise DataError(
                    f"{name} unpacks from {stored:,} to more than {most:,} bytes, as no real "
                    "images do: unpack it with gunzip first if you trust it."
                )
            yield piece
