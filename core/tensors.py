"""A network's numbers as tensors of a file: PyTorch's names; four bytes a weight, two or one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .network import Network

Tensors = dict[str, NDArray[Any]]
# An integer from -127 to 127: symmetric, so that zero stays zero.
STEPS = 127


@dataclass(frozen=True)
class Packing:
    """How matrices become smaller in a file. What has one axis is little and stays as it is.

    Attributes
    ----------
    pack : callable
        `pack(name, matrix)` gives the tensors for a matrix, (neurons, inputs) of float32, or raises
        ValueError with the reason in words.
    words : str
        What the weights are then in, as errors say it.
    """

    pack: Callable[[str, NDArray[Any]], Tensors]
    words: str


def halved(name: str, matrix: NDArray[Any]) -> Tensors:
    """Two bytes a weight, about three decimal digits of each."""
    with np.errstate(over="ignore"):
        half = matrix.astype(np.float16)
    if not np.isfinite(half).all():
        raise ValueError(
            f"{name} holds a weight beyond ±65,504, the largest number of half precision"
        )
    return {name: half}


def quantised(name: str, matrix: NDArray[Any]) -> Tensors:
    """One byte a weight: the nearest of 255 steps between plus and minus the neuron's largest.

    weight ≈ integer · scale, with a scale for each neuron (Wu et al. 2020). It stands beside the
    integers as `0.weight_scale`, (neurons, 1) of float32, so that the product of the two is the
    matrix. What was quantised before gives the same integers and scales again. Scales by least
    squares change the answers of the bundled networks to MNIST's test digits as much.
    """
    scale = np.abs(matrix).max(axis=1, keepdims=True) / np.float32(STEPS)
    with np.errstate(over="ignore"):
        if not np.isfinite(scale * np.float32(STEPS)).all():
            raise ValueError(f"{name} holds a weight that is infinite, or no number")
    # A neuron without weights, or with such that the division left no digits of.
    scale[scale < np.finfo(np.float32).tiny] = 1.0
    return {name: np.rint(matrix / scale).astype(np.int8), _scale_of(name): scale}


PACKINGS = {
    "half": Packing(halved, "half precision"),
    "int8": Packing(quantised, "8-bit integers"),
}


def named_arrays(network: Network) -> Tensors:
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


def pack(network: Network, packing: str | None = None) -> Tensors:
    """The tensors of a network's file.

    Parameters
    ----------
    network : Network
        Whose numbers they are.
    packing : str, optional
        A name of `PACKINGS`; without it every number is kept as it is.

    Raises
    ------
    ValueError
        A weight does not suit the packing; which and why, in words.
    """
    tensors = {}
    for name, array in named_arrays(network).items():
        plain = np.ascontiguousarray(array)
        if packing is None or array.ndim == 1:
            tensors[name] = plain
        else:
            tensors |= PACKINGS[packing].pack(name, plain)
    return tensors


def unpack(tensors: Mapping[str, NDArray[Any]], network: Network) -> None:
    """Fill a network from the tensors of a file, however they were packed.

    Raises
    ------
    ValueError
        A tensor is missing, does not fit the network or holds nonsense; which, in words.
    """
    for name, array in named_arrays(network).items():
        array[:] = _unpacked(tensors, name, array.shape)
    norms = [layer.norm for layer in network.layers if layer.norm is not None]
    if any(norm.variance.min() < 0.0 for norm in norms):
        raise ValueError("a variance in it is negative")


def holds_integers(tensors: Mapping[str, NDArray[Any]]) -> bool:
    """Whether some matrix is in 8-bit integers."""
    return any(array.dtype == np.int8 for array in tensors.values())


def _unpacked(
    tensors: Mapping[str, NDArray[Any]], name: str, shape: tuple[int, ...]
) -> NDArray[np.float32]:
    array = tensors.get(name)
    if array is None or array.dtype != np.int8 or array.shape != shape or array.ndim != 2:
        return _floats(array, name, shape)
    scale = _floats(tensors.get(_scale_of(name)), _scale_of(name), (len(array), 1))
    if scale.min() <= 0.0:
        raise ValueError(f"{_scale_of(name)} holds a scale that is not above zero")
    with np.errstate(over="ignore"):
        return _floats(array * scale, name, shape)


def _floats(array: NDArray[Any] | None, name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    if array is None or array.shape != shape or array.dtype.kind != "f":
        raise ValueError(f"{name} is missing or misshapen")
    # What is too large for float32 becomes infinite and is refused with the rest.
    with np.errstate(over="ignore"):
        single = array.astype(np.float32, copy=False)
    if not np.isfinite(single).all():
        raise ValueError(f"{name} holds values that are no numbers")
    return np.asarray(single)


def _scale_of(name: str) -> str:
    return f"{name}_scale"
