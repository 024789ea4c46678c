"""Backpropagation against finite differences and against an independent library."""

from collections.abc import Callable
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from core.activations import ACTIVATIONS
from core.losses import LOSSES
from core.network import Gradient, Network, Workspace
from core.spec import NetworkSpec

Vector = np.ndarray[Any, Any]

# Written anew from the literature, for autograd to take apart.
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": lambda z: anp.tanh(z),
    "relu": lambda z: anp.where(z > 0, z, 0 * z),
    "leaky-relu": lambda z: anp.where(z > 0, z, z / 100),
    "elu": lambda z: anp.where(z > 0, z, anp.exp(z) - 1),
    "lecun-tanh": lambda z: 1.7159 * anp.tanh(z * 2 / 3),
    "selu": lambda z: (
        1.0507009873554805 * anp.where(z > 0, z, 1.6732632423543772 * (anp.exp(z) - 1))
    ),
    "gelu": lambda z: z * (1 + anp.tanh((2 / anp.pi) ** 0.5 * (z + 0.044715 * z**3))) / 2,
    "silu": lambda z: z / (1 + anp.exp(-z)),
    "softplus": lambda z: anp.log(1 + anp.exp(z)),
}


def negative_log_likelihood(z: Any, wanted: Any) -> Any:
    highest = anp.max(z, axis=1, keepdims=True)
    logarithms = z - highest - anp.log(anp.sum(anp.exp(z - highest), axis=1, keepdims=True))
    return -anp.sum(wanted * logarithms)


def half_squared_distance(z: Any, wanted: Any) -> Any:
    return anp.sum((FUNCTIONS["sigmoid"](z) - wanted) ** 2) / 2


def yes_or_no(z: Any, wanted: Any) -> Any:
    return anp.sum(anp.log(1 + anp.exp(z)) - wanted * z)


DISTANCES = {
    "cross-entropy": negative_log_likelihood,
    "squared-error": half_squared_distance,
    "binary-cross-entropy": yes_or_no,
}

every_network = pytest.mark.parametrize(
    "spec",
    [
        pytest.param(
            NetworkSpec(
                hidden=(7, 6, 8)[:depth],
                activation=activation,
                bias=bias,
                loss=loss,
                inputs=(3, 4),
                classes=5,
            ),
            id=f"{activation}-{loss}-{'bias' if bias else 'no-bias'}-{depth}",
        )
        for activation in ACTIVATIONS
        for loss in LOSSES
        for bias in (True, False)
        for depth in range(4)
    ]
    + [
        pytest.param(
            NetworkSpec(
                hidden=(7, 6, 8), activation=("gelu", "relu", "tanh"), inputs=(3, 4), classes=5
            ),
            id="mixed",
        )
    ],
)
normalised_networks = pytest.mark.parametrize(
    "spec",
    [
        pytest.param(
            NetworkSpec(
                hidden=(7, 6, 8)[:depth],
                activation=activation,
                bias=bias,
                batch_norm=True,
                inputs=(3, 4),
                classes=5,
            ),
            id=f"{activation}-{'bias' if bias else 'no-bias'}-{depth}",
        )
        for activation in ACTIVATIONS
        for bias in (True, False)
        for depth in (1, 3)
    ],
)
every_size = pytest.mark.parametrize("rows", [1, 6])


class Case:
    """A network with drawn weights and biases, and a minibatch for it."""

    def __init__(
        self, spec: NetworkSpec, rows: int, dtype: type = np.float64, smoothing: float = 0.0
    ) -> None:
        random = np.random.default_rng(4)
        self.smoothing = smoothing
        self.network = Network(spec, dtype)
        self.network.parameters[:] = random.normal(0, 0.6, spec.parameter_count)
        self.images = random.integers(0, 256, (rows, *spec.inputs), dtype=np.uint8)
        self.labels = random.integers(0, spec.classes, rows)
        self.work = Workspace(self.network, rows, learns=True)
        self.work.load(self.images)

    def loss(self) -> float:
        answers = self.network.forward(self.work)
        return self.network.loss.value(answers, self.labels, self.smoothing) / len(self.labels)

    def gradient(self) -> Vector:
        gradient = Gradient(self.network)
        self.network.forward(self.work)
        self.network.backward(self.work, self.labels, gradient, self.smoothing)
        return gradient.vector

    def finite_differences(self) -> Vector:
        parameters, step = self.network.parameters, 1e-6
        slopes = np.empty_like(parameters)
        for index, value in enumerate(parameters):
            parameters[index] = value + step
            above = self.loss()
            parameters[index] = value - step
            slopes[index] = (above - self.loss()) / (2 * step)
            parameters[index] = value
        return slopes

    def independent_loss(self, parameters: Any) -> Any:
        """The mean loss in plain formulas, layer by layer."""
        spec = self.network.spec
        a = self.images.reshape(len(self.images), -1) / 255
        start = 0
        for layer, (fan_in, fan_out) in enumerate(
            zip(spec.widths, spec.widths[1:], strict=False), start=1
        ):
            matrix = parameters[start : start + fan_in * fan_out].reshape(fan_in, fan_out)
            start += fan_in * fan_out
            z = anp.dot(a, matrix)
            if spec.bias:
                z = z + parameters[start : start + fan_out]
                start += fan_out
            if spec.batch_norm and layer <= len(spec.hidden):
                scale, shift = parameters[start : start + 2 * fan_out].reshape(2, fan_out)
                start += 2 * fan_out
                apart = z - anp.mean(z, axis=0)
                z = scale * apart / anp.sqrt(anp.mean(apart**2, axis=0) + 1e-5) + shift
            a = FUNCTIONS[spec.activations[layer - 1]](z) if layer <= len(spec.hidden) else z
        wanted = np.eye(spec.classes)[self.labels]
        wanted = (1 - self.smoothing) * wanted + self.smoothing / spec.classes
        return DISTANCES[spec.loss](a, wanted) / len(self.labels)

    def disagreement(self, found: Vector, expected: Vector) -> float:
        """The largest error of a layer's gradient, relative to the layer's largest slope."""
        matrices = self.network.spec.layout.matrices
        pairs = zip(matrices(found), matrices(expected), strict=True)
        return max(float(np.abs(a - b).max() / np.abs(b).max()) for a, b in pairs)


def test_every_activation_and_loss_has_an_independent_formula() -> None:
    """A new one is asked for here; all else finds it in the tables."""
    assert FUNCTIONS.keys() == ACTIVATIONS.keys()
    assert DISTANCES.keys() == LOSSES.keys()


@every_network
@every_size
def test_gradient_agrees_with_finite_differences(spec: NetworkSpec, rows: int) -> None:
    case = Case(spec, rows)
    assert case.disagreement(case.gradient(), case.finite_differences()) < 1e-4


@every_network
@every_size
def test_gradient_agrees_with_autograd(spec: NetworkSpec, rows: int) -> None:
    case = Case(spec, rows)
    expected = autograd.grad(case.independent_loss)(case.network.parameters.copy())
    assert case.disagreement(case.gradient(), expected) < 1e-9


@normalised_networks
def test_gradient_through_batch_normalisation(spec: NetworkSpec) -> None:
    case = Case(spec, 6)
    found = case.gradient()
    expected = autograd.grad(case.independent_loss)(case.network.parameters.copy())
    slopes = np.abs(expected).max()
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9 * slopes)
    np.testing.assert_allclose(found, case.finite_differences(), rtol=0, atol=1e-4 * slopes)


@pytest.mark.parametrize("loss", LOSSES)
def test_gradient_with_smoothed_labels(loss: str) -> None:
    spec = NetworkSpec(hidden=(7,), loss=loss, inputs=(3, 4), classes=5)
    case = Case(spec, 6, smoothing=0.3)
    assert case.loss() == pytest.approx(case.independent_loss(case.network.parameters), rel=1e-12)
    expected = autograd.grad(case.independent_loss)(case.network.parameters.copy())
    assert case.disagreement(case.gradient(), expected) < 1e-9


@every_network
def test_loss_agrees_with_the_plain_formula(spec: NetworkSpec) -> None:
    case = Case(spec, 6)
    assert case.loss() == pytest.approx(case.independent_loss(case.network.parameters), rel=1e-12)


@every_network
@every_size
def test_single_precision_agrees_with_double(spec: NetworkSpec, rows: int) -> None:
    single, double = Case(spec, rows, np.float32), Case(spec, rows)
    found = single.gradient()
    assert found.dtype == np.float32
    assert double.disagreement(found, double.gradient()) < 1e-4


@every_size
def test_gradient_is_written_anew_each_time(rows: int) -> None:
    """Nothing of the minibatch before is left in it, whatever its size."""
    case = Case(NetworkSpec(hidden=(6,), inputs=(3, 4), classes=5), rows)
    gradient = Gradient(case.network)
    gradient.vector[:] = 1e9
    for size in (4, rows):
        work = Workspace(case.network, size)
        work.load(np.resize(case.images, (size, 3, 4)))
        case.network.forward(work)
        case.network.backward(work, np.resize(case.labels, size), gradient)
    assert np.array_equal(gradient.vector, case.gradient())
