"""Choices that are remembered between starts, in one JSON file that several windows share."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path
from typing import Any, NoReturn, TypeAlias, cast, get_args

from PyQt6.QtCore import QLockFile

from core.errors import SaveError
from core.files import atomic_write, display, set_aside, settings_folder
from zmlp_gui.theme import Choice
from zmlp_gui.words import tr

log = logging.getLogger(__name__)

NAME = "settings.json"
VERSION = 1
LARGEST = 1 << 20
# Milliseconds: how long writing waits for another window that writes, and after how long that one
# counts as dead.
PATIENCE, DEAD = 2000, 10_000

Change: TypeAlias = tuple[str, Callable[[Any], Any]]
"""A value's name, and what makes the new value of the one in the file, which may be anything."""


class Settings:
    """The remembered choices, JSON values by name.

    The file is read once, at the start. A change goes to the file by way of `write`, which takes
    over nothing but what this window changed, so that a window beside it loses nothing.

    Parameters
    ----------
    folder : Path, optional
        Where the file lives; the user's own by default.

    Attributes
    ----------
    folder : Path or None
        None where nothing is kept.
    complaint : str
        Why the file could not be used, in one sentence; empty if it could.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder: Path | None = folder or settings_folder()
        self.complaint = ""
        self._usable = True
        self._changes: list[Change] = []
        self._values = self._at_start(self.folder / NAME)

    # Values

    def get(self, name: str) -> Any:
        """A value as it was remembered, unchecked; None if it never was."""
        return self._values.get(name)

    def set(self, name: str, value: Any) -> None:
        """Choose a value."""
        if self._values.get(name) != value:
            self._changes = [each for each in self._changes if each[0] != name]
            self.change(name, lambda _: value)

    def change(self, name: str, make: Callable[[Any], Any]) -> None:
        """Make a value anew of what it is here, and of what it is in the file by then.

        Parameters
        ----------
        name : str
            The value's name.
        make : callable
            Is given the value, None or damaged perhaps, and returns the new one; it is called from
            other threads, too.
        """
        self._values[name] = make(self._values.get(name))
        self._changes.append((name, make))

    @property
    def theme(self) -> Choice:
        """Light, dark, or as the system has it."""
        value = self.get("theme")
        return cast(Choice, value) if value in get_args(Choice) else "system"

    @theme.setter
    def theme(self, value: Choice) -> None:
        self.set("theme", value)

    @property
    def has_started(self) -> bool:
        """Whether someone was shown how to draw and to train."""
        return self.get("has_started") is True

    @has_started.setter
    def has_started(self, value: bool) -> None:
        self.set("has_started", value)

    # The file

    def take_changes(self) -> list[Change]:
        """What `write` has to write; it is not returned again."""
        changes, self._changes = self._changes, []
        return changes

    def write(self, changes: list[Change]) -> None:
        """Bring changes into the file; may be called from any thread.

        Raises
        ------
        SaveError
            The file cannot be written.
        """
        if not changes or not self._usable or self.folder is None:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SaveError(
                f"The folder {display(self.folder)} could not be made: {error.strerror}."
            ) from error
        path = self.folder / NAME
        with _alone(self.folder):
            values = self._now(path)
            for name, make in changes:
                values[name] = make(values.get(name))
            with atomic_write(path) as file:
                file.write(json.dumps({"version": VERSION} | values, indent=1).encode())

    def save(self) -> None:
        """Write all changes now.

        Raises
        ------
        SaveError
            The file cannot be written.
        """
        self.write(self.take_changes())

    def _at_start(self, path: Path) -> dict[str, Any]:
        """The file's values; a file that cannot be used is kept aside."""
        try:
            return _read(path)
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except _NewerError as error:
            label = f"version-{error}"
            labels = chain([label], (f"{label}-{n}" for n in count(2)))
            words = tr("The settings are of a newer zmlp: they are kept as {name}.")
        except (OSError, _BrokenError) as error:
            log.warning("%s: %s", display(path), error)
            labels = chain(f"broken-{n}" for n in count(1))
            words = tr("The settings could not be read: they are kept as {name}.")
        try:
            self.complaint = words.format(name=set_aside(path, labels).name)
        except SaveError as error:
            # It is somebody's file: it stays as it is.
            self._usable = False
            self.complaint = str(error)
        return {}

    def _now(self, path: Path) -> dict[str, Any]:
        """The file's values at this moment; another window may have written it."""
        try:
            return _read(path)
        except FileNotFoundError:
            return {}
        except _NewerError:
            raise SaveError(
                f"{display(path)} is of a newer zmlp by now: this window leaves it alone."
            ) from None
        except _BrokenError:
            set_aside(path, (f"broken-{n}" for n in count(1)))
            return dict(self._values)
        except OSError as error:
            raise SaveError(f"{display(path)} could not be read: {error.strerror}.") from error


class FleetingSettings(Settings):
    """Choices of one start alone: what is done off-screen must not move a person's window."""

    def __init__(self) -> None:
        self.folder = None
        self.complaint = ""
        self._usable = False
        self._changes = []
        self._values = {}


class _BrokenError(Exception):
    """The file is not what `Settings` writes."""


class _NewerError(Exception):
    """The file is of a later version, which the error's text is."""


def _read(path: Path) -> dict[str, Any]:
    """The values of a file of this version."""
    with open(path, "rb") as file:
        data = file.read(LARGEST + 1)
    try:
        if len(data) > LARGEST:
            raise _BrokenError("far too large")
        values = json.loads(data.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise _BrokenError("no JSON") from error
    version = values.pop("version", None) if isinstance(values, dict) else None
    if type(version) is not int or version < 1:
        raise _BrokenError("no settings")
    if version > VERSION:
        # Part of a file's name soon.
        raise _NewerError(str(version) if version < 10**9 else "unknown")
    return cast(dict[str, Any], values)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other window writes; where that takes too long or cannot be known, go on."""
    lock = QLockFile(str(folder / "settings.lock"))
    lock.setStaleLockTime(DEAD)
    locked = lock.tryLock(PATIENCE)
    try:
        yield
    finally:
        if locked:
            lock.unlock()
