"""Which data set the next run learns from, where a person looks for one of their own."""

from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QWidget

from core.data_formats import DATA_SUFFIXES
from zmlp_gui import dialogs


class DataChoice(QObject):
    """Asks for a file or folder, and hands it on.

    Signals
    -------
    chosen : Path
        A file or folder to learn from; whether it is one is for the panel to say.
    """

    chosen = pyqtSignal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window

    def takes(self, path: Path) -> bool:
        """Whether a path that is opened or dropped is data to learn from."""
        return path.name.lower().endswith(DATA_SUFFIXES) or path.is_dir()

    def ask_file(self) -> None:
        """Let the person choose a file."""
        if path := dialogs.ask_data_file(self._window):
            self.chosen.emit(path)

    def ask_folder(self) -> None:
        """Let the person choose a folder."""
        if path := dialogs.ask_folder(self._window):
            self.chosen.emit(path)
