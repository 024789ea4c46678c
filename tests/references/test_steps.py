"""Optimizers, decay, clipping and whole trainings: after some steps the weights are PyTorch's."""

import numpy as np
import pytest

from core.digits import Part
from core.optimizers import OPTIMIZERS
from core.seeds import generator
from core.spec import TrainingSpec
from tests.references.twins import SPEC, apart, drawn, inputs, mean_loss, torch, train, twin, whole

# Normalised networks are compared without biases: those before the normalisation have no slope but
# rounding, and an optimizer that scales its steps makes whole steps of that.
STEPS, MOMENTUM = 8, 0.9


class Lion(torch.optim.Optimizer):
    """After Chen et al. 2023, algorithm 2; PyTorch has none."""

    def __init__(self, groups, lr):
        super().__init__(groups, {"lr": lr})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for parameter in group["params"]:
                mean = self.state[parameter].setdefault("mean", torch.zeros_like(parameter))
                decay = group.get("weight_decay", 0.0)
                step = torch.sign(0.9 * mean + 0.1 * parameter.grad) + decay * parameter
                parameter -= group["lr"] * step
                self.state[parameter]["mean"] = 0.99 * mean + 0.01 * parameter.grad


TWINS = {
    "sgd": lambda groups, lr: torch.optim.SGD(groups, lr=lr),
    "momentum": lambda groups, lr: torch.optim.SGD(groups, lr=lr, momentum=MOMENTUM),
    "nesterov": lambda groups, lr: torch.optim.SGD(groups, lr=lr, momentum=MOMENTUM, nesterov=True),
    "rmsprop": lambda groups, lr: torch.optim.RMSprop(groups, lr=lr, alpha=0.99, eps=1e-8),
    "adam": lambda groups, lr: torch.optim.Adam(groups, lr=lr),
    "adamw": lambda groups, lr: torch.optim.AdamW(groups, lr=lr),
    "lion": Lion,
}
RATES = {"rmsprop": 1e-3, "adam": 1e-2, "adamw": 1e-2, "lion": 1e-3}


def weights_and_others(module, **of_weights):
    """Decay is for the matrices alone: neither for biases nor for what normalisation learns."""
    named = dict(module.named_parameters())
    matrices = [each for each in named.values() if each.dim() == 2]
    others = [each for each in named.values() if each.dim() == 1]
    groups = [{"params": matrices, **of_weights}, {"params": others, "weight_decay": 0.0}]
    return [group for group in groups if group["params"]]


def steps_of_torch(module, optimizer, part, loss="cross-entropy", steps=STEPS, clip=0.0):
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        value = mean_loss(loss, module(inputs(part)), part.labels)
        value.backward()
        if clip:
            torch.nn.utils.clip_grad_norm_(module.parameters(), clip)
        optimizer.step()
        losses.append(value.item())
    return losses


def test_every_optimizer_has_a_twin() -> None:
    """A new one is asked for here."""
    assert OPTIMIZERS.keys() <= TWINS.keys()


@pytest.mark.parametrize("batch_norm", [False, True], ids=["plain", "normalised"])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizer(middles: Part, name: str, batch_norm: bool) -> None:
    network = drawn(SPEC.replace(batch_norm=batch_norm, bias=not batch_norm))
    module, rate = twin(network), RATES.get(name, 0.1)
    optimizer = TWINS[name](weights_and_others(module, weight_decay=0.0), lr=rate)
    expected = steps_of_torch(module, optimizer, middles)
    spec = whole(middles, STEPS, optimizer=name, learning_rate=rate, momentum=MOMENTUM)
    losses = train(network, middles, spec, STEPS)
    np.testing.assert_allclose(losses, expected, rtol=1e-4)
    assert apart(network, module) < 1e-4


@pytest.mark.parametrize("name", sorted({"adam", "adamw"} & OPTIMIZERS.keys()))
def test_decoupled_weight_decay_is_that_of_adamw(middles: Part, name: str) -> None:
    network = drawn(SPEC.replace(batch_norm=True, bias=False))
    module = twin(network)
    groups = weights_and_others(module, weight_decay=0.5)
    steps_of_torch(module, torch.optim.AdamW(groups, lr=1e-2), middles)
    spec = whole(middles, STEPS, optimizer=name, learning_rate=1e-2, weight_decay=0.5)
    train(network, middles, spec, STEPS)
    assert apart(network, module) < 1e-4


def test_lion_with_decay(middles: Part) -> None:
    network = drawn(SPEC)
    module = twin(network)
    steps_of_torch(module, Lion(weights_and_others(module, weight_decay=0.5), lr=1e-3), middles)
    spec = whole(middles, STEPS, optimizer="lion", learning_rate=1e-3, weight_decay=0.5)
    train(network, middles, spec, STEPS)
    assert apart(network, module) < 1e-4


@pytest.mark.parametrize("name", ["sgd", "momentum", "nesterov", "rmsprop", "adam"])
def test_l2(middles: Part, name: str) -> None:
    network = drawn(SPEC)
    module, rate = twin(network), RATES.get(name, 0.1)
    optimizer = TWINS[name](weights_and_others(module, weight_decay=0.03), lr=rate)
    steps_of_torch(module, optimizer, middles)
    spec = whole(middles, STEPS, optimizer=name, learning_rate=rate, momentum=MOMENTUM, l2=0.03)
    train(network, middles, spec, STEPS)
    assert apart(network, module) < 1e-4


@pytest.mark.parametrize("clip", [0.05, 100.0])
def test_clipping(middles: Part, clip: float) -> None:
    network = drawn(SPEC)
    module = twin(network)
    optimizer = torch.optim.SGD(module.parameters(), lr=0.5)
    steps_of_torch(module, optimizer, middles, clip=clip)
    spec = whole(middles, STEPS, optimizer="sgd", learning_rate=0.5, clip=clip)
    train(network, middles, spec, STEPS)
    assert apart(network, module) < 1e-4


def test_largest_norm(middles: Part) -> None:
    network = drawn(SPEC)
    module = twin(network)
    optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
    for _ in range(STEPS):
        steps_of_torch(module, optimizer, middles, steps=1)
        with torch.no_grad():
            for name, parameter in module.named_parameters():
                if name.endswith("weight"):
                    parameter.copy_(torch.renorm(parameter, 2, 0, 0.8))
    spec = whole(middles, STEPS, optimizer="sgd", learning_rate=0.1, max_norm=0.8)
    train(network, middles, spec, STEPS)
    assert apart(network, module) < 1e-4


@pytest.mark.parametrize("activation", ["relu", "gelu", "lecun-tanh"])
@pytest.mark.parametrize(
    ("optimizer", "loss", "batch_norm"),
    [
        ("momentum", "cross-entropy", False),
        ("sgd", "squared-error", False),
        ("adam", "cross-entropy", True),
        ("momentum", "binary-cross-entropy", True),
    ],
)
def test_a_whole_training(
    digits, activation: str, optimizer: str, loss: str, batch_norm: bool
) -> None:
    """Two epochs of shuffled minibatches, the last of them short, and a rate that falls."""
    part = Part(digits.learning.images[:110], digits.learning.labels[:110])
    spec = SPEC.replace(
        inputs=(28, 28),
        activation=activation,
        loss=loss,
        batch_norm=batch_norm,
        bias=not batch_norm,
    )
    network = drawn(spec)
    module, rate, size, epochs = twin(network), RATES.get(optimizer, 0.02), 32, 2
    per_epoch = -(-len(part) // size)
    steps = epochs * per_epoch
    stepping = TWINS[optimizer](module.parameters(), lr=rate)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(stepping, T_max=steps)
    for epoch in range(epochs):
        order = generator(7, "order", epoch).permutation(len(part))
        for start in range(0, len(part), size):
            chosen = order[start : start + size]
            rows = Part(part.images[chosen], part.labels[chosen])
            steps_of_torch(module, stepping, rows, loss, steps=1)
            cosine.step()
    settings = TrainingSpec(
        batch_size=size,
        epochs=epochs,
        seed=7,
        optimizer=optimizer,
        momentum=MOMENTUM,
        learning_rate=rate,
        schedule="cosine",
    )
    train(network, part, settings, steps)
    assert apart(network, module) < 1e-4
    # Read by the running statistics, too.
    module.eval()
    logits = module(inputs(digits.test))
    answers = torch.softmax(logits, 1) if loss == "cross-entropy" else torch.sigmoid(logits)
    found = network.predict(digits.test.images)
    np.testing.assert_allclose(found, answers.detach().numpy(), atol=1e-4)
