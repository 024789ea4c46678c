"""Joins the files that a person opens, saves and opens again to what holds them."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QWidget

from core.drawing import Drawing
from core.model_file import SUFFIX
from zmlp_gui import dialogs
from zmlp_gui.data_choice import DataChoice
from zmlp_gui.drawings import INK_SUFFIXES, Drawings
from zmlp_gui.recent import RecentFiles
from zmlp_gui.recent_menu import RecentMenu
from zmlp_gui.session import Session
from zmlp_gui.settings import Settings
from zmlp_gui.words import tr


class FileDesk(QObject):
    """What a window does with files: networks, data, ink and pictures.

    Parameters
    ----------
    session : Session
        Has the networks.
    drawings, data_choice : Drawings, DataChoice
        What opens ink and pictures, and data.
    drawing : callable
        Returns what is drawn.
    settings : Settings
        Remember which files were used last.
    window : QWidget
        The window itself, above which dialogs open.

    Attributes
    ----------
    recent, menu
        The files that were used last, and the menu that shows them.
    """

    def __init__(
        self,
        session: Session,
        drawings: Drawings,
        data_choice: DataChoice,
        drawing: Callable[[], Drawing],
        settings: Settings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session, self._drawings, self._data_choice = session, drawings, data_choice
        self._drawing, self._window = drawing, window
        self.recent = RecentFiles(settings, session.background, self)
        self.menu = RecentMenu(self.recent.entries, window)
        self.menu.chosen.connect(self.recent.want)
        self.menu.clear_wanted.connect(self.recent.clear)
        self.recent.found.connect(self.open)
        for used in (drawings.used, session.shelf.used, data_choice.chosen):
            used.connect(self.recent.add)

    def open(self, path: Path) -> None:
        """Open a network, data, ink or a picture, by the file's name."""
        if path.name.lower().endswith(SUFFIX):
            self._session.shelf.open(path)
        elif self._data_choice.takes(path):
            self._data_choice.open(path)
        else:
            self._drawings.open(path)

    def ask_open(self) -> None:
        """Ask for a file, and open it."""
        if path := dialogs.ask_open(self._window):
            self.open(path)

    def save_drawing(self) -> None:
        """Ask for a file, and write the drawing to it as ink."""
        suffix, title = INK_SUFFIXES[0], tr("Save drawing")
        path = dialogs.ask_save(self._window, title, f"drawing{suffix}", tr("Ink"), suffix)
        if path:
            self._drawings.save(self._drawing(), path)

    def save_network(self) -> None:
        """Ask for a file, and write the network that reads to it."""
        name = f"{self._session.shelf.current.model.name}{SUFFIX}"
        title = tr("Save network")
        if path := dialogs.ask_save(self._window, title, name, tr("Network"), SUFFIX):
            self._session.save_network(path)
