"""scikit-learn's MLPClassifier, taught epoch by epoch, or by parts where an epoch takes long."""

import warnings
from typing import ClassVar

import sklearn
from sklearn.neural_network import MLPClassifier

from core.threads import use_threads

from .cells import CLASSES, MOMENTUM, Cell
from .engine import Engine

DIGITS = list(range(CLASSES))


class ScikitLearn(Engine):
    """`partial_fit` shuffles what it is given and goes through it once."""

    variants: ClassVar = ("",)
    version = sklearn.__version__

    def __init__(self, threads: int, data: str) -> None:
        super().__init__(threads, data)
        use_threads(threads)
        self._images = self.scaled()

    def start(self, cell: Cell, variant: str) -> None:
        self._minibatch = cell.minibatch
        self._position = 0
        self._model = MLPClassifier(
            cell.hidden,
            solver="sgd" if cell.optimizer == "momentum" else "adam",
            alpha=0.0,
            batch_size=cell.minibatch,
            learning_rate_init=cell.learning_rate,
            momentum=MOMENTUM,
            nesterovs_momentum=False,
            random_state=0,
            tol=0.0,
        )

    def step(self, minibatches: int) -> int:
        count = minibatches * self._minibatch
        if self._position + count > len(self.labels):
            self._position = 0
        part = slice(self._position, self._position + count)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._model.partial_fit(self._images[part], self.labels[part], classes=DIGITS)
        self._position += count
        return count
