"""Rows of a CSV file as numbers: whole lines at once where all is in order, else cell by cell."""

import re
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from .errors import DataError

COMMA, NEW_LINE, ZERO = ord(","), ord("\n"), ord("0")
# What spreadsheets and data frames write for a whole number.
CELL = re.compile(rb'\s*"?\s*(\d{1,3})(?:\.0*)?\s*"?\s*\Z')


def read_rows(chunk: bytes, columns: int, name: str, line: int) -> NDArray[np.uint8]:
    """Read the rows in whole lines of a CSV file.

    Parameters
    ----------
    chunk : bytes
        Whole lines, each ended by a line feed, cells parted by commas; empty lines count for
        nothing.
    columns : int
        Cells of a row.
    name : str
        The file, for errors.
    line : int
        Number of the first line in the file.

    Returns
    -------
    ndarray of uint8, (rows, columns)

    Raises
    ------
    DataError
        A row has more or fewer cells, or a cell is no whole number from 0 to 255; the first such
        place is named.
    """
    rows = _fast(chunk, columns)
    return _slow(chunk, columns, name, line) if rows is None else rows


def _fast(chunk: bytes, columns: int) -> NDArray[np.uint8] | None:
    """All cells together, by the places of what parts them; None unless all is in order."""
    text = np.frombuffer(b"\n" + chunk, np.uint8)
    is_end = (text == COMMA) | (text == NEW_LINE)
    values = text - np.uint8(ZERO)
    if not ((values < 10) | is_end).all():
        return None
    ends = np.flatnonzero(is_end)
    lengths, ends = np.diff(ends) - 1, ends[1:]
    if not len(ends) or len(ends) % columns or lengths.min() < 1 or lengths.max() > 3:
        return None
    last = text[ends[columns - 1 :: columns]]
    if (last != NEW_LINE).any() or chunk.count(b"\n") != len(last):
        return None
    cells = values[ends - 1].astype(np.uint16)
    for place, power in (2, 10), (3, 100):
        longer = np.flatnonzero(lengths >= place)
        cells[longer] += np.uint16(power) * values[ends[longer] - place]
    if cells.max() > 255:
        return None
    return cells.astype(np.uint8).reshape(-1, columns)


def _slow(chunk: bytes, columns: int, name: str, line: int) -> NDArray[np.uint8]:
    """Row by row, with the odd spellings of numbers, to the first cell that is none."""
    rows = []
    for number, text in enumerate(chunk.split(b"\n"), line):
        if not text.strip():
            continue
        cells = text.split(b",")
        if len(cells) != columns:
            raise DataError(
                f"{name}, line {number}: this row has {len(cells):,} cells and the first one "
                f"{columns:,}: give all rows a label and the same number of pixels."
            )
        rows.append([read_cell(cell, name, number, at) for at, cell in enumerate(cells, 1)])
    return np.array(rows, np.uint8).reshape(-1, columns)


def read_cell(cell: bytes, name: str, line: int, column: int) -> int:
    """The whole number from 0 to 255 in a cell; raises `DataError` with the place otherwise."""
    known = CELL.match(cell)
    value = int(known[1]) if known else 256
    if value > 255:
        _refuse(cell, name, line, column)
    return value


def is_number(cell: bytes) -> bool:
    """Whether a cell holds what may stand in a row, or at least a whole number."""
    return re.fullmatch(rb'\s*"?\s*-?\d+(\.0*)?\s*"?\s*', cell) is not None


def _refuse(cell: bytes, name: str, line: int, column: int) -> NoReturn:
    words = shown(cell)
    what = f"“{words}” is" if words else "nothing stands there, which is"
    raise DataError(
        f"{name}, line {line}, column {column}: {what} no whole number from 0 to 255, as labels "
        "and pixels are: correct it, or use another file."
    )


def shown(cell: bytes) -> str:
    """A cell as printable text, shortened."""
    text = cell[:40].decode("utf-8", "replace").strip()
    return "".join(each for each in text if each.isprintable())
