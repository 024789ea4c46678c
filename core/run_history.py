"""The history of a run on disk: one line for each evaluation and each epoch, only ever appended.

It says more than the thinned curves and survives whatever ends the program.
"""

import json
import math
import os
from array import array
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from .errors import RunError
from .events import EpochDone, Evaluated
from .files import display
from .history import History
from .run_record import Points
from .training import Training

HISTORY = "history.jsonl"
# Bytes that are read; ten thousand epochs of twenty evaluations are half of it.
MOST_HISTORY = 100_000_000

Line = dict[str, Any]


class HistoryFile:
    """Appends to the history of a run; what stands behind a checkpoint is cut off first.

    Parameters
    ----------
    folder : Path
        The run's folder.
    size : int
        Bytes to keep of what is there.

    Attributes
    ----------
    size : int
        Bytes that are there.

    Raises
    ------
    OSError
        It cannot be written.
    """

    def __init__(self, folder: Path, size: int = 0) -> None:
        self._file: BinaryIO = open(folder / HISTORY, "ab")  # noqa: SIM115
        # Past the end it would be filled with zeros.
        self.size = min(size, self._file.tell())
        self._file.truncate(self.size)
        self._told = 0

    def append(
        self, training: Training, history: History, event: Evaluated | EpochDone | None
    ) -> None:
        """Write a line, and let the system have it at once; None says that the run stops."""
        line = _line(training, history, event, self._told)
        self._told = training.step
        data = json.dumps(line, allow_nan=False).encode() + b"\n"
        self._file.write(data)
        self._file.flush()
        self.size += len(data)

    def go_on_from(self, step: int) -> None:
        """The figures of minibatches up to this one are in the lines that are there."""
        self._told = step

    def sync(self) -> None:
        """Make what was written durable; may be called from another thread."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Write no more."""
        self._file.close()


def read_history(folder: Path, size: int = MOST_HISTORY) -> list[Line]:
    """The lines of a run's history; those from the first broken one on are left out.

    Parameters
    ----------
    folder : Path
        The run's folder.
    size : int
        Bytes that are looked at.

    Raises
    ------
    RunError
        The file cannot be read.
    """
    path = folder / HISTORY
    try:
        with open(path, "rb") as file:
            data = file.read(min(size, MOST_HISTORY))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise RunError(f"{display(path)} could not be read: {error.strerror}.") from error
    lines: list[Line] = []
    for text in data.splitlines():
        line = _checked(text)
        if line is None or (lines and line["minibatch"] < lines[-1]["minibatch"]):
            break
        lines.append(line)
    return lines


def restored(lines: list[Line], step: int) -> History:
    """A history of `step` minibatches from its lines: between two of them stands their mean."""
    history, told, before = History(), 0, 0.0
    for line in lines:
        here = min(line["minibatch"], step)
        count = max(0, here - told)
        seconds = np.linspace(before, line["seconds"], count + 1)[1:]
        history.losses.extend([_or_nan(line["training_loss"])] * count)
        history.accuracies.extend([_or_nan(line["training_accuracy"])] * count)
        history.seconds.extend(seconds.tolist())
        told, before = max(told, here), line["seconds"]
        if line["event"] == "evaluated":
            figures = (_or_nan(line["loss"]), _or_nan(line["accuracy"]))
            history.evaluations.append(Evaluated(line["minibatch"], *figures))
    # Where lines are missing the last figures stand for them.
    for kept in (history.losses, history.accuracies, history.seconds):
        kept.extend((kept[-1:] or array("d", [0.0])) * (step - told))
    return history


def curves(lines: list[Line]) -> tuple[Points, Points]:
    """The validation curve and the training curve, as the lines tell them."""
    evaluated = [line for line in lines if line["event"] == "evaluated"]
    learned = [line for line in lines if line["training_loss"] is not None]
    return (
        _points(evaluated, "accuracy", "loss"),
        _points(learned, "training_accuracy", "training_loss"),
    )


def _points(lines: list[Line], accuracy: str, loss: str) -> Points:
    keys = ("epochs", "minibatch", "digits", "seconds", accuracy, loss)
    return Points(*(np.array([_or_nan(line[key]) for line in lines], np.float64) for key in keys))


def _line(
    training: Training, history: History, event: Evaluated | EpochDone | None, told: int
) -> Line:
    step = training.step
    losses, accuracies = history.losses[told:step], history.accuracies[told:step]
    return {
        "event": "stop" if event is None else _EVENTS[type(event)],
        "minibatch": step,
        "epochs": step / training.minibatches.per_epoch,
        "digits": training.samples,
        "seconds": training.seconds,
        "loss": _or_none(event.loss) if event else None,
        "accuracy": _or_none(event.accuracy) if event else None,
        # Means over the minibatches since the line before.
        "training_loss": _or_none(float(np.mean(losses))) if losses else None,
        "training_accuracy": _or_none(float(np.mean(accuracies))) if losses else None,
    }


_EVENTS = {Evaluated: "evaluated", EpochDone: "epoch"}
_FIGURES = ("loss", "accuracy", "training_loss", "training_accuracy")
_PLACES = ("epochs", "digits", "seconds")


def _checked(text: bytes) -> Line | None:
    """A line as `_line` made it; None if it is anything else."""
    try:
        line = json.loads(text)
        known = line["event"] in ("evaluated", "epoch", "stop") and type(line["minibatch"]) is int
        sound = (
            known
            and 0 <= line["minibatch"] < 2**53
            and all(math.isfinite(line[key]) for key in _PLACES)
            and all(line[key] is None or math.isfinite(line[key]) for key in _FIGURES)
        )
    except (ValueError, LookupError, TypeError, ArithmeticError, RecursionError):
        return None
    return line if sound else None


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else float(value)
