"""The menu of what a drawing may have been."""

from collections.abc import Sequence
from functools import partial

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QAction, QKeySequence, QShortcut
from PyQt6.QtWidgets import QMenu, QWidget

from zmlp_gui.words import tr

KEYS = 10
"""The first classes have a key: 0 to 9, which of digits are their own."""


class TeachMenu(QMenu):
    """Offers every class of the network that reads, the first ten with a key.

    Signals
    -------
    chosen : int
        The drawing was of the class at that place.
    folder_wanted
        Show where the person's own digits are kept.
    """

    chosen = pyqtSignal(int)
    folder_wanted = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)
        self._places: tuple[QWidget, ...] = ()
        self._names: tuple[str, ...] = ()
        self._classes: list[QAction] = []
        self._shortcuts: list[QShortcut] = []
        self._folder = QAction(tr("Show your own digits"), self)
        self._folder.setToolTip(tr("The ink file of all that was taught, in its folder"))
        self._folder.triggered.connect(self.folder_wanted)
        self._line = self.addSeparator()
        self.addAction(self._folder)

    def set_places(self, *places: QWidget) -> None:
        """Let the keys of the classes that are set from now on work in these widgets.

        Not in all of the window: with a slider or a list a digit means something else.
        """
        self._places = places

    def set_kept(self, kept: bool) -> None:
        """Whether there are any of the person's own digits."""
        self._folder.setEnabled(kept)

    def set_class_names(self, names: Sequence[str]) -> None:
        """Offer these classes."""
        if tuple(names) == self._names:
            return
        self._names = tuple(names)
        for action in self._classes:
            self.removeAction(action)
            action.deleteLater()
        for shortcut in self._shortcuts:
            # At once, for the next class has the same key.
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._classes, self._shortcuts = [], []
        for index, name in enumerate(names):
            words = tr("That was: {name}", name=name.replace("&", "&&"))
            # To a key of its own the whole window would listen.
            action = QAction(f"{words}\t{index}" if index < KEYS else words, self)
            action.setToolTip(tr("The network learns that this drawing is: {name}", name=name))
            action.triggered.connect(lambda _, index=index: self.chosen.emit(index))
            self.insertAction(self._line, action)
            self._classes.append(action)
        for index in range(min(len(names), KEYS)):
            for place in self._places:
                self._shortcuts.append(self._listen(place, index))

    def _listen(self, place: QWidget, index: int) -> QShortcut:
        shortcut = QShortcut(QKeySequence(str(index)), place)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        # One lesson for one press, however long the key is held.
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(partial(self.chosen.emit, index))
        return shortcut
