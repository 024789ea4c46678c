"""Which data set the next run learns from, where a person looks for one of their own."""

from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QWidget

from core.data_formats import DATA_SUFFIXES
from zmlp_gui import dialogs
from zmlp_gui.words import tr


class DataChoice(QObject):
    """Asks for a file or folder, and hands it on.

    Signals
    -------
    chosen : Path
        A file or folder to learn from; whether it is one is for the panel to say.
    told : str, str
        A sentence for the person and its kind.
    """

    chosen = pyqtSignal(object)
    told = pyqtSignal(str, str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window

    def takes(self, path: Path) -> bool:
        """Whether a path that is opened or dropped is data to learn from."""
        return path.name.lower().endswith(DATA_SUFFIXES) or path.is_dir()

    def ask_file(self) -> None:
        """Let the person choose a file."""
        if path := dialogs.ask_data_file(self._window):
            self.open(path)

    def ask_folder(self) -> None:
        """Let the person choose a folder."""
        if path := dialogs.ask_folder(self._window):
            self.open(path)

    def open(self, path: Path) -> None:
        """Let the next run learn from a file or folder."""
        self.chosen.emit(path)
        self.told.emit(tr("The next run learns from {name}.", name=path.name), "good")
