"""CSV as on Kaggle: every usual spelling is read, and what is wrong is named with its place."""

import gzip
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.csv_cells import read_rows
from core.csv_data import load_csv
from core.data_check import check
from core.datasets import load, outline
from core.digits import Digits, Part
from core.errors import DataError

HEADER = b"label," + b",".join(b"pixel%d" % place for place in range(784)) + b"\n"


def text(part: Part, count: int | None = None) -> bytes:
    """The first images as rows."""
    rows = np.column_stack([part.labels, part.images.reshape(len(part), -1)])[:count]
    return b"".join(",".join(map(str, row)).encode() + b"\n" for row in rows.tolist())


@pytest.fixture(scope="module")
def rows(digits: Digits) -> bytes:
    """A hundred real digits."""
    return text(digits.learning, 100)


@pytest.fixture
def write(tmp_path: Path):
    def write(content: bytes, name: str = "digits.csv") -> Path:
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return write


def all_of(digits: Digits) -> set[tuple[bytes, int]]:
    return {
        (image.tobytes(), int(label))
        for part in (digits.learning, digits.test)
        for image, label in zip(part.images, part.labels, strict=True)
    }


def refusal(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        load(path)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert check(path).problems == (sentence,)
    return sentence


class TestSpellings:
    @pytest.mark.parametrize(
        "spelt",
        [
            lambda rows: rows,
            lambda rows: HEADER + rows,
            lambda rows: rows.rstrip(b"\n"),
            lambda rows: rows.replace(b"\n", b"\r\n"),
            lambda rows: b"\xef\xbb\xbf" + HEADER + rows,
            lambda rows: b"\n\n" + HEADER + rows.replace(b"\n", b"\n\n"),
            lambda rows: rows.replace(b",", b";"),
            lambda rows: rows.replace(b",", b"\t"),
            lambda rows: rows.replace(b",", b".0, "),
            lambda rows: b"\n".join(
                b",".join(b'"%s"' % cell for cell in row.split(b",")) for row in rows.splitlines()
            ),
            lambda rows: gzip.compress(HEADER + rows),
        ],
        ids=[
            *("plain", "header", "no last line feed", "windows", "byte order mark"),
            *("empty lines", "semicolons", "tabs", "floats", "quotes", "gzip"),
        ],
    )
    def test_every_usual_spelling_is_read(self, digits, rows, write, spelt):
        read = load(write(spelt(rows)))
        first = Part(digits.learning.images[:100], digits.learning.labels[:100])
        assert all_of(read) == all_of(Digits("", first, first, 0, ()))
        assert read.image_shape == (28, 28)

    def test_pieces_of_a_large_file_fit_together(self, digits, write):
        path = write(HEADER + text(digits.learning), "train.csv")
        write(gzip.compress(text(digits.test)), "test.csv.gz")
        read = load(path)
        assert np.array_equal(read.learning.images, digits.learning.images)
        assert np.array_equal(read.learning.labels, digits.learning.labels)
        assert np.array_equal(read.test.images, digits.test.images)

    def test_loading_takes_little_more_than_the_pixels(self, digits, write):
        path = write(text(digits.learning) * 4)
        tracemalloc.start()
        read = load_csv(path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        pixels = read.learning.images.nbytes + read.test.images.nbytes
        # The lines at hand take ten megabytes at most, however long the file is.
        assert peak < 2.5 * pixels + (10 << 20)

    def test_columns_may_say_the_size_of_images_that_are_not_square(self, write):
        header = b"label,1x1,1x2,1x3,2x1,2x2,2x3\n"
        read = load(write(header + b"0,1,2,3,4,5,6\n1,6,5,4,3,2,1\n" * 10))
        assert read.image_shape == (2, 3)
        assert [1, 2, 3] in read.learning.images[0].tolist() + read.learning.images[1].tolist()

    def test_an_outline_says_the_same_without_pixels(self, rows, write):
        path = write(HEADER + rows)
        read, known = load(path), outline(path)
        assert np.array_equal(read.learning.labels, known.learning.labels)
        assert np.array_equal(read.test.labels, known.test.labels)
        assert known.learning.images.shape == read.learning.images.shape
        assert known.class_names == read.class_names

    def test_emnist_in_csv_is_turned_and_named(self, digits, write):
        turned = Part(digits.learning.images[:100].transpose(0, 2, 1), digits.learning.labels[:100])
        shifted = Part(turned.images, turned.labels + np.uint8(1))
        read = load(write(text(shifted), "emnist-letters-train.csv"))
        assert read.class_names[:2] == ("Aa", "Bb")
        first = Part(digits.learning.images[:100], turned.labels)
        assert all_of(read) == all_of(Digits("", first, first, 0, ()))


class TestTestPart:
    def test_one_file_gives_a_tenth_of_each_class(self, digits, write):
        path = write(text(digits.learning))
        read = load(path)
        assert np.bincount(read.test.labels).tolist() == [40] * 10
        assert len(read.learning) == 3600
        assert not read.learning.occurs_in(read.test).any()
        assert np.array_equal(load(path).test.images, read.test.images)

    def test_rows_sorted_by_class_are_mixed_so_that_validation_has_all_classes(self, digits, write):
        order = np.argsort(digits.learning.labels, kind="stable")
        part = Part(digits.learning.images[order], digits.learning.labels[order])
        read = load(write(text(part)))
        assert np.bincount(read.validation.labels, minlength=10).min() >= 35

    def test_train_and_test_in_a_folder_belong_together(self, digits, tmp_path, write):
        write(text(digits.learning, 200), "mnist_train.csv")
        write(text(digits.test, 50), "mnist_test.csv")
        for path in tmp_path, tmp_path / "mnist_train.csv":
            read = load(path)
            assert (len(read.learning), len(read.test)) == (200, 50)

    def test_kaggles_test_rows_have_no_labels_and_that_is_said(self, tmp_path, rows, write):
        path = write(HEADER + rows, "train.csv")
        bare = [row.split(b",", 1)[1] for row in (HEADER + rows).splitlines()]
        write(b"\n".join(bare), "test.csv")
        assert "test.csv has no labels, as Kaggle keeps them to itself" in refusal(tmp_path)
        assert len(load(path).test) == 10
        assert "no labels, only pixels" in refusal(tmp_path / "test.csv")

    def test_several_files_are_asked_about(self, tmp_path, rows, write):
        write(rows, "one.csv")
        write(rows, "two.csv")
        assert "several CSV files (one.csv, two.csv…)" in refusal(tmp_path)


class TestBadFiles:
    @pytest.mark.parametrize(
        ("damage", "words"),
        [
            (lambda rows: rows[17].rsplit(b",", 1)[0], "line 18: this row has 784 cells and"),
            (lambda rows: rows[17] + b",0", "line 18: this row has 786 cells and"),
            (lambda rows: b"7," + rows[17].split(b",", 1)[1] + b"x", "column 785: “0x” is no"),
            (lambda rows: rows[17].replace(b",", b",256,", 1)[:-2], "column 2: “256” is no"),
            (lambda rows: rows[17].replace(b",", b",0.5,", 1)[:-2], "column 2: “0.5” is no"),
            (lambda rows: b"-1" + rows[17][1:], "column 1: “-1” is no"),
            (lambda rows: b"seven" + rows[17][1:], "column 1: “seven” is no"),
            (lambda rows: rows[17][1:], "column 1: nothing stands there"),
            (lambda rows: rows[17].replace(b",", b",\xff\0,", 1)[:-2], "column 2: “�” is no"),
        ],
    )
    def test_the_place_of_what_is_wrong_is_named(self, rows, write, damage, words):
        lines = rows.splitlines()
        lines[17] = damage(lines)
        path = write(b"\n".join(lines))
        sentence = refusal(path)
        assert sentence.startswith(f"{path}, line 18")
        assert words in sentence

    def test_the_header_counts_as_a_line(self, rows, write):
        assert "line 102: this row" in refusal(write(HEADER + rows + b"1,2\n"))

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "is empty"),
            (b"\n\n\n", "is empty"),
            (gzip.compress(b"", mtime=0), "is empty"),
            (b"a,b,c,d,label\n1,2,3,4,5\n", "its column label at place 5"),
            (HEADER, "has a header and no rows"),
            (b"hello\n", "is no CSV file of images"),
            (b"1,2,3,4,5,6\n", "6 cells a row"),
            (b"1,2\n", "too little"),
            (b"0,2\n1,2\n", "too few to learn from"),
            (b"0," * 10_000_000, "line 1 is longer than"),
        ],
    )
    def test_files_that_hold_no_images_are_told(self, write, content, words):
        assert words in refusal(write(content))

    def test_a_gzip_stream_that_breaks_off_is_told(self, rows, write):
        packed = gzip.compress(rows)
        assert "breaks off" in refusal(write(packed[:-9]))
        damaged = packed[:3000] + bytes(20) + packed[3020:]
        assert "gzip stream" in refusal(write(damaged))

    def test_a_gzip_bomb_is_refused_before_it_fills_the_memory(self, write):
        path = write(gzip.compress(b"\n" * (80 << 20)), "bomb.csv.gz")
        tracemalloc.start()
        assert "as no real images do" in refusal(path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 8 << 20

    def test_test_images_of_another_size_are_told(self, tmp_path, rows, write):
        write(rows, "train.csv")
        write(b"1,2,3,4,5\n" * 9, "test.csv")
        assert "use files that belong together" in refusal(tmp_path)


@settings(deadline=None)
@given(arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 6))))
def test_whatever_is_written_is_read(values):
    chunk = b"".join(",".join(map(str, row)).encode() + b"\n" for row in values.tolist())
    assert np.array_equal(read_rows(chunk, values.shape[1], "a.csv", 1), values)
    odd = chunk.replace(b",", b' , "').replace(b"\n", b'"\n').replace(b' , "', b" , ")
    odd = odd.replace(b'"\n', b".0\n")
    assert np.array_equal(read_rows(odd, values.shape[1], "a.csv", 1), values)


@settings(deadline=None, max_examples=300)
@given(st.text('0123456789,\n. x-\r"', max_size=60), st.integers(1, 5))
def test_any_text_is_rows_of_that_length_or_one_sentence(text, columns):
    try:
        rows, sentence = read_rows(text.encode() + b"\n", columns, "a.csv", 1), ""
    except DataError as error:
        rows, sentence = None, str(error)
    if rows is None:
        assert sentence.startswith("a.csv, line ")
    else:
        assert rows.shape[1] == columns
        assert len(rows) == sum(bool(line.strip()) for line in text.split("\n"))
