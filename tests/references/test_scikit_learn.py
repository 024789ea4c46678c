"""Loss and gradient of scikit-learn's MLPClassifier on the same weights."""

from typing import Any

import numpy as np
import pytest

from core.digits import Part
from core.network import Network
from core.spec import NetworkSpec
from tests.references.twins import SPEC, drawn, train, whole

neural_network = pytest.importorskip(
    "sklearn.neural_network", reason="scikit-learn is not installed: make test-references"
)
STEPS, RATE = 6, 0.05


def their(network: Network, part: Part, activation: str, alpha: float = 0.0) -> Any:
    """Their classifier, holding the network's weights."""
    spec = network.spec
    mlp = neural_network.MLPClassifier(
        spec.hidden,
        activation=activation,
        solver="sgd",
        momentum=0.0,
        nesterovs_momentum=False,
        alpha=alpha,
        batch_size=len(part),
        learning_rate_init=RATE,
    )
    # It has weights, and its optimizer holds them, once it has learned anything.
    mlp.partial_fit(pixels(part), part.labels, classes=np.arange(spec.classes))
    for layer, weight, bias in zip(network.layers, mlp.coefs_, mlp.intercepts_, strict=True):
        weight[:], bias[:] = layer.weight, layer.matrix[-1]
    return mlp


def pixels(part: Part) -> np.ndarray:
    return part.images.reshape(len(part), -1) / 255.0


@pytest.mark.parametrize("alpha", [0.0, 0.5], ids=["plain", "penalty"])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("identity", "identity"), ("sigmoid", "logistic"), ("tanh", "tanh"), ("relu", "relu")],
)
def test_steps_and_losses(middles: Part, ours: str, theirs: str, alpha: float) -> None:
    """Their penalty is shared among the samples of the minibatch."""
    network = drawn(SPEC.replace(activation=ours))
    mlp = their(network, middles, theirs, alpha)
    spec = whole(middles, STEPS, optimizer="sgd", learning_rate=RATE, l2=alpha / len(middles))
    losses = train(network, middles, spec, STEPS)
    for loss in losses:
        penalty = 0.5 * alpha * sum(float((each**2).sum()) for each in mlp.coefs_) / len(middles)
        mlp.partial_fit(pixels(middles), middles.labels)
        assert loss == pytest.approx(mlp.loss_ - penalty, rel=1e-4)
    for layer, weight, bias in zip(network.layers, mlp.coefs_, mlp.intercepts_, strict=True):
        np.testing.assert_allclose(layer.weight, weight, rtol=0, atol=1e-4)
        np.testing.assert_allclose(layer.matrix[-1], bias, rtol=0, atol=1e-4)


def test_the_same_probabilities(digits) -> None:
    part = Part(digits.learning.images[:50], digits.learning.labels[:50])
    network = drawn(NetworkSpec(hidden=(40, 20)))
    mlp = their(network, part, "relu")
    found = network.predict(digits.test.images[:200])
    expected = mlp.predict_proba(digits.test.images[:200].reshape(200, -1) / 255.0)
    np.testing.assert_allclose(found, expected, atol=1e-5)
