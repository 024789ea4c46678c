"""What the program ships beside its code: data, networks, fonts, icons and sample ink."""

from importlib import resources
from typing import BinaryIO, cast


def open(name: str) -> BinaryIO:
    """Open a shipped file for reading.

    Parameters
    ----------
    name : str
        Path below this package, with forward slashes.

    Raises
    ------
    OSError
        There is no such file.
    """
    return cast(BinaryIO, resources.files(__name__).joinpath(name).open("rb"))
