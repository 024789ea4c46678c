"""The worker that pulls core's training inside a QThread; it owns pause, step and pace."""

import dataclasses
import logging

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from core.errors import ZmlpError
from core.events import Finished
from core.history import History
from core.model_file import Model
from core.runs import prepare, trained_model
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
    """

    network: NetworkSpec
    training: TrainingSpec
    data: str
    start: Model | None
    gate: Gate
    name: str | None = None


@dataclasses.dataclass(frozen=True, eq=False)
class Pulled:
    """A training under way, as the GUI thread may see it."""

    job: Job
    training: Training
    history: History
    snapshots: Snapshots
    threads: int

    def model(self, name: str) -> Model:
        """The network with what is needed to use it."""
        start = self.job.start
        return trained_model(self.training, name, start.trained_on if start else None)


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
        try:
            pulled = _prepare(job)
            self.prepared.emit(pulled)
            finished = _pull(pulled)
            if finished is not None:
                self.finished.emit(finished)
        except ZmlpError as error:
            self.failed.emit(str(error))
        except MemoryError:
            self.failed.emit(tr("There is not enough memory for this network: make it smaller."))
        except Exception:
            log.exception("training failed")
            self.failed.emit(
                tr("The training ended with an error of the program; see the log file.")
            )


def _prepare(job: Job) -> Pulled:
    threads = use_threads(job.training.threads)
    start = job.start.network if job.start else None
    training = prepare(job.network, job.training, job.data, start)
    return Pulled(job, training, History(), Snapshots(training.network, training.read), threads)


def _pull(pulled: Pulled) -> Finished | None:
    """Pull a training to its end; None where the person left the program before that."""
    training, gate, steps = pulled.training, pulled.job.gate, pulled.training.steps
    append, serve = pulled.history.append, pulled.snapshots.serve
    gate.wait(steps, serve)
    if gate.closed:
        training.stop()
    # Who looks at single minibatches gets them one by one.
    training.at_once = gate.at_once
    for event in training:
        append(event)
        serve()
        if isinstance(event, Finished):
            return event
        # The evaluation after a minibatch belongs to it: whoever waits, waits after that, and
        # what comes next is a minibatch.
        if training.learns_next:
            gate.wait(steps, serve)
        if gate.abandoned:
            training.leave()
            return None
        if gate.closed:
            training.stop()
        training.at_once = gate.at_once
    raise AssertionError("a training ends with Finished")
