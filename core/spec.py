"""Every setting, declared once: default, range and words.

The check, the JSON, the command line's flag and the panel's row are derived from the declaration.
"""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from .activations import ACTIVATIONS
from .errors import SpecError
from .layers import INITIALIZERS, Layout
from .losses import LOSSES
from .optimizers import OPTIMIZERS, SCHEDULES

# How a choice without a name is written and typed.
NO_NAME = "none"


@dataclass(frozen=True)
class Setting:
    """One declared setting of a spec.

    Attributes
    ----------
    name, label, help : str
        The field's name, its name on the screen, and one plain sentence.
    default : bool, int, float, str or tuple of int
        Its type is the setting's type.
    low, high : float or None
        The smallest and largest value allowed, both included; of each member of a tuple. Numbers
        always have both.
    members : int or None
        How many members a tuple must have; None where any number will do.
    choices : mapping of str to str
        The allowed names and a sentence on each; empty where any value in range will do.
    titles : mapping of str to str
        How choices are named on the screen, where that differs.
    first : bool
        Whether the panel shows it at once or one click away.
    from_data : bool
        Whether the data decide it and nobody is asked.
    """

    name: str
    label: str
    help: str
    default: Any
    low: float | None = None
    high: float | None = None
    members: int | None = None
    choices: Mapping[str, str] = dataclasses.field(default_factory=dict)
    titles: Mapping[str, str] = dataclasses.field(default_factory=dict)
    first: bool = False
    from_data: bool = False

    @property
    def flag(self) -> str:
        """The command line's name for it, as in `--learning-rate`."""
        return "--" + self.name.replace("_", "-")

    def check(self, value: Any) -> Any:
        """The value, made of the setting's own type.

        Raises
        ------
        SpecError
            The value is of another type, out of range or not among the choices.
        """
        kind = type(self.default)
        if kind is tuple:
            if not isinstance(value, list | tuple) or self.members not in (None, len(value)):
                raise self._refusal(value)
            return tuple(self._number(int, member) for member in value)
        if kind in (int, float):
            return self._number(kind, value)
        if type(value) is not kind or (self.choices and value not in self.choices):
            raise self._refusal(value)
        return value

    def parse(self, text: str) -> Any:
        """The value that a person typed: `128, 64` for a tuple, `on` or `off`, `none` for no name.

        Raises
        ------
        SpecError
            The text does not name an allowed value.
        """
        kind = type(self.default)
        text = text.strip()
        try:
            if kind is bool:
                return {"on": True, "off": False}[text.lower()]
            if kind is tuple:
                parts = text.replace(",", " ").split()
                return self.check(tuple(int(part) for part in parts))
            if kind is str and text == NO_NAME and "" in self.choices:
                return ""
            return self.check(kind(text))
        except (KeyError, ValueError, SpecError):
            raise self._refusal(text) from None

    def format(self, value: Any) -> str:
        """The value as `parse` reads it."""
        if isinstance(value, bool):
            return "on" if value else "off"
        if isinstance(value, tuple):
            return ", ".join(str(member) for member in value)
        if isinstance(value, float):
            short = f"{value:g}"
            return short if float(short) == value else repr(value)
        return str(value) or NO_NAME

    def allowed(self) -> str:
        """What is allowed, in words: `0.1 to 10`, `sgd, momentum or adam`."""
        if self.choices:
            names = [name or NO_NAME for name in self.choices]
            return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
        if isinstance(self.default, bool):
            return "on or off"
        number = "whole numbers" if type(self.default) in (int, tuple) else "numbers"
        count = f"{self.members} " if self.members else ""
        return f"{count}{number} from {_written_out(self.low)} to {_written_out(self.high)}"

    def _number(self, kind: type, value: Any) -> int | float:
        integer = isinstance(value, int) and not isinstance(value, bool)
        if not integer and not (kind is float and isinstance(value, float)):
            raise self._refusal(value)
        # NaN lies between nothing; a whole number may be too large to become a float at all.
        if not _between(value, self.low, self.high):
            raise self._refusal(value)
        number: int | float = kind(value)
        return number

    def _refusal(self, value: Any) -> SpecError:
        return SpecError(f"{self.label} cannot be “{_shown(value)}”: {self.allowed()}.")


def _shown(value: Any) -> str:
    """A value, whatever it is, as a few words on one line."""
    try:
        text = value if isinstance(value, str) else repr(value)
    except (ValueError, RecursionError):
        # Python writes out no number of more than 4,300 digits.
        text = "…"
    return " ".join(text.split())[:60]


def _written_out(value: float | None) -> str:
    """A bound without an exponent: 0.000001, 65,536."""
    return f"{value:,.10f}".rstrip("0").rstrip(".")


def _between(value: float, low: float | None, high: float | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)


def setting(default: Any, *, label: str, help: str, **more: Any) -> Any:
    """Declare a setting as a dataclass field; the words are those of `Setting`."""
    metadata = {"label": label, "help": help, **more}
    return dataclasses.field(default=default, metadata=metadata)


class Spec:
    """What the two specs share; a subclass is a frozen dataclass of settings."""

    def __post_init__(self) -> None:
        for each in settings(type(self)):
            object.__setattr__(self, each.name, each.check(getattr(self, each.name)))

    def to_json(self) -> dict[str, Any]:
        """All settings as JSON values."""
        return {
            each.name: list(value) if isinstance(value, tuple) else value
            for each in settings(type(self))
            for value in (getattr(self, each.name),)
        }

    @classmethod
    def from_json(cls, values: object) -> Self:
        """The spec that `to_json` wrote; a setting that is missing takes its default.

        Raises
        ------
        SpecError
            A value is not allowed, or there is a setting that this version does not know.
        """
        if not isinstance(values, dict):
            raise SpecError(f"A {cls.__name__} is a JSON object, not {type(values).__name__}.")
        unknown = values.keys() - {each.name for each in settings(cls)}
        if unknown:
            raise SpecError(f"This version knows no setting “{_shown(min(map(str, unknown)))}”.")
        return cls(**values)

    def replace(self, **values: Any) -> Self:
        """A copy with some settings changed, checked again."""
        return dataclasses.replace(self, **values)  # type: ignore[type-var]


def settings(spec: type[Spec]) -> tuple[Setting, ...]:
    """The declared settings of a spec class, in order."""
    return tuple(
        Setting(field.name, default=field.default, **field.metadata)
        for field in dataclasses.fields(spec)  # type: ignore[arg-type]
    )


def _words(table: Mapping[str, Any]) -> dict[str, str]:
    return {name: entry.help for name, entry in table.items()}


@dataclass(frozen=True)
class NetworkSpec(Spec):
    """What a network is made of."""

    hidden: tuple[int, ...] = setting(
        (128,),
        label="Layers",
        help="Neurons in each hidden layer, from the image to the answer",
        low=1,
        high=20_000,
        first=True,
    )
    activation: str = setting(
        "relu",
        label="Activation",
        help="What each hidden neuron makes of its sum",
        choices=_words(ACTIVATIONS),
        titles={name: activation.title for name, activation in ACTIVATIONS.items()},
        first=True,
    )
    bias: bool = setting(
        True,
        label="Biases",
        help="Whether each neuron may shift its sum by a learned number",
        first=True,
    )
    batch_norm: bool = setting(
        False,
        label="Batch normalisation",
        help="Bring the sums of each hidden neuron to one level, minibatch by minibatch",
    )
    loss: str = setting(
        "cross-entropy",
        label="Loss",
        help="What training makes small, with the outputs that belong to it",
        choices=_words(LOSSES),
    )
    initializer: str = setting(
        "auto",
        label="First weights",
        help="How the weights are drawn before training",
        choices={"auto": "the one that suits the activation"} | _words(INITIALIZERS),
    )
    inputs: tuple[int, ...] = setting(
        (28, 28),
        label="Image",
        help="Height and width of the image in pixels",
        low=1,
        high=4096,
        members=2,
        from_data=True,
    )
    classes: int = setting(
        10, label="Classes", help="Number of answers", low=2, high=10_000, from_data=True
    )

    @property
    def widths(self) -> tuple[int, ...]:
        """Numbers of pixels, of neurons in each hidden layer and of classes: 784, 128, 10."""
        return (math.prod(self.inputs), *self.hidden, self.classes)

    @property
    def layout(self) -> Layout:
        """Where each layer's numbers lie in the vector of parameters."""
        return Layout(self.widths, self.bias, self.batch_norm)

    @property
    def parameter_count(self) -> int:
        """Number of weights, biases and what else is learned."""
        return self.layout.size

    @property
    def buffer_count(self) -> int:
        """Number of running statistics, which are not learned but kept with the weights."""
        return 2 * sum(self.hidden) if self.batch_norm else 0


@dataclass(frozen=True)
class TrainingSpec(Spec):
    """How a network is trained."""

    learning_rate: float = setting(
        0.05,
        label="Learning rate",
        help="Step size of the optimizer",
        low=1e-6,
        high=10.0,
        first=True,
    )
    batch_size: int = setting(
        32, label="Minibatch", help="Digits seen before each step", low=1, high=65_536, first=True
    )
    epochs: int = setting(
        10, label="Epochs", help="Times that every digit is seen", low=1, high=10_000, first=True
    )
    optimizer: str = setting(
        "momentum",
        label="Optimizer",
        help="What turns slopes into steps",
        choices=_words(OPTIMIZERS),
    )
    momentum: float = setting(
        0.9,
        label="Momentum",
        help="Part of the last step that is kept, for momentum",
        low=0.0,
        high=0.999,
    )
    schedule: str = setting(
        "constant",
        label="Schedule",
        help="How the learning rate moves during the run",
        choices=_words(SCHEDULES),
    )
    dropout: float = setting(
        0.0,
        label="Dropout",
        help="Part of the hidden neurons that is silent in each minibatch, others each time",
        low=0.0,
        high=0.95,
    )
    input_dropout: float = setting(
        0.0,
        label="Pixel dropout",
        help="Part of the pixels that is black in each minibatch, others each time",
        low=0.0,
        high=0.95,
    )
    label_smoothing: float = setting(
        0.0,
        label="Label smoothing",
        help="Part of the certainty that is shared among all answers, so that none is sure",
        low=0.0,
        high=0.9,
    )
    l2: float = setting(
        0.0,
        label="Weight penalty",
        help="L2: a slope towards zero that each weight gets, in proportion to it",
        low=0.0,
        high=1.0,
    )
    weight_decay: float = setting(
        0.0,
        label="Weight decay",
        help="Part of each weight that a step of size 1 takes away, apart from its slope",
        low=0.0,
        high=1.0,
    )
    max_norm: float = setting(
        0.0,
        label="Largest norm",
        help="Length that a neuron's weights are cut back to; 0 lets them grow",
        low=0.0,
        high=100.0,
    )
    clip: float = setting(
        0.0,
        label="Clip slopes",
        help="Length that the gradient is cut back to; 0 takes it as it is",
        low=0.0,
        high=1000.0,
    )
    average: float = setting(
        0.0,
        label="Average weights",
        help="Share of the earlier weights in a running mean, which is what is kept; 0 keeps the "
        "last weights themselves",
        low=0.0,
        high=0.99999,
    )
    patience: int = setting(
        0,
        label="Patience",
        help="Evaluations without progress after which the run ends; 0 goes on to the last epoch",
        low=0,
        high=1000,
    )
    shift: int = setting(
        0,
        label="Random shift",
        help="Pixels that a training digit may be moved each way",
        low=0,
        high=8,
    )
    validation: bool = setting(
        True,
        label="Validation part",
        help="Keep digits back for the curve and the choice of the best weights; "
        "otherwise the curve is drawn on the test part",
    )
    exclude: str = setting(
        "",
        label="Leave out",
        help="Never train on the digits of that data set's test part",
        choices={"": "train on all", "mnist-5k": "the 1,000 test digits of mnist-5k"},
    )
    seed: int = setting(
        0,
        label="Seed",
        help="Where chance starts: the same seed gives the same run",
        low=0,
        high=2**32 - 1,
    )
    threads: int = setting(
        0,
        label="Threads",
        help="Processor cores that compute; 0 leaves one free for the rest of the machine",
        low=0,
        high=256,
    )
