"""Ink with labels is a data set: writers are kept apart, and it can be joined to others."""

import os
from pathlib import Path

import numpy as np
import pytest

from core import datasets
from core.drawing import Drawing, Stroke, write_ink
from core.errors import DataError
from core.ink_data import judged_drawings
from core.model_file import TrainedOn
from core.preparation import prepare


def drawing(label, writer, x=50.0):
    points = np.array([[x, 10.0], [x + 5 * (label or 0), 90.0]], np.float32)
    return Drawing((100.0, 100.0), (Stroke(points, 8.0),), label=label, writer=writer)


@pytest.fixture
def ink(tmp_path) -> Path:
    """Ten drawings each of six writers, whose names are not in the order of the letters."""
    path = tmp_path / "people.jsonl.gz"
    names = ("10", "9", "2", "11", "1", "30")
    write_ink(path, [drawing(label, name) for label in range(10) for name in names])
    return path


def test_the_last_third_of_the_writers_is_tested_on_and_nobody_learns_from_them(ink) -> None:
    digits = datasets.load(ink)
    assert (len(digits.training), len(digits.validation), len(digits.test)) == (30, 10, 20)
    assert digits.name == "people"
    first = prepare(drawing(3, "1"))
    assert np.array_equal(digits.training.images[3], first)
    assert digits.training.labels[:10].tolist() == list(range(10))


def test_drawings_to_test_on_are_those_of_the_test_part(ink) -> None:
    drawings = judged_drawings(ink)
    assert {each.writer for each in drawings} == {"11", "30"}
    images = sorted(prepare(each).tobytes() for each in drawings)
    assert images == sorted(each.tobytes() for each in datasets.load(ink).test.images)


def test_real_writers_are_parted_twenty_to_ten() -> None:
    folder = next(
        (
            Path(each) / "ink"
            for each in os.environ.get("ZMLP_DATA", "").split(os.pathsep)
            if each and (Path(each) / "ink").is_dir()
        ),
        None,
    )
    if folder is None:
        pytest.skip("ZMLP_DATA names no folder that holds ink")
    digits = datasets.outline(folder / "pendigits-writers30.jsonl.gz")
    assert len(digits.learning) + len(digits.test) == 7494
    assert (len(digits.training), len(digits.validation), len(digits.test)) == (4496, 500, 2498)


def test_an_outline_has_the_labels_and_no_pixels(ink) -> None:
    digits, outline = datasets.load(ink), datasets.outline(ink)
    assert np.array_equal(digits.learning.labels, outline.learning.labels)
    assert outline.learning.images.strides[0] == 0
    assert outline.held_back == digits.held_back


def test_one_person_s_drawings_are_parted_by_class(tmp_path) -> None:
    path = tmp_path / "mine.jsonl"
    write_ink(path, [drawing(label, None, x) for x in (30.0, 50.0, 70.0) for label in range(10)])
    digits = datasets.load(path)
    assert sorted(digits.test.labels.tolist()) == list(range(10))
    assert len(digits.learning) == 20


def test_drawings_without_a_label_are_passed_over_and_too_few_refused(tmp_path) -> None:
    path = tmp_path / "few.jsonl"
    write_ink(path, [drawing(None, "1"), drawing(1, "1")])
    with pytest.raises(DataError, match=r"few\.jsonl holds 1 drawings with a label"):
        datasets.load(path)


def test_a_broken_line_is_named(ink) -> None:
    path = ink.with_name("broken.jsonl")
    path.write_text('{"strokes": [[[1, 2]]], "label": 3}\n{"strokes": 7}\n')
    with pytest.raises(DataError, match=r"broken\.jsonl, line 2: there is no list of strokes"):
        datasets.load(path)


def test_joined_sets_learn_hold_back_and_test_part_by_part(ink) -> None:
    digits, own = datasets.load(f"mnist-5k+{ink}"), datasets.load("mnist-5k")
    people = datasets.load(ink)
    assert digits.name == "mnist-5k+people"
    # The 30 drawings are repeated until they are half as many as the 3,600 digits.
    assert len(digits.training) == 3600 + 1800
    assert np.array_equal(digits.training.images[:3600], own.training.images)
    assert np.array_equal(digits.training.images[-30:], people.training.images)
    assert np.array_equal(digits.validation.labels[400:], people.validation.labels)
    assert len(digits.test) == 1020
    outline = datasets.outline(f"mnist-5k+{ink}")
    assert np.array_equal(outline.learning.labels, digits.learning.labels)
    assert outline.learning.images.strides[0] == 0


def test_sets_of_other_classes_or_a_missing_one_are_refused(ink, tmp_path) -> None:
    other = tmp_path / "eleven.jsonl"
    write_ink(other, [drawing(label, "1") for label in (*range(11), *range(11))])
    with pytest.raises(DataError, match="other images or classes than mnist-5k"):
        datasets.load(f"mnist-5k+{other}")
    with pytest.raises(DataError, match="nowhere"):
        datasets.load("mnist-5k+nowhere")


def test_a_network_that_learned_from_joined_sets_says_what_it_has_seen() -> None:
    assert TrainedOn("mnist+people").overlaps("mnist-5k")
    assert not TrainedOn("mnist+people", "mnist-5k").overlaps("mnist-5k")
    assert not TrainedOn("people+mnist-5k").overlaps("mnist-5k")
