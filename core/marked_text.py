"""Text that a command makes between two marks of a file that people write."""

from collections.abc import Iterable
from pathlib import Path

from .errors import SaveError
from .files import atomic_write, display


def around(path: Path, begin: str, end: str) -> tuple[str, str]:
    """What stands before and behind the text between two marks, the marks included.

    Raises
    ------
    SaveError
        The file cannot be read or lacks the marks.
    """
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise SaveError(
            f"{display(path)} cannot be read: {error.strerror}; name a file with the marks {begin} "
            f"and {end}."
        ) from error
    except UnicodeDecodeError:
        raise SaveError(f"{display(path)} is no text in UTF-8; name another file.") from None
    before, first, rest = text.partition(begin)
    _, last, after = rest.partition(end)
    if not first or not last:
        raise SaveError(f"{display(path)} has no marks {begin} and {end}; put them into it.")
    return before + begin, end + after


def put_between(path: Path, begin: str, end: str, lines: Iterable[str]) -> None:
    """Replace what stands between two marks, each of which has a line of its own.

    Raises
    ------
    SaveError
        The file lacks the marks or cannot be written; it is as it was.
    """
    before, after = around(path, begin, end)
    made = "\n".join(lines)
    with atomic_write(path) as file:
        file.write(f"{before}\n{made}\n{after}".encode())
