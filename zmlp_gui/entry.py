"""What an action is: its name, words and keys; and the action that Qt makes of it."""

from collections.abc import Callable
from dataclasses import dataclass

from PyQt6.QtCore import QObject
from PyQt6.QtGui import QAction, QKeySequence

from zmlp_gui.icons import icon


@dataclass(frozen=True)
class Entry:
    """One action.

    Attributes
    ----------
    name : str
        Its name in the program.
    text, help : str
        Its words in menus, and one sentence.
    keys : tuple of str
        Shortcuts; the first is shown.
    icon : str
        Name of an icon, or empty.
    group : str
        Actions of one group exclude each other, and one is always on; empty for none.
    checkable : bool
        Whether it is on or off by itself; the handler turns it and sets its check mark.
    starts_section : bool
        Whether a line is drawn above it.
    """

    name: str
    text: str
    help: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    group: str = ""
    checkable: bool = False
    starts_section: bool = False

    def action(self, parent: QObject, handler: Callable[[], object]) -> QAction:
        """An action of `parent` that calls `handler`; its group and section are the caller's."""
        action = QAction(self.text, parent)
        action.setObjectName(self.name)
        keys = [QKeySequence(key) for key in self.keys]
        action.setShortcuts(keys)
        shown = f" ({keys[0].toString(QKeySequence.SequenceFormat.NativeText)})" if keys else ""
        action.setToolTip(self.help + shown)
        if self.icon:
            action.setIcon(icon(self.icon))
        action.setCheckable(self.checkable or bool(self.group))
        action.triggered.connect(lambda checked=False: handler())
        return action
