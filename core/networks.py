"""Where networks live: those that come with the program, and the user's own folder."""

import os
import re
from datetime import datetime
from pathlib import Path

from .committee import COMMITTEE_SUFFIX, load_bundled_committee, load_committee
from .errors import ModelError, SaveError
from .files import display, user_folder
from .model_file import SUFFIX, Model, load, load_bundled

BEST_ON_MNIST = "champion"
BEST_ON_DRAWINGS = "hand"
COMMITTEES = ("committee",)
TAUGHT = "-taught"
"""How the names of files end that hold taught networks, before the suffix."""
BUNDLED = ("champion", "hand", "first-light", *COMMITTEES)


def own_folder() -> Path:
    """The user's folder of networks, made if it is not there.

    Raises
    ------
    SaveError
        It could not be made.
    """
    folder = _folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SaveError(
            f"The folder {display(folder)} could not be made: {error.strerror}."
        ) from error
    return folder


def new_path(name: str) -> Path:
    """A file that is not there yet, in the user's folder, for a network that was just trained."""
    # Forty letters are at most 160 bytes; the whole name may take 255.
    plain = re.sub(r"[^\w.-]+", "-", name).strip("-.")[:40] or "network"
    stem = f"{plain}-{datetime.now():%Y%m%d-%H%M%S}"
    numbers = ("", *(f"-{number}" for number in range(2, 1000)))
    return next(path for n in numbers if not (path := own_folder() / f"{stem}{n}{SUFFIX}").exists())


def taught_path(start: str) -> Path:
    """The file in the user's folder for what is taught to the network of that name or file."""
    stem = re.sub(r"[^\w.-]+", "-", Path(start).name.removesuffix(SUFFIX)).strip("-.")[:40]
    return own_folder() / f"{stem.removesuffix(TAUGHT) or 'network'}{TAUGHT}{SUFFIX}"


def taught_networks() -> list[tuple[Path, str]]:
    """The networks that the user has taught: their files and their names."""
    files = sorted(_folder().glob(f"*{TAUGHT}{SUFFIX}"))
    return [(path, taught_name(path.stem.removesuffix(TAUGHT))) for path in files if path.is_file()]


def taught_name(name: str) -> str:
    """What a network is called once it was taught."""
    ending = ", taught by you"
    return name.removesuffix(ending) + ending


def find(name: str | os.PathLike[str]) -> Model:
    """The network or committee of a file, or the bundled one of that name.

    Raises
    ------
    ModelError
        There is neither, or the file cannot be used.
    """
    if os.path.isfile(name):
        return _load(name)
    if os.fspath(name) in COMMITTEES:
        return load_bundled_committee(os.fspath(name))
    if os.fspath(name) in BUNDLED:
        return load_bundled(os.fspath(name))
    if not os.path.exists(name):
        raise ModelError(
            f"There is no model file {display(name)}, and no bundled network of that name "
            f"(there is {', '.join(BUNDLED)}); choose a {SUFFIX} file that zmlp saved."
        )
    return _load(name)


def _load(name: str | os.PathLike[str]) -> Model:
    committee = os.fspath(name).lower().endswith(COMMITTEE_SUFFIX)
    return load_committee(name) if committee else load(name)


def _folder() -> Path:
    return user_folder() / "networks"
