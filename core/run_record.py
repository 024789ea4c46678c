"""What is known of one run: its settings, what was done by hand, what came of it, its curves."""

import math
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from .spec import NetworkSpec, TrainingSpec


def _none() -> NDArray[np.float64]:
    return np.empty(0)


@dataclass(frozen=True)
class RunResult:
    """How far a run came; NaN stands where a figure is not known.

    Attributes
    ----------
    reason : str
        `"done"`, `"stopped"`, `"no-progress"`, `"diverged"`, or `"left"` where the program was
        closed before the run ended; empty while it learns, and where it was cut off.
    minibatches, kept_minibatch : int
        Minibatches learned, and after which of them the weights were kept.
    epochs : float
        The same in epochs.
    best_accuracy : float
        The highest on the part that the curve is drawn on, 0 to 1.
    test_accuracy, test_loss : float
        On the test part, 0 to 1 and the mean.
    seconds, digits_per_second : float
        Training alone.
    weights : str
        SHA-256 of the weights that were kept, by which a replay is compared; empty where it is not
        known.
    """

    reason: str = ""
    minibatches: int = 0
    kept_minibatch: int = 0
    epochs: float = 0.0
    best_accuracy: float = math.nan
    test_accuracy: float = math.nan
    test_loss: float = math.nan
    seconds: float = math.nan
    digits_per_second: float = math.nan
    weights: str = ""


@dataclass(frozen=True)
class RunRecord:
    """One run, under way or over.

    Attributes
    ----------
    id : str
        Never changes, and no other run has it.
    name : str
        What people call it.
    network, training : NetworkSpec, TrainingSpec
        Its settings.
    data : str
        Name or folder of the data set.
    part : str
        What its curve is drawn on: `validation` or `test`.
    when : datetime
        When it began, with its time zone.
    threads : int
        Processor cores that computed.
    started_from : str
        Name of the network whose weights it went on from; empty where they were drawn.
    start_file : str
        That network's file, or its name where it came with the program; empty where it had none.
    learning_rates : tuple of (int, float)
        Learning rates set by hand, each with the number of minibatches learned before it.
    result : RunResult
        What came of it.
    model : str
        The file that holds its network; empty where there is none.
    output : str
        The file that a person wanted its network in; empty where that was left to the program.
    colour : int
        Place of its colour among the theme's colours of curves.
    hidden : bool
        Whether its curve is left out of the plot.
    """

    id: str
    name: str
    network: NetworkSpec
    training: TrainingSpec
    data: str
    part: str
    when: datetime
    threads: int
    started_from: str = ""
    start_file: str = ""
    learning_rates: tuple[tuple[int, float], ...] = ()
    result: RunResult = RunResult()
    model: str = ""
    output: str = ""
    colour: int = 1
    hidden: bool = False


@dataclass(frozen=True, eq=False)
class Points:
    """The points of one curve, all arrays of float64 (n,), in the order they were measured.

    Attributes
    ----------
    epochs, steps, digits, seconds
        Epochs, minibatches, training digits and seconds of training behind each point.
    accuracy, loss
        0 to 1, and the mean loss; NaN where they are not known.
    """

    epochs: NDArray[np.float64] = field(default_factory=_none)
    steps: NDArray[np.float64] = field(default_factory=_none)
    digits: NDArray[np.float64] = field(default_factory=_none)
    seconds: NDArray[np.float64] = field(default_factory=_none)
    accuracy: NDArray[np.float64] = field(default_factory=_none)
    loss: NDArray[np.float64] = field(default_factory=_none)

    def __len__(self) -> int:
        return len(self.steps)


@dataclass(frozen=True, eq=False)
class KeptRun:
    """A run with its curves, as it lies on the disk."""

    record: RunRecord
    validation: Points
    training: Points
