"""A lock between processes, which the system opens by itself when its holder ends."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


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
        ours = take(descriptor)
        yield ours
        if ours:
            # Windows removes no file that is open; then it stays, which harms nobody.
            with suppress(OSError):
                path.unlink()
    finally:
        os.close(descriptor)


def take(file: int) -> bool:
    """Lock an open file until it is closed; False where another has locked it."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
