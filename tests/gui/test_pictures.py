"""The window's main states look as their reference pictures; `make pictures` shows what differs."""

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.pictures.__main__ import reference, take_all
from tests.pictures.compare import compare, open_picture, side_by_side
from tests.pictures.take import SCALES, names

ALL = [pytest.param(scale, name, id=name) for scale in SCALES for name in names(scale)]


@pytest.fixture(scope="session")
def taken(tmp_path_factory):
    """Takes the pictures of a scale when the first of them is asked for."""
    folder = tmp_path_factory.mktemp("pictures")
    done = set()

    def take(scale: int) -> Path:
        if scale not in done:
            take_all(folder, scale)
            done.add(scale)
        return folder

    return take


@pytest.mark.skipif(sys.platform != "linux", reason="other systems paint letters in another way")
@pytest.mark.parametrize(("scale", "name"), ALL)
def test_the_window_looks_as_its_reference(taken, scale, name):
    shot = open_picture(taken(scale) / f"{name}.png")
    difference = compare(shot, open_picture(reference(name)), scale)
    assert not difference.matters, f"{difference.words}: run `make pictures` and look"


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    return open_picture(reference(names(1)[0]))


def test_the_same_picture_does_not_differ(picture):
    assert compare(picture, picture, 1).share == 0.0


def test_a_little_noise_on_every_pixel_does_not_matter(picture):
    noise = np.random.default_rng(0).integers(-6, 7, (*picture.size[::-1], 3))
    noisy = np.clip(np.asarray(picture, np.int64) + noise, 0, 255).astype(np.uint8)
    assert not compare(Image.fromarray(noisy), picture, 1).matters


def test_a_button_that_moved_is_found(picture):
    moved = picture.copy()
    button = picture.crop((780, 250, 1330, 290))
    moved.paste(button, (780, 262))
    difference = compare(moved, picture, 1)
    assert difference.matters
    rows = np.flatnonzero(difference.blocks.any(axis=1))
    assert 240 <= 6 * rows.min() <= 6 * rows.max() <= 306


def test_another_size_is_named(picture):
    difference = compare(picture.crop((0, 0, 1300, 768)), picture, 1)
    assert difference.matters
    assert "1300×768 instead of 1366×768" in difference.words
    assert side_by_side(picture, picture, difference).width > 2 * picture.width
