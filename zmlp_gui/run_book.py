"""The book of runs: those of this session and those kept on disk, with their names and colours."""

from collections import Counter
from dataclasses import replace

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal

from core import run_files
from core.run_record import KeptRun, Points, RunRecord
from zmlp_gui.background import Background
from zmlp_gui.plot.curve_data import Series
from core.run_names import distinct
from zmlp_gui.runs import Run
from zmlp_gui.words import tr

# Places among the theme's colours of curves: the accent for the run that began last, and the ones
# that a person may choose.
ACCENT, COLOURS = 0, range(1, 8)


class RunBook(QObject):
    """Knows all runs by their ids, and keeps on disk those that are over.

    Signals
    -------
    added(RunRecord), changed(RunRecord), removed(str)
        A run is new, is known better or otherwise, or is gone (its id).
    told(str, str)
        A sentence for the person, and its kind.

    Parameters
    ----------
    background : Background
        Where files are read and written.
    """

    added = pyqtSignal(object)
    changed = pyqtSignal(object)
    removed = pyqtSignal(str)
    told = pyqtSignal(str, str)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._records: dict[str, RunRecord] = {}
        self._kept: dict[str, KeptRun] = {}
        self._runs: dict[str, Run] = {}
        self._on_disk = False

    def keep_on_disk(self) -> None:
        """Write the runs to come, and what becomes of them; before that nothing is written."""
        self._on_disk = True

    def open(self) -> None:
        """Read the runs that were kept, and keep those to come."""
        self.keep_on_disk()
        self._background.run(run_files.read_runs, self._take, self._complain)

    # What it knows

    def records(self) -> list[RunRecord]:
        """All runs, the earliest first."""
        return sorted(self._records.values(), key=lambda record: record.when)

    def record(self, id: str) -> RunRecord | None:
        """The run of that id; None if it is gone."""
        return self._records.get(id)

    def names(self) -> set[str]:
        """The names that are taken."""
        return {record.name for record in self._records.values()}

    def run(self, id: str) -> Run | None:
        """The run of that id if it is one of this session."""
        return self._runs.get(id)

    def curves(self, id: str) -> tuple[Series, Series]:
        """Its figures on validation and training digits."""
        if run := self._runs.get(id):
            return run.validation_series(), run.training_series()
        kept = self._kept[id]
        return _series(kept.validation), _series(kept.training)

    # What the session says

    def begin(self, run: Run) -> None:
        """Take in a run that starts."""
        for id in [record.id for record in self.records() if record.colour == ACCENT]:
            self.set_colour(id, self._free_colour())
        self._runs[run.id] = run
        self._records[run.id] = replace(run.record(), colour=ACCENT)
        self.added.emit(self._records[run.id])

    def refresh(self, run: Run) -> None:
        """Look again how far a run has come."""
        if before := self._records.get(run.id):
            self._records[run.id] = replace(
                run.record(), colour=before.colour, hidden=before.hidden, model=before.model
            )
            self.changed.emit(self._records[run.id])

    def keep(self, run: Run) -> None:
        """Keep a run that is over, with the file of its network if that was kept before."""
        self.refresh(run)
        record = self._records[run.id]
        validation, training = map(_points, (run.validation_series(), run.training_series()))
        write = run_files.write_run if self._on_disk else lambda kept: None

        def work() -> str:
            # Only now is the network's file known: this thread does one thing after the other.
            model = str(run.network_file or "")
            write(KeptRun(replace(record, model=model), validation, training))
            return model

        self._background.run(work, lambda model: self._note(run.id, model=model), self._complain)

    # What the person wants

    def rename(self, id: str, name: str) -> None:
        """Give a run a name; one that is taken gets a number, an empty one changes nothing."""
        name = " ".join(name.split())[: run_files.LONGEST_NAME]
        if not name or id not in self._records:
            return
        name = distinct(name, self.names() - {self._records[id].name})
        if run := self._runs.get(id):
            run.name = name
        self._change(id, name=name)

    def set_hidden(self, id: str, hidden: bool) -> None:
        """Leave a run out of the plot, or show it again."""
        self._change(id, hidden=hidden)

    def set_colour(self, id: str, colour: int) -> None:
        """Give a run one of the theme's colours of curves."""
        self._change(id, colour=colour)

    def remove(self, id: str) -> None:
        """Forget a run for good; one under way stays."""
        run = self._runs.get(id)
        if id not in self._records or (run and run.learning):
            return
        self.forget(id)
        if self._on_disk:
            self._background.run(lambda: run_files.remove_run(id), _nothing, self._complain)

    def forget(self, id: str) -> None:
        """Know a run no longer; what is on disk of it stays."""
        if self._records.pop(id, None):
            self._kept.pop(id, None)
            self._runs.pop(id, None)
            self.removed.emit(id)

    # Inside

    def _take(self, answer: tuple[list[KeptRun], list[str]]) -> None:
        runs, complaints = answer
        for kept in runs:
            id = kept.record.id
            if id not in self._records:
                self._kept[id] = kept
                self._records[id] = kept.record
                self.added.emit(kept.record)
        if complaints:
            first, more = complaints[0], len(complaints) - 1
            sentence = tr("{first} There are {more} more like it.", first=first, more=more)
            self.told.emit(sentence if more else first, "warning")

    def _change(self, id: str, **values: object) -> None:
        if id not in self._records:
            return
        self._note(id, **values)
        if self._on_disk:
            self._background.run(
                lambda: run_files.change_run(id, **values), _nothing, self._complain
            )

    def _note(self, id: str, **values: object) -> None:
        # It may have been removed meanwhile.
        if id in self._records:
            self._records[id] = replace(self._records[id], **values)  # type: ignore[arg-type]
            self.changed.emit(self._records[id])

    def _free_colour(self) -> int:
        """The colour that the fewest runs have."""
        taken = Counter(record.colour for record in self._records.values() if not record.hidden)
        return min(COLOURS, key=lambda colour: (taken[colour], colour))

    def _complain(self, sentence: str) -> None:
        self.told.emit(sentence, "error")


def _nothing(_: object) -> None:
    """What was done needs no answer."""


def _points(series: Series) -> Points:
    return Points(
        epochs=series.epochs,
        steps=series.steps.astype(np.float64),
        digits=series.digits,
        seconds=series.seconds,
        accuracy=series.accuracy / 100.0,
        loss=series.loss,
    )


def _series(points: Points) -> Series:
    return Series(
        epochs=points.epochs,
        steps=points.steps.astype(np.int64),
        digits=points.digits,
        seconds=points.seconds,
        accuracy=100.0 * points.accuracy,
        loss=points.loss,
    )
