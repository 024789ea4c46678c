"""`zmlp --reset`: the window as at its first start; needs neither Qt nor readable settings."""

import os
from datetime import datetime
from itertools import count
from pathlib import Path

from core.errors import SaveError
from core.files import display, settings_folder

# What the window writes of its own accord; networks and runs are work, and stay.
NAMES = ("settings.json", "drawing.jsonl", "drawing-*.jsonl")


def reset() -> Path | None:
    """Put what the window remembers aside.

    Returns
    -------
    Path or None
        The folder where it is now; None if nothing was remembered.

    Raises
    ------
    SaveError
        It cannot be moved.
    """
    folder = settings_folder()
    found = sorted({path for name in NAMES for path in folder.glob(name)})
    if not found:
        return None
    stem = f"before-reset-{datetime.now():%Y%m%d-%H%M%S}"
    names = (stem if n == 1 else f"{stem}-{n}" for n in count(1))
    aside = next(path for name in names if not (path := folder / name).exists())
    try:
        aside.mkdir()
        for path in found:
            os.rename(path, aside / path.name)
    except OSError as error:
        raise SaveError(
            f"The settings in {display(folder)} could not be put aside: {error.strerror}; "
            "move them away."
        ) from error
    return aside
