"""Batch normalisation: by the minibatch while learning, by running statistics while reading."""

import numpy as np
import pytest

from core.batch_norm import BatchNorm
from core.digits import Digits
from core.errors import SpecError
from core.network import Network, Workspace
from core.spec import NetworkSpec, TrainingSpec
from core.training import Training

SPEC = NetworkSpec((12, 8), batch_norm=True)


def norm(width: int) -> BatchNorm:
    return BatchNorm(np.ones(width), np.zeros(width), np.zeros(width), np.ones(width))


@pytest.fixture
def sums(random: np.random.Generator) -> np.ndarray:
    return random.normal([1.0, -5.0, 100.0], [1.0, 0.1, 30.0], (50, 3))


def test_a_minibatch_comes_to_mean_zero_and_variance_one(sums: np.ndarray) -> None:
    norm(3).learn(sums, np.empty_like(sums), np.empty(3))
    np.testing.assert_allclose(sums.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(sums.var(axis=0), 1, rtol=2e-3)


def test_running_statistics_come_to_those_of_the_digits(sums: np.ndarray) -> None:
    layer = norm(3)
    for _ in range(200):
        layer.learn(sums.copy(), np.empty_like(sums), np.empty(3))
    np.testing.assert_allclose(layer.mean, sums.mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(layer.variance, sums.var(axis=0, ddof=1), rtol=1e-6)
    read = sums.copy()
    layer.read(read)
    np.testing.assert_allclose(read.mean(axis=0), 0, atol=1e-6)


def test_an_answer_does_not_hang_on_its_neighbours(few: Digits) -> None:
    network = Network(SPEC).initialize(0)
    list(Training(network, few, TrainingSpec(epochs=2)))
    images = few.test.images[:20]
    together = network.predict(images)
    alone = np.concatenate([network.predict(images[index : index + 1]) for index in range(20)])
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_reading_moves_no_statistics(few: Digits) -> None:
    network = Network(SPEC).initialize(0)
    before = network.buffers.copy()
    network.predict(few.test.images[:20])
    assert np.array_equal(network.buffers, before)
    work = Workspace(network, 20, learns=True)
    work.load(few.test.images[:20])
    network.forward(work)
    assert not np.array_equal(network.buffers, before)


def test_a_last_minibatch_of_one_digit_is_left_out(few: Digits) -> None:
    count = len(few.training)
    size = next(size for size in range(2, count) if count % size == 1)
    spec = TrainingSpec(epochs=2, batch_size=size)
    with_norm = Training(Network(SPEC).initialize(0), few, spec)
    assert with_norm.minibatches.per_epoch == count // size
    list(with_norm)
    assert with_norm.samples == 2 * (count - 1)
    without = Training(Network(SPEC.replace(batch_norm=False)).initialize(0), few, spec)
    assert without.minibatches.per_epoch == count // size + 1


def test_minibatches_of_one_digit_are_refused(few: Digits) -> None:
    with pytest.raises(SpecError, match="Minibatch cannot be “1” with batch normal"):
        Training(Network(SPEC).initialize(0), few, TrainingSpec(batch_size=1))


def test_a_copy_takes_the_statistics_along(few: Digits) -> None:
    network = Network(SPEC).initialize(0)
    list(Training(network, few, TrainingSpec(epochs=1)))
    images = few.test.images[:20]
    assert np.array_equal(network.copy().predict(images), network.predict(images))
