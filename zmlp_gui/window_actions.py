"""The actions of a window, made from the table of actions, with their menus and groups."""

from collections.abc import Callable

from PyQt6.QtGui import QAction, QActionGroup
from PyQt6.QtWidgets import QMainWindow, QMenu, QMenuBar

from zmlp_gui.actions import menus, stage
from zmlp_gui.entry import Entry


class Actions:
    """The actions of a window, with their menus, each connected to a handler of its name.

    Parameters
    ----------
    window : QMainWindow
        Gets the menu bar.
    handlers : dict of str to callable
        One for every action of the menus; those of the stage come with `add_stage`.
    """

    def __init__(self, window: QMainWindow, handlers: dict[str, Callable[[], object]]) -> None:
        self._actions: dict[str, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        self._window = window
        bar = window.menuBar() or QMenuBar(window)
        for title, entries in menus():
            menu = QMenu(title, bar)
            menu.setToolTipsVisible(True)
            bar.addMenu(menu)
            for entry in entries:
                if entry.starts_section:
                    menu.addSeparator()
                menu.addAction(self._make(entry, handlers[entry.name]))

        # Menus that are hidden would take their keys along.
        window.addActions(list(self._actions.values()))

    def add_stage(self, handlers: dict[str, Callable[[], object]]) -> None:
        """Make the actions of `stage()`, each connected to a handler of its name."""
        for entry in stage():
            self._window.addAction(self._make(entry, handlers[entry.name]))

    def pace(self) -> str:
        """The pace that is chosen: `slow`, `watch` or `full`."""
        chosen = self._groups["pace"].checkedAction()
        return "watch" if chosen is None else chosen.objectName().removeprefix("pace_")

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def _make(self, entry: Entry, handler: Callable[[], object]) -> QAction:
        action = entry.action(self._window, handler)
        if entry.group:
            group = self._groups.setdefault(entry.group, QActionGroup(self._window))
            group.addAction(action)
        self._actions[entry.name] = action
        return action
