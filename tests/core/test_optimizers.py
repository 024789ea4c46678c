"""Optimizers against the textbook, one weight at a time in double precision."""

import math
from collections.abc import Iterator

import numpy as np
import pytest

from core.optimizers import OPTIMIZERS, SCHEDULES

STEPS = 25
MOMENTUM = 0.8
RATES = [0.1 / (1 + step) for step in range(STEPS)]


@pytest.fixture
def slopes(random: np.random.Generator) -> np.ndarray:
    return random.normal(size=(STEPS, 7)) * 10.0 ** np.arange(-3, 4)


@pytest.fixture
def start(random: np.random.Generator) -> np.ndarray:
    return random.normal(size=7)


def sgd(theta: float, slopes: list[float]) -> Iterator[float]:
    for rate, g in zip(RATES, slopes, strict=True):
        theta = theta - rate * g
        yield theta


def momentum(theta: float, slopes: list[float]) -> Iterator[float]:
    v = 0.0
    for rate, g in zip(RATES, slopes, strict=True):
        v = MOMENTUM * v + g
        theta = theta - rate * v
        yield theta


def adam(theta: float, slopes: list[float]) -> Iterator[float]:
    """Algorithm 1 of Kingma & Ba 2015, word for word."""
    m = v = 0.0
    for t, (rate, g) in enumerate(zip(RATES, slopes, strict=True), start=1):
        m = 0.9 * m + (1 - 0.9) * g
        v = 0.999 * v + (1 - 0.999) * g**2
        m_hat = m / (1 - 0.9**t)
        v_hat = v / (1 - 0.999**t)
        theta = theta - rate * m_hat / (math.sqrt(v_hat) + 1e-8)
        yield theta


def nesterov(theta: float, slopes: list[float]) -> Iterator[float]:
    """As Sutskever et al. 2013 have it, θ standing where the velocity leads."""
    v = 0.0
    for rate, g in zip(RATES, slopes, strict=True):
        v = MOMENTUM * v + g
        theta = theta - rate * (g + MOMENTUM * v)
        yield theta


def rmsprop(theta: float, slopes: list[float]) -> Iterator[float]:
    s = 0.0
    for rate, g in zip(RATES, slopes, strict=True):
        s = 0.99 * s + (1 - 0.99) * g**2
        theta = theta - rate * g / (math.sqrt(s) + 1e-8)
        yield theta


def lion(theta: float, slopes: list[float]) -> Iterator[float]:
    """Algorithm 2 of Chen et al. 2023."""
    m = 0.0
    for rate, g in zip(RATES, slopes, strict=True):
        c = 0.9 * m + (1 - 0.9) * g
        theta = theta - rate * math.copysign(1, c)
        m = 0.99 * m + (1 - 0.99) * g
        yield theta


TEXTBOOK = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adam,
    "lion": lion,
}

every_optimizer = pytest.mark.parametrize("name", OPTIMIZERS)


def test_every_optimizer_stands_in_the_textbook() -> None:
    assert TEXTBOOK.keys() == OPTIMIZERS.keys()


@every_optimizer
def test_steps_are_those_of_the_textbook(name: str, start: np.ndarray, slopes: np.ndarray) -> None:
    theta = start.copy()
    optimizer = OPTIMIZERS[name](theta, MOMENTUM)
    expected = [list(TEXTBOOK[name](*each)) for each in zip(start, slopes.T.tolist(), strict=True)]
    for step in range(STEPS):
        optimizer.step(slopes[step].copy(), RATES[step])
        np.testing.assert_allclose(theta, [each[step] for each in expected], rtol=1e-11)


@every_optimizer
def test_single_precision_follows_and_stays_single(
    name: str, start: np.ndarray, slopes: np.ndarray
) -> None:
    single, double = start.astype(np.float32), start.copy()
    steps = OPTIMIZERS[name](single, MOMENTUM), OPTIMIZERS[name](double, MOMENTUM)
    for slope, rate in zip(slopes, RATES, strict=True):
        steps[0].step(slope.astype(np.float32), rate)
        steps[1].step(slope.copy(), rate)
    np.testing.assert_allclose(single, double, rtol=1e-3, atol=1e-5)
    arrays = steps[0].state().values()
    assert all(array.dtype == np.float32 for array in arrays if array.size == single.size)


def test_momentum_of_zero_is_plain_descent(start: np.ndarray, slopes: np.ndarray) -> None:
    plain, rolling = start.copy(), start.copy()
    optimizers = OPTIMIZERS["sgd"](plain, 0.9), OPTIMIZERS["momentum"](rolling, 0.0)
    for slope in slopes:
        for optimizer in optimizers:
            optimizer.step(slope.copy(), 0.05)
    assert np.array_equal(plain, rolling)


def test_first_step_of_adam_is_the_learning_rate_whatever_the_slope() -> None:
    theta = np.zeros(3)
    OPTIMIZERS["adam"](theta, 0.9).step(np.array([1e-4, -3.0, 1e4]), 0.01)
    np.testing.assert_allclose(theta, [-0.01, 0.01, -0.01], rtol=1e-3)


@every_optimizer
def test_state_is_all_that_is_needed_to_go_on(
    name: str, start: np.ndarray, slopes: np.ndarray
) -> None:
    whole, halves = start.copy(), start.copy()
    unbroken, first = OPTIMIZERS[name](whole, MOMENTUM), OPTIMIZERS[name](halves, MOMENTUM)
    for slope in slopes[:12]:
        unbroken.step(slope.copy(), 0.02)
        first.step(slope.copy(), 0.02)
    second = OPTIMIZERS[name](halves, MOMENTUM)
    for key, array in second.state().items():
        array[:] = first.state()[key]
    for slope in slopes[12:]:
        unbroken.step(slope.copy(), 0.02)
        second.step(slope.copy(), 0.02)
    assert np.array_equal(whole, halves)


@every_optimizer
def test_the_vector_is_changed_in_place(name: str) -> None:
    theta = np.ones(4)
    optimizer = OPTIMIZERS[name](theta, 0.9)
    optimizer.step(np.ones(4), 0.1)
    assert optimizer.parameters is theta
    assert (theta < 1).all()


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_rise_to_one_and_never_again(name: str) -> None:
    factors = [SCHEDULES[name].factor(index / 1000) for index in range(1001)]
    top = factors.index(max(factors))
    assert factors[top] == pytest.approx(1, abs=1e-12)
    assert factors[:top] == sorted(factors[:top])
    assert factors[top:] == sorted(factors[top:], reverse=True)
    assert min(factors) >= 0


@pytest.mark.parametrize(
    ("name", "places"),
    {
        "warm-cosine": {0: 0.01, 0.025: 0.505, 0.05: 1, 0.525: 0.5, 1: 0},
        "one-cycle": {0: 0.04, 0.15: 0.52, 0.3: 1, 0.65: 0.5, 1: 0},
        "step": {0: 1, 0.49: 1, 0.5: 0.1, 0.75: 0.01, 1: 0.01},
        "exponential": {0: 1, 0.5: 0.1, 1: 0.01},
    }.items(),
)
def test_schedules_pass_these_places(name: str, places: dict[float, float]) -> None:
    factor = SCHEDULES[name].factor
    assert {t: factor(t) for t in places} == pytest.approx(places)


def test_cosine_is_half_way_down_in_the_middle_and_ends_at_zero() -> None:
    factor = SCHEDULES["cosine"].factor
    assert factor(0.5) == pytest.approx(0.5)
    assert factor(1.0) == pytest.approx(0.0)
