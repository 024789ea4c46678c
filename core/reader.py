"""The reader: what the window, `predict` and `replay` ask for an answer."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from .activations import Array
from .drawing import Drawing
from .errors import ModelError
from .model_file import Model
from .network import Network, Workspace, row_product
from .preparation import PREPARATIONS, fit
from .voices import Voice, tempered

SURE = 0.8
"""An answer that is less probable is called unsure."""
ALMOST = 0.1
"""What is at least as probable is named beside an unsure answer."""


@dataclass(frozen=True, eq=False)
class Reading:
    """One answer.

    Attributes
    ----------
    image : array of uint8, (height, width)
        What the network saw: white ink (255) on black.
    probabilities : array of float32, (classes,)
        They sum to 1; the outputs of sigmoid networks are shared out in proportion. All alike
        where the network has no answer.
    class_names : tuple of str
        A name for each.
    is_digit : bool
        False where the network takes it for no digit; the answer is what it looks most like.
    """

    image: NDArray[np.uint8]
    probabilities: Array
    class_names: tuple[str, ...]
    is_digit: bool = True

    @property
    def is_sure(self) -> bool:
        """Whether it is a digit, and one class is by far the most probable."""
        return self.is_digit and self.confidence >= SURE

    @property
    def candidates(self) -> tuple[str, ...]:
        """Names of the most probable class and of what else may well be meant, three at most."""
        ranking = self.ranking[:3].tolist()
        return tuple(
            self.class_names[index]
            for index in ranking
            if index == ranking[0] or self.probabilities[index] >= ALMOST
        )

    @property
    def ranking(self) -> NDArray[np.intp]:
        """Classes, the most probable first."""
        return np.argsort(-self.probabilities, kind="stable")

    @property
    def best(self) -> int:
        """The most probable class."""
        return int(self.probabilities.argmax())

    @property
    def name(self) -> str:
        """Name of the most probable class."""
        return self.class_names[self.best]

    @property
    def confidence(self) -> float:
        """Probability (0–1) of the most probable class."""
        return float(self.probabilities[self.best])


class Reader:
    """Reads drawings without BLAS, so that it never waits for a training.

    Parameters
    ----------
    model : Model
        The network or committee, and how its images are prepared.

    Attributes
    ----------
    prepare : callable
        Makes the image that is read of a drawing; None where nothing is drawn.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        prepare = PREPARATIONS[model.preparation]
        # A digit is always 28×28; what is no handwriting takes the size that the network reads.
        height, width = model.network.spec.inputs
        self.prepare = partial(fit, shape=(height, width)) if prepare is fit else prepare
        self._works = {
            voice.network.spec: Workspace(voice.network, 1, row_product) for voice in model.voices
        }

    def read(self, drawing: Drawing, network: Network | None = None) -> Reading | None:
        """The answer for a drawing; None where nothing is drawn.

        Parameters
        ----------
        drawing : Drawing
            Strokes, a picture, or both.
        network : Network, optional
            Weights of the same spec to read with instead of the model's own: those of a training
            under way.
        """
        image = self.prepare(drawing)
        return None if image is None else self.read_image(image, network)

    def read_image(self, image: NDArray[np.uint8], network: Network | None = None) -> Reading:
        """The answer for an image that is prepared already, (height, width) of uint8.

        Raises
        ------
        ModelError
            The network was made for images of another size.
        """
        height, width = self.model.network.spec.inputs
        if image.shape != (height, width):
            raise ModelError(
                f"This network reads images of {height}×{width} pixels, and this one has "
                f"{image.shape[0]}×{image.shape[1]}; choose another network."
            )
        voices = self.model.voices if network is None else (Voice(network, self.model.temperature),)
        # A training that goes wrong may be looked at while its weights are past all numbers.
        answer = np.zeros(len(self.model.class_names), np.float32)
        is_digit = True
        with np.errstate(over="ignore", invalid="ignore"):
            for place, voice in enumerate(voices):
                answer += self._hear(voice, image)
                # The first voice, before the next one takes its workspace, judges for all.
                if place == 0 and network is None:
                    is_digit = self._is_digit(voice)
        total = float(answer.sum())
        # A sigmoid network may answer zero to everything: then nothing is more probable.
        shared = answer / total if total > 0.0 else np.full_like(answer, 1.0 / len(answer))
        return Reading(image, shared, self.model.class_names, is_digit)

    def _is_digit(self, voice: Voice) -> bool:
        """Whether what a voice has just heard is taken for a digit."""
        refusal = self.model.refusal
        if refusal is None:
            return True
        return bool(refusal.score(voice.network, self._works[voice.network.spec])[0] >= 0.0)

    def _hear(self, voice: Voice, image: NDArray[np.uint8]) -> Array:
        """What one voice answers."""
        work = self._works[voice.network.spec]
        work.load(image[np.newaxis])
        if voice.view is not None:
            row_product(work.inputs.copy(), voice.view, work.inputs)
        return tempered(voice.network.forward(work)[0], voice.temperature)
