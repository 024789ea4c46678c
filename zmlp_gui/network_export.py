"""The network in a file for other programs, written beside the GUI thread."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QWidget

from core.export import FORMATS, export
from core.files import display
from core.model_file import Model
from zmlp_gui import dialogs
from zmlp_gui.background import Background
from zmlp_gui.words import tr


class NetworkExport(QObject):
    """Exports the network that reads.

    Parameters
    ----------
    take : callable
        `take()` is that network with its weights of now, which nobody changes any more.
    background : Background
        Where files are written.
    window : QWidget
        The parent of the dialog.

    Signals
    -------
    told(str, str)
        A sentence for the person, and its kind: `good` or `error`.
    """

    told = pyqtSignal(str, str)

    def __init__(self, take: Callable[[], Model], background: Background, window: QWidget) -> None:
        super().__init__(window)
        self._take, self._background, self._window = take, background, window

    def ask(self) -> None:
        """Ask for a file, and write the network in the format that its name says."""
        model = self._take()
        formats = [(suffix, each.title) for suffix, each in FORMATS.items()]
        path = dialogs.ask_format(self._window, tr("Export network"), model.name, formats)
        if path:
            self.save(model, path)

    def save(self, model: Model, path: Path) -> None:
        """Write a network; the suffix decides how."""
        self._background.run(
            lambda: export(model, path),
            lambda _: self.told.emit(tr("The network is in {file}", file=display(path)), "good"),
            lambda sentence: self.told.emit(sentence, "error"),
        )
