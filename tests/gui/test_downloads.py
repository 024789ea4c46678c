"""Data sets from the web, as a person gets them in the window."""

from collections.abc import Iterator

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QComboBox, QMessageBox, QPushButton

from core import networks
from core.datasets import load
from core.mirrors import SOURCES
from tests.web_folder import WebFolder, packed, publish_as_mnist, serving, some_digits
from zmlp_gui.session import Session
from zmlp_gui.settings import FleetingSettings
from zmlp_gui.window import Window

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
PATIENCE = 30_000


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, bytes]:
    return some_digits(load("mnist-5k"), tmp_path_factory.mktemp("published"))


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("ZMLP_DATA", raising=False)
    return tmp_path / "home" / "zmlp"


@pytest.fixture
def web(files, monkeypatch) -> Iterator[WebFolder]:
    with serving(packed(files)) as folder:
        publish_as_mnist(monkeypatch, files, folder.address)
        yield folder


@pytest.fixture
def window(shown, web):
    window = Window(Session(networks.find(networks.BEST_ON_DRAWINGS)), FleetingSettings())
    yield shown(window)
    window.close()


def menu_texts(window: Window) -> list[str]:
    return [each.text() for each in window.data.menu.actions()]


def data_combo(window: Window) -> QComboBox:
    combos = window.panel.findChildren(QComboBox)
    return next(each for each in combos if each.accessibleName() == "Data")


def offered(window: Window) -> list[str]:
    combo = data_combo(window)
    return [combo.itemText(index) for index in range(combo.count())]


def get_mnist(window: Window) -> None:
    """Open the menu, and press 1."""
    window.data.offer()
    QTest.keyClick(window.data.menu, Qt.Key.Key_1)


def stop_button(window: Window) -> QPushButton:
    return window.data.line.findChild(QPushButton)


def test_nothing_is_loaded_unasked(window, web, qtbot):
    combo = data_combo(window)
    combo.setFocus()
    for _ in range(combo.count()):
        # Past the entry that opens the menu, which is closed again.
        QTest.keyClick(combo, Qt.Key.Key_Down)
        if window.data.menu.isVisible():
            QTest.keyClick(window.data.menu, Qt.Key.Key_Escape)
            break
    else:
        pytest.fail("the list leads to the menu")
    assert window.panel.specs()[2] == "mnist-5k"
    assert not web.asked
    assert window.data.line.isHidden()


def test_the_menu_says_how_much_will_be_loaded(window, qtbot):
    window.data.offer()
    size = f"{SOURCES['mnist'].size / 1e6:.0f}"
    assert menu_texts(window) == [f"&1  Get mnist ({size} MB)", "&2  Get fashion-mnist (31 MB)"]
    window.data.menu.close()


def test_what_was_got_is_chosen_and_can_be_learned_from(window, web, qtbot, home):
    QTest.keyClick(window, Qt.Key.Key_G, CTRL)
    QTest.keyClick(window.data.menu, Qt.Key.Key_1)
    assert window.data.line.isVisible()
    qtbot.waitUntil(lambda: window.panel.specs()[2] == "mnist", timeout=PATIENCE)
    assert window.data.line.isHidden()
    assert "mnist is here" in window.statusBar().currentMessage()
    assert offered(window)[:2] == ["mnist-5k", "mnist"]
    window.data.offer()
    assert menu_texts(window)[0] == "&1  mnist is here"
    assert not window.data.menu.actions()[0].isEnabled()
    window.data.menu.close()
    assert len(load("mnist").learning) == 300


def test_a_data_set_that_was_missed_is_looked_for_again(window, web, qtbot):
    """Chosen before it was there, it was said to be missing."""
    looked = []
    window.forecast.ready.connect(lambda prospect: looked.append(prospect.advice))
    window.panel.set_data("mnist")
    qtbot.waitUntil(
        lambda: bool(looked[-1]) and "There is no data set mnist" in looked[-1][0].text,
        timeout=PATIENCE,
    )
    get_mnist(window)
    qtbot.waitUntil(
        lambda: not any("There is no data set" in each.text for each in looked[-1]),
        timeout=PATIENCE,
    )


def test_it_is_stopped_and_goes_on_where_it_stopped(window, web, qtbot, home):
    web.holds = True
    get_mnist(window)
    qtbot.waitUntil(lambda: "MB" in window.data.line._words.text(), timeout=PATIENCE)
    window.data.menu.aboutToShow.emit()
    assert not any(each.isEnabled() for each in window.data.menu.actions()), "one at a time"
    QTest.mouseClick(stop_button(window), LEFT)
    assert "Stopping" in window.data.line._words.text()
    web.go_on.set()
    qtbot.waitUntil(lambda: window.data.line.isHidden(), timeout=PATIENCE)
    assert "goes on where it stopped" in window.statusBar().currentMessage()
    assert window.panel.specs()[2] == "mnist-5k"
    assert not (home / "mnist").exists()
    web.holds = False
    get_mnist(window)
    qtbot.waitUntil(lambda: window.panel.specs()[2] == "mnist", timeout=PATIENCE)
    assert len(web.asked) == len(web.files), "what had come was not asked for again"


def test_why_it_failed_is_told(window, web, qtbot):
    web.codes = dict.fromkeys(web.files, 404)
    get_mnist(window)
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)), timeout=PATIENCE)
    (box,) = window.findChildren(QMessageBox)
    assert "answers 404 (Not Found)" in box.text()
    box.close()
    assert window.data.line.isHidden()


def test_while_a_network_learns_it_is_offered_and_not_chosen(window, web, qtbot):
    window.data.set_state("running")
    get_mnist(window)
    qtbot.waitUntil(lambda: "mnist" in offered(window), timeout=PATIENCE)
    assert window.panel.specs()[2] == "mnist-5k"


def test_the_window_closes_while_it_loads(window, web, qtbot, home):
    web.holds = True
    get_mnist(window)
    qtbot.waitUntil(lambda: "MB" in window.data.line._words.text(), timeout=PATIENCE)
    loading = window.data.downloads._loading
    window.close()
    web.go_on.set()
    loading.join(30)
    assert loading.outcome == "stopped"
    assert list((home / ".mnist.download").glob("*.part"))


def test_the_stop_button_has_a_name_and_says_what_it_does(window):
    button = stop_button(window)
    assert button.accessibleName()
    assert "kept" in button.toolTip()
