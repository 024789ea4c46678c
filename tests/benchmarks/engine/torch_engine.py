"""PyTorch as its experts write it, eager: tensors loaded beforehand and fused optimizers."""

import itertools
from typing import ClassVar

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from .cells import MOMENTUM, Cell
from .engine import Engine, Shuffled


class Torch(Engine):
    """A sequence of linear layers; the loss is summed without being read at each step."""

    variants: ClassVar = ("float32", "uint8")
    version = torch.__version__

    def __init__(self, threads: int, data: str) -> None:
        super().__init__(threads, data)
        torch.set_num_threads(threads)
        self._inputs = {
            "float32": torch.from_numpy(self.scaled()),
            "uint8": torch.from_numpy(self.pixels.copy()),
        }
        self._targets = torch.from_numpy(self.labels.astype(np.int64))

    def start(self, cell: Cell, variant: str) -> None:
        torch.manual_seed(0)
        self._images = self._inputs[variant]
        self._order = Shuffled(len(self.labels), cell.minibatch)
        self._model = model(cell.widths)
        parameters = self._model.parameters()
        self._optimizer: torch.optim.Optimizer
        if cell.optimizer == "momentum":
            self._optimizer = torch.optim.SGD(
                parameters, cell.learning_rate, momentum=MOMENTUM, fused=True
            )
        else:
            self._optimizer = torch.optim.Adam(parameters, cell.learning_rate, fused=True)

    def step(self, minibatches: int) -> int:
        model, optimizer = self._model, self._optimizer
        images, targets = self._images, self._targets
        as_bytes = images.dtype == torch.uint8
        total = torch.zeros(())
        order = self._order.take(minibatches)
        for chosen in torch.from_numpy(order).unbind():
            inputs = images.index_select(0, chosen)
            if as_bytes:
                inputs = inputs.float().mul_(1 / 255)
            optimizer.zero_grad(set_to_none=True)
            loss = functional.cross_entropy(model(inputs), targets.index_select(0, chosen))
            loss.backward()
            optimizer.step()
            total += loss.detach()
        self.loss = total.item() / minibatches
        return order.size


def model(widths: tuple[int, ...]) -> nn.Sequential:
    """Linear layers with ReLU between them."""
    layers: list[nn.Module] = []
    for below, above in itertools.pairwise(widths):
        layers += [nn.Linear(below, above), nn.ReLU()]
    return nn.Sequential(*layers[:-1])
