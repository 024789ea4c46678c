"""Makes a network honest: fits its temperature, and what it takes for no digit."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .activations import Array
from .digits import Digits, Part
from .letter_shapes import PLAIN
from .model_file import Model
from .no_digits import letters, scribbles, signs
from .preparation import PREPARATIONS
from .refusal import Refusal, all_features
from .seeds import generator
from .view_choice import fit_temperature
from .voices import Voice

REFUSED = 0.005
"""Part of the validation digits that is refused."""
SEED = 1
"""Of the strokes that are fitted to; those that are judged have another one."""
MOST_DIGITS = 20_000
COUNTS = {"letters": 4000, "signs": 4000, "scribbles": 2000, "overlaid": 2000}
"""How many of each kind are fitted to; each kind weighs the same."""
# Beside the variance of each number, which is 1.
RIDGE = 0.01
# Added to the spread of each number: one that is nearly always 0 would count for too much.
LEAST_SPREAD = 1e-3
# Pixels; MNIST's digits have four of paper around them.
ASIDE = 3


def calibrated(model: Model, digits: Digits) -> Model:
    """The model with a temperature and, where it reads the ten digits, a refusal.

    Both are fitted to digits that nothing is judged on: the temperature and where to refuse to
    the validation part, what to refuse to the training part and strokes that are no digits.
    """
    part = digits.validation
    temperature = fit_temperature((Voice(model.network),), part.images, part.labels)
    model = replace(model, temperature=temperature, refusal=None)
    if model.preparation == "none" or model.class_names != tuple("0123456789"):
        return model
    return replace(model, refusal=fit_refusal(model, digits.training, part))


def fit_refusal(model: Model, training: Part, validation: Part) -> Refusal:
    """Fit a score by least squares, digits against strokes that are none (Fisher 1936).

    Parameters
    ----------
    model : Model
        Whose network sees both.
    training, validation : Part
        Digits to learn from, and those of which the part `REFUSED` is refused.
    """
    chosen = _some(training, MOST_DIGITS)
    known = all_features(model.network, training.images[chosen])
    strange = [all_features(model.network, each) for each in _no_digits(model, training)]
    weights = _discriminant(known, strange)
    scores = all_features(model.network, validation.images) @ weights
    return Refusal(weights, -float(np.quantile(scores, REFUSED)))


def _some(part: Part, most: int) -> NDArray[np.intp]:
    """Places of so many digits at the most."""
    places = generator(SEED, "digits").permutation(len(part))[:most]
    places.sort()
    return places


def _no_digits(model: Model, training: Part) -> Iterator[NDArray[np.uint8]]:
    """Images of each kind of `COUNTS`."""
    prepare = PREPARATIONS[model.preparation]
    drawings = {
        "letters": letters(PLAIN, COUNTS["letters"], SEED),
        "signs": signs(COUNTS["signs"], SEED),
        "scribbles": scribbles(COUNTS["scribbles"], SEED),
    }
    for several in drawings.values():
        prepared = (prepare(drawing) for drawing in several)
        yield np.stack([image for image in prepared if image is not None])
    yield _overlaid(training, COUNTS["overlaid"])


def _overlaid(part: Part, count: int) -> NDArray[np.uint8]:
    """Images of two digits of different classes, one over the other and a little aside."""
    random = generator(SEED, "overlaid")
    below, above = random.integers(0, len(part), (2, count))
    differ = part.labels[below] != part.labels[above]
    below, above = below[differ], above[differ]
    shifts = random.integers(-ASIDE, ASIDE + 1, (len(below), 2))
    images: NDArray[np.uint8] = part.images[below].copy()
    for image, other, shift in zip(images, part.images[above], shifts, strict=True):
        np.maximum(image, np.roll(other, shift, (0, 1)), out=image)
    return images


def _discriminant(known: Array, strange: list[Array]) -> NDArray[np.float32]:
    """The weights of a linear score that comes closest to 1 for what is known and -1 for the rest.

    Parameters
    ----------
    known : array, (n, features)
        They weigh half.
    strange : list of array, (n, features) each
        The other half, each of them as much as the next.

    Returns
    -------
    array, (features,)
    """
    groups = [known, *strange]
    shares = [0.5, *(0.5 / len(strange) for _ in strange)]
    weight = np.concatenate(
        [np.full(len(each), share / len(each)) for each, share in zip(groups, shares, strict=True)]
    )
    wanted = np.concatenate([np.full(len(each), -1.0) for each in groups])
    wanted[: len(known)] = 1.0
    features = np.concatenate(groups).astype(np.float64)
    spread = features.std(axis=0) + LEAST_SPREAD
    features -= weight @ features
    features /= spread
    scaled = features * weight[:, np.newaxis]
    square = scaled.T @ features
    square += RIDGE * np.eye(len(square))
    found: NDArray[np.float64] = np.linalg.solve(square, scaled.T @ wanted) / spread
    return found.astype(np.float32)
