"""Batch normalisation that is folded into the matrices."""

import numpy as np
import pytest

from core.digits import Digits
from core.folding import folded
from core.network import Network
from core.spec import NetworkSpec


def normed(random: np.random.Generator, bias: bool, activation: str = "relu") -> Network:
    """A network whose running statistics are those of nobody's first weights."""
    spec = NetworkSpec((40, 30), batch_norm=True, bias=bias, activation=activation)
    network = Network(spec).initialize(1)
    for layer in network.layers:
        layer.matrix[:] += random.normal(0, 0.05, layer.matrix.shape)
        if layer.norm is not None:
            for numbers in (layer.norm.scale, layer.norm.variance):
                numbers[:] = random.uniform(0.2, 3.0, numbers.shape)
            for numbers in (layer.norm.shift, layer.norm.mean):
                numbers[:] = random.normal(0, 1.0, numbers.shape)
    return network


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_a_folded_network_answers_alike_without_it(
    digits: Digits, random: np.random.Generator, bias: bool, activation: str
) -> None:
    network = normed(random, bias, activation)
    plain = folded(network)
    assert not plain.spec.batch_norm
    assert all(layer.norm is None for layer in plain.layers)
    images = digits.test.images[:200]
    np.testing.assert_allclose(plain.predict(images), network.predict(images), atol=2e-5)


def test_folding_leaves_the_network_alone(random: np.random.Generator) -> None:
    network = normed(random, bias=True)
    before = network.values.copy()
    folded(network)
    assert np.array_equal(network.values, before)


def test_what_has_none_is_returned_itself() -> None:
    network = Network(NetworkSpec((4,)))
    assert folded(network) is network
