"""How long a run will take on this machine: a few timed minibatches, scaled to any network."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import get_clock_info, perf_counter, thread_time

import numpy as np

from .activations import ACTIVATIONS
from .digits import Digits, Part
from .evaluation_plan import EVALUATION_SHARE
from .events import BatchDone
from .network import Network
from .optimizers import OPTIMIZERS
from .spec import NetworkSpec, TrainingSpec
from .threads import use_threads
from .training import Training

# Two sizes of network are timed: the weights of one stay in a processor's cache, those of the other
# do not. Between them costs are interpolated in the logarithm of the number of weights.
_SMALL, _LARGE = (256,), (1000, 500)
_PIXELS = 28 * 28
# Each probe is timed for as long, in seconds, and for as many minibatches at least.
_PROBE_SECONDS, _PROBE_STEPS = 0.01, 7

Clock = Callable[[], float]
Timer = Callable[[tuple[int, ...], TrainingSpec], float]


@dataclass(frozen=True)
class Costs:
    """Seconds that the parts of a minibatch cost with networks of one size.

    Attributes
    ----------
    parameters : int
        Number of weights of the network that was timed.
    update : dict of str to float
        For each weight, once a minibatch: its gradient, and the step of each optimizer.
    multiply_add : float
        For each multiplication of the matrix products, and its addition.
    """

    parameters: int
    update: dict[str, float]
    multiply_add: float


@dataclass(frozen=True)
class Speed:
    """What this machine takes for the parts of a minibatch, in seconds.

    Attributes
    ----------
    minibatch, layer : float
        For each minibatch, and for each hidden layer in it, however small they are.
    pixel, moved_pixel : float
        For each pixel that is loaded, as it stands or moved at random.
    neuron : dict of str to float
        For each hidden neuron and digit, by activation: forward and back.
    small, large : Costs
        What depends on the network's size.
    """

    minibatch: float
    layer: float
    pixel: float
    moved_pixel: float
    neuron: dict[str, float]
    small: Costs
    large: Costs

    def seconds(self, network: NetworkSpec, training: TrainingSpec, digits: int) -> float:
        """Seconds of a whole run at full speed.

        Parameters
        ----------
        network, training : NetworkSpec, TrainingSpec
            What is trained, and how.
        digits : int
            Number of training digits.
        """
        epoch = -(-digits // training.batch_size) * self.of_minibatch(network, training)
        epoch += digits * self.of_digit(network, training)
        return (1.0 + EVALUATION_SHARE) * training.epochs * epoch

    def of_minibatch(self, network: NetworkSpec, training: TrainingSpec) -> float:
        """Seconds for each minibatch, whatever its size."""
        update = self._between(network, *(c.update[training.optimizer] for c in self._sizes))
        return self.minibatch + len(network.hidden) * self.layer + network.parameter_count * update

    def of_digit(self, network: NetworkSpec, training: TrainingSpec) -> float:
        """Seconds for each digit of a minibatch."""
        pixels = math.prod(network.inputs) * (self.moved_pixel if training.shift else self.pixel)
        layers = zip(network.hidden, network.activations, strict=True)
        neurons = sum(width * self.neuron[activation] for width, activation in layers)
        product = self._between(network, *(costs.multiply_add for costs in self._sizes))
        return pixels + neurons + multiply_adds(network) * product

    @property
    def _sizes(self) -> tuple[Costs, Costs]:
        return self.small, self.large

    def _between(self, network: NetworkSpec, small: float, large: float) -> float:
        low, high = math.log(self.small.parameters), math.log(self.large.parameters)
        place = (math.log(network.parameter_count) - low) / (high - low)
        return small + (large - small) * min(max(place, 0.0), 1.0)


def multiply_adds(network: NetworkSpec) -> int:
    """Multiplications of one digit's training: forward, back, and into the gradient."""
    pairs = list(zip(network.widths, network.widths[1:], strict=False))
    # No slope is computed for the pixels.
    return sum((2 + (index > 0)) * a * b for index, (a, b) in enumerate(pairs))


def measure(threads: int = 0) -> Speed:
    """Time minibatches of small networks on made-up digits; takes about half a second.

    Parameters
    ----------
    threads : int
        As in `TrainingSpec`; matrix products of the whole process use as many from then on.
    """
    clock = _clock(use_threads(threads))
    time = partial(_time, clock)
    minibatch = time((), TrainingSpec(batch_size=1, optimizer="sgd"))
    layer = max(0.0, time((8,) * 8, TrainingSpec(batch_size=1, optimizer="sgd")) - minibatch) / 8
    pixel, moved = (time((), TrainingSpec(batch_size=256, shift=shift)) for shift in (0, 1))
    pixel = max(0.0, pixel - minibatch) / (256 * _PIXELS)
    moved = max(0.0, moved - minibatch) / (256 * _PIXELS)
    neuron = {name: _time_activation(clock, name) for name in ACTIVATIONS}
    small, large = (
        _costs(
            time,
            NetworkSpec(hidden=hidden),
            minibatch + len(hidden) * layer,
            _PIXELS * pixel + sum(hidden) * neuron["relu"],
        )
        for hidden in (_SMALL, _LARGE)
    )
    return Speed(minibatch, layer, pixel, moved, neuron, small, large)


def _costs(time: Timer, network: NetworkSpec, fixed: float, digit: float) -> Costs:
    """Time a network; `fixed` and `digit` are what a minibatch and a digit cost besides."""
    hidden, count = network.hidden, network.parameter_count
    update = {
        name: max(0.0, time(hidden, TrainingSpec(batch_size=1, optimizer=name)) - fixed) / count
        for name in OPTIMIZERS
    }
    rows = 64
    many = time(hidden, TrainingSpec(batch_size=rows, optimizer="sgd"))
    products = max(0.0, many - fixed - count * update["sgd"] - rows * digit)
    return Costs(count, update, products / (rows * multiply_adds(network)))


def _time(clock: Clock, hidden: tuple[int, ...], spec: TrainingSpec) -> float:
    """Seconds of one minibatch."""
    spec = spec.replace(epochs=10_000, learning_rate=1e-6, validation=False, kernel="numpy")
    network = Network(NetworkSpec(hidden=hidden)).initialize(0)
    training = Training(network, _made_up(max(512, 2 * spec.batch_size)), spec)
    times: list[float] = []
    events = iter(training)
    while len(times) < _PROBE_STEPS or sum(times) < _PROBE_SECONDS:
        started = clock()
        event = next(events)
        if isinstance(event, BatchDone):
            times.append(clock() - started)
    return _typical(times)


def _time_activation(clock: Clock, name: str) -> float:
    """Seconds for one neuron and digit, forward and back."""
    activation = ACTIVATIONS[name]
    z = np.random.default_rng(0).normal(size=(64, 256)).astype(np.float32)
    times = []
    for _ in range(_PROBE_STEPS):
        a, grad = z.copy(), z.copy()
        started = clock()
        activation.forward(a, a)
        activation.backward(a, grad)
        times.append(clock() - started)
    return _typical(times) / z.size


def _clock(threads: int) -> Clock:
    """The thread's own processor time, which other programs do not lengthen, where that will do.

    Several threads wait for each other, and Windows counts it in steps of 16 ms.
    """
    fine = get_clock_info("thread_time").resolution <= 1e-6
    return thread_time if fine and threads == 1 else perf_counter


def _typical(times: list[float]) -> float:
    """The lower quartile: other programs only ever make a minibatch slower."""
    return sorted(times)[len(times) // 4]


def _made_up(count: int) -> Digits:
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (count, 28, 28), np.uint8)
    labels = random.integers(0, 10, count).astype(np.uint8)
    # One digit to test on: what is timed is learning.
    test = Part(images[:1], labels[:1])
    return Digits("made up", Part(images, labels), test, 0, tuple("0123456789"))


def words_of_time(seconds: float) -> str:
    """A time as well as an estimate knows it: `under 1 s`, `6 s`, `1.5 min`, `3 h`, `12 days`."""
    if seconds < 1.0:
        return "under 1 s"
    if seconds < 9.5:
        return f"{seconds:.0f} s"
    for unit, size, least in (("days", 86400, 2.0), ("h", 3600, 1.0), ("min", 60, 1.5)):
        if seconds >= least * size:
            return f"{_two_figures(seconds / size)} {unit}"
    return f"{_two_figures(seconds)} s"


def _two_figures(value: float) -> str:
    return f"{float(f'{value:.2g}'):,.10g}" if value < 9.5 else f"{float(f'{value:.2g}'):,.0f}"
