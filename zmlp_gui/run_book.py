"""The book of runs: those of this session and those kept on disk, with their names and colours."""

from dataclasses import replace

from PyQt6.QtCore import QObject, pyqtSignal

from core import run_files
from core.errors import SaveError
from core.resume import leave_it, was_cut_off
from core.run_lock import is_held
from core.run_names import ACCENT, distinct, free_colour
from core.run_record import KeptRun, RunRecord
from zmlp_gui.background import Background
from zmlp_gui.plot.curve_data import Series
from zmlp_gui.runs import Run, as_points, as_series
from zmlp_gui.words import tr


class RunBook(QObject):
    """Knows all runs by their ids, and keeps on disk those that are over.

    Signals
    -------
    added(RunRecord), changed(RunRecord), removed(str)
        A run is new, is known better or otherwise, or is gone (its id).
    cut_off(RunRecord)
        The latest of the runs that a program ended before they did, and that can go on.
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
    cut_off = pyqtSignal(object)
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

    @property
    def on_disk(self) -> bool:
        """Whether runs are kept."""
        return self._on_disk

    def open(self) -> None:
        """Read the runs that were kept, and keep those to come."""
        self.keep_on_disk()
        self._background.run(_read, self._take, self._complain)

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
        return as_series(kept.validation), as_series(kept.training)

    # What the session says

    def begin(self, run: Run) -> None:
        """Take in a run that starts."""
        for id in [record.id for record in self.records() if record.colour == ACCENT]:
            self.set_colour(id, free_colour(self._records.values()))
        self._runs[run.id] = run
        self._records[run.id] = replace(run.record(), colour=ACCENT, hidden=False)
        if self._kept.pop(run.id, None):
            # It goes on: what it was before is on the disk.
            self._change(run.id, colour=ACCENT, hidden=False)
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
        validation, training = map(as_points, (run.validation_series(), run.training_series()))

        def work() -> str:
            # Only now is the network's file known: this thread does one thing after the other.
            model = str(run.network_file or "")
            self._write(run, KeptRun(replace(record, model=model), validation, training))
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

    def leave(self, id: str) -> None:
        """Count a run that was cut off as stopped: nobody is asked about it again."""
        record = self._records.get(id)
        if record is not None and self._on_disk:
            self._note(id, result=replace(record.result, reason="stopped"))
            folder = run_files.runs_folder() / id
            self._background.run(lambda: leave_it(folder), _nothing, self._complain)

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

    def _take(self, answer: tuple[list[KeptRun], list[str], list[str]]) -> None:
        runs, complaints, cut_off = answer
        for kept in runs:
            id = kept.record.id
            if id not in self._records:
                self._kept[id] = kept
                self._records[id] = kept.record
                self.added.emit(kept.record)
        if cut_off and (latest := self._records.get(cut_off[-1])):
            self.cut_off.emit(latest)
        if complaints:
            first, more = complaints[0], len(complaints) - 1
            sentence = tr("{first} There are {more} more like it.", first=first, more=more)
            self.told.emit(sentence if more else first, "warning")

    def _write(self, run: Run, kept: KeptRun) -> None:
        recording = run.pulled.recording
        if recording is not None:
            recording.conclude(kept)
            if recording.complaint:
                raise SaveError(recording.complaint)
        elif self._on_disk:
            run_files.write_run(kept)

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

    def _complain(self, sentence: str) -> None:
        self.told.emit(sentence, "error")


def _read() -> tuple[list[KeptRun], list[str], list[str]]:
    """The runs that are kept, complaints, and the ids of those that were cut off."""
    runs, complaints = run_files.read_runs()
    cut_off = []
    for place, run in enumerate(runs):
        folder = run_files.runs_folder() / run.record.id
        if was_cut_off(run.record, folder):
            cut_off.append(run.record.id)
        if not run.record.result.reason and not is_held(folder):
            # Nobody was left to say how it ended.
            result = replace(run.record.result, reason="left")
            runs[place] = replace(run, record=replace(run.record, result=result))
    return runs, complaints, cut_off


def _nothing(_: object) -> None:
    """What was done needs no answer."""
