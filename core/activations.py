"""Activation functions: each function beside its slope, one table at the end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Activation:
    """An elementwise function of a layer.

    Attributes
    ----------
    forward : callable
        `forward(z, out)` writes f(z) into `out`, which may be `z` itself.
    backward : callable
        `backward(a, grad)` multiplies `grad` in place by f'(z), read from the activation a = f(z),
        so that no layer has to keep its z.
    initializer : str
        Name of the initialiser that suits the function.
    title : str
        Its name on the screen.
    help : str
        One sentence for the panel and `--help`.
    """

    forward: Callable[[Array, Array], None]
    backward: Callable[[Array, Array], None]
    initializer: str
    title: str
    help: str


def identity(z: Array, out: Array) -> None:
    """The identity, f(z) = z, into `out`."""
    if out is not z:
        np.copyto(out, z)


def identity_backward(a: Array, grad: Array) -> None:
    """Leave `grad` as it is: the slope is 1 everywhere."""


def sigmoid(z: Array, out: Array) -> None:
    """Logistic sigmoid, 1 / (1 + exp(-z)), into `out`; as a tanh, which cannot overflow."""
    np.multiply(z, 0.5, out=out)
    np.tanh(out, out=out)
    out += 1.0
    out *= 0.5


def sigmoid_backward(a: Array, grad: Array) -> None:
    """Multiply `grad` in place by sigmoid'(z) = a (1 - a)."""
    grad *= a
    grad *= 1.0 - a


def tanh(z: Array, out: Array) -> None:
    """Hyperbolic tangent into `out` (LeCun et al. 1998)."""
    np.tanh(z, out=out)


def tanh_backward(a: Array, grad: Array) -> None:
    """Multiply `grad` in place by tanh'(z) = 1 - a²."""
    grad *= 1.0 - a * a


def relu(z: Array, out: Array) -> None:
    """Rectified linear unit, max(z, 0), into `out` (Nair & Hinton 2010)."""
    np.maximum(z, 0.0, out=out)


def relu_backward(a: Array, grad: Array) -> None:
    """Multiply `grad` in place by relu'(z), read from the activation `a` = relu(z)."""
    np.multiply(grad, a > 0.0, out=grad)


LEAK = 0.01


def leaky_relu(z: Array, out: Array) -> None:
    """Leaky rectifier, max(z, 0.01 z), into `out` (Maas et al. 2013)."""
    np.maximum(z, z * LEAK, out=out)


def leaky_relu_backward(a: Array, grad: Array) -> None:
    """Multiply `grad` in place by the slope: 1 above zero, 0.01 below."""
    np.multiply(grad, np.where(a > 0.0, a.dtype.type(1.0), a.dtype.type(LEAK)), out=grad)


def elu(z: Array, out: Array) -> None:
    """Exponential linear unit, z above zero and exp(z) - 1 below, into `out` (Clevert 2016)."""
    below = np.expm1(np.minimum(z, 0.0))
    np.maximum(z, 0.0, out=out)
    out += below


def elu_backward(a: Array, grad: Array) -> None:
    """Multiply `grad` in place by the slope: 1 above zero, a + 1 = exp(z) below."""
    np.multiply(grad, np.minimum(a, 0.0) + 1.0, out=grad)


ACTIVATIONS = {
    "relu": Activation(
        relu, relu_backward, "he", "ReLU", "max(z, 0): quick to learn, the usual choice"
    ),
    "leaky-relu": Activation(
        leaky_relu,
        leaky_relu_backward,
        "he",
        "leaky ReLU",
        "ReLU that lets a hundredth through below zero",
    ),
    "elu": Activation(elu, elu_backward, "he", "ELU", "ReLU that bends smoothly to -1 below zero"),
    "tanh": Activation(tanh, tanh_backward, "glorot", "tanh", "from -1 to 1, centred on zero"),
    "sigmoid": Activation(
        sigmoid, sigmoid_backward, "glorot", "sigmoid", "from 0 to 1: where it all began"
    ),
    "identity": Activation(
        identity, identity_backward, "glorot", "linear", "none: the network is one straight map"
    ),
}
