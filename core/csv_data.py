"""Data sets in CSV files as on Kaggle: a row an image, its label first, a header or none."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .csv_cells import is_number, read_cell, read_rows, shown
from .data_split import parted
from .dataset_files import DataFile
from .digits import Digits
from .errors import DataError
from .files import display
from .idx import open_idx
from .relatives import relative
from .unpacked import pieces

SUFFIXES = (".csv", ".csv.gz")
LONGEST_LINE = 8 << 20
LABEL_NAMES = ("label", "class", "target")
LEARNING_WORD, TEST_WORD = "train", "test"

Chunks = Iterator[tuple[int, bytes]]


@dataclass(frozen=True)
class Heading:
    """What the first line of a file tells: cells of a row, and names of columns or none."""

    columns: int
    names: tuple[str, ...]


def is_csv(path: Path) -> bool:
    """Whether a file is CSV, or a folder holds CSV files, by their names."""
    return bool(_files(path)) if path.is_dir() else path.name.lower().endswith(SUFFIXES)


def load_csv(path: Path, outline: bool = False) -> Digits:
    """Read a data set in CSV.

    Parameters
    ----------
    path : Path
        A file, or a folder that holds one, or two whose names say `train` and `test`. Beside a
        named file that says `train`, one that says `test` is the test part if it has labels. Where
        there is no such file, a tenth of each class, evenly chosen, is the test part.
    outline : bool
        Whether black pixels that take no memory will do; then cells other than labels may be wrong.

    Raises
    ------
    DataError
        A file is missing or broken: the line, and the column where it is one, are named.
    """
    learning, test = _two_files(path)
    known = relative(learning.name) or relative(path.name)
    halves = [_read(each, outline) for each in (learning, test) if each is not None]
    name = re.sub(r"\.csv(\.gz)?$", "", path.name, flags=re.IGNORECASE)
    if known is None:
        return parted(name, halves[0], halves[1] if test else None, None)
    halves = [known.straightened(*half) for half in halves]
    return known.named(
        parted(name, halves[0], halves[1] if test else None, known.class_names, known.credit)
    )


def _files(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if each.name.lower().endswith(SUFFIXES))


def _partner(learning: Path) -> Path | None:
    """The file whose name says test where this one's says train."""
    name = re.sub(LEARNING_WORD, TEST_WORD, learning.name, flags=re.IGNORECASE)
    stem = name.lower().removesuffix(".gz")
    for each in _files(learning.parent):
        if each.name != learning.name and each.name.lower().removesuffix(".gz") == stem:
            return each
    return None


def _two_files(path: Path) -> tuple[Path, Path | None]:
    """The files of the learning and of the test part."""
    if not path.is_dir():
        partner = _partner(path) if LEARNING_WORD in path.name.lower() else None
        return path, partner if partner and _has_labels(partner) else None
    files = _files(path)
    if len(files) == 1:
        return files[0], None
    learning = [each for each in files if LEARNING_WORD in each.name.lower() and _partner(each)]
    if len(learning) == 1:
        test = _partner(learning[0])
        assert test is not None
        if not _has_labels(test):
            raise DataError(
                f"{display(test)} has no labels, as Kaggle keeps them to itself: name "
                f"{display(learning[0])} alone, and a tenth of it is the test part."
            )
        return learning[0], test
    names = ", ".join(display(each.name) for each in files[:4])
    raise DataError(
        f"{display(path)} holds several CSV files ({names}…): name the one to learn from, or keep "
        "one whose name says train and one that says test."
    )


def _has_labels(path: Path) -> bool:
    return _shape(_heading(path), display(path)) is not None


def _heading(path: Path) -> Heading:
    with open_idx(path) as file:
        for _, chunk in _chunks(pieces(file, display(path)), display(path)):
            if chunk.strip():
                return _heading_of(chunk)
    raise DataError(f"{display(path)} is empty: copy or download it again.")


def _heading_of(chunk: bytes) -> Heading:
    cells = chunk.lstrip(b"\n").split(b"\n", 1)[0].split(b",")
    numbers = sum(map(is_number, cells))
    # One wrong cell in a first row does not make it a header.
    if 2 * numbers > len(cells):
        return Heading(len(cells), ())
    return Heading(len(cells), tuple(shown(cell).strip('"') for cell in cells))


def _shape(heading: Heading, name: str) -> tuple[int, int] | None:
    """Height and width of the images; None where the rows have no label.

    Columns named `1x1` to `28x20` say it; otherwise images are square.
    """
    pixels = heading.columns - 1
    if not pixels:
        raise DataError(
            f"{name} is no CSV file of images: its first line has a single cell: choose a file "
            "whose rows are a label and pixels, parted by commas."
        )
    if heading.names and re.fullmatch(r"(\d+)x(\d+)", heading.names[-1]):
        height, width = map(int, heading.names[-1].split("x"))
        if height * width == pixels:
            return height, width
    side = math.isqrt(pixels)
    if side * side == pixels:
        return side, side
    if math.isqrt(heading.columns) ** 2 == heading.columns:
        return None
    raise DataError(
        f"{name} has {heading.columns:,} cells a row, and a label with the pixels of a square "
        "image are 785 for 28×28: name the columns 1x1, 1x2… if the images are not square, or use "
        "another file."
    )


def _read(path: Path, outline: bool) -> tuple[DataFile, DataFile]:
    """Images and labels of one file."""
    name, heading = display(path), _heading(path)
    shape = _shape(heading, name)
    names = [each.casefold() for each in heading.names]
    if misplaced := next((each for each in names[1:] if each in LABEL_NAMES), None):
        raise DataError(
            f"{name} has its column {misplaced} at place {names.index(misplaced) + 1}, and labels "
            "come first: move it there."
        )
    if shape is None:
        raise DataError(f"{name} has no labels, only pixels: use a file whose rows begin with one.")
    labels, pixels = bytearray(), bytearray()
    try:
        with open_idx(path) as file:
            for line, chunk in _rows(_chunks(pieces(file, name), name), bool(heading.names)):
                if outline:
                    labels += _labels(chunk, name, line)
                else:
                    rows = read_rows(chunk, heading.columns, name, line)
                    labels += rows[:, 0].tobytes()
                    pixels += rows[:, 1:].tobytes()
    except MemoryError:
        raise DataError(
            f"{name} does not fit into memory: close other programs, or split the file."
        ) from None
    if not labels:
        raise DataError(f"{name} has a header and no rows: copy or download it again.")
    size = len(labels), *shape
    images: NDArray[Any] = np.broadcast_to(np.uint8(0), size)
    if not outline:
        images = np.frombuffer(pixels, np.uint8).reshape(size)
    return DataFile(name, images), DataFile(name, np.frombuffer(labels, np.uint8))


def _labels(chunk: bytes, name: str, line: int) -> bytes:
    """The first cells of the rows."""
    cells = (text.split(b",", 1)[0] for text in chunk.split(b"\n"))
    return bytes(
        read_cell(cell, name, number, 1) for number, cell in enumerate(cells, line) if cell.strip()
    )


def _chunks(parts: Iterator[bytes], name: str) -> Chunks:
    """Whole lines with the number of the first one, spelled alike: commas and line feeds."""
    line, rest, parting = 1, b"", b""
    for part in parts:
        if line == 1 and not parting:
            part = part.removeprefix(b"\xef\xbb\xbf")
            parting = _parting(part)
        rest += part
        end = rest.rfind(b"\n") + 1
        if not end and len(rest) > LONGEST_LINE:
            raise DataError(
                f"{name}, line {line} is longer than {LONGEST_LINE:,} bytes: a CSV file has one "
                "image a line."
            )
        if end:
            chunk = _alike(rest[:end], parting)
            yield line, chunk
            line += chunk.count(b"\n")
            rest = rest[end:]
    if rest:
        yield line, _alike(rest, parting) + b"\n"


def _parting(text: bytes) -> bytes:
    """What parts the cells: commas, or as some spreadsheets write, semicolons or tabs."""
    first = text.lstrip().split(b"\n", 1)[0]
    return max((b",", b";", b"\t"), key=first.count)


def _alike(lines: bytes, parting: bytes) -> bytes:
    lines = lines.replace(b"\r\n", b"\n")
    return lines if parting == b"," else lines.replace(parting, b",")


def _rows(chunks: Chunks, header: bool) -> Chunks:
    """The same without the header."""
    for line, chunk in chunks:
        if header and chunk.strip():
            header = False
            blank = len(chunk) - len(chunk.lstrip(b"\n"))
            end = chunk.index(b"\n", blank) + 1
            yield line + chunk[:end].count(b"\n"), chunk[end:]
        else:
            yield line, chunk
