"""The way from core to the files that the program ships, whichever name core goes by."""

from importlib import import_module
from typing import BinaryIO


def open_bundled(name: str) -> BinaryIO:
    """Open a shipped file for reading.

    Parameters
    ----------
    name : str
        Path below the package `assets`, with forward slashes.

    Raises
    ------
    OSError
        There is no such file.
    """
    # The sibling of `core` is `assets`, that of `zmlp_app.core` is `zmlp_app.assets`; an import
    # statement can say only one of the two.
    assets = import_module(__package__.removesuffix("core") + "assets")
    file: BinaryIO = assets.open(name)
    return file
