"""Variants of drawings: other ink of the same digit, as strokes and as pictures."""

import numpy as np
import pytest

from core.drawing import Drawing, Stroke, read_ink, write_ink
from core.errors import DrawingError
from core.ink_data import load_ink
from core.preparation import prepare
from core.variants import SIDES, WIDEST_PEN, painted, rewritten, variants
from core.vary_command import vary


def seven(label=7, writer="3"):
    """A seven of two strokes, 100 units tall."""
    top = np.array([[200, 100], [260, 100], [220, 200]], np.float32)
    bar = np.array([[215, 150], [250, 150]], np.float32)
    return Drawing((500, 400), (Stroke(top, 9.0), Stroke(bar, 9.0)), label=label, writer=writer)


def images(drawings):
    return np.stack([prepare(each) for each in drawings]).astype(float)


def test_every_variant_is_another_and_still_much_the_same():
    random = np.random.default_rng(0)
    original = prepare(seven()).astype(float)
    made = images(rewritten(seven(), random) for _ in range(20))
    far = np.abs(made - original).mean(axis=(1, 2))
    assert len(np.unique(far)) == 20
    assert (far > 2).all()
    # Ink of another digit at the same place: a seven's mirror image.
    mirrored = np.abs(made - original[:, ::-1]).mean(axis=(1, 2))
    assert (far < mirrored).mean() >= 0.9


def test_a_variant_keeps_paper_pens_label_and_writer():
    variant = rewritten(seven(), np.random.default_rng(0))
    assert (variant.size, variant.label, variant.writer) == ((500, 400), 7, "3")
    assert [stroke.width for stroke in variant.strokes] == [9.0, 9.0]


def test_a_straight_line_bends():
    line = Drawing((100, 100), (Stroke(np.array([[50, 10], [50, 90]], np.float32), 5.0),), label=1)
    points = rewritten(line, np.random.default_rng(1)).strokes[0].points
    first, last = points[0], points[-1]
    along = (last - first) / np.linalg.norm(last - first)
    beside = np.abs((points - first) @ np.array([-along[1], along[0]]))
    assert beside.max() > 0.5


def test_strokes_move_against_each_other():
    offsets = []
    for seed in range(10):
        top, bar = rewritten(seven(), np.random.default_rng(seed)).strokes
        offsets.append(bar.points.mean(axis=0) - top.points.mean(axis=0))
    assert np.std(offsets, axis=0).min() > 1


def test_a_dot_stays_a_dot():
    dot = Drawing((100, 100), (Stroke(np.array([[30, 40]], np.float32), 5.0),), label=1)
    points = rewritten(dot, np.random.default_rng(0)).strokes[0].points
    assert np.ptp(points, axis=0).max() < 1e-3
    assert np.abs(points - [30, 40]).max() < 1
    assert painted(dot, np.random.default_rng(0)).picture.min() < 200


def test_pictures_are_of_any_size_and_pen():
    random = np.random.default_rng(0)
    pictures = [painted(seven(), random) for _ in range(200)]
    sides = [each.picture.shape[0] for each in pictures]
    assert sides == [each.picture.shape[1] for each in pictures]
    assert min(sides) < 2 * SIDES[0]
    assert max(sides) > SIDES[1] / 2
    inked = [1 - each.picture.mean() / 255 for each in pictures]
    assert min(inked) < 0.05
    assert max(inked) > 0.3
    assert any(np.unique(each.picture).tolist() == [0, 255] for each in pictures)
    assert WIDEST_PEN == 1 / 4


def test_a_picture_is_read_as_the_strokes_are():
    random = np.random.default_rng(2)
    original = prepare(seven()).astype(float)
    far = np.abs(images(painted(seven(), random) for _ in range(20)) - original).mean(axis=(1, 2))
    assert np.median(far) < np.abs(original[:, ::-1] - original).mean() / 2


def test_the_seed_and_the_place_decide():
    drawings = [seven(), seven(), seven(label=None), seven()]
    first, again = (images(variants(drawings, 2, 1, seed=5)) for _ in range(2))
    assert len(first) == 9
    assert np.array_equal(first, again)
    assert not np.array_equal(first[:3], first[3:6])
    # What cannot be varied still has its place.
    assert np.array_equal(images(variants(drawings[:2], 2, 1, seed=5)), first[:6])
    assert not np.array_equal(images(variants(drawings, 2, 1, seed=6)), first)


def test_the_command_writes_ink_whose_writers_stay_apart(tmp_path, capsys):
    ink, output = tmp_path / "ink.jsonl", tmp_path / "varied.jsonl.gz"
    write_ink(ink, [seven(label=label, writer=str(who)) for who in range(3) for label in range(4)])
    assert vary(str(ink), str(output), 2, 1, 0, False) == 0
    assert "36 variants" in capsys.readouterr().out
    assert {each.writer for each in read_ink(output)} == {"0", "1", "2"}
    assert len(load_ink(output).test) == 12


def test_ink_without_labels_gives_one_sentence(tmp_path):
    ink = tmp_path / "ink.jsonl"
    write_ink(ink, [seven(label=None)])
    with pytest.raises(DrawingError, match="no drawing with strokes and a label"):
        vary(str(ink), str(tmp_path / "varied.jsonl"), 2, 1, 0, False)
    assert not (tmp_path / "varied.jsonl").exists()


def test_the_output_is_named_as_ink(tmp_path):
    with pytest.raises(DrawingError, match=r"ends in \.jsonl"):
        vary("ink.jsonl", str(tmp_path / "varied.npz"), 2, 1, 0, False)
