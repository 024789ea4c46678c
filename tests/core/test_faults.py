"""NaN and infinity: refused in data and networks, named by their place in a run, never kept."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from core.digits import Digits, Part
from core.errors import DataError, ModelError
from core.events import BatchDone, Evaluated, Finished
from core.faults import CHUNK, all_finite, check_numbers
from core.network import Network
from core.spec import NetworkSpec, TrainingSpec
from core.training import Training

NET = NetworkSpec(hidden=(16, 12))
SPEC = TrainingSpec(epochs=8, batch_size=16, optimizer="adam", learning_rate=0.001)

Spoil = Callable[[Training], object]


def spoiled(digits: Digits, spoil: Spoil, network: NetworkSpec = NET) -> tuple[Finished, Training]:
    """A run to which something happens in its second epoch; how it ended."""
    training = Training(Network(network).initialize(0), digits, SPEC)
    for event in training:
        if isinstance(event, BatchDone) and event.step == 10:
            spoil(training)
    assert isinstance(event, Finished)
    return event, training


def silence(training: Training) -> None:
    """Infinite biases that every ReLU hides: the loss stays a number."""
    training.network.layers[0].matrix[-1] = -np.inf


def grow(training: Training) -> None:
    training.network.layers[1].weight[:] = 3e38


def spoil_norm(training: Training) -> None:
    norm = training.network.layers[1].norm
    assert norm is not None
    norm.variance[2] = np.inf


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (silence, "biases of hidden layer 1 are infinite"),
        (
            lambda run: run.network.layers[1].weight.fill(np.nan),
            "weights of hidden layer 2 are no numbers",
        ),
        (
            lambda run: run.network.layers[2].weight.fill(np.inf),
            "weights of the output layer are infinite",
        ),
        (grow, "the sums of hidden layer 2 are infinite"),
        (
            lambda run: run._learner.memory()["square"].fill(np.inf),
            "earlier slopes (square) is infinite",
        ),
    ],
    ids=["silent biases", "NaN", "output layer", "sums", "optimizer"],
)
def test_place_is_named_and_the_best_weights_are_kept(
    few: Digits, spoil: Spoil, words: str
) -> None:
    finished, training = spoiled(few, spoil)
    assert finished.reason == "diverged"
    assert words in finished.message
    assert finished.step < training.steps
    assert np.isfinite(training.network.values).all()
    assert 0 < finished.kept_step <= 10


def test_running_statistics_that_overflow_end_the_run(few: Digits) -> None:
    """Minibatches are normalised by their own, so no loss of theirs would tell."""
    finished, training = spoiled(few, spoil_norm, NET.replace(batch_norm=True))
    assert finished.reason == "diverged"
    assert "running variances of hidden layer 2 are infinite" in finished.message
    assert np.isfinite(training.network.values).all()


def test_mean_of_weights_that_overflows_ends_the_run(few: Digits) -> None:
    training = Training(Network(NET).initialize(0), few, SPEC.replace(average=0.9))
    for event in training:
        if isinstance(event, BatchDone) and event.step == 10:
            training._evaluated.layers[0].weight[5, 5] = np.inf
    assert isinstance(event, Finished)
    assert event.reason == "diverged"
    assert np.isfinite(training.network.values).all()


def test_evaluation_of_a_spoiled_network_has_no_loss(few: Digits) -> None:
    training = Training(Network(NET).initialize(0), few, SPEC)
    silence(training)
    evaluated = [event for event in training if isinstance(event, Evaluated)]
    assert len(evaluated) == 1
    assert np.isnan(evaluated[0].loss)


@pytest.mark.parametrize("reason", ["done", "stopped", "no-progress", "diverged"])
def test_however_a_run_ends_the_best_weights_are_kept(digits: Digits, reason: str) -> None:
    """Those of the best evaluation, to the bit: read again they give its figures."""
    spec = TrainingSpec(epochs=3, batch_size=64, learning_rate=0.3)
    if reason == "no-progress":
        spec = spec.replace(patience=2, epochs=200)
    training = Training(Network(NetworkSpec(hidden=(16,))).initialize(1), digits, spec)
    evaluated: dict[int, Evaluated] = {}
    for event in training:
        if isinstance(event, Evaluated):
            evaluated[event.step] = event
        elif isinstance(event, BatchDone) and event.step == 100:
            if reason == "stopped":
                training.stop()
            elif reason == "diverged":
                training.network.parameters[:] = np.nan
    assert isinstance(event, Finished)
    assert event.reason == reason
    finite = [each for each in evaluated.values() if np.isfinite(each.loss)]
    best = max(finite, key=lambda each: (each.accuracy, -each.loss))
    assert event.kept_step == best.step
    answers = training.network.predict(digits.validation.images)
    right = (answers.argmax(axis=1) == digits.validation.labels).mean()
    assert right == pytest.approx(best.accuracy)


def test_network_whose_neurons_are_all_silent_is_told_apart_from_one_that_diverged(
    few: Digits,
) -> None:
    network = Network(NET).initialize(0)
    network.layers[0].matrix[-1] = -1e4
    *_, finished = Training(network, few, SPEC)
    assert isinstance(finished, Finished)
    assert finished.reason == "done"
    assert "answers the same to every digit" in finished.message


def test_network_that_learned_something_gets_no_message(few: Digits) -> None:
    *_, finished = Training(Network(NET).initialize(0), few, SPEC)
    assert isinstance(finished, Finished)
    assert finished.message == ""


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_network_that_is_spoiled_before_the_run_is_refused(few: Digits, value: float) -> None:
    network = Network(NET).initialize(0)
    network.layers[1].weight[3, 4] = value
    with pytest.raises(ModelError, match=r"^Weights of hidden layer 2 are"):
        Training(network, few, SPEC)


class TestData:
    def floats(self, digits: Digits) -> Digits:
        learning, test = (
            Part(part.images.astype(np.float32), part.labels)  # type: ignore[arg-type]
            for part in (digits.learning, digits.test)
        )
        return dataclasses.replace(digits, learning=learning, test=test)

    def test_finite_floats_are_no_fault(self, few: Digits) -> None:
        check_numbers("test", self.floats(few).test)

    def test_first_pixel_that_is_no_number_is_named(self, few: Digits) -> None:
        spoiled = self.floats(few)
        spoiled.learning.images[4, 7, 9] = np.nan
        spoiled.learning.images[40, 1, 1] = np.inf
        words = r"^Image 4 of the training part .* holds nan in row 7, column 9: pixels"
        with pytest.raises(DataError, match=words):
            check_numbers("training", spoiled.training)

    def test_place_is_right_beyond_the_first_chunk(self, digits: Digits) -> None:
        spoiled = self.floats(digits)
        spoiled.learning.images[CHUNK + 3, 2, 2] = np.inf
        with pytest.raises(DataError, match=f"Image {CHUNK + 3} of the training part"):
            check_numbers("training", spoiled.training)

    @pytest.mark.parametrize(("place", "part"), [(4, "training"), (63, "validation")])
    def test_training_on_it_is_refused(self, few: Digits, place: int, part: str) -> None:
        spoiled = self.floats(few)
        spoiled.learning.images[place, 0, 0] = -np.inf
        with pytest.raises(DataError, match=f"of the {part} part"):
            Training(Network(NET).initialize(0), spoiled, SPEC)


def test_large_numbers_are_finite_and_nothing_is_too() -> None:
    assert all_finite(np.full(1000, 3e38, np.float32), np.empty(0, np.float32))
    assert not all_finite(np.array([1.0, np.nan], np.float32))
