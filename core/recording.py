"""A run that is kept on disk while it goes: its record, its history, and its checkpoints."""

import math
import os
import shutil
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from time import monotonic
from typing import Any

from .checkpoint import CHECKPOINT, Checkpoint, digest, write_checkpoint
from .digits import Digits
from .errors import SaveError, ZmlpError
from .events import BatchDone, EpochDone, Evaluated, Event, Finished, Stopping
from .history import History
from .model_file import TrainedOn
from .run_account import result, weights_digest
from .run_files import make_folder, write_record, write_run
from .run_history import HistoryFile
from .run_lock import RunLock
from .run_record import KeptRun, RunRecord
from .training import Training

# Seconds from one checkpoint to the next at the least, for writing one waits for the disk; and
# after which one is taken within an epoch, too.
APART, LONG = 1.0, 60.0
# How a run ended that may go on: not at all, with its window, by a person's wish.
RESUMABLE = ("", "left", "stopped")


class Recording:
    """Keeps a run in its folder; told each event by `core.runs.recorded`.

    Files are written in a thread of its own, from copies, so that the training goes on meanwhile.
    What cannot be written costs the recording, never the run.

    Parameters
    ----------
    training, history
        The run, and its numbers so far.
    record : RunRecord
        Of the run.
    lock : RunLock
        Of its folder, taken.
    earlier : TrainedOn or None
        What its network had seen before the run.
    size : int
        Bytes of the history on disk that are before this point of the run.

    Attributes
    ----------
    ahead : list of (int, float)
        Learning rates that were set by hand later on, before the run was cut off.
    complaint : str
        Why the run is no longer kept, in one sentence; empty while it is.
    weights : str
        SHA-256 of the weights that were kept; empty before the end.
    """

    def __init__(
        self,
        training: Training,
        history: History,
        record: RunRecord,
        lock: RunLock,
        earlier: TrainedOn | None = None,
        size: int = 0,
    ) -> None:
        self.training, self.history, self.record = training, history, record
        self.ahead = list(record.learning_rates[len(training.changes) :])
        self.complaint = self.weights = ""
        self._folder, self._lock = lock.folder, lock
        self._earlier = earlier
        self._writer = ThreadPoolExecutor(1, "recording")
        self._pending: Future[None] | None = None
        self._digest = ""
        self._changes = len(training.changes)
        self._last = monotonic()
        self._over = False
        self._lines: HistoryFile | None = None
        try:
            self._lines = HistoryFile(self._folder, size)
            self._lines.go_on_from(training.step)
        except OSError as error:
            self._complain(error)
        self._submit(self._record_now(), None)
        if record.started_from and not training.step:
            # Nothing else on the disk says which weights these are.
            self._checkpoint()

    def take(self, event: Event) -> None:
        """Keep what is to be kept of an event; hot, for most are minibatches."""
        match event:
            case BatchDone():
                if len(self.training.changes) != self._changes and not self._busy():
                    self._changes = len(self.training.changes)
                    self._submit(self._record_now(), None)
                if not math.isfinite(event.loss):
                    self._over = True
            case Evaluated() | EpochDone():
                self._append(event)
                since = monotonic() - self._last
                wanted = since >= (APART if isinstance(event, EpochDone) else LONG)
                if wanted and not self._busy():
                    self._checkpoint()
            case Stopping():
                self._append(None)
                self._checkpoint()
                # What follows belongs to the end alone.
                self._over = True
            case Finished():
                self.weights = weights_digest(self.training.network)

    def leave(self) -> None:
        """Keep how far the run has come, for the program ends now; returns when it is written.

        Of one that has learned nothing yet nothing is kept.
        """
        if not self.training.step:
            self.close()
            with suppress(OSError):
                shutil.rmtree(self._folder)
        elif not self._over:
            self._append(None)
            self._checkpoint("left")
        self._wait()

    def conclude(self, kept: KeptRun) -> None:
        """Keep what came of the run, and leave it to others.

        Whatever ends the program before that, the run can go on from its last checkpoint.
        """
        self._wait()
        try:
            write_run(kept)
            if kept.record.result.reason not in RESUMABLE:
                (self._folder / CHECKPOINT).unlink(missing_ok=True)
        except (OSError, ZmlpError) as error:
            self._complain(error)
        self.close()

    def close(self) -> None:
        """Keep nothing more, and leave the folder to others; once more is no harm."""
        self._over = True
        self._writer.shutdown()
        if self._lines is not None:
            self._lines.close()
            self._lines = None
        self._lock.let_go()

    def _record_now(self, reason: str = "") -> RunRecord:
        return replace(
            self.record,
            learning_rates=(*self.training.changes, *self.ahead),
            result=result(self.training, self.history, None, reason),
        )

    def _append(self, event: Evaluated | EpochDone | None) -> None:
        if self._lines is not None and not self._over:
            try:
                self._lines.append(self.training, self.history, event)
            except OSError as error:
                self._complain(error)

    def _checkpoint(self, reason: str = "") -> None:
        if self._over or self._lines is None:
            return
        # The one that is being written is older.
        self._wait()
        self._last = monotonic()
        self._changes = len(self.training.changes)
        self._submit(self._record_now(reason), self.training.state())

    def _busy(self) -> bool:
        return self._pending is not None and not self._pending.done()

    def _wait(self) -> None:
        if self._pending is not None:
            self._pending.result()

    def _submit(self, record: RunRecord, state: Mapping[str, Any] | None) -> None:
        if not self.complaint:
            size = self._lines.size if self._lines else 0
            # A run that is over forgets its digits.
            digits = self.training.digits
            self._pending = self._writer.submit(self._write, record, state, size, digits)

    def _write(
        self, record: RunRecord, state: Mapping[str, Any] | None, size: int, digits: Digits
    ) -> None:
        try:
            if state is not None:
                self._digest = self._digest or digest(digits)
                # Durable before what counts on it.
                if self._lines is not None:
                    self._lines.sync()
                checkpoint = Checkpoint(
                    state, digits.name, self._digest, record.threads, size, self._earlier
                )
                write_checkpoint(self._folder / CHECKPOINT, checkpoint)
            write_record(record, self._folder)
        except (OSError, ZmlpError) as error:
            self._complain(error)

    def _complain(self, error: Exception) -> None:
        reason = str(error) if isinstance(error, ZmlpError) else f"{os.strerror(error.errno)}."  # type: ignore[attr-defined]
        self.complaint = self.complaint or f"The run is no longer recorded: {reason}"


def begin(
    training: Training, record: RunRecord, history: History, earlier: TrainedOn | None = None
) -> Recording:
    """Start to keep a run that begins.

    Raises
    ------
    SaveError
        Its folder cannot be made or locked.
    """
    folder = make_folder(record.id)
    lock = RunLock(folder)
    try:
        lock.take()
    except OSError as error:
        raise SaveError(f"The run is not recorded: {error.strerror}.") from error
    return Recording(training, history, record, lock, earlier)
