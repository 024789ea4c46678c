"""Data on the disk are looked at where they lie: no copy, the same bits, little memory."""

import mmap
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import repeats
from core.data_check import check
from core.dataset_files import LEARNING, TEST
from core.datasets import load
from core.digits import Digits, Part
from core.errors import DataError, SaveError
from core.idx import Header, map_idx, read_idx, write_idx
from core.network import Network
from core.spec import NetworkSpec, TrainingSpec
from core.training import Training

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folder(digits: Digits, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set of unpacked files."""
    folder = tmp_path_factory.mktemp("unpacked")
    for stems, part in (LEARNING, digits.learning), (TEST, digits.test):
        for stem, array in zip(stems, (part.images, part.labels), strict=True):
            write_idx(folder / stem, array)
    return folder


def owner(array: np.ndarray) -> object:
    """What holds the memory of an array."""
    base: object = array
    while isinstance(base, np.ndarray) and base.base is not None:
        base = base.base
    return base.obj if isinstance(base, memoryview) else base


class TestMaps:
    def test_images_are_views_of_the_file(self, folder, digits):
        mapped = load(folder)
        for part in mapped.training, mapped.validation, mapped.test:
            assert isinstance(owner(part.images), mmap.mmap)
            assert not part.images.flags.writeable
        assert np.array_equal(mapped.learning.images, digits.learning.images)
        assert np.array_equal(mapped.test.labels, digits.test.labels)

    def test_a_packed_file_is_read_into_memory(self, tmp_path, digits):
        write_idx(tmp_path / "packed.gz", digits.test.images)
        read = map_idx(tmp_path / "packed.gz")
        assert not isinstance(owner(read), mmap.mmap)
        assert np.array_equal(read, digits.test.images)

    @pytest.mark.parametrize("kind", ["int16", "int32", "float32", "float64"])
    def test_numbers_that_would_stand_the_wrong_way_round_are_read(self, tmp_path, kind):
        array = np.arange(12, dtype=kind).reshape(3, 4)
        write_idx(tmp_path / "numbers", array)
        read = map_idx(tmp_path / "numbers")
        assert read.dtype.isnative
        assert np.array_equal(read, array)

    @pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (1,), (2, 3, 4)])
    @pytest.mark.parametrize("kind", ["uint8", "int8"])
    def test_every_shape_comes_back(self, tmp_path, shape, kind):
        array = np.ones(shape, kind)
        write_idx(tmp_path / "shape", array)
        read = map_idx(tmp_path / "shape")
        assert (read.shape, read.dtype) == (array.shape, array.dtype)
        assert np.array_equal(read, array)

    @pytest.mark.parametrize("change", [-1, -5000, 1, 5000])
    def test_a_file_of_another_size_than_its_header_says_is_refused(self, folder, tmp_path, change):
        content = (folder / TEST[0]).read_bytes()
        wrong = content[:change] if change < 0 else content + bytes(change)
        (tmp_path / "wrong").write_bytes(wrong)
        with pytest.raises(DataError) as caught:
            map_idx(tmp_path / "wrong")
        assert ("cut short" if change < 0 else "too long") in str(caught.value)

    def test_a_file_that_grows_while_it_is_opened_is_refused(self, folder, monkeypatch):
        def another_size(*_: object, **__: object) -> bytes:
            return bytes(10)

        monkeypatch.setattr(mmap, "mmap", another_size)
        with pytest.raises(DataError, match="changes while it is read"):
            map_idx(folder / TEST[0])

    def test_where_nothing_can_be_mapped_the_file_is_read(self, folder, digits, monkeypatch):
        def refuse(*_: object, **__: object) -> None:
            raise OSError("no such device")

        monkeypatch.setattr(mmap, "mmap", refuse)
        assert np.array_equal(map_idx(folder / TEST[0]), digits.test.images)

    def test_a_file_that_is_replaced_does_not_change_what_is_mapped(self, tmp_path, digits):
        path = tmp_path / "images"
        write_idx(path, digits.test.images)
        mapped = map_idx(path)
        write_idx(path, np.zeros_like(digits.test.images[:3]))
        assert np.array_equal(mapped, digits.test.images)

    def test_check_finds_a_mapped_set_sound(self, folder):
        report = check(folder)
        assert not report.problems
        assert report.digits is not None
        assert len(report.files) == 4


class TestTraining:
    @pytest.mark.parametrize("shift", [0, 2])
    def test_it_ends_in_the_same_bits_from_a_map_as_from_memory(self, folder, digits, shift):
        spec = TrainingSpec(epochs=1, batch_size=64, shift=shift, threads=1)
        ends = []
        for each in load(folder), replace(digits, name=folder.name):
            training = Training(Network(NetworkSpec((16,))).initialize(3), each, spec)
            *_, finished = training
            ends.append((training.network.values.tobytes(), finished.test_loss))
        assert ends[0] == ends[1]

    @pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="only Linux tells")
    @pytest.mark.parametrize("shift", [0, 1])
    def test_its_memory_does_not_grow_with_the_pixels(self, tmp_path, digits, shift):
        """94 MB of pixels are learned from in a process of its own."""
        images = digits.learning.images
        with open(tmp_path / LEARNING[0], "wb") as file:
            shape = (30 * len(images), *images.shape[1:])
            file.write(Header(np.dtype(">u1"), shape).encoded())
            for _ in range(30):
                file.write(images.data)
        write_idx(tmp_path / LEARNING[1], np.tile(digits.learning.labels, 30))
        write_idx(tmp_path / TEST[0], digits.test.images)
        write_idx(tmp_path / TEST[1], digits.test.labels)
        done = subprocess.run(
            [sys.executable, "-c", _LEARN, str(tmp_path), str(shift)],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=True,
        )
        before, after = map(int, done.stdout.split())
        assert after - before < 30_000, "kilobytes"


_LEARN = """
import sys
from itertools import islice
from core.datasets import load
from core.network import Network
from core.spec import NetworkSpec, TrainingSpec
from core.threads import use_threads
from core.training import Training

def anonymous():
    lines = open("/proc/self/status").read().splitlines()
    return next(line.split()[1] for line in lines if line.startswith("RssAnon"))

use_threads(1)
before = anonymous()
digits = load(sys.argv[1])
spec = TrainingSpec(batch_size=64, shift=int(sys.argv[2]), threads=1)
list(islice(Training(Network(NetworkSpec((16,))).initialize(0), digits, spec), 300))
print(before, anonymous())
"""


class TestRepeats:
    def test_the_same_images_are_found_as_by_comparing_all(self, random):
        images = random.integers(0, 2, (200, 2, 3), dtype=np.uint8)
        others = random.integers(0, 2, (40, 2, 3), dtype=np.uint8)
        plain = [any((image == other).all() for other in others) for image in images]
        assert repeats.occurring(images, others).tolist() == plain
        assert any(plain)
        assert not all(plain)

    def test_images_that_only_share_a_fingerprint_are_told_apart(self, random, monkeypatch):
        monkeypatch.setattr(
            repeats, "_fingerprints", lambda images: np.zeros(len(images), np.int64)
        )
        self.test_the_same_images_are_found_as_by_comparing_all.__func__(self, random)

    def test_chunks_join_without_a_seam(self, random, monkeypatch):
        monkeypatch.setattr(repeats, "_CHUNK", 7)
        images = random.integers(0, 256, (50, 4, 4), dtype=np.uint8)
        assert np.flatnonzero(repeats.occurring(images, images[11:23])).tolist() == [*range(11, 23)]

    def test_many_images_are_set_apart_in_a_file(self, digits, monkeypatch):
        left_out = Part(digits.learning.images[5:9], digits.learning.labels[5:9])
        in_memory = digits.without(left_out)
        monkeypatch.setattr(repeats, "MOST_IN_MEMORY", 1000)
        monkeypatch.setattr(repeats, "_CHUNK", 999)
        in_file = digits.without(left_out)
        assert isinstance(owner(in_file.learning.images), mmap.mmap)
        assert np.array_equal(in_file.learning.images, in_memory.learning.images)
        assert len(in_file.learning) == len(digits.learning) - 4

    def test_no_room_for_them_is_said(self, digits, monkeypatch):
        def full(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(repeats, "MOST_IN_MEMORY", 0)
        monkeypatch.setattr(repeats, "TemporaryFile", full)
        with pytest.raises(SaveError, match="No space left on device"):
            digits.without(digits.validation)

    def test_reading_and_mapping_agree(self, folder):
        for stem in (*LEARNING, *TEST):
            assert np.array_equal(read_idx(folder / stem), map_idx(folder / stem))
