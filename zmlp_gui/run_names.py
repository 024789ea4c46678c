"""Names that runs get by themselves: what the network is made of, in words."""

from collections.abc import Collection
from itertools import chain, count

from core.activations import ACTIVATIONS
from core.spec import NetworkSpec
from zmlp_gui.words import tr


def run_name(spec: NetworkSpec) -> str:
    """A run's name in words: `ReLU 256`, `ReLU-tanh 64-32`, `sigmoid 200, no bias`."""
    layers = "-".join(str(width) for width in spec.hidden)
    names = (spec.activation,) if isinstance(spec.activation, str) else spec.activation
    titles = "-".join(ACTIVATIONS[each].title for each in names)
    name = f"{titles} {layers}".strip()
    return name if spec.bias else tr("{name}, no bias", name=name)


def distinct(name: str, taken: Collection[str]) -> str:
    """The name, or `name (2)`, `name (3)` and so on where it is taken."""
    numbered = (f"{name} ({number})" for number in count(2))
    return next(each for each in chain([name], numbered) if each not in taken)
