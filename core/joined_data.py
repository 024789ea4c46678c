"""Several data sets as one: `mnist+ink.jsonl`, so that one network learns from all of them."""

from collections.abc import Callable, Sequence

import numpy as np

from .digits import Digits, Part
from .errors import DataError

SIGN = "+"
SHARE = 0.5
"""A set that is smaller than this part of the first is repeated until it is as large."""


def joined(name: str, load: Callable[[str], Digits]) -> Digits:
    """Load each of the sets that a name joins, and put them together part by part.

    Parameters
    ----------
    name : str
        Two names or paths or more, with plus signs between.
    load : callable
        Loads one.

    Raises
    ------
    DataError
        One cannot be loaded, or they do not go together.
    """
    sets = [load(each) for each in name.split(SIGN) if each]
    first = sets[0]
    for other in sets[1:]:
        alike = (other.image_shape, other.class_names, other.preparation)
        if alike != (first.image_shape, first.class_names, first.preparation):
            raise DataError(
                f"{other.name} has other images or classes than {first.name}: only data sets of "
                "the same kind can be joined."
            )
    least = round(SHARE * len(first.training))
    training = [first.training, *(_repeated(each.training, least) for each in sets[1:])]
    return Digits(
        SIGN.join(each.name for each in sets),
        _put_together([*training, *(each.validation for each in sets)]),
        _put_together([each.test for each in sets]),
        sum(each.held_back for each in sets),
        first.class_names,
        "; ".join(each.credit for each in sets if each.credit),
        first.preparation,
    )


def _repeated(part: Part, least: int) -> Part:
    times = max(1, round(least / len(part)))
    return _put_together([part] * times)


def _put_together(parts: Sequence[Part]) -> Part:
    labels = np.concatenate([part.labels for part in parts])
    if any(part.images.strides[0] == 0 for part in parts):
        # An outline stays one.
        shape = (len(labels), *parts[0].images.shape[1:])
        return Part(np.broadcast_to(np.uint8(0), shape), labels)
    return Part(np.concatenate([part.images for part in parts]), labels)
