"""Who learns and who tests, where the files do not say it: by class, and always the same."""

import math

import numpy as np
from numpy.typing import NDArray

from .dataset_files import DataFile, fit_together, held_back
from .digits import Digits
from .errors import DataError

TENTH = 10
MOST_CLASSES = 256
"""Labels are bytes."""
UNEVEN, MOST_UNEVEN = 0.2, 0.85
"""As large a part of the validation images may be of other classes than their share says, beyond
what chance does; and at most."""

Choice = NDArray[np.intp]


def is_mixed(labels: NDArray[np.uint8]) -> bool:
    """Whether the images that would be held back are about as all are, class by class."""
    count = held_back(len(labels))
    whole = np.bincount(labels, minlength=MOST_CLASSES) / len(labels)
    tail = np.bincount(labels[-count:], minlength=MOST_CLASSES) / count
    # What is expected of images in random order.
    chance = math.sqrt(np.count_nonzero(whole) / (2 * math.pi * count))
    return float(np.abs(whole - tail).sum()) / 2 < min(UNEVEN + chance, MOST_UNEVEN)


def spread(labels: NDArray[np.uint8]) -> Choice:
    """An order in which every class is spread evenly over the whole, its own order kept."""
    places = np.empty(len(labels))
    for label in np.unique(labels):
        chosen = np.flatnonzero(labels == label)
        places[chosen] = (np.arange(len(chosen)) + 0.5) / len(chosen)
    return np.argsort(places, kind="stable")


def places_to_test(labels: NDArray[np.uint8]) -> Choice:
    """A tenth of each class, evenly chosen; at least one image of those that have two.

    Returns
    -------
    ndarray of int, sorted
        Places of the images that are the test part.
    """
    chosen: list[Choice] = [np.empty(0, np.intp)]
    for label in np.unique(labels):
        own = np.flatnonzero(labels == label)
        count = max(len(own) // TENTH, int(len(own) > 1))
        chosen.append(own[((np.arange(count) + 0.5) * len(own) / max(count, 1)).astype(np.intp)])
    return np.sort(np.concatenate(chosen))


def parted(
    name: str,
    learning: tuple[DataFile, DataFile],
    test: tuple[DataFile, DataFile] | None,
    class_names: tuple[str, ...] | None,
    credit: str = "",
) -> Digits:
    """Make a data set of images and labels that came in another way than the four IDX files.

    Without a test part a tenth of each class, evenly chosen, becomes it. Where the learning images
    are sorted by class, or nearly so, they are put into an order in which the images held back for
    validation are of all classes; otherwise their order stays.

    Parameters
    ----------
    name, class_names, credit
        As for `dataset_files.fit_together`.
    learning, test : pair of DataFile
        Images, uint8 (n, height, width), and labels, whole numbers (n,).

    Raises
    ------
    DataError
        They do not fit each other, or are too few.
    """
    images, labels = learning
    # As a whole first, so that a sentence tells a place in the file.
    digits = fit_together([*learning, *(test or learning)], name, class_names, credit)
    known = digits.learning.labels
    order = np.arange(len(known))
    if test is None:
        tested = places_to_test(known)
        order = np.setdiff1d(order, tested, assume_unique=True)
        if not len(tested) or len(order) < 2:
            raise DataError(
                f"{images.name} holds {len(known):,} images, too few to learn from and to test "
                "with: use a file that holds more."
            )
        test = _taken(images, tested), _taken(labels, tested)
    elif is_mixed(known):
        return digits
    if not is_mixed(known[order]):
        order = order[spread(known[order])]
    parts = [_taken(images, order), _taken(labels, order), *test]
    return fit_together(parts, name, digits.class_names, credit)


def _taken(file: DataFile, places: Choice) -> DataFile:
    if file.array.strides[0] == 0:
        # An outline: it has sizes and no pixels.
        shape = (len(places), *file.array.shape[1:])
        return DataFile(file.name, np.broadcast_to(file.array.dtype.type(0), shape))
    return DataFile(file.name, file.array[places])
