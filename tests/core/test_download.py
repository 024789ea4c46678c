"""Data sets from the web: whole or not at all, gone on with where it broke off, never too much."""

import errno
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core import download as downloads
from core import fetch as fetching
from core.dataset_files import LEARNING, STEMS
from core.datasets import KNOWN, load
from core.download import Progress, download
from core.errors import CancelledError, DataError, SaveError
from core.fetch import Patience
from core.lock import locked
from core.mirrors import SOURCES
from tests.web_folder import WebFolder, packed, publish_as_mnist, serving

QUICK = Patience(silence=1.0, period=0.2, slowest=1, tries=3, pause=0.0)
IMAGES = LEARNING[0]


@pytest.fixture
def second(
    web: WebFolder, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> Iterator[WebFolder]:
    """Another mirror, asked after the first."""
    with serving(packed(files)) as folder:
        publish_as_mnist(monkeypatch, files, web.address, folder.address)
        yield folder


def refusal(home: Path, **how: object) -> str:
    """The sentence of a download that fails; nothing has appeared."""
    with pytest.raises(DataError) as caught:
        download("mnist", patience=QUICK, **how)
    assert not (home / "mnist").exists()
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def staged(home: Path) -> list[str]:
    return sorted(each.name for each in (home / ".mnist.download").iterdir())


class TestWhatArrives:
    def test_the_four_files_are_there_unpacked_and_to_the_byte(self, web, files, user_folder):
        told: list[Progress] = []
        folder = download("mnist", progress=told.append)
        assert folder == user_folder / "mnist"
        assert {each.name: each.read_bytes() for each in folder.iterdir()} == files
        assert [name for name, _ in web.asked] == [f"{stem}.gz" for stem in STEMS]
        assert [each.name for each in user_folder.iterdir()] == ["mnist"]
        assert told[-1].done == told[-1].total == SOURCES["mnist"].size
        assert [each.done for each in told] == sorted(each.done for each in told)
        assert downloads.is_here("mnist")

    def test_it_loads_by_its_name(self, web, digits, user_folder):
        with pytest.raises(DataError, match="zmlp data download mnist"):
            load("mnist")
        download("mnist")
        loaded = load("mnist")
        assert np.array_equal(loaded.learning.images, digits.learning.images[:300])
        assert np.array_equal(loaded.test.labels, digits.test.labels[:90])

    def test_a_folder_that_holds_them_unpacked_will_do(self, web, files, user_folder):
        web.files = files
        download("mnist", mirror=web.address)
        assert downloads.is_here("mnist")

    def test_a_named_folder_is_asked_instead_of_the_known_ones(self, web, second):
        download("mnist", mirror=second.address.rstrip("/"))
        assert not web.asked
        assert len(second.asked) == 4

    def test_redirects_are_followed(self, web, second):
        web.moved = {f"{IMAGES}.gz": f"{second.address}{IMAGES}.gz"}
        download("mnist", mirror=web.address)
        assert [name for name, _ in second.asked] == [f"{IMAGES}.gz"]

    def test_only_what_is_missing_or_wrong_in_the_folder_is_loaded(self, web, files, user_folder):
        folder = download("mnist")
        (folder / IMAGES).write_bytes(b"broken")
        (folder / STEMS[3]).unlink()
        (folder / "mine.txt").write_text("stays")
        web.asked.clear()
        download("mnist")
        assert [name for name, _ in web.asked] == [f"{IMAGES}.gz", f"{STEMS[3]}.gz"]
        assert (folder / IMAGES).read_bytes() == files[IMAGES]
        assert (folder / "mine.txt").exists()
        assert not (user_folder / ".mnist.download").exists()

    def test_a_file_without_an_announced_size_is_taken(self, web):
        web.lengths = {f"{IMAGES}.gz": -1}
        download("mnist")
        assert downloads.is_here("mnist")


class TestGoingOn:
    def test_a_server_that_drops_is_asked_for_the_rest(self, web, user_folder):
        web.drops = 2
        download("mnist", patience=QUICK)
        half = len(web.files[f"{IMAGES}.gz"]) // 2
        ranges = [wanted for name, wanted in web.asked if name == f"{IMAGES}.gz"]
        assert ranges[:2] == [None, f"bytes={half}-"]
        assert downloads.is_here("mnist")

    def test_what_was_stopped_goes_on_at_the_next_call(self, web, user_folder):
        half = len(web.files[f"{IMAGES}.gz"]) // 2
        web.holds = True
        there: list[int] = []
        with pytest.raises(CancelledError):
            download(
                "mnist",
                progress=lambda progress: there.append(progress.done),
                cancelled=lambda: bool(there and there[-1]),
            )
        assert 0 < there[-1] <= half
        assert not (user_folder / "mnist").exists()
        web.holds = False
        web.go_on.set()
        web.asked.clear()
        download("mnist")
        assert web.asked[0] == (f"{IMAGES}.gz", f"bytes={there[-1]}-")
        assert downloads.is_here("mnist")

    @pytest.mark.parametrize("lacks", ["ranges", "tags"])
    def test_a_server_that_knows_no_parts_starts_over(self, web, lacks):
        setattr(web, lacks, False)
        web.drops = 1
        download("mnist", patience=QUICK)
        assert downloads.is_here("mnist")

    def test_a_file_that_changed_meanwhile_is_loaded_from_its_beginning(self, web, files):
        name = f"{IMAGES}.gz"
        right, web.files[name] = web.files[name], b"an older file" * 500
        web.drops = 100
        with pytest.raises(DataError):
            download("mnist", patience=QUICK)
        web.files[name], web.drops = right, 0
        download("mnist", patience=QUICK)
        assert downloads.is_here("mnist")

    def test_a_part_that_is_spoilt_is_loaded_once_more(self, web, user_folder):
        web.drops = 100
        refusal(user_folder)
        part = next((user_folder / ".mnist.download").glob("*.part"))
        part.write_bytes(bytes(part.stat().st_size))
        web.drops = 0
        download("mnist", patience=QUICK)
        assert downloads.is_here("mnist")

    def test_a_part_that_is_longer_than_the_file_is_loaded_once_more(self, web, user_folder):
        web.drops = 100
        refusal(user_folder)
        part = next((user_folder / ".mnist.download").glob("*.part"))
        part.write_bytes(bytes(2 * len(web.files[f"{IMAGES}.gz"])))
        web.drops = 0
        download("mnist", patience=QUICK)
        assert downloads.is_here("mnist")

    @pytest.mark.parametrize("note", [b"", b"{", b"[]", b'{"url": 3}', b"\xff"])
    def test_a_broken_note_beside_a_part_starts_it_over(self, web, user_folder, note):
        web.drops = 100
        refusal(user_folder)
        next((user_folder / ".mnist.download").glob("*.from")).write_bytes(note)
        web.drops = 0
        web.asked.clear()
        download("mnist", patience=QUICK)
        assert web.asked[0] == (f"{IMAGES}.gz", None)

    def test_files_that_had_arrived_are_not_loaded_again(self, web, user_folder):
        web.codes = {f"{STEMS[2]}.gz": 500}
        refusal(user_folder)
        web.codes = {}
        web.asked.clear()
        download("mnist", patience=QUICK)
        assert [name for name, _ in web.asked] == [f"{STEMS[2]}.gz", f"{STEMS[3]}.gz"]


def test_two_do_not_load_the_same_at_a_time(web, user_folder):
    user_folder.mkdir(parents=True)
    with locked(user_folder / ".mnist.lock") as ours:
        assert ours
        with pytest.raises(DataError, match="Another zmlp is loading mnist"):
            download("mnist")
        assert not web.asked
    download("mnist")
    assert [each.name for each in user_folder.iterdir()] == ["mnist"]


class TestMirrors:
    def test_the_second_is_asked_where_the_first_lacks_the_file(self, web, second):
        web.codes = {f"{IMAGES}.gz": 404}
        download("mnist", patience=QUICK)
        assert downloads.is_here("mnist")
        assert len(second.asked) == 4, "who has delivered is asked first for the rest"

    def test_the_sentence_says_what_each_of_them_did(self, web, second, user_folder):
        web.codes = {f"{IMAGES}.gz": 404}
        second.files[f"{IMAGES}.gz"] = packed({IMAGES: b"something else"})[f"{IMAGES}.gz"]
        sentence = refusal(user_folder)
        host = web.address.split("/")[2]
        other = second.address.split("/")[2]
        assert f"{host} answers 404 (Not Found)" in sentence
        assert f"{other} sends another file than the published one" in sentence
        assert IMAGES in sentence

    def test_a_mirror_that_is_not_there_is_named(self, web, user_folder):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            address = f"http://127.0.0.1:{taken.getsockname()[1]}/"
            assert "refuses the connection" in refusal(user_folder, mirror=address)

    def test_every_known_mirror_is_a_web_folder_and_every_file_has_a_checksum(self):
        for name, source in SOURCES.items():
            assert list(KNOWN[name].checksums) == list(STEMS)
            assert all(len(each) == 64 for each in KNOWN[name].checksums.values())
            assert len(set(source.mirrors)) >= 2
            for mirror in source.mirrors:
                assert mirror.startswith(("https://", "http://"))
                assert mirror.endswith("/")
            assert len(source.packed) == len(source.unpacked) == 4


class TestWhatIsRefused:
    def test_another_file(self, web, user_folder):
        web.files |= packed({IMAGES: bytes(200)})
        assert "another file than the published one" in refusal(user_folder)
        assert staged(user_folder) == [], "what is of no use does not stay"

    def test_a_file_that_announces_too_much(self, web, user_folder, files):
        web.lengths = {f"{IMAGES}.gz": 10 * len(files[IMAGES])}
        assert "sends more than the" in refusal(user_folder)

    def test_a_file_that_sends_too_much_is_cut_off(self, web, user_folder, files):
        name = f"{IMAGES}.gz"
        web.files[name] = os.urandom(10 * len(files[IMAGES]))
        web.lengths = {name: -1}
        taken: list[int] = []
        sentence = refusal(user_folder, progress=lambda progress: taken.append(progress.done))
        assert "sends more than the" in sentence
        assert max(taken) <= len(files[IMAGES]) + (1 << 16)

    def test_a_gzip_bomb(self, web, user_folder, files):
        web.files |= packed({IMAGES: bytes(200 * len(files[IMAGES]))})
        assert "unpacks to more than" in refusal(user_folder)
        assert staged(user_folder) == []

    def test_a_file_that_is_too_short(self, web, user_folder):
        web.files[f"{IMAGES}.gz"] = web.files[f"{IMAGES}.gz"][:-10]
        assert "damaged gzip file" in refusal(user_folder)

    def test_a_server_that_always_breaks_off(self, web, user_folder):
        web.drops, web.ranges = 100, False
        assert "breaks off after" in refusal(user_folder)

    def test_a_server_that_is_silent(self, web, user_folder):
        web.holds = True
        quick = Patience(silence=0.2, tries=2, pause=0.0)
        with pytest.raises(DataError, match=r"is silent for 0\.2 seconds"):
            download("mnist", patience=quick)

    def test_a_server_that_only_trickles(self, web, user_folder):
        slow = Patience(period=0.0, slowest=10**9)
        with pytest.raises(DataError, match="sends too slowly"):
            download("mnist", patience=slow)

    def test_a_redirect_to_a_file_of_this_machine(self, web, user_folder, tmp_path):
        secret = tmp_path / f"{IMAGES}.gz"
        secret.write_bytes(b"secret")
        for elsewhere in (secret.as_uri(), "ftp://127.0.0.1/x", f"{web.address}{IMAGES}.gz"):
            web.moved = {f"{IMAGES}.gz": elsewhere}
            assert "round in circles" in refusal(user_folder)

    @pytest.mark.parametrize(
        "address", ["", "mnist", "file:///etc", "ftp://127.0.0.1/", "https://", "http:/x"]
    )
    def test_what_is_no_web_folder(self, web, user_folder, address):
        if address:
            assert "no web folder" in refusal(user_folder, mirror=address)

    @pytest.mark.parametrize("port", ["99999", "x"])
    def test_an_address_that_makes_no_sense(self, web, user_folder, port):
        assert "could not be loaded" in refusal(user_folder, mirror=f"http://127.0.0.1:{port}/")

    @pytest.mark.parametrize(
        ("name", "said"), [("mnist-5k", "part of the program"), ("emnist", "no data set emnist")]
    )
    def test_a_name_that_is_not_known(self, name, said):
        with pytest.raises(DataError, match=said):
            download(name)


class TestTheDisk:
    def test_a_folder_without_the_right_to_write(self, web, user_folder, monkeypatch):
        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

        monkeypatch.setattr(Path, "mkdir", refuse)
        with pytest.raises(SaveError, match="Permission denied"):
            download("mnist")

    def test_a_full_disk_keeps_what_has_come(self, web, user_folder, monkeypatch):
        write, left = fetching._write, [1]

        def full(file, part, piece):
            if not left:
                with fetching.saving(part):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            left.pop()
            write(file, part, piece)

        monkeypatch.setattr(fetching, "STEP", 100)
        monkeypatch.setattr(fetching, "_write", full)
        with pytest.raises(SaveError, match="No space left on device"):
            download("mnist")
        assert not (user_folder / "mnist").exists()
        monkeypatch.undo()
        part = next((user_folder / ".mnist.download").glob("*.part"))
        assert part.stat().st_size > 0

    def test_a_disk_that_is_full_when_the_file_is_unpacked(self, web, user_folder, monkeypatch):
        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(SaveError, match="No space left on device"):
            download("mnist")
        assert not (user_folder / "mnist").exists()
        assert all(name.endswith((".part", ".from")) for name in staged(user_folder))
