"""Single pieces against PyTorch's: activations, first weights, dropout, schedules."""

import numpy as np
import pytest

from core.activations import ACTIVATIONS
from core.dropout import Dropout
from core.foreign import FOREIGN
from core.layers import INITIALIZERS
from core.network import Network, Workspace
from core.optimizers import SCHEDULES
from core.spec import NetworkSpec, TrainingSpec
from tests.references.twins import torch

init = torch.nn.init
FIRST_WEIGHTS = {
    "he": lambda weight: init.kaiming_normal_(weight, nonlinearity="relu"),
    "glorot": init.xavier_uniform_,
    "lecun": lambda weight: init.kaiming_normal_(weight, nonlinearity="linear"),
    "orthogonal": init.orthogonal_,
    "normal": lambda weight: init.normal_(weight, std=0.1),
    "uniform": lambda weight: init.uniform_(weight, -0.1, 0.1),
    "zeros": init.zeros_,
}
STEPS = 400


def schedule(optimizer, name: str):
    schedulers = torch.optim.lr_scheduler
    match name:
        case "constant":
            return schedulers.ConstantLR(optimizer, 1.0)
        case "cosine":
            return schedulers.CosineAnnealingLR(optimizer, STEPS)
        case "warm-cosine":
            rising = STEPS // 20
            return schedulers.SequentialLR(
                optimizer,
                [
                    schedulers.LinearLR(optimizer, 0.01, 1.0, rising),
                    schedulers.CosineAnnealingLR(optimizer, STEPS - rising),
                ],
                [rising],
            )
        case "step":
            return schedulers.MultiStepLR(optimizer, [STEPS // 2, STEPS * 3 // 4], 0.1)
        case "exponential":
            return schedulers.ExponentialLR(optimizer, 0.01 ** (1 / STEPS))
        case "one-cycle":
            return schedulers.OneCycleLR(
                optimizer, 1.0, total_steps=STEPS, cycle_momentum=False, final_div_factor=1e9
            )
    raise AssertionError(f"a twin of {name} is missing here")


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_and_its_slope(name: str) -> None:
    z = np.concatenate([np.linspace(-30, 30, 4001), np.linspace(-1, 1, 2000)]).astype(np.float32)
    activation = ACTIVATIONS[name]
    a = np.empty_like(z)
    activation.forward(z, a)
    twin = torch.from_numpy(z.astype(np.float64)).requires_grad_()
    expected = eval(FOREIGN[name].torch, {"torch": torch})(twin)
    np.testing.assert_allclose(a, expected.detach().numpy(), rtol=1e-5, atol=1e-6)
    expected.sum().backward()
    slope = np.ones_like(z)
    activation.backward(z if activation.keeps_sums else a, slope)
    np.testing.assert_allclose(slope, twin.grad.numpy(), rtol=0, atol=1e-5)


@pytest.mark.parametrize("shape", [(300, 200), (200, 300)], ids=["narrowing", "widening"])
@pytest.mark.parametrize("name", INITIALIZERS)
def test_first_weights_are_spread_alike(name: str, shape: tuple[int, int]) -> None:
    fan_in, fan_out = shape
    ours = INITIALIZERS[name].draw(np.random.default_rng(0), fan_in, fan_out)
    torch.manual_seed(0)
    theirs = FIRST_WEIGHTS[name](torch.empty(fan_out, fan_in)).numpy()
    assert ours.shape == shape
    parts = np.linspace(0.01, 0.99, 21)
    allowed = 0.04 * theirs.std()
    np.testing.assert_allclose(
        np.quantile(ours, parts), np.quantile(theirs, parts), rtol=0, atol=allowed
    )
    assert abs(ours.std() - theirs.std()) <= 0.02 * theirs.std()
    if name in ("uniform", "glorot"):
        np.testing.assert_allclose(ours.max(), theirs.max(), rtol=1e-3)


def test_orthogonal_weights_have_singular_values_of_one() -> None:
    for shape in ((30, 20), (20, 30)):
        drawn = INITIALIZERS["orthogonal"].draw(np.random.default_rng(0), *shape)
        theirs = init.orthogonal_(torch.empty(shape)).numpy()
        values = [np.linalg.svd(each, compute_uv=False) for each in (drawn, theirs)]
        np.testing.assert_allclose(values[0], values[1], atol=1e-5)


@pytest.mark.parametrize("rate", [0.2, 0.5, 0.9])
def test_dropout_scales_as_theirs_and_silences_as_many(rate: float) -> None:
    network = Network(NetworkSpec(hidden=(300,)))
    work = Workspace(network, 200, learns=True, dropout=True)
    Dropout(TrainingSpec(dropout=rate)).draw(0, work)
    (mask,) = work.masks
    theirs = torch.nn.functional.dropout(torch.ones(200, 300), rate).numpy()
    np.testing.assert_allclose(np.unique(mask), np.unique(theirs), rtol=1e-6)
    deviation = np.sqrt(rate * (1 - rate) / mask.size)
    assert abs(float((mask == 0).mean()) - rate) < 5 * deviation


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedule(name: str) -> None:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = schedule(optimizer, name)
    theirs = []
    for _ in range(STEPS):
        theirs.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    ours = [SCHEDULES[name].factor(step / STEPS) for step in range(STEPS)]
    # PyTorch lets the last step of the cycle be its end, and so is up to a step ahead.
    allowed = 0.02 if name == "one-cycle" else 1e-9
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=allowed)
