"""Optimizers act on the flat vector of parameters; schedules say how the learning rate moves."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from .blas import add_scaled, blend

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
    weight_decay : float
        The decay that suits it, where nobody sets one.
    """

    help: ClassVar[str]
    weight_decay: ClassVar[float] = 0.0

    def __init__(self, parameters: Vector, momentum: float) -> None:
        self.parameters = parameters
        self.momentum = momentum

    def carry(self, gradient: Vector) -> float:
        """Take the vector in which the slopes come as memory, if that saves a pass over it.

        Returns
        -------
        float
            The part of it that must stay below the next slopes; 0 where it is not taken.
        """
        return 0.0

    @abstractmethod
    def step(self, gradient: Vector, learning_rate: float) -> None:
        """One update. `gradient` is used as scratch space, unless it is carried."""

    def state(self) -> dict[str, Vector]:
        """The memory between steps: arrays by name, not copied."""
        return {}


class SGD(Optimizer):
    """Stochastic gradient descent, θ ← θ - η g."""

    help = "plain steps down the slope"

    def step(self, gradient: Vector, learning_rate: float) -> None:
        add_scaled(self.parameters, -learning_rate, gradient)


class Momentum(Optimizer):
    """Gradient descent with momentum, v ← μ v + g, θ ← θ - η v (Polyak 1964)."""

    help = "steps that keep going the way they went"

    def __init__(self, parameters: Vector, momentum: float) -> None:
        super().__init__(parameters, momentum)
        self.velocity = np.zeros_like(parameters)

    def carry(self, gradient: Vector) -> float:
        self.velocity = gradient
        return self.momentum

    def step(self, gradient: Vector, learning_rate: float) -> None:
        self._follow(gradient)
        add_scaled(self.parameters, -learning_rate, self.velocity)

    def _follow(self, gradient: Vector) -> None:
        if gradient is not self.velocity:
            self.velocity *= self.momentum
            self.velocity += gradient

    def state(self) -> dict[str, Vector]:
        return {"velocity": self.velocity}


class Nesterov(Momentum):
    """Momentum that looks ahead, v ← μ v + g, θ ← θ - η (g + μ v) (Nesterov 1983)."""

    help = "momentum that looks where it is about to be"

    def carry(self, gradient: Vector) -> float:
        # A step needs the slopes by themselves, too.
        return 0.0

    def step(self, gradient: Vector, learning_rate: float) -> None:
        self._follow(gradient)
        add_scaled(self.parameters, -learning_rate, gradient)
        add_scaled(self.parameters, -learning_rate * self.momentum, self.velocity)


class RMSProp(Optimizer):
    """RMSprop, s ← ρ s + (1 - ρ) g², θ ← θ - η g / (√s + ε) (Tieleman & Hinton 2012)."""

    help = "steps scaled by how large each slope has been of late"

    DECAY, EPSILON = 0.99, 1e-8

    def __init__(self, parameters: Vector, momentum: float) -> None:
        super().__init__(parameters, momentum)
        self.square = np.zeros_like(parameters)
        self._scratch = np.empty_like(parameters)

    def step(self, gradient: Vector, learning_rate: float) -> None:
        scratch = self._scratch
        np.multiply(gradient, gradient, out=scratch)
        blend(self.square, self.DECAY, 1.0 - self.DECAY, scratch)
        np.sqrt(self.square, out=scratch)
        scratch += self.EPSILON
        gradient /= scratch
        add_scaled(self.parameters, -learning_rate, gradient)

    def state(self) -> dict[str, Vector]:
        return {"square": self.square}


class Lion(Optimizer):
    """Lion, θ ← θ - η sign(β₁ m + (1 - β₁) g), m ← β₂ m + (1 - β₂) g (Chen et al. 2023)."""

    help = "steps of one size, whose sign alone is learned; wants a tenth of Adam's rate"

    BETA1, BETA2 = 0.9, 0.99

    def __init__(self, parameters: Vector, momentum: float) -> None:
        super().__init__(parameters, momentum)
        self.mean = np.zeros_like(parameters)
        self._scratch = np.empty_like(parameters)

    def step(self, gradient: Vector, learning_rate: float) -> None:
        scratch = self._scratch
        np.multiply(gradient, 1.0 - self.BETA1, out=scratch)
        gradient *= 1.0 - self.BETA2
        # β₁ m + (1 - β₁) g, with the mean's own update begun in between.
        self.mean *= self.BETA1
        scratch += self.mean
        self.mean *= self.BETA2 / self.BETA1
        self.mean += gradient
        np.sign(scratch, out=scratch)
        scratch *= learning_rate
        self.parameters -= scratch

    def state(self) -> dict[str, Vector]:
        return {"mean": self.mean}


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
        blend(self.square, self.BETA2, 1.0 - self.BETA2, scratch)
        blend(self.mean, self.BETA1, 1.0 - self.BETA1, gradient)
        # Both bias corrections folded into scalars: θ -= a m / (√s + b).
        correction = math.sqrt(1.0 - self.BETA2 ** float(self.steps[0]))
        np.sqrt(self.square, out=scratch)
        scratch += self.EPSILON * correction
        np.divide(self.mean, scratch, out=scratch)
        rate = learning_rate * correction / (1.0 - self.BETA1 ** float(self.steps[0]))
        add_scaled(self.parameters, -rate, scratch)

    def state(self) -> dict[str, Vector]:
        return {"mean": self.mean, "square": self.square, "steps": self.steps}


class AdamW(Adam):
    """Adam beside weight decay that is apart from the gradient (Loshchilov & Hutter 2019).

    The decay is `Regularization`'s with every optimizer, never on biases; here it is asked for.
    """

    help = "Adam with weight decay apart from the slopes, never on biases: 0.01 unless set"
    weight_decay = 0.01


OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "rmsprop": RMSProp,
    "adam": Adam,
    "adamw": AdamW,
    "lion": Lion,
}


@dataclass(frozen=True)
class Schedule:
    """How the learning rate moves: `factor(t)` for the part t of the run that is done, 0 to 1."""

    factor: Callable[[float], float]
    help: str


# The part of a run in which a rate that starts small rises.
WARM_UP, RISE = 0.05, 0.3


def cosine(t: float) -> float:
    """From 1 to 0 along half a cosine (Loshchilov & Hutter 2017)."""
    return 0.5 * (1.0 + math.cos(math.pi * t))


def warm_cosine(t: float) -> float:
    """A straight rise in the first twentieth (Goyal et al. 2017), then half a cosine."""
    rising = 0.01 + 0.99 * t / WARM_UP
    return rising if t < WARM_UP else cosine((t - WARM_UP) / (1.0 - WARM_UP))


def one_cycle(t: float) -> float:
    """Up from a 25th until three tenths are done, then down to nothing (Smith & Topin 2018)."""
    return 0.04 + 0.96 * cosine(1.0 - t / RISE) if t < RISE else cosine((t - RISE) / (1.0 - RISE))


def step(t: float) -> float:
    """A tenth after the half, a hundredth after three quarters."""
    return 1.0 if t < 0.5 else 0.1 if t < 0.75 else 0.01


def exponential(t: float) -> float:
    """By the same factor in each minibatch, to a hundredth."""
    return math.pow(0.01, t)


SCHEDULES = {
    "constant": Schedule(lambda t: 1.0, "the same from start to end"),
    "cosine": Schedule(cosine, "falls along a cosine to zero"),
    "warm-cosine": Schedule(warm_cosine, "rises for a twentieth of the run, then as cosine"),
    "one-cycle": Schedule(one_cycle, "rises for three tenths of the run, then falls to zero"),
    "step": Schedule(step, "a tenth from the half on, a hundredth from three quarters on"),
    "exponential": Schedule(exponential, "falls evenly to a hundredth"),
}
