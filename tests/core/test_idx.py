"""The IDX format: everything numpy and the format share survives, everything else is refused."""

import gzip
import hashlib
import io
import os
import random
import struct
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from core.errors import DataError, SaveError
from core.idx import (
    DTYPES,
    Header,
    read_header,
    read_header_from,
    read_idx,
    read_idx_from,
    sha256,
    write_idx,
)

IMAGES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
RAW = struct.pack(">BBBB3I", 0, 0, 8, 3, 2, 3, 4) + IMAGES.tobytes()

arrays = npst.arrays(
    st.sampled_from([dtype.newbyteorder(order) for dtype in DTYPES.values() for order in "<>"]),
    npst.array_shapes(min_dims=0, max_dims=8, min_side=0, max_side=4),
)


def header(code: int, *shape: int) -> bytes:
    return struct.pack(f">BBBB{len(shape)}I", 0, 0, code, len(shape), *shape)


def read_bytes(content: bytes) -> np.ndarray:
    return read_idx_from(io.BytesIO(content), "digits.idx")


def refusal(content: bytes) -> str:
    with pytest.raises(DataError) as caught:
        read_bytes(content)
    return str(caught.value)


def peak_memory(action: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


class TestRoundTrip:
    @given(array=arrays, suffix=st.sampled_from(["", ".gz"]))
    @settings(deadline=None)
    def test_every_type_and_rank_comes_back_bit_for_bit(self, tmp_path_factory, array, suffix):
        path = tmp_path_factory.getbasetemp() / f"round-trip{suffix}"
        write_idx(path, array)
        back = read_idx(path)
        native = array.astype(array.dtype.newbyteorder("="))
        assert (back.shape, back.dtype) == (native.shape, native.dtype)
        assert back.dtype.isnative
        assert back.tobytes() == native.tobytes()
        assert read_header(path).shape == array.shape

    @pytest.mark.parametrize("code", DTYPES)
    def test_numbers_stand_big_endian_behind_their_code(self, tmp_path, code):
        dtype = DTYPES[code]
        write_idx(tmp_path / "x", np.array([1, 100], dtype.newbyteorder("=")))
        letter = {8: "B", 9: "b", 11: "h", 12: "i", 13: "f", 14: "d"}[code]
        expected = struct.pack(">BBBBI", 0, 0, code, 1, 2) + struct.pack(f">2{letter}", 1, 100)
        assert (tmp_path / "x").read_bytes() == expected

    def test_rank_64_is_read_and_written(self, tmp_path):
        array = np.full((1,) * 64, 7, np.int16)
        write_idx(tmp_path / "x", array)
        assert read_idx(tmp_path / "x").tolist() == array.tolist()

    def test_arrays_with_gaps_and_in_column_order_are_written_in_row_order(self, tmp_path):
        for array in IMAGES[:, ::2, ::-1], np.asfortranarray(IMAGES):
            write_idx(tmp_path / "x", array)
            assert np.array_equal(read_idx(tmp_path / "x"), array)

    def test_what_was_read_may_be_changed(self):
        images = read_bytes(RAW)
        images[0] = 255
        assert images[0].min() == 255

    def test_gzip_is_recognised_by_content_not_by_name(self, tmp_path):
        (tmp_path / "raw.gz").write_bytes(RAW)
        (tmp_path / "packed").write_bytes(gzip.compress(RAW, mtime=0))
        assert np.array_equal(read_idx(tmp_path / "raw.gz"), IMAGES)
        assert np.array_equal(read_idx(tmp_path / "packed"), IMAGES)

    def test_gzip_of_several_members_is_one_stream(self):
        assert np.array_equal(
            read_bytes(gzip.compress(RAW[:9], mtime=0) + gzip.compress(RAW[9:])), IMAGES
        )

    def test_packed_files_depend_on_the_array_alone(self, tmp_path):
        write_idx(tmp_path / "one.gz", IMAGES)
        (tmp_path / "elsewhere").mkdir()
        write_idx(tmp_path / "elsewhere" / "two.gz", np.asfortranarray(IMAGES))
        packed = (tmp_path / "one.gz").read_bytes()
        assert packed == (tmp_path / "elsewhere" / "two.gz").read_bytes()
        assert packed[:2] == b"\x1f\x8b"
        assert packed[3:8] == bytes(5), "flags and time"

    def test_names_that_are_not_utf8_work(self, tmp_path):
        path = os.fsdecode(os.fsencode(tmp_path) + b"/z\xfcrich.gz")
        try:
            write_idx(path, IMAGES)
        except SaveError:
            pytest.skip("this file system takes only names in UTF-8")
        assert np.array_equal(read_idx(path), IMAGES)
        Path(path).write_bytes(b"PNG")
        with pytest.raises(DataError, match=r"z\\xfcrich"):
            read_idx(path)

    def test_sha256_is_that_of_the_unpacked_file(self):
        assert sha256(IMAGES) == hashlib.sha256(RAW).hexdigest()


class TestRefusal:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "is empty"),
            (gzip.compress(b"", mtime=0), "ends after 0 bytes"),
            (RAW[:3], "ends after 3 bytes, within its header"),
            (RAW[:11], "ends after 11 bytes, within its header"),
            (gzip.compress(RAW[:11], mtime=0), "ends after 11 bytes, within its header"),
            (b"\x89PNG\r\n\x1a\n" + bytes(99), "begins with 89 50 4e 47"),
            (b"7", "no IDX file"),
            (header(0x0A, 1) + b"1", "byte 2 says number type 0A"),
            (b"\0\0\x08\xff" + bytes(4 * 255), "byte 3 says 255 dimensions, and 64"),
            (RAW[:-1], "promises 24 bytes of numbers, which a file of 39 bytes cannot hold"),
            (gzip.compress(RAW[:-1], mtime=0), "promises 24 bytes of numbers and 23 are there"),
            (RAW + b"x", "too long: more follows the 24 bytes"),
            (gzip.compress(RAW + b"x", mtime=0), "too long: more follows the 24 bytes"),
            (header(0x08, 0, 28, 28) + b"x", "too long: more follows the 0 bytes"),
            (gzip.compress(RAW, mtime=0)[:-9], "gzip stream breaks off at byte"),
            (gzip.compress(RAW, mtime=0)[:-1], "gzip stream breaks off at byte"),
            (gzip.compress(RAW, mtime=0)[:12], "gzip stream breaks off at byte 12"),
            (gzip.compress(RAW, mtime=0)[:-8] + bytes(8), "CRC check failed"),
            (gzip.compress(RAW, mtime=0)[:10] + b"\xff" * 40, "goes wrong before byte"),
            (gzip.compress(RAW, mtime=0) + b"junk", "goes wrong before byte"),
            (b"\x1f\x8b\x09" + gzip.compress(RAW, mtime=0)[3:], "goes wrong before byte"),
            (header(0x08, *[2**32 - 1] * 3) + b"x", "more numbers than any memory holds"),
            (header(0x0E, 2**32 - 1, 0, 2**32 - 1), "more numbers than any memory holds"),
        ],
    )
    def test_broken_content_is_told_with_file_and_place(self, content, words):
        sentence = refusal(content)
        assert words in sentence
        assert sentence.startswith("digits.idx ")
        assert sentence.endswith(".")
        assert "\n" not in sentence

    @given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda tail: b"\0\0\x08" + tail))
    def test_no_bytes_raise_anything_but_data_error(self, content):
        try:
            array = read_bytes(content)
        except DataError:
            return
        assert (
            Header(array.dtype.newbyteorder(">"), array.shape).encoded()
            + array.astype(array.dtype.newbyteorder(">")).tobytes()
            == content
        )

    @pytest.mark.parametrize("content", [RAW, gzip.compress(RAW, mtime=0)], ids=["raw", "gzip"])
    def test_every_cut_is_noticed(self, content):
        for length in range(len(content)):
            refusal(content[:length])

    def test_a_flipped_bit_in_a_gzip_file_never_changes_the_numbers(self):
        content = gzip.compress(RAW, mtime=0)
        for position in range(len(content)):
            for bit in range(8):
                broken = bytearray(content)
                broken[position] ^= 1 << bit
                try:
                    images = read_bytes(bytes(broken))
                except DataError:
                    continue
                assert np.array_equal(images, IMAGES)

    def test_a_missing_file_is_told(self, tmp_path):
        with pytest.raises(DataError, match=r"nothing-here does not exist"):
            read_idx(tmp_path / "nothing-here")

    def test_a_folder_is_told(self, tmp_path):
        with pytest.raises(DataError, match=r"is a folder"):
            read_idx(tmp_path)

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
    def test_a_pipe_is_refused_instead_of_waited_for(self, tmp_path):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(DataError, match=r"a device or a pipe"):
            read_idx(tmp_path / "pipe")

    @pytest.mark.skipif(not hasattr(os, "geteuid"), reason="the system has no such permissions")
    def test_a_file_without_permission_is_told(self, tmp_path):
        path = tmp_path / "secret"
        path.write_bytes(RAW)
        path.chmod(0)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        try:
            with pytest.raises(DataError, match=r"secret may not be read"):
                read_idx(path)
        finally:
            os.seteuid(user)

    def test_a_failing_disk_is_told(self, tmp_path, monkeypatch):
        (tmp_path / "x").write_bytes(RAW)

        def fail(*_: object) -> None:
            raise OSError(5, "Input/output error")

        monkeypatch.setattr("core.idx.read_idx_from", fail)
        with pytest.raises(DataError, match=r"x cannot be read \(Input/output error\)"):
            read_idx(tmp_path / "x")

    @pytest.mark.parametrize("dtype", ["int64", "uint16", "bool", "float16", "complex128", "U3"])
    def test_types_that_the_format_lacks_are_not_written(self, tmp_path, dtype):
        with pytest.raises(DataError, match="IDX cannot hold"):
            write_idx(tmp_path / "x", np.zeros(2, dtype))
        assert list(tmp_path.iterdir()) == []

    def test_a_side_longer_than_the_format_can_say_is_not_written(self, tmp_path):
        huge = np.broadcast_to(np.uint8(0), (1 << 32,))
        with pytest.raises(DataError, match=r"at most 4,294,967,295"):
            write_idx(tmp_path / "x", huge)

    def test_a_failed_save_leaves_the_last_good_file(self, tmp_path):
        write_idx(tmp_path / "x", IMAGES)
        with pytest.raises(DataError):
            write_idx(tmp_path / "x", np.zeros(2, np.int64))
        with pytest.raises(SaveError):
            write_idx(tmp_path / "no such folder" / "x", IMAGES)
        assert np.array_equal(read_idx(tmp_path / "x"), IMAGES)


class TestHostileFiles:
    """Promises are weighed before memory is taken."""

    @pytest.mark.parametrize(
        "content",
        [
            header(0x08, 2**32 - 1) + bytes(1000),
            gzip.compress(header(0x08, 2**32 - 1) + bytes(1000)),
            header(0x0E, 2**32 - 1, 2**16) + bytes(1000),
            gzip.compress(header(0x08, 60_000, 28, 28) + bytes(1000)),
            # As much as a stream of that size might just hold, but does not.
            gzip.compress(header(0x08, 9_000_000) + random.Random(1).randbytes(10_000)),
        ],
        ids=["raw 4 GB", "gzip 4 GB", "raw 2 PB", "gzip 47 MB", "gzip plausible"],
    )
    def test_a_promise_alone_takes_neither_memory_nor_time(self, content):
        start = time.perf_counter()
        assert peak_memory(lambda: refusal(content)) < 2 << 20
        assert time.perf_counter() - start < 1.0

    def test_a_gzip_bomb_behind_a_small_header_is_left_unopened(self):
        bomb = gzip.compress(RAW + bytes(64 << 20))
        assert peak_memory(lambda: refusal(bomb)) < 1 << 20

    def test_a_gzip_bomb_that_keeps_its_promise_is_refused(self):
        size = 200 << 20
        piece = gzip.compress(bytes(1 << 20))
        bomb = gzip.compress(header(0x08, size)) + piece * (size >> 20)
        start = time.perf_counter()
        assert peak_memory(lambda: refusal(bomb)) < 1 << 20
        assert time.perf_counter() - start < 1.0
        assert "as no real images do: unpack it with gunzip" in refusal(bomb)

    def test_a_header_alone_weighs_the_promise_too(self):
        with pytest.raises(DataError, match="is cut short"):
            read_header_from(io.BytesIO(header(0x08, 2**32 - 1)), "digits.idx")

    def test_reading_holds_the_numbers_once(self):
        content = gzip.compress(header(0x08, 16 << 20) + random.Random(2).randbytes(16 << 20), 1)
        assert peak_memory(lambda: read_bytes(content)) < 1.25 * (16 << 20)

    @pytest.mark.skipif(sys.platform != "linux", reason="limits memory as Linux does")
    def test_a_sound_file_larger_than_memory_is_told(self, tmp_path):
        with open(tmp_path / "huge", "wb") as file:
            file.write(header(0x08, 2**32 - 1))
            file.truncate(8 + 2**32 - 1)
        program = (
            "import resource, sys\n"
            "from core.errors import DataError\n"
            "from core.idx import read_idx\n"
            "resource.setrlimit(resource.RLIMIT_AS, (1 << 29, 1 << 29))\n"
            "try:\n"
            "    read_idx(sys.argv[1])\n"
            "except DataError as error:\n"
            "    print(error)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / "huge")],
            cwd=Path(__file__).parents[2],
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        assert "does not fit into memory" in done.stdout
