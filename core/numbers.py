"""Reads numbers: a drawing is split into its digits, and each is read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import prod

import numpy as np
from numpy.typing import NDArray

from .drawing import Drawing, Stroke
from .network import Network
from .picture_pieces import PicturePieces, cut_out, pieces_of
from .preparation import prepare
from .raster import Box
from .reader import Reader, Reading
from .splitting import FLAT, Part, box_of, line_height, part_of_line, split
from .touching import divided

TOUCHING, TOUCHING_SURE = 1.4, 1.3
"""Ink that is wider than so many heights may be of digits that touch: alone, and where it is read
as one sure digit.

Of letters that stand alone halves look like digits, too; few are so wide. In a number all that is
no sure digit may be of several.
"""
SURE_SLICE = 0.99
"""So probable is the answer for each slice of ink that is cut."""


@dataclass(frozen=True, eq=False)
class ReadDigit:
    """One digit of a number.

    Attributes
    ----------
    reading : Reading
    box : tuple of float
        Left, top, right and bottom of its ink, of strokes that of their centre lines, in the
        drawing's units.
    strokes : tuple of Stroke
        Its strokes.
    pictured : bool
        Whether it has ink of a picture.
    """

    reading: Reading
    box: Box
    strokes: tuple[Stroke, ...] = ()
    pictured: bool = False

    def alone(self, size: tuple[float, float]) -> Drawing:
        """It without the others, on a paper of that size.

        Strokes are kept as they are. Of a picture, with strokes over it or without, what the
        network saw is kept, in its own size: a photograph takes a thousand times the room, and
        prepared again that comes out as it is.
        """
        if not self.pictured:
            return Drawing(size, self.strokes)
        height, width = self.reading.image.shape
        return Drawing((width, height), picture=self.reading.image)


@dataclass(frozen=True, eq=False)
class NumberReading:
    """The digits of a drawing, read.

    Attributes
    ----------
    digits : tuple of ReadDigit
        From left to right; at least one.
    newest : int
        Which of them has the stroke that was drawn last; the first one in a picture.
    may_touch : bool
        Whether ink of a picture may be of digits that touch, and was not searched for cuts.
    """

    digits: tuple[ReadDigit, ...]
    newest: int = 0
    may_touch: bool = False

    @property
    def text(self) -> str:
        """The number as it is written."""
        return "".join(digit.reading.name for digit in self.digits)

    @property
    def confidence(self) -> float:
        """How probable (0–1) it is that all digits are read right, were they independent."""
        return prod(digit.reading.confidence for digit in self.digits)

    @property
    def is_digit(self) -> bool:
        """Whether all of it is digits."""
        return all(digit.reading.is_digit for digit in self.digits)

    @property
    def is_sure(self) -> bool:
        """Whether every digit is sure."""
        return all(digit.reading.is_sure for digit in self.digits)

    @property
    def words(self) -> str:
        """What there is to say beside the answer; nothing where it is sure."""
        if not self.is_digit:
            return "not a digit" if len(self.digits) == 1 else "not all of it digits"
        return "" if self.is_sure else "not sure"


@dataclass(frozen=True, eq=False)
class _Group:
    """What belongs to one digit: pieces of the picture, by their places in a whole, and strokes."""

    pieces: tuple[int, ...]
    strokes: tuple[Stroke, ...]
    box: Box
    whole: PicturePieces | None = None


@dataclass(frozen=True, eq=False)
class _Known:
    """A reading, and whether it was made with the model's own weights."""

    reading: Reading
    own: bool


_Key = tuple[PicturePieces | None, tuple[int, ...], tuple[Stroke, ...]]


class NumberReader:
    """Reads drawings of one digit or several, digits that did not change from memory.

    Networks whose classes are no single characters, or whose images are no handwriting, read the
    whole drawing as one.

    Parameters
    ----------
    reader : Reader
        Reads each digit.
    """

    def __init__(self, reader: Reader) -> None:
        self.reader, self.model = reader, reader.model
        self._splits = self.model.preparation != "none" and all(
            len(name) == 1 for name in self.model.class_names
        )
        self._known: dict[_Key, _Known] = {}
        self._measured: dict[Stroke, Part] = {}
        self._picture: NDArray[np.uint8] | None = None
        self._pieces: PicturePieces | None = None
        self._touching: dict[tuple[int, ...], list[_Group]] = {}

    def read(
        self, drawing: Drawing, network: Network | None = None, search: bool = True
    ) -> NumberReading | None:
        """The answer for a drawing; None where nothing is drawn.

        Parameters
        ----------
        drawing : Drawing
            Strokes, a picture, or both; a single digit is read as `Reader.read` reads it.
        network : Network, optional
            Weights of the same spec to read with instead of the model's own.
        search : bool
            Whether the model's own weights are to search a picture for cuts between digits that
            touch, which takes tenths of a second; cuts that were found before are kept.
        """
        search = search and network is None
        self._look_at(drawing.picture)
        groups = self._groups(drawing) if self._splits else []
        before, self._known = self._known, {}
        if len(groups) < 2:
            key: _Key = (None, (), drawing.strokes)
            reading = self._read(key, lambda: drawing, before, network)
            if reading is None:
                return None
            slices: list[_Group] | None = []
            if groups and self._may_touch(groups[0], reading, TOUCHING):
                slices = self._slices(drawing, groups[0], search)
            if not slices:
                pictured = drawing.picture is not None
                digit = ReadDigit(reading, _ends(drawing), drawing.strokes, pictured)
                return NumberReading((digit,), may_touch=slices is None)
            groups = slices
        digits: list[ReadDigit] = []
        newest, may_touch = 0, False
        while groups:
            group, *groups = groups
            key = group.whole, group.pieces, group.strokes
            reading = self._read(key, partial(_alone, drawing, group), before, network)
            if reading is None:
                continue
            if self._may_touch(group, reading, 0.0):
                slices = self._slices(drawing, group, search)
                may_touch |= slices is None
                if slices:
                    groups = slices + groups
                    continue
            if drawing.strokes and drawing.strokes[-1] in group.strokes:
                newest = len(digits)
            digits.append(ReadDigit(reading, group.box, group.strokes, bool(group.pieces)))
        return NumberReading(tuple(digits), newest, may_touch) if digits else None

    def _may_touch(self, group: _Group, reading: Reading, unsure: float) -> bool:
        """Whether it is ink of the picture alone, as it was found, and wide enough."""
        left, top, right, bottom = group.box
        found = group.whole is not None and group.whole is self._pieces and not group.strokes
        widest = TOUCHING_SURE if reading.is_sure else unsure
        return found and right - left > widest * (bottom - top)

    def _slices(self, drawing: Drawing, group: _Group, search: bool) -> list[_Group] | None:
        """The digits that touch in ink of the picture, if any; None where that is not known."""
        if search and group.pieces not in self._touching:
            self._touching[group.pieces] = self._cut(drawing, group)
        return self._touching.get(group.pieces)

    def _cut(self, drawing: Drawing, group: _Group) -> list[_Group]:
        """Digits that touch, as the model's own weights find them; none where it is one."""
        assert group.whole is not None

        def sure(whole: PicturePieces, piece: int) -> float | None:
            own = self.reader.read(_alone(drawing, _piece(drawing, whole, piece)))
            if own is None or not own.is_digit or own.confidence < SURE_SLICE:
                return None
            return own.confidence

        found = divided(group.whole, group.pieces, sure)
        return [_piece(drawing, found[0], each) for each in found[1]] if found else []

    def _read(
        self,
        key: _Key,
        drawing: Callable[[], Drawing],
        before: dict[_Key, _Known],
        network: Network | None,
    ) -> Reading | None:
        """Read a drawing, or its image where that is known; or what is known is the answer."""
        known = before.get(key)
        if known is None:
            reading = self.reader.read(drawing(), network)
        elif network is None and known.own:
            reading = known.reading
        else:
            reading = self.reader.read_image(known.reading.image, network)
        if reading is not None:
            self._known[key] = _Known(reading, network is None)
        return reading

    def _look_at(self, picture: NDArray[np.uint8] | None) -> None:
        """Find the pieces of another picture than before; what was known of that is forgotten."""
        if picture is not self._picture:
            self._known, self._touching = {}, {}
            self._picture = picture
            self._pieces = pieces_of(picture) if picture is not None and self._splits else None

    def _groups(self, drawing: Drawing) -> list[_Group]:
        """The digits of a drawing; strokes that were there before are not measured again."""
        if drawing.picture is None and len(drawing.strokes) < 2:
            return []
        self._measured = {
            stroke: self._measured.get(stroke) or part_of_line(stroke.points)
            for stroke in drawing.strokes
        }
        lines = [self._measured[stroke] for stroke in drawing.strokes]
        return _grouped(drawing, self._pieces, lines)


def look_ahead(drawing: Drawing) -> None:
    """Find the digits and their ink in a picture, beside the thread that will have it read.

    What is found is remembered with the picture.
    """
    pieces = pieces_of(drawing.picture) if drawing.picture is not None else None
    groups = _grouped(drawing, pieces, [part_of_line(each.points) for each in drawing.strokes])
    for group in groups if len(groups) > 1 else []:
        prepare(_alone(drawing, group))
    if len(groups) < 2:
        prepare(drawing)


def _grouped(drawing: Drawing, pieces: PicturePieces | None, lines: Sequence[Part]) -> list[_Group]:
    """The digits of a drawing from left to right; one or none where it is not to be split."""
    if pieces is None and drawing.picture is not None:
        return []
    parts = [_on_paper(part, drawing) for part in pieces.parts] if pieces else []
    count = len(parts)
    parts += lines
    groups = [
        _Group(
            tuple(index for index in indices if index < count),
            tuple(drawing.strokes[index - count] for index in indices if index >= count),
            box_of([parts[index] for index in indices]),
            pieces,
        )
        for indices in split(parts)
    ]
    # Dirt beside the digits of a picture is no digit.
    lowest = FLAT * line_height(parts) if parts else 0.0
    return [each for each in groups if each.strokes or each.box[3] - each.box[1] >= lowest]


def _piece(drawing: Drawing, whole: PicturePieces, piece: int) -> _Group:
    """A piece of the picture as a digit of its own."""
    return _Group((piece,), (), box_of([_on_paper(whole.parts[piece], drawing)]), whole)


def _alone(drawing: Drawing, group: _Group) -> Drawing:
    """One digit of a drawing, without the others."""
    if group.whole is None or not group.pieces:
        return Drawing(drawing.size, group.strokes)
    x, y = _scale(drawing)
    left, top, right, bottom = group.box
    box = (left / x, top / y, right / x, bottom / y)
    picture, (left, top, right, bottom) = cut_out(group.whole, group.pieces, box)
    corner = np.array([left * x, top * y], np.float32)
    strokes = tuple(Stroke(each.points - corner, each.width) for each in group.strokes)
    return Drawing(((right - left) * x, (bottom - top) * y), strokes, picture)


def _scale(drawing: Drawing) -> tuple[float, float]:
    """Width and height of a pixel of the picture in the drawing's units."""
    assert drawing.picture is not None
    height, width = drawing.picture.shape
    return drawing.size[0] / width, drawing.size[1] / height


def _on_paper(part: Part, drawing: Drawing) -> Part:
    """A part of the picture in the drawing's units."""
    x, y = _scale(drawing)
    box = (part.left * x, part.top * y, part.right * x, part.bottom * y)
    return Part(part.points * [x, y], *box)


def _ends(drawing: Drawing) -> Box:
    """The ink's box, of a picture that of the paper."""
    if drawing.picture is None and drawing.bounds:
        return drawing.bounds
    return (0.0, 0.0, *drawing.size)
