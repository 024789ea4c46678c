"""Optimizers act on the flat vector of parameters; schedules say how the learning rate moves."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.floating[Any]]


class Optimizer(ABC):
    """Updates a flat vector of parameters in place.

    Parameters
    ----------
    parameters : array, (n,)
        What it updates.
    momentum : float
        Part of the last step that is kept (0–1), where the optimizer has a use for it.

    Attributes
    ----------
    help : str
        One sentence for the panel and `--help`.
    """

    help: ClassVar[str]

    def __init__(self, parameters: Vector, momentum: float) -> None:
        self.parameters = parameters
        self.momentum = momentum

    @abstractmethod
    def step(self, gradient: Vector, learning_rate: float) -> None:
        """One update. `gradient` is used as scratch space and holds nothing of use afterwards."""

    def state(self) -> dict[str, Vector]:
        """The memory between steps: arrays by name, not copied."""
        return {}


class SGD(Optimizer):
    """Stochastic gradient descent, θ ← θ - η g."""

    help = "plain steps down the slope"

    def step(self, gradient: Vector, learning_rate: float) -> None:
        gradient *= learning_rate
        self.parameters -= gradient


class Momentum(Optimizer):
    """Gradient descent with momentum, v ← μ v + g, θ ← θ - η v (Polyak 1964)."""

    help = "steps that keep going the way they went"

    def __init__(self, parameters: Vector, momentum: float) -> None:
        super().__init__(parameters, momentum)
        self.velocity = np.zeros_like(parameters)

    def step(self, gradient: Vector, learning_rate: float) -> None:
        self.velocity *= self.momentum
        self.velocity += gradient
        np.multiply(self.velocity, learning_rate, out=gradient)
        self.parameters -= gradient

    def state(self) -> dict[str, Vector]:
        return {"velocity": self.velocity}


class Adam(Optimizer):
    """Adam: each weight has a step of its own, from means of its slope (Kingma & Ba 2015)."""

    help = "a step of its own for every weight"

    BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8

    def __init__(self, parameters: Vector, momentum: float) -> None:
        super().__init__(parameters, momentum)
        self.mean = np.zeros_like(parameters)
        self.square = np.zeros_like(parameters)
        self.steps = np.zeros(1)
        self._scratch = np.empty_like(parameters)

    def step(self, gradient: Vector, learning_rate: float) -> None:
        self.steps += 1.0
        scratch = self._scratch
        np.multiply(gradient, gradient, out=scratch)
        scratch *= 1.0 - self.BETA2
        self.square *= self.BETA2
        self.square += scratch
        gradient *= 1.0 - self.BETA1
        self.mean *= self.BETA1
        self.mean += gradient
        # Both bias corrections folded into scalars: θ -= a m / (√s + b).
        correction = math.sqrt(1.0 - self.BETA2 ** float(self.steps[0]))
        np.sqrt(self.square, out=scratch)
        scratch += self.EPSILON * correction
        np.divide(self.mean, scratch, out=scratch)
        scratch *= learning_rate * correction / (1.0 - self.BETA1 ** float(self.steps[0]))
        self.parameters -= scratch

    def state(self) -> dict[str, Vector]:
        return {"mean": self.mean, "square": self.square, "steps": self.steps}


OPTIMIZERS: dict[str, type[Optimizer]] = {"sgd": SGD, "momentum": Momentum, "adam": Adam}


@dataclass(frozen=True)
class Schedule:
    """How the learning rate moves: `factor(t)` for the part t of the run that is done, 0 to 1."""

    factor: Callable[[float], float]
    help: str


# The cosine: Loshchilov & Hutter 2017.
SCHEDULES = {
    "constant": Schedule(lambda t: 1.0, "the same from start to end"),
    "cosine": Schedule(
        lambda t: 0.5 * (1.0 + math.cos(math.pi * t)), "falls along a cosine to zero"
    ),
}
