"""Reads the exact figures of the curves at one place: all of this run, the nearest of the rest."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QRectF

from zmlp_gui.plot.curve_data import Series, nearest, reaches
from zmlp_gui.plot.curve_marks import Look
from zmlp_gui.plot.curve_readout import Reading, Row
from zmlp_gui.plot.plane import Plane
from zmlp_gui.plot.x_axes import EPOCHS, MINIBATCHES
from zmlp_gui.words import tr

# More rows than these make no card that one can read.
MOST_ROWS = 8


@dataclass(frozen=True)
class InSight:
    """One curve that is in sight; `mine` if it belongs to this run."""

    look: Look
    name: str
    series: Series
    mine: bool


def lead(curves: Sequence[InSight], plane: Plane, place: float) -> Series:
    """The first series that reaches a place, else the first of all; there must be one."""
    reaching = (each.series for each in curves if reaches(plane.axis.of(each.series), place))
    return next(reaching, curves[0].series)


def read(
    curves: Sequence[InSight], plane: Plane, frame: QRectF, place: float, height: float | None
) -> Reading:
    """The figures nearest to a place at which the leading curve has one.

    Parameters
    ----------
    curves : sequence of InSight
        At least one, those of this run first, the newest of the others first.
    place : float
        On the horizontal axis.
    height : float or None
        Where the pointer is, in the frame's pixels: of many earlier runs those near it are read.
    """
    first = lead(curves, plane, place)
    at = nearest(plane.axis.of(first), place)
    place = float(plane.axis.of(first)[at])
    mine = [_row(each, plane, frame, place) for each in curves if each.mine]
    others = [_row(each, plane, frame, place) for each in curves if not each.mine]
    room = max(min(MOST_ROWS, int((frame.height() - 24) / 19)) - len(mine), 1)
    left = len(others) - room
    if left > 0:
        # Sorting keeps the newest first among those that are equally far.
        others.sort(key=lambda row: _distance(row, height))
        others = others[:room]
        others.sort(key=lambda row: row.point.y() if row.point else math.inf)
    more = tr("+ {count} more", count=left) if left > 0 else ""
    x = plane.point(frame, place, plane.high).x()
    return Reading(x, frame, _title(first, at, plane), (*mine, *others), more)


def _title(series: Series, at: int, plane: Plane) -> str:
    """Where that is: the epoch, and the place on the axis."""
    axis = MINIBATCHES if plane.axis is EPOCHS else plane.axis
    return f"{EPOCHS.say(float(series.epochs[at]))} · {axis.say(float(axis.of(series)[at]))}"


def _row(each: InSight, plane: Plane, frame: QRectF, place: float) -> Row:
    places = plane.axis.of(each.series)
    if not reaches(places, place):
        return Row(each.look, each.name, "–", None)
    at = nearest(places, place)
    figure, there = float(plane.measure.of(each.series)[at]), float(places[at])
    seen = plane.holds(there, figure)
    point = plane.point(frame, there, figure) if seen else None
    return Row(each.look, each.name, plane.measure.say(figure), point)


def _distance(row: Row, height: float | None) -> float:
    if row.point is None:
        return math.inf
    return 0.0 if height is None else abs(row.point.y() - height)


def latest(curves: Sequence[InSight], plane: Plane) -> str:
    """The newest figure of the first curves as text."""
    said = [
        f"{each.name} {plane.measure.say(plane.measure.of(each.series)[-1])} "
        + tr("at epoch {epoch}", epoch=f"{each.series.epochs[-1]:.1f}")
        for each in curves[:MOST_ROWS]
    ]
    if len(curves) > MOST_ROWS:
        said.append(tr("+ {count} more", count=len(curves) - MOST_ROWS))
    return f"{plane.measure.words()}: " + "; ".join(said) if said else ""
