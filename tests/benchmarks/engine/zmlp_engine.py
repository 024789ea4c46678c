"""zmlp as its users have it: a `Training` that is iterated, and nothing else."""

from dataclasses import fields
from typing import Any, ClassVar

import numpy as np

from core.datasets import load
from core.errors import ZmlpError
from core.network import Network
from core.spec import NetworkSpec, TrainingSpec
from core.threads import use_threads
from core.training import Training

from .cells import MOMENTUM, Cell
from .engine import Engine, Learned

# More than can be learned while it is measured.
EPOCHS = 10_000


class Zmlp(Engine):
    """Evaluations on the way are not counted: the other engines have none."""

    # Settings beyond a cell's that make this engine; those which a version lacks are left out.
    settings: ClassVar[dict[str, Any]] = {"kernel": "numpy"}
    required = False
    version = f"numpy {np.__version__}"

    def __init__(self, threads: int, data: str) -> None:
        self.threads = threads
        self._digits = load(data).without_validation()
        self.labels = self._digits.training.labels
        known = {field.name for field in fields(TrainingSpec)}
        if self.required and not self.settings.keys() <= known:
            raise ImportError("this zmlp has no such setting")
        self._settings = {name: value for name, value in self.settings.items() if name in known}
        try:
            self._training(Cell((10,), 10, "momentum", threads))
        except ZmlpError as error:
            raise ImportError(str(error)) from error

    def start(self, cell: Cell, variant: str) -> None:
        use_threads(cell.threads)
        self._run = self._training(cell)
        self._events = iter(self._run)

    def step(self, minibatches: int) -> int:
        return self.learn(minibatches).digits

    def learn(self, minibatches: int) -> Learned:
        run = self._run
        first, step = run.samples, run.step
        end = step + minibatches
        seconds = 0.0
        before = self.clock()
        for _event in self._events:
            now = self.clock()
            if run.step != step:
                seconds += now - before
                step = run.step
                if step >= end:
                    return Learned(run.samples - first, seconds)
            before = now
        raise ArithmeticError("the training ended early")

    def _training(self, cell: Cell) -> Training:
        spec = TrainingSpec(
            batch_size=cell.minibatch,
            epochs=EPOCHS,
            optimizer=cell.optimizer,
            momentum=MOMENTUM,
            learning_rate=cell.learning_rate,
            threads=cell.threads,
            validation=False,
            **self._settings,
        )
        network = Network(NetworkSpec(hidden=cell.hidden)).initialize(0)
        return Training(network, self._digits, spec)


class CompiledZmlp(Zmlp):
    """With the optional compiled kernel."""

    settings: ClassVar = {"kernel": "compiled"}
    required = True
