"""Searches pictures for digits that touch, beside the GUI thread."""

import logging

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from core.drawing import Drawing
from core.model_file import Model
from core.numbers import NumberReader
from core.reader import Reader
from zmlp_gui.background import Background

log = logging.getLogger(__name__)

REST = 100
"""Milliseconds without another picture before one is searched."""


class TouchingSearch(QObject):
    """Finds where digits touch in the picture shown last, while no pen is down.

    Signals
    -------
    found : NumberReader, Drawing
        A reader that knows the cuts in the drawing's picture.
    """

    found = pyqtSignal(object, object)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._wanted: tuple[Model, Drawing] | None = None
        self._held = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self._start)

    def follow(self, wanted: tuple[Model, Drawing] | None) -> None:
        """Search this drawing next, as that network reads it; None where nothing may touch."""
        self._wanted = wanted
        self._rest.stop()
        self._start_soon()

    def hold(self) -> None:
        """A pen or eraser is down."""
        self._held = True
        self._rest.stop()

    def go_on(self) -> None:
        """It is lifted."""
        self._held = False
        self._start_soon()

    def stop(self) -> None:
        """Search no further."""
        self._wanted = None
        self._rest.stop()

    def _start_soon(self) -> None:
        if self._wanted is not None and not self._held:
            self._rest.start()

    def _start(self) -> None:
        if self._wanted is None:
            return
        (model, drawing), self._wanted = self._wanted, None

        def work() -> NumberReader:
            # One of its own: a reader belongs to the thread that reads with it.
            reader = NumberReader(Reader(model))
            reader.read(drawing)
            return reader

        self._background.run(work, lambda reader: self.found.emit(reader, drawing), log.warning)
