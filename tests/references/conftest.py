"""What the comparisons share: real digits, small enough that a step takes no time."""

import numpy as np
import pytest

from core.datasets import load
from core.digits import Digits, Part


@pytest.fixture(scope="session")
def digits() -> Digits:
    """The embedded digits."""
    return load("mnist-5k")


@pytest.fixture(scope="session")
def middles(digits: Digits) -> Part:
    """The inner 8×8 pixels of sixty digits: hardly one of their pixels is always black."""
    images = np.ascontiguousarray(digits.learning.images[:60, 10:18, 10:18])
    return Part(images, digits.learning.labels[:60])
