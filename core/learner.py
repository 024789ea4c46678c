"""Learning minibatches: the network, its optimizer, and all that acts from step to step."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .activations import Array
from .compiled_loop import CompiledLoop, suits
from .digits import Part
from .dropout import Dropout
from .faults import all_finite, find_fault
from .metrics import accuracy
from .minibatches import Minibatches
from .network import Gradient, Network, Workspace, Workspaces
from .optimizers import OPTIMIZERS, SCHEDULES
from .regularization import Regularization
from .spec import TrainingSpec

# Weights times digits that the compiled loop learns in one go: some hundredths of a second.
BURST = 700_000_000
# Digits of it at the most: where they are moved, their pixels are gathered first.
MOST_DIGITS = 8192


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned in one go.

    Attributes
    ----------
    loss, accuracy : float
        Means over the minibatches, before their steps; where a loss is no number, that one, whose
        minibatch was not learned from.
    minibatches, digits : int
        How many.
    """

    loss: float
    accuracy: float
    minibatches: int
    digits: int


class Learner:
    """Learns any minibatch of a run; which comes when is for others to say.

    Parameters
    ----------
    network : Network
        Trained in place.
    part : Part
        The training digits.
    spec : TrainingSpec
        How.

    Attributes
    ----------
    minibatches : Minibatches
        The digits, minibatch by minibatch.
    evaluated : Network
        What is to be read and kept, after `make_whole`: the network itself, the running mean of
        its weights, or the weights with all steps made that tiny minibatches still owe.
    """

    def __init__(self, network: Network, part: Part, spec: TrainingSpec) -> None:
        self.network = network
        self.minibatches = Minibatches(part, spec, pairs=network.spec.batch_norm)
        self._spec = spec
        self._steps = spec.epochs * self.minibatches.per_epoch
        self._schedule = SCHEDULES[spec.schedule].factor
        self._optimizer = OPTIMIZERS[spec.optimizer](network.parameters, spec.momentum)
        self._regularization = Regularization(network, spec)
        self._dropout = Dropout(spec)
        self._works = Workspaces(network, learns=True, dropout=self._dropout.masks)
        self._loop = None
        is_compiled = spec.kernel == "compiled" and part.images.dtype == np.uint8
        if is_compiled and suits(network.spec, spec):
            self._loop = CompiledLoop(network, spec, self._optimizer.state())
        else:
            self._gradient = Gradient(network)
            if not spec.clip:
                # A gradient that is cut back must stand by itself.
                self._gradient.keep = self._optimizer.carry(self._gradient.vector)
        self.evaluated = network.copy() if spec.average or self._loop else network

    def learn(self, step: int, rate: float, most: int) -> Learned:
        """Learn the minibatch that follows `step` others, and where they are tiny some after it.

        Parameters
        ----------
        step : int
            Minibatches learned before it.
        rate : float
            The learning rate, which the schedule still changes.
        most : int
            Minibatches to learn at the most, all of one epoch.
        """
        if self._loop is not None:
            return self._learn_several(self._loop, step, rate, most)
        return self._learn_one(step, rate)

    def memory(self) -> dict[str, NDArray[Any]]:
        """What lies between two minibatches beside the weights: arrays by name, not copied.

        The network's weights are up to date when it returns; what is then written into them or into
        these arrays is what the next minibatch goes on from.
        """
        return self._optimizer.state() | (self._loop.state() if self._loop else {})

    def read(self, values: Array) -> None:
        """Copy the network's values as of the last minibatch into an array as long."""
        if self._loop is None:
            values[:] = self.network.values
        else:
            self._loop.read(values)

    def make_whole(self) -> None:
        """Bring `evaluated` up to date, where it is not by itself."""
        if self._loop is not None:
            self._loop.read(self.evaluated.values)

    def finish(self, values: Array) -> None:
        """Give the network these values for good."""
        self._loop = None
        self.network.values[:] = self.evaluated.values[:] = values

    def is_sound(self) -> bool:
        """Whether all that is learned and kept between steps is finite."""
        kept = self._latest_memory().values()
        return all_finite(self.network.values, self.evaluated.values, *kept)

    def fault(self, readers: Iterable[Workspace]) -> str:
        """Where the first number is that is none, in a few words; empty where there is none.

        It is looked for afterwards, so that it costs nothing; also in the buffers of `readers`.
        """
        networks = (self.network, self.evaluated)
        works = (*self._works.values(), *readers)
        return find_fault(networks, self._latest_memory(), works)

    def let_go(self) -> None:
        """Forget pixels and buffers; the network stays."""
        self.minibatches.let_go()
        self._works.clear()
        self._loop = None
        self.__dict__.pop("_gradient", None)
        del self._optimizer, self.evaluated

    def _latest_memory(self) -> dict[str, NDArray[Any]]:
        """What the optimizer remembers, to be looked at; the network is up to date, too."""
        if self._loop is not None:
            self._loop.give()
        return self._optimizer.state()

    def _learn_several(self, loop: CompiledLoop, step: int, rate: float, most: int) -> Learned:
        size = self.minibatches.size
        digits = min(BURST // self.network.parameters.size, MOST_DIGITS)
        count = min(max(1, digits // size), most, loop.room)
        if self.minibatches.rows(step + count - 1) < size:
            # The last one of an epoch is short and comes alone.
            count = max(1, count - 1)
        pixels, order, labels = self.minibatches.places(step, count)
        rates = [rate * self._schedule(each / self._steps) for each in range(step, step + count)]
        losses, right = loop.learn(pixels, order, labels, rates)
        loss = float(losses.mean())
        if not math.isfinite(loss):
            loss = float(losses[-1])
        return Learned(loss, right / len(labels), len(losses), len(labels))

    @np.errstate(over="ignore", invalid="ignore", divide="ignore")
    def _learn_one(self, step: int, rate: float) -> Learned:
        """Hot: buffers are allocated once for each number of rows."""
        network, smoothing = self.network, self._spec.label_smoothing
        work = self._works[self.minibatches.rows(step)]
        labels = self.minibatches.load(step, work)
        self._dropout.draw(step, work)
        answers = network.forward(work)
        loss = network.loss.value(answers, labels, smoothing) / len(labels)
        right = accuracy(answers, labels)
        if math.isfinite(loss):
            network.backward(work, labels, self._gradient, smoothing)
            scheduled = rate * self._schedule(step / self._steps)
            self._regularization.before_step(self._gradient, scheduled)
            self._optimizer.step(self._gradient.vector, scheduled)
            self._regularization.after_step()
            if self._spec.average:
                self._average(step)
        return Learned(loss, right, 1, len(labels))

    def _average(self, step: int) -> None:
        """Let the running mean follow the weights, at first faster (Polyak & Juditsky 1992)."""
        kept = min(self._spec.average, (1.0 + step) / (10.0 + step))
        mean = self.evaluated.values
        mean *= kept
        mean += (1.0 - kept) * self.network.values
