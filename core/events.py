"""What happens in a training, one event after the other."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class BatchDone:
    """One minibatch was learned; `loss` and `accuracy` (0–1) are its own, before the step.

    Tiny ones come several at a time: then these are the means over `minibatches`. `seconds` is the
    time of the whole run up to here, pauses not counted; two runs of the same seed may differ in it
    and are the same run all the same.
    """

    step: int
    epoch: int
    loss: float
    accuracy: float
    learning_rate: float
    seconds: float = field(default=0.0, compare=False)
    minibatches: int = 1


@dataclass(frozen=True, slots=True)
class Evaluating:
    """A chunk of an evaluation is done; nothing changed."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Mean loss and accuracy (0–1) on the validation part, or the test part where there is none."""

    step: int
    loss: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class EpochDone:
    """Every training digit was seen once more.

    `loss` and `accuracy` are the latest evaluation's, `training_accuracy` the mean over the
    epoch's minibatches as they came.
    """

    epoch: int
    step: int
    loss: float
    accuracy: float
    training_accuracy: float


@dataclass(frozen=True, slots=True)
class Stopping:
    """The run was told to stop: `state()` taken here goes on as if it had not been.

    What follows, an evaluation more and the best weights put back, is the end's own business.
    """

    step: int


@dataclass(frozen=True, slots=True)
class Finished:
    """The end: the network holds the weights that were kept.

    Attributes
    ----------
    reason : str
        `"done"`, `"stopped"`, `"no-progress"` or `"diverged"`.
    message : str
        One sentence for the user where the run diverged, or the network answers every digit alike;
        empty otherwise.
    step, epochs : int, float
        Minibatches and epochs learned.
    kept_step : int
        The step whose weights were kept: the best on the validation part, or the last.
    test_loss, test_accuracy : float
        On the test part, which is read here for the first time where there is a validation part.
    seconds, samples_per_second : float
        Training alone, evaluation on the way included, pauses and the test not.
    """

    reason: str
    message: str
    step: int
    epochs: float
    kept_step: int
    test_loss: float
    test_accuracy: float
    seconds: float
    samples_per_second: float


Event = BatchDone | Evaluating | Evaluated | EpochDone | Stopping | Finished
