"""What a new run gets by itself: an id, a name made of its network, a colour few others have."""

from collections import Counter
from collections.abc import Collection, Iterable
from itertools import chain, count
from uuid import uuid4

from .activations import ACTIVATIONS
from .run_record import RunRecord
from .spec import NetworkSpec

# Places among the theme's colours of curves: the accent for the run that began last, and the ones
# that a person may choose.
ACCENT, COLOURS = 0, range(1, 8)


def new_id() -> str:
    """An id that no other run has, of any program."""
    return uuid4().hex


def run_name(spec: NetworkSpec) -> str:
    """A run's name in words: `ReLU 256`, `ReLU-tanh 64-32`, `no hidden layer, no bias`."""
    layers = "-".join(str(width) for width in spec.hidden)
    names = (spec.activation,) if isinstance(spec.activation, str) else spec.activation
    titles = "-".join(ACTIVATIONS[each].title for each in names)
    name = f"{titles} {layers}" if layers else "no hidden layer"
    return name if spec.bias else f"{name}, no bias"


def distinct(name: str, taken: Collection[str]) -> str:
    """The name, or `name (2)`, `name (3)` and so on where it is taken."""
    numbered = (f"{name} ({number})" for number in count(2))
    return next(each for each in chain([name], numbered) if each not in taken)


def free_colour(records: Iterable[RunRecord]) -> int:
    """The colour that the fewest runs in sight have."""
    taken = Counter(record.colour for record in records if not record.hidden)
    return min(COLOURS, key=lambda colour: (taken[colour], colour))
