"""Atomic writing, so that a crash, a full disk or a pulled plug never costs the last good file."""

import errno
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import platformdirs

from .errors import SaveError


@contextmanager
def atomic_write(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Write a file that appears whole or not at all.

    Yields a binary file in the same folder. When the block ends without an error it is flushed to
    the disk (fsync) and put in the place of `path` in one step; otherwise it is removed.

    Parameters
    ----------
    path : path-like
        The file to write; its folder must exist.

    Raises
    ------
    SaveError
        The folder is missing or read-only, the disk is full, the name is a folder's. A file
        that stood at `path` before is then still there, unchanged.
    """
    # A link stays a link: its target is replaced.
    target = Path(os.path.realpath(path))
    # A name of our own and the kernel's umask: tempfile would make the file private (0600).
    temporary = target.parent / f".{target.name[:40]}.{secrets.token_hex(4)}.tmp"
    try:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        with open(temporary, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise SaveError(
            f"{display(target)} could not be written: {reason}; choose another place for it."
        ) from error
    finally:
        with suppress(OSError):
            os.unlink(temporary)
    _sync_folder(target.parent)


def check_writable(path: str | os.PathLike[str]) -> None:
    """Raise now the `SaveError` that `atomic_write` would raise after hours of work."""
    with suppress(_TrialEndsError), atomic_write(path):
        raise _TrialEndsError


def user_folder() -> Path:
    """Where the user's own data sets and networks live; it need not exist."""
    return platformdirs.user_data_path("zmlp", appauthor=False)


def settings_folder() -> Path:
    """Where the window keeps what it remembers between starts; it need not exist."""
    return platformdirs.user_config_path("zmlp", appauthor=False)


def set_aside(path: Path, labels: Iterable[str]) -> Path:
    """Rename a file that cannot be used, so that another takes its place and nothing is lost.

    Parameters
    ----------
    path : Path
        `settings.json`, say.
    labels : iterable of str
        `broken-1`, `broken-2` and so on; the first that is free goes into the name.

    Returns
    -------
    Path
        Where it is now: `settings.broken-1.json`.

    Raises
    ------
    SaveError
        It cannot be renamed; it is still there.
    """
    names = (path.with_name(f"{path.stem}.{label}{path.suffix}") for label in labels)
    new = next(each for each in names if not os.path.lexists(each))
    try:
        os.rename(path, new)
    except OSError as error:
        raise SaveError(
            f"{display(path)} could not be renamed: {error.strerror}; move it away."
        ) from error
    return new


def display(path: str | os.PathLike[str]) -> str:
    """A path as printable text on one line; other bytes are shown as escapes."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text
    )


class _TrialEndsError(Exception):
    """Leaves `atomic_write` before anything is put in its place."""


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable; Windows can neither open nor sync a folder."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
