"""The network: one vector, one layer loop, buffers that nobody shares."""

import itertools
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
import pytest

from core.activations import ACTIVATIONS
from core.digits import Digits
from core.layers import INITIALIZERS
from core.network import Gradient, Network, Workspace, row_product
from core.spec import NetworkSpec, TrainingSpec
from core.training import Training

DEEP = NetworkSpec(hidden=(30, 20, 15))
every_bias = pytest.mark.parametrize("bias", [True, False])


def buffers(work: Workspace) -> Iterator[np.ndarray[Any, Any]]:
    yield from (*work.sources, work.outputs)


class TestAnswers:
    def test_bias_is_used_in_prediction(self, digits: Digits) -> None:
        network = Network(NetworkSpec(hidden=(20,))).initialize(1)
        images = digits.test.images[:5]
        before = network.predict(images)
        network.layers[-1].matrix[-1, 3] = 5.0
        assert (network.predict(images)[:, 3] > before[:, 3]).all()
        network.layers[-1].matrix[-1, 3] = 0.0
        network.layers[0].matrix[-1] = 1.0
        assert not np.allclose(network.predict(images), before)

    def test_without_biases_an_empty_image_gives_no_class_an_advantage(self) -> None:
        network = Network(NetworkSpec(hidden=(20, 10), bias=False)).initialize(1)
        np.testing.assert_allclose(network.predict(np.zeros((1, 28, 28), np.uint8)), 0.1, rtol=1e-6)

    @every_bias
    @pytest.mark.parametrize("activation", ACTIVATIONS)
    def test_reading_without_blas_gives_the_same(
        self, digits: Digits, activation: str, bias: bool
    ) -> None:
        network = Network(NetworkSpec((40, 30), activation=activation, bias=bias)).initialize(2)
        work = Workspace(network, 1, row_product)
        for image in digits.test.images[:5]:
            work.load(image[np.newaxis])
            np.testing.assert_allclose(
                network.forward(work), network.predict(image[np.newaxis]), rtol=1e-4, atol=1e-6
            )

    @every_bias
    def test_a_digit_is_answered_alike_alone_and_among_others(
        self, digits: Digits, bias: bool
    ) -> None:
        network = Network(DEEP.replace(bias=bias)).initialize(2)
        together = network.predict(digits.test.images[:40])
        for index in (0, 17, 39):
            alone = network.predict(digits.test.images[index : index + 1])[0]
            np.testing.assert_allclose(alone, together[index], rtol=1e-4, atol=1e-6)

    def test_reading_in_chunks_gives_the_same(
        self, digits: Digits, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        network = Network(DEEP).initialize(3)
        at_once = network.predict(digits.test.images[:100])
        for size in (1, 7, 100):
            monkeypatch.setattr("core.network.CHUNK", size)
            in_chunks = network.predict(digits.test.images[:100])
            np.testing.assert_allclose(in_chunks, at_once, rtol=1e-4, atol=1e-6)

    def test_no_digits_give_no_answers(self) -> None:
        assert Network(DEEP).predict(np.zeros((0, 28, 28), np.uint8)).shape == (0, 10)

    def test_outputs_of_squared_error_are_a_sigmoid_each(self, digits: Digits) -> None:
        network = Network(NetworkSpec((), loss="squared-error", bias=False)).initialize(0)
        images = digits.test.images[:20]
        logits = images.reshape(20, 784) / 255 @ network.layers[0].matrix
        np.testing.assert_allclose(
            network.predict(images), 1 / (1 + np.exp(-logits)), rtol=1e-4, atol=1e-6
        )

    def test_weights_beyond_all_numbers_answer_nan_without_a_warning(self, digits: Digits) -> None:
        network = Network(DEEP).initialize(0)
        network.parameters *= np.float32(1e30)
        assert np.isnan(network.predict(digits.test.images[:3])).any()


class TestMemory:
    @every_bias
    def test_matrices_are_views_of_the_parameters_one_after_the_other(self, bias: bool) -> None:
        network = Network(DEEP.replace(bias=bias))
        network.parameters[:] = np.arange(network.parameters.size)
        parts = [layer.matrix.ravel() for layer in network.layers]
        assert np.array_equal(np.concatenate(parts), network.parameters)
        assert all(np.shares_memory(part, network.parameters) for part in parts)
        widths = [784, 30, 20, 15, 10]
        assert [layer.matrix.shape for layer in network.layers] == [
            (fan_in + bias, fan_out) for fan_in, fan_out in itertools.pairwise(widths)
        ]
        assert network.spec.parameter_count == network.parameters.size

    @pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
    def test_views_are_never_rebound_by_training(self, few: Digits, optimizer: str) -> None:
        network = Network(NetworkSpec((8,))).initialize(0)
        parameters, matrices = network.parameters, [layer.matrix for layer in network.layers]
        before = parameters.copy()
        training = Training(network, few, TrainingSpec(optimizer=optimizer, epochs=2))
        training.restore(training.state())
        list(training)
        assert network.parameters is parameters
        assert all(
            layer.matrix is matrix and np.shares_memory(matrix, parameters)
            for layer, matrix in zip(network.layers, matrices, strict=True)
        )
        assert not np.array_equal(parameters, before)

    def test_a_copy_has_parameters_of_its_own(self) -> None:
        network = Network(DEEP).initialize(0)
        twin = network.copy()
        assert np.array_equal(twin.parameters, network.parameters)
        twin.parameters[:] = 0
        assert network.parameters.any()

    def test_no_two_callers_share_a_buffer(self, digits: Digits) -> None:
        network = Network(DEEP).initialize(0)
        first, second = Workspace(network, 4), Workspace(network, 4)
        for one, other in itertools.product(buffers(first), buffers(second)):
            assert not np.shares_memory(one, other)
        first.load(digits.test.images[:4])
        answers = network.forward(first).copy()
        second.load(digits.test.images[4:8])
        network.forward(second)
        network.backward(second, np.zeros(4, int), Gradient(network))
        network.predict(digits.test.images[8:12])
        assert np.array_equal(first.outputs, answers)

    @pytest.mark.parametrize("activation", ACTIVATIONS)
    def test_the_column_of_ones_stays_one(self, digits: Digits, activation: str) -> None:
        """It carries the biases; a function or slope that wrote over it would bend them."""
        network = Network(DEEP.replace(activation=activation)).initialize(0)
        work = Workspace(network, 6)
        work.load(digits.test.images[:6])
        network.forward(work)
        network.backward(work, digits.test.labels[:6], Gradient(network))
        assert all((source[:, -1] == 1).all() for source in work.sources)

    def test_nothing_is_double_precision_by_accident(self, digits: Digits) -> None:
        network = Network(DEEP).initialize(0)
        work, gradient = Workspace(network, 3), Gradient(network)
        work.load(digits.test.images[:3])
        network.forward(work)
        network.backward(work, digits.test.labels[:3], gradient)
        arrays = [*buffers(work), gradient.vector, *gradient.buffers(work)[0], network.parameters]
        assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
        assert network.predict(digits.test.images[:3]).dtype == np.float32


class TestFirstWeights:
    PUBLISHED: ClassVar = {
        "he": 2 / 784,
        "glorot": 2 / (784 + 400),
        "lecun": 1 / 784,
        "orthogonal": 1 / 784,
        "normal": 0.01,
        "uniform": 0.01 / 3,
    }

    @pytest.mark.parametrize("name", sorted(INITIALIZERS.keys() - {"zeros"}))
    def test_variance_is_as_published(self, name: str) -> None:
        network = Network(NetworkSpec((400,), initializer=name)).initialize(0)
        weights = network.layers[0].weight.astype(float)
        assert abs(weights.mean()) < 4 * weights.std() / weights.size**0.5
        assert weights.var() == pytest.approx(self.PUBLISHED[name], rel=0.02)
        assert not network.layers[0].matrix[-1].any(), "biases begin at zero"

    @pytest.mark.parametrize("width", [400, 784, 1000])
    def test_orthogonal_columns_or_rows_are_at_right_angles(self, width: int) -> None:
        network = Network(NetworkSpec((width,), initializer="orthogonal")).initialize(0)
        weights = network.layers[0].weight.astype(float)
        product = weights.T @ weights if width <= 784 else weights @ weights.T
        np.testing.assert_allclose(product, np.eye(len(product)), atol=1e-5)

    def test_from_zeros_the_neurons_of_a_layer_stay_alike(self, few: Digits) -> None:
        spec = NetworkSpec((5,), activation="tanh", initializer="zeros")
        network = Network(spec).initialize(0)
        list(Training(network, few, TrainingSpec(epochs=2)))
        hidden = network.layers[0].weight
        assert (hidden == hidden[:, :1]).all()

    def test_glorot_is_uniform(self) -> None:
        weights = Network(NetworkSpec((400,), initializer="glorot")).initialize(0).layers[0].weight
        limit = (6 / (784 + 400)) ** 0.5
        assert 0.99 * limit < np.abs(weights).max() <= limit

    @pytest.mark.parametrize("activation", ACTIVATIONS)
    def test_auto_takes_the_one_that_suits_the_activation(self, activation: str) -> None:
        spec = NetworkSpec((30,), activation=activation)
        suited = spec.replace(initializer=ACTIVATIONS[activation].initializer)
        auto, named = Network(spec).initialize(0), Network(suited).initialize(0)
        assert np.array_equal(auto.layers[0].weight, named.layers[0].weight)

    def test_relu_keeps_its_signal_through_ten_layers(self, random: np.random.Generator) -> None:
        network = Network(NetworkSpec((200,) * 10)).initialize(0)
        work = Workspace(network, 50)
        work.load(random.integers(0, 256, (50, 28, 28), dtype=np.uint8))
        network.forward(work)
        first, last = (np.sqrt((target**2).mean()) for target in (work.targets[0], work.targets[9]))
        assert 0.3 < last / first < 3

    def test_same_seed_same_weights_other_seed_others(self) -> None:
        one, same, other = (Network(DEEP).initialize(seed).parameters for seed in (5, 5, 6))
        assert np.array_equal(one, same)
        assert not np.array_equal(one, other)

    def test_no_two_layers_begin_alike(self) -> None:
        network = Network(NetworkSpec((784,), initializer="lecun", classes=784)).initialize(0)
        first, second = (layer.weight.ravel() for layer in network.layers)
        assert abs(np.corrcoef(first, second)[0, 1]) < 0.01

    def test_drawing_again_forgets_what_was_learned(self, few: Digits) -> None:
        network = Network(NetworkSpec((8,))).initialize(0)
        fresh = network.parameters.copy()
        list(Training(network, few, TrainingSpec(epochs=1)))
        assert np.array_equal(network.initialize(0).parameters, fresh)


class TestActivationOfEachLayer:
    SPEC = NetworkSpec((40, 30), activation=("relu", "tanh"))

    def test_the_image_goes_through_them_in_order(self, digits: Digits) -> None:
        network = Network(self.SPEC, np.float64).initialize(2)
        pixels = digits.test.images[:5].reshape(5, -1) / 255.0
        ones = np.ones((5, 1))
        first, second, last = (layer.matrix for layer in network.layers)
        a = np.maximum(np.hstack([pixels, ones]) @ first, 0.0)
        a = np.tanh(np.hstack([a, ones]) @ second)
        z = np.hstack([a, ones]) @ last
        expected = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        np.testing.assert_allclose(network.predict(digits.test.images[:5]), expected, rtol=1e-9)

    def test_each_layer_is_drawn_as_its_own_activation_has_it(self) -> None:
        mixed = Network(self.SPEC).initialize(3)
        relu, tanh = (
            Network(self.SPEC.replace(activation=name)).initialize(3) for name in ("relu", "tanh")
        )
        assert np.array_equal(mixed.layers[0].weight, relu.layers[0].weight)
        assert np.array_equal(mixed.layers[1].weight, tanh.layers[1].weight)
