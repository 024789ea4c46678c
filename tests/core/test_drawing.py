"""Drawings and ink files: what is written is read back, and what is broken is named."""

import dataclasses
import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.drawing import (
    MOST_POINTS,
    Drawing,
    Stroke,
    iter_ink,
    read_bundled_ink,
    read_ink,
    write_ink,
)
from core.errors import DrawingError
from core.ink_lines import LONGEST_LINE

coordinates = st.floats(-1e6, 1e6, width=32)


@st.composite
def some_strokes(draw: st.DrawFn) -> Stroke:
    count = draw(st.integers(1, 12))
    has_times = draw(st.booleans())
    times = draw(arrays(np.float32, count, elements=st.floats(0, 1000, width=32)))
    pressures = draw(arrays(np.float32, count, elements=st.floats(0, 1, width=32)))
    return Stroke(
        points=draw(arrays(np.float32, (count, 2), elements=coordinates)),
        times=times if has_times else None,
        pressures=pressures if has_times and draw(st.booleans()) else None,
        width=draw(st.floats(0.1, 1000)),
    )


some_drawings = st.builds(
    Drawing,
    size=st.tuples(st.floats(1, 5000), st.floats(1, 5000)),
    strokes=st.lists(some_strokes(), max_size=4).map(tuple),
    picture=st.none() | arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9))),
    label=st.none() | st.integers(0, 9999),
    writer=st.none() | st.text(max_size=5),
)


def assert_same(one: Drawing, other: Drawing) -> None:
    assert (one.size, one.label, one.writer) == (other.size, other.label, other.writer)
    assert len(one.strokes) == len(other.strokes)
    for a, b in zip(one.strokes, other.strokes, strict=True):
        assert a.width == b.width
        np.testing.assert_array_equal(a.points, b.points)
        np.testing.assert_equal(a.times, b.times)
        np.testing.assert_equal(a.pressures, b.pressures)
    np.testing.assert_equal(one.picture, other.picture)


@settings(max_examples=60, deadline=None)
@given(
    drawings=st.lists(some_drawings, max_size=3), name=st.sampled_from(["a.jsonl", "a.jsonl.gz"])
)
def test_what_is_written_is_read_back_exactly(
    drawings: list[Drawing], name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("ink") / name
    write_ink(path, drawings)
    read = read_ink(path)
    assert len(read) == len(drawings)
    for one, other in zip(drawings, read, strict=True):
        assert_same(one, other)


def test_packed_ink_is_the_same_file_each_time(tmp_path: Path) -> None:
    drawing = Drawing((5, 5), (Stroke(np.array([[1, 2]]), width=1.0),))
    write_ink(tmp_path / "one.gz", [drawing])
    write_ink(tmp_path / "other.gz", [drawing])
    assert (tmp_path / "one.gz").read_bytes() == (tmp_path / "other.gz").read_bytes()


def test_packing_is_recognised_by_content_not_by_name(tmp_path: Path) -> None:
    path = tmp_path / "ink.jsonl"
    path.write_bytes(gzip.compress(b'{"size": [9, 9], "strokes": [[[1, 2]]]}\n'))
    assert len(read_ink(path)) == 1


def test_numbers_are_written_as_a_person_would() -> None:
    from core.drawing import ink_line

    points = np.array([[267, 0.1], [1.5, -3]], np.float32)
    line = ink_line(Drawing((500, 500), (Stroke(points, width=31.25),), label=7, writer="12"))
    assert json.loads(line) == {
        "label": 7,
        "writer": "12",
        "size": [500, 500],
        "strokes": [[[267, 0.1], [1.5, -3]]],
        "widths": [31.25],
    }
    assert b"267," in line


def ink(tmp_path: Path, *lines: bytes | str) -> Path:
    path = tmp_path / "some.jsonl"
    path.write_bytes(
        b"\n".join(each if isinstance(each, bytes) else each.encode() for each in lines)
    )
    return path


def test_label_and_writer_may_be_missing_or_null(tmp_path: Path) -> None:
    path = ink(tmp_path, '{"size": [9, 9], "strokes": [], "label": null, "writer": null}')
    (drawing,) = read_ink(path)
    assert drawing.label is None
    assert drawing.writer is None
    assert drawing.is_empty


def test_points_have_times_and_pressures_or_not(tmp_path: Path) -> None:
    strokes = [[[1, 2]], [[1, 2, 0.5]], [[1, 2, 0.5, 0.25]]]
    (drawing,) = read_ink(ink(tmp_path, json.dumps({"size": [9, 9], "strokes": strokes})))
    bare, timed, pressed = drawing.strokes
    assert bare.times is None
    assert timed.times is not None
    assert timed.times.tolist() == [0.5]
    assert pressed.pressures is not None
    assert pressed.pressures.tolist() == [0.25]


def test_the_time_of_day_keeps_its_milliseconds(tmp_path: Path) -> None:
    now = 1_700_000_000.0
    strokes = [[[1, 2, now], [3, 4, now + 0.016]]]
    (drawing,) = read_ink(ink(tmp_path, json.dumps({"size": [9, 9], "strokes": strokes})))
    times = drawing.strokes[0].times
    assert times is not None
    assert times[0] == 0
    assert times[1] == pytest.approx(0.016, abs=1e-5)


def test_empty_lines_and_empty_strokes_are_passed_over(tmp_path: Path) -> None:
    path = ink(
        tmp_path, "", '{"size": [9, 9], "strokes": [[], [[1, 2]]], "widths": [3, 4]}', "", ""
    )
    (drawing,) = read_ink(path)
    (stroke,) = drawing.strokes
    assert stroke.width == 4


def test_without_a_size_the_paper_reaches_as_far_as_the_ink(tmp_path: Path) -> None:
    (drawing,) = read_ink(ink(tmp_path, '{"strokes": [[[10, 20], [30, 5]]]}'))
    assert drawing.size == (30, 20)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert len(read_ink(ink(tmp_path, b'\xef\xbb\xbf{"strokes": [[[1, 2]]]}'))) == 1


GOOD = '{"size": [9, 9], "strokes": [[[1, 2], [3, 4]]]}'

BAD = {
    "NaN": '{"size": [9, 9], "strokes": [[[1, NaN]]]}',
    "Infinity": '{"size": [9, 9], "strokes": [[[1, -Infinity]]]}',
    "beyond double": '{"size": [9, 9], "strokes": [[[1, 1e999]]]}',
    "beyond float": '{"size": [9, 9], "strokes": [[[1, 1e300]]]}',
    "400 digits": '{"size": [9, 9], "strokes": [[[1, ' + "9" * 400 + "]]]}",
    "5,000 digits": '{"size": [9, 9], "strokes": [[[1, ' + "9" * 5000 + "]]]}",
    "no strokes": '{"size": [9, 9]}',
    "strokes null": '{"size": [9, 9], "strokes": null}',
    "strokes a text": '{"size": [9, 9], "strokes": "ab"}',
    "a stroke a number": '{"size": [9, 9], "strokes": [3]}',
    "a point a number": '{"size": [9, 9], "strokes": [[1, 2]]}',
    "ragged points": '{"size": [9, 9], "strokes": [[[1, 2], [1, 2, 3]]]}',
    "a point of one": '{"size": [9, 9], "strokes": [[[1]]]}',
    "a point of five": '{"size": [9, 9], "strokes": [[[1, 2, 3, 4, 5]]]}',
    "a text for a number": '{"size": [9, 9], "strokes": [[[1, "2"]]]}',
    "true for a number": '{"size": [9, 9], "strokes": [[[1, true]]]}',
    "null for a number": '{"size": [9, 9], "strokes": [[[1, null]]]}',
    "no width": '{"size": [0, 9], "strokes": []}',
    "negative width": '{"size": [-9, 9], "strokes": []}',
    "absurd width": '{"size": [1e300, 9], "strokes": []}',
    "width of 400 digits": '{"size": [' + "9" * 400 + ', 9], "strokes": []}',
    "three sides": '{"size": [9, 9, 9], "strokes": []}',
    "size a text": '{"size": "9x9", "strokes": []}',
    "negative label": '{"size": [9, 9], "strokes": [], "label": -1}',
    "label a text": '{"size": [9, 9], "strokes": [], "label": "7"}',
    "writer a list": '{"size": [9, 9], "strokes": [], "writer": []}',
    "one width too few": '{"size": [9, 9], "strokes": [[[1, 2]]], "widths": []}',
    "no pen": '{"size": [9, 9], "strokes": [[[1, 2]]], "widths": [0]}',
    "no picture": '{"size": [9, 9], "strokes": [], "picture": "AAAA"}',
    "picture not base64": '{"size": [9, 9], "strokes": [], "picture": "?"}',
    "picture a number": '{"size": [9, 9], "strokes": [], "picture": 12345}',
    "a list": "[1, 2]",
    "a number": "3",
    "not JSON": "strokes: 3",
    "half a line": GOOD[:-9],
    "deeply nested": "[" * 100_000,
    "not UTF-8": b'{"writer": "\xff", "strokes": []}',
    "a PNG": b"\x89PNG\r\n\x1a\n",
    "zero bytes": b"\x00" * 50,
}


@pytest.mark.parametrize("line", BAD.values(), ids=BAD.keys())
def test_a_bad_line_is_one_clear_sentence(line: bytes | str, tmp_path: Path) -> None:
    with pytest.raises(DrawingError) as caught:
        read_ink(ink(tmp_path, GOOD, "", line))
    sentence = str(caught.value)
    assert sentence.startswith(f"{tmp_path / 'some.jsonl'}, line 3: ")
    assert sentence.endswith(".")
    assert not sentence.endswith("..")
    assert len(sentence) < len(str(tmp_path)) + 250


def test_drawings_before_a_bad_line_are_read(tmp_path: Path) -> None:
    drawings = iter_ink(ink(tmp_path, GOOD, GOOD, "nonsense"))
    next(drawings)
    next(drawings)
    with pytest.raises(DrawingError, match="line 3"):
        next(drawings)


def test_many_points_are_read_and_too_many_refused(tmp_path: Path) -> None:
    point = "[12.25, 34.5], "
    line = '{"size": [99, 99], "strokes": [[' + point * (MOST_POINTS - 1) + "[1, 2]]]}"
    (drawing,) = read_ink(ink(tmp_path, line))
    assert len(drawing.strokes[0].points) == MOST_POINTS
    with pytest.raises(DrawingError, match="1,000,001 points"):
        read_ink(ink(tmp_path, '{"strokes": [[' + "[1,2]," * 1_000_000 + "[1, 2]]]}"))


def test_a_drawing_that_could_not_be_read_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "ink.jsonl"
    path.write_text("what was there")
    stroke = Stroke(np.zeros((MOST_POINTS + 1, 2), np.float32), width=1.0)
    with pytest.raises(DrawingError, match="was not written"):
        write_ink(path, [Drawing((9, 9), (stroke,))])
    assert path.read_text() == "what was there"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "packed"])
def test_an_endless_line_is_refused_before_it_is_read(pack: object, tmp_path: Path) -> None:
    assert callable(pack)
    path = ink(tmp_path, pack(b" " * (LONGEST_LINE + 9)))
    with pytest.raises(DrawingError, match="line 1 is longer"):
        read_ink(path)


@pytest.mark.parametrize("line", [b"\n", b" " * 999_999 + b"\n"], ids=["short", "long"])
def test_a_gzip_bomb_is_refused_early(line: bytes, tmp_path: Path) -> None:
    with pytest.raises(DrawingError, match="unpacks to more"):
        read_ink(ink(tmp_path, gzip.compress(line * (60_000_000 // len(line)))))


def test_a_cut_gzip_file_says_where(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    lines = [json.dumps({"strokes": [rng.uniform(0, 9, (99, 2)).tolist()]}) for _ in range(9)]
    packed = gzip.compress("\n".join(lines).encode())
    with pytest.raises(DrawingError, match=r"cut off after line [1-8]:"):
        read_ink(ink(tmp_path, packed[: len(packed) // 2]))
    with pytest.raises(DrawingError, match="damaged or cut off"):
        read_ink(ink(tmp_path, b"\x1f\x8b" + b"nonsense" * 9))


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DrawingError, match=r"nowhere\.jsonl could not be read: No such file"):
        read_ink(tmp_path / "nowhere.jsonl")
    with pytest.raises(DrawingError, match="could not be read"):
        read_ink(tmp_path)


def test_an_empty_file_holds_no_drawings(tmp_path: Path) -> None:
    assert read_ink(ink(tmp_path, b"")) == []


def test_drawings_cannot_be_changed() -> None:
    stroke = Stroke(np.zeros((3, 2), np.float32), width=1.0, times=np.zeros(3, np.float32))
    drawing = Drawing((9, 9), (stroke,), picture=np.zeros((2, 2), np.uint8))
    for array in (stroke.points, stroke.times, drawing.picture):
        assert array is not None
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        drawing.label = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Stroke(np.zeros((0, 2)), width=1.0),
        lambda: Stroke(np.zeros((3, 3)), width=1.0),
        lambda: Stroke(np.full((3, 2), np.nan), width=1.0),
        lambda: Stroke(np.zeros((3, 2)), width=float("nan")),
        lambda: Stroke(np.zeros((3, 2)), width=0.0),
        lambda: Stroke(np.zeros((3, 2)), width=1.0, times=np.zeros(2)),
        lambda: Stroke(np.zeros((3, 2)), width=1.0, times=np.full(3, np.inf)),
        lambda: Stroke(np.zeros((3, 2)), width=1.0, pressures=np.zeros(3)),
        lambda: Drawing((0, 5)),
        lambda: Drawing((5, float("nan"))),
        lambda: Drawing((5, 5), label=-1),
        lambda: Drawing((5, 5), picture=np.zeros((3, 3))),  # type: ignore[arg-type]
        lambda: Drawing((5, 5), picture=np.zeros((3, 3, 3), np.uint8)),
        lambda: Drawing((5, 5), picture=np.zeros((0, 3), np.uint8)),
    ],
)
def test_impossible_drawings_cannot_be_made(make: object) -> None:
    assert callable(make)
    with pytest.raises(DrawingError):
        make()


def test_bounds_are_those_of_the_centre_lines() -> None:
    strokes = [Stroke(np.array([[1, 9], [4, 2]]), width=3.0), Stroke(np.array([[7, 3]]), width=3.0)]
    assert Drawing((9, 9), tuple(strokes)).bounds == (1, 2, 7, 9)
    assert Drawing((9, 9)).bounds is None


def test_the_sample_ink_has_every_digit_with_times() -> None:
    drawings = read_bundled_ink("ink/samples.jsonl")
    assert {drawing.label for drawing in drawings} == set(range(10))
    for drawing in drawings:
        assert drawing.size == (500, 500)
        left, top, right, bottom = drawing.bounds or (0, 0, 0, 0)
        assert 0 < left < right < 500
        assert 0 < top < bottom < 500
        times = np.concatenate(
            [stroke.times for stroke in drawing.strokes if stroke.times is not None]
        )
        assert len(times) >= 25
        assert (np.diff(times) > 0).all()
        assert 0.4 < times[-1] < 3
