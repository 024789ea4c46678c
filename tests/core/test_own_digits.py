"""A person's own digits are kept as ink, and nothing of them is lost."""

import os
from pathlib import Path

import numpy as np
import pytest

from core import datasets
from core.digits import Digits
from core.drawing import Drawing, Stroke, read_ink
from core.errors import DataError, DrawingError, SaveError
from core.model_file import Model
from core.network import Network
from core.numbers import ReadDigit
from core.own_digits import OwnDigits, labelled, own_path
from core.preparation import prepare
from core.reader import Reading
from core.spec import NetworkSpec


def stroke(x: float = 50.0) -> Stroke:
    return Stroke(np.array([[x, 10.0], [x + 5, 90.0]], np.float32), 8.0)


def digit(name: str, x: float = 50.0, seen: np.ndarray | None = None) -> Drawing:
    """A drawing that a person has named; `seen` is what the network saw of a picture."""
    image = np.zeros((28, 28), np.uint8) if seen is None else seen
    reading = Reading(image, np.full(10, 0.1, np.float32), tuple("0123456789"))
    read = ReadDigit(reading, (0, 0, 9, 9), (stroke(x),), seen is not None)
    return labelled(read, (100.0, 100.0), name)


@pytest.fixture
def model() -> Model:
    return Model(Network(NetworkSpec((4,))).initialize(0))


@pytest.fixture
def letters() -> Model:
    """A network that knows a 4 and two letters."""
    spec = NetworkSpec((4,), classes=3)
    return Model(Network(spec).initialize(0), class_names=("4", "A", "ü"))


def test_the_set_is_an_ink_file_that_any_program_of_ours_reads(user_folder: Path) -> None:
    own = OwnDigits()
    own.add(digit("4"))
    own.add(digit("7", 20.0))
    assert own_path() == user_folder / "own.jsonl"
    assert [each.label for each in read_ink(own_path())] == [4, 7]


def test_a_new_start_finds_what_was_added(user_folder: Path, model: Model) -> None:
    OwnDigits().add(digit("4"))
    part = OwnDigits().part(model)
    assert part.labels.tolist() == [4]
    assert np.array_equal(part.images[0], prepare(Drawing((100.0, 100.0), (stroke(),))))


def test_an_empty_set_is_a_part_without_digits(user_folder: Path, model: Model) -> None:
    assert OwnDigits().part(model).images.shape == (0, 28, 28)


def test_a_digit_serves_every_network_that_has_its_class(
    user_folder: Path, model: Model, letters: Model
) -> None:
    own = OwnDigits()
    for name in ("4", "ü", "7"):
        own.add(digit(name))
    assert own.part(model).labels.tolist() == [4, 7]
    assert own.part(letters).labels.tolist() == [0, 2]


def test_what_was_seen_of_a_photograph_comes_out_as_it_was(
    user_folder: Path, model: Model, digits: Digits
) -> None:
    own = OwnDigits()
    for image in digits.test.images[:20]:
        own.add(digit("4", seen=image))
    assert np.array_equal(OwnDigits().part(model).images, digits.test.images[:20])
    assert own.path.stat().st_size < 20 * 1500


def test_undo_takes_the_last_one_of_its_kind_and_no_other(user_folder: Path) -> None:
    own = OwnDigits()
    first, second = digit("4"), digit("4", 20.0)
    for each in (first, second, first):
        own.add(each)
    own.remove(first)
    assert [each.strokes[0].points[0, 0] for each in read_ink(own.path)] == [50.0, 20.0]
    own.remove(digit("9"))
    assert len(own) == 2


def test_a_broken_line_is_named_and_left_alone(user_folder: Path) -> None:
    own = OwnDigits()
    own.add(digit("4"))
    with open(own.path, "ab") as file:
        file.write(b"not ink\n")
    before = own.path.read_bytes()
    with pytest.raises(DrawingError, match=r"own\.jsonl, line 2: .*move the file away"):
        OwnDigits()
    assert own.path.read_bytes() == before


def test_a_full_disk_costs_nothing(user_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = OwnDigits()
    own.add(digit("4"))
    before = own.path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SaveError, match="No space left"):
        own.add(digit("9"))
    monkeypatch.undo()
    assert own.path.read_bytes() == before
    assert len(own) == 1


def test_the_set_is_a_data_set_by_its_name(
    user_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ZMLP_DATA", raising=False)
    assert "own" not in [each.name for each in datasets.available()]
    own = OwnDigits()
    for label in range(10):
        for place in range(3):
            own.add(digit(str(label), 20.0 + 20 * place))
    listed = {each.name: each for each in datasets.available()}["own"]
    assert listed.found
    assert sum(listed.sizes or ()) == 30
    joined = datasets.load("mnist-5k+own")
    assert joined.name == "mnist-5k+own"
    assert len(joined.test) == 1000 + 10


def test_a_set_too_small_to_be_parted_says_so(user_folder: Path) -> None:
    OwnDigits().add(digit("4"))
    assert not {each.name: each for each in datasets.available()}["own"].found
    with pytest.raises(DataError, match="too few"):
        datasets.load("mnist-5k+own")


def test_without_any_the_sentence_says_how_to_begin(user_folder: Path) -> None:
    with pytest.raises(DataError, match=r"no digits of your own yet: .* zmlp teach"):
        datasets.load("mnist-5k+own")
