"""Checkpoints: all that a training needs to go on, in one safetensors file that nothing unpickles.

The header's metadata holds what is no array, in two texts: `run`, what the checkpoint belongs to,
and `state`, the rest of `Training.state()`. Arrays are named by their way into the state:
`values`, `optimizer.velocity`.
"""

import hashlib
import json
import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from .digits import Digits
from .errors import RunError, SpecError
from .files import atomic_write, display
from .model_file import TrainedOn
from .spec import NetworkSpec, TrainingSpec
from .training import Training

CHECKPOINT = "checkpoint.safetensors"
FORMAT, VERSION = "zmlp-checkpoint", 1
# Bytes of a header: a long run's changes by hand are a hundredth of it.
MOST_HEADER = 10_000_000
# Bytes of pixels that are looked at to know a data set again; of larger ones every so many images.
MOST_PIXELS = 1 << 30
IMAGES_AT_ONCE = 4096
# What reading values that are none of ours may end in.
_NONSENSE = (AttributeError, LookupError, TypeError, ValueError, ArithmeticError, RecursionError)
_DTYPES = {"f4": "F32", "f8": "F64", "i4": "I32", "i8": "I64", "u1": "U8", "b1": "BOOL"}


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A run at one moment.

    Attributes
    ----------
    state : mapping
        What `Training.state()` returned.
    data, digest : str
        The data set's name, and what `digest` says of it.
    threads : int
        Processor cores that computed.
    history : int
        Bytes of the run's history that were written by then.
    earlier : TrainedOn or None
        What the network had seen before the run.
    """

    state: Mapping[str, Any]
    data: str
    digest: str
    threads: int
    history: int = 0
    earlier: TrainedOn | None = None


def digest(digits: Digits) -> str:
    """SHA-256 of the labels and images of all three parts, by which they are known again."""
    sums = hashlib.sha256(f"{digits.image_shape} {digits.held_back}".encode())
    for part in (digits.learning, digits.test):
        sums.update(np.ascontiguousarray(part.labels).data)
        every = 1 + part.images.nbytes // MOST_PIXELS
        for start in range(0, len(part), every * IMAGES_AT_ONCE):
            images = part.images[start : start + every * IMAGES_AT_ONCE : every]
            sums.update(np.ascontiguousarray(images).data)
    return sums.hexdigest()


def write_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint in the place of the one before.

    Raises
    ------
    SaveError
        It could not be written; the one before is untouched.
    """
    arrays = dict(_arrays(checkpoint.state))
    state = json.dumps(_without_arrays(checkpoint.state))
    earlier = checkpoint.earlier
    run = {
        "format": FORMAT,
        "version": VERSION,
        "data": checkpoint.data,
        "digest": checkpoint.digest,
        "threads": checkpoint.threads,
        "history": checkpoint.history,
        "earlier": None if earlier is None else earlier.to_json(),
        "sum": _sum(state, arrays.values()),
    }
    header: dict[str, Any] = {"__metadata__": {"run": json.dumps(run), "state": state}}
    place = 0
    for name, array in arrays.items():
        end = place + array.nbytes
        dtype = _DTYPES[array.dtype.str[1:]]
        header[name] = {"dtype": dtype, "shape": array.shape, "data_offsets": [place, end]}
        place = end
    text = json.dumps(header).encode()
    # Written straight from the arrays, because a copy of a large net's is a few hundred megabytes.
    with atomic_write(path) as file:
        file.write(len(text).to_bytes(8, "little"))
        file.write(text)
        for array in arrays.values():
            file.write(_bytes(array))


def read_checkpoint(path: Path, training: Training) -> Checkpoint:
    """Read a checkpoint of a run like `training`, which is not changed.

    No more memory is taken than the training's own state justifies.

    Raises
    ------
    RunError
        It is missing, damaged, of a newer version, or of a run with other settings.
    """
    shown = display(path)
    try:
        with open(path, "rb") as file:
            return _read(file, training, shown)
    except OSError as error:
        raise RunError(f"{shown} could not be read: {error.strerror}.") from error
    except SpecError as error:
        raise RunError(f"{shown} cannot be gone on with: {error}") from error
    except _NONSENSE as error:
        raise _damaged(shown) from error


def _read(file: BinaryIO, training: Training, shown: str) -> Checkpoint:
    size = os.fstat(file.fileno()).st_size
    length = int.from_bytes(file.read(8), "little")
    if not 0 < length <= min(size - 8, MOST_HEADER):
        raise _damaged(shown)
    header = json.loads(file.read(length))
    run = json.loads(header["__metadata__"]["run"])
    if run["format"] != FORMAT or type(run["version"]) is not int:
        raise _damaged(shown)
    if run["version"] > VERSION:
        raise RunError(f"{shown} was written by a newer zmlp; update zmlp to go on with that run.")
    text = header["__metadata__"]["state"]
    given = json.loads(text)
    # A setting that was added since takes its default there, too.
    given["spec"] = TrainingSpec.from_json(given["spec"]).to_json()
    given["network"] = NetworkSpec.from_json(given["network"]).to_json()
    state = training.state()
    if given["spec"]["kernel"] == "auto" and state["spec"]["kernel"] == "numpy":
        given["spec"]["kernel"] = "numpy"
    if (given["spec"], given["network"]) != (state["spec"], state["network"]):
        raise SpecError("it is of a run with other settings.")
    arrays = dict(_arrays(state))
    _fill(file, header, arrays, 8 + length, size)
    if _sum(text, arrays.values()) != run["sum"]:
        raise _damaged(shown)
    if not _fits(_without_arrays(state), given) or not 0 <= given["step"] <= training.steps:
        raise _damaged(shown)
    return Checkpoint(
        _joined(given, state),
        str(run["data"]),
        str(run["digest"]),
        int(run["threads"]),
        max(0, int(run["history"])),
        None if run["earlier"] is None else TrainedOn.from_json(run["earlier"]),
    )


def _fill(
    file: BinaryIO,
    header: Mapping[str, Any],
    arrays: Mapping[str, NDArray[Any]],
    first: int,
    size: int,
) -> None:
    """Read the file's arrays into these, which say what must be there."""
    if header.keys() != {*arrays, "__metadata__"}:
        raise ValueError
    if size != first + sum(array.nbytes for array in arrays.values()):
        raise ValueError
    for name, array in arrays.items():
        start, end = header[name]["data_offsets"]
        wanted = {"dtype": _DTYPES[array.dtype.str[1:]], "shape": list(array.shape)}
        if header[name] != {**wanted, "data_offsets": [start, start + array.nbytes]}:
            raise ValueError
        if type(start) is not int or not 0 <= start <= end <= size - first:
            raise ValueError
        file.seek(first + start)
        file.readinto(_bytes(array))  # type: ignore[attr-defined]


def _fits(known: Any, given: Any) -> bool:
    """Whether a value from a file is of the kind of one that is known, all the way down."""
    if isinstance(known, dict):
        same = isinstance(given, dict) and given.keys() == known.keys()
        return same and all(_fits(value, given[key]) for key, value in known.items())
    if isinstance(known, list | tuple):
        # What is a list by nature has pairs of numbers in it, however many.
        if isinstance(known, list) and isinstance(given, list):
            return known == given or all(_fits((0, 0.0), each) for each in given)
        same = isinstance(given, list) and len(given) == len(known)
        return same and all(map(_fits, known, given))
    if isinstance(known, float):
        return type(given) in (int, float)
    return type(given) is type(known) and not (type(given) is int and given < 0)


def _arrays(state: Mapping[str, Any], way: str = "") -> Iterator[tuple[str, NDArray[Any]]]:
    """The arrays of a state by their way into it."""
    for key, value in state.items():
        if isinstance(value, np.ndarray):
            yield f"{way}{key}", value
        elif isinstance(value, dict):
            yield from _arrays(value, f"{way}{key}.")


def _without_arrays(state: Mapping[str, Any]) -> dict[str, Any]:
    """What JSON can hold of a state."""
    return {
        key: _without_arrays(value) if isinstance(value, dict) else value
        for key, value in state.items()
        if not isinstance(value, np.ndarray)
    }


def _joined(values: Mapping[str, Any], arrays: Mapping[str, Any]) -> dict[str, Any]:
    """A state of the values of one and the arrays of another."""
    return {
        key: _joined(values[key], value)
        if isinstance(value, dict)
        else value
        if isinstance(value, np.ndarray)
        else values[key]
        for key, value in arrays.items()
    }


def _sum(text: str, arrays: Any) -> int:
    total = zlib.crc32(text.encode())
    for array in arrays:
        total = zlib.crc32(_bytes(array), total)
    return total


def _bytes(array: NDArray[Any]) -> memoryview:
    return array.reshape(-1).view(np.uint8).data


def _damaged(shown: str) -> RunError:
    return RunError(
        f"{shown} is damaged, or is no checkpoint of zmlp, so that run cannot go on: train it "
        "again; what is kept of it stays as it is."
    )
