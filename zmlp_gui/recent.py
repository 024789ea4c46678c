"""The files that were used last, the newest first."""

import os
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from core.files import display
from zmlp_gui.background import Background
from zmlp_gui.settings import Settings
from zmlp_gui.words import tr

MOST = 10
# Characters of a name in the menu; longer ones are shortened.
LONGEST = 48
NAME = "recent"


class RecentFiles(QObject):
    """Keeps the list; windows that are open side by side add to the same one.

    Signals
    -------
    found : Path
        A file of the list is wanted, and it is there.
    told : str, str
        A sentence for the person and its kind.
    """

    found = pyqtSignal(object)
    told = pyqtSignal(str, str)

    def __init__(
        self, settings: Settings, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._background = background

    def entries(self) -> list[tuple[str, str]]:
        """Each file's whole name, and its name for people."""
        return [(name, shortened(name)) for name in _checked(self._settings.get(NAME))]

    def add(self, path: Path) -> None:
        """Put a file at the top of the list."""
        name = os.path.abspath(path)
        self._settings.change(NAME, lambda old: [name, *_without(old, name)][:MOST])

    def clear(self) -> None:
        """Forget them all."""
        self._settings.change(NAME, lambda _: [])

    def want(self, name: str) -> None:
        """Look whether a file is there, for a disk may be slow to say; one that is not goes."""
        path = Path(name)

        def look(exists: bool) -> None:
            if exists:
                self.found.emit(path)
                return
            self._settings.change(NAME, lambda old: _without(old, name))
            gone = tr("{name} is gone: it was taken off the list.", name=shortened(name))
            self.told.emit(gone, "notice")

        self._background.run(path.exists, look, lambda sentence: look(False))


def shortened(name: str) -> str:
    """A file's name for people: the home folder as `~`, folders in between left out."""
    home = os.path.expanduser("~")
    shown = display("~" + name[len(home) :] if name.startswith(home + os.sep) else name)
    parts = Path(shown).parts
    if len(shown) <= LONGEST or len(parts) < 4:
        return shown
    return os.path.join(parts[0], "…", *parts[-2:])


def _without(names: Any, name: str) -> list[str]:
    return [each for each in _checked(names) if each != name]


def _checked(names: Any) -> list[str]:
    """The list as it is in the file; what is damaged in it is left out."""
    if not isinstance(names, list):
        return []
    return [each for each in names if isinstance(each, str) and "\0" not in each][:MOST]
