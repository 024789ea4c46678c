"""How often numbers are cut into their digits and read, on numbers composed of single digits."""

from collections.abc import Iterable
from dataclasses import dataclass

from .composed_numbers import ComposedNumber
from .numbers import NumberReader
from .splitting import part_of_line, split


@dataclass(frozen=True)
class NumberTrial:
    """What came out.

    Attributes
    ----------
    numbers : int
    cut, read : int
        How many of them fell into the digits that they were composed of, and how many were read
        right as a whole.
    """

    numbers: int
    cut: int
    read: int


def try_numbers(reader: NumberReader, numbers: Iterable[ComposedNumber]) -> NumberTrial:
    """Have composed numbers read, as the window does."""
    count = cut = right = 0
    for number in numbers:
        parts = [part_of_line(each.points) for each in number.drawing.strokes]
        reading = reader.read(number.drawing)
        count += 1
        cut += split(parts) == number.groups
        right += reading is not None and reading.text == number.text
    return NumberTrial(count, cut, right)
