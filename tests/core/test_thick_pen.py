"""The way of a thick pen, found again from the outline of its ink."""

from itertools import pairwise

import numpy as np
import pytest

from core.drawing import Drawing, read_bundled_ink
from core.preparation import prepare
from core.raster import cover
from core.thick_pen import MARGIN, depths, trace_pen
from core.variants import pictured

RADIUS = 9.0


def line(*corners: tuple[float, float]) -> np.ndarray:
    """Points along straight lines, (2, n)."""
    ways = [np.linspace(a, b, 60) for a, b in pairwise(corners)]
    return np.concatenate(ways).T.astype(np.float32)


def test_depths_are_distances_from_the_edge() -> None:
    rng = np.random.default_rng(0)
    mask = rng.random((23, 31)) < 0.9
    outside = np.argwhere(~np.pad(mask, 1)) - 1
    expected = [
        np.sqrt(np.square(outside - place).sum(axis=1).min()) - 0.5 for place in np.argwhere(mask)
    ]
    np.testing.assert_allclose(depths(mask)[mask], expected, rtol=1e-5)
    assert not depths(mask)[~mask].any()


def test_the_radius_of_a_pen_is_found() -> None:
    for radius in (7.0, 9.0, 14.0):
        ink = cover(line((25, 25), (65, 30), (40, 95)), radius, (120, 90))
        trace = trace_pen(ink)
        assert trace is not None
        assert trace.radius == pytest.approx(radius, abs=1.2)


def test_the_way_of_a_pen_is_found() -> None:
    way = line((25, 25), (65, 30), (40, 95))
    trace = trace_pen(cover(way, RADIUS, (120, 90)))
    assert trace is not None
    apart = np.hypot(*(trace.outline[:, :, None] - MARGIN - way[:, None, :])).min(axis=1)
    assert np.percentile(apart, 95) < 1.5
    assert trace.length == pytest.approx(70, abs=3)


def test_a_ring_that_has_run_full_is_open_again() -> None:
    angles = np.linspace(0, 2 * np.pi, 200)
    ring = np.array([50 + 8 * np.cos(angles), 40 + 8 * np.sin(angles)], np.float32)
    ink = cover(np.hstack([ring, line((50, 48), (50, 110))]), RADIUS, (130, 100))
    assert ink[40, 50] == 1
    trace = trace_pen(ink)
    assert trace is not None
    again = trace.drawn(6.0)
    assert again[40 + MARGIN, 50 + MARGIN] < 0.5
    assert again[32 + MARGIN, 50 + MARGIN] == again[100 + MARGIN, 50 + MARGIN] == 1


def test_ink_of_no_round_pen_is_not_traced() -> None:
    wedge = np.zeros((120, 90), np.float32)
    for y in range(10, 110):
        wedge[y, 45 - y // 3 : 45 + y // 3] = 1
    assert trace_pen(wedge) is None


@pytest.mark.parametrize("label", [3, 6, 8, 9])
def test_thick_pens_leave_what_can_be_seen(label: int) -> None:
    for drawing in read_bundled_ink("ink/samples.jsonl"):
        if drawing.label == label:
            picture = pictured(drawing, 200, 40)
            image, wanted = prepare(Drawing((200, 200), picture=picture)), prepare(drawing)
            assert image is not None
            assert wanted is not None
            apart = np.abs(image.astype(float) - wanted).sum() / wanted.sum(dtype=float)
            assert apart < 0.6
