"""Values that suit each other: what a switch of activation, optimizer or loss changes with it.

The learning rates below were measured on mnist-5k: 784-64-10 and 784-64-64-10, the mean of both,
minibatches of 32, four epochs of 3,000 digits, at powers of two; what counted were accuracy and
loss on 1,000 other digits of its learning part. Percentages stand in the order of the rates.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from .activations import ACTIVATIONS
from .layers import INITIALIZERS
from .optimizers import OPTIMIZERS
from .setting import Setting, settings
from .spec import NetworkSpec, Specs, TrainingSpec, with_values

# Activations that bear other rates than the rectifiers, which all the others are.
KINDS = {
    "selu": "stretched",
    "lecun-tanh": "stretched",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
    "identity": "linear",
}
RECTIFIER = "rectifier"

# sgd: ReLU 1/16 to 1 88, 89, 90, 90, 51 %; SELU 1/32 to 1/4 88, 88, 88, 49 %; tanh 1/4 to 1
#   89, 90, 76 %; sigmoid 1 to 8 88, 90, 88, 50 %; linear 1/16 to 1/4 87, 88, 49 %.
# momentum: ReLU 1/64 to 1/4 89, 89, 89, 87, 61 %; SELU 1/128 to 1/8 89, 89, 88, 86, 48 %; tanh
#   1/32 to 1/4 89, 90, 88, 70 %; sigmoid 1/32 to 1 85, 86, 88, 89, 89, 45 %; linear 1/256 to 1/16
#   88, 88, 87, 85, 80 %. nesterov's best rates are those, or twice as large.
# rmsprop: ReLU 1/2048 to 1/64 89, 90, 91, 91, 89, 87 %; SELU 1/256 to 1/64 90, 91, 85 %; tanh
#   1/1024 to 1/64 90, 91, 91, 90, 88 %; sigmoid 1/1024 to 1/64 88, 90, 90, 90, 90 %; linear 1/2048
#   to 1/128 88, 88, 87, 86, 84 %.
# adam, 1/1024 to 1/32: ReLU 90, 91, 91, 90, 89, 87 %; SELU 89, 89, 89, 89, 87, 85 %; tanh 89, 90,
#   91, 90, 90, 83 %; sigmoid 88, 90, 90, 90, 90, 89 %; linear 89, 88, 85, 83, 81, 78 %.
# lion, 1/8192 to 1/512: ReLU 87, 89, 90, 90, 88 %, with the least loss at 1/4096; SELU 89, 89, 89,
#   91, 89 %; tanh 87, 89, 90, 90, 89 %; sigmoid 75, 80, 88, 90, 90 %; linear 88, 88, 88, 88, 86 %.
_ADAM = {RECTIFIER: 0.002, "stretched": 0.002, "tanh": 0.003, "sigmoid": 0.005, "linear": 0.001}
_MOMENTUM = {RECTIFIER: 0.05, "stretched": 0.02, "tanh": 0.05, "sigmoid": 0.2, "linear": 0.005}
RATES: Mapping[str, Mapping[str, float]] = {
    "sgd": {RECTIFIER: 0.2, "stretched": 0.1, "tanh": 0.5, "sigmoid": 2.0, "linear": 0.05},
    "momentum": _MOMENTUM,
    "nesterov": _MOMENTUM,
    "rmsprop": {
        RECTIFIER: 0.002,
        "stretched": 0.005,
        "tanh": 0.003,
        "sigmoid": 0.005,
        "linear": 0.0005,
    },
    "adam": _ADAM,
    "adamw": _ADAM,
    "lion": {
        RECTIFIER: 0.0003,
        "stretched": 0.0005,
        "tanh": 0.0005,
        "sigmoid": 0.001,
        "linear": 0.0001,
    },
}
# Squared error with momentum: ReLU 1/64 to 1/8 85, 86, 46, 28 %; one layer of sigmoids 1/32 to 1/4
# 69, 73, 59, 30 %. With the others the rates for cross-entropy did well, too (sgd 1/4 with ReLU
# 88 %, 2 with sigmoids 84 %; rmsprop 90, 90 %; adam 85, 90 %), but for lion, which found none.
# Binary cross-entropy did best where cross-entropy does.
SQUARED_ERROR = {"momentum": 0.4, "nesterov": 0.4}
# Behind batch normalisation all bear what a rectifier does, at those rates: momentum 91, 89, 91, 89
# and 88 % for ReLU, SELU, tanh, sigmoid and linear; adam 91, 90, 90, 89, 88 %; sgd 91, 88, 88 % for
# ReLU, sigmoid, linear.


@dataclass(frozen=True)
class Change:
    """A value that went along, in words: of `setting`, `before` and `after`."""

    setting: Setting
    before: str
    after: str


@dataclass(frozen=True)
class Switch:
    """What changes by itself because something else was switched.

    Attributes
    ----------
    values, former : mapping of str to Any
        Settings by name: what suits now, and what stood there before.
    changes : tuple of Change
        The same in words; also the initialiser that `auto` stands for.
    causes : tuple of str
        What was switched to: `tanh`, `adam`.
    """

    values: Mapping[str, Any]
    former: Mapping[str, Any]
    changes: tuple[Change, ...]
    causes: tuple[str, ...]

    def sentence(self, say: Callable[[str], str] = str) -> str:
        """One sentence; `say` translates the words in it."""
        parts = [f"{say(each.setting.label)} {each.before} → {each.after}" for each in self.changes]
        parts[1:] = [part[0].lower() + part[1:] for part in parts[1:]]
        last = f" {say('and')} "
        changes = last.join([", ".join(parts[:-1]), parts[-1]] if parts[1:] else parts)
        causes = last.join(map(say, self.causes))
        return say("{changes}, as suits {causes}.").format(changes=changes, causes=causes)

    def applied(self, network: NetworkSpec, training: TrainingSpec) -> Specs:
        """The specs with what suits."""
        return with_values(self.values, network, training)


def suit(before: Specs, after: Specs, base: Specs, fixed: Collection[str] = ()) -> Switch | None:
    """What goes along when settings are switched; None where nothing does.

    Parameters
    ----------
    before, after : tuple of NetworkSpec and TrainingSpec
        The settings and what a person made of them.
    base : tuple of NetworkSpec and TrainingSpec
        A recipe or a run, that the person began with; its values suit it and stand for themselves.
    fixed : collection of str
        Settings that a person has set. Others are seen to be set by hand where they have not the
        value that suited before.
    """
    causes = _causes(before, after)
    if not causes:
        return None
    suited, suits = suitable(*before, base), suitable(*after, base)
    stood, stands = _values(*before), _values(*after)
    free = {
        name for name in suits if name not in fixed and stood[name] == suited[name] == stands[name]
    }
    values = {name: suits[name] for name in suits if name in free and suits[name] != stands[name]}
    changes = _changes(free, before, after, with_values(values, *after))
    if not changes:
        return None
    return Switch(values, {name: stands[name] for name in values}, changes, causes)


def switched(before: Specs, after: Specs) -> bool:
    """Whether a setting was switched that others depend on."""
    return bool(_causes(before, after))


def dependents(network: NetworkSpec, training: TrainingSpec) -> dict[str, Any]:
    """The settings that may go along, and their values."""
    names = suitable(network, training, (network, training))
    return {name: value for name, value in _values(network, training).items() if name in names}


def suitable(network: NetworkSpec, training: TrainingSpec, base: Specs) -> dict[str, Any]:
    """Values of the settings that depend on others, as they suit; those of `base` for itself.

    A learning rate keeps its proportion to the one that was measured, so that what it owes to
    minibatch and schedule stays.
    """
    base_network, base_training = base
    learning_rate, initializer = base_training.learning_rate, base_network.initializer
    ratio = measured_rate(network, training) / measured_rate(*base)
    if ratio != 1.0:
        learning_rate = float(f"{min(max(ratio * learning_rate, 1e-6), 10.0):.2g}")
    wanted_by_some = {each.initializer for each in ACTIVATIONS.values()}
    if network.activation != base_network.activation and initializer in wanted_by_some:
        initializer = "auto"
    decay = OPTIMIZERS[training.optimizer].weight_decay
    if decay == OPTIMIZERS[base_training.optimizer].weight_decay:
        decay = base_training.weight_decay
    return {"learning_rate": learning_rate, "initializer": initializer, "weight_decay": decay}


def measured_rate(network: NetworkSpec, training: TrainingSpec) -> float:
    """The learning rate of the tables above; of several activations the most delicate decides."""
    names = network.activations or (_one(network),)
    kinds = {RECTIFIER if network.batch_norm else KINDS.get(name, RECTIFIER) for name in names}
    rate = min(RATES[training.optimizer][kind] for kind in kinds)
    squared = network.loss == "squared-error"
    return rate * (SQUARED_ERROR.get(training.optimizer, 1.0) if squared else 1.0)


def _values(network: NetworkSpec, training: TrainingSpec) -> dict[str, Any]:
    return vars(network) | vars(training)


def _one(network: NetworkSpec) -> str:
    return network.activation if isinstance(network.activation, str) else network.activation[0]


def _causes(before: Specs, after: Specs) -> tuple[str, ...]:
    """What was switched to, in words; empty where nothing was that others depend on."""
    former, values = _values(*before), _values(*after)
    switched = []
    for each in (*settings(NetworkSpec), *settings(TrainingSpec)):
        name = each.name
        if name in ("activation", "optimizer", "loss") and values[name] != former[name]:
            switched.append(each.title(values[name]))
    if after[0].batch_norm != before[0].batch_norm:
        switched.append("batch normalisation" if after[0].batch_norm else "unnormalised sums")
    return tuple(switched)


def _changes(
    free: Collection[str], before: Specs, after: Specs, suited: Specs
) -> tuple[Change, ...]:
    """What differs in words, the learning rate first."""
    changes = []
    values, suits = _values(*after), _values(*suited)
    for each in (*settings(TrainingSpec), *settings(NetworkSpec)):
        if each.name not in free:
            continue
        if each.name == "initializer":
            drawn, draws = _drawn(before[0]), _drawn(suited[0])
            if drawn != draws and suited[0].initializer == "auto":
                changes.append(Change(each, drawn, draws))
        elif suits[each.name] != values[each.name]:
            changes.append(
                Change(each, each.title(values[each.name]), each.title(suits[each.name]))
            )
    return tuple(changes)


def _drawn(network: NetworkSpec) -> str:
    """How the first weights of the hidden layers are drawn, in words."""
    names = [network.initializer]
    if names == ["auto"]:
        layers = network.activations or (_one(network),)
        names = list(dict.fromkeys(ACTIVATIONS[each].initializer for each in layers))
    return " and ".join(INITIALIZERS[name].title or name for name in names)
