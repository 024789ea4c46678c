"""Training a run again from its record, what was done by hand included, and comparing the two."""

import math
from dataclasses import asdict, dataclass
from typing import Any

from . import networks
from .compiled_loop import as_it_was
from .errors import ModelError, RunError
from .events import BatchDone, Finished
from .model_file import Model
from .run_account import weights_digest
from .run_record import RunRecord
from .runs import prepare, with_changes
from .threads import use_threads

# How a run ended that comes to the same end again.
REPEATABLE = ("done", "no-progress", "diverged", "stopped")


@dataclass(frozen=True)
class Outcome:
    """What came out when a run was trained again.

    Attributes
    ----------
    run : str
        Its id.
    same_bits : bool
        Whether the weights that were kept are the same.
    same : bool
        Whether they are, or, where they were not noted then, the figures on the test part.
    test_accuracy, test_loss : float
        On the test part.
    minibatches, kept_minibatch : int
        Minibatches learned, and after which of them the weights were kept.
    threads : int
        Processor cores that computed.
    weights : str
        SHA-256 of the weights.
    """

    run: str
    same_bits: bool
    same: bool
    test_accuracy: float
    test_loss: float
    minibatches: int
    kept_minibatch: int
    threads: int
    weights: str

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values."""
        loss = self.test_loss if math.isfinite(self.test_loss) else None
        return asdict(self) | {"test_loss": loss}


def replay(record: RunRecord) -> Outcome:
    """Train a run again; nothing is written.

    Raises
    ------
    ZmlpError
        It was cut off, or its data or the network it started from are gone.
    """
    known = record.result
    if known.reason not in REPEATABLE:
        raise RunError(f"{record.name} has not come to its end: go on with it first.")
    threads = use_threads(record.threads)
    start = start_model(record)
    network = start.network if start else None
    training = prepare(
        record.network, as_it_was(record.network, record.training), record.data, network
    )
    ends_early = known.reason == "stopped"
    if ends_early and not known.minibatches:
        training.stop()
    for event in with_changes(training, list(record.learning_rates)):
        if ends_early and isinstance(event, BatchDone) and event.step >= known.minibatches:
            training.stop()
        if isinstance(event, Finished):
            weights = weights_digest(training.network)
            figures = (event.test_accuracy, event.kept_step, event.step, str(event.test_loss))
            then = (known.test_accuracy, known.kept_minibatch, known.minibatches)
            same_bits = weights == known.weights
            return Outcome(
                record.id,
                same_bits,
                same_bits or (not known.weights and figures == (*then, str(known.test_loss))),
                event.test_accuracy,
                event.test_loss,
                event.step,
                event.kept_step,
                threads,
                weights,
            )
    raise AssertionError("a training ends with Finished")


def start_model(record: RunRecord) -> Model | None:
    """The network that a run started from; None where its weights were drawn.

    Raises
    ------
    RunError
        It is gone.
    """
    if not record.started_from:
        return None
    try:
        return networks.find(record.start_file or record.started_from)
    except ModelError as error:
        raise RunError(
            f"{record.name} started from the network {record.started_from}, which is gone: {error}"
        ) from error
