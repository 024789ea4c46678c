"""Photographs of digits on paper, made here, are read by `zmlp predict`."""

import json
from pathlib import Path

import numpy as np
import pytest

from core.digits import Digits
from core.drawing import Drawing, read_bundled_ink
from core.picture_ink import find_ink
from core.preparation import prepare
from tests.core.paper_photos import Photograph, photographs
from zmlp_gui.__main__ import main

COUNT = 210
WANTED = 0.95


@pytest.fixture(scope="module")
def photos(digits: Digits) -> list[Photograph]:
    ink = read_bundled_ink("ink/samples.jsonl")
    return list(photographs(ink, digits.test.images, digits.test.labels, COUNT))


def test_95_of_100_photographs_are_read_right(
    photos: list[Photograph], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = []
    for number, photo in enumerate(photos):
        files.append(tmp_path / f"{number}.jpg")
        files[-1].write_bytes(photo.data)
    assert main(["predict", "--json", *map(str, files)]) == 0
    answers = [json.loads(line)["digit"] for line in capsys.readouterr().out.splitlines()]
    wrong = [
        f"{number}: {photo.label} read as {answer}, {photo.story}"
        for number, (photo, answer) in enumerate(zip(photos, answers, strict=True))
        if answer != str(photo.label)
    ]
    assert len(wrong) <= (1 - WANTED) * len(photos), "\n".join(wrong)


def test_photographs_are_of_every_kind(photos: list[Photograph]) -> None:
    stories = " ".join(photo.story for photo in photos)
    for words in ("ballpoint", "pencil", "felt tip", "brush", "chalk", "plain", "ruled", "squared"):
        assert words in stories
    for words in ("desk", "turned"):
        assert words in stories
    assert {photo.label for photo in photos} == set(range(10))


def test_photographs_are_always_the_same(photos: list[Photograph], digits: Digits) -> None:
    ink = read_bundled_ink("ink/samples.jsonl")
    again = photographs(ink, digits.test.images, digits.test.labels, 3)
    assert [photo.data for photo in again] == [photo.data for photo in photos[:3]]


def black_on_white(side: int = 300) -> np.ndarray:
    """A thin 4 in the middle of white paper."""
    picture = np.full((side, side), 255, np.uint8)
    picture[80:170, 110:116] = picture[164:170, 110:190] = picture[110:220, 160:166] = 0
    return picture


def looks_like(one: np.ndarray, other: np.ndarray) -> bool:
    first, second = (
        prepare(Drawing((each.shape[1], each.shape[0]), picture=each)) for each in (one, other)
    )
    assert first is not None
    assert second is not None
    difference = np.abs(first.astype(float) - second).sum()
    return bool(difference < 0.2 * max(first.sum(), second.sum()))


@pytest.mark.parametrize("light", [0.35, 0.5, 0.7])
def test_the_edge_of_a_shadow_is_no_ink(light: float) -> None:
    clean = black_on_white()
    shaded = clean.astype(float)
    y, x = np.mgrid[:300, :300]
    shaded[x + 0.4 * y > 190] *= light
    assert looks_like(shaded.astype(np.uint8), clean)


@pytest.mark.parametrize("width", [4, 15, 40])
@pytest.mark.parametrize("grey", [0, 90])
def test_a_table_beyond_the_paper_is_no_ink(width: int, grey: int) -> None:
    clean = black_on_white()
    lying = clean.copy()
    for turn in range(3):
        np.rot90(lying, turn)[:width] = grey
        assert looks_like(lying.copy(), clean)


@pytest.mark.parametrize("grey", [0, 90])
def test_a_narrow_frame_is_no_ink(grey: int) -> None:
    clean = black_on_white()
    framed = np.full_like(clean, grey)
    framed[15:-15, 15:-15] = clean[15:-15, 15:-15]
    assert looks_like(framed, clean)


def test_a_shadow_alone_is_no_ink() -> None:
    paper = np.full((300, 400), 220, np.uint8)
    paper[:, 170:] = 110
    assert find_ink(paper) is None
