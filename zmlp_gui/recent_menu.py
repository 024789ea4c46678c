"""The menu of files that were used last."""

from collections.abc import Callable, Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QMenu, QWidget

from zmlp_gui.words import tr


class RecentMenu(QMenu):
    """Shows a list of files, each with a number to press, and a way to forget them.

    Parameters
    ----------
    files : callable
        Returns pairs of a file and its name for people; asked when the menu opens.

    Signals
    -------
    chosen : str
        Open that file.
    clear_wanted
        Forget them all.
    """

    chosen = pyqtSignal(str)
    clear_wanted = pyqtSignal()

    def __init__(
        self, files: Callable[[], Sequence[tuple[str, str]]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._files = files
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        self.clear()
        files = self._files()
        for number, (file, name) in enumerate(files, 1):
            key = f"&{number}" if number < 10 else "1&0"
            action = self.addAction(f"{key}  {name.replace('&', '&&')}")
            if action is not None:
                action.setToolTip(file)
                action.triggered.connect(lambda _, file=file: self.chosen.emit(file))
        self.addSeparator()
        words = tr("&Clear list") if files else tr("No file was used yet")
        if clear := self.addAction(words, self.clear_wanted):
            clear.setToolTip(tr("Forget these files; they stay where they are"))
            clear.setEnabled(bool(files))
