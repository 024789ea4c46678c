"""What does not suit is named before a run, and the remedy helps the digits to be learned."""

import itertools

import numpy as np
import pytest

from core import advice, datasets
from core.advice import Advice, advise
from core.digits import Digits, Part
from core.network import Network
from core.optimizers import OPTIMIZERS
from core.recipes import RECIPES
from core.runs import prepare
from core.setting import settings
from core.spec import NetworkSpec, TrainingSpec
from core.threads import use_threads
from core.training import Finished

NETWORK, TRAINING = NetworkSpec(), TrainingSpec()
DEFAULTS = NETWORK.to_json() | TRAINING.to_json()
NETWORK_NAMES = {each.name for each in settings(NetworkSpec)}


@pytest.fixture(scope="module")
def outline() -> Digits:
    return datasets.outline("mnist-5k")


def specs(**values: object) -> tuple[NetworkSpec, TrainingSpec]:
    network = {name: value for name, value in values.items() if name in NETWORK_NAMES}
    training = {name: value for name, value in values.items() if name not in NETWORK_NAMES}
    return NETWORK.replace(**network), TRAINING.replace(**training)


def first(digits: Digits | None = None, **values: object) -> Advice:
    return advise(*specs(**values), digits)[0]


def accuracy(network: NetworkSpec, training: TrainingSpec) -> float:
    use_threads(1)
    for event in prepare(network, training, "mnist-5k"):
        if isinstance(event, Finished):
            return event.test_accuracy
    raise AssertionError("a training ends with Finished")


@pytest.mark.parametrize("name", RECIPES)
def test_no_recipe_needs_advice(name: str, outline: Digits) -> None:
    assert advise(RECIPES[name].network, RECIPES[name].training, outline) == []


def test_the_defaults_need_no_advice(outline: Digits) -> None:
    assert advise(NETWORK, TRAINING, outline) == []
    assert advise(NETWORK, TRAINING) == []


UNSUITABLE = {
    "one digit at a time with momentum": {"batch_size": 1, "epochs": 1},
    "momentum that adds up too far": {"momentum": 0.99},
    "a rate too high for plain steps": {"optimizer": "sgd", "learning_rate": 3.0},
    "a rate too high for Adam": {"optimizer": "adam", "learning_rate": 0.1},
    "a rate too low": {"learning_rate": 1e-5, "epochs": 2},
    "a rate too low for Adam": {"optimizer": "adam", "learning_rate": 1e-6, "epochs": 2},
    "all digits in one minibatch": {"batch_size": 5000},
    "hardly any minibatches": {"batch_size": 1800, "epochs": 3},
    "four layers of sigmoids": {"hidden": (64,) * 4, "activation": "sigmoid"},
    "squared error behind three layers": {"hidden": (64,) * 3, "loss": "squared-error"},
    "two neurons": {"hidden": (2,)},
    "two linear layers": {"hidden": (64, 64), "activation": "identity"},
    "digits moved off the edge": {"shift": 7},
}


@pytest.mark.parametrize("values", UNSUITABLE.values(), ids=UNSUITABLE)
def test_what_is_advised_against_learns_less_than_the_remedy(
    values: dict[str, object], outline: Digits
) -> None:
    network, training = specs(**{"hidden": (64,), "epochs": 4} | values)
    found = advise(network, training, outline)
    assert len(found) == 1
    mended = found[0].mended(network, training)
    assert advise(*mended, outline) == []
    assert accuracy(*mended) > accuracy(network, training) + 0.01


@pytest.mark.parametrize("values", UNSUITABLE.values(), ids=UNSUITABLE)
def test_advice_is_one_plain_sentence_about_settings_that_exist(
    values: dict[str, object], outline: Digits
) -> None:
    (found,) = advise(*specs(**values), outline)
    assert set(found.settings) <= DEFAULTS.keys()
    assert found.remedy.keys() <= DEFAULTS.keys()
    assert found.text[0].isupper()
    assert found.text.endswith(".")
    # Two lines of the panel, with a language a third longer.
    assert len(found.text) <= 80


def test_remedies_end_in_settings_that_suit(outline: Digits) -> None:
    for hidden, activation, optimizer, rate, rows in itertools.product(
        [(), (3,), (64,) * 5],
        ["relu", "sigmoid", "identity"],
        ["sgd", "momentum", "adam"],
        [1e-6, 0.05, 10.0],
        [1, 64, 9999],
    ):
        wanted = specs(
            hidden=hidden,
            activation=activation,
            optimizer=optimizer,
            learning_rate=rate,
            batch_size=rows,
            loss="squared-error",
            shift=8,
            threads=256,
        )
        for _ in range(12):
            found = advise(*wanted, outline)
            if not found:
                break
            wanted = found[0].mended(*wanted)
        assert found == []


def test_without_data_it_says_what_the_settings_alone_tell() -> None:
    assert first(batch_size=1).remedy == {"learning_rate": 0.01}
    assert advise(*specs(batch_size=5000)) == []


def test_the_remedy_for_the_rate_depends_on_what_is_wrong() -> None:
    assert "momentum" in first(batch_size=1).settings
    assert "momentum" not in first(optimizer="sgd", learning_rate=5.0).settings
    assert first(optimizer="adam", learning_rate=0.05).remedy == {"learning_rate": 0.003}
    assert advise(*specs(optimizer="adam", learning_rate=0.02)) == []


def test_sigmoids_bear_a_higher_rate() -> None:
    wanted = {"optimizer": "sgd", "learning_rate": 0.5, "batch_size": 1}
    assert advise(*specs(**wanted, activation="sigmoid")) == []
    assert advise(*specs(**wanted, activation="relu"))


def test_first_weights_are_no_matter_for_advice(outline: Digits) -> None:
    for activation in ("relu", "sigmoid", "tanh"):
        for initializer in ("he", "glorot", "lecun"):
            assert advise(*specs(activation=activation, initializer=initializer), outline) == []


def test_a_momentum_that_is_not_used_is_named() -> None:
    found = first(optimizer="sgd", momentum=0.5)
    assert "no use of the momentum" in found.text
    assert found.remedy == {"momentum": TRAINING.momentum}
    assert advise(*specs(momentum=0.5)) == []


def test_more_threads_than_cores_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advice, "core_count", lambda: 2)
    assert advise(*specs(threads=2)) == []
    assert "2 cores" in first(threads=3).text
    assert first(threads=3).remedy == {"threads": 0}


def test_more_memory_than_there_is_is_named_first(
    monkeypatch: pytest.MonkeyPatch, outline: Digits
) -> None:
    monkeypatch.setattr(advice, "memory", lambda: 2**32)
    found = first(outline, hidden=(20_000, 20_000), learning_rate=1.0)
    assert "this machine has 4.0 GB" in found.text
    assert found.remedy == {}
    monkeypatch.setattr(advice, "memory", lambda: None)
    assert advise(*specs(hidden=(20_000, 20_000)), outline) == []


def test_a_run_of_hours_is_named_and_shortened() -> None:
    assert advise(NETWORK, TRAINING, seconds=3000.0) == []
    (found,) = advise(NETWORK, TRAINING.replace(epochs=100), seconds=7200.0)
    assert found.text == "This run takes about 2 h at full speed."
    assert found.remedy == {"epochs": 50}
    (found,) = advise(NETWORK, TRAINING.replace(epochs=1), seconds=7200.0)
    assert found.remedy == {}


def test_a_shift_is_measured_by_the_image(outline: Digits) -> None:
    assert advise(*specs(shift=4), outline) == []
    assert advise(*specs(shift=5), outline)
    small = Digits(
        "small",
        part_of(np.zeros((40, 8, 8), np.uint8)),
        part_of(np.zeros((4, 8, 8), np.uint8)),
        4,
        ("0", "1"),
    )
    assert any("edge" in each.text for each in advise(*specs(shift=2, epochs=99), small))


def part_of(images: np.ndarray) -> Part:
    return Part(images, np.zeros(len(images), np.uint8))


def test_the_outline_of_a_data_set_has_its_sizes_and_labels_and_no_pixels() -> None:
    known, whole = datasets.outline("mnist-5k"), datasets.load("mnist-5k")
    assert (len(known.training), len(known.validation)) == (3600, 400)
    assert (known.image_shape, known.class_names) == (whole.image_shape, whole.class_names)
    assert (known.learning.labels == whole.learning.labels).all()
    assert known.learning.images.strides == (0, 0, 0)


def test_memory_is_told_about_as_it_is_used(outline: Digits) -> None:
    network = NETWORK.replace(hidden=(1000, 500))
    plan = advice.Plan(network, TRAINING, outline, None)
    assert advice.needed_memory(plan) > 6 * Network(network).parameters.nbytes
    more = advice.Plan(network, TRAINING.replace(optimizer="adam"), outline, None)
    assert advice.needed_memory(more) > advice.needed_memory(plan)


def test_every_optimizer_can_be_advised_on(
    monkeypatch: pytest.MonkeyPatch, outline: Digits
) -> None:
    monkeypatch.setattr(advice, "memory", lambda: 2**32)
    for optimizer in OPTIMIZERS:
        found = first(outline, hidden=(20_000, 20_000), optimizer=optimizer, learning_rate=10.0)
        assert "of memory" in found.text
        assert "too high" in first(optimizer=optimizer, learning_rate=10.0).text
        uses = advise(*specs(optimizer=optimizer, learning_rate=0.0003, momentum=0.5)) == []
        assert uses == (optimizer in ("momentum", "nesterov"))


def test_numbers_are_filled_in_after_the_words_can_be_translated(outline: Digits) -> None:
    found = first(outline, batch_size=5000)
    assert found.words.format(**found.values) == found.text
    assert "3,600" in found.text
    assert "3,600" not in found.words


def test_only_layers_of_sigmoids_count_as_such(outline: Digits) -> None:
    mixed = ("sigmoid", "sigmoid", "relu", "sigmoid")
    assert advise(*specs(hidden=(64,) * 4, activation=mixed, epochs=20), outline) == []
    linear = ("identity", "relu")
    assert advise(*specs(hidden=(64, 64), activation=linear, epochs=20), outline) == []
