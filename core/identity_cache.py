"""Results remembered by what they were made of: the very object, whatever its values."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Generic, TypeVar

Argument = TypeVar("Argument")
Result = TypeVar("Result")


class _Same(Generic[Argument]):
    """An object as a key: equal to itself, whatever the values of another."""

    def __init__(self, object_: Argument) -> None:
        self.object = object_

    def __hash__(self) -> int:
        return id(self.object)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.object is other.object


def remembered_by_identity(
    most: int,
) -> Callable[[Callable[[Argument], Result]], Callable[[Argument], Result]]:
    """Let a function of one argument remember its results for the latest objects it was asked of.

    Unlike `functools.lru_cache` it asks for no hash and compares no values, so the argument may be
    an array; it must not be changed in place.

    Parameters
    ----------
    most : int
        So many objects are kept, each with its result.
    """

    def decorate(function: Callable[[Argument], Result]) -> Callable[[Argument], Result]:
        @lru_cache(maxsize=most)
        def remembered(key: _Same[Argument]) -> Result:
            return function(key.object)

        @wraps(function)
        def ask(argument: Argument) -> Result:
            return remembered(_Same(argument))

        return ask

    return decorate
