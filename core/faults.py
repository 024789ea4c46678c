"""Numbers that are none, or infinite: whether there are any, and where they came up first."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .digits import Part
from .errors import DataError, ModelError
from .network import Network, Workspace

Numbers = NDArray[Any]

# Images that are looked at in one go.
CHUNK = 1024


def all_finite(*arrays: Numbers) -> bool:
    """Whether all are numbers and finite; takes no memory of their size."""
    with np.errstate(invalid="ignore"):
        return all(
            math.isfinite(each.min()) and math.isfinite(each.max()) for each in arrays if each.size
        )


def check_numbers(name: str, part: Part) -> None:
    """Refuse images that hold NaN or infinity, which only those of floats can.

    Parameters
    ----------
    name : str
        Of the part: `training`, `validation` or `test`.
    part : Part
        The part; where its images are whole numbers nothing is read.

    Raises
    ------
    DataError
        It names the first such pixel.
    """
    if part.images.dtype.kind != "f":
        return
    for start in range(0, len(part), CHUNK):
        chunk = part.images[start : start + CHUNK]
        if not all_finite(chunk):
            index, row, column = np.argwhere(~np.isfinite(chunk))[0]
            raise DataError(
                f"Image {start + index} of the {name} part (the first is 0) holds "
                f"{chunk[index, row, column]} in row {row}, column {column}: pixels must be "
                "finite numbers."
            )


def check_weights(network: Network) -> None:
    """Refuse a network that nothing can be learned from.

    Raises
    ------
    ModelError
        It names the layer.
    """
    if not all_finite(network.values):
        raise ModelError(f"{fault_in_network(network).capitalize()}: start from another network.")


def find_fault(
    networks: Iterable[Network], state: Mapping[str, Numbers], works: Iterable[Workspace]
) -> str:
    """Where a training went wrong, in a few words: `weights of hidden layer 1 are infinite`.

    Parameters
    ----------
    networks : iterable of Network
        The one that learns and the mean of its weights.
    state : mapping of str to array
        What the optimizer keeps.
    works : iterable of Workspace
        As the last passes forward left them.

    Returns
    -------
    str
        The first place on the way from the image to the answer; empty where all is finite.
    """
    for network in networks:
        if found := fault_in_network(network):
            return found
    for name, values in state.items():
        if not all_finite(values):
            return f"what the optimizer keeps of earlier slopes ({name}) is {_kind(values)}"
    for work in works:
        for index, sums in enumerate(work.sums):
            if not all_finite(sums):
                return f"the sums of {layer_name(index, len(work.sums))} are {_kind(sums)}"
    return ""


def fault_in_network(network: Network) -> str:
    """The first of a network's numbers that are none; empty where all are."""
    for index, layer in enumerate(network.layers):
        named = {"weights": layer.weight}
        if layer.bias:
            named["biases"] = layer.matrix[-1]
        if (norm := layer.norm) is not None:
            named |= {"scales": norm.scale, "shifts": norm.shift}
            named |= {"running means": norm.mean, "running variances": norm.variance}
        for name, values in named.items():
            if not all_finite(values):
                return f"{name} of {layer_name(index, len(network.layers))} are {_kind(values)}"
    return ""


def layer_name(index: int, count: int) -> str:
    """`hidden layer 1`, or `the output layer` for the last."""
    return f"hidden layer {index + 1}" if index < count - 1 else "the output layer"


def _kind(values: Numbers) -> str:
    return "infinite" if np.isinf(values).any() else "no numbers"
