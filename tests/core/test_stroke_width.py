"""Stroke widths: measured, changed, and strokes thinned to lines."""

import numpy as np
import pytest

from core.stroke_width import change_width, stroke_width, thin


def test_the_width_of_a_bar_is_measured() -> None:
    for width in (3, 8, 15):
        bar = np.zeros((200, 40), np.float32)
        bar[5:-5, 10 : 10 + width] = 1
        assert stroke_width(bar) == pytest.approx(width, rel=0.1)


@pytest.mark.parametrize("change", [-9.0, -4.0, 3.0, 7.5])
def test_the_width_of_a_bar_is_changed(change: float) -> None:
    bar = np.zeros((120, 40), np.bool_)
    bar[10:-10, 12:25] = True
    changed = change_width(bar, 13, change)
    middle = changed.shape[0] // 2
    assert changed[middle].sum() == pytest.approx(13 + change, abs=1.1)


def test_thinning_leaves_a_line_where_a_stroke_was() -> None:
    ring = np.hypot(*(np.mgrid[:60, :60] - 30))
    line = thin((ring > 12) & (ring < 22))
    assert np.abs(ring[line] - 17).max() < 2
    assert line.sum() < 140
