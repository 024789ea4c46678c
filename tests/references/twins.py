"""The same network, loss and step in PyTorch, in double precision, and the core's beside it."""

from typing import Any

import numpy as np
import pytest

from core.digits import Digits, Part
from core.events import BatchDone
from core.export import torch_sequential
from core.network import Network
from core.spec import NetworkSpec, TrainingSpec
from core.tensors import named_arrays
from core.training import Training

torch = pytest.importorskip("torch", reason="PyTorch is not installed: make test-references")

SPEC = NetworkSpec(hidden=(12, 9), activation="tanh", inputs=(8, 8))


def drawn(spec: NetworkSpec) -> Network:
    """A network whose biases and statistics are not zero either."""
    network = Network(spec).initialize(3)
    random = np.random.default_rng(5)
    network.values += random.uniform(0.0, 0.1, len(network.values)).astype(np.float32)
    return network


def twin(network: Network) -> Any:
    """The network that `zmlp export` describes, with its numbers."""
    module = eval(torch_sequential(network), {"torch": torch}).double()
    module.load_state_dict(tensors(network))
    return module


def tensors(network: Network) -> dict[str, Any]:
    return {
        name: torch.from_numpy(np.array(array, np.float64, order="C"))
        for name, array in named_arrays(network).items()
    }


def inputs(part: Part) -> Any:
    return torch.from_numpy(part.images.reshape(len(part), -1) / 255.0)


def mean_loss(name: str, logits: Any, labels: Any, smoothing: float = 0.0) -> Any:
    """The mean loss of a minibatch, by PyTorch's own functions."""
    functional = torch.nn.functional
    labels = torch.as_tensor(labels.astype(np.int64))
    if name == "cross-entropy":
        return functional.cross_entropy(logits, labels, label_smoothing=smoothing)
    classes = logits.shape[1]
    wanted = functional.one_hot(labels, classes).double()
    wanted = (1.0 - smoothing) * wanted + smoothing / classes
    if name == "squared-error":
        distance = functional.mse_loss(torch.sigmoid(logits), wanted, reduction="sum")
        return 0.5 * distance / len(labels)
    assert name == "binary-cross-entropy"
    entropy = functional.binary_cross_entropy_with_logits(logits, wanted, reduction="sum")
    return entropy / len(labels)


def train(network: Network, part: Part, spec: TrainingSpec, steps: int) -> list[float]:
    """Let the core learn that many minibatches in place; their losses before each step."""
    losses: list[float] = []
    names = tuple(str(index) for index in range(network.spec.classes))
    digits = Digits("part", part, part, 0, names)
    for event in Training(network, digits, spec.replace(validation=False)):
        if isinstance(event, BatchDone):
            losses.append(event.loss)
            if event.step == steps:
                return losses
    raise AssertionError("the run was shorter")


def whole(part: Part, steps: int, **settings: Any) -> TrainingSpec:
    """A training whose every minibatch is the whole part, so that no order matters."""
    return TrainingSpec(batch_size=len(part), epochs=steps + 1, **settings)


def apart(network: Network, module: Any) -> float:
    """The largest difference of two networks, in units of the array's largest number or 1."""
    state = {name: tensor.detach() for name, tensor in module.state_dict().items()}
    return max(
        float((array - state[name]).abs().max()) / max(1.0, float(state[name].abs().max()))
        for name, array in tensors(network).items()
    )
