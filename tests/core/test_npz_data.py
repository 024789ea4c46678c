"""numpy's .npz: read without pickle, weighed before it is unpacked, refused where it is no data."""

import io
import struct
import tempfile
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.data_check import check
from core.datasets import available, load, outline
from core.digits import Digits
from core.errors import DataError


@pytest.fixture(scope="module")
def arrays(digits: Digits) -> dict[str, np.ndarray]:
    return {
        "x_train": digits.learning.images[:200],
        "y_train": digits.learning.labels[:200],
        "x_test": digits.test.images[:50],
        "y_test": digits.test.labels[:50],
    }


@pytest.fixture
def write(arrays, tmp_path: Path):
    def write(pack=np.savez, name: str = "mnist.npz", **changed) -> Path:
        pack(tmp_path / name, **arrays | changed)
        return tmp_path / name

    return write


def header(words: bytes) -> bytes:
    return np.lib.format.magic(1, 0) + struct.pack("<H", 118) + words.ljust(117) + b"\n"


def refusal(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        load(path)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert str(path) in sentence
    assert check(path).problems == (sentence,)
    return sentence


class TestReading:
    @pytest.mark.parametrize("pack", [np.savez, np.savez_compressed])
    def test_keras_file_is_read(self, arrays, write, pack):
        path = write(pack)
        digits = load(path)
        assert np.array_equal(digits.learning.images, arrays["x_train"])
        assert np.array_equal(digits.learning.labels, arrays["y_train"])
        assert np.array_equal(digits.test.images, arrays["x_test"])
        assert (digits.name, digits.preparation) == ("mnist", "digit-1")
        assert load(path.parent).learning.images.flags.c_contiguous

    def test_labels_may_be_wider_and_arrays_lie_column_by_column(self, arrays, write):
        digits = load(
            write(
                y_train=arrays["y_train"].astype(">i8"),
                x_train=np.asfortranarray(arrays["x_train"]),
            )
        )
        assert np.array_equal(digits.learning.images, arrays["x_train"])
        assert np.array_equal(digits.learning.labels, arrays["y_train"])
        assert digits.learning.images.flags.c_contiguous

    def test_an_outline_reads_no_pixels(self, write):
        known = outline(write())
        assert known.learning.images.shape == (200, 28, 28)
        assert known.learning.images.strides == (0, 0, 0)

    def test_kmnist_is_four_files_with_names_for_its_classes(self, arrays, tmp_path):
        names = ("train-imgs", "train-labels", "test-imgs", "test-labels")
        for name, array in zip(names, arrays.values(), strict=True):
            np.savez_compressed(tmp_path / f"kmnist-{name}.npz", array)
        digits = load(tmp_path)
        assert digits.class_names[:4] == ("o", "ki", "su", "tsu")
        assert digits.preparation == "none"
        (tmp_path / "kmnist-test-labels.npz").unlink()
        with pytest.raises(DataError, match=r"kmnist-test-labels.npz does not exist"):
            load(tmp_path)

    def test_full_mnist_is_known_by_its_sums(self, mnist, tmp_path):
        path = tmp_path / "keras.npz"
        np.savez(
            path,
            x_train=mnist.learning.images,
            y_train=mnist.learning.labels,
            x_test=mnist.test.images,
            y_test=mnist.test.labels,
        )
        assert check(path).original is True


class TestByName:
    def test_a_known_name_is_found_in_any_format(self, write, user_folder, monkeypatch):
        monkeypatch.delenv("ZMLP_DATA", raising=False)
        for name in "mnist", "fashion-mnist":
            (user_folder / name).mkdir(parents=True)
            write().rename(user_folder / name / "some.npz")
        assert load("mnist").credit.startswith("MNIST by")
        assert load("fashion-mnist").class_names[9] == "Ankle boot"
        assert load("fashion-mnist").preparation == "none"
        _, mnist, clothes = available()
        assert (mnist.found, mnist.sizes, clothes.sizes) == (True, (180, 20, 50), (180, 20, 50))
        assert available(sizes=False)[1].sizes is None

    def test_a_broken_file_under_a_known_name_is_told_in_lists(
        self, write, user_folder, monkeypatch
    ):
        monkeypatch.delenv("ZMLP_DATA", raising=False)
        (user_folder / "mnist").mkdir(parents=True)
        (user_folder / "mnist" / "mnist.npz").write_bytes(b"PK")
        assert not available()[1].found
        assert "no sound .npz file" in available()[1].words


class TestBadFiles:
    def test_objects_are_never_unpickled(self, write):
        class Bomb:
            def __reduce__(self):
                return (pytest.fail, ("it was unpickled",))

        path = write(y_train=np.array([Bomb()] * 200, object))
        assert "y_train holds Python objects" in refusal(path)

    def test_a_bomb_is_refused_before_it_is_unpacked(self, write):
        path = write(np.savez_compressed, x_train=np.zeros((150_000, 28, 28), np.uint8))
        tracemalloc.start()
        assert "as no real images do" in refusal(path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 4 << 20

    def test_a_header_that_promises_more_than_the_file_holds_is_refused(self, tmp_path):
        words = b"{'descr': '|u1', 'fortran_order': False, 'shape': (%d, 28, 28), }"
        for count in 10**9, 10**18, 2:
            with zipfile.ZipFile(tmp_path / "lie.npz", "w") as archive:
                for name in ("x_train", "y_train", "x_test", "y_test"):
                    archive.writestr(f"{name}.npy", header(words % count) + b"12345")
            assert "x_train" in refusal(tmp_path / "lie.npz")

    def test_a_list_of_contents_that_lies_is_refused(self, write, tmp_path):
        content = bytearray(write().read_bytes())
        entry = content.index(b"PK\1\2")
        struct.pack_into("<II", content, entry + 20, 2**31, 2**31)
        (tmp_path / "lie.npz").write_bytes(content)
        assert "damaged" in refusal(tmp_path / "lie.npz")

    def test_locked_and_oddly_packed_members_are_told(self, write, arrays, tmp_path):
        content = bytearray(write().read_bytes())
        content[content.index(b"PK\1\2") + 8] |= 1
        (tmp_path / "locked.npz").write_bytes(content)
        assert "locked with a password" in refusal(tmp_path / "locked.npz")
        with zipfile.ZipFile(tmp_path / "odd.npz", "w", zipfile.ZIP_BZIP2) as archive:
            for name in arrays:
                archive.writestr(f"{name}.npy", b"0" * 1000)
        assert "in a way that numpy does not" in refusal(tmp_path / "odd.npz")

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    def test_an_array_that_is_there_twice_is_told(self, write):
        path = write()
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("x_test.npy", b"")
        assert "more than one array x_test" in refusal(path)

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"x_train": np.zeros((200, 28, 28))}, "x_train holds float64"),
            ({"x_train": np.zeros((200, 784), np.uint8)}, "images are three dimensions"),
            ({"x_train": np.zeros((200, 28, 28, 3), np.uint8)}, "images are three dimensions"),
            ({"x_train": np.zeros((0, 28, 28), np.uint8)}, "holds 0 images"),
            ({"y_train": np.zeros(199, np.uint8)}, "199 labels: use files that belong"),
            ({"y_train": np.zeros((200, 10), np.uint8)}, "labels are one dimension"),
            ({"y_train": np.full(200, 256)}, "gives image 0 the label 256"),
            ({"y_train": np.full(200, -1)}, "gives image 0 the label -1"),
            ({"y_train": np.array(["a"] * 200)}, "y_train holds <U1"),
            ({"x_test": np.zeros((50, 8, 8), np.uint8)}, "use files that belong together"),
        ],
    )
    def test_arrays_that_are_no_data_set_are_told(self, write, changed, words):
        assert words in refusal(write(**changed))

    def test_a_missing_array_is_told_with_what_is_there(self, tmp_path):
        np.savez(tmp_path / "other.npz", a=np.zeros(3), b=np.zeros(3))
        assert "has no array x_train (it holds a, b)" in refusal(tmp_path / "other.npz")

    def test_several_files_are_asked_about(self, write, tmp_path):
        write(name="a.npz")
        write(name="b.npz")
        assert "several .npz files (a.npz, b.npz)" in refusal(tmp_path)


def small() -> bytes:
    out = io.BytesIO()
    np.savez_compressed(
        out,
        x_train=np.arange(36, dtype=np.uint8).reshape(4, 3, 3),
        y_train=np.array([0, 1, 0, 1], np.uint8),
        x_test=np.zeros((2, 3, 3), np.uint8),
        y_test=np.array([0, 1]),
    )
    return out.getvalue()


SMALL = small()


@settings(deadline=None, max_examples=200)
@given(st.data())
@example(None)
def test_any_damage_is_one_sentence_or_none(data):
    content = bytearray(SMALL)
    if data is not None:
        for _ in range(data.draw(st.integers(0, 3))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        content = content[: data.draw(st.integers(0, len(content)))]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "some.npz"
        path.write_bytes(content)
        try:
            digits, sentence = load(path), ""
        except DataError as error:
            digits, sentence = None, str(error)
    if digits is None:
        assert sentence.endswith(".")
        assert "\n" not in sentence
    else:
        assert digits.image_shape == (3, 3)
