"""Batch normalisation folded into the matrices: the same answers from a simpler network."""

import numpy as np

from .batch_norm import EPSILON
from .network import Network


def folded(network: Network) -> Network:
    """A network that answers like `network` up to rounding, and has no batch normalisation.

    A reading then makes no more passes over the sums. Such a network learns on like any other, but
    without the normalisation that it was trained with, so that what it was trained with no longer
    suits it: fold what is only to be read with.

    Parameters
    ----------
    network : Network
        It stays as it is, and is returned itself where it has no batch normalisation.
    """
    if not network.spec.batch_norm:
        return network
    # The shifts become biases.
    plain = Network(network.spec.replace(batch_norm=False, bias=True), network.parameters.dtype)
    for before, after in zip(network.layers, plain.layers, strict=True):
        weight = before.weight.astype(np.float64)
        bias = before.matrix[-1].astype(np.float64) if before.bias else np.zeros(weight.shape[1])
        if before.norm is not None:
            norm = before.norm
            factor = norm.scale / np.sqrt(norm.variance.astype(np.float64) + EPSILON)
            weight *= factor
            bias = (bias - norm.mean) * factor + norm.shift
        after.weight[:] = weight
        after.matrix[-1] = bias
    return plain
