"""Atomic writing: the file is whole or untouched, whatever goes wrong."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.errors import SaveError
from core.files import atomic_write, check_writable, display, set_aside, user_folder


def write(path: str | os.PathLike[str], content: bytes = b"new") -> None:
    with atomic_write(path) as file:
        file.write(content)


def no_space(descriptor: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def without_the_rights_of_root() -> Iterator[None]:
    """Root may write into every folder, so it becomes nobody for a while."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "net.safetensors"
    path.write_bytes(b"old")
    return path


def test_a_new_file_is_written_and_nothing_else(tmp_path: Path) -> None:
    write(tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["a"]


def test_a_file_is_replaced(file: Path) -> None:
    write(file)
    assert file.read_bytes() == b"new"
    assert os.listdir(file.parent) == [file.name]


def test_the_old_file_stands_until_the_new_one_is_whole(file: Path) -> None:
    with atomic_write(file) as out:
        out.write(b"ne")
        out.flush()
        assert file.read_bytes() == b"old"
        out.write(b"w")
    assert file.read_bytes() == b"new"


def test_content_is_on_the_disk_before_it_takes_the_place(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bytes] = []
    replace, fsync = os.replace, os.fsync

    def watch_sync(descriptor: int) -> None:
        synced.append(b"sync")
        fsync(descriptor)

    def watch_replace(source: Path, target: Path) -> None:
        assert synced
        assert source.parent == target.parent
        assert source.read_bytes() == b"new"
        replace(source, target)

    monkeypatch.setattr("os.fsync", watch_sync)
    monkeypatch.setattr("os.replace", watch_replace)
    write(file)
    assert file.read_bytes() == b"new"


def test_a_full_disk_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", no_space)
    with pytest.raises(SaveError) as caught:
        write(file)
    assert str(caught.value) == (
        f"{file} could not be written: No space left on device; choose another place for it."
    )
    assert file.read_bytes() == b"old"
    assert os.listdir(file.parent) == [file.name]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_in_the_block_leaves_the_old_file(file: Path, error: type[BaseException]) -> None:
    def broken_off() -> None:
        with atomic_write(file) as out:
            out.write(b"half")
            raise error

    with pytest.raises(error):
        broken_off()
    assert file.read_bytes() == b"old"
    assert os.listdir(file.parent) == [file.name]


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(SaveError, match=r"/there/net could not be written: No such file"):
        write(tmp_path / "not" / "there" / "net")


def test_a_folder_that_is_a_file_is_told(file: Path) -> None:
    with pytest.raises(SaveError, match="Not a directory"):
        write(file / "net")


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="this system has no read-only folders")
def test_a_read_only_folder_is_told(file: Path) -> None:
    file.parent.chmod(0o500)
    with without_the_rights_of_root(), pytest.raises(SaveError, match="Permission denied"):
        write(file)
    file.parent.chmod(0o700)
    assert file.read_bytes() == b"old"


@pytest.mark.parametrize("name", ["", ".", "..", "/", "folder", "folder/"])
def test_a_folder_is_no_file_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    with pytest.raises(SaveError, match="could not be written: Is a directory"):
        write(name)
    assert os.listdir() == ["folder"]
    assert os.listdir("folder") == []


def test_long_names_and_names_that_are_not_utf8_work(tmp_path: Path) -> None:
    for name in (b"x" * 250, b"z\xfcrich.safetensors", "ü".encode() * 120):
        path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
        write(path)
        assert path.read_bytes() == b"new"


def test_a_file_is_as_open_to_others_as_any_new_one(tmp_path: Path) -> None:
    write(tmp_path / "ours")
    (tmp_path / "plain").write_bytes(b"")
    modes = [(tmp_path / name).stat().st_mode for name in ("ours", "plain")]
    assert modes[0] == modes[1]


class TestTrial:
    def test_changes_nothing_where_writing_would_do(self, file: Path) -> None:
        check_writable(file)
        check_writable(file.with_name("new"))
        assert file.read_bytes() == b"old"
        assert os.listdir(file.parent) == [file.name]

    def test_raises_what_writing_would_raise(self, file: Path) -> None:
        for path in (file.parent, file.parent / "no" / "folder", file / "below", "."):
            with pytest.raises(SaveError) as caught:
                write(path)
            with pytest.raises(SaveError) as early:
                check_writable(path)
            assert str(early.value) == str(caught.value)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (b"/a/digits.png", "/a/digits.png"),
        ("ziffern/über ① 数".encode(), "ziffern/über ① 数"),
        (b"z\xfcrich", r"z\xfcrich"),
        (b"two\nlines\x1b[2J", r"two\nlines\x1b[2J"),
    ],
)
def test_paths_are_shown_on_one_line_whatever_their_bytes(path: bytes, shown: str) -> None:
    assert display(os.fsdecode(path)) == shown
    assert display(Path(os.fsdecode(path))) == shown


def test_the_users_folder_follows_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert user_folder().name == "zmlp"


def test_a_file_is_set_aside_under_the_first_name_that_is_free(tmp_path):
    for number in (1, 2):
        (tmp_path / "settings.json").write_text(f"{number}")
        aside = set_aside(tmp_path / "settings.json", ("broken-1", "broken-2"))
        assert aside == tmp_path / f"settings.broken-{number}.json"
        assert aside.read_text() == f"{number}"
    assert not (tmp_path / "settings.json").exists()


def test_a_file_that_cannot_be_set_aside_is_one_sentence(tmp_path):
    with pytest.raises(SaveError, match=r"gone\.json could not be renamed"):
        set_aside(tmp_path / "gone.json", ("broken-1",))
