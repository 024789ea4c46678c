"""Model files: safetensors with the spec in the header and PyTorch's names and shapes."""

import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from safetensors import SafetensorError

from .activations import Array
from .bundled import open_bundled
from .errors import ModelError, SaveError, SpecError
from .files import atomic_write, display
from .network import Network
from .preparation import PREPARATIONS
from .refusal import Refusal
from .spec import NetworkSpec
from .tensors import Tensors, holds_integers, pack, unpack
from .voices import Voice, poll

# Version 2 is the same with matrices in 8-bit integers; what has none is still version 1.
FORMAT_VERSION = 2
SUFFIX = ".safetensors"
# The library's own limit.
MOST_HEADER = 100_000_000


@dataclass(frozen=True)
class TrainedOn:
    """Which digits a network has seen.

    Attributes
    ----------
    data : str
        Name of the data set; empty where nothing is known.
    exclude : str
        Name of the data set whose test digits were left out.
    digits : int
        Number of different training digits.
    earlier : TrainedOn or None
        What it had seen before that, where it was trained on from another network.
    """

    data: str = ""
    exclude: str = ""
    digits: int = 0
    earlier: "TrainedOn | None" = None

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Any) -> "TrainedOn":
        """What `to_json` wrote; other values raise the errors that Python has for them."""
        earlier = value.get("earlier")
        return cls(
            str(value["data"]),
            str(value["exclude"]),
            int(value["digits"]),
            None if earlier is None else cls.from_json(earlier),
        )

    def overlaps(self, data: str) -> bool:
        """Whether it may have been trained on digits of that data set's test part."""
        if self.earlier is not None and self.earlier.overlaps(data):
            return True
        learned = "mnist" in self.data.split("+")
        return learned and "mnist-5k" in data.split("+") and self.exclude != "mnist-5k"


@dataclass(frozen=True)
class Model:
    """A network with what is needed to use it.

    Attributes
    ----------
    network : Network
        The network.
    name : str
        Its name on the screen.
    class_names : tuple of str
        A name for each answer.
    preparation : str
        Name and version of the preparation its images went through.
    temperature : float
        Divides the logits before the softmax; 1 leaves them alone.
    trained_on : TrainedOn
        Which digits it has seen.
    taught_from : str
        File or name of the network that it was before it was taught; empty where it was not.
    refusal : Refusal or None
        Tells what is no digit; without it everything is taken for one.
    """

    network: Network
    name: str = ""
    class_names: tuple[str, ...] = tuple("0123456789")
    preparation: str = "digit-1"
    temperature: float = 1.0
    trained_on: TrainedOn = field(default_factory=TrainedOn)
    taught_from: str = ""
    refusal: Refusal | None = None

    def with_network(self, network: Network) -> "Model":
        """The same with other weights, for which nothing tells what is no digit."""
        return replace(self, network=network, refusal=None)

    def saw_tests_of(self, data: str) -> bool:
        """Whether it may have been trained on digits of that data set's test part."""
        return self.trained_on.overlaps(data)

    @property
    def alone(self) -> "Model":
        """The one network for what takes no more: training on, explaining, exporting."""
        return self

    @cached_property
    def voices(self) -> tuple[Voice, ...]:
        """What its answer is the mean of."""
        return (Voice(self.network, self.temperature),)

    def predict(self, images: NDArray[Any]) -> Array:
        """The answers for many prepared images, (n, classes), at the model's temperature.

        Parameters
        ----------
        images : array of uint8, (n, height, width)
            White ink (255) on black.
        """
        # Weights that are far too large answer with NaN; that is said in words, not by numpy.
        with np.errstate(over="ignore", invalid="ignore"):
            return poll(self.voices, images)

    def are_digits(self, images: NDArray[Any]) -> NDArray[np.bool_]:
        """Which of many prepared images, (n, height, width), are taken for digits."""
        if self.refusal is None:
            return np.ones(len(images), bool)
        return self.refusal.scores(self.network, images) >= 0.0


def save(model: Model, path: str | os.PathLike[str], packing: str | None = None) -> None:
    """Write a model file.

    Parameters
    ----------
    model : Model
        What to write.
    path : path-like
        The file.
    packing : str, optional
        A name of `tensors.PACKINGS`, where matrices are to take less than four bytes a weight.

    Raises
    ------
    SaveError
        It could not be written, or a weight does not suit the packing; what stood there is
        untouched.
    """
    try:
        tensors = pack(model.network, packing)
    except ValueError as error:
        raise SaveError(
            f"{display(path)} was not written: {error}; save the network in full."
        ) from error
    _write(model, tensors, path)


def save_header(model: Model, origin: BinaryIO, path: str | os.PathLike[str]) -> None:
    """Write a model file with the tensors of another, bit for bit, and a header of its own.

    Parameters
    ----------
    model : Model
        What the header is to say.
    origin : file
        The open model file that `model` was read from.
    path : path-like
        The file; it may be the same one.

    Raises
    ------
    SaveError
        It could not be written; what stood there is untouched.
    """
    origin.seek(0)
    _write(model, safetensors.numpy.load(origin.read()), path)


def _write(model: Model, tensors: Tensors, path: str | os.PathLike[str]) -> None:
    header = {
        "version": 2 if holds_integers(tensors) else 1,
        "spec": model.network.spec.to_json(),
        "name": model.name,
        "class_names": model.class_names,
        "preparation": model.preparation,
        "temperature": model.temperature,
        "trained_on": model.trained_on.to_json(),
        "taught_from": model.taught_from,
    }
    if model.refusal is not None:
        header["refusal"] = model.refusal.to_json()
    content = safetensors.numpy.save(tensors, {"zmlp": json.dumps(header)})
    with atomic_write(path) as file:
        file.write(content)


def load(path: str | os.PathLike[str]) -> Model:
    """Read a model file.

    Raises
    ------
    ModelError
        It is missing, broken, of another program or of a newer version.
    """
    with open_model(path) as file:
        return _read(file, display(path), Path(display(path)).stem)


def load_bundled(name: str) -> Model:
    """Read a network that comes with the program.

    Raises
    ------
    ModelError
        There is none of that name.
    """
    with open_bundled_model(name, SUFFIX, "network") as file:
        return _read(file, name, name)


@contextmanager
def open_model(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a model's file for reading, of whatever kind of model.

    Raises
    ------
    ModelError
        It is missing, is no file or cannot be read, now or within the block.
    """
    shown = display(path)
    try:
        # Asked before opening, because opening a pipe waits for its other end.
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise ModelError(f"{shown} is no file; choose a {SUFFIX} file that zmlp saved.")
        with open(path, "rb") as file:
            yield file
    except OSError as error:
        raise ModelError(
            f"{shown} cannot be read: {error.strerror}; choose another model file."
        ) from error


@contextmanager
def open_bundled_model(name: str, suffix: str, kind: str) -> Iterator[BinaryIO]:
    """Open a model's file that comes with the program; `kind` is what errors call it.

    Raises
    ------
    ModelError
        There is none of that name.
    """
    try:
        with open_bundled(f"models/{name}{suffix}") as file:
            yield file
    except OSError as error:
        raise ModelError(f"There is no file and no bundled {kind} “{name}”.") from error


def _read(file: BinaryIO, shown: str, name: str) -> Model:
    """Read an open, seekable file; `shown` stands in errors, `name` where the file has none."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    header = _header(file, size, shown)
    try:
        # Memory is taken for no more than the file holds: an integer is one byte a weight.
        spec = NetworkSpec.from_json(header["spec"])
        if spec.parameter_count > size:
            raise ModelError(f"{shown} is cut short: it lacks weights; take another copy of it.")
        model = Model(
            Network(spec),
            str(header["name"]) or name,
            tuple(str(each) for each in header["class_names"]),
            str(header["preparation"]),
            float(header["temperature"]),
            TrainedOn.from_json(header["trained_on"]),
            # Files from before there was teaching do not say it.
            str(header.get("taught_from", "")),
            Refusal.from_json(header["refusal"], spec) if header.get("refusal") else None,
        )
        file.seek(0)
        tensors = safetensors.numpy.load(file.read())
    except KeyError as error:
        raise _damaged(shown, f"it lacks {error}") from error
    except (SpecError, SafetensorError) as error:
        raise _damaged(shown, str(error)) from error
    except (AttributeError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise _damaged(shown, "a value in its header is of another kind") from error
    if len(model.class_names) != spec.classes or not 0.0 < model.temperature < np.inf:
        raise _damaged(shown, "its header contradicts itself")
    if model.preparation not in PREPARATIONS:
        raise ModelError(
            f"{shown} reads drawings that are prepared in a way this version of zmlp does not know "
            f"({model.preparation[:40]}); update zmlp to open it."
        )
    try:
        unpack(tensors, model.network)
    except ValueError as error:
        raise _damaged(shown, str(error)) from error
    return model


def _header(file: BinaryIO, size: int, shown: str) -> dict[str, Any]:
    """Our part of the safetensors header, of a version that is known; no more is read.

    A file of another program may be as large as the disk.
    """
    length = int.from_bytes(file.read(8), "little")
    try:
        if length > min(size - 8, MOST_HEADER):
            raise ValueError
        header = json.loads(json.loads(file.read(length))["__metadata__"]["zmlp"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ModelError(
            f"{shown} is no model of zmlp, or is cut short; choose a {SUFFIX} file that zmlp saved."
        ) from None
    version = header.get("version") if isinstance(header, dict) else None
    if type(version) is not int or version < 1:
        raise _damaged(shown, "its header tells no version")
    if version > FORMAT_VERSION:
        raise ModelError(f"{shown} was written by a newer version of zmlp; update zmlp to open it.")
    known: dict[str, Any] = header
    return known


def _damaged(shown: str, why: str) -> ModelError:
    words = " ".join(why.split()).rstrip(".")
    return ModelError(f"{shown} is damaged ({words}); take another copy of it.")
