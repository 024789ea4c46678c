"""Activations and losses: true to their formulas, in place, at both ends of the numbers."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from core.activations import ACTIVATIONS
from core.losses import LOSSES

FORMULAS: dict[str, Callable[[Any], Any]] = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": lambda z: (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1),
    "relu": lambda z: np.where(z > 0, z, 0),
    "leaky-relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "elu": lambda z: np.where(z > 0, z, np.exp(z) - 1),
    "lecun-tanh": lambda z: 1.7159 * np.tanh(2 * z / 3),
    "selu": lambda z: 1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * np.expm1(z)),
    "gelu": lambda z: z / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))),
    "silu": lambda z: z / (1 + np.exp(-z)),
    "softplus": lambda z: np.log(1 + np.exp(z)),
}

every_activation = pytest.mark.parametrize("name", ACTIVATIONS)
every_loss = pytest.mark.parametrize("name", LOSSES)


@every_activation
def test_values_are_those_of_the_formula(name: str) -> None:
    z = np.linspace(-6, 6, 241)
    out = np.empty_like(z)
    ACTIVATIONS[name].forward(z, out)
    np.testing.assert_allclose(out, FORMULAS[name](z), atol=1e-12)


@every_activation
def test_result_may_take_the_place_of_the_sums(name: str) -> None:
    """Also where a layer's sums are columns of a wider array."""
    sums = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32)
    apart = np.empty_like(sums)
    ACTIVATIONS[name].forward(sums.copy(), apart)
    wide = np.ones((5, 5), np.float32)
    wide[:, :4] = sums
    ACTIVATIONS[name].forward(wide[:, :4], wide[:, :4])
    assert np.array_equal(wide[:, :4], apart)
    assert (wide[:, 4] == 1).all()


@every_activation
def test_single_precision_stays_single(name: str) -> None:
    a, grad = np.ones((2, 3), np.float32), np.ones((2, 3), np.float32)
    ACTIVATIONS[name].forward(a, a)
    ACTIVATIONS[name].backward(a, grad)
    assert (a.dtype, grad.dtype) == (np.float32, np.float32)


@every_activation
def test_huge_sums_give_numbers_and_no_warning(name: str) -> None:
    z = np.array([[-3e38, -1e4, 0.0, 1e4, 3e38]], np.float32)
    grad = np.ones_like(z)
    kept = z.copy() if ACTIVATIONS[name].keeps_sums else z
    ACTIVATIONS[name].forward(z, z)
    ACTIVATIONS[name].backward(kept, grad)
    assert np.isfinite(z).all()
    assert np.isfinite(grad).all()


@every_loss
def test_huge_logits_give_numbers_and_no_warning(name: str) -> None:
    loss = LOSSES[name]
    p = np.array([[1e38, -1e38, 0.0], [-1e38, 1e38, 0.0]], np.float32)
    labels = np.array([0, 0])
    loss.output(p, p)
    assert p.argmax(axis=1).tolist() == [0, 1]
    assert 0.5 < loss.value(p, labels) < 100
    loss.backward(p, labels)
    assert np.isfinite(p).all()


def test_softmax_probabilities_sum_to_one_whatever_is_added_to_the_logits() -> None:
    z = np.random.default_rng(1).normal(0, 5, (20, 10)).astype(np.float32)
    answers = [np.empty_like(z), np.empty_like(z)]
    for out, shift in zip(answers, (0, 64), strict=True):
        LOSSES["cross-entropy"].output(z + np.float32(shift), out)
        np.testing.assert_allclose(out.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(*answers, rtol=1e-4)


@every_loss
def test_right_answers_cost_nothing(name: str) -> None:
    p = np.eye(10, dtype=np.float32)
    assert LOSSES[name].value(p, np.arange(10)) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("table", [ACTIVATIONS, LOSSES])
def test_every_entry_has_words(table: dict[str, Any]) -> None:
    assert all(len(entry.help) > 10 and "\n" not in entry.help for entry in table.values())


def test_gelu_in_its_tanh_form_stays_close_to_the_normal_distribution() -> None:
    z = np.linspace(-5, 5, 201)
    out = np.empty_like(z)
    ACTIVATIONS["gelu"].forward(z, out)
    exact = z / 2 * np.array([1 + math.erf(each / math.sqrt(2)) for each in z])
    np.testing.assert_allclose(out, exact, atol=5e-4)


def test_lecuns_tanh_leaves_one_as_it_is() -> None:
    z = np.array([[-1.0, 1.0]])
    ACTIVATIONS["lecun-tanh"].forward(z, z)
    np.testing.assert_allclose(z, [[-1, 1]], atol=1e-4)


def test_selu_keeps_mean_zero_and_variance_one() -> None:
    z = np.random.default_rng(3).normal(size=(1000, 1000))
    ACTIVATIONS["selu"].forward(z, z)
    assert (z.mean(), z.var()) == pytest.approx((0, 1), abs=0.01)
