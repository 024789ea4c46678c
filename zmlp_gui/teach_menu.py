"""The menu of what a drawing may have been."""

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QObject, Qt, pyqtSignal
from PyQt6.QtGui import QAction, QKeyEvent
from PyQt6.QtWidgets import QMenu, QWidget

from zmlp_gui.words import tr

KEYS = 10
"""The first classes have a key: 0 to 9, which of digits are their own."""

SHIFT, KEYPAD = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.KeypadModifier
NO_KEY = Qt.KeyboardModifier.NoModifier


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
        self._names: tuple[str, ...] = ()
        self._classes: list[QAction] = []
        self._folder = QAction(tr("Show your own digits"), self)
        self._folder.setToolTip(tr("The ink file of all that was taught, in its folder"))
        self._folder.triggered.connect(self.folder_wanted)
        self._line = self.addSeparator()
        self.addAction(self._folder)

    def set_places(self, *places: QWidget) -> None:
        """Let the keys of the classes work in these widgets.

        Not in all of the window: with a slider, a list or a menu a digit means something else.
        """
        for place in places:
            place.installEventFilter(self)

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
        self._classes = []
        for index, name in enumerate(names):
            words = tr("That was: {name}", name=name.replace("&", "&&"))
            # To a key of its own the whole window would listen.
            action = QAction(f"{words}\t{index}" if index < KEYS else words, self)
            action.setToolTip(tr("The network learns that this drawing is: {name}", name=name))
            action.triggered.connect(lambda _, index=index: self.chosen.emit(index))
            self.insertAction(self._line, action)
            self._classes.append(action)

    def eventFilter(self, place: QObject | None, event: QEvent | None) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            index = self._class_of(event)
            if index is not None:
                # One lesson for one press, however long the key is held.
                if not event.isAutoRepeat():
                    self.chosen.emit(index)
                return True
        return super().eventFilter(place, event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        index = self._class_of(event)
        if index is not None:
            # As if one had gone there: menus that this one hangs from are closed along with it.
            self.setActiveAction(self._classes[index])
            event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, NO_KEY)
        super().keyPressEvent(event)

    def _class_of(self, event: QKeyEvent) -> int | None:
        """The class that has this key."""
        free = not event.modifiers() & ~(SHIFT | KEYPAD)
        # By its text, for some keyboards write digits with Shift.
        text = event.text()
        fits = len(text) == 1 and text in "0123456789" and int(text) < len(self._names)
        return int(text) if free and fits else None
