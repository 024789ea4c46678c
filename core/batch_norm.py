"""Batch normalisation: the sums of a hidden layer, each neuron's brought to one level."""

from dataclasses import dataclass

import numpy as np

from .activations import Array

# Added to a variance before its root; part of a minibatch's statistics in the running ones.
EPSILON, RATE = 1e-5, 0.1


@dataclass(frozen=True)
class BatchNorm:
    """Of one layer: scale · (z - mean) / deviation + shift (Ioffe & Szegedy 2015).

    A minibatch that is learned from is normalised by its own mean and deviation, a digit that is
    read by the running ones, so that its answer does not hang on its neighbours.

    Attributes
    ----------
    scale, shift : array, (neurons,)
        Learned; views into the network's parameters.
    mean, variance : array, (neurons,)
        Running statistics; views into the network's buffers.
    """

    scale: Array
    shift: Array
    mean: Array
    variance: Array

    def learn(self, sums: Array, normed: Array, inverse: Array) -> None:
        """Normalise a minibatch in place, and let the running statistics follow it.

        Parameters
        ----------
        sums : array, (rows, neurons)
            Of at least two rows.
        normed : array, (rows, neurons)
            Receives the sums at mean 0 and variance 1, for `backward`.
        inverse : array, (neurons,)
            Receives one over the deviations, for `backward`.
        """
        rows = len(sums)
        mean = sums.mean(axis=0)
        np.subtract(sums, mean, out=normed)
        np.multiply(normed, normed, out=sums)
        variance = sums.mean(axis=0)
        for running, present in (
            (self.mean, mean),
            (self.variance, variance * (rows / (rows - 1))),
        ):
            running *= 1.0 - RATE
            running += RATE * present
        np.sqrt(variance + EPSILON, out=inverse)
        np.reciprocal(inverse, out=inverse)
        normed *= inverse
        np.multiply(normed, self.scale, out=sums)
        sums += self.shift

    def read(self, sums: Array) -> None:
        """Normalise sums of any number of rows in place, by the running statistics."""
        scale = self.scale / np.sqrt(self.variance + EPSILON)
        sums *= scale
        sums += self.shift - self.mean * scale

    def backward(
        self, delta: Array, normed: Array, inverse: Array, gradient: Array, keep: float = 0.0
    ) -> None:
        """Turn slopes in what `learn` returned into slopes in the sums, in place.

        Parameters
        ----------
        delta : array, (rows, neurons)
            The slopes.
        normed, inverse : array
            As `learn` left them; `normed` is used up.
        gradient : array, (2, neurons)
            Receives the slopes in `scale` and `shift`.
        keep : float
            Part of what stands in `gradient` that stays below them.
        """
        scale_slope, shift_slope = np.einsum("ij,ij->j", delta, normed), delta.sum(axis=0)
        gradient *= keep
        gradient += scale_slope, shift_slope
        normed *= scale_slope
        normed += shift_slope
        normed *= 1.0 / len(delta)
        delta -= normed
        delta *= self.scale * inverse
