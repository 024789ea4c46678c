"""Settings that are allowed and yet do not suit each other: named before a run, with a remedy.

Every threshold below was measured with the digits of mnist-5k, 64 neurons in a hidden layer, and a
test accuracy after two to ten epochs; the figures stand beside it. What made no difference there is
not advised on, however often one reads it: He's, Glorot's and LeCun's first weights reached the
same with sigmoid (89.9, 90.3 and 89.9 %) as with ReLU (93.5, 93.0 and 93.2 %).
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .digits import Digits
from .estimate import words_of_time
from .machine import core_count, memory
from .optimizers import OPTIMIZERS, Adam, Lion, Momentum, Optimizer, RMSProp
from .spec import NetworkSpec, TrainingSpec, with_values


@dataclass(frozen=True)
class Advice:
    """What does not suit, and what would.

    Attributes
    ----------
    settings : tuple of str
        Names of the settings concerned.
    words : str
        One plain sentence, with `{names}` for the values in it.
    remedy : mapping of str to Any
        Other values for some settings, by name; empty where there is no simple one.
    values : mapping of str to object
        What is filled into the sentence, once it is translated.
    """

    settings: tuple[str, ...]
    words: str
    remedy: Mapping[str, Any]
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence."""
        return self.words.format(**self.values) if self.values else self.words

    def mended(
        self, network: NetworkSpec, training: TrainingSpec
    ) -> tuple[NetworkSpec, TrainingSpec]:
        """The specs with the remedy applied."""
        return with_values(self.remedy, network, training)


@dataclass(frozen=True)
class Plan:
    """A run that somebody thinks of.

    Attributes
    ----------
    network, training : NetworkSpec, TrainingSpec
        Its settings; image and classes are those of the data.
    digits : Digits or None
        Its data, pixels not needed; None where they are not known yet.
    seconds : float or None
        How long it takes at full speed, where that is known.
    """

    network: NetworkSpec
    training: TrainingSpec
    digits: Digits | None
    seconds: float | None

    @property
    def steps(self) -> int | None:
        """Number of minibatches, where the data are known."""
        if self.digits is None:
            return None
        return self.training.epochs * -(-len(self.digits.training) // self.training.batch_size)

    @property
    def reach(self) -> float:
        """How far a slope carries in the end, at the rate of a plain step: momentum adds up."""
        spec = self.training
        return spec.learning_rate / (1.0 - spec.momentum if self.adds_up else 1.0)

    @property
    def adds_up(self) -> bool:
        """Whether the optimizer makes use of the momentum."""
        return issubclass(OPTIMIZERS[self.training.optimizer], Momentum)

    @property
    def adaptive(self) -> bool:
        """Whether the optimizer gives each weight a step of its own, whatever its slope's size."""
        return issubclass(OPTIMIZERS[self.training.optimizer], Adam | RMSProp | Lion)

    @property
    def sigmoids(self) -> bool:
        """Whether all hidden neurons are sigmoids."""
        return set(self.network.activations) == {"sigmoid"}


def advise(
    network: NetworkSpec,
    training: TrainingSpec,
    digits: Digits | None = None,
    seconds: float | None = None,
) -> list[Advice]:
    """What does not suit in these settings, the gravest first; empty where all is well.

    Parameters
    ----------
    network, training : NetworkSpec, TrainingSpec
        The settings.
    digits : Digits, optional
        The data, as `datasets.outline` gives them; without them less can be said.
    seconds : float, optional
        Estimate of the run's time at full speed.
    """
    if digits is not None:
        network = network.replace(inputs=digits.image_shape, classes=len(digits.class_names))
    plan = Plan(network, training, digits, seconds)
    found = (rule(plan) for rule in RULES)
    return [each for each in found if each is not None]


def too_large(plan: Plan) -> Advice | None:
    """More memory than the machine has."""
    there, needed = memory(), needed_memory(plan)
    if there is None or needed < MEMORY_SHARE * there:
        return None
    text = "This network needs about {needed} of memory; this machine has {there}."
    return Advice(("hidden",), text, {}, {"needed": _size(needed), "there": _size(there)})


# The system and the rest of the program want some, too.
MEMORY_SHARE = 0.7


# Vectors that the optimizers keep, scratch space included.
MEMORY: dict[type[Optimizer], int] = {Momentum: 1, RMSProp: 2, Lion: 2, Adam: 3}


def needed_memory(plan: Plan) -> int:
    """Bytes that a run takes at the least: vectors of weights, buffers and digits."""
    network, training = plan.network, plan.training
    # Weights, gradient, kept weights and the window's two snapshots; then the optimizer's. Without
    # the window 784-4000-4000-10 with Adam took 450 MB: six vectors of 73, and buffers.
    optimizer = OPTIMIZERS[training.optimizer]
    vectors = 5 + next((count for kind, count in MEMORY.items() if issubclass(optimizer, kind)), 0)
    digits, rows = 0, training.batch_size
    if plan.digits is not None:
        digits = len(plan.digits.learning) + len(plan.digits.test)
        rows = min(rows, len(plan.digits.training))
    buffers = (rows + 512) * (sum(network.widths) + sum(network.hidden))
    return 4 * (vectors * network.parameter_count + buffers) + digits * math.prod(network.inputs)


# The largest reach that learns, for ReLU, softmax and a minibatch of one, and the factors by which
# more is borne: with minibatches about the square root of their size, up to a hundred.
#   ReLU, reach .1/.3/1 alone: 79, 12, 10 %; .3/.6/1 by 4: 82, 26, 17 %; .3/.6/1/2 by 8: 90, 77,
#   18, 10 %; .6/1/2 by 16: 90, 28, 10 %; 1/3 by 32: 90, 74 %; 1/3/10 by 256: 86, 77, 57 %.
#   tanh, .1/.3/1 alone: 81, 51, 20 %; 1/3/10 by 32: 93, 79, 30 %.
#   sigmoid, .3/.5/1 alone: 89, 80, 52 %; 3/10 by 32: 93, 83 %.
#   squared error: ReLU .3/1 alone 89, 27 %, 1/3 by 32 89, 11 %; sigmoid 3/10 by 32 87, 10 %.
REACH = 0.2
MOST_ROWS = 100
SIGMOID_BEARS, SQUARED_ERROR_BEARS = 3.0, 2.0
# Adam by 32, .01/.03/.1: ReLU 91, 84, 63 %; tanh 92, 87, 72 %; sigmoid 92, 90, 78 %.
ADAM_REACH = 0.02
# rmsprop by 32, .008/.016/.03/.06: ReLU 89, 87, 73, 52 %; sigmoid 90, 90, 86, 58 %.
# lion by 32, .002/.004/.008/.016: ReLU 88, 87, 80, 38 %; sigmoid 90, 90, 86, 81 %.
REACHES = {"rmsprop": 0.02, "lion": 0.005}
REMEDIES = {"rmsprop": 0.002, "lion": 0.0003}
ADAM_REMEDY = 0.003


def rate_too_high(plan: Plan) -> Advice | None:
    """A step size at which the weights run away."""
    network, training = plan.network, plan.training
    bears = SIGMOID_BEARS if plan.sigmoids else 1.0
    if plan.adaptive:
        if training.learning_rate <= REACHES.get(training.optimizer, ADAM_REACH) * bears:
            return None
        text = "The learning rate is too high for {optimizer}: it learns little or nothing."
        remedy = {"learning_rate": REMEDIES.get(training.optimizer, ADAM_REMEDY)}
        named = {"optimizer": training.optimizer}
        return Advice(("learning_rate", "optimizer"), text, remedy, named)
    if network.loss == "squared-error":
        bears *= SQUARED_ERROR_BEARS
    limit = REACH * bears * math.sqrt(min(training.batch_size, MOST_ROWS))
    if plan.reach <= limit:
        return None
    # Half of what is borne: the limit itself already costs some accuracy.
    rate = _round_down(0.5 * limit * training.learning_rate / plan.reach)
    concerned: tuple[str, ...] = ("learning_rate", "batch_size")
    text = "The learning rate is too high for this minibatch: little or nothing is learned."
    if plan.adds_up and training.learning_rate <= limit:
        concerned = (*concerned, "momentum")
        text = "The learning rate is too high with this momentum: little or nothing is learned."
    return Advice(concerned, text, {"learning_rate": max(rate, 1e-6)})


# Reach times minibatches: 0.6 gave 40 %, 2.5 gave 45 % (sigmoid) and 72 % (ReLU), 6 gave 84 %.
# Learning rate times minibatches with Adam: 0.006 gave 23 %, 0.06 gave 82 %.
LEAST_WAY, LEAST_ADAM_WAY = 1.5, 0.02


def rate_too_low(plan: Plan) -> Advice | None:
    """A step size with which the run ends before it gets anywhere."""
    steps, training = plan.steps, plan.training
    if steps is None or steps < LEAST_STEPS:
        return None
    adam = plan.adaptive
    way = steps * (training.learning_rate if adam else plan.reach)
    if way >= (LEAST_ADAM_WAY if adam else LEAST_WAY):
        return None
    # As far as twenty times the least.
    wanted = 20.0 * (LEAST_ADAM_WAY if adam else LEAST_WAY) / way * training.learning_rate
    rate = _round_down(min(wanted, ADAM_REMEDY if adam else 0.05))
    text = "The learning rate is so low that this run ends before much is learned."
    return Advice(("learning_rate", "epochs"), text, {"learning_rate": rate})


# Ten minibatches of all 3,600 digits gave 70 %, 30 of 256 gave 83 %, 40 of 1,024 gave 88 %.
LEAST_STEPS = 30


def too_few_steps(plan: Plan) -> Advice | None:
    """Minibatches so large that hardly any fit into the run."""
    steps, training = plan.steps, plan.training
    if steps is None or plan.digits is None or steps >= LEAST_STEPS or training.batch_size <= 32:
        return None
    count = len(plan.digits.training)
    if training.batch_size > count:
        text = "The minibatch is larger than the {count:,} training digits: one step an epoch."
    else:
        text = "The run has only {steps:,} minibatches to learn from: smaller ones give more."
    values = {"count": count, "steps": steps}
    return Advice(("batch_size", "epochs"), text, {"batch_size": 32}, values)


# Six epochs at .05 with momentum; layers of sigmoids: 91, 90, 84, 15, 10 % for one to five; tanh
# and ReLU more than 91 % up to six; sigmoids with Adam at .003: 92, 92, 92, 91 % for one to four.
DEEP_SIGMOID = 4


def vanishing_slope(plan: Plan) -> Advice | None:
    """So many layers of sigmoids that no slope reaches the first."""
    network = plan.network
    # Batch normalisation lets the slopes through.
    deep = network.activations.count("sigmoid") >= DEEP_SIGMOID and not network.batch_norm
    if not deep or plan.adaptive:
        return None
    text = "Through so many layers of sigmoids the first ones hardly learn."
    remedy = {"optimizer": "adam", "learning_rate": ADAM_REMEDY}
    return Advice(("hidden", "activation"), text, remedy)


# As above: ReLU 91, 72, 45, 15 % and sigmoid 87, 49, 19, 10 % for one to four layers; with
# cross-entropy ReLU 94, 93, 92, 91 % and sigmoid 91, 90, 84 %.
def slow_loss(plan: Plan) -> Advice | None:
    """Squared error behind several layers, without an optimizer that makes up for it."""
    network = plan.network
    slow = network.loss == "squared-error" and len(network.hidden) >= 2
    if not slow or plan.adaptive:
        return None
    text = "Squared error learns slowly through more than one hidden layer."
    return Advice(("loss", "hidden"), text, {"loss": "cross-entropy"})


# Eight epochs: a layer of 1, 2, 3, 4, 6, 8, 16 neurons gave 10, 27, 71, 69, 80, 88, 91 %.
NARROW = 6


def narrow_layer(plan: Plan) -> Advice | None:
    """A layer through which too little passes to tell ten classes apart."""
    hidden = plan.network.hidden
    if not hidden or min(hidden) > NARROW or plan.network.classes < 10:
        return None
    text = "Through a layer of {width} neurons too little passes to tell the digits apart."
    if min(hidden) == 1:
        text = "Through a layer of 1 neuron too little passes to tell the digits apart."
    wider = tuple(max(width, 32) if width <= NARROW else width for width in hidden)
    return Advice(("hidden",), text, {"hidden": wider}, {"width": min(hidden)})


# Six epochs: no hidden layer 90 %, one of 64 linear neurons 89 %, two 85 %.
def linear_layers(plan: Plan) -> Advice | None:
    """Hidden layers that together are one straight map."""
    if set(plan.network.activations) != {"identity"}:
        return None
    text = "With linear neurons the hidden layers add nothing."
    return Advice(("activation", "hidden"), text, {"activation": "relu"})


# MNIST's digits lie in 20 of 28 pixels. Moved into the worst corner by 3, 4, 5, 6 pixels, 7, 27, 76
# and 99 % of the digits lose more than a twentieth of their ink; ten epochs gave 94 % unmoved, 89 %
# with 4 and 81 % with 6.
MARGIN_SHARE = 4 / 28


def moved_off_the_edge(plan: Plan) -> Advice | None:
    """A random shift that pushes ink off the image."""
    margin = round(MARGIN_SHARE * min(plan.network.inputs))
    if plan.training.shift <= margin:
        return None
    text = "So large a shift pushes ink off the edge of the image."
    return Advice(("shift",), text, {"shift": min(2, margin)})


# 784-256-10 by 64 on a busy machine with two cores: 36,000 digits a second with one thread, 7,200
# with two, 480 with four, 150 with eight.
def too_many_threads(plan: Plan) -> Advice | None:
    """More threads than cores: they wait for each other."""
    cores = core_count()
    if plan.training.threads <= cores:
        return None
    text = "This machine has {cores} cores: more threads than that only wait for each other."
    if cores == 1:
        text = "This machine has 1 core: more threads than that only wait for each other."
    return Advice(("threads",), text, {"threads": 0}, {"cores": cores})


def unused_momentum(plan: Plan) -> Advice | None:
    """A momentum that nobody asks for."""
    default = TrainingSpec().momentum
    if plan.adds_up or plan.training.momentum == default:
        return None
    text = "The optimizer {optimizer} makes no use of the momentum."
    named = {"optimizer": plan.training.optimizer}
    return Advice(("momentum", "optimizer"), text, {"momentum": default}, named)


LONG_RUN = 3600.0


def too_long(plan: Plan) -> Advice | None:
    """A run that one should know to be long."""
    if plan.seconds is None or plan.seconds < LONG_RUN:
        return None
    text = "This run takes about {time} at full speed."
    epochs = math.floor(plan.training.epochs * LONG_RUN / plan.seconds)
    remedy = {"epochs": epochs} if epochs else {}
    return Advice(("epochs", "hidden"), text, remedy, {"time": words_of_time(plan.seconds)})


def _size(count: int) -> str:
    return f"{count / 2**30:,.1f} GB" if count < 10 * 2**30 else f"{count / 2**30:,.0f} GB"


def _round_down(value: float) -> float:
    """The next smaller of 1, 2, 5, 10, 20, 50 and so on, up or down."""
    power = 10.0 ** math.floor(math.log10(value))
    step = next(each for each in (5.0, 2.0, 1.0) if each <= value / power + 1e-9)
    return float(f"{step * power:.1g}")


Rule = Callable[[Plan], Advice | None]
RULES: tuple[Rule, ...] = (
    too_large,
    rate_too_high,
    too_few_steps,
    rate_too_low,
    vanishing_slope,
    slow_loss,
    narrow_layer,
    linear_layers,
    moved_off_the_edge,
    too_many_threads,
    unused_momentum,
    too_long,
)
