"""A lock on a run's folder, which ends with its process, however that ends."""

import os
from contextlib import suppress
from pathlib import Path
from time import sleep

from .lock import take

NAME = "lock"
# Who only looks whether a lock is held holds it for a moment: whoever wants it tries again.
TRIES, PAUSE = 5, 0.02


class RunLock:
    """Taken by whoever trains the run in a folder, so that no two do at once.

    Parameters
    ----------
    folder : Path
        The run's folder, which must exist.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file: int | None = None

    def take(self) -> bool:
        """Take it; False where another has it.

        Raises
        ------
        OSError
            The folder is gone or read-only.
        """
        file = os.open(self.folder / NAME, os.O_RDWR | os.O_CREAT, 0o644)
        for attempt in range(TRIES):
            if attempt:
                sleep(PAUSE)
            if take(file):
                self._file = file
                return True
        os.close(file)
        return False

    def let_go(self) -> None:
        """Leave it to others; once more is no harm."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


def is_held(folder: Path) -> bool:
    """Whether somebody trains the run in a folder now."""
    # Opened for writing too: some file systems lock nothing else.
    with suppress(OSError):
        file = os.open(folder / NAME, os.O_RDWR)
        try:
            return not take(file)
        finally:
            os.close(file)
    return False
