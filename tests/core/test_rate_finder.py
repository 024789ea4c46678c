"""The search for a learning rate: it leaves everything as it is, and what it finds trains well."""

import numpy as np
import pytest

from core.digits import Digits
from core.errors import SpecError
from core.events import Evaluated
from core.network import Network
from core.rate_finder import HIGHEST, LOWEST, RateFinder, RateTried, suggest
from core.spec import NetworkSpec, TrainingSpec
from core.training import Training

NET = NetworkSpec(hidden=(32,))
SPEC = TrainingSpec(batch_size=32, epochs=2)


def search(digits: Digits, network: NetworkSpec = NET, spec: TrainingSpec = SPEC) -> RateFinder:
    finder = RateFinder(Network(network).initialize(0), digits, spec)
    assert all(tried is finder.tried[-1] for tried in finder)
    return finder


def test_network_digits_and_spec_stay_as_they_are(digits: Digits) -> None:
    network = Network(NET).initialize(3)
    before = network.values.copy()
    list(RateFinder(network, digits, SPEC))
    assert np.array_equal(network.values, before)


def test_same_seed_finds_the_same(digits: Digits) -> None:
    assert search(digits).tried == search(digits).tried


def test_rate_rises_by_one_factor_until_the_loss_runs_away(digits: Digits) -> None:
    finder = search(digits)
    rates = np.array([each.rate for each in finder.tried])
    assert rates[0] == LOWEST
    assert rates[-1] <= HIGHEST
    assert np.allclose(rates[1:] / rates[:-1], rates[1] / rates[0])
    assert len(rates) < finder.steps
    smoothed = [each.smoothed for each in finder.tried]
    assert smoothed[-1] > 4.0 * min(smoothed)


def test_smoothed_loss_begins_at_the_loss_itself(digits: Digits) -> None:
    first = search(digits).tried[0]
    assert first.smoothed == pytest.approx(first.loss)


def test_search_ends_after_the_minibatch_under_way(digits: Digits) -> None:
    finder = RateFinder(Network(NET).initialize(0), digits, SPEC)
    for _ in finder:
        if len(finder.tried) == 7:
            finder.stop()
    assert len(finder.tried) == 7


def test_held_back_and_test_digits_are_never_looked_at(digits: Digits) -> None:
    other = Digits(
        digits.name,
        type(digits.learning)(digits.learning.images.copy(), digits.learning.labels),
        type(digits.test)(255 - digits.test.images, digits.test.labels),
        digits.held_back,
        digits.class_names,
    )
    other.validation.images[:] = 77
    assert search(other).tried == search(digits).tried


def test_schedule_length_and_own_rate_count_for_nothing(digits: Digits) -> None:
    other = SPEC.replace(schedule="cosine", epochs=50, learning_rate=1.0, patience=3, average=0.9)
    assert search(digits, spec=other).tried == search(digits).tried


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam", "lion"])
@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_suggestion_trains_nearly_as_well_as_the_best_rate(
    digits: Digits, optimizer: str, activation: str
) -> None:
    """Within seven points of the best of rates half a decade apart, after two short epochs."""
    network, spec = NET.replace(activation=activation), SPEC.replace(optimizer=optimizer)
    rate = search(digits, network, spec).suggestion
    assert rate is not None
    reached = accuracy(digits, network, spec.replace(learning_rate=rate))
    around = [
        accuracy(digits, network, spec.replace(learning_rate=rate * 10**k)) for k in (-0.5, 0.5)
    ]
    assert reached > max(around) - 0.07
    assert reached > 0.75


def accuracy(digits: Digits, network: NetworkSpec, spec: TrainingSpec) -> float:
    training = Training(Network(network).initialize(0), digits, spec)
    return [event.accuracy for event in training if isinstance(event, Evaluated)][-1]


def test_network_that_cannot_learn_gets_no_suggestion(digits: Digits) -> None:
    assert search(digits, NET.replace(initializer="zeros")).suggestion is None


def test_search_that_has_not_begun_has_no_suggestion() -> None:
    assert suggest([]) is None


def test_suggestion_is_a_fifteenth_of_the_highest_rate_whose_loss_is_still_low() -> None:
    losses = [2.3, 2.3, 2.0, 0.5, 0.6, 0.9, 3.0]
    tried = [RateTried(15.0 * 10.0 ** (k - 5), loss, loss) for k, loss in enumerate(losses)]
    assert suggest(tried) == 0.1


def test_one_digit_at_a_time_is_searched_longer(digits: Digits) -> None:
    spec = SPEC.replace(batch_size=1, optimizer="sgd")
    finder = search(digits, spec=spec)
    assert finder.steps > 1000
    assert finder.suggestion is not None
    assert 1e-3 < finder.suggestion < 0.2


def test_digits_of_another_size_are_refused(digits: Digits) -> None:
    with pytest.raises(SpecError, match="pixels"):
        RateFinder(Network(NetworkSpec(inputs=(8, 8))), digits, SPEC)
