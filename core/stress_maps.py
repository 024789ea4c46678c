"""Maps of where a reading breaks: two changes at a time, a cell for each pair of values."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .drawing import Drawing
from .preparation import ALL_STEPS, Steps
from .reader import Reader
from .stress import AXES, NO_CHANGE, Axis, Change, read

COLUMNS, ROWS = 9, 7


@dataclass(frozen=True)
class StressMap:
    """Two axes, and what is changed beside them in every cell.

    Attributes
    ----------
    name, title : str
    across, down : Axis
    base : Change
    columns, rows : int
        Number of values of each axis.
    """

    name: str
    title: str
    across: Axis
    down: Axis
    base: Change = NO_CHANGE
    columns: int = COLUMNS
    rows: int = ROWS

    @property
    def values(self) -> tuple[list[float], list[float]]:
        """Values of the columns, from left to right, and of the rows, from the top."""
        return self.across.values(self.columns), self.down.values(self.rows)

    def change(self, row: int, column: int) -> Change:
        """What a cell does to a drawing."""
        across, down = self.values
        return replace(self.base, **{self.across.name: across[column], self.down.name: down[row]})

    def cells(self) -> Iterator[tuple[int, int, Change]]:
        """Row, column and change of every cell, the middle ones first: they matter most."""
        places = [(row, column) for row in range(self.rows) for column in range(self.columns)]
        middle = (self.rows - 1) / 2, (self.columns - 1) / 2
        places.sort(key=lambda at: abs(at[0] - middle[0]) + abs(at[1] - middle[1]))
        for row, column in places:
            yield row, column, self.change(row, column)


MAPS: dict[str, StressMap] = {
    each.name: each
    for each in (
        StressMap("turn", "Turn and size", AXES["angle"], AXES["size"]),
        # A quarter of the canvas has room to be anywhere.
        StressMap("place", "Place", AXES["x"], AXES["y"], Change(size=0.25), rows=9),
        StressMap("pen", "Pen and size", AXES["pen"], AXES["size"]),
        StressMap("slant", "Slant and turn", AXES["slant"], AXES["angle"], rows=9),
    )
}
"""By name."""

STEP_SETS: dict[str, Steps] = {
    "nothing": ALL_STEPS,
    "scale": Steps(scale=False),
    "centre": Steps(centre=False),
    "pen": Steps(pen=False),
    "centre, pen, scale": Steps(scale=False, centre=False, pen=False),
}
"""By what is left out of the preparation."""


@dataclass(frozen=True, eq=False)
class Tally:
    """How a map was read over many drawings.

    Attributes
    ----------
    map : StressMap
    accuracy : (rows, columns) float64
        Share of the drawings read right, 0 to 1.
    confidence : (rows, columns) float64
        Mean probability of the answers, 0 to 1.
    undisturbed : float
        Share read right as they were drawn, by the whole preparation.
    drawings : int
    """

    map: StressMap
    accuracy: NDArray[np.float64]
    confidence: NDArray[np.float64]
    undisturbed: float
    drawings: int

    @property
    def lost(self) -> NDArray[np.float64]:
        """Points lost in each cell against the undisturbed reading."""
        return np.asarray(100 * (self.undisturbed - self.accuracy))


def sampled(drawings: Sequence[Drawing], limit: int | None) -> list[Drawing]:
    """The drawings on which something is; of more than `limit` as many, evenly taken."""
    drawn = [each for each in drawings if not each.is_empty]
    if limit is None or len(drawn) <= limit:
        return drawn
    return [drawn[at] for at in np.linspace(0, len(drawn) - 1, limit).round().astype(int)]


def labelled(drawings: Sequence[Drawing], class_names: Sequence[str]) -> list[tuple[Drawing, int]]:
    """Those drawings that have a label, with what was meant."""
    pairs = ((each, each.label_among(class_names)) for each in drawings)
    return [(each, label) for each, label in pairs if label is not None]


def answered(reader: Reader, drawings: Sequence[Drawing]) -> list[tuple[Drawing, int]]:
    """Drawings with what is read undisturbed, where nobody says what was meant."""
    pairs = ((each, reader.read(each)) for each in drawings)
    return [(each, reading.best) for each, reading in pairs if reading is not None]


def share_right(
    reader: Reader,
    drawings: Sequence[tuple[Drawing, int]],
    change: Change = NO_CHANGE,
    steps: Steps = ALL_STEPS,
    pictured: bool = False,
) -> tuple[float, float]:
    """Share of labelled drawings read right under a change, and the mean confidence, 0 to 1."""
    right, sure = 0, 0.0
    for drawing, label in drawings:
        reading = read(reader, drawing, change, steps, pictured)
        if reading is not None:
            right += reading.best == label
            sure += reading.confidence
    return right / len(drawings), sure / len(drawings)


def tally(
    reader: Reader,
    drawings: Sequence[tuple[Drawing, int]],
    map: StressMap,
    undisturbed: float,
    steps: Steps = ALL_STEPS,
    pictured: bool = False,
    moved: Callable[[], object] = lambda: None,
) -> Tally:
    """Read labelled drawings in every cell of a map; `moved` is called after each cell."""
    accuracy, confidence = np.zeros((2, map.rows, map.columns))
    for row, column, change in map.cells():
        cell = share_right(reader, drawings, change, steps, pictured)
        accuracy[row, column], confidence[row, column] = cell
        moved()
    return Tally(map, accuracy, confidence, undisturbed, len(drawings))
