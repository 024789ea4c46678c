"""What suits goes along with a switch, stays away from what a person set, and learns better."""

import itertools

import pytest

from core import datasets
from core.activations import ACTIVATIONS
from core.advice import advise
from core.optimizers import OPTIMIZERS
from core.recipes import RECIPES
from core.runs import prepare
from core.spec import NetworkSpec, Specs, TrainingSpec
from core.suits import KINDS, RATES, RECTIFIER, Switch, suit, suitable
from core.threads import use_threads
from core.training import Finished

FAST = RECIPES["fast"].network, RECIPES["fast"].training


def switched(base: Specs, network: dict[str, object], training: dict[str, object]) -> Specs:
    return base[0].replace(**network), base[1].replace(**training)


def follow(base: Specs, *, fixed: tuple[str, ...] = (), **network: object) -> Switch | None:
    training = {name: network.pop(name) for name in ("optimizer",) if name in network}
    return suit(base, switched(base, network, training), base, fixed)


def test_every_optimizer_has_a_rate_for_every_kind_of_activation() -> None:
    assert RATES.keys() == OPTIMIZERS.keys()
    assert KINDS.keys() <= ACTIVATIONS.keys()
    for rates in RATES.values():
        assert rates.keys() == {RECTIFIER, *KINDS.values()}


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_keeps_its_own_values(name: str) -> None:
    base = RECIPES[name].network, RECIPES[name].training
    assert suit(base, base, base) is None
    values = suitable(*base, base)
    assert (values["learning_rate"], values["weight_decay"]) == (
        base[1].learning_rate,
        base[1].weight_decay,
    )
    assert values["initializer"] == base[0].initializer


def test_the_activation_takes_rate_and_first_weights_along() -> None:
    switch = follow(FAST, activation="sigmoid")
    assert switch is not None
    assert dict(switch.values) == {"learning_rate": 0.4}
    assert dict(switch.former) == {"learning_rate": 0.1}
    assert switch.sentence() == (
        "Learning rate 0.1 → 0.4 and first weights He → Glorot, as suits sigmoid."
    )


def test_first_weights_that_suited_another_activation_go_along() -> None:
    base = RECIPES["journal-sigmoid"].network, RECIPES["journal-sigmoid"].training
    switch = follow(base, activation="relu")
    assert switch is not None
    assert switch.values["initializer"] == "auto"
    deliberate = base[0].replace(initializer="zeros"), base[1]
    switch = follow(deliberate, activation="relu")
    assert switch is not None
    assert "initializer" not in switch.values


def test_adamw_brings_its_decay_and_takes_it_away_again() -> None:
    switch = follow(FAST, optimizer="adamw")
    assert switch is not None
    assert dict(switch.values) == {"learning_rate": 0.004, "weight_decay": 0.01}
    decaying = switch.applied(FAST[0], FAST[1].replace(optimizer="adamw"))
    back = suit(decaying, (FAST[0], decaying[1].replace(optimizer="momentum")), FAST)
    assert back is not None
    assert back.applied(FAST[0], decaying[1].replace(optimizer="momentum")) == FAST


def test_what_a_person_set_stays() -> None:
    assert follow(FAST, optimizer="adam", fixed=("learning_rate",)) is None
    assert follow(FAST, activation="tanh", fixed=("initializer",)) is None
    by_hand = FAST[0], FAST[1].replace(learning_rate=0.02)
    after = by_hand[0], by_hand[1].replace(optimizer="adam")
    assert suit(by_hand, after, FAST) is None


def test_nothing_happens_where_nothing_is_switched() -> None:
    assert follow(FAST, hidden=(64, 64)) is None
    assert follow(FAST, activation="leaky-relu") is None


def test_the_most_delicate_of_several_activations_decides() -> None:
    base = FAST[0].replace(hidden=(64, 64)), FAST[1]
    switch = follow(base, activation=("sigmoid", "selu"))
    assert switch is not None
    assert switch.values["learning_rate"] == 0.04
    assert switch.causes == ("sigmoid, SELU",)
    assert "first weights He → Glorot and LeCun" in switch.sentence()


def test_words_are_translated_before_they_are_filled() -> None:
    switch = follow(FAST, activation="sigmoid")
    assert switch is not None
    asked = []
    switch.sentence(lambda words: asked.append(words) or words)  # type: ignore[func-returns-value]
    assert "{changes}, as suits {causes}." in asked
    assert "Learning rate" in asked


@pytest.mark.parametrize("recipe", RECIPES)
def test_what_suits_needs_no_advice_on_its_rate(recipe: str) -> None:
    base = RECIPES[recipe].network, RECIPES[recipe].training
    digits = datasets.outline("mnist-5k")
    for activation, optimizer in itertools.product(ACTIVATIONS, OPTIMIZERS):
        after = switched(base, {"activation": activation}, {"optimizer": optimizer})
        switch = suit(base, after, base)
        suited = switch.applied(*after) if switch else after
        found = {name for each in advise(*suited, digits) for name in each.settings}
        assert "learning_rate" not in found, (activation, optimizer)


@pytest.mark.parametrize(
    ("optimizer", "activation"),
    [
        ("momentum", "sigmoid"),
        ("sgd", "tanh"),
        ("sgd", "relu"),
        ("sgd", "sigmoid"),
        ("adam", "relu"),
        ("rmsprop", "tanh"),
        ("lion", "relu"),
    ],
)
def test_what_suits_learns_more_than_the_rate_that_was_there(
    optimizer: str, activation: str
) -> None:
    base = NetworkSpec(hidden=(64,)), TrainingSpec(epochs=2)
    after = switched(base, {"activation": activation}, {"optimizer": optimizer})
    switch = suit(base, after, base)
    assert switch is not None
    assert accuracy(switch.applied(*after)) > accuracy(after) + 0.005


def accuracy(specs: Specs) -> float:
    use_threads(1)
    for event in prepare(*specs, "mnist-5k"):
        if isinstance(event, Finished):
            return event.test_accuracy
    raise AssertionError("a training ends with Finished")
