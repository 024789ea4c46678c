"""A drawing: pen strokes over an optional picture, and the ink files that keep drawings."""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeGuard

import numpy as np
from numpy.typing import NDArray

from .bundled import open_bundled
from .errors import DrawingError
from .files import atomic_write, display
from .ink_lines import LONGEST_LINE, lines, packed
from .quickdraw_ink import as_ink, is_quickdraw, word

MOST_POINTS = 200_000
SMALLEST_SIZE, LARGEST_SIZE = 1e-3, 1e6
FARTHEST = 1e7
LATEST = 1e15
DAY = 86_400.0


@dataclass(frozen=True, eq=False)
class Stroke:
    """The way of a pen from where it touches the paper to where it leaves it.

    The arrays are made read-only, not copied.

    Attributes
    ----------
    points : (n, 2) float32
        x to the right and y down, in the drawing's units; at least one point.
    width : float
        Width of the pen in the drawing's units.
    times : (n,) float32 or None
        Seconds.
    pressures : (n,) float32 or None
        Where they are known the times are too.

    Raises
    ------
    DrawingError
        Something is not a finite number, is out of bounds or does not match the rest.
    """

    points: NDArray[np.float32]
    width: float
    times: NDArray[np.float32] | None = None
    pressures: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        points = _frozen(self.points)
        if points.ndim != 2 or points.shape[1] != 2 or len(points) == 0:
            raise DrawingError("a stroke needs at least one point of x and y")
        # The comparison is false for NaN too.
        if not np.abs(points).max() <= FARTHEST:
            raise DrawingError(f"a point is not a number from {-FARTHEST:,.0f} to {FARTHEST:,.0f}")
        object.__setattr__(self, "points", points)
        if not 0 < self.width <= LARGEST_SIZE:
            raise DrawingError(f"a pen is not between 0 and {LARGEST_SIZE:,.0f} wide")
        if self.pressures is not None and self.times is None:
            raise DrawingError("a stroke has pressures but no times")
        for name in ("times", "pressures"):
            values = getattr(self, name)
            if values is not None:
                values = _frozen(values)
                if values.shape != (len(points),) or not np.isfinite(values).all():
                    raise DrawingError(f"a stroke needs one finite number a point as {name}")
                object.__setattr__(self, name, values)


@dataclass(frozen=True, eq=False)
class Drawing:
    """Strokes over an optional picture.

    Attributes
    ----------
    size : tuple of float
        Width and height of the paper; the picture fills it, strokes may leave it.
    strokes : tuple of Stroke
    picture : (h, w) uint8 or None
        Grey values as they stand in the file, dark on light or light on dark; made read-only.
    label : int or None
        What was meant, 0 to 9,999.
    writer : str or None
        Who drew it.
    word : str or None
        What was meant, in words; QuickDraw's drawings have one and no label.

    Raises
    ------
    DrawingError
        A value is out of bounds.
    """

    size: tuple[float, float]
    strokes: tuple[Stroke, ...] = ()
    picture: NDArray[np.uint8] | None = None
    label: int | None = None
    writer: str | None = None
    word: str | None = None

    def __post_init__(self) -> None:
        if not all(SMALLEST_SIZE <= side <= LARGEST_SIZE for side in self.size):
            raise DrawingError(
                f"the size is not two numbers from {SMALLEST_SIZE} to {LARGEST_SIZE:,.0f}"
            )
        if self.label is not None and not 0 <= self.label <= 9_999:
            raise DrawingError("the label is not a whole number from 0 to 9,999")
        object.__setattr__(self, "strokes", tuple(self.strokes))
        if self.picture is not None:
            if self.picture.dtype != np.uint8 or self.picture.ndim != 2 or not self.picture.size:
                raise DrawingError("the picture is not an image of grey values from 0 to 255")
            self.picture.setflags(write=False)

    @property
    def is_empty(self) -> bool:
        """Whether there is neither a stroke nor a picture."""
        return not self.strokes and self.picture is None

    def label_among(self, class_names: Sequence[str]) -> int | None:
        """What was meant, as a place among classes: the label, or where the word stands."""
        if self.label is None and self.word in class_names:
            return class_names.index(self.word)
        return self.label

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """Left, top, right and bottom of the strokes' centre lines; None without strokes."""
        if not self.strokes:
            return None
        lows = np.min([stroke.points.min(axis=0) for stroke in self.strokes], axis=0)
        highs = np.max([stroke.points.max(axis=0) for stroke in self.strokes], axis=0)
        return float(lows[0]), float(lows[1]), float(highs[0]), float(highs[1])


def usual_width(size: tuple[float, float]) -> float:
    """Width of a pen that suits a paper of that size."""
    return max(size) / 16


def _frozen(values: NDArray[np.float32]) -> NDArray[np.float32]:
    array = np.asarray(values, np.float32)
    array.setflags(write=False)
    return array


def read_ink(path: str | os.PathLike[str]) -> list[Drawing]:
    """All drawings of an ink file; see `iter_ink`."""
    return list(iter_ink(path))


def read_bundled_ink(name: str) -> list[Drawing]:
    """All drawings of an ink file that the program ships, named as in `open_bundled`."""
    with open_bundled(name) as file:
        return [parse_line(line) for line in file]


def iter_ink(path: str | os.PathLike[str]) -> Iterator[Drawing]:
    """The drawings of an ink file, one after the other.

    Ink is JSON Lines, packed by gzip or not, one drawing a line: `{"label": 7, "writer": "12",
    "size": [500, 500], "strokes": [[[x, y], …], …]}`. A point is `[x, y]`, `[x, y, t]` or
    `[x, y, t, pressure]`. `"widths"`, one pen's width a stroke, and `"picture"`, a picture file in
    base64, may be there, `"label"` and `"writer"` missing or null. Without a size the paper
    reaches as far as the ink. Strokes without points and empty lines are passed over. Lines of
    QuickDraw, `{"word": "cat", "drawing": [[[x, …], [y, …]], …]}`, are taken as well.

    Raises
    ------
    DrawingError
        The file cannot be read, or a line is no drawing; names the file, the line and the mend.
    """
    for number, line in lines(path):
        try:
            drawing = parse_line(line)
        except DrawingError as error:
            raise DrawingError(f"{display(path)}, line {number}: {error}.") from error
        yield drawing


def write_ink(path: str | os.PathLike[str], drawings: Iterable[Drawing]) -> None:
    """Write an ink file that `read_ink` reads back exactly; packed by gzip when named `….gz`.

    Raises
    ------
    DrawingError
        A drawing is larger than an ink file may hold.
    SaveError
        The file cannot be written; what stood there before is untouched.
    """
    with atomic_write(path) as file, packed(path, file) as out:
        for number, drawing in enumerate(drawings, 1):
            points = sum(len(stroke.points) for stroke in drawing.strokes)
            line = ink_line(drawing) if points <= MOST_POINTS else b""
            if not line or len(line) > LONGEST_LINE:
                raise DrawingError(
                    f"Drawing {number} with {points:,} points is larger than ink files may hold: "
                    f"{display(path)} was not written."
                )
            out.write(line)


def parse_line(line: bytes) -> Drawing:
    """The drawing in a line of an ink file; see `iter_ink`."""
    try:
        values = json.loads(line.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise DrawingError("this is not UTF-8 text; save the file as UTF-8") from None
    except (ValueError, RecursionError):
        raise DrawingError('this is not JSON; write one {"strokes": …} a line') from None
    if is_quickdraw(values):
        values = values | as_ink(values)
    if not isinstance(values, dict) or not isinstance(values.get("strokes"), list):
        raise DrawingError('there is no list of strokes; write {"strokes": [[[x, y], …], …]}')
    lines = values["strokes"]
    count = sum(len(points) for points in lines if isinstance(points, list))
    if count > MOST_POINTS:
        raise DrawingError(
            f"the drawing has {count:,} points; leave some out or split it, "
            f"{MOST_POINTS:,} are allowed"
        )
    arrays = [_points(number, points) for number, points in enumerate(lines, 1)]
    size = _size(values.get("size"), arrays)
    widths = values.get("widths")
    if widths is None:
        widths = [usual_width(size)] * len(arrays)
    elif not _are_numbers(widths) or len(widths) != len(arrays):
        raise DrawingError('"widths" is not one number a stroke')
    clock = min((array[0, 2] for array in arrays if array.shape[1] > 2), default=0.0)
    return Drawing(
        size=size,
        strokes=tuple(
            _stroke(array, float(width), clock)
            for array, width in zip(arrays, widths, strict=True)
            if len(array)
        ),
        picture=_picture(values.get("picture")),
        label=_label(values.get("label")),
        writer=_writer(values.get("writer")),
        word=word(values),
    )


def _points(number: int, points: object) -> NDArray[np.float64]:
    """The points of a stroke in the file, (n, 2 to 4)."""
    if points == []:
        return np.empty((0, 2))
    if not isinstance(points, list) or {type(point) for point in points} != {list}:
        raise DrawingError(f"stroke {number} is not a list of points [x, y]")
    lengths = {len(point) for point in points}
    if len(lengths) > 1 or not lengths <= {2, 3, 4}:
        raise DrawingError(
            f"the points of stroke {number} are not all [x, y], all [x, y, t] "
            "or all [x, y, t, pressure]"
        )
    if not {type(value) for point in points for value in point} <= {int, float}:
        raise DrawingError(f"stroke {number} holds something that is not a number")
    try:
        array = np.array(points, np.float64)
    except OverflowError:
        array = np.full((1, 2), np.inf)
    if not np.abs(array).max() <= LATEST or not np.abs(array[:, :2]).max() <= FARTHEST:
        raise DrawingError(
            f"stroke {number} holds a number that is infinite or far too large; "
            f"x and y reach to {FARTHEST:,.0f}"
        )
    return array


def _stroke(array: NDArray[np.float64], width: float, clock: float) -> Stroke:
    times = pressures = None
    if array.shape[1] > 2:
        # The time of day would drown in float32; count it from the first point.
        times = array[:, 2] - (clock if abs(clock) > DAY else 0.0)
    if array.shape[1] > 3:
        pressures = array[:, 3].astype(np.float32)
    return Stroke(
        array[:, :2].astype(np.float32),
        width,
        None if times is None else times.astype(np.float32),
        pressures,
    )


def _size(value: object, arrays: list[NDArray[np.float64]]) -> tuple[float, float]:
    if value is None:
        far = [array[:, :2].max(axis=0) for array in arrays if len(array)]
        x, y = np.max([[1.0, 1.0], *far], axis=0)
        return float(x), float(y)
    if not _are_numbers(value) or len(value) != 2:
        raise DrawingError('the size is not two numbers; write "size": [width, height]')
    try:
        return float(value[0]), float(value[1])
    except OverflowError:
        raise DrawingError("the size is far too large") from None


def _are_numbers(values: object) -> TypeGuard[list[float]]:
    return isinstance(values, list) and {type(value) for value in values} <= {int, float}


def _label(value: object) -> int | None:
    if value is None or type(value) is int:
        return value
    raise DrawingError("the label is not a whole number")


def _writer(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if type(value) is int:
        return str(value)
    raise DrawingError("the writer is not a text")


def _picture(value: object) -> NDArray[np.uint8] | None:
    if value is None:
        return None
    try:
        data = b64decode(str(value), validate=True)
    except ValueError:
        raise DrawingError("the picture is not a picture file in base64") from None
    # Imported here because pictures.py makes drawings.
    from .pictures import decode_picture

    try:
        return decode_picture(data).picture
    except DrawingError as error:
        raise DrawingError(str(error).rstrip(".")) from error


def _refuse_constant(name: str) -> NoReturn:
    raise DrawingError(f"{name} is no number of JSON; leave that point out")


def ink_line(drawing: Drawing) -> bytes:
    """The line of an ink file that keeps a drawing."""
    values: dict[str, Any] = {}
    if drawing.label is not None:
        values["label"] = int(drawing.label)
    if drawing.writer is not None:
        values["writer"] = drawing.writer
    if drawing.word is not None:
        values["word"] = drawing.word
    values["size"] = [_short(side) for side in drawing.size]
    values["strokes"] = [_stroke_values(stroke) for stroke in drawing.strokes]
    values["widths"] = [_short(stroke.width) for stroke in drawing.strokes]
    if drawing.picture is not None:
        from .pictures import encode_png

        values["picture"] = b64encode(encode_png(drawing.picture)).decode()
    return json.dumps(values).encode() + b"\n"


def _stroke_values(stroke: Stroke) -> list[list[float]]:
    columns = [stroke.points[:, 0], stroke.points[:, 1], stroke.times, stroke.pressures]
    table = np.stack([column for column in columns if column is not None], axis=1)
    # By way of text, for 0.1 as float32 is 0.10000000149011612 as float64.
    return [[_short(value) for value in row] for row in table.astype("U").astype(float).tolist()]


def _short(value: float) -> float:
    """The number as JSON shows it best: 267, not 267.0."""
    return int(value) if float(value).is_integer() else float(value)
