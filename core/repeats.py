"""Images that occur in two arrays, and the rest: found and kept without room for a second copy."""

import mmap
from tempfile import TemporaryFile, gettempdir

import numpy as np
from numpy.typing import NDArray

from .errors import SaveError
from .files import display

Images = NDArray[np.uint8]

# What is larger goes to a file rather than into memory.
MOST_IN_MEMORY = 256 << 20

_CHUNK = 1 << 14


def occurring(images: Images, others: Images) -> NDArray[np.bool_]:
    """Tell which images, compared byte for byte, are also among others.

    Memory goes by their numbers, a few bytes for each, not by their pixels.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, height, width)
        Each is looked for.
    others : ndarray of uint8, shape (m, height, width)
        Among these.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    theirs = _fingerprints(others)
    order = np.argsort(theirs)
    theirs = theirs[order]
    found = np.zeros(len(images), np.bool_)
    for start in range(0, len(images), _CHUNK):
        mine = _fingerprints(images[start : start + _CHUNK])
        first, end = (np.searchsorted(theirs, mine, side) for side in ("left", "right"))
        for index in np.flatnonzero(first < end):
            alike = order[first[index] : end[index]]
            image = images[start + index]
            found[start + index] = any(np.array_equal(image, others[each]) for each in alike)
    return found


def chosen_images(images: Images, chosen: NDArray[np.bool_]) -> Images:
    """Copy the chosen images into memory, or, where they are many, into a file that is mapped.

    The file has no name and goes with the array.

    Raises
    ------
    SaveError
        There is no room for it on the disk.
    """
    count = int(chosen.sum())
    if count * images[0].nbytes <= MOST_IN_MEMORY:
        return images[chosen]
    try:
        with TemporaryFile() as file:
            for start in range(0, len(images), _CHUNK):
                part = slice(start, start + _CHUNK)
                file.write(images[part][chosen[part]].data)
            file.flush()
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise SaveError(
            f"{count:,} images could not be set apart in {display(gettempdir())}: "
            f"{error.strerror or error}; make room there, or set TMPDIR to another folder."
        ) from error
    return np.frombuffer(mapped, np.uint8).reshape(count, *images.shape[1:])


def _fingerprints(images: Images) -> NDArray[np.int64]:
    """A number for each image, which equal ones share; so do, now and then, two that differ."""
    return np.fromiter((hash(image.tobytes()) for image in images), np.int64, len(images))
