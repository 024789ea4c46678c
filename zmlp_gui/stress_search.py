"""Reads the cells of a map in a thread of its own, which a timer of the GUI thread looks at."""

from functools import partial
from time import sleep

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from core.drawing import Drawing
from core.model_file import Model
from core.preparation import Steps
from core.reader import Reader, Reading
from core.stress import read
from core.stress_maps import StressMap
from zmlp_gui.background import Background

# Milliseconds between two looks, and those that leaving may take.
LOOK = 30
LEAVE = 2000
# Cells that are told of in one look: to paint them is part of a frame.
MOST = 10
# Seconds between two cells, in which the GUI thread gets Python's lock at once.
BREATH = 0.001


class _Map:
    """One map, as both threads see it: one fills it, the other looks and may stop it."""

    def __init__(self) -> None:
        self.undisturbed: Reading | None = None
        self.cells: list[tuple[int, int, Reading | None]] = []
        self.ready = self.done = False
        self.stopped = False

    def work(
        self, model: Model, drawing: Drawing, map: StressMap, steps: Steps, pictured: bool
    ) -> None:
        """Read all cells, or until it is stopped."""
        reader = Reader(model)
        self.undisturbed = reader.read(drawing)
        self.ready = True
        for row, column, change in map.cells():
            if self.stopped or self.undisturbed is None:
                break
            self.cells.append((row, column, read(reader, drawing, change, steps, pictured)))
            sleep(BREATH)
        self.done = True


class StressSearch(QObject):
    """Reads maps beside the GUI thread; a new one stops the one before.

    Signals
    -------
    began(Reading or None)
        The undisturbed answer is known.
    moved(int, int, Reading or None)
        Row, column and answer of a cell.
    failed(str)
        It could not be read, and why.
    """

    began = pyqtSignal(object)
    moved = pyqtSignal(int, int, object)
    failed = pyqtSignal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._map: _Map | None = None
        self._told = 0
        self._began = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK)
        self._timer.timeout.connect(self._look)

    def start(
        self, model: Model, drawing: Drawing, map: StressMap, steps: Steps, pictured: bool
    ) -> None:
        """Read a map; an earlier one is stopped and says no more."""
        self.stop()
        new = self._map = _Map()
        self._told, self._began = 0, False
        self._background.run(
            partial(new.work, model, drawing, map, steps, pictured),
            lambda _: None,
            partial(self._fail, new),
        )
        self._timer.start()

    def stop(self) -> None:
        """End after the cell under way, and say no more."""
        if self._map is not None:
            self._map.stopped = True
        self._map = None
        self._timer.stop()

    def close(self) -> None:
        """Stop, and wait for the thread: the program ends."""
        self.stop()
        self._background.finish(LEAVE)

    def _look(self) -> None:
        map = self._map
        if map is None or not map.ready:
            return
        if not self._began:
            self._began = True
            self.began.emit(map.undisturbed)
        cells = map.cells[self._told : self._told + MOST]
        self._told += len(cells)
        for cell in cells:
            if map is self._map:  # Whoever was told may have stopped it.
                self.moved.emit(*cell)
        if map is self._map and map.done and self._told == len(map.cells):
            self.stop()

    def _fail(self, map: _Map, sentence: str) -> None:
        if map is self._map:
            self.stop()
            self.failed.emit(sentence)
