"""Every action of the menus answers the mouse, the keys of the menus and its shortcut."""

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QAction, QKeySequence
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QMenu

from core import networks
from zmlp_gui.actions import menus
from zmlp_gui.entry import Entry
from zmlp_gui.session import Session
from zmlp_gui.settings import FleetingSettings
from zmlp_gui.window import Window

LEFT, NONE, ALT = (
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.AltModifier,
)
ENTRIES = [
    pytest.param(title, entry, id=entry.name) for title, entries in menus() for entry in entries
]
SHORTCUTS = [
    pytest.param(entry, key, id=f"{entry.name}: {key}")
    for _, entries in menus()
    for entry in entries
    for key in entry.keys
]


class Listening(Window):
    """The window, but what an action does is only noted."""

    def _handlers(self):
        self.done: list[str] = []
        return {name: self._note(name) for name in super()._handlers()}

    def _note(self, name: str):
        return lambda: self.done.append(name)


@pytest.fixture(scope="module")
def window(qapp, tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("home")))
    window = Listening(Session(networks.find(networks.BEST_ON_DRAWINGS)), FleetingSettings())
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    yield window
    window.close()
    window.deleteLater()
    patch.undo()


@pytest.fixture(autouse=True)
def ready(window):
    """All actions can be used, the canvas has the focus, and nothing was done yet."""
    for _, entries in menus():
        for entry in entries:
            window.actions_[entry.name].setEnabled(True)
    # The off-screen platform forgets it where a menu was closed.
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    window.canvas.setFocus()
    window.done.clear()


def menu_of(window: Window, title: str) -> tuple[QAction, QMenu]:
    bar = window.menuBar()
    return next((each, each.menu()) for each in bar.actions() if each.text() == title)


@pytest.mark.parametrize(("title", "entry"), ENTRIES)
def test_a_click_in_the_menu(window, title: str, entry: Entry):
    opener, menu = menu_of(window, title)
    bar = window.menuBar()
    QTest.mouseClick(bar, LEFT, NONE, bar.actionGeometry(opener).center())
    assert menu.isVisible()
    place: QPoint = menu.actionGeometry(window.actions_[entry.name]).center()
    QTest.mouseMove(menu, place)
    QTest.mouseClick(menu, LEFT, NONE, place)
    expect(window, menu, entry)


@pytest.mark.parametrize(("title", "entry"), ENTRIES)
def test_the_keys_of_the_menus(window, title: str, entry: Entry):
    _, menu = menu_of(window, title)
    QTest.keyClick(window.canvas, letter(title), ALT)
    assert menu.isVisible()
    QTest.keyClick(QApplication.activePopupWidget(), letter(entry.text))
    expect(window, menu, entry)


def expect(window: Window, menu: QMenu, entry: Entry) -> None:
    """The action was done once and the menu is gone, or its own menu has opened."""
    inner = window.actions_[entry.name].menu()
    if inner is None:
        assert window.done == [entry.name]
        assert not menu.isVisible()
    else:
        assert inner.isVisible()
        inner.close()
        menu.close()


@pytest.mark.parametrize(("entry", "key"), SHORTCUTS)
def test_the_shortcut(window, entry: Entry, key: str):
    combination = QKeySequence(key)[0]
    QTest.keyClick(window.canvas, combination.key(), combination.keyboardModifiers())
    assert window.done == [entry.name]


def letter(text: str) -> Qt.Key:
    """The letter after the ampersand."""
    return getattr(Qt.Key, f"Key_{text[text.index('&') + 1].upper()}")
