"""A lock between processes, which the system opens by itself when its holder ends."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Hold a lock while the block runs.

    Parameters
    ----------
    path : Path
        An empty file of this name is made, and taken away again; its folder must exist.

    Yields
    ------
    bool
        False where another holds it; this never waits.

    Raises
    ------
    OSError
        The file cannot be made.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        ours = _take(descriptor)
        yield ours
        if ours:
            # Windows removes no file that is open; then it stays, which harms nobody.
            with suppress(OSError):
                path.unlink()
    finally:
        os.close(descriptor)


if sys.platform == "win32":

    def _take(descriptor: int) -> bool:
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:

    def _take(descriptor: int) -> bool:
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
