"""Every activation with every loss: value and gradient against PyTorch's autograd."""

import numpy as np
import pytest

from core.activations import ACTIVATIONS
from core.digits import Part
from core.losses import LOSSES
from core.network import Network
from core.spec import NetworkSpec
from core.tensors import named_arrays
from tests.references.twins import SPEC, drawn, inputs, mean_loss, train, twin, whole

# The step of one plain descent is the gradient, as the trainer itself computes it; the longer it
# is, the more of the gradient's digits are left in it.
RATE = 10.0


def check(spec: NetworkSpec, part: Part, smoothing: float = 0.0) -> None:
    """Loss to 1e-5, each array of slopes to 1e-4 of its largest one."""
    network = drawn(spec)
    module = twin(network)
    expected = mean_loss(spec.loss, module(inputs(part)), part.labels, smoothing)
    expected.backward()
    settings = whole(part, 1, optimizer="sgd", learning_rate=RATE, label_smoothing=smoothing)
    after = network.copy()
    (loss,) = train(after, part, settings, 1)
    assert loss == pytest.approx(expected.item(), rel=1e-5)
    wanted = {name: each.grad.numpy() for name, each in module.named_parameters()}
    # A bias that normalisation takes away again has no slope but rounding.
    least = 1e-2 * max(float(np.abs(each).max()) for each in wanted.values())
    for name, slopes in gradient(network, after).items():
        largest = max(float(np.abs(wanted[name]).max()), least)
        np.testing.assert_allclose(slopes, wanted[name], rtol=0, atol=1e-4 * largest, err_msg=name)


def gradient(before: Network, after: Network) -> dict[str, np.ndarray]:
    pairs = named_arrays(after)
    return {
        name: (array.astype(np.float64) - pairs[name]) / RATE
        for name, array in named_arrays(before).items()
        if "running" not in name
    }


@pytest.mark.parametrize("batch_norm", [False, True], ids=["plain", "normalised"])
@pytest.mark.parametrize("bias", [True, False], ids=["bias", "no-bias"])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_whole_networks(
    middles: Part, activation: str, loss: str, bias: bool, batch_norm: bool
) -> None:
    check(SPEC.replace(activation=activation, loss=loss, bias=bias, batch_norm=batch_norm), middles)


@pytest.mark.parametrize("smoothing", [0.1, 0.9])
@pytest.mark.parametrize("loss", LOSSES)
def test_label_smoothing(middles: Part, loss: str, smoothing: float) -> None:
    check(SPEC.replace(loss=loss), middles, smoothing)


def test_the_plainest_and_a_deep_network(digits) -> None:
    check(NetworkSpec(hidden=()), Part(digits.learning.images[:40], digits.learning.labels[:40]))
    check(NetworkSpec((30, 20, 10, 8), inputs=(8, 8), activation="elu"), middles_of(digits))


def middles_of(digits) -> Part:
    images = digits.learning.images[100:140, 10:18, 10:18]
    return Part(np.ascontiguousarray(images), digits.learning.labels[100:140])
