"""The worker that pulls core's training inside a QThread; it owns pause, step and pace."""

import dataclasses
import logging
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from core.errors import SaveError, ZmlpError
from core.events import Finished
from core.history import History
from core.model_file import Model, TrainedOn
from core.recording import Recording, begin
from core.resume import resume
from core.run_names import ACCENT
from core.run_record import RunRecord
from core.runs import new_record, prepare, recorded, trained_model
from core.spec import NetworkSpec, TrainingSpec
from core.threads import use_threads
from core.training import Training
from zmlp_gui.gate import Gate
from zmlp_gui.snapshots import Snapshots
from zmlp_gui.words import tr

log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Job:
    """What a person asked to be trained.

    Attributes
    ----------
    network, training : NetworkSpec, TrainingSpec
        How.
    data : str
        Name or folder of the data set.
    start : Model or None
        Whose weights to go on from; None draws new ones.
    gate : Gate
        Holds the run between minibatches.
    name : str or None
        What the run is called; None leaves it to its settings.
    start_file : str
        The file of `start`, or its name where it came with the program.
    kept : bool
        Whether the run is kept on disk while it goes.
    folder : Path or None
        Of the run to go on with, which says all the rest; None begins a new one.
    """

    network: NetworkSpec
    training: TrainingSpec
    data: str
    start: Model | None
    gate: Gate
    name: str | None = None
    start_file: str = ""
    kept: bool = False
    folder: Path | None = None


@dataclasses.dataclass(frozen=True, eq=False)
class Pulled:
    """A training under way, as the GUI thread may see it."""

    job: Job
    training: Training
    history: History
    snapshots: Snapshots
    record: RunRecord
    recording: Recording | None = None
    earlier: TrainedOn | None = None

    @property
    def threads(self) -> int:
        """Processor cores that compute."""
        return self.record.threads

    def model(self, name: str) -> Model:
        """The network with what is needed to use it."""
        return trained_model(self.training, name, self.earlier)


class TrainingWorker(QObject):
    """Lives in the training thread; runs one job after the other.

    Numbers and weights do not travel by signals, which would flood the event loop: they lie in
    the `History` and `Snapshots` of the `Pulled`, for a timer of the GUI thread to look at.
    """

    prepared = pyqtSignal(object)
    finished = pyqtSignal(object)
    failed = pyqtSignal(str)

    @pyqtSlot(object)
    def run(self, job: Job) -> None:
        """Load the data, build the network and train it to its end."""
        pulled = None
        try:
            pulled = _prepare(job)
            self.prepared.emit(pulled)
            finished = _pull(pulled)
            if finished is not None:
                self.finished.emit(finished)
        except ZmlpError as error:
            self._fail(pulled, str(error))
        except MemoryError:
            words = tr("There is not enough memory for this network: make it smaller.")
            self._fail(pulled, words)
        except Exception:
            log.exception("training failed")
            words = tr("The training ended with an error of the program; see the log file.")
            self._fail(pulled, words)

    def _fail(self, pulled: Pulled | None, sentence: str) -> None:
        # It can go on from its last checkpoint.
        if pulled is not None and pulled.recording is not None:
            pulled.recording.close()
        self.failed.emit(sentence)


def _prepare(job: Job) -> Pulled:
    if job.folder is not None:
        return _go_on(job, job.folder)
    threads = use_threads(job.training.threads)
    start = job.start.network if job.start else None
    training = prepare(job.network, job.training, job.data, start)
    record = dataclasses.replace(
        new_record(training, job.data, threads, name=job.name or "", colour=ACCENT),
        started_from=job.start.name if job.start else "",
        start_file=job.start_file,
    )
    earlier = job.start.trained_on if job.start else None
    history, recording = History(), None
    if job.kept:
        try:
            recording = begin(training, record, history, earlier)
        except SaveError as error:
            # At the end it is tried once more, and told.
            log.warning("%s", error)
    snapshots = Snapshots(training.network, training.read)
    return Pulled(job, training, history, snapshots, record, recording, earlier)


def _go_on(job: Job, folder: Path) -> Pulled:
    resumed = resume(folder)
    training, record = resumed.training, resumed.recording.record
    if resumed.threads != record.threads:
        log.warning("%s cores compute instead of %s", resumed.threads, record.threads)
    snapshots = Snapshots(training.network, training.read)
    return Pulled(
        job, training, resumed.history, snapshots, record, resumed.recording, resumed.earlier
    )


def _pull(pulled: Pulled) -> Finished | None:
    """Pull a training to its end; None where the person left the program before that."""
    training, gate, steps = pulled.training, pulled.job.gate, pulled.training.steps
    recording, serve = pulled.recording, pulled.snapshots.serve
    gate.wait(steps, serve)
    if gate.closed:
        training.stop()
    # Who looks at single minibatches gets them one by one.
    training.at_once = gate.at_once
    for event in recorded(training, pulled.history, recording):
        serve()
        if isinstance(event, Finished):
            return event
        # The evaluation after a minibatch belongs to it: whoever waits, waits after that, and
        # what comes next is a minibatch.
        if training.learns_next:
            gate.wait(steps, serve)
        if gate.abandoned:
            if recording is not None:
                recording.leave()
            training.leave()
            return None
        if gate.closed:
            training.stop()
        training.at_once = gate.at_once
    raise AssertionError("a training ends with Finished")
