"""Images are read between their pixels as the formula of bilinear interpolation says."""

import numpy as np
import pytest

from core.resample import MARGIN, PART, Resampler


def filled(shape, count, seed=0):
    """A resampler with random images and random places, some of them far outside."""
    random = np.random.default_rng(seed)
    resampler = Resampler(shape, count)
    inside = np.s_[:, MARGIN:-MARGIN, MARGIN:-MARGIN]
    resampler.padded[inside] = random.integers(0, 256, (count, *shape))
    resampler.places[:] = random.normal(0.0, max(shape) / 2, resampler.places.shape)
    return resampler


def read_one_by_one(resampler, shape):
    """The same by the formula, in float64, with black all round."""
    height, width = shape
    count = len(resampler)
    black = 100
    images = np.pad(resampler.padded.astype(float), ((0, 0), (black, black), (black, black)))
    y, x = resampler.places.reshape(2, count, -1).astype(float)
    y, x = y + height / 2 + MARGIN + black, x + width / 2 + MARGIN + black
    top, left = np.floor(y).astype(int), np.floor(x).astype(int)
    down, right = y - top, x - left
    each = np.arange(count)[:, None]
    return (
        images[each, top, left] * (1 - down) * (1 - right)
        + images[each, top, left + 1] * (1 - down) * right
        + images[each, top + 1, left] * down * (1 - right)
        + images[each, top + 1, left + 1] * down * right
    )


@pytest.mark.parametrize("shape", [(28, 28), (5, 9), (1, 30), (30, 1)])
@pytest.mark.parametrize("count", [1, PART - 1, PART, 2 * PART + 3])
def test_each_value_is_mixed_of_its_four_neighbours(shape, count) -> None:
    resampler = filled(shape, count)
    wanted = read_one_by_one(resampler, shape)
    assert np.abs(resampler.read(count) - wanted).max() < 0.01


def test_the_first_images_are_read_as_they_are_among_all() -> None:
    among_all = filled((28, 28), 64).read(64)
    some = filled((28, 28), 64)
    # Where seven are read, the places of their columns follow those of seven rows.
    some.places[7:14] = some.places[64:71]
    assert np.array_equal(some.read(7), among_all[:7])
