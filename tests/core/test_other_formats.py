"""EMNIST, folders of pictures and QuickDraw: read as they are published, refused where broken."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.data_check import check
from core.data_formats import FORMATS, format_of
from core.data_split import is_mixed, places_to_test, spread
from core.dataset_files import DataFile
from core.datasets import load, outline
from core.digits import Digits
from core.drawing import parse_line, read_ink, write_ink
from core.errors import DataError, DrawingError
from core.idx import write_idx
from core.picture_folders import natural
from core.preparation import prepare
from core.relatives import relative

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def refusal(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        load(path)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert check(path).problems == (sentence,)
    return sentence


class TestSplit:
    def test_a_tenth_of_each_class_is_evenly_chosen(self):
        labels = np.repeat(np.arange(3, dtype=np.uint8), [100, 10, 2])
        assert np.bincount(labels[places_to_test(labels)]).tolist() == [10, 1, 1]
        assert places_to_test(labels)[:3].tolist() == [5, 15, 25]

    def test_a_class_of_one_image_is_learned(self):
        labels = np.array([0, 0, 0, 1], np.uint8)
        assert 3 not in places_to_test(labels)

    @pytest.mark.parametrize("classes", [2, 10, 47])
    def test_sorted_labels_are_not_mixed_and_spread_ones_are(self, random, classes):
        labels = np.sort(random.integers(0, classes, 2000).astype(np.uint8))
        assert not is_mixed(labels)
        assert is_mixed(labels[spread(labels)])
        assert is_mixed(random.permutation(labels))

    def test_spreading_keeps_the_order_within_a_class(self):
        labels = np.array([1, 0, 0, 1, 1, 1], np.uint8)
        order = spread(labels)
        assert [place for place in order if labels[place] == 1] == [0, 3, 4, 5]
        assert sorted(order) == list(range(6))


class TestEmnist:
    @pytest.fixture
    def folder(self, tmp_path, digits: Digits) -> Path:
        """Two splits of real digits, lying as EMNIST has them."""
        for split, first in ("letters", 1), ("digits", 0):
            for part, half in ("train", digits.learning), ("test", digits.test):
                stem = f"emnist-{split}-{part}"
                turned = half.images.transpose(0, 2, 1)
                write_idx(tmp_path / f"{stem}-images-idx3-ubyte", turned)
                write_idx(tmp_path / f"{stem}-labels-idx1-ubyte.gz", half.labels + np.uint8(first))
        return tmp_path

    def test_images_are_turned_and_labels_begin_with_nought(self, folder, digits):
        for split in "letters", "digits":
            read = load(folder / f"emnist-{split}")
            assert np.array_equal(read.learning.images, digits.learning.images)
            assert np.array_equal(read.test.labels, digits.test.labels)
            assert read.learning.images.flags.c_contiguous
        assert outline(folder / "emnist-letters").class_names[25] == "Zz"

    def test_images_that_may_not_be_written_are_turned_elsewhere(self, digits):
        images = digits.test.images.transpose(0, 2, 1).copy()
        images.setflags(write=False)
        known = relative("emnist-digits")
        turned, _ = known.straightened(
            DataFile("images", images), DataFile("labels", digits.test.labels)
        )
        assert np.array_equal(turned.array, digits.test.images)
        wide = DataFile("images", np.ones((3, 2, 5), np.uint8))
        assert known.straightened(wide, wide)[0].array.shape == (3, 5, 2)

    def test_one_of_several_splits_must_be_named(self, folder):
        sentence = refusal(folder)
        assert "holds the splits letters, digits of EMNIST: name one" in sentence
        file = folder / "emnist-digits-test-labels-idx1-ubyte.gz"
        assert load(file).class_names == tuple("0123456789")

    def test_a_mapping_names_the_classes(self, folder):
        mapping = folder / "emnist-letters-mapping.txt"
        mapping.write_text("".join(f"{place} {64 + place}\n" for place in range(1, 27)))
        assert load(folder / "emnist-letters").class_names == tuple(LETTERS.upper())
        mapping.write_text("1 65 97\n3 66\n")
        assert "mapping.txt, line 2" in refusal(folder / "emnist-letters")

    def test_a_missing_file_and_a_label_before_the_first_are_told(self, folder):
        write_idx(folder / "emnist-letters-test-labels-idx1-ubyte", np.zeros(1000, np.uint8))
        assert "gives image 0 the label 0" in refusal(folder / "emnist-letters")
        (folder / "emnist-letters-train-labels-idx1-ubyte.gz").unlink()
        assert "has no file emnist-letters-train-labels" in refusal(folder / "emnist-letters")

    def test_kmnist_in_idx_has_names(self, tmp_path, digits):
        folder = tmp_path / "kmnist"
        folder.mkdir()
        for stem, part in ("train", digits.learning), ("t10k", digits.test):
            write_idx(folder / f"{stem}-images-idx3-ubyte", part.images)
            write_idx(folder / f"{stem}-labels-idx1-ubyte", part.labels)
        assert load(folder).class_names[-1] == "wo"


class TestPictures:
    @pytest.fixture
    def save(self, tmp_path):
        def save(name: str, image: np.ndarray) -> Path:
            path = tmp_path / "set" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image).save(path)
            return path

        return save

    @pytest.fixture
    def folder(self, tmp_path, save, digits) -> Path:
        """Sixty digits in classes named in words."""
        for place, (image, label) in enumerate(
            zip(digits.learning.images[:60], digits.learning.labels[:60], strict=True)
        ):
            save(f"digit {label + 5}/{place}.png", image)
        return tmp_path / "set"

    def test_folders_are_the_classes_in_natural_order(self, folder):
        read = load(folder)
        assert read.class_names == tuple(f"digit {label}" for label in range(5, 15))
        assert read.name == "set"
        assert read.preparation == "digit-1"
        assert np.bincount(read.test.labels, minlength=10).min() >= 1

    def test_natural_order_is_that_of_people(self):
        names = ["b10", "b2", "a", "10", "9", "B1"]
        assert sorted(names, key=natural) == ["9", "10", "a", "B1", "b2", "b10"]

    def test_dark_ink_on_light_paper_is_turned_white(self, folder, tmp_path, digits):
        known = load(folder)
        for path in folder.rglob("*.png"):
            Image.fromarray(255 - np.asarray(Image.open(path))).save(path)
        assert np.array_equal(load(folder).learning.images, known.learning.images)

    def test_pictures_of_another_size_stay_as_they_are(self, save, tmp_path, random):
        for place in range(40):
            save(f"{'ab'[place % 2]}/{place}.png", random.integers(0, 256, (9, 12), np.uint8))
        read = load(tmp_path / "set")
        assert (read.image_shape, read.preparation) == ((9, 12), "none")
        assert outline(tmp_path / "set").image_shape == (9, 12)

    def test_pictures_of_several_sizes_are_prepared_as_drawings_are(self, folder, save, digits):
        large = np.kron(255 - digits.test.images[0], np.ones((5, 5), np.uint8))
        save("digit 5/1000.png", large)
        read = load(folder)
        assert (read.image_shape, read.preparation) == ((28, 28), "digit-1")
        assert outline(folder).image_shape == (28, 28)

    def test_one_broken_picture_is_named_and_nothing_is_loaded(self, folder):
        path = next(iter(sorted((folder / "digit 7").iterdir())))
        path.write_bytes(path.read_bytes()[:80])
        assert refusal(folder).startswith(f"{path} is damaged")
        path.write_text("no picture")
        assert refusal(folder).startswith(f"{path} is no picture")

    def test_a_picture_that_shows_nothing_is_named_where_ink_is_looked_for(self, folder, save):
        path = save("digit 9/blank.png", np.full((40, 50), 255, np.uint8))
        assert f"{path} shows nothing" in refusal(folder)

    def test_the_learning_part_alone_is_enough_and_a_class_may_be_called_train(
        self, folder, tmp_path
    ):
        (folder / "digit 5").rename(folder / "train")
        assert "train" in load(folder).class_names
        (tmp_path / "other").mkdir()
        folder.rename(tmp_path / "other" / "training")
        read = load(tmp_path / "other")
        assert (read.name, len(read.class_names)) == ("other", 10)

    def test_classes_that_do_not_fit_are_told(self, save, tmp_path, digits):
        for name in "train/a/1.png", "train/a/2.png", "train/b/3.png", "test/c/4.png":
            save(name, digits.test.images[0])
        folder = tmp_path / "set"
        assert "is a class that nothing was learned of" in refusal(folder)
        (folder / "test" / "c").rename(folder / "test" / "b")
        assert len(load(folder).test) == 1
        (folder / "train" / "b").rename(folder / "elsewhere")
        assert "1 folder of pictures" in refusal(folder)

    def test_names_of_folders_are_printable_and_on_one_line(self, folder):
        (folder / "digit 5").rename(folder / "digit\n5")
        assert "digit\\n5" in load(folder).class_names


def quickdraw(word: str, drawing: list, **more: object) -> str:
    return json.dumps({"word": word, "countrycode": "CH", "drawing": drawing, **more}) + "\n"


class TestQuickDraw:
    @pytest.fixture
    def folder(self, tmp_path, random) -> Path:
        for word in "cat", "the Eiffel Tower":
            lines = [
                quickdraw(word, random.integers(0, 256, (3, 2, 9)).tolist()) for _ in range(30)
            ]
            (tmp_path / f"full_simplified_{word}.ndjson").write_text("".join(lines))
        return tmp_path

    def test_files_are_classes_by_their_word(self, folder):
        read = load(folder)
        assert read.class_names == ("cat", "the Eiffel Tower")
        assert np.bincount(read.test.labels).tolist() == [3, 3]
        assert read.preparation == "digit-1"
        assert np.array_equal(outline(folder).learning.labels, read.learning.labels)

    def test_images_are_those_that_the_canvas_makes(self, folder):
        drawings = read_ink(folder / "full_simplified_cat.ndjson")
        images = {prepare(each).tobytes() for each in drawings}
        part = load(folder).test
        assert {image.tobytes() for image in part.images[part.labels == 0]} <= images

    def test_simplified_and_raw_drawings_are_ink(self, tmp_path):
        simple = parse_line(quickdraw("cat", [[[0, 255], [7, 9]], [[3], [4]]]).encode())
        assert simple.strokes[0].points.tolist() == [[0, 7], [255, 9]]
        assert (simple.size, simple.word, simple.label) == ((256, 256), "cat", None)
        raw = parse_line(quickdraw("cat", [[[0, 900.5], [7, 9], [0, 1500]]]).encode())
        assert raw.strokes[0].times is not None
        assert raw.strokes[0].times.tolist() == [0, 1.5]
        write_ink(tmp_path / "cat.jsonl", [simple])
        assert read_ink(tmp_path / "cat.jsonl")[0].word == "cat"
        assert simple.label_among(("dog", "cat")) == 1

    @pytest.mark.parametrize(
        "drawing",
        [
            None,
            "cat",
            [1],
            [[]],
            [[[1, 2], [3]]],
            [[[1], [2], [3], [4]]],
            [[["a"], [2]]],
            [[[1e99], [2]]],
            [[[True], [2]]],
            {"a": 1},
        ],
        ids=repr,
    )
    def test_what_is_no_drawing_is_told_with_its_line(self, folder, drawing):
        path = folder / "full_simplified_cat.ndjson"
        line = quickdraw("cat", drawing)
        with pytest.raises(DrawingError):
            parse_line(line.encode())
        path.write_text(path.read_text() + line)
        assert refusal(folder).startswith(f"{path}, line 31: ")

    def test_one_word_is_no_data_set(self, folder):
        assert "1 different words" in refusal(folder / "full_simplified_cat.ndjson")


class TestTable:
    def test_every_format_tells_itself_by_names(self, tmp_path):
        for each in FORMATS:
            for suffix in each.suffixes:
                path = tmp_path / f"some{suffix.upper()}"
                path.touch()
                assert format_of(path) is each
        assert format_of(tmp_path / "some.txt") is None

    def test_an_empty_folder_is_told_all_that_it_could_hold(self, tmp_path):
        (tmp_path / "nothing").mkdir()
        sentence = refusal(tmp_path / "nothing")
        for words in "holds no data set", "IDX files", "pictures in folders", ".npz, .csv":
            assert words in sentence

    def test_what_is_no_data_names_all_that_would_be(self, tmp_path):
        (tmp_path / "notes.txt").write_text("words")
        with pytest.raises(DataError, match=r"ends in \.npz, \.csv, .* or \.ndjson\.gz"):
            load(tmp_path / "notes.txt")
