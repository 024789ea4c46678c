"""Which data set the next run learns from, where a person looks for one of their own."""

from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QWidget

from core import datasets
from core.data_formats import DATA_SUFFIXES
from core.digits import Digits
from zmlp_gui import dialogs
from zmlp_gui.background import Background
from zmlp_gui.words import tr


class DataChoice(QObject):
    """Asks for a file or folder, or looks into one that is opened or dropped.

    Signals
    -------
    chosen : Path
        A file or folder to learn from; what was asked for may be none, for the panel to say.
    told : str, str
        A sentence for the person and its kind.
    """

    chosen = pyqtSignal(object)
    told = pyqtSignal(str, str)

    def __init__(self, background: Background, window: QWidget) -> None:
        super().__init__(window)
        self._background = background
        self._window = window

    def takes(self, path: Path) -> bool:
        """Whether a path that is opened or dropped is data to learn from, by its name."""
        return path.name.lower().endswith(DATA_SUFFIXES) or path.is_dir()

    def ask_file(self) -> None:
        """Let the person choose a file."""
        if path := dialogs.ask_data_file(self._window):
            self.chosen.emit(path)

    def ask_folder(self) -> None:
        """Let the person choose a folder."""
        if path := dialogs.ask_folder(self._window):
            self.chosen.emit(path)

    def open(self, path: Path) -> None:
        """Look into a file or folder; if it is a data set it is chosen, else all stays as it is."""

        def have(digits: Digits) -> None:
            self.chosen.emit(path)
            sentence = tr(
                "The next run learns from {name}: {count} images in {classes} classes.",
                name=digits.name,
                count=f"{len(digits.learning):,}",
                classes=len(digits.class_names),
            )
            self.told.emit(sentence, "good")

        self._background.run(
            lambda: datasets.outline(path), have, lambda sentence: self.told.emit(sentence, "error")
        )
