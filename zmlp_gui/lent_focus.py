"""The keyboard's focus, lent to a view that opens over others and given back when it closes."""

from PyQt6 import sip
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget


class LentFocus:
    """Who had the focus before.

    Parameters
    ----------
    view : QWidget
        What opens.
    first : QWidget
        The part of it that gets the focus.
    """

    def __init__(self, view: QWidget, first: QWidget) -> None:
        self._view, self._first = view, first
        self._before: QWidget | None = None

    def take(self) -> None:
        """Let the keys be the view's until `give_back`."""
        window = self._view.window()
        self._before = window.focusWidget() if window else None
        self._first.setFocus(Qt.FocusReason.OtherFocusReason)

    def give_back(self) -> None:
        """Let the keys be whose they were before, unless the person has moved on."""
        before, window = self._before, self._view.window()
        now = window.focusWidget() if window else None
        within = now is not None and self._view.isAncestorOf(now)
        if within and before is not None and not sip.isdeleted(before):
            before.setFocus(Qt.FocusReason.OtherFocusReason)
