"""The menu of what a drawing may have been."""

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QAction, QKeySequence
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
            for place in (self, *self._places):
                place.removeAction(action)
            action.deleteLater()
        self._classes = []
        for index, name in enumerate(names):
            key = f"\t{index}" if index < KEYS else ""
            words = tr("That was: {name}", name=name.replace("&", "&&"))
            action = self._make(index, words + key)
            action.setToolTip(tr("The network learns that this drawing is: {name}", name=name))
            self.insertAction(self._line, action)
            if key:
                self._listen(self._make(index, words), index)

    def _make(self, index: int, words: str) -> QAction:
        action = QAction(words, self)
        action.triggered.connect(lambda _: self.chosen.emit(index))
        self._classes.append(action)
        return action

    def _listen(self, action: QAction, index: int) -> None:
        """Give an action a key; not one in the menu, which the whole window would listen to."""
        action.setShortcut(QKeySequence(str(index)))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        # One lesson for one press, however long the key is held.
        action.setAutoRepeat(False)
        for place in self._places:
            place.addAction(action)
