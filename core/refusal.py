"""What a network takes for no digit: a score of each image, kept with the network."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .activations import Array
from .network import Network, Workspace, Workspaces
from .spec import NetworkSpec

STRANGE, SLACK = 0.05, 1e-3
"""Part of a person's own digits that may still be refused; the least score of the others."""


@dataclass(frozen=True, eq=False)
class Refusal:
    """A linear score of what goes into the last two layers and of the logits; digits are above 0.

    How large the logits are tells much (Hendrycks & Gimpel 2017, Liu et al. 2020), but networks
    that were trained on deformed digits are sure of letters, too. What has nothing in common with
    digits shows in the layers before.

    Attributes
    ----------
    weights : array of float32, (inputs + classes + 1,)
        One for each input of the last two layers, hidden or pixels; one for each logit in rising
        order; one for the logarithm of the sum of their exponentials.
    offset : float
        Is added.
    """

    weights: NDArray[np.float32]
    offset: float

    def score(self, network: Network, work: Workspace) -> Array:
        """The scores, (rows,), of what `network.forward` has just read in `work`."""
        return self._summed(features(network, work))

    def scores(self, network: Network, images: NDArray[Any]) -> Array:
        """The scores, (n,), of many prepared images, (n, height, width)."""
        return self._summed(all_features(network, images))

    def accepting(self, network: Network, images: NDArray[Any]) -> "Refusal":
        """The same score, that takes these images for digits: a person said that they are.

        Parameters
        ----------
        network : Network
        images : array, (n, height, width)
            Prepared; the strangest of many may be refused all the same, so that one slip of the pen
            does not open the door to everything.
        """
        lowest = float(np.quantile(self.scores(network, images), STRANGE)) - SLACK
        return replace(self, offset=self.offset - min(lowest, 0.0))

    def _summed(self, found: Array) -> Array:
        """Without BLAS, so that a reading never waits for a training."""
        scores: Array = (found * self.weights).sum(axis=1)
        return scores + np.float32(self.offset)

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values, each number with the digits that float32 needs."""
        return {
            "weights": [float(f"{each:.9g}") for each in self.weights.tolist()],
            "offset": self.offset,
        }

    @classmethod
    def from_json(cls, value: Any, spec: NetworkSpec) -> "Refusal":
        """What `to_json` wrote.

        Raises
        ------
        ValueError
            It does not fit a network of that spec; other values raise the errors that Python has
            for them.
        """
        weights, offset = np.array(value["weights"], np.float32), float(value["offset"])
        if weights.shape != (feature_count(spec),) or not np.isfinite([*weights, offset]).all():
            raise ValueError("it does not fit the network")
        return cls(weights, offset)


def feature_count(spec: NetworkSpec) -> int:
    """How many numbers `features` gives for an image."""
    return sum(spec.widths[-3:-1]) + spec.classes + 1


def features(network: Network, work: Workspace) -> Array:
    """What a score is made of, (rows, features), after `network.forward(work)`."""
    # The outputs are probabilities by now; the logits are made again.
    logits = np.einsum("ni,ij->nj", work.sources[-1], network.layers[-1].matrix)
    logits.sort(axis=1)
    largest = logits[:, -1:]
    energy = largest + np.log(np.exp(logits - largest).sum(axis=1, keepdims=True))
    inputs = [
        source[:, : len(layer.weight)]
        for source, layer in zip(work.sources[-2:], network.layers[-2:], strict=True)
    ]
    return np.concatenate([*inputs, logits, energy], axis=1)


def all_features(network: Network, images: NDArray[Any]) -> Array:
    """The same for many prepared images, (n, height, width)."""
    found = np.empty((len(images), feature_count(network.spec)), np.float32)
    works, start = Workspaces(network), 0
    answers = np.empty((len(images), network.spec.classes), network.parameters.dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        for end in network.predicting(images, answers, works):
            found[start:end] = features(network, works[end - start])
            start = end
    return found
