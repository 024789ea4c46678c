"""Finding a run again, and going on with one that was stopped, left or cut off."""

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from .checkpoint import CHECKPOINT, Checkpoint, digest, read_checkpoint
from .compiled_loop import as_it_was
from .errors import RunError
from .files import display
from .history import History
from .model_file import TrainedOn
from .recording import RESUMABLE, Recording
from .run_files import FACTS, read_record, read_records, runs_folder, write_record
from .run_history import read_history, restored
from .run_lock import RunLock, is_held
from .run_record import RunRecord
from .runs import prepare
from .threads import use_threads
from .training import Training

LAST = "last"


@dataclass(frozen=True, eq=False)
class Resumed:
    """A run that goes on.

    Attributes
    ----------
    training : Training
        Where the checkpoint was.
    history : History
        Its numbers up to there.
    recording : Recording
        Keeps it from now on.
    threads : int
        Processor cores that compute; as many as before unless the machine has fewer now.
    earlier : TrainedOn or None
        What its network had seen before the run.
    """

    training: Training
    history: History
    recording: Recording
    threads: int
    earlier: TrainedOn | None


def find_run(words: str) -> Path:
    """The folder of the run that a person means.

    Parameters
    ----------
    words : str
        `last`, an id or its beginning, a name, or a folder.

    Raises
    ------
    RunError
        There is none, or more than one.
    """
    if os.path.isfile(os.path.join(words, FACTS)):
        return Path(os.path.abspath(words))
    records = read_records()
    if words == LAST and records:
        return runs_folder() / records[-1].id
    found = [each for each in records if each.id == words]
    found = found or [each for each in records if each.name == words]
    found = found or [each for each in records if words and each.id.startswith(words)]
    if len(found) > 1:
        raise RunError(f"{len(found)} runs are called “{words}”: name more of an id.")
    if not found:
        raise RunError(f"There is no run “{words}”; zmlp runs list shows which there are.")
    return runs_folder() / found[0].id


def was_cut_off(record: RunRecord, folder: Path) -> bool:
    """Whether the program ended before the run did, and it can go on; nobody trains it now."""
    ended = record.result.reason in ("", "left")
    return ended and (folder / CHECKPOINT).is_file() and not is_held(folder)


def resume(folder: Path) -> Resumed:
    """Go on with a run where its last checkpoint was taken, or begin it again before the first.

    Raises
    ------
    RunError
        It is over or under way, its checkpoint is damaged or gone, or its data have changed.
    ZmlpError
        Its data or the network it started from are gone.
    """
    lock = RunLock(folder)
    record = read_record(folder)
    _refuse_if_over(record, folder)
    try:
        if not lock.take():
            raise RunError(f"{record.name} is under way in another window or terminal.")
    except OSError as error:
        raise RunError(f"{display(folder)} cannot be used: {error.strerror}.") from error
    try:
        return _resume(record, lock)
    except BaseException:
        lock.let_go()
        raise


def _resume(record: RunRecord, lock: RunLock) -> Resumed:
    folder = lock.folder
    # It may have ended while the lock was waited for.
    _refuse_if_over(record := read_record(folder), folder)
    for path in folder.glob(".*.tmp"):
        # Half-written when the program was killed.
        with suppress(OSError):
            path.unlink()
    threads = use_threads(record.threads)
    training = prepare(record.network, as_it_was(record.network, record.training), record.data)
    history, earlier, size = History(), None, 0
    if (folder / CHECKPOINT).is_file():
        checkpoint = read_checkpoint(folder / CHECKPOINT, training)
        _check_data(record, checkpoint, training)
        training.restore(checkpoint.state)
        earlier, size = checkpoint.earlier, checkpoint.history
        lines = read_history(folder, size)
        history = restored(lines, training.step)
    recording = Recording(training, history, record, lock, earlier, size)
    return Resumed(training, history, recording, threads, earlier)


def leave_it(folder: Path) -> None:
    """Count a run that was cut off as stopped, so that nobody is asked about it again.

    Raises
    ------
    ZmlpError
        Its file is damaged or cannot be written.
    """
    record = read_record(folder)
    write_record(replace(record, result=replace(record.result, reason="stopped")), folder)


def _refuse_if_over(record: RunRecord, folder: Path) -> None:
    ended = {
        "done": "is finished",
        "no-progress": "ended because it made no progress",
        "diverged": "diverged, and would again",
    }
    reason = record.result.reason
    if reason not in RESUMABLE:
        raise RunError(f"{record.name} {ended.get(reason, 'is over')}: train a new one.")
    # One that was cut off before its first checkpoint begins again. If more was learned, beginning
    # again here would take the place of its curves.
    more = reason or record.result.minibatches or record.started_from
    if more and not (folder / CHECKPOINT).is_file():
        raise RunError(
            f"There is no checkpoint of {record.name} to go on from: train it again; what is kept "
            "of it stays as it is."
        )


def _check_data(record: RunRecord, checkpoint: Checkpoint, training: Training) -> None:
    digits = training.digits
    if checkpoint.digest != digest(digits):
        raise RunError(
            f"{record.name} learned from other digits than {digits.name} holds now; "
            "put those of then back, or train it again."
        )
