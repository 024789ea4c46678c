"""What keeps a network from learning its digits by heart, each against its formula."""

from collections.abc import Iterator

import numpy as np
import pytest

from core.digits import Digits
from core.dropout import Dropout
from core.errors import SpecError
from core.events import Evaluated, Finished
from core.network import Gradient, Network, Workspace
from core.optimizers import OPTIMIZERS
from core.regularization import Regularization
from core.spec import NetworkSpec, TrainingSpec
from core.training import Training

SPEC = NetworkSpec((6,), inputs=(3, 4), classes=5)


@pytest.fixture
def network(random: np.random.Generator) -> Network:
    network = Network(SPEC, np.float64)
    network.parameters[:] = random.normal(size=network.parameters.size)
    return network


@pytest.fixture
def gradient(network: Network, random: np.random.Generator) -> Gradient:
    gradient = Gradient(network)
    gradient.vector[:] = random.normal(size=gradient.vector.size)
    return gradient


def biases(network: Network) -> Iterator[np.ndarray]:
    return (layer.matrix[-1] for layer in network.layers)


def test_without_settings_nothing_is_touched(network: Network, gradient: Gradient) -> None:
    before = network.parameters.copy(), gradient.vector.copy()
    act = Regularization(network, TrainingSpec())
    act.before_step(gradient, 0.1)
    act.after_step()
    assert np.array_equal(network.parameters, before[0])
    assert np.array_equal(gradient.vector, before[1])


def test_l2_adds_the_slope_of_its_penalty(network: Network, gradient: Gradient) -> None:
    before = gradient.vector.copy()
    Regularization(network, TrainingSpec(l2=0.3)).before_step(gradient, 0.1)

    def penalty(parameters: np.ndarray) -> float:
        return 0.15 * sum(float((w**2).sum()) for w in network.spec.layout.weights(parameters))

    for index in range(0, network.parameters.size, 7):
        step = np.zeros_like(network.parameters)
        step[index] = 1e-6
        ahead, behind = penalty(network.parameters + step), penalty(network.parameters - step)
        slope = gradient.vector[index] - before[index]
        assert slope == pytest.approx((ahead - behind) / 2e-6, abs=1e-8)


def test_weights_decay_and_biases_do_not(network: Network, gradient: Gradient) -> None:
    weights = [layer.weight.copy() for layer in network.layers]
    kept = [each.copy() for each in biases(network)]
    Regularization(network, TrainingSpec(weight_decay=0.5)).before_step(gradient, 0.1)
    for layer, before in zip(network.layers, weights, strict=True):
        np.testing.assert_allclose(layer.weight, 0.95 * before)
    assert all(np.array_equal(a, b) for a, b in zip(biases(network), kept, strict=True))


def test_adamw_is_adam_beside_the_decay_that_suits_it(few: Digits) -> None:
    spec = TrainingSpec(epochs=1, learning_rate=0.002, optimizer="adamw", weight_decay=0.01)
    assert OPTIMIZERS["adamw"].weight_decay == spec.weight_decay
    trained = [Network(NetworkSpec((9,))).initialize(0) for _ in range(2)]
    for network, optimizer in zip(trained, ("adamw", "adam"), strict=True):
        list(Training(network, few, spec.replace(optimizer=optimizer)))
    assert np.array_equal(trained[0].parameters, trained[1].parameters)


def test_a_long_gradient_is_cut_back_and_a_short_one_is_not(
    network: Network, gradient: Gradient
) -> None:
    before = gradient.vector.copy()
    Regularization(network, TrainingSpec(clip=0.5)).before_step(gradient, 0.1)
    assert np.linalg.norm(gradient.vector) == pytest.approx(0.5)
    np.testing.assert_allclose(gradient.vector / 0.5, before / np.linalg.norm(before))
    short = gradient.vector.copy()
    Regularization(network, TrainingSpec(clip=0.6)).before_step(gradient, 0.1)
    assert np.array_equal(gradient.vector, short)


def test_no_neuron_has_longer_weights_than_the_largest_norm(network: Network) -> None:
    before = [layer.weight.copy() for layer in network.layers]
    kept = [each.copy() for each in biases(network)]
    Regularization(network, TrainingSpec(max_norm=2.0)).after_step()
    for layer, old in zip(network.layers, before, strict=True):
        lengths, earlier = (np.linalg.norm(w, axis=0) for w in (layer.weight, old))
        np.testing.assert_allclose(lengths, np.minimum(earlier, 2.0))
    assert any((np.linalg.norm(old, axis=0) > 2.0).any() for old in before)
    assert all(np.array_equal(a, b) for a, b in zip(biases(network), kept, strict=True))


class TestDropout:
    def work(self, rows: int = 400) -> Workspace:
        network = Network(NetworkSpec((50, 40))).initialize(0)
        work = Workspace(network, rows, learns=True, dropout=True)
        work.inputs[:] = 1.0
        return work

    def test_a_part_is_silent_and_the_rest_makes_up_for_it(self) -> None:
        work = self.work()
        Dropout(TrainingSpec(dropout=0.25, input_dropout=0.5)).draw(3, work)
        for mask, rate in ((work.inputs, 0.5), *((mask, 0.25) for mask in work.masks)):
            assert set(np.unique(mask)) == {0.0, np.float32(1 / (1 - rate))}
            assert (mask == 0).mean() == pytest.approx(rate, abs=0.02)
            assert mask.mean() == pytest.approx(1, abs=0.03)

    def test_masks_hang_on_seed_and_step_alone(self) -> None:
        drawn = []
        for seed, step in ((0, 3), (0, 3), (0, 4), (1, 3)):
            work = self.work()
            Dropout(TrainingSpec(dropout=0.5, seed=seed)).draw(step, work)
            drawn.append(np.concatenate([mask.ravel() for mask in work.masks]))
        assert np.array_equal(drawn[0], drawn[1])
        assert not np.array_equal(drawn[0], drawn[2])
        assert not np.array_equal(drawn[0], drawn[3])

    @pytest.mark.parametrize("activation", ["sigmoid", "relu", "gelu", "tanh"])
    def test_the_gradient_is_that_of_the_thinned_network(self, activation: str) -> None:
        spec = NetworkSpec((7, 6), activation=activation, inputs=(3, 4), classes=5)
        random = np.random.default_rng(2)
        network = Network(spec, np.float64)
        network.parameters[:] = random.normal(0, 0.6, spec.parameter_count)
        work = Workspace(network, 6, learns=True, dropout=True)
        work.inputs[:] = random.random((6, 12))
        for mask in work.masks:
            mask[:] = 2.0 * (random.random(mask.shape) < 0.5)
        labels = random.integers(0, 5, 6)
        gradient = Gradient(network)
        network.forward(work)
        network.backward(work, labels, gradient)
        for index in range(0, network.parameters.size, 5):
            losses = []
            for step in (1e-6, -2e-6):
                network.parameters[index] += step
                losses.append(network.loss.value(network.forward(work), labels) / 6)
            network.parameters[index] += 1e-6
            slope = (losses[0] - losses[1]) / 2e-6
            assert gradient.vector[index] == pytest.approx(slope, abs=1e-7)

    def test_reading_silences_nobody(self, few: Digits) -> None:
        network = Network(NetworkSpec((20,))).initialize(0)
        list(Training(network, few, TrainingSpec(epochs=1, dropout=0.5, input_dropout=0.2)))
        images = few.test.images[:10]
        assert np.array_equal(network.predict(images), network.predict(images))


class TestAverage:
    def test_the_mean_of_the_weights_is_what_is_kept(self, few: Digits) -> None:
        spec = TrainingSpec(epochs=1, batch_size=50, average=0.9)
        digits = few.without_validation()
        network = Network(NetworkSpec((8,))).initialize(0)
        mean, training = network.values.copy(), Training(network, digits, spec)
        plain = Network(NetworkSpec((8,))).initialize(0)
        for step, _ in enumerate(_steps(Training(plain, digits, spec.replace(average=0.0)))):
            kept = min(0.9, (1 + step) / (10 + step))
            mean = kept * mean + (1 - kept) * plain.values
        list(training)
        np.testing.assert_allclose(network.values, mean, rtol=1e-4, atol=1e-5)


def _steps(training: Training) -> Iterator[None]:
    """After each minibatch, but not after the end, where the kept weights are put back."""
    before = 0
    for _ in training:
        if training.step > before:
            before = training.step
            yield

    def test_leaving_keeps_the_mean_too(self, few: Digits) -> None:
        spec = TrainingSpec(epochs=1, batch_size=50, average=0.9)
        network = Network(NetworkSpec((8,))).initialize(0)
        training = Training(network, few.without_validation(), spec)
        steps = _steps(training)
        next(steps), next(steps)
        raw, mean = network.values.copy(), training.state()["evaluated"]
        training.leave()
        assert np.array_equal(network.values, mean)
        assert not np.array_equal(network.values, raw)


class TestPatience:
    def test_test_digits_do_not_say_when_to_stop(self, few: Digits) -> None:
        network = Network(NetworkSpec((4,))).initialize(0)
        with pytest.raises(SpecError, match="needs a validation part"):
            Training(network, few.without_validation(), TrainingSpec(patience=3))

    def test_a_run_without_progress_ends_early_with_its_best_weights(self, few: Digits) -> None:
        network = Network(NetworkSpec((16,))).initialize(0)
        training = Training(network, few, TrainingSpec(epochs=400, patience=5, learning_rate=0.2))
        events = list(training)
        finished = events[-1]
        assert isinstance(finished, Finished)
        assert finished.reason == "no-progress"
        assert training.step < training.steps
        figures = [(e.accuracy, -e.loss) for e in events if isinstance(e, Evaluated)]
        assert max(figures) not in figures[-5:]
        assert max(figures) in figures[:-5]

    def test_patience_of_zero_goes_on_to_the_end(self, few: Digits) -> None:
        network = Network(NetworkSpec((4,))).initialize(0)
        training = Training(network, few, TrainingSpec(epochs=30, learning_rate=1e-6))
        assert list(training)[-1].reason == "done"


@pytest.mark.parametrize(
    "setting",
    [
        {"dropout": 0.3, "input_dropout": 0.1},
        {"average": 0.95},
        {"patience": 3},
        {"l2": 0.01, "weight_decay": 0.01, "clip": 1.0, "max_norm": 3.0, "label_smoothing": 0.1},
    ],
    ids=lambda setting: ", ".join(setting),
)
@pytest.mark.parametrize("normed", [False, True])
def test_a_run_goes_on_from_a_checkpoint_bit_for_bit(
    few: Digits, setting: dict[str, float], normed: bool
) -> None:
    spec = TrainingSpec(epochs=3, batch_size=40).replace(**setting)
    networks = [Network(NetworkSpec((9,), batch_norm=normed)).initialize(0) for _ in range(3)]
    whole, first, second = (Training(network, few, spec) for network in networks)
    list(whole)
    for _ in first:
        if first.step == first.steps // 2:
            break
    second.restore(first.state())
    list(second)
    assert np.array_equal(networks[0].values, networks[2].values)
