"""Distillation: a network learns from what the bundled committee answers."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import teachers
from core.checkpoint import CHECKPOINT, Checkpoint, digest, read_checkpoint, write_checkpoint
from core.committee import load_bundled_committee
from core.digits import Digits, Part
from core.errors import RunError, SpecError
from core.network import Network
from core.spec import NetworkSpec, TrainingSpec
from core.teachers import Teachers
from core.training import Training

NET = NetworkSpec((32,))
SPEC = TrainingSpec(epochs=2, batch_size=20, optimizer="adam", learning_rate=0.003)


def trained(few: Digits, spec: TrainingSpec) -> Network:
    network = Network(NET).initialize(1)
    list(Training(network, few, spec))
    return network


@pytest.fixture
def mislabelled(few: Digits) -> Digits:
    """The same digits, and every label of the training part wrong."""
    labels = few.learning.labels.copy()
    learned = len(few.training)
    labels[:learned] = (labels[:learned] + 1) % 10
    return replace(few, learning=Part(few.learning.images, labels))


def test_the_teachers_are_the_bundled_committee_and_sure_of_what_it_is_sure_of(few: Digits) -> None:
    part = few.test
    shares = Teachers(1.0).shares(part.images / np.float32(255), part.labels)
    committee = load_bundled_committee(teachers.TEACHERS)
    np.testing.assert_allclose(shares, committee.predict(part.images), atol=1e-6)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, atol=1e-5)


def test_a_part_of_each_label_stays(few: Digits) -> None:
    part = few.test
    wrong = (part.labels + 1) % 10
    images = part.images / np.float32(255)
    told, alone = Teachers(0.3).shares(images, wrong), Teachers(1.0).shares(images, wrong)
    np.testing.assert_allclose(told, 0.3 * alone + 0.7 * np.eye(10)[wrong], atol=1e-6)


def test_who_learns_from_the_teachers_alone_needs_no_labels(
    few: Digits, mislabelled: Digits
) -> None:
    taught = SPEC.replace(distillation=1.0, validation=False, dropout=0.2, shift=1)
    digits, others = few.without_validation(), mislabelled.without_validation()
    one, other = trained(digits, taught), trained(others, taught)
    np.testing.assert_array_equal(one.values, other.values)
    plain = taught.replace(distillation=0.0)
    assert (trained(digits, plain).values != trained(others, plain).values).any()


def test_it_learns_what_the_digits_are(few: Digits, mislabelled: Digits) -> None:
    spec = SPEC.replace(epochs=60, distillation=1.0)
    part = few.training
    answers = trained(mislabelled, spec).predict(part.images)
    assert (answers.argmax(axis=1) == part.labels).mean() > 0.95


def test_the_compiled_loop_leaves_it_to_numpy(few: Digits) -> None:
    run = Training(Network(NET), few, SPEC.replace(distillation=0.5))
    assert run.spec.kernel != "compiled"


@pytest.mark.parametrize(
    "other",
    [
        lambda few: replace(few, class_names=tuple("abcdefghij")),
        lambda few: replace(
            few,
            learning=Part(few.learning.images[:, 4:-4, 4:-4], few.learning.labels),
            test=Part(few.test.images[:, 4:-4, 4:-4], few.test.labels),
        ),
    ],
    ids=["other classes", "other images"],
)
def test_the_teachers_are_asked_for_nothing_but_digits(few: Digits, other) -> None:  # type: ignore[no-untyped-def]
    digits = other(few)
    network = Network(NET.replace(inputs=digits.image_shape))
    said = "Distillation cannot be “0.5” with few: its teachers read the digits 0 to 9"
    with pytest.raises(SpecError, match=said):
        Training(network, digits, SPEC.replace(distillation=0.5))


def test_a_run_does_not_go_on_with_other_teachers(
    few: Digits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = SPEC.replace(distillation=0.5)
    run = Training(Network(NET).initialize(1), few, spec)
    next(iter(run))
    path = tmp_path / CHECKPOINT
    write_checkpoint(path, Checkpoint(run.state(), "few", digest(few), 1))
    read_checkpoint(path, Training(Network(NET), few, spec))
    monkeypatch.setattr(teachers, "load_bundled_committee", _another_committee)
    other = Training(Network(NET), few, spec)
    with pytest.raises(RunError, match="its teachers were those of another version of zmlp"):
        read_checkpoint(path, other)
    with pytest.raises(SpecError, match="other teachers"):
        other.restore(run.state())


def _another_committee(name: str):  # type: ignore[no-untyped-def]
    committee = load_bundled_committee(name)
    return replace(committee, voices=committee.voices[:1])
