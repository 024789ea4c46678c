"""A correction is learned and kept, or nothing is changed; and it can be taken back."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import networks
from core.corrections import correct
from core.drawing import Drawing, read_bundled_ink, read_ink
from core.errors import DataError, DrawingError, SaveError
from core.model_file import Model, TrainedOn, load
from core.own_digits import OwnDigits, own_path
from core.teaching import rehearsal_of, teach

INK = [each for each in read_bundled_ink("ink/samples.jsonl") if each.label is not None][:4]


@pytest.fixture
def model() -> Model:
    return networks.find("first-light")


def taught(model: Model, drawings: list[Drawing], start: str = "first-light") -> Model:
    """The model after these corrections, one after the other."""
    for drawing in drawings:
        model = correct(model, start, drawing, str(drawing.label)).model
    return model


def test_a_correction_joins_the_set_and_is_learned(user_folder: Path, model: Model) -> None:
    correction = correct(model, "first-light", INK[0], str(INK[0].label))
    assert [each.label for each in read_ink(own_path())] == [INK[0].label]
    assert correction.name == str(INK[0].label)
    assert (correction.own.digits, correction.own.after) == (1, 1)
    assert (correction.test.digits, correction.test.before) == (1000, 991)
    assert correction.test.after >= 987
    assert not np.array_equal(correction.model.network.values, model.network.values)


def test_the_taught_network_lies_in_the_users_folder(user_folder: Path, model: Model) -> None:
    correction = correct(model, "first-light", INK[0], "1")
    again = load(correction.path)
    assert correction.path == user_folder / "networks" / "first-light-taught.safetensors"
    assert np.array_equal(again.network.values, correction.model.network.values)
    assert networks.taught_networks() == [(correction.path, again.name)]


def test_lessons_one_by_one_move_it_no_farther_than_one_with_all(
    user_folder: Path, model: Model
) -> None:
    one_by_one = taught(model, INK)
    part = OwnDigits().part(model)
    at_once = teach(model.network, part, rehearsal_of(model).training)
    assert len(part) == one_by_one.trained_on.digits == 4
    assert one_by_one.trained_on.earlier == model.trained_on
    assert np.array_equal(one_by_one.network.values, at_once.values)


def test_lessons_go_on_after_a_restart(user_folder: Path, model: Model) -> None:
    path = correct(model, "first-light", INK[0], "1").path
    restarted = correct(load(path), str(path), INK[1], "1")
    own_path().unlink()
    in_one_go = taught(model, INK[:2])
    assert restarted.path == path
    assert np.array_equal(restarted.model.network.values, in_one_go.network.values)


def test_what_it_was_need_not_have_a_file(user_folder: Path, model: Model) -> None:
    first = correct(model, "a run that was not kept", INK[0], "1")
    second = correct(first.model, str(first.path), INK[1], "1", first.origin)
    part = OwnDigits().part(model)
    at_once = teach(model.network, part, rehearsal_of(model).training)
    assert np.array_equal(second.model.network.values, at_once.values)


def test_where_the_first_network_is_gone_lessons_go_on(user_folder: Path, model: Model) -> None:
    path = correct(model, "first-light", INK[0], "1").path
    orphan = replace(load(path), taught_from="gone.safetensors")
    correction = correct(orphan, str(path), INK[1], "1")
    assert correction.path == path
    assert correction.model.name == "first-light, taught by you"


def test_undo_takes_back_network_and_set(user_folder: Path, model: Model) -> None:
    first = correct(model, "first-light", INK[0], "1")
    before = own_path().read_bytes(), first.path.read_bytes()
    second = correct(first.model, str(first.path), INK[1], "1")
    assert before != (own_path().read_bytes(), first.path.read_bytes())
    second.undo()
    assert before == (own_path().read_bytes(), first.path.read_bytes())
    first.undo()
    assert own_path().read_bytes() == b""
    assert not first.path.exists()


def test_a_full_disk_leaves_all_as_it_was(
    user_folder: Path, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = correct(model, "first-light", INK[0], "1")
    before = own_path().read_bytes(), first.path.read_bytes()
    replace_file = os.replace

    def full(source: Path, target: Path) -> None:
        if Path(target).suffix == ".safetensors":
            raise OSError(28, "No space left on device")
        replace_file(source, target)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(SaveError, match="No space left"):
        correct(first.model, str(first.path), INK[1], "1")
    assert before == (own_path().read_bytes(), first.path.read_bytes())


def test_a_broken_set_is_named_and_nothing_is_taught(user_folder: Path, model: Model) -> None:
    user_folder.mkdir()
    own_path().write_bytes(b"?\n")
    with pytest.raises(DrawingError, match=r"own\.jsonl, line 1"):
        correct(model, "first-light", INK[0], "1")
    assert own_path().read_bytes() == b"?\n"
    assert networks.taught_networks() == []


def test_a_network_that_cannot_rehearse_leaves_the_set_alone(
    user_folder: Path, model: Model
) -> None:
    letters = replace(model, class_names=tuple("ABCDEFGHIJ"), trained_on=TrainedOn("letters"))
    with pytest.raises(DataError, match="must rehearse"):
        correct(letters, "letters", INK[0], "A")
    assert not own_path().exists()


def test_of_a_committee_the_first_network_is_taught(user_folder: Path) -> None:
    committee = networks.find("committee")
    correction = correct(committee, "committee", INK[0], "1")
    assert correction.model.name == "committee, taught by you"
    assert correction.model.taught_from == "committee"
    assert correction.model.network.spec.widths == committee.network.spec.widths
    again = correct(correction.model, str(correction.path), INK[1], "1")
    assert again.model.taught_from == "committee"
    assert again.own.digits == 2
