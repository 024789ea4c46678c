"""The menu of what a drawing may have been."""

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QAction, QKeySequence
from PyQt6.QtWidgets import QMenu, QWidget

from zmlp_gui.words import tr

KEYS = 10
"""The first classes have a key: 0 to 9, which of digits are their own."""


class TeachMenu(QMenu):
    """Offers every class of the network that reads, the first ten with a key for the window.

    Signals
    -------
    chosen : int
        The drawing was of the class at that place.
    folder_wanted
        Show where the person's own digits are kept.
    """

    chosen = pyqtSignal(int)
    folder_wanted = pyqtSignal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setToolTipsVisible(True)
        self._window = window
        self._names: tuple[str, ...] = ()
        self._classes: list[QAction] = []
        self._folder = QAction(tr("Show your own digits"), self)
        self._folder.setToolTip(tr("The ink file of all that was taught, in its folder"))
        self._folder.triggered.connect(self.folder_wanted)
        self._line = self.addSeparator()
        self.addAction(self._folder)

    def set_kept(self, kept: bool) -> None:
        """Whether there are any of the person's own digits."""
        self._folder.setEnabled(kept)

    def set_class_names(self, names: Sequence[str]) -> None:
        """Offer these classes."""
        if tuple(names) == self._names:
            return
        self._names = tuple(names)
        for action in self._classes:
            self._window.removeAction(action)
            self.removeAction(action)
            action.deleteLater()
        self._classes = []
        for index, name in enumerate(names):
            action = QAction(tr("That was: {name}", name=name.replace("&", "&&")), self)
            action.setToolTip(tr("The network learns that this drawing is: {name}", name=name))
            action.triggered.connect(lambda _, index=index: self.chosen.emit(index))
            self.insertAction(self._line, action)
            self._classes.append(action)
            if index < KEYS:
                action.setShortcut(QKeySequence(str(index)))
                # One lesson for one press, however long the key is held.
                action.setAutoRepeat(False)
                self._window.addAction(action)
