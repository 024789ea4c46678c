"""The reader: from a drawing to an answer, with the model's own weights or those that learn."""

import numpy as np
import pytest

from core.digits import Digits
from core.drawing import Drawing
from core.errors import ModelError
from core.metrics import accuracy
from core.model_file import Model
from core.network import Network
from core.networks import BEST_ON_DRAWINGS, find
from core.reader import Reader
from core.spec import NetworkSpec


def picture(image: np.ndarray) -> Drawing:
    height, width = image.shape
    return Drawing((width, height), picture=image)


@pytest.fixture(scope="module")
def model() -> Model:
    return find(BEST_ON_DRAWINGS)


class TestReading:
    def test_an_image_is_answered_as_the_network_answers_it(
        self, model: Model, digits: Digits
    ) -> None:
        reader = Reader(model)
        expected = model.predict(digits.test.images[:10])
        for image, answer in zip(digits.test.images, expected, strict=False):
            reading = reader.read_image(image)
            np.testing.assert_allclose(reading.probabilities, answer, rtol=1e-3, atol=1e-6)
            assert reading.image is image

    def test_best_name_confidence_and_ranking_agree(self, model: Model, digits: Digits) -> None:
        reading = Reader(model).read_image(digits.test.images[0])
        assert reading.best == digits.test.labels[0] == reading.ranking[0]
        assert reading.name == str(reading.best)
        assert reading.confidence == reading.probabilities.max()
        assert (np.diff(reading.probabilities[reading.ranking]) <= 0).all()

    def test_digits_of_mnist_are_read_as_they_are(self, model: Model, digits: Digits) -> None:
        reader = Reader(model)
        for image in digits.test.images[:20]:
            reading = reader.read(picture(image))
            assert reading is not None
            assert np.array_equal(reading.image, image)

    def test_nothing_drawn_is_no_answer(self, model: Model) -> None:
        assert Reader(model).read(Drawing((280, 280))) is None

    def test_a_reading_is_not_changed_by_the_next_one(self, model: Model, digits: Digits) -> None:
        reader = Reader(model)
        first = reader.read_image(digits.test.images[0])
        kept = first.probabilities.copy()
        reader.read_image(digits.test.images[1])
        assert np.array_equal(first.probabilities, kept)


class TestWeightsThatLearn:
    def test_can_be_lent_for_one_reading(self, model: Model, digits: Digits) -> None:
        reader = Reader(model)
        other = Network(model.network.spec).initialize(1)
        own = reader.read_image(digits.test.images[0])
        lent = reader.read_image(digits.test.images[0], other)
        assert not np.allclose(own.probabilities, lent.probabilities)
        again = reader.read_image(digits.test.images[0])
        assert np.array_equal(own.probabilities, again.probabilities)

    @pytest.mark.parametrize("weight", [np.nan, np.inf, 3e38])
    def test_that_went_astray_answer_all_alike_without_a_warning(
        self, model: Model, digits: Digits, weight: float
    ) -> None:
        broken = model.network.copy()
        broken.parameters[:] = weight
        reading = Reader(model).read_image(digits.test.images[0], broken)
        np.testing.assert_allclose(reading.probabilities, 0.1)


class TestProbabilities:
    def test_outputs_of_a_sigmoid_network_are_shared_out(self, digits: Digits) -> None:
        network = Network(NetworkSpec((8,), loss="squared-error")).initialize(0)
        reading = Reader(Model(network)).read_image(digits.test.images[0])
        outputs = network.predict(digits.test.images[:1])[0]
        np.testing.assert_allclose(reading.probabilities, outputs / outputs.sum(), rtol=1e-4)

    def test_a_temperature_divides_the_logits(self, digits: Digits) -> None:
        network = Network(NetworkSpec((8,))).initialize(0)
        cold, warm = (
            Reader(Model(network, temperature=each)).read_image(digits.test.images[0])
            for each in (1.0, 2.0)
        )
        expected = np.sqrt(cold.probabilities) / np.sqrt(cold.probabilities).sum()
        np.testing.assert_allclose(warm.probabilities, expected, rtol=1e-4)

    def test_names_are_those_of_the_model(self, digits: Digits) -> None:
        names = tuple(f"class {index}" for index in range(10))
        network = Network(NetworkSpec(()))
        network.layers[0].matrix[-1, 4] = 1
        reader = Reader(Model(network, class_names=names))
        assert reader.read_image(digits.test.images[0]).name == "class 4"


class TestFit:
    def test_images_of_another_size_are_refused(self, digits: Digits) -> None:
        reader = Reader(Model(Network(NetworkSpec((4,), inputs=(8, 9)))))
        with pytest.raises(ModelError, match="reads images of 8×9 pixels, and this one has 28×28"):
            reader.read_image(digits.test.images[0])

    def test_what_is_no_handwriting_takes_the_size_that_the_network_reads(
        self, random: np.random.Generator
    ) -> None:
        network = Network(NetworkSpec((4,), inputs=(8, 9))).initialize(0)
        reader = Reader(Model(network, preparation="none"))
        reading = reader.read(picture(random.integers(0, 256, (80, 90), dtype=np.uint8)))
        assert reading is not None
        assert reading.image.shape == (8, 9)


def test_the_bundled_network_reads_drawn_digits_as_well_as_files(
    model: Model, digits: Digits
) -> None:
    """What the window shows, `evaluate` counts."""
    reader = Reader(model)
    answers = np.array([reader.read_image(each).probabilities for each in digits.test.images[:200]])
    whole = model.network.predict(digits.test.images[:200])
    assert accuracy(answers, digits.test.labels[:200]) == accuracy(whole, digits.test.labels[:200])
