"""The pen and the loupe: what they draw and shrink has the mass and the place that it should."""

import numpy as np
import pytest

from core.raster import cover, merge, resample, sample


def test_shrinking_keeps_mass_and_its_centre() -> None:
    image = np.zeros((60, 60), np.float32)
    image[20:31, 33:40] = np.random.default_rng(0).uniform(0, 1, (11, 7))
    small = resample(image, (-3.3, 1.7, 63.9, 64.0), (20, 24))
    cell = 67.2 / 24, 62.3 / 20
    assert small.sum() * cell[0] * cell[1] == pytest.approx(image.sum(), rel=1e-4)
    x = (small.sum(axis=0) @ (np.arange(24) + 0.5)) / small.sum() * cell[0] - 3.3
    assert x == pytest.approx((image.sum(axis=0) @ (np.arange(60) + 0.5)) / image.sum(), abs=0.3)


def test_resampling_to_the_same_size_changes_nothing() -> None:
    image = np.random.default_rng(0).uniform(0, 1, (9, 14)).astype(np.float32)
    np.testing.assert_allclose(resample(image, (0, 0, 14, 9), (9, 14)), image, atol=1e-6)


def test_large_and_small_products_are_the_same_by_either_way() -> None:
    image = np.random.default_rng(0).uniform(0, 1, (300, 200)).astype(np.float32)
    large = resample(image, (0, 0, 200, 300), (150, 100))
    np.testing.assert_allclose(large, image.reshape(150, 2, 100, 2).mean((1, 3)), atol=1e-5)


def test_a_pen_covers_what_a_round_pen_covers() -> None:
    disc = cover(np.array([[10.3], [11.8]], np.float32), 5.0, (24, 24))
    assert disc.sum() == pytest.approx(np.pi * 25, rel=0.01)
    assert disc.max() == 1


def test_samples_lie_close_together_and_keep_every_end() -> None:
    corners = np.array([[0, 10, 40, 40, 7], [0, 0, 0, 30, 7]], np.float32)
    points = sample(corners, [2, 2, 1], 0.5)
    for end in corners.T:
        assert np.hypot(*(points.T - end).T).min() == 0
    # Nothing between the lines, where the pen was in the air.
    assert not ((points[0] > 10) & (points[0] < 39)).any()
    assert points.shape[1] == pytest.approx(80, abs=8)


def test_merging_leaves_a_point_near_each() -> None:
    points = np.random.default_rng(0).uniform(0, 5, (2, 4000)).astype(np.float32)
    kept = merge(points, 0.5)
    assert kept.shape[1] <= 121
    gaps = np.hypot(*(points[:, :, None] - kept[:, None, :]))
    assert gaps.min(axis=1).max() < 0.75
