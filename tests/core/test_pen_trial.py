"""Strokes as pictures of any pen, and what is read of them."""

import numpy as np
import pytest

from core import networks
from core.drawing import Drawing, Stroke, read_bundled_ink
from core.errors import DrawingError
from core.pen_trial import try_pens
from core.reader import Reader
from core.stroke_width import stroke_width
from core.variants import pictured


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(networks.find("hand"))


@pytest.fixture(scope="module")
def samples() -> list[Drawing]:
    return read_bundled_ink("ink/samples.jsonl")


@pytest.mark.parametrize("side", [16, 64, 200])
@pytest.mark.parametrize("part", [1 / 20, 1 / 8, 1 / 4])
def test_strokes_and_pen_just_fill_the_picture(
    side: int, part: float, samples: list[Drawing]
) -> None:
    for drawing in samples[:5]:
        ink = pictured(drawing, side, max(1.0, part * side)) < 128
        rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
        longer = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
        assert longer == pytest.approx(side - 2 * max(1.0, 0.03 * side), abs=2)
        assert ink[1:-1, 1:-1].sum() == ink.sum()


def test_the_pen_has_its_width() -> None:
    line = Drawing((500, 500), (Stroke(np.array([[250, 50], [250, 450]], np.float32), 9.0),))
    for pen in (4.0, 12.0, 50.0):
        ink = 1 - pictured(line, 200, pen) / np.float32(255)
        assert ink[100].sum() == pytest.approx(pen, abs=0.6)
    assert stroke_width(1 - pictured(line, 1000, 1.0) / np.float32(255)) < 2.1


def test_hard_edges_are_black_or_white(samples: list[Drawing]) -> None:
    assert set(np.unique(pictured(samples[0], 64, 6.4, smooth=False))) == {0, 255}


def test_pens_are_tried_side_by_side(reader: Reader, samples: list[Drawing]) -> None:
    trial = try_pens(reader, samples, limit=10, sides=(28, 64), pens=(0.0, 1 / 10))
    assert [share.side for share in trial.shares] == [28, 28, 64, 64]
    assert [share.pen for share in trial.shares] == pytest.approx([1.0, 2.8, 1.0, 6.4])
    assert trial.drawings == 10
    assert trial.kept >= 0.9
    assert all(0 <= share.right <= 1 for share in trial.shares)


def test_only_what_is_read_right_as_strokes_can_be_kept(
    reader: Reader, samples: list[Drawing]
) -> None:
    wrong = [Drawing(each.size, each.strokes, label=(each.label or 0) + 1) for each in samples[:3]]
    wrong = [each for each in wrong if each.label is not None and each.label < 10]
    trial = try_pens(reader, [*samples[:5], *wrong], sides=(64,), pens=(1 / 16,))
    assert trial.strokes == pytest.approx(5 / (5 + len(wrong)))
    assert trial.shares[0].right == pytest.approx(5 / (5 + len(wrong)))
    assert trial.shares[0].kept == 1.0


def test_drawings_without_labels_are_refused(reader: Reader, samples: list[Drawing]) -> None:
    with pytest.raises(DrawingError, match="label"):
        try_pens(reader, [Drawing(samples[0].size, samples[0].strokes)])
