"""The one table of what is remembered between starts: to remember a value is one line of it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt6.QtWidgets import QSplitter

from core import networks
from core.errors import SpecError
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui import placement
from zmlp_gui.memory import Remembered
from zmlp_gui.toolbar import THICKEST, THINNEST

if TYPE_CHECKING:
    from zmlp_gui.window import Window

# Characters of a data set's name or folder.
LONGEST_NAME = 4096


def remembered(window: "Window", columns: QSplitter) -> list[Remembered]:
    """What is remembered of a window, in the order in which it is brought back.

    Beside these the theme, the files used last (`recent.py`) and the drawing (`sheet.py`).

    Parameters
    ----------
    window : Window
        Its parts exist, but need not be laid out yet.
    columns : QSplitter
        What divides it.
    """
    tools = window.tools
    return [
        Remembered(
            "window",
            lambda: placement.place(window),
            lambda value: placement.put(window, value),
        ),
        # Before the widths of the columns, whose order it turns.
        Remembered("left_handed", lambda: window.left_handed, yes_or_no(window.set_left_handed)),
        Remembered(
            "columns",
            # On the stage they are those of the stage.
            lambda: None if window.presenter.on else placement.widths(columns),
            lambda value: placement.set_widths(columns, value),
        ),
        Remembered("brush", tools.brush, whole(THINNEST, THICKEST, tools.set_brush)),
        _choice(window, "tool", "pen", "eraser"),
        _choice(window, "pace", "pace_slow", "pace_watch", "pace_full"),
        _choice(window, "curve", "accuracy", "loss"),
        Remembered("curves", lambda: _curves(window), lambda value: _put_curves(window, value)),
        Remembered(
            "training", lambda: _training(window), lambda value: _put_training(window, value)
        ),
        Remembered("network", lambda: _network(window), lambda value: _put_network(window, value)),
    ]


def whole(low: int, high: int, put: Callable[[int], object]) -> Callable[[Any], object]:
    """What puts a whole number from `low` to `high`, and takes nothing else."""

    def check_and_put(value: Any) -> None:
        if type(value) is not int or not low <= value <= high:
            raise ValueError(f"no whole number from {low} to {high}")
        put(value)

    return check_and_put


def yes_or_no(put: Callable[[bool], object]) -> Callable[[Any], object]:
    """What puts True or False, and takes nothing else."""

    def check_and_put(value: Any) -> None:
        if not isinstance(value, bool):
            raise TypeError("neither true nor false")
        put(value)

    return check_and_put


def _choice(window: "Window", name: str, *names: str) -> Remembered:
    """Which of some actions that exclude each other is on."""

    def get() -> str | None:
        return next((each for each in names if window.actions_[each].isChecked()), None)

    def put(value: Any) -> None:
        if value not in names:
            raise ValueError(f"none of {names}")
        window.actions_[value].trigger()

    return Remembered(name, get, put)


def _training(window: "Window") -> dict[str, Any] | None:
    """The settings of the next run; None while they are not allowed."""
    try:
        network, training, data = window.panel.specs()
    except SpecError:
        return None
    return {"network": network.to_json(), "training": training.to_json(), "data": data}


def _put_training(window: "Window", value: Any) -> None:
    network = NetworkSpec.from_json(value["network"])
    training = TrainingSpec.from_json(value["training"])
    data = value["data"]
    if not isinstance(data, str) or not 0 < len(data) <= LONGEST_NAME or not data.isprintable():
        raise ValueError("no data set")
    window.panel.set_specs(network, training, data)
    window.curves.set_x_range(training.epochs)


def _curves(window: "Window") -> dict[str, Any]:
    curves = window.curves
    return {"axis": curves.axis, "smoothing": curves.smoothing, "log": curves.log}


def _put_curves(window: "Window", value: Any) -> None:
    curves = window.curves
    curves.show_over(value["axis"])
    curves.smooth(value["smoothing"])
    curves.log = value["log"] is True


def _network(window: "Window") -> str | None:
    """The file of the network that reads, or the name of a bundled one; None where it has none."""
    shelf = window.session.shelf
    if shelf.restoring:
        return None
    if shelf.current_file is not None:
        return os.path.abspath(shelf.current_file)
    name = shelf.current.model.name
    return name if shelf.current.run is None and name in networks.BUNDLED else None


def _put_network(window: "Window", value: Any) -> None:
    if not isinstance(value, str) or "\0" in value:
        raise TypeError("no file's name")
    shelf = window.session.shelf
    if value != shelf.current.model.name or value not in networks.BUNDLED:
        shelf.restore(Path(value))
