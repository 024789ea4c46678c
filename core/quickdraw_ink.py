"""QuickDraw's way to write a drawing down, as the ink of this program."""

from typing import Any

LARGEST = 255
"""The longer side of simplified drawings."""


def is_quickdraw(values: object) -> bool:
    """Whether the JSON of a line is a drawing of QuickDraw."""
    return isinstance(values, dict) and "strokes" not in values and "drawing" in values


def as_ink(values: dict[str, Any]) -> dict[str, Any]:
    """Turn strokes `[[x, …], [y, …]]`, or with `[t, …]` in milliseconds, into lists of points.

    What is not as it should be is handed on as it is, for the reader of ink to refuse.

    Parameters
    ----------
    values : dict
        The JSON of a line.

    Returns
    -------
    dict
        With `strokes` and, for simplified drawings, `size`.
    """
    strokes = values["drawing"]
    if not isinstance(strokes, list):
        return {"strokes": None}
    lines = [_points(stroke) for stroke in strokes]
    ink: dict[str, Any] = {"strokes": lines}
    if all(_is_inside(stroke) for stroke in strokes):
        ink["size"] = [LARGEST + 1, LARGEST + 1]
    return ink


def word(values: object) -> str | None:
    """What the person was asked to draw; None where it is not said."""
    said = values.get("word") if isinstance(values, dict) else None
    return said if isinstance(said, str) and said and said.isprintable() else None


def _points(stroke: object) -> object:
    if not isinstance(stroke, list) or not all(isinstance(axis, list) for axis in stroke):
        return stroke
    lengths = {len(axis) for axis in stroke}
    if not 2 <= len(stroke) <= 3 or len(lengths) != 1:
        return None
    if len(stroke) == 3:
        seconds = [t / 1000 if type(t) in (int, float) else t for t in stroke[2]]
        stroke = [*stroke[:2], seconds]
    return [list(point) for point in zip(*stroke, strict=True)]


def _is_inside(stroke: object) -> bool:
    """Whether a stroke, which has no times, lies in the square of simplified drawings."""
    return (
        isinstance(stroke, list)
        and len(stroke) == 2
        and all(
            isinstance(axis, list)
            and all(type(each) in (int, float) and 0 <= each <= LARGEST for each in axis)
            for axis in stroke
        )
    )
