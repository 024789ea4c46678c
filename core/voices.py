"""Voices: what an answer is the mean of, for one network as for a committee and its views."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .activations import Array
from .network import CHUNK, Network
from .views import seen


@dataclass(frozen=True, eq=False)
class Voice:
    """One network that looks at an image by one view.

    Attributes
    ----------
    network : Network
        Who answers.
    temperature : float
        Divides its logits before the softmax; 1 leaves them alone.
    view : array or None
        What the image is changed by, from `views.resampling`; None leaves it as it is.
    """

    network: Network
    temperature: float = 1.0
    view: Array | None = None


def tempered(answers: Array, temperature: float) -> Array:
    """Probabilities as if the logits had been divided by a temperature (Guo et al. 2017).

    Parameters
    ----------
    answers : array, (…, classes)
        At temperature 1 they are returned as they are.
    temperature : float
        Above 0; larger ones make them less sure.
    """
    if temperature == 1.0:
        return answers
    powers = answers ** (1.0 / temperature)
    totals = powers.sum(axis=-1, keepdims=True)
    # A sigmoid network may answer zero to everything.
    shared: Array = powers / np.where(totals > 0.0, totals, 1.0)
    return shared


def poll(voices: Sequence[Voice], images: NDArray[Any]) -> Array:
    """The mean of what the voices answer.

    Parameters
    ----------
    voices : sequence of Voice
        Of networks with the same classes; at least one.
    images : array of uint8, (n, height, width)
        White ink (255) on black.

    Returns
    -------
    array, (n, classes)
        NaN where the weights of a network are so large that its sums overflow.
    """
    first = voices[0].network
    total = np.zeros((len(images), first.spec.classes), first.parameters.dtype)
    # In chunks, for a view makes floats of the bytes.
    for start in range(0, len(images), CHUNK):
        chunk = slice(start, start + CHUNK)
        for voice in voices:
            answers = voice.network.predict(seen(images[chunk], voice.view))
            total[chunk] += tempered(answers, voice.temperature)
    total /= len(voices)
    return total
