"""Committees: what they answer, their files, and how their views are chosen."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import networks
from core.commands import evaluate_model
from core.committee import Committee, load_committee, save_committee
from core.digits import Digits
from core.errors import ModelError
from core.model_file import Model, TrainedOn, save
from core.network import Network
from core.reader import Reader
from core.spec import NetworkSpec
from core.view_choice import choose_views, fit_temperature, log_loss
from core.views import View, resampling, seen
from core.voices import tempered
from zmlp_gui.__main__ import main

VIEWS = (View(), View(turn=6.0), View(right=0.5, width=0.9))


def member(seed: int, name: str = "", **more: Any) -> Model:
    return Model(Network(NetworkSpec((16,))).initialize(seed), name or f"net {seed}", **more)


@pytest.fixture
def three() -> Committee:
    return Committee.of((member(1), member(2, temperature=2.0), member(3)), VIEWS, "us", 0.8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A committee of two files, and its file."""
    members = (member(1), member(2))
    for each in members:
        save(each, tmp_path / f"{each.name}.safetensors")
    names = [f"{each.name}.safetensors" for each in members]
    save_committee(Committee.of(members, VIEWS, "us", 0.8), names, tmp_path / "us.json")
    return tmp_path


class TestAnswers:
    def test_are_the_mean_over_members_and_views(self, three: Committee, digits: Digits) -> None:
        images = digits.test.images[:30]
        single = [
            tempered(
                each.network.predict(seen(images, resampling(view, (28, 28)))),
                0.8 * each.temperature,
            )
            for each in three.members
            for view in VIEWS
        ]
        np.testing.assert_allclose(three.predict(images), np.mean(single, axis=0), atol=1e-6)

    def test_of_one_member_and_no_view_are_that_members_to_the_bit(self, digits: Digits) -> None:
        alone = member(1)
        images = digits.test.images[:600]
        answers = alone.network.predict(images)
        assert np.array_equal(alone.predict(images), answers)
        assert np.array_equal(Committee.of((alone,)).predict(images), answers)

    def test_of_the_reader_are_those_of_evaluate(self, three: Committee, digits: Digits) -> None:
        reader, images = Reader(three), digits.test.images[:40]
        readings = [reader.read_image(each).probabilities for each in images]
        np.testing.assert_allclose(readings, three.predict(images), atol=1e-6)

    def test_of_weights_that_went_astray_are_told(self, digits: Digits) -> None:
        broken = member(1)
        broken.network.parameters[:] = np.nan
        with pytest.raises(ModelError, match="no numbers"):
            evaluate_model(Committee.of((member(2), broken)), digits)

    def test_no_digits_have_no_answers(self, three: Committee) -> None:
        assert three.predict(np.empty((0, 28, 28), np.uint8)).shape == (0, 10)


class TestOneNetwork:
    """What takes a single network takes the first."""

    def test_is_the_first_member(self, three: Committee) -> None:
        assert three.alone is three.members[0]
        assert three.network is three.members[0].network
        assert three.members[1].alone is three.members[1]

    def test_with_other_weights_is_no_committee(self, three: Committee, digits: Digits) -> None:
        other = Network(NetworkSpec((16,))).initialize(9)
        images = digits.test.images[:5]
        model = three.with_network(other)
        assert np.array_equal(model.predict(images), other.predict(images))

    def test_weights_that_learn_are_read_with_alone(self, digits: Digits) -> None:
        other = Network(NetworkSpec((16,))).initialize(9)
        reading = Reader(member(1)).read_image(digits.test.images[0], other)
        expected = other.predict(digits.test.images[:1])[0]
        np.testing.assert_allclose(reading.probabilities, expected, atol=1e-6)


def test_digits_that_any_member_saw_are_told() -> None:
    saw = member(2, trained_on=TrainedOn("mnist", "", 60_000))
    assert Committee.of((member(1), saw)).saw_tests_of("mnist-5k")
    assert not Committee.of((member(1),)).saw_tests_of("mnist-5k")


@pytest.mark.parametrize(
    "other",
    [
        member(2, "other", class_names=tuple("abcdefghij")),
        member(2, "other", preparation="none"),
        Model(Network(NetworkSpec((4,), inputs=(8, 9))), "other"),
    ],
    ids=["classes", "preparation", "size"],
)
def test_members_of_several_kinds_are_refused(other: Model) -> None:
    with pytest.raises(ModelError, match="net 1 and other cannot vote together"):
        Committee.of((member(1), other))


class TestFile:
    def test_of_version_1_opens(self) -> None:
        committee = networks.find(Path(__file__).parents[1] / "data" / "committee-v1.json")
        assert committee.name == "vote"
        # The member's own temperature is 1.5.
        assert [voice.temperature for voice in committee.voices] == pytest.approx([1.65, 1.65])
        assert isinstance(committee, Committee)
        assert committee.views == (View(), View(turn=-4.0, width=0.94))

    def test_comes_back_with_the_same_answers(self, folder: Path, digits: Digits) -> None:
        model = networks.find(folder / "us.json")
        expected = Committee.of((member(1), member(2)), VIEWS, "us", 0.8)
        images = digits.test.images[:20]
        assert model.name == "us"
        assert np.array_equal(model.predict(images), expected.predict(images))

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"version": 2}, "newer version"),
            ({"version": 0}, "tells no version"),
            ({"version": True}, "tells no version"),
            ({"members": []}, "1 to 32 members"),
            ({"members": ["a"] * 33}, "1 to 32 members"),
            ({"members": "net 1"}, "1 to 32 members"),
            ({"members": [3]}, "a member has no name"),
            ({"members": ["a\0b"]}, "a member has no name"),
            ({"members": ["\ud800"]}, "a member has no name"),
            ({"members": ["committee"]}, "no bundled network “committee”"),
            ({"members": ["us.json"]}, "no bundled network “us.json”"),
            ({"members": ["gone.safetensors"]}, "gone.safetensors cannot be read"),
            ({"members": ["/etc/gone.safetensors"]}, "us/gone.safetensors cannot be read"),
            ({"views": []}, "1 to 64 views"),
            ({"views": [{}] * 65}, "1 to 64 views"),
            ({"views": [{"twist": 1}]}, "a view is described by"),
            ({"views": [{"turn": 10**400}]}, "no JSON of its kind"),
            ({"temperature": 0}, "no positive number"),
            ({"temperature": float("nan")}, "no positive number"),
            ({"temperature": "warm"}, "damaged"),
            ({"temperature": None}, "no JSON of its kind"),
        ],
    )
    def test_that_is_wrong_is_told_in_a_sentence(
        self, tmp_path: Path, change: dict[str, Any], why: str
    ) -> None:
        (tmp_path / "us").mkdir()
        path = tmp_path / "us" / "us.json"
        good = {"version": 1, "name": "us", "members": ["first-light"], "views": [{}]}
        path.write_text(json.dumps({**good, "temperature": 1.0, **change}))
        with pytest.raises(ModelError, match=why) as caught:
            networks.find(path)
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize(
        "content",
        [b"", b"{", b"[]", b"null", b'{"version": 1}', b"\xff\xfe", b"[" * 60_000, b" " * 70_000],
        ids=range(8),
    )
    def test_that_is_none_is_told(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "us.json"
        path.write_bytes(content)
        with pytest.raises(ModelError, match="no committee of zmlp, or is damaged"):
            load_committee(path)

    def test_that_is_missing_or_a_folder_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match="no model file"):
            networks.find(tmp_path / "gone.json")
        (tmp_path / "us.json").mkdir()
        with pytest.raises(ModelError, match="is no file"):
            networks.find(tmp_path / "us.json")


def test_bundled_committees_read_digits_better_than_their_first_member(digits: Digits) -> None:
    """By their loss, on digits that were not chosen by."""
    for name in networks.COMMITTEES:
        committee = networks.find(name)
        one, vote = (
            log_loss(each.predict(digits.test.images), digits.test.labels)
            for each in (committee.alone, committee)
        )
        assert vote < one


class TestChoice:
    def test_starts_with_the_image_as_it_is_and_lowers_the_loss(self, digits: Digits) -> None:
        part, model = digits.validation, networks.find("first-light")
        # Two pixels too low, so that one view mends it.
        low = np.roll(part.images, 2, axis=1)
        candidates = (View(right=3.0), View(down=-2.0), View(turn=40.0))
        views = choose_views((model,), low, part.labels, 2, candidates)
        assert views == (View(), View(down=-2.0))
        spoiling = (View(right=4.0), View(turn=45.0))
        assert choose_views((model,), part.images, part.labels, 3, spoiling) == (View(),)

    def test_of_one_view_asks_for_no_other(self, digits: Digits) -> None:
        part = digits.validation
        assert choose_views((member(1),), part.images, part.labels, 1) == (View(),)

    def test_a_temperature_makes_a_network_that_is_too_sure_less_so(self, digits: Digits) -> None:
        network = networks.find("first-light").network.copy()
        network.layers[-1].matrix[:] *= 3.0
        part = digits.validation
        assert fit_temperature(Model(network).voices, part.images, part.labels) > 1.5


class TestCommand:
    def test_writes_a_committee_that_find_opens(
        self, folder: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        names = [str(folder / f"net {seed}.safetensors") for seed in (1, 2)]
        output = str(folder / "vote.json")
        code = main(
            [
                "committee",
                *names,
                "--data",
                "mnist-5k",
                "--views",
                "2",
                "--output",
                output,
                "--json",
            ]
        )
        said = json.loads(capfd.readouterr().out)
        assert code == 0
        assert (said["part"], said["samples"]) == ("validation", 400)
        assert said["members"] == ["net 1.safetensors", "net 2.safetensors"]
        assert len(networks.find(output).voices) == 2 * len(said["views"])
        # Of random weights: less sure is better, so the temperature must have been fitted.
        assert said["figures"]["committee"]["loss"] <= said["figures"]["one"]["loss"]

    @pytest.mark.parametrize(
        ("name", "views", "output", "why"),
        [
            ("first-light", "0", "a.json", "1 to 64 views"),
            ("first-light", "2", "a.txt", "must end with .json"),
            ("first-light", "2", "no/folder/a.json", "could not be written"),
            ("nobody", "2", "a.json", "no bundled network of that name"),
            ("elsewhere/net.safetensors", "2", "a.json", "must lie in the folder of a.json"),
        ],
    )
    def test_says_what_is_wrong_before_it_computes(
        self,
        name: str,
        views: str,
        output: str,
        why: str,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.chdir(tmp_path)
        Path("elsewhere").mkdir()
        save(member(1), "elsewhere/net.safetensors")
        flags = ["--data", "mnist-5k", "--views", views, "--output", output]
        assert main(["committee", name, *flags]) == 1
        assert why in capfd.readouterr().err
        assert not Path("a.json").exists()


def test_evaluate_and_predict_take_a_committee(
    digits: Digits, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from PIL import Image

    Image.fromarray(255 - digits.test.images[0]).resize((280, 280)).save(tmp_path / "a.png")
    assert main(["predict", str(tmp_path / "a.png"), "--model", "committee", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["digit"] == str(digits.test.labels[0])
    assert main(["evaluate", "committee", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["accuracy"] > 0.98
