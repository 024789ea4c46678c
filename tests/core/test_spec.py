"""Settings: each declared once, with words; whatever is not allowed is refused in a sentence."""

import ast
import json
import math
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.activations import ACTIVATIONS
from core.errors import SpecError
from core.fit import check_together
from core.layers import INITIALIZERS
from core.losses import LOSSES
from core.optimizers import OPTIMIZERS, SCHEDULES
from core.setting import Setting, Spec, grouped, settings
from core.spec import NetworkSpec, TrainingSpec

SPECS: list[type[Spec]] = [NetworkSpec, TrainingSpec]
ALL = [(spec, each) for spec in SPECS for each in settings(spec)]

every_spec = pytest.mark.parametrize("spec", SPECS)
every_setting = pytest.mark.parametrize(
    ("spec", "each"), ALL, ids=[f"{spec.__name__}.{each.name}" for spec, each in ALL]
)
every_number = pytest.mark.parametrize(
    ("spec", "each"), [pair for pair in ALL if pair[1].low is not None]
)


def values(each: Setting) -> st.SearchStrategy[Any]:
    """Every value that a setting allows."""
    if each.several:
        names = st.sampled_from(list(each.choices))
        return names | st.lists(names, min_size=2, max_size=6).map(tuple)
    if each.choices:
        return st.sampled_from(list(each.choices))
    if isinstance(each.default, bool):
        return st.booleans()
    if isinstance(each.default, float):
        return st.floats(each.low, each.high)
    numbers = st.integers(int(each.low or 0), int(each.high or 0))
    if isinstance(each.default, int):
        return numbers
    return st.lists(numbers, min_size=each.members or 0, max_size=each.members or 6).map(tuple)


def made_of(each: Setting, number: float) -> Any:
    """A value of the setting's own type, made of one number."""
    if isinstance(each.default, tuple):
        return (int(number),) * (each.members or 1)
    return type(each.default)(number)


def specs(spec: type[Spec]) -> st.SearchStrategy[Spec]:
    """Every spec whose settings go together."""

    def fitting(chosen: dict[str, Any]) -> Spec:
        if not isinstance(chosen.get("activation", ""), str):
            chosen["hidden"] = (7,) * len(chosen["activation"])
        return spec(**chosen | ({"validation": True} if chosen.get("patience") else {}))

    return st.fixed_dictionaries({each.name: values(each) for each in settings(spec)}).map(fitting)


def refused(each: Setting, value: Any) -> str:
    """The sentence that refuses a value."""
    with pytest.raises(SpecError) as caught:
        each.check(value)
    sentence = str(caught.value)
    assert sentence.startswith(f"{each.label} cannot be “")
    assert sentence.endswith(f"”: {each.allowed()}.")
    assert "\n" not in sentence
    assert len(sentence) < 300
    return sentence


class TestDeclaration:
    @every_setting
    def test_has_words(self, spec: type[Spec], each: Setting) -> None:
        assert re.fullmatch(r"[A-Z][a-z ]+", each.label)
        assert each.help[0].isupper()
        assert not each.help.endswith(".")
        assert all(len(words) > 5 for words in each.choices.values())
        assert each.titles.keys() <= each.choices.keys()
        assert each.allowed()

    @every_setting
    def test_default_passes_its_own_check(self, spec: type[Spec], each: Setting) -> None:
        assert each.check(each.default) == each.default
        assert getattr(spec(), each.name) == each.default

    @every_setting
    def test_numbers_have_a_range_and_names_are_listed(
        self, spec: type[Spec], each: Setting
    ) -> None:
        if isinstance(each.default, str):
            assert each.choices
        elif not isinstance(each.default, bool):
            assert each.low is not None
            assert each.high is not None
            assert each.low < each.high

    def test_labels_and_flags_are_never_used_twice(self) -> None:
        assert (
            len({each.label for _, each in ALL}) == len({each.flag for _, each in ALL}) == len(ALL)
        )

    @pytest.mark.parametrize(
        ("name", "table"),
        [
            ("activation", ACTIVATIONS),
            ("loss", LOSSES),
            ("initializer", INITIALIZERS),
            ("optimizer", OPTIMIZERS),
            ("schedule", SCHEDULES),
        ],
    )
    def test_choices_are_what_the_tables_hold(self, name: str, table: dict[str, Any]) -> None:
        choices = next(each.choices for _, each in ALL if each.name == name)
        assert {key: entry.help for key, entry in table.items()}.items() <= choices.items()
        assert choices.keys() - table.keys() <= {"auto"}

    def test_flags_are_those_of_the_contract(self) -> None:
        contract = "hidden activation bias optimizer learning-rate batch-size epochs seed threads"
        assert {f"--{name}" for name in contract.split()} <= {each.flag for _, each in ALL}


class TestRefusal:
    @every_setting
    def test_another_type_is_refused(self, spec: type[Spec], each: Setting) -> None:
        for value in (None, "no such thing", b"1", {}, {"a": 1}, object, [None], ["1"], [[1]], 1j):
            refused(each, value)

    @every_setting
    def test_a_truth_value_is_no_number(self, spec: type[Spec], each: Setting) -> None:
        if isinstance(each.default, bool):
            assert each.check(False) is False
            refused(each, 1)
        else:
            refused(each, True)
            refused(each, [True, True])

    @every_number
    def test_the_range_includes_its_ends_and_nothing_beyond(
        self, spec: type[Spec], each: Setting
    ) -> None:
        low, high = each.low or 0, each.high or 0
        step = 1e-9 if isinstance(each.default, float) else 1
        for number in low, high:
            assert each.check(made_of(each, number)) == made_of(each, number)
        for number in low - step, high + step:
            refused(each, made_of(each, number))

    @every_setting
    def test_what_is_no_number_or_a_monstrous_one_is_refused_in_a_short_sentence(
        self, spec: type[Spec], each: Setting
    ) -> None:
        monsters = (10**400, -(10**400), 10**5000, [10**5000] * 2, [0] * 10**6)
        for value in (math.nan, math.inf, -math.inf, [math.nan] * 2, *monsters):
            refused(each, value)

    @every_setting
    def test_text_that_says_no_allowed_value_is_refused(
        self, spec: type[Spec], each: Setting
    ) -> None:
        for text in ("x", "1e400", "-1e400", "nan", "9" * 5000, "1;2", "a\nb", "\0", "−1"):
            with pytest.raises(SpecError) as caught:
                each.parse(text)
            assert str(caught.value).startswith(f"{each.label} cannot be “")
            assert str(caught.value).endswith(f"”: {each.allowed()}.")
            assert "\n" not in str(caught.value)

    @pytest.mark.parametrize(
        ("spec", "name", "value", "sentence"),
        [
            (
                TrainingSpec,
                "learning_rate",
                20,
                "Learning rate cannot be “20”: numbers from 0.000001 to 10.",
            ),
            (TrainingSpec, "epochs", 0, "Epochs cannot be “0”: whole numbers from 1 to 10,000."),
            (
                TrainingSpec,
                "optimizer",
                "adagrad",
                "Optimizer cannot be “adagrad”: "
                "sgd, momentum, nesterov, rmsprop, adam, adamw or lion.",
            ),
            (TrainingSpec, "exclude", "x", "Leave out cannot be “x”: none or mnist-5k."),
            (NetworkSpec, "bias", "yes", "Biases cannot be “yes”: on or off."),
            (
                NetworkSpec,
                "hidden",
                [128, 0],
                "Layers cannot be “0”: whole numbers from 1 to 20,000, or none.",
            ),
            (
                NetworkSpec,
                "activation",
                ["relu", "tanh", "elu"],
                "Activation cannot be “relu, tanh, elu” with 1 hidden layer: "
                "one name for all of them, or one for each.",
            ),
            (
                TrainingSpec,
                "dropout",
                1,
                "Dropout cannot be “1”: numbers from 0 to 0.95.",
            ),
            (
                NetworkSpec,
                "inputs",
                [784],
                "Image cannot be “[784]”: 2 whole numbers from 1 to 4,096.",
            ),
        ],
    )
    def test_sentences_read_well(
        self, spec: type[Spec], name: str, value: Any, sentence: str
    ) -> None:
        with pytest.raises(SpecError) as caught:
            spec(**{name: value})
        assert str(caught.value) == sentence

    @every_spec
    def test_replacing_a_setting_checks_it_again(self, spec: type[Spec]) -> None:
        for each in settings(spec):
            with pytest.raises(SpecError):
                spec().replace(**{each.name: None})

    @every_spec
    def test_a_spec_cannot_be_changed(self, spec: type[Spec]) -> None:
        with pytest.raises(AttributeError):
            setattr(spec(), settings(spec)[0].name, 1)


class TestText:
    @every_setting
    def test_what_is_written_is_read_back(self, spec: type[Spec], each: Setting) -> None:
        @given(values(each))
        def there_and_back(value: Any) -> None:
            read = each.parse(each.format(value))
            assert read == value
            assert type(read) is type(value)

        there_and_back()

    @pytest.mark.parametrize(
        ("name", "text", "value"),
        [
            ("hidden", "128, 64", (128, 64)),
            ("hidden", " 128,64 ", (128, 64)),
            ("hidden", "128 64", (128, 64)),
            ("hidden", "", ()),
            ("hidden", "none", ()),
            ("hidden", "None", ()),
            ("bias", "Off", False),
            ("learning_rate", "1e-3", 0.001),
            ("learning_rate", "1", 1.0),
            ("activation", "relu,tanh", ("relu", "tanh")),
            ("activation", "tanh", "tanh"),
            ("exclude", "none", ""),
            ("exclude", "None", ""),
            ("exclude", "", ""),
        ],
    )
    def test_people_may_type(self, name: str, text: str, value: Any) -> None:
        each = next(each for _, each in ALL if each.name == name)
        assert each.parse(text) == value

    @pytest.mark.parametrize(
        ("value", "text"),
        [(0.05, "0.05"), (10.0, "10"), (1e-6, "1e-06"), (0.1234567891, "0.1234567891")],
    )
    def test_numbers_are_written_short_but_whole(self, value: float, text: str) -> None:
        each = next(each for _, each in ALL if each.name == "learning_rate")
        assert each.format(value) == text


class TestJson:
    @every_spec
    def test_every_spec_survives_json(self, spec: type[Spec]) -> None:
        @given(specs(spec))
        def there_and_back(each: Spec) -> None:
            assert spec.from_json(json.loads(json.dumps(each.to_json()))) == each

        there_and_back()

    @every_spec
    def test_what_is_missing_takes_its_default(self, spec: type[Spec]) -> None:
        assert spec.from_json({}) == spec()

    @every_spec
    def test_an_unknown_setting_is_refused(self, spec: type[Spec]) -> None:
        with pytest.raises(SpecError, match=r"^This version knows no setting “quantum”\.$"):
            spec.from_json({"quantum": 0.5, **spec().to_json()})

    @every_spec
    @pytest.mark.parametrize("values", [None, [], "x", 3])
    def test_what_is_no_object_is_refused(self, spec: type[Spec], values: object) -> None:
        with pytest.raises(SpecError, match="is a JSON object, not"):
            spec.from_json(values)

    @every_spec
    def test_numbers_that_json_can_say_and_no_float_can_hold_are_refused(
        self, spec: type[Spec]
    ) -> None:
        for each in settings(spec):
            for text in ("1e400", "-1e400", "1" + "0" * 400, "NaN", "null", "[1e400, 1e400]"):
                with pytest.raises(SpecError):
                    spec.from_json({each.name: json.loads(text)})


def test_widths_and_number_of_parameters_follow() -> None:
    spec = NetworkSpec((128, 64))
    assert spec.widths == (784, 128, 64, 10)
    assert spec.parameter_count == 785 * 128 + 129 * 64 + 65 * 10
    assert spec.replace(bias=False).parameter_count == 784 * 128 + 128 * 64 + 64 * 10


class TestActivationOfEachLayer:
    MIXED = NetworkSpec((7, 5), activation=("relu", "tanh"))

    def test_one_name_stands_for_all_layers(self) -> None:
        assert NetworkSpec((7, 5), activation="tanh").activations == ("tanh", "tanh")
        assert NetworkSpec((), activation="tanh").activations == ()
        assert self.MIXED.activations == ("relu", "tanh")

    def test_files_hold_a_plain_name_where_one_is_used_and_a_list_otherwise(self) -> None:
        assert NetworkSpec().to_json()["activation"] == "relu"
        assert self.MIXED.to_json()["activation"] == ["relu", "tanh"]
        assert NetworkSpec.from_json(self.MIXED.to_json()) == self.MIXED

    def test_a_list_of_one_kind_is_the_plain_name(self) -> None:
        alike = NetworkSpec((7, 5), activation=["elu", "elu"])
        assert alike == NetworkSpec((7, 5), activation="elu")

    @pytest.mark.parametrize("hidden", [(), (7,), (7, 5, 3)])
    def test_a_list_for_other_layers_is_refused_and_the_setting_named(
        self, hidden: tuple[int, ...]
    ) -> None:
        with pytest.raises(SpecError, match="hidden layer") as caught:
            self.MIXED.replace(hidden=hidden)
        assert caught.value.setting == "activation"

    @pytest.mark.parametrize("names", [[], ["relu", "swish"], ["relu", 3], ["relu", None]])
    def test_an_unknown_name_in_a_list_is_refused(self, names: list[Any]) -> None:
        with pytest.raises(SpecError, match=r"^Activation cannot be “.*, for all layers or for"):
            NetworkSpec((7, 5), activation=names)


class TestTogether:
    def test_patience_needs_the_validation_part(self) -> None:
        with pytest.raises(SpecError) as caught:
            TrainingSpec(patience=3, validation=False)
        assert str(caught.value) == (
            "Patience cannot be “3” without the validation part: 0, or keep digits back."
        )
        assert caught.value.setting == "patience"

    def test_batch_normalisation_needs_two_digits(self) -> None:
        with pytest.raises(SpecError) as caught:
            check_together(NetworkSpec(batch_norm=True), TrainingSpec(batch_size=1))
        assert str(caught.value) == (
            "Minibatch cannot be “1” with batch normalisation: whole numbers from 2 on."
        )
        assert caught.value.setting == "batch_size"
        check_together(NetworkSpec(batch_norm=True), TrainingSpec(batch_size=2))
        check_together(NetworkSpec(), TrainingSpec(batch_size=1))


def test_every_setting_that_people_decide_stands_in_a_group() -> None:
    groups = grouped(*SPECS)
    assert list(groups) == [
        "Network",
        "Optimizer and schedule",
        "Regularisation",
        "Deformation",
        "Data and stopping",
        "Machine",
    ]
    listed = [each.name for members in groups.values() for each in members]
    assert sorted(listed) == sorted(each.name for _, each in ALL if not each.from_data)


def test_no_setting_and_no_choice_is_declared_twice_in_the_source() -> None:
    checkout = Path(__file__).parents[2]
    files = [*(checkout / "core").rglob("*.py"), *(checkout / "zmlp_gui").rglob("*.py")]
    trees = [ast.parse(path.read_text("utf-8")) for path in files]
    texts = Counter(
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    declared = [each.help for _, each in ALL]
    declared += [words for _, each in ALL for words in each.choices.values()]
    assert {words: texts[words] for words in declared} == dict.fromkeys(declared, 1)
