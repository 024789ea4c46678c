"""The one table of what each action of the menus does."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QAction

from core import networks
from zmlp_gui import dialogs, log
from zmlp_gui.about import CREDITS, version
from zmlp_gui.toolbar import BRUSH_STEP

if TYPE_CHECKING:
    from zmlp_gui.window import Window


def handlers(window: "Window") -> dict[str, Callable[[], object]]:
    """What each action does to a window, by the names of `actions.menus()`.

    Parameters
    ----------
    window : Window
        Its parts exist, but for the presenter, which wants the actions first, and its tools.
    """
    session, files = window.session, window.files
    canvas, panel, curves = window.canvas, window.panel, window.curves
    return {
        "open": files.ask_open,
        "open_data": window.data_choice.ask_file,
        "recent": lambda: files.menu.popup(window.tools.mapToGlobal(QPoint())),
        "get_data": window.data.offer,
        "save_drawing": files.save_drawing,
        "save_network": files.save_network,
        "export_network": window.network_export.ask,
        "networks_folder": lambda: dialogs.show_in_desktop(networks.own_folder()),
        "quit": window.close,
        "undo": window.teaching.undo,
        "redo": canvas.redo,
        "clear": canvas.clear,
        "correct": window.teaching.offer,
        "undo_lesson": window.teacher.undo,
        "paste": window.clipboard.paste,
        "copy_drawing": lambda: window.clipboard.copy_drawing(canvas.drawing()),
        "copy_image": lambda: window.clipboard.copy_image(session.reading),
        "copy_answer": lambda: window.clipboard.copy_answer(session.reading),
        "pen": lambda: canvas.set_tool("pen"),
        "eraser": lambda: canvas.set_tool("eraser"),
        "thicker": lambda: window.tools.set_brush(window.tools.brush() + BRUSH_STEP),
        "thinner": lambda: window.tools.set_brush(window.tools.brush() - BRUSH_STEP),
        "random": lambda: window.drawings.offer_random_digit(session.shelf.current.data),
        "train": panel.start,
        "continue": panel.continue_run,
        "pause": session.pause_or_resume,
        "step": panel.step,
        "stop": session.stop,
        "find_rate": window.rates.open,
        "pace_slow": lambda: session.set_pace("slow"),
        "pace_watch": lambda: session.set_pace("watch"),
        "pace_full": lambda: session.set_pace("full"),
        "back": session.shelf.back,
        "accuracy": lambda: curves.show_measure("accuracy"),
        "loss": lambda: curves.show_measure("loss"),
        "runs": window.runs.open,
        "curve_log": lambda: curves.show_log(not curves.log),
        "over_epochs": lambda: curves.show_over("epochs"),
        "over_minibatches": lambda: curves.show_over("minibatches"),
        "over_digits": lambda: curves.show_over("digits"),
        "over_seconds": lambda: curves.show_over("seconds"),
        "smoothing_off": lambda: curves.smooth("off"),
        "smoothing_light": lambda: curves.smooth("light"),
        "smoothing_strong": lambda: curves.smooth("strong"),
        "export_curves": window.curve_files.export,
        "copy_curves": window.curve_files.copy,
        "theme_system": lambda: window.choose_theme("system"),
        "theme_light": lambda: window.choose_theme("light"),
        "theme_dark": lambda: window.choose_theme("dark"),
        "stress": window.stress.toggle,
        "presenter": lambda: window.stress.make_room(window.presenter.toggle),
        "left_handed": lambda: window.set_left_handed(not window.left_handed),
        "keys": lambda: dialogs.show_keys(window, _own_actions(window)),
        "story": lambda: window.stress.make_room(window.storyteller.toggle),
        "log": lambda: dialogs.show_in_desktop(log.log_path()),
        "about": lambda: dialogs.show_about(window, version(), CREDITS),
    }


def _own_actions(window: "Window") -> list[QAction]:
    """The window's actions without those of its menus, such as one for each digit."""
    return window.findChildren(QAction, options=Qt.FindChildOption.FindDirectChildrenOnly)
