"""Drawings under stress: what a change does to them, what a step saves, and what is lost."""

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from core import networks
from core.drawing import Drawing, Stroke, read_bundled_ink, write_ink
from core.errors import DrawingError, ModelError
from core.picture_ink import find_ink
from core.pictures import encode_png
from core.preparation import Steps, prepare
from core.raster import centre_of_mass
from core.reader import Reader
from core.robustness import KINDS, robustness
from core.stress import AXES, Change, as_picture, changed, read
from core.stress_maps import MAPS, STEP_SETS, labelled, sampled, share_right, tally
from zmlp_gui.__main__ import main

SAMPLES = read_bundled_ink("ink/samples.jsonl")
SEVEN = SAMPLES[7]
BARE = Steps(scale=False, centre=False, pen=False)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(networks.find("first-light"))


def ends(drawing: Drawing) -> np.ndarray:
    """Left, top, right and bottom of the centre lines, in parts of the paper's longer side."""
    return np.array(drawing.bounds) / max(drawing.size)


def middle(image: np.ndarray) -> tuple[float, float]:
    return centre_of_mass(image.astype(np.float32))


def length(image: np.ndarray) -> int:
    rows, columns = np.nonzero(image > 127)
    return int(max(np.ptp(rows), np.ptp(columns))) + 1


# What a change does


def test_no_change_is_the_same_drawing():
    assert changed(SEVEN, Change()) is SEVEN


@pytest.mark.parametrize("size", [0.125, 0.3, 0.8])
def test_ink_is_as_long_as_asked_for(size):
    left, top, right, bottom = ends(changed(SEVEN, Change(size=size)))
    assert max(right - left, bottom - top) == pytest.approx(size, abs=1e-4)


def test_ink_is_at_the_place_asked_for():
    made = changed(SEVEN, Change(x=-0.25, y=0.125, size=0.25))
    left, top, right, bottom = ends(made)
    paper = np.array(made.size) / max(made.size) / 2
    assert (left + right) / 2 == pytest.approx(paper[0] - 0.25, abs=1e-4)
    assert (top + bottom) / 2 == pytest.approx(paper[1] + 0.125, abs=1e-4)


@pytest.mark.parametrize("drawing", [SEVEN, as_picture(SEVEN)], ids=["strokes", "picture"])
def test_ink_never_leaves_the_paper(drawing):
    for change in (Change(x=9, y=-9), Change(size=1.0), Change(size=1.0, pen=0.25, angle=30)):
        seen = as_picture(changed(drawing, change)).picture
        clear = np.concatenate([seen[0], seen[-1], seen[:, 0], seen[:, -1]])
        # A soft edge may touch the rim.
        assert (clear < 100).mean() < 0.2
        assert find_ink(seen) is not None


def test_drawing_turns_clockwise():
    line = Drawing((100, 100), (Stroke(np.array([[20, 50], [80, 50]], np.float32), 4.0),))
    points = changed(line, Change(angle=90)).strokes[0].points
    assert points == pytest.approx(np.array([[50, 20], [50, 80]]), abs=1e-3)


def test_slant_leans_to_the_right():
    line = Drawing((100, 100), (Stroke(np.array([[50, 20], [50, 80]], np.float32), 4.0),))
    top, bottom = changed(line, Change(slant=0.5)).strokes[0].points
    assert top[0] - bottom[0] == pytest.approx(30, abs=1e-3)
    assert bottom[1] - top[1] == pytest.approx(60, abs=1e-3)


def test_pen_grows_with_the_size_unless_it_is_given():
    small = changed(SEVEN, Change(size=0.2)).strokes[0].width
    assert small < SEVEN.strokes[0].width
    given = changed(SEVEN, Change(size=0.2, pen=0.1)).strokes[0].width
    assert given == pytest.approx(0.1 * max(SEVEN.size))


def test_times_and_label_are_kept():
    timed = Stroke(SEVEN.strokes[0].points, 3.0, np.arange(len(SEVEN.strokes[0].points)))
    made = changed(Drawing(SEVEN.size, (timed,), label=7), Change(angle=5))
    assert made.label == 7
    assert np.array_equal(made.strokes[0].times, timed.times)


def test_dot_is_moved_but_not_blown_up():
    dot = Drawing((100, 100), (Stroke(np.array([[5, 5]], np.float32), 4.0),))
    made = changed(dot, Change(x=0, y=0, size=1.0))
    assert made.strokes[0].points == pytest.approx(np.array([[50, 50]]))
    assert made.strokes[0].width == 4.0


def test_empty_sheet_and_bare_paper_stay_as_they_are():
    for blank in (Drawing((10, 10)), Drawing((9, 9), picture=np.full((9, 9), 200, np.uint8))):
        assert changed(blank, Change(size=0.5)) is blank


def test_picture_is_moved_and_shrunk_as_strokes_are():
    change = Change(x=0.2, y=-0.2, size=0.3, angle=20)
    one = as_picture(changed(SEVEN, change)).picture
    other = changed(as_picture(SEVEN), change).picture
    assert one.shape == other.shape
    assert middle(255 - other) == pytest.approx(middle(255 - one), abs=4)
    assert length(255 - other) == pytest.approx(length(255 - one), abs=6)


def test_strokes_in_a_picture_get_the_pen_asked_for():
    masses = [
        int((255 - changed(as_picture(SEVEN), Change(pen=pen)).picture.astype(int)).sum())
        for pen in (0.01, 0.05, 0.2)
    ]
    assert masses == sorted(masses)
    assert masses[2] > 2.5 * masses[1] > 5 * masses[0]


def test_random_pictures_and_strokes_do_no_harm(random):
    for _ in range(3):
        shape = tuple(random.integers(1, 60, 2))
        picture = random.integers(0, 256, shape).astype(np.uint8)
        points = random.uniform(-50, 90, (4, 2)).astype(np.float32)
        drawing = Drawing((30, 50), (Stroke(points, 3.0),), picture=picture)
        for change in (Change(size=0.125, pen=0.25), Change(x=0, size=1, angle=45, pen=1 / 400)):
            for steps in STEP_SETS.values():
                prepare(changed(drawing, change), steps)
                prepare(as_picture(changed(drawing, change)), steps)


# What each step of the preparation is good for


def test_with_all_steps_place_and_size_do_not_show():
    whole = prepare(changed(SEVEN, Change(size=0.9))).astype(int)
    small = prepare(changed(SEVEN, Change(x=0.3, y=-0.3, size=0.2))).astype(int)
    assert np.abs(whole - small).max() <= 3


def test_without_scaling_small_ink_stays_small():
    small = changed(SEVEN, Change(size=0.25))
    assert length(prepare(small)) >= 19
    for drawing in (small, as_picture(small)):
        assert 7 <= length(prepare(drawing, Steps(scale=False))) <= 10


def test_without_scaling_and_centring_ink_stays_where_it_was():
    corner = changed(SEVEN, Change(x=0.3, y=-0.3, size=0.2))
    for drawing in (corner, as_picture(corner)):
        image = prepare(drawing, Steps(scale=False, centre=False))
        x, y = middle(image)
        assert x == pytest.approx(14 + 0.3 * 28, abs=1.5)
        assert y == pytest.approx(14 - 0.3 * 28, abs=1.5)


def test_without_centring_the_box_of_the_ink_is_in_the_middle():
    for drawing in (SEVEN, as_picture(SEVEN)):
        image = prepare(drawing, Steps(centre=False))
        rows, columns = np.nonzero(image > 127)
        assert (rows.min() + rows.max() + 1) / 2 == pytest.approx(14, abs=0.6)
        assert (columns.min() + columns.max() + 1) / 2 == pytest.approx(14, abs=0.6)
        x, y = middle(image)
        assert max(abs(x - 14.5), abs(y - 14.5)) > 0.7


@pytest.mark.parametrize("way", [lambda each: each, as_picture], ids=["strokes", "picture"])
def test_without_pen_the_strokes_stay_as_wide_as_they_are(way: Callable[[Drawing], Drawing]):
    thin, thick = (way(changed(SEVEN, Change(pen=pen))) for pen in (0.01, 0.15))
    without = Steps(pen=False)
    assert prepare(thick, without).sum() > 3.0 * prepare(thin, without).sum()
    assert prepare(thick).sum() < 1.6 * prepare(thin).sum()


def test_ink_beside_the_paper_is_nothing_without_scaling_and_centring():
    points = np.array([[500, 500], [600, 900]], np.float32)
    beside = Drawing((100, 100), (Stroke(points, 5.0),))
    assert prepare(beside).any()
    assert not prepare(beside, BARE).any()


def test_network_without_a_preparation_has_no_steps_to_leave_out(reader):
    bare = Reader(replace(reader.model, preparation="none"))
    assert read(bare, SEVEN) is not None
    with pytest.raises(ModelError, match="no step"):
        read(bare, SEVEN, steps=Steps(pen=False))


# Maps and what is lost


@pytest.mark.parametrize("name", MAPS)
def test_map_reads_every_cell_once_from_the_middle(name):
    shown = MAPS[name]
    places = [(row, column) for row, column, _ in shown.cells()]
    assert places[0] == (shown.rows // 2, shown.columns // 2)
    assert sorted(places) == [(r, c) for r in range(shown.rows) for c in range(shown.columns)]
    for axis in (shown.across, shown.down):
        words = [axis.short(value) for value in axis.values(9)]
        assert len(set(words)) == 9, words


def test_axes_reach_as_far_as_people_do():
    assert (AXES["size"].low, AXES["size"].high) == (1 / 8, 1)
    assert AXES["pen"].high == 1 / 4
    assert (AXES["angle"].low, AXES["angle"].high) == (-45, 45)


def test_reading_holds_at_every_place_but_not_at_every_angle(reader):
    known = labelled(SAMPLES[:6], reader.model.class_names)
    undisturbed, _ = share_right(reader, known)
    assert tally(reader, known, MAPS["place"], undisturbed).lost.max() <= 0.0
    assert tally(reader, known, MAPS["turn"], undisturbed).lost.max() >= 30.0


def test_without_scaling_and_centring_places_are_lost(reader):
    known = labelled(SAMPLES[:6], reader.model.class_names)
    bare = tally(reader, known, MAPS["place"], 1.0, BARE)
    assert bare.lost.mean() > 40.0


def test_reading_from_a_picture_agrees_with_that_of_strokes(reader):
    agree = [reader.read(each).best == read(reader, each, pictured=True).best for each in SAMPLES]
    assert sum(agree) >= len(agree) - 1


def test_sample_is_taken_evenly():
    assert sampled(SAMPLES, 3) == [SAMPLES[0], SAMPLES[8], SAMPLES[15]]
    assert sampled(SAMPLES, None) == SAMPLES


def test_robustness_tells_points_lost_and_is_the_same_each_time(reader):
    one = robustness(reader, SAMPLES, limit=5)
    assert one == robustness(reader, SAMPLES, limit=5)
    assert one.drawings == 5
    assert one.lost["place"] == one.lost["size"] == 0.0
    assert len(one.accuracies["angle"]) == len(KINDS["angle"])
    worst = 100 * (one.undisturbed - min(one.accuracies["angle"]))
    assert one.lost["angle"] == pytest.approx(worst)


def test_robustness_reads_as_the_reader_does(reader):
    known = labelled(SAMPLES, reader.model.class_names)
    found = robustness(reader, SAMPLES)
    shares = [share_right(reader, known, each)[0] for each in KINDS["angle"]]
    assert found.accuracies["angle"] == pytest.approx(shares)
    assert found.undisturbed == pytest.approx(share_right(reader, known)[0])


def test_robustness_needs_labels(reader):
    with pytest.raises(DrawingError, match="label"):
        robustness(reader, [Drawing(SEVEN.size, SEVEN.strokes)])


# The command


@pytest.fixture
def ink(tmp_path):
    write_ink(tmp_path / "some.jsonl", SAMPLES[6:8])
    return str(tmp_path / "some.jsonl")


def lines(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_command_prints_every_map_and_what_was_lost(ink, capsys):
    assert main(["stress", ink, "--limit", "1", "--json"]) == 0
    *maps, last = lines(capsys)
    assert [each["map"] for each in maps] == list(MAPS)
    assert last["event"] == "finished"
    assert last["drawings"] == 1
    assert last["against"] == "labels"
    for each in maps:
        shape = len(each["down_values"]), len(each["across_values"])
        assert np.shape(each["accuracy"]) == np.shape(each["lost"]) == shape


def test_command_shows_tables_to_people(ink, capsys):
    assert main(["stress", ink, "--limit", "1", "--without", "scale", "--without", "pen"]) == 0
    out = capsys.readouterr().out
    assert "without pen, scale" in out
    assert "points lost" in out
    assert "100.00 % of 1 drawing read right as drawn" in out


def test_picture_is_measured_against_its_own_answer(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("core.stress_command.MAPS", {"turn": MAPS["turn"]})
    path = tmp_path / "seven.png"
    path.write_bytes(encode_png(as_picture(SEVEN).picture))
    assert main(["stress", str(path), "--json"]) == 0
    last = lines(capsys)[-1]
    assert last["against"] == "answers"
    assert last["undisturbed"] == 1.0
    assert main(["stress", str(path)]) == 0
    # Its own answer is right by definition: no figure is made of it.
    assert "1 drawing without a label" in capsys.readouterr().out


@pytest.mark.parametrize("file", ["nowhere.jsonl", "nowhere.png"], ids=["ink", "picture"])
def test_file_that_is_not_there_is_named_in_one_line(file, capsys):
    assert main(["stress", file]) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert file in told


@pytest.mark.parametrize("words", [["--limit", "0"], ["--without", "ink"]], ids=lambda it: it[0])
def test_flag_that_makes_no_sense_is_refused(words, ink):
    with pytest.raises(SystemExit) as left:
        main(["stress", ink, *words])
    assert left.value.code == 2


def test_blank_paper_is_nothing_to_read(tmp_path, capsys):
    path = tmp_path / "blank.png"
    path.write_bytes(encode_png(np.full((40, 40), 255, np.uint8)))
    assert main(["stress", str(path)]) == 1
    assert "nothing to be read" in capsys.readouterr().err
