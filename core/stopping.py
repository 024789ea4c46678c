"""Ctrl+C and SIGTERM, which end what is under way in good order."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stopping(stop: Callable[[], object]) -> Iterator[None]:
    """Let the first Ctrl+C or SIGTERM call `stop`; a second one ends all, as if this were not."""

    def answer(number: int, frame: FrameType | None) -> None:
        stop()
        signal.signal(number, former[signal.Signals(number)])

    numbers = (signal.SIGINT, signal.SIGTERM)
    former = {number: signal.getsignal(number) for number in numbers}
    for number in numbers:
        signal.signal(number, answer)
    try:
        yield
    finally:
        for number in numbers:
            signal.signal(number, former[number])
