"""Where data sets come from: their mirrors in one table, and their sizes."""

from dataclasses import dataclass

from .datasets import KNOWN
from .errors import DataError
from .files import display


@dataclass(frozen=True)
class Source:
    """Where a data set comes from.

    Attributes
    ----------
    mirrors : tuple of str
        Web folders that hold its four files, tried in this order.
    packed, unpacked : tuple of int
        Bytes of each file in the order of `STEMS`: as published, packed with gzip, which only
        estimates go by, and unpacked, which is exact.
    """

    mirrors: tuple[str, ...]
    packed: tuple[int, ...]
    unpacked: tuple[int, ...] = (47_040_016, 60_008, 7_840_016, 10_008)

    @property
    def size(self) -> int:
        """Bytes to load."""
        return sum(self.packed)


SOURCES = {
    "mnist": Source(
        (
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
        ),
        (9_912_422, 28_881, 1_648_877, 4_542),
    ),
    "fashion-mnist": Source(
        (
            "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
            # It speaks no https; the checksums say whether what comes is right.
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        ),
        (26_421_880, 29_515, 4_422_102, 5_148),
    ),
}


def source_of(name: str) -> Source:
    """Where a data set of that name comes from.

    Raises
    ------
    DataError
        It is not known, or part of the program.
    """
    if name in SOURCES:
        return SOURCES[name]
    names = " and ".join(SOURCES)
    if name in KNOWN:
        raise DataError(f"{name} is part of the program: {names} can be downloaded.")
    raise DataError(f"There is no data set {display(name)} to download: there are {names}.")
