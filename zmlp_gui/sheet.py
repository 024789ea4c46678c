"""The file of a window's drawing, which is there again at the next start.

Every window that is open has a sheet of its own: the first `drawing.jsonl`, one that is opened
beside it `drawing-2.jsonl`, and so on. So no window ever writes over another's drawing. A sheet is
taken by a lock, which ends with its process however that ends; the next window takes the first
sheet that is free.
"""

from itertools import count
from pathlib import Path

from PyQt6.QtCore import QLockFile

from core.drawing import Drawing, read_ink, write_ink
from core.errors import DrawingError, SaveError
from core.files import set_aside

MOST = 20


class Sheet:
    """One window's drawing on disk; all but `let_go` is called beside the GUI thread.

    Parameters
    ----------
    folder : Path
        Where the sheets live; it is made if it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path: Path | None = None
        self._lock: QLockFile | None = None

    def take(self) -> Drawing | None:
        """Take the first free sheet and read what is on it; None for an empty one.

        Raises
        ------
        SaveError
            The folder cannot be made: nothing will be written either.
        DrawingError
            The file cannot be read; it is kept aside.
        """
        path = self._take_place()
        if path is None or not path.exists():
            return None
        try:
            drawings = read_ink(path)
        except DrawingError:
            # Where not even that works nothing may be written over it.
            self._path = None
            aside = set_aside(path, (f"broken-{n}" for n in count(1)))
            self._path = path
            raise DrawingError(
                f"The drawing of the last time could not be read: it is kept as {aside.name}."
            ) from None
        return drawings[0] if drawings else None

    def write(self, drawing: Drawing) -> None:
        """Keep a drawing in the place of the one before.

        Raises
        ------
        DrawingError
            It is larger than an ink file may hold.
        SaveError
            The file cannot be written.
        """
        if self._path is not None:
            write_ink(self._path, [] if drawing.is_empty else [drawing])

    def let_go(self) -> None:
        """Leave the sheet to the next window."""
        self._path = None
        if self._lock is not None:
            self._lock.unlock()

    def _take_place(self) -> Path | None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SaveError(f"What is drawn cannot be kept: {error.strerror}.") from error
        for number in range(1, MOST + 1):
            name = "drawing" if number == 1 else f"drawing-{number}"
            lock = QLockFile(str(self._folder / f"{name}.lock"))
            # However long a window is open, it is not dead as long as its process lives.
            lock.setStaleLockTime(0)
            if lock.tryLock(0):
                self._lock = lock
                self._path = self._folder / f"{name}.jsonl"
                break
        return self._path
