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
        `backward(kept, grad)` multiplies `grad` in place by f'(z), read from what was kept: the
        activation a = f(z), so that no layer has to keep its z, or z itself.
    initializer : str
        Name of the initialiser that suits the function.
    title : str
        Its name on the screen.
    help : str
        One sentence for the panel and `--help`.
    keeps_sums : bool
        Whether `backward` reads z, because a does not tell it; f may fall as well as rise.
    """

    forward: Callable[[Array, Array], None]
    backward: Callable[[Array, Array], None]
    initializer: str
    title: str
    help: str
    keeps_sums: bool = False


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


# LeCun's constants: f(1) = 1, f(-1) = -1, and the curvature is largest there.
STRETCH, STEEPNESS = 1.7159, 2.0 / 3.0


def lecun_tanh(z: Array, out: Array) -> None:
    """Scaled tanh, 1.7159 tanh(2z/3), into `out` (LeCun et al. 1998)."""
    np.multiply(z, STEEPNESS, out=out)
    np.tanh(out, out=out)
    out *= STRETCH


def lecun_tanh_backward(a: Array, grad: Array) -> None:
    """Multiply `grad` in place by the slope, 2/3 (1.7159 - a²/1.7159)."""
    slope = a * a
    slope *= -STEEPNESS / STRETCH
    slope += STEEPNESS * STRETCH
    grad *= slope


# With these two the signal of a deep network comes to mean 0 and variance 1 by itself.
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def selu(z: Array, out: Array) -> None:
    """Scaled exponential linear unit into `out` (Klambauer et al. 2017)."""
    below = np.expm1(np.minimum(z, 0.0))
    below *= SELU_SCALE * SELU_ALPHA
    np.maximum(z, 0.0, out=out)
    out *= SELU_SCALE
    out += below


def selu_backward(a: Array, grad: Array) -> None:
    """Multiply `grad` in place by the slope: the scale above zero, a + scale · alpha below."""
    below = a + a.dtype.type(SELU_SCALE * SELU_ALPHA)
    grad *= np.where(a > 0.0, a.dtype.type(SELU_SCALE), below)


# Of the tanh that stands for the normal distribution's integral, and where that has long ended.
GELU_RATE, GELU_CUBE, GELU_END = 0.7978845608028654, 0.044715, 30.0


def _gelu_tanh(z: Array) -> Array:
    """tanh(√(2/π) (z + 0.044715 z³)) of a z that was kept from overflowing, a new array."""
    inner = z * z
    inner *= GELU_CUBE
    inner += 1.0
    inner *= z
    inner *= GELU_RATE
    return np.tanh(inner, out=inner)


def gelu(z: Array, out: Array) -> None:
    """Gaussian error linear unit into `out`, in its tanh form (Hendrycks & Gimpel 2016)."""
    share = _gelu_tanh(np.clip(z, -GELU_END, GELU_END))
    share += 1.0
    share *= 0.5
    np.multiply(z, share, out=out)


def gelu_backward(z: Array, grad: Array) -> None:
    """Multiply `grad` in place by gelu'(z) = ½(1 + t) + ½ z (1 - t²) √(2/π) (1 + 3·0.044715 z²)."""
    z = np.clip(z, -GELU_END, GELU_END)
    t = _gelu_tanh(z)
    slope = z * z
    slope *= 3.0 * GELU_CUBE
    slope += 1.0
    slope *= z
    slope *= GELU_RATE
    slope *= 1.0 - t * t
    slope += t
    slope += 1.0
    slope *= 0.5
    grad *= slope


def silu(z: Array, out: Array) -> None:
    """Sigmoid linear unit, z · sigmoid(z), into `out` (Elfwing et al. 2018)."""
    share = np.empty_like(z)
    sigmoid(z, share)
    np.multiply(z, share, out=out)


def silu_backward(z: Array, grad: Array) -> None:
    """Multiply `grad` in place by silu'(z) = s (1 + z (1 - s)) with s = sigmoid(z)."""
    share = np.empty_like(z)
    sigmoid(z, share)
    slope = 1.0 - share
    slope *= z
    slope += 1.0
    slope *= share
    grad *= slope


def softplus(z: Array, out: Array) -> None:
    """Softplus, log(1 + exp(z)), into `out`, without overflow (Dugas et al. 2001)."""
    np.logaddexp(z, z.dtype.type(0.0), out=out)


def softplus_backward(a: Array, grad: Array) -> None:
    """Multiply `grad` in place by softplus'(z) = sigmoid(z) = 1 - exp(-a)."""
    grad *= -np.expm1(-a)


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
    "selu": Activation(
        selu, selu_backward, "lecun", "SELU", "ELU scaled so that deep networks keep their level"
    ),
    "gelu": Activation(
        gelu, gelu_backward, "he", "GELU", "z by its chance to be large: a soft ReLU", True
    ),
    "silu": Activation(silu, silu_backward, "he", "SiLU", "z · sigmoid(z): a soft ReLU", True),
    "softplus": Activation(
        softplus, softplus_backward, "he", "softplus", "ReLU with its corner rounded, never zero"
    ),
    "tanh": Activation(tanh, tanh_backward, "glorot", "tanh", "from -1 to 1, centred on zero"),
    "lecun-tanh": Activation(
        lecun_tanh,
        lecun_tanh_backward,
        "lecun",
        "LeCun's tanh",
        "tanh stretched so that 1 stays 1: for inputs of that size",
    ),
    "sigmoid": Activation(
        sigmoid, sigmoid_backward, "glorot", "sigmoid", "from 0 to 1: where it all began"
    ),
    "identity": Activation(
        identity, identity_backward, "glorot", "linear", "none: the network is one straight map"
    ),
}
