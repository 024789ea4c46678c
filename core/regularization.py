"""What keeps weights small and steps short: L2, weight decay, clipping, the largest norm."""

import math

import numpy as np

from .network import Gradient, Network
from .spec import TrainingSpec


class Regularization:
    """Acts on the gradient before a step and on the weights around it; biases are left alone.

    Parameters
    ----------
    network : Network
        Whose weights it acts on.
    spec : TrainingSpec
        Its `l2`, `clip`, `weight_decay` and `max_norm` count; each does nothing at 0.
    """

    def __init__(self, network: Network, spec: TrainingSpec) -> None:
        self._weights = network.spec.layout.weights(network.parameters)
        self._l2, self._clip = spec.l2, spec.clip
        self._decay, self._max_norm = spec.weight_decay, spec.max_norm

    def before_step(self, gradient: Gradient, learning_rate: float) -> None:
        """Add the slope of ½ λ |w|², shorten the gradient, and let the weights decay.

        The decay is apart from the gradient, so that no optimizer rescales it (Loshchilov & Hutter
        2019): with `adam` it makes AdamW.
        """
        if self._l2:
            for slopes, weights in zip(gradient.weights, self._weights, strict=True):
                slopes += self._l2 * weights
        if self._clip:
            length = math.sqrt(float(np.dot(gradient.vector, gradient.vector)))
            if length > self._clip:
                gradient.vector *= self._clip / length
        if self._decay:
            for weights in self._weights:
                weights *= 1.0 - learning_rate * self._decay

    def after_step(self) -> None:
        """Cut the weights of each neuron back to the largest norm (Srebro et al. 2004)."""
        if self._max_norm:
            for weights in self._weights:
                lengths = np.sqrt(np.einsum("ij,ij->j", weights, weights))
                np.maximum(lengths, self._max_norm, out=lengths)
                weights *= self._max_norm / lengths
