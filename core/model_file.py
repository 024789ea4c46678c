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
from .voices import Voice, poll

FORMAT_VERSION = 1
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


def save(model: Model, path: str | os.PathLike[str], half: bool = False) -> None:
    """Write a model file.

    Parameters
    ----------
    model : Model
        What to write.
    path : path-like
        The file.
    half : bool
        Whether the weights take two bytes each, about three decimal digits. Biases and the numbers
        of batch normalisation are few and stay as they are.

    Raises
    ------
    SaveError
        It could not be written, or a weight is too large for half precision; what stood there is
        untouched.
    """
    tensors = {
        name: np.ascontiguousarray(array) for name, array in named_arrays(model.network).items()
    }
    if half:
        tensors = {name: _halved(array, name, path) for name, array in tensors.items()}
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


def _write(model: Model, tensors: dict[str, NDArray[Any]], path: str | os.PathLike[str]) -> None:
    header = {
        "version": FORMAT_VERSION,
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


def _halved(array: NDArray[Any], name: str, path: str | os.PathLike[str]) -> NDArray[Any]:
    if array.ndim == 1:
        return array
    with np.errstate(over="ignore"):
        half = array.astype(np.float16)
    if not np.isfinite(half).all():
        raise SaveError(
            f"{display(path)} was not written: {name} holds a weight beyond ±65,504, the largest "
            "number of half precision; save the network in full."
        )
    return half


def named_arrays(network: Network) -> dict[str, NDArray[Any]]:
    """The network's numbers as views by the names that `torch.nn.Sequential` gives them.

    Its places are Linear and activation in turn, with BatchNorm1d between the two where the
    network has it: `0.weight` (neurons × pixels), `0.bias`, `1.running_mean`.
    """
    stride = 3 if network.spec.batch_norm else 2
    arrays = {}
    for index, layer in enumerate(network.layers):
        arrays[f"{stride * index}.weight"] = layer.weight.T
        if layer.bias:
            arrays[f"{stride * index}.bias"] = layer.matrix[-1]
        if layer.norm is not None:
            place = f"{stride * index + 1}"
            arrays[f"{place}.weight"] = layer.norm.scale
            arrays[f"{place}.bias"] = layer.norm.shift
            arrays[f"{place}.running_mean"] = layer.norm.mean
            arrays[f"{place}.running_var"] = layer.norm.variance
    return arrays


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
        # Memory is taken for no more than the file holds: half precision is two bytes a number.
        spec = NetworkSpec.from_json(header["spec"])
        if 2 * spec.parameter_count > size:
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
    for tensor, array in named_arrays(model.network).items():
        array[:] = _tensor(tensors, tensor, array.shape, shown)
    if any(
        layer.norm is not None and layer.norm.variance.min() < 0.0 for layer in model.network.layers
    ):
        raise _damaged(shown, "a variance in it is negative")
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


def _tensor(
    tensors: dict[str, Any], name: str, shape: tuple[int, ...], shown: str
) -> NDArray[np.float32]:
    array = tensors.get(name)
    if array is None or array.shape != shape or array.dtype.kind != "f":
        raise _damaged(shown, f"{name} is missing or misshapen")
    # What is too large for float32 becomes infinite and is refused with the rest.
    with np.errstate(over="ignore"):
        single = array.astype(np.float32)
    if not np.isfinite(single).all():
        raise _damaged(shown, f"{name} holds values that are no numbers")
    return np.asarray(single)


def _damaged(shown: str, why: str) -> ModelError:
    words = " ".join(why.split()).rstrip(".")
    return ModelError(f"{shown} is damaged ({words}); take another copy of it.")
