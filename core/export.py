"""Networks for other programs: one function and one line in the table for each format."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import model_file
from .errors import SaveError
from .files import atomic_write, check_writable, display
from .foreign import torch_sequential
from .model_file import Model
from .onnx_graph import metadata, onnx_bytes
from .tensors import PACKINGS, named_arrays


@dataclass(frozen=True)
class Format:
    """How a network leaves for other programs.

    Attributes
    ----------
    write : callable
        `write(model, path)` writes the file, whole or not at all.
    python : callable
        `python(model, name)` is the Python that uses the file of that name.
    title : str
        Who reads it, on the screen.
    help : str
        What goes in and what comes out, in one sentence.
    """

    write: Callable[[Model, Path], None]
    python: Callable[[Model, str], str]
    title: str
    help: str


def write_onnx(model: Model, path: Path) -> None:
    """Write an ONNX file; see `onnx_graph` for its inputs and outputs."""
    content = onnx_bytes(model)
    with atomic_write(path) as file:
        file.write(content)


def write_npz(model: Model, path: Path) -> None:
    """Write numpy's format: arrays by PyTorch's names, and the header's words as text.

    `spec` and `class_names` are JSON. Nothing in it needs pickle.
    """
    words = {name: np.array(text) for name, text in metadata(model).items()}
    arrays = named_arrays(model.network)
    with atomic_write(path) as file:
        # Typed as if a name could be that of its switch, allow_pickle.
        np.savez(file, **arrays, **words)  # type: ignore[arg-type]


def _onnx_python(model: Model, name: str) -> str:
    return (
        "import onnxruntime; "
        f"onnxruntime.InferenceSession({name!r})"
        '.run(["probabilities"], {"image": images})[0]'
    )


def _npz_python(model: Model, name: str) -> str:
    return f'import numpy; numpy.load({name!r})["0.weight"]'


def _torch_python(model: Model, name: str, packing: str | None = None) -> str:
    build = f"import safetensors.torch, torch; net = {torch_sequential(model.network)}.eval(); "
    load = f"safetensors.torch.load_file({name!r})"
    end = f"; temperature = {model.temperature!r}"
    if packing != "int8":
        # PyTorch itself makes single precision of half.
        return f"{build}net.load_state_dict({load}){end}"
    # An integer would be taken for a weight without a word. What has no scale is no integer.
    return (
        f"{build}file = {load}; net.load_state_dict("
        '{name: array * file.get(name + "_scale", 1) for name, array in file.items() '
        f'if not name.endswith("_scale")}}){end}'
    )


FORMATS = {
    ".onnx": Format(
        write_onnx,
        _onnx_python,
        "ONNX",
        "It takes images, N × height × width of float32, 0 for paper and 1 for ink.",
    ),
    # A model file is what PyTorch reads, already.
    ".safetensors": Format(
        model_file.save,
        _torch_python,
        "PyTorch",
        "It takes rows of pixels, 0 for paper and 1 for ink, and gives logits: divided by the "
        "temperature, their softmax, or sigmoid where the loss has it, are the probabilities.",
    ),
    ".npz": Format(
        write_npz,
        _npz_python,
        "NumPy",
        "It holds arrays by PyTorch's names, and spec and class_names as JSON.",
    ),
}


def export(model: Model, path: str | os.PathLike[str], packing: str | None = None) -> str:
    """Write a network for other programs; the name's suffix decides for which.

    Parameters
    ----------
    model : Model
        The network with its names.
    path : path-like
        The file, with one of the suffixes of `FORMATS`.
    packing : str, optional
        A name of `tensors.PACKINGS`, where weights are to take less than four bytes each; a model
        file can hold such.

    Returns
    -------
    str
        A line of Python that reads the file.

    Raises
    ------
    SaveError
        The suffix is none of them, a library is missing, the format or a weight does not suit the
        packing, or the file cannot be written.
    """
    target = Path(path)
    kind = FORMATS.get(target.suffix.lower())
    if kind is None:
        *most, last = FORMATS
        raise SaveError(
            f"{display(target)} says no format: its name must end with {', '.join(most)} or {last}."
        )
    if packing is None:
        kind.write(model, target)
        return kind.python(model, display(target))
    if target.suffix.lower() != model_file.SUFFIX:
        raise SaveError(
            f"{display(target)} cannot be written in {PACKINGS[packing].words}; only "
            f"{model_file.SUFFIX} can."
        )
    model_file.save(model, target, packing)
    return _torch_python(model, display(target), packing)


def check_output(path: str | os.PathLike[str]) -> None:
    """Refuse now, and not after hours of work, a file that no network of ours can go into.

    Raises
    ------
    SaveError
        Nothing can be written there, or its name promises another format.
    """
    suffix = Path(path).suffix.lower()
    if suffix in FORMATS and suffix != model_file.SUFFIX:
        raise SaveError(
            f"{display(path)} would hold another format than its name says: end its name with "
            f"{model_file.SUFFIX}, and zmlp export makes {suffix}."
        )
    check_writable(path)
