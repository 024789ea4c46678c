"""How well a network tells digits from what is none: letters, scribbles, halves, two at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .activations import Array
from .digits import Digits
from .drawing import Drawing
from .errors import ModelError
from .letter_shapes import DISGUISED, OTHER
from .metrics import roc_area
from .model_file import Model
from .no_digits import halves, letters, overlaid, scribbles
from .preparation import PREPARATIONS

SEED = 2
"""Of what is judged on; `calibration.SEED` is that of what was fitted to."""
COUNT = 2000


@dataclass(frozen=True)
class RefusalTrial:
    """What came out; shares are from 0 to 1.

    Attributes
    ----------
    area : float
        Under the ROC curve: how often a digit scores higher than a plain letter or a scribble.
    area_disguised : float
        The same against letters that are written as digits are.
    digits : int
        How many digits of the data set's test part were read.
    digits_refused, ink_refused : float
        Share of them, and of digits of people's ink, that was taken for no digit; 0 without ink.
    letters_refused, scribbles_refused, disguised_refused : float
        Share that was taken for no digit, as it should be.
    halves_refused, overlaid_refused : float or None
        The same for digits left off in the middle, and two over each other; None without ink. Half
        a digit often is another one.
    """

    area: float
    area_disguised: float
    digits: int
    digits_refused: float
    ink_refused: float
    letters_refused: float
    scribbles_refused: float
    disguised_refused: float
    halves_refused: float | None
    overlaid_refused: float | None


def try_refusal(
    model: Model, digits: Digits, ink: Sequence[Drawing] = (), count: int = COUNT
) -> RefusalTrial:
    """Let a network judge digits, and strokes that are none.

    The letters are those of another hand than the one that was fitted to, in other shapes.

    Parameters
    ----------
    model : Model
        It has a refusal; of a committee the first network judges.
    digits : Digits
        Whose test part is read.
    ink : sequence of Drawing
        Labelled digits that the network has not learned from, such as `ink_data.judged_drawings`.
    count : int
        Letters, and as many scribbles and disguised letters.

    Raises
    ------
    ModelError
        The network takes everything for a digit.
    """
    if model.refusal is None:
        raise ModelError(
            f"{model.name or 'The network'} takes everything for a digit; calibrate it first."
        )
    refusal, network = model.refusal, model.network
    prepare = PREPARATIONS[model.preparation]

    def judge(drawings: Iterable[Drawing]) -> Array:
        images = [image for each in drawings if (image := prepare(each)) is not None]
        return refusal.scores(network, np.stack(images))

    plain = judge(letters(OTHER, count, SEED, other=True))
    tangles = judge(scribbles(count, SEED))
    disguised = judge(letters(sorted(DISGUISED), count, SEED))
    test = refusal.scores(network, digits.test.images)
    written = judge(ink) if ink else np.empty(0, np.float32)
    known = np.concatenate([test, written])
    return RefusalTrial(
        area=roc_area(known, np.concatenate([plain, tangles])),
        area_disguised=roc_area(known, disguised),
        digits=len(test),
        digits_refused=_refused(test),
        ink_refused=_refused(written) if ink else 0.0,
        letters_refused=_refused(plain),
        scribbles_refused=_refused(tangles),
        disguised_refused=_refused(disguised),
        halves_refused=_refused(judge(halves(ink, SEED))) if ink else None,
        overlaid_refused=_refused(judge(overlaid(ink, SEED))) if ink else None,
    )


def _refused(scores: NDArray[np.floating]) -> float:
    return float(np.count_nonzero(scores < 0.0)) / len(scores)
