"""A recipe in PyTorch, from the digits on disk to the test digits read: a process of its own."""

import json
import sys

import numpy as np
import torch
from torch.nn import functional

from core.datasets import load
from core.digits import Part
from core.optimizers import SCHEDULES
from core.spec import NetworkSpec, TrainingSpec

from .torch_engine import model


def run(network: NetworkSpec, training: TrainingSpec, data: str) -> float:
    """Learn as the recipe says, and return the part of the test digits that is right."""
    torch.set_num_threads(training.threads)
    torch.manual_seed(training.seed)
    digits = load(data).without_validation()
    images, labels = _tensors(digits.training)
    net = model(network.widths)
    optimizer = torch.optim.SGD(
        net.parameters(), training.learning_rate, momentum=training.momentum, fused=True
    )
    factor = SCHEDULES[training.schedule].factor
    minibatches = -(-len(images) // training.batch_size)
    step = 0
    for _ in range(training.epochs):
        for chosen in torch.randperm(len(images)).split(training.batch_size):
            share = step / (training.epochs * minibatches)
            optimizer.param_groups[0]["lr"] = training.learning_rate * factor(share)
            optimizer.zero_grad(set_to_none=True)
            inputs = images.index_select(0, chosen)
            functional.cross_entropy(net(inputs), labels.index_select(0, chosen)).backward()
            optimizer.step()
            step += 1
    images, labels = _tensors(digits.test)
    with torch.inference_mode():
        return float((net(images).argmax(1) == labels).float().mean())


def _tensors(part: Part) -> tuple[torch.Tensor, torch.Tensor]:
    pixels = torch.from_numpy(part.images.copy()).flatten(1).float().mul_(1 / 255)
    return pixels, torch.from_numpy(part.labels.astype(np.int64))


if __name__ == "__main__":
    network_json, training_json, name = json.loads(sys.argv[1])
    right = run(NetworkSpec.from_json(network_json), TrainingSpec.from_json(training_json), name)
    print(json.dumps({"test_accuracy": right}))
