"""Numbers: real digits side by side fall into digits again, and single ones stay whole."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.commands import predict
from core.composed_numbers import GAPS, composed
from core.digits import Digits
from core.drawing import Drawing, Stroke, read_bundled_ink, read_ink
from core.model_file import Model
from core.network import Network
from core.networks import BEST_ON_DRAWINGS, find
from core.no_digits import letters
from core.numbers import NumberReader, NumberReading, look_ahead
from core.picture_pieces import connected, find_pieces
from core.reader import Reader
from core.spec import NetworkSpec
from core.splitting import part_of_line, split
from tests.pictured_numbers import number, painted

WRITERS = "ink/pendigits-writers30.jsonl.gz"
JUDGED = 20  # The first so many writers served to fit.


@pytest.fixture(scope="module")
def samples() -> list[Drawing]:
    return read_bundled_ink("ink/samples.jsonl")


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(find(BEST_ON_DRAWINGS))


@pytest.fixture(scope="module")
def writers() -> list[Drawing]:
    """Digits of the writers that nothing was fitted to."""
    for folder in os.environ.get("ZMLP_DATA", "").split(os.pathsep):
        path = Path(folder, WRITERS)
        if folder and path.exists():
            drawings = read_ink(path)
            names = sorted({drawing.writer or "" for drawing in drawings}, key=int)
            return [each for each in drawings if each.writer in names[JUDGED:]]
    pytest.skip(f"needs {WRITERS} in a folder of ZMLP_DATA")


def read(reader: Reader, drawing: Drawing) -> NumberReading:
    reading = NumberReader(reader).read(drawing)
    assert reading is not None
    return reading


def groups(drawing: Drawing) -> list[list[int]]:
    return split([part_of_line(stroke.points) for stroke in drawing.strokes])


class TestSplitting:
    def test_a_digit_of_several_strokes_stays_whole(self, samples: list[Drawing]) -> None:
        several = [drawing for drawing in samples if len(drawing.strokes) > 1]
        assert several
        assert all(len(groups(drawing)) == 1 for drawing in several)

    @pytest.mark.parametrize("kind", GAPS)
    def test_digits_side_by_side_are_told_apart(self, samples: list[Drawing], kind: str) -> None:
        numbers = list(composed(samples, kind, 60, 3))
        right = sum(groups(each.drawing) == each.groups for each in numbers)
        assert right >= (40 if kind == "overlapping" else 57)

    def test_a_bar_that_comes_last_joins_its_digit(self) -> None:
        seven = np.array([[0, 0], [60, 0], [25, 100]], np.float32)
        bar = np.array([[15, 50], [60, 50]], np.float32)
        one = np.array([[110, 0], [110, 100]], np.float32)
        assert split([part_of_line(line) for line in (seven, one, bar)]) == [[0, 2], [1]]

    def test_neither_size_nor_place_matters(self, samples: list[Drawing]) -> None:
        drawing = number(samples, "4571")
        for scale in (0.01, 30.0):
            lines = [part_of_line(each.points * scale - 500) for each in drawing.strokes]
            assert split(lines) == groups(drawing)

    def test_a_hundred_dabs_take_no_time_and_fall_into_no_error(self) -> None:
        random = np.random.default_rng(0)
        dabs = [part_of_line(random.uniform(0, 100, (1, 2)).astype(np.float32)) for _ in range(100)]
        found = split(dabs)
        assert sorted(index for group in found for index in group) == list(range(100))
        assert split([]) == []

    def test_single_digits_of_ten_other_people_stay_whole(self, writers: list[Drawing]) -> None:
        whole = sum(len(groups(drawing)) == 1 for drawing in writers)
        assert whole / len(writers) >= 0.998

    @pytest.mark.parametrize(("kind", "least"), [("wide", 0.98), ("normal", 0.98), ("tight", 0.94)])
    def test_numbers_of_ten_other_people_are_split(
        self, writers: list[Drawing], kind: str, least: float
    ) -> None:
        numbers = list(composed(writers, kind, 400, 4))
        right = sum(groups(each.drawing) == each.groups for each in numbers)
        assert right / len(numbers) >= least


class TestReading:
    def test_2026_reads_2026(self, reader: Reader, samples: list[Drawing]) -> None:
        reading = read(reader, number(samples, "2026"))
        assert reading.text == "2026"
        assert reading.newest == 3
        lefts = [digit.box[0] for digit in reading.digits]
        assert lefts == sorted(lefts)
        own = [digit.reading.confidence for digit in reading.digits]
        assert reading.confidence == pytest.approx(np.prod(own))

    def test_a_single_digit_is_read_as_before(
        self, reader: Reader, samples: list[Drawing], digits: Digits
    ) -> None:
        pictures = [Drawing((28, 28), picture=image) for image in digits.test.images[:20]]
        for drawing in [*samples, *pictures]:
            (digit,) = read(reader, drawing).digits
            alone = reader.read(drawing)
            assert alone is not None
            assert np.array_equal(digit.reading.image, alone.image)
            assert np.array_equal(digit.reading.probabilities, alone.probabilities)

    def test_each_digit_is_read_as_if_it_were_alone(
        self, reader: Reader, samples: list[Drawing]
    ) -> None:
        drawing = number(samples, "175")
        for digit, group in zip(read(reader, drawing).digits, groups(drawing), strict=True):
            alone = reader.read(Drawing(drawing.size, tuple(drawing.strokes[i] for i in group)))
            assert alone is not None
            assert np.array_equal(digit.reading.image, alone.image)

    def test_nothing_drawn_is_no_number(self, reader: Reader) -> None:
        assert NumberReader(reader).read(Drawing((10, 10))) is None

    def test_digits_that_did_not_change_are_not_read_again(
        self, reader: Reader, samples: list[Drawing], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        drawing, numbers = number(samples, "2026"), NumberReader(reader)
        first = numbers.read(drawing)
        asked: list[Drawing] = []
        real = reader.read
        monkeypatch.setattr(reader, "read", lambda it, net=None: asked.append(it) or real(it, net))
        last = drawing.strokes[-1]
        longer = Stroke(np.vstack([last.points, last.points[-1:] + 1]), last.width)
        second = numbers.read(Drawing(drawing.size, (*drawing.strokes[:-1], longer)))
        assert first is not None
        assert second is not None
        assert len(asked) == 1
        assert second.digits[0].reading is first.digits[0].reading

    def test_weights_that_learn_answer_for_every_digit(
        self, reader: Reader, samples: list[Drawing]
    ) -> None:
        drawing, numbers = number(samples, "2026"), NumberReader(reader)
        own = numbers.read(drawing)
        other = Network(reader.model.network.spec).initialize(1)
        learning = numbers.read(drawing, other)
        again = numbers.read(drawing)
        assert own is not None
        assert learning is not None
        assert again is not None
        for a, b, c in zip(own.digits, learning.digits, again.digits, strict=True):
            assert np.array_equal(a.reading.image, b.reading.image)
            assert not np.array_equal(a.reading.probabilities, b.reading.probabilities)
            assert np.array_equal(a.reading.probabilities, c.reading.probabilities)

    @pytest.mark.parametrize(
        ("preparation", "names"), [("none", "0123456789"), ("digit-1", ["cat", *"123456789"])]
    )
    def test_what_is_no_handwriting_is_never_split(
        self, samples: list[Drawing], preparation: str, names: list[str]
    ) -> None:
        model = Model(
            Network(NetworkSpec((4,))).initialize(0),
            preparation=preparation,
            class_names=tuple(names),
        )
        assert len(read(Reader(model), number(samples, "2026")).digits) == 1


class TestPictures:
    @pytest.mark.parametrize(("paper", "ink"), [(235, 30), (20, 220)])
    def test_a_picture_of_a_number_is_read(
        self, reader: Reader, samples: list[Drawing], paper: int, ink: int
    ) -> None:
        reading = read(reader, painted(number(samples, "2026"), paper=paper, ink=ink))
        assert reading.text == "2026"

    @pytest.mark.parametrize("pen", [1, 4, 12, 30])
    def test_a_picture_of_a_digit_stays_whole(
        self, reader: Reader, samples: list[Drawing], pen: int
    ) -> None:
        for drawing in samples:
            assert len(read(reader, painted(drawing, pen)).digits) == 1

    def test_the_boxes_say_where_the_digits_are(
        self, reader: Reader, samples: list[Drawing]
    ) -> None:
        drawing = number(samples, "206")
        of_ink, of_picture = read(reader, drawing), read(reader, painted(drawing, pen=2))
        for a, b in zip(of_ink.digits, of_picture.digits, strict=True):
            assert np.allclose(a.box, b.box, atol=6)

    def test_digits_that_touch_in_a_picture_are_told_apart(
        self, reader: Reader, samples: list[Drawing]
    ) -> None:
        touching = apart = 0
        for each in composed(samples, "tight", 60, 8):
            picture = painted(each.drawing, pen=20)
            pieces = find_pieces(picture.picture)
            assert pieces is not None
            if len(pieces.parts) < len(each.text):
                touching += 1
                apart += len(read(reader, picture).digits) == len(each.text)
        assert touching >= 12
        assert apart >= touching / 2

    def test_a_letter_in_a_picture_is_no_number(self, reader: Reader) -> None:
        for letter in letters(tuple("AEFHKNRThknr"), 12, 5):
            assert len(read(reader, painted(letter)).digits) == 1

    def test_a_digit_drawn_beside_a_picture_belongs_to_the_number(
        self, reader: Reader, samples: list[Drawing]
    ) -> None:
        drawing = number(samples, "206")
        picture = painted(Drawing(drawing.size, drawing.strokes[:-1])).picture
        reading = read(reader, Drawing(drawing.size, drawing.strokes[-1:], picture))
        assert reading.text == "206"
        assert reading.newest == 2

    def test_what_was_looked_for_ahead_is_not_looked_for_again(
        self, reader: Reader, samples: list[Drawing], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        drawing = painted(number(samples, "2026"))
        look_ahead(drawing)
        for module in ("preparation", "picture_pieces"):
            monkeypatch.delattr(f"core.{module}.find_ink")
        assert read(reader, drawing).text == "2026"

    def test_connected_pieces_are_numbered(self) -> None:
        rows = ["##..#", "#...#", ".#..#", "....."]
        mask = np.array([[cell == "#" for cell in row] for row in rows])
        names, count = connected(mask)
        assert count == 2
        assert names[0, 0] == names[1, 0] == names[2, 1] != names[0, 4] == names[2, 4]
        assert ((names > 0) == mask).all()


def test_predict_tells_the_number_and_its_digits(
    samples: list[Drawing], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in (("many.png", "2026"), ("one.png", "2")):
        picture = painted(number(samples, text)).picture
        Image.fromarray(picture).save(tmp_path / name)
    paths = [str(tmp_path / "many.png"), str(tmp_path / "one.png")]
    assert predict(paths, None, True) == 0
    many, one = map(json.loads, capsys.readouterr().out.splitlines())
    assert many["number"] == many["digit"] == "2026"
    assert [each["digit"] for each in many["digits"]] == list("2026")
    assert many["probabilities"] == []
    assert all(len(each["box"]) == 4 for each in many["digits"])
    assert one["number"] == one["digit"] == "2"
    assert one["confidence"] == max(one["probabilities"]) == one["digits"][0]["confidence"]
    assert predict(paths, None, False) == 0
    assert f"{paths[0]}: 2026  " in capsys.readouterr().out
