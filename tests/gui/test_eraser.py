"""The eraser's cuts: exact places, nothing lost beside them, nothing left under them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.drawing import Drawing, Stroke
from core.picture_ink import find_ink
from core.preparation import prepare
from zmlp_gui.ink.eraser import bare_paper, erase

BOX = (1000.0, 1000.0)


def drawing(*points: tuple[float, float], width: float = 2.0, timed: bool = False) -> Drawing:
    ink = np.array(points, np.float32)
    times = np.arange(len(ink), dtype=np.float32) if timed else None
    return Drawing(BOX, (Stroke(ink, width, times, times),))


def test_a_line_is_cut_at_the_edge_of_the_ink_that_was_touched():
    left, right = erase(drawing((0, 0), (100, 0)), (50, -20), (50, 20), 9.0).strokes
    np.testing.assert_allclose(left.points, [[0, 0], [40, 0]], atol=1e-4)
    np.testing.assert_allclose(right.points, [[60, 0], [100, 0]], atol=1e-4)


def test_times_and_pressures_are_cut_at_the_same_places():
    cut = erase(drawing((0, 0), (100, 0), (200, 0), timed=True), (50, 0), (50, 0), 9.0)
    left, right = cut.strokes
    np.testing.assert_allclose(left.times, [0.0, 0.4], atol=1e-5)
    np.testing.assert_allclose(right.times, [0.6, 1.0, 2.0], atol=1e-5)
    np.testing.assert_allclose(right.pressures, right.times)


def test_what_is_not_touched_stays_the_same_object():
    before = drawing((0, 0), (100, 0))
    assert erase(before, (50, 30), (80, 40), 9.0) is before


def test_a_stroke_wholly_under_the_eraser_is_gone():
    assert erase(drawing((0, 0), (10, 0), (10, 5)), (-20, 0), (40, 0), 15.0).is_empty


def test_dots_are_erased_whole_or_not_at_all():
    assert erase(drawing((50, 50)), (0, 0), (100, 100), 5.0).is_empty
    before = drawing((50, 80))
    assert erase(before, (0, 0), (100, 100), 5.0) is before


def test_a_fast_sweep_erases_all_along_its_way():
    bars = Drawing(
        BOX,
        tuple(Stroke(np.array([[x, -50], [x, 50]], np.float32), 2.0) for x in range(0, 1000, 10)),
    )
    assert len(erase(bars, (0, 0), (990, 0), 5.0).strokes) == 200


def test_a_pen_that_rested_is_cut_too():
    cut = erase(drawing((0, 0), (50, 0), (50, 0), (50, 0), (100, 0)), (50, 0), (50, 0), 9.0)
    assert [stroke.points[:, 0].tolist() for stroke in cut.strokes] == [
        pytest.approx([0, 40]),
        pytest.approx([60, 100]),
    ]


coordinates = st.floats(-100, 100, width=32).map(lambda value: round(value, 2))
places = st.tuples(coordinates, coordinates)


@settings(deadline=None)
@given(st.lists(places, min_size=1, max_size=12), places, places, st.floats(0.5, 60))
def test_what_is_left_is_exactly_what_lay_out_of_reach(points, start, end, radius):
    width = 4.0
    before = drawing(*points, width=width)
    after = erase(before, start, end, radius)
    reach = radius + width / 2

    def distance(place: np.ndarray) -> float:
        way = np.subtract(end, start)
        t = np.clip((place - start) @ way / max(float(way @ way), 1e-12), 0, 1)
        return float(np.hypot(*(place - start - t * way)))

    def length(strokes: tuple[Stroke, ...]) -> float:
        return sum(float(np.hypot(*np.diff(s.points, axis=0).T).sum()) for s in strokes)

    kept = [place for stroke in after.strokes for place in walk(stroke.points.astype(float))]
    assert all(distance(place) >= reach - 0.05 for place in kept)
    walked = walk(before.strokes[0].points.astype(float))
    outside = sum(distance(place) > reach for place in walked) / len(walked)
    whole = length(before.strokes)
    assert length(after.strokes) == pytest.approx(outside * whole, abs=0.02 * whole + 1.0)


def walk(points: np.ndarray, steps: int = 400) -> np.ndarray:
    """Places evenly spaced along a line."""
    if len(points) == 1:
        return points
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.linspace(0, along[-1], steps)
    return np.stack([np.interp(at, along, points[:, axis]) for axis in (0, 1)], axis=1)


def test_a_picture_gets_its_own_paper_back():
    picture = np.full((20, 40), 200, np.uint8)
    picture[8:12, 10:30] = 10
    before = Drawing((400.0, 200.0), picture=picture)
    after = erase(before, (100, 100), (200, 100), 25.0)
    assert (after.picture[8:12, 10:20] == 200).all()
    assert (after.picture[8:12, 24:30] == 10).all()
    assert (picture[8:12, 10:30] == 10).all()


def test_an_eraser_beside_the_ink_of_a_picture_changes_nothing():
    picture = np.zeros((28, 28), np.uint8)
    picture[10:18, 10:18] = 255
    before = Drawing((28.0, 28.0), picture=picture)
    assert erase(before, (2, 2), (4, 25), 1.5) is before
    assert erase(before, (-40, 2), (-40, 25), 1.5) is before


def lit_unevenly() -> np.ndarray:
    """A photograph of a bar: light that falls from the left, a shadow below."""
    shadow = np.where(np.arange(240) < 150, 1.0, 0.6)
    picture = np.outer(shadow, np.linspace(230.0, 120.0, 300)).astype(np.uint8)
    picture[60:210, 140:152] = 30
    return picture


@pytest.mark.parametrize("turn", [np.asarray, np.invert], ids=["dark ink", "light ink"])
def test_on_a_photograph_the_paper_of_that_place_comes_to_light(turn):
    picture = turn(lit_unevenly())
    before = Drawing((300.0, 240.0), picture=picture)
    assert prepare(before) is not None
    after = erase(before, (146, 50), (146, 220), 14.0, bare_paper(before))
    assert prepare(after) is None
    bare = lit_unevenly()
    bare[60:210, 140:152] = bare[60:210, 139:140]
    difference = np.abs(after.picture.astype(int) - turn(bare))
    assert np.percentile(difference, 99) < 12


def test_half_of_a_photographed_stroke_can_be_erased():
    before = Drawing((300.0, 240.0), picture=lit_unevenly())
    after = erase(before, (146, 175), (146, 220), 26.0, bare_paper(before))
    left, top, right, bottom = find_ink(after.picture).box
    assert top < 62 < 140 < bottom < 165
    assert 125 < left < 140 < 152 < right < 170


def test_small_pictures_are_even():
    assert bare_paper(Drawing((28.0, 28.0), picture=np.zeros((28, 28), np.uint8))) is None
    assert bare_paper(Drawing((28.0, 28.0))) is None
