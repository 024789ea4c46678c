"""What a setting is: declared once, with default, range and words.

The check, the JSON, the command line's flag and the panel's row are derived from the declaration.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from .errors import SpecError

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
    group : str
        The heading under which it stands among the others.
    low, high : float or None
        The smallest and largest value allowed, both included; of each member of a tuple. Numbers
        always have both.
    members : int or None
        How many members a tuple must have; None where any number will do.
    choices : mapping of str to str
        The allowed names and a sentence on each; empty where any value in range will do.
    titles : mapping of str to str
        How choices are named on the screen, where that differs.
    several : bool
        Whether a tuple of choices, one for each hidden layer, may stand in the place of one.
    first : bool
        Whether the panel shows it at once or one click away.
    from_data : bool
        Whether the data decide it and nobody is asked.
    strength : bool
        Whether it is a number that people try out between `low` and `high` and see what it does:
        the panel has a slider for it.
    """

    name: str
    label: str
    help: str
    default: Any
    group: str = ""
    low: float | None = None
    high: float | None = None
    members: int | None = None
    choices: Mapping[str, str] = dataclasses.field(default_factory=dict)
    titles: Mapping[str, str] = dataclasses.field(default_factory=dict)
    several: bool = False
    first: bool = False
    from_data: bool = False
    strength: bool = False

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
        if self.several and isinstance(value, list | tuple):
            if not value or not all(type(each) is str and each in self.choices for each in value):
                raise self._refusal(value)
            return tuple(value)
        if type(value) is not kind or (self.choices and value not in self.choices):
            raise self._refusal(value)
        return value

    def parse(self, text: str) -> Any:
        """The value that a person typed: `128, 64` or `relu, tanh`, `on` or `off`, `none`.

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
            parts = text.replace(",", " ").split()
            if kind is tuple:
                none = text.lower() == NO_NAME
                return self.check(() if none else tuple(int(part) for part in parts))
            if self.several and len(parts) > 1:
                return self.check(tuple(parts))
            if kind is str and text.lower() == NO_NAME and "" in self.choices:
                return ""
            return self.check(kind(text))
        except (KeyError, ValueError, SpecError):
            raise self._refusal(text) from None

    def format(self, value: Any) -> str:
        """The value as `parse` reads it."""
        if isinstance(value, bool):
            return "on" if value else "off"
        if isinstance(value, tuple):
            return ", ".join(str(member) for member in value) or NO_NAME
        if isinstance(value, float):
            short = f"{value:g}"
            return short if float(short) == value else repr(value)
        return str(value) or NO_NAME

    def title(self, value: Any) -> str:
        """The value in words: `leaky ReLU`, `ReLU, tanh`, `0.05`."""
        if not self.choices:
            return self.format(value)
        chosen = value if isinstance(value, tuple) else (value,)
        return ", ".join(self.titles.get(each, each or NO_NAME) for each in chosen)

    def allowed(self) -> str:
        """What is allowed, in words: `0.1 to 10`, `sgd, momentum or adam`."""
        if self.choices:
            names = [name or NO_NAME for name in self.choices]
            listed = " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
            return f"{listed}, for all layers or for each" if self.several else listed
        if isinstance(self.default, bool):
            return "on or off"
        number = "whole numbers" if type(self.default) in (int, tuple) else "numbers"
        count = f"{self.members} " if self.members else ""
        words = f"{count}{number} from {_written_out(self.low)} to {_written_out(self.high)}"
        return f"{words}, or {NO_NAME}" if isinstance(self.default, tuple) and not count else words

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

    def unfit(self, value: Any, why: str) -> SpecError:
        """The refusal of a value that its own check allows, and that does not go with others."""
        return SpecError(f"{self.label} cannot be “{self.format(value)}” {why}.", self.name)


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


def setting_of(spec: type[Spec], name: str) -> Setting:
    """The declared setting of that name."""
    return next(each for each in settings(spec) if each.name == name)


def grouped(*specs: type[Spec]) -> dict[str, list[Setting]]:
    """The settings that people decide by their groups, both in the order of first appearance."""
    groups: dict[str, list[Setting]] = {}
    for each in (each for spec in specs for each in settings(spec) if not each.from_data):
        groups.setdefault(each.group, []).append(each)
    return groups


_DECLARED: dict[type[Spec], tuple[Setting, ...]] = {}


def settings(spec: type[Spec]) -> tuple[Setting, ...]:
    """The declared settings of a spec class, in order."""
    # Asked for at every change of every field.
    if spec not in _DECLARED:
        _DECLARED[spec] = tuple(
            Setting(field.name, default=field.default, **field.metadata)
            for field in dataclasses.fields(spec)  # type: ignore[arg-type]
        )
    return _DECLARED[spec]
