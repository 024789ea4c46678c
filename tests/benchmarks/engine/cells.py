"""What is measured: a cell is a network, a minibatch size, an optimizer and a number of threads."""

import itertools
from dataclasses import dataclass
from fnmatch import fnmatchcase

NETS = (
    (30,),
    (100,),
    (512, 512),
    (1000, 500),
    (2500, 2000, 1500, 1000, 500),
)
MINIBATCHES = (1, 10, 32, 128, 512)
OPTIMIZERS = ("momentum", "adam")
THREADS = (1, 2)
PIXELS, CLASSES = 784, 10
MOMENTUM = 0.9

# From this many neurons in every hidden layer on, a network is compared with its products alone.
WIDE = 500
# Minibatches at which it is.
PRODUCTS_AT = (128, 512)


@dataclass(frozen=True)
class Cell:
    """One cell of the table.

    Attributes
    ----------
    hidden : tuple of int
        Widths of the hidden layers.
    minibatch : int
        Digits of a step.
    optimizer : str
        `"momentum"` or `"adam"`.
    threads : int
        Processor cores that may be used.
    """

    hidden: tuple[int, ...]
    minibatch: int
    optimizer: str
    threads: int

    @property
    def net(self) -> str:
        """The network's name: 784-100-10."""
        return "-".join(map(str, self.widths))

    @property
    def name(self) -> str:
        """The name by which `--cells` and the file of results know it: 784-100-10:32:adam:1."""
        return f"{self.net}:{self.minibatch}:{self.optimizer}:{self.threads}"

    @property
    def widths(self) -> tuple[int, ...]:
        """Numbers of pixels, of neurons in each hidden layer and of classes."""
        return (PIXELS, *self.hidden, CLASSES)

    @property
    def weights(self) -> int:
        """Number of weights, biases not counted."""
        return sum(above * below for above, below in itertools.pairwise(self.widths))

    @property
    def learning_rate(self) -> float:
        """Small enough that no network diverges, however long it is measured."""
        rate = 0.01 if self.optimizer == "momentum" else 0.001
        return rate if self.minibatch > 1 else rate / 10

    @property
    def has_products(self) -> bool:
        """Whether the time of the matrix products alone is measured beside it."""
        wide = min(self.hidden) >= WIDE
        return wide and self.minibatch in PRODUCTS_AT and self.optimizer == "momentum"

    @classmethod
    def named(cls, name: str) -> "Cell":
        """The cell of a name.

        Raises
        ------
        ValueError
            It is no name of a cell.
        """
        net, minibatch, optimizer, threads = name.split(":")
        widths = tuple(map(int, net.split("-")))
        if (widths[0], widths[-1]) != (PIXELS, CLASSES) or len(widths) < 3:
            raise ValueError(f"{net} does not lead from {PIXELS} pixels to {CLASSES} classes")
        if optimizer not in OPTIMIZERS:
            raise ValueError(f"{optimizer} is none of {', '.join(OPTIMIZERS)}")
        return cls(widths[1:-1], int(minibatch), optimizer, int(threads))


def all_cells() -> list[Cell]:
    """Every cell, those of one number of threads together."""
    return [
        Cell(hidden, minibatch, optimizer, threads)
        for threads, hidden, optimizer, minibatch in itertools.product(
            THREADS, NETS, OPTIMIZERS, MINIBATCHES
        )
    ]


def quick_cells() -> list[Cell]:
    """A few that stand for the rest."""
    nets = NETS[:3]
    return [
        cell
        for cell in all_cells()
        if cell.hidden in nets
        and (
            (cell.optimizer == "momentum" and (cell.threads == 1 or cell.minibatch in (32, 512)))
            or (cell.optimizer == "adam" and cell.threads == 1 and cell.minibatch == 128)
        )
    ]


def chosen(patterns: str) -> list[Cell]:
    """The cells that one of several patterns names.

    Parameters
    ----------
    patterns : str
        Separated by commas; parts of each by colons, as in a cell's name. `*` stands for anything,
        and so do parts left out at the end: `784-512-512-10:10`, `*:1:momentum`. A whole name may
        be of a cell that the table does not have.

    Raises
    ------
    ValueError
        A pattern names no cell.
    """
    found: list[Cell] = []
    for pattern in patterns.split(","):
        parts = pattern.strip().split(":")
        whole = ":".join([*parts, *["*"] * (4 - len(parts))])
        matching = [cell for cell in all_cells() if fnmatchcase(cell.name, whole)]
        if not matching and "*" not in whole:
            matching = [Cell.named(whole)]
        if not matching:
            raise ValueError(f"{pattern} names no cell")
        found += [cell for cell in matching if cell not in found]
    return sorted(found, key=lambda cell: cell.threads)
