"""Runs: settings, data and network put together as the command line and the window need them."""

import json
from pathlib import Path

import numpy as np
import pytest

from core import datasets
from core.digits import Digits, Part
from core.errors import DataError, SpecError
from core.idx import write_idx
from core.model_file import TrainedOn
from core.network import Network
from core.recipes import DEFAULT_RECIPE, RECIPES
from core.runs import prepare, trained_model
from core.spec import NetworkSpec, TrainingSpec

SMALL = NetworkSpec((6,))


def test_image_size_and_classes_are_the_datas_to_say(
    tmp_path: Path, random: np.random.Generator
) -> None:
    images = random.integers(0, 256, (30, 5, 7), dtype=np.uint8)
    for name in ("train", "t10k"):
        write_idx(tmp_path / f"{name}-images-idx3-ubyte", images)
        write_idx(tmp_path / f"{name}-labels-idx1-ubyte", np.arange(30, dtype=np.uint8) % 3)
    training = prepare(SMALL, TrainingSpec(epochs=1), str(tmp_path))
    assert training.network.spec == SMALL.replace(inputs=(5, 7), classes=3)


def test_weights_are_drawn_from_the_seed() -> None:
    one, same, other = (
        prepare(SMALL, TrainingSpec(seed=seed), "mnist-5k").network.parameters for seed in (1, 1, 2)
    )
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_validation_is_held_back_unless_nobody_wants_it() -> None:
    with_part = prepare(SMALL, TrainingSpec(), "mnist-5k").digits
    without = prepare(SMALL, TrainingSpec(validation=False), "mnist-5k").digits
    assert (len(with_part.training), len(with_part.validation)) == (3600, 400)
    assert (len(without.training), len(without.validation)) == (4000, 0)


def test_test_digits_of_the_small_set_are_left_out_of_the_large_one(mnist: Digits) -> None:
    spec = TrainingSpec(exclude="mnist-5k", validation=False)
    training = prepare(SMALL, spec, "mnist")
    assert len(training.digits.training) == 59_000
    assert not training.digits.training.occurs_in(datasets.load("mnist-5k").test).any()
    assert trained_model(training, "x").trained_on == TrainedOn("mnist", "mnist-5k", 59_000)


def test_training_on_goes_on_from_a_copy() -> None:
    start = Network(SMALL).initialize(9)
    before = start.parameters.copy()
    training = prepare(NetworkSpec((99,)), TrainingSpec(epochs=1), "mnist-5k", start)
    assert np.array_equal(training.network.parameters, before)
    next(iter(training))
    assert np.array_equal(start.parameters, before)


def test_training_on_with_digits_that_do_not_fit_is_refused() -> None:
    with pytest.raises(SpecError, match="reads images of 8×8 pixels"):
        prepare(SMALL, TrainingSpec(), "mnist-5k", Network(NetworkSpec((4,), inputs=(8, 8))))


def test_missing_data_are_told() -> None:
    with pytest.raises(DataError):
        prepare(SMALL, TrainingSpec(), "no such data")


def test_a_trained_network_knows_what_it_learned_from(digits: Digits) -> None:
    training = prepare(SMALL, TrainingSpec(), "mnist-5k")
    model = trained_model(training, "mine")
    assert model.network is training.network
    assert (model.name, model.class_names) == ("mine", digits.class_names)
    assert (model.preparation, model.trained_on) == ("digit-1", TrainedOn("mnist-5k", "", 3600))


class TestRecipes:
    def test_are_those_that_were_asked_for(self) -> None:
        asked = ["journal-sigmoid", "journal-bias", "journal-relu", "journal-minibatch"]
        assert {*asked, "journal-deep", "fast"} <= RECIPES.keys()
        assert DEFAULT_RECIPE == "fast"

    def test_journal_begins_as_the_journal_began(self) -> None:
        recipe = RECIPES["journal-sigmoid"]
        assert recipe.network == NetworkSpec(
            (200,),
            activation="sigmoid",
            bias=False,
            loss="squared-error",
            initializer=recipe.network.initializer,
        )
        assert recipe.network.widths == (784, 200, 10)
        training = recipe.training
        assert (training.optimizer, training.batch_size, training.learning_rate) == ("sgd", 1, 0.1)

    def test_each_step_of_the_journal_changes_what_it_says(self) -> None:
        first, bias, relu = (
            RECIPES[f"journal-{name}"].network for name in ("sigmoid", "bias", "relu")
        )
        assert bias == first.replace(bias=True)
        assert relu == bias.replace(activation="relu")

    @pytest.mark.parametrize("name", [name for name in RECIPES if name.startswith("journal-")])
    def test_journal_holds_nothing_back(self, name: str) -> None:
        assert not RECIPES[name].training.validation

    @pytest.mark.parametrize("name", RECIPES)
    def test_each_has_words_and_trains(self, name: str, digits: Digits) -> None:
        recipe = RECIPES[name]
        assert recipe.title
        assert recipe.help
        assert NetworkSpec.from_json(json.loads(json.dumps(recipe.network.to_json())))
        spec = recipe.training.replace(epochs=1, exclude="")
        training = prepare(recipe.network, spec, "mnist-5k")
        for step, _ in enumerate(training):
            if step == 3:
                break
        assert np.isfinite(training.network.parameters).all()

    def test_fast_is_fast_and_good(self, digits: Digits) -> None:
        recipe = RECIPES["fast"]
        *_, finished = prepare(recipe.network, recipe.training, "mnist-5k")
        assert finished.test_accuracy >= 0.95


def test_a_part_is_never_copied_for_training(digits: Digits) -> None:
    training = prepare(SMALL, TrainingSpec(), "mnist-5k")
    assert isinstance(training.digits.training, Part)
    assert np.shares_memory(training.digits.training.images, training.digits.learning.images)
