"""Looks now and then at what is to be remembered, and has it written when it has changed."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from core.drawing import Drawing
from core.errors import ZmlpError
from zmlp_gui.background import Background
from zmlp_gui.settings import Change, Settings
from zmlp_gui.sheet import Sheet

log = logging.getLogger(__name__)

# Milliseconds between two looks. What is the same at two looks is written: a second after the last
# change at the latest, and a slider that is being moved is not written at every step.
LOOK = 500
LEAVE = 2000


@dataclass(frozen=True)
class Remembered:
    """One value that is there again at the next start.

    Attributes
    ----------
    name : str
        Its name in the file.
    get : callable
        Returns it as JSON holds it; None where there is nothing to remember now.
    put : callable
        Is given what was remembered, which may be damaged: it may raise ValueError, TypeError,
        LookupError or ZmlpError and the value counts as never chosen.
    """

    name: str
    get: Callable[[], Any]
    put: Callable[[Any], object]


class Memory(QObject):
    """Brings back what was remembered, and remembers what changes.

    Parameters
    ----------
    settings : Settings
        Where values are kept.
    values : sequence of Remembered
        In the order in which they are brought back.
    background : Background
        Where files are read and written.

    Signals
    -------
    told : str, str
        A sentence for the person and its kind.
    """

    told = pyqtSignal(str, str)

    def __init__(
        self,
        settings: Settings,
        values: Sequence[Remembered],
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._values = values
        self._background = background
        self._seen: dict[str, Any] = {}
        self._kept: dict[str, Any] = {}
        self._unwritten: list[Change] = []
        self._sheet = Sheet(settings.folder) if settings.folder is not None else None
        self._drawing: Callable[[], Drawing | None] = lambda: None
        self._seen_drawing: Drawing | None = None
        self._kept_drawing: Drawing | None = None
        self._refused_drawing: Drawing | None = None
        self._told: set[str] = set()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK)
        self._timer.timeout.connect(self._look)

    def restore(self) -> None:
        """Bring the values back, and remember from now on."""
        if self._settings.complaint:
            self.told.emit(self._settings.complaint, "notice")
        for each in self._values:
            value = self._settings.get(each.name)
            if value is None:
                continue
            try:
                each.put(value)
            except (ValueError, TypeError, LookupError, ZmlpError) as error:
                log.warning("%s is not remembered: %r", each.name, error)
        for each in self._values:
            self._seen[each.name] = now = each.get()
            kept = self._settings.get(each.name)
            self._kept[each.name] = now if kept is None else kept
        if self._settings.folder is not None:
            self._timer.start()

    def keep_drawing(
        self, drawing: Callable[[], Drawing], offer: Callable[[Drawing], object]
    ) -> None:
        """Bring the drawing back if nothing is drawn by then, and remember it from now on.

        Parameters
        ----------
        drawing : callable
            Returns what is drawn; the same object until it changes.
        offer : callable
            Shows a drawing.
        """
        sheet = self._sheet
        if sheet is None:
            return

        def begin(found: Drawing | None) -> None:
            if drawing().is_empty:
                if found is not None:
                    offer(found)
                self._kept_drawing = drawing()
            self._drawing = drawing

        def complain(sentence: str) -> None:
            self._tell_once(sentence)
            self._drawing = drawing

        self._background.run(sheet.take, begin, complain)

    def close(self) -> None:
        """Remember what is now, and wait until it is written."""
        self._timer.stop()
        self._collect(settled=False)
        self._background.finish(LEAVE)
        if self._sheet is not None:
            self._sheet.let_go()

    def _look(self) -> None:
        self._collect(settled=True)

    def _collect(self, settled: bool) -> None:
        """Write what has changed; if `settled`, only what has not changed since the last look."""
        for each in self._values:
            now = each.get()
            same, self._seen[each.name] = now == self._seen.get(each.name), now
            if now is not None and now != self._kept.get(each.name) and (same or not settled):
                self._kept[each.name] = now
                self._settings.set(each.name, now)
        changes = self._settings.take_changes()
        if changes or (self._unwritten and not settled):
            self._write(self._unwritten + changes)
        self._collect_drawing(settled)

    def _collect_drawing(self, settled: bool) -> None:
        drawing, sheet = self._drawing(), self._sheet
        same, self._seen_drawing = drawing is self._seen_drawing, drawing
        if drawing is None or sheet is None:
            return
        if drawing is self._kept_drawing and (settled or drawing is not self._refused_drawing):
            return

        def failed(sentence: str) -> None:
            self._refused_drawing = drawing
            self._tell_once(sentence)

        if same or not settled:
            self._kept_drawing = drawing
            self._background.run(lambda: sheet.write(drawing), lambda _: None, failed)

    def _write(self, changes: list[Change]) -> None:
        self._unwritten = []

        def failed(sentence: str) -> None:
            # With the next change it is tried again, and at the end.
            self._unwritten = changes + self._unwritten
            self._tell_once(sentence)

        self._background.run(lambda: self._settings.write(changes), lambda _: None, failed)

    def _tell_once(self, sentence: str) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            self.told.emit(sentence, "notice")
