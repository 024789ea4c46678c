"""Strokes grow towards their brightest neighbour and shrink towards their darkest."""

import numpy as np
import pytest

from core.ink_changes import change_width
from core.resample import MARGIN

INSIDE = np.s_[:, MARGIN:-MARGIN, MARGIN:-MARGIN]


def padded(seed=0, count=20):
    images = np.zeros((count, 12 + 2 * MARGIN, 9 + 2 * MARGIN), np.uint8)
    images[INSIDE] = np.random.default_rng(seed).integers(0, 256, (count, 12, 9))
    return images


@pytest.mark.parametrize(("amount", "extreme"), [(1.0, np.max), (-1.0, np.min)])
def test_an_amount_of_one_takes_the_extreme_of_a_pixel_and_its_four_neighbours(
    amount, extreme
) -> None:
    images = padded()
    around = [np.roll(images, step, axis) for axis in (1, 2) for step in (-1, 1)]
    wanted = extreme([images, *around], axis=0)[INSIDE]
    change_width(images, np.full(len(images), amount, np.float32))
    assert np.array_equal(images[INSIDE], wanted)


def test_a_part_of_it_lies_between_and_each_image_has_an_amount_of_its_own() -> None:
    before, images, full = padded(), padded(), padded()
    amounts = np.resize(np.float32([0.5, -0.5, 0.0]), len(images))
    change_width(full, np.sign(amounts))
    change_width(images, amounts)
    between = (before.astype(float) + full) / 2
    assert np.abs(images - between)[amounts != 0].max() <= 0.5
    assert np.array_equal(images[amounts == 0], before[amounts == 0])


def test_the_margin_stays_black() -> None:
    images = padded()
    change_width(images, np.ones(len(images), np.float32))
    images[INSIDE] = 0
    assert not images.any()
