"""Files that were used are a menu away; one that is gone is said and leaves the list."""

import os
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QFileDialog

from core import model_file
from core.drawing import read_bundled_ink, read_ink, write_ink
from core.network import Network
from core.spec import NetworkSpec
from zmlp_gui.background import Background
from zmlp_gui.drawings import SAMPLES
from zmlp_gui.recent import MOST, RecentFiles, shortened
from zmlp_gui.settings import Settings
from zmlp_gui.window import Window

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
THREE = [each for each in read_bundled_ink(SAMPLES) if each.label == 3][:1]


@pytest.fixture
def recent(tmp_path):
    settings = Settings(tmp_path / "settings")
    background = Background()
    yield RecentFiles(settings, background)
    background.finish(2000)


def names(recent: RecentFiles) -> list[str]:
    return [Path(name).name for name, _ in recent.entries()]


def test_the_newest_file_stands_first_and_each_stands_once(recent):
    for name in ("a", "b", "c", "a"):
        recent.add(Path(name))
    assert names(recent) == ["a", "c", "b"]
    assert all(os.path.isabs(name) for name, _ in recent.entries())


def test_ten_files_are_remembered(recent):
    for number in range(MOST + 5):
        recent.add(Path(f"{number}.png"))
    assert names(recent) == [f"{number}.png" for number in range(MOST + 4, 4, -1)]


def test_what_is_damaged_in_the_list_is_left_out(tmp_path):
    settings = Settings(tmp_path)
    for value in (7, {"a": 1}, "name", None, [7, None, ["x"], "zero\0byte"]):
        settings.set("recent", value)
        assert RecentFiles(settings, Background()).entries() == []
    settings.set("recent", [7, "/good.png"])
    assert names(RecentFiles(settings, Background())) == ["good.png"]


def test_windows_side_by_side_add_to_one_list(tmp_path):
    first, second = Settings(tmp_path), Settings(tmp_path)
    for settings, name in ((first, "a"), (second, "b"), (first, "c")):
        RecentFiles(settings, Background()).add(Path(name))
    second.save()
    first.save()
    again = RecentFiles(Settings(tmp_path), Background())
    assert sorted(names(again)) == ["a", "b", "c"]
    RecentFiles(second, Background()).clear()
    second.save()
    assert RecentFiles(Settings(tmp_path), Background()).entries() == []


def test_names_are_short_and_tell_the_home_folder(monkeypatch):
    monkeypatch.setenv("HOME", os.path.join(os.sep, "home", "me"))
    inside = os.path.join(os.sep, "home", "me", "digits", "7.png")
    assert shortened(inside) == os.path.join("~", "digits", "7.png")
    assert shortened(os.path.join(os.sep, "home", "mean", "7.png")).startswith(os.sep)
    long = os.path.join(os.sep, "home", "me", *("folder" * 3 for _ in range(5)), "last", "7.png")
    assert shortened(long) == os.path.join("~", "…", "last", "7.png")
    assert "\udcff" not in shortened(os.path.join(os.sep, "\udcff.png"))


# In the window


def open_menu(window: Window, qtbot) -> list[str]:
    """Open the menu by its key; the words of its entries."""
    window.activateWindow()
    # Off-screen a menu that was closed stays the active window for a while.
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    QTest.keyClick(window.canvas, Qt.Key.Key_O, CTRL | ALT)
    menu = window.actions_["recent"].menu()
    qtbot.waitUntil(menu.isVisible)
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_a_file_that_was_opened_is_opened_again_from_the_menu(window, qtbot, tmp_path):
    ink, model = tmp_path / "a & b" / "three.jsonl", tmp_path / "mine.safetensors"
    ink.parent.mkdir()
    write_ink(ink, THREE)
    model_file.save(model_file.Model(Network(NetworkSpec()), "mine"), model)
    for path in (ink, model):
        with qtbot.waitSignal(window.drawings.used if path is ink else window.session.shelf.used):
            window.open_file(path)
    window.canvas.clear()
    first, second, clear = open_menu(window, qtbot)
    assert first.startswith("&1")
    assert first.endswith("mine.safetensors")
    assert second.startswith("&2")
    assert "a && b" in second
    assert second.endswith("three.jsonl")
    assert clear == "&Clear list"
    with qtbot.waitSignal(window.drawings.used):
        QTest.keyClick(window.actions_["recent"].menu(), Qt.Key.Key_2)
    assert window.canvas.drawing().label == 3
    assert open_menu(window, qtbot)[0].endswith("three.jsonl")
    QTest.keyClick(window.actions_["recent"].menu(), Qt.Key.Key_C)
    assert open_menu(window, qtbot) == ["No file was used yet"]
    window.actions_["recent"].menu().close()


def test_the_menu_hangs_below_the_file_menu(window):
    menus = [action.menu() for action in window.menuBar().actions()]
    assert window.actions_["recent"] in menus[0].actions()


def test_a_file_that_is_gone_is_said_and_leaves_the_list(window, qtbot, tmp_path):
    path = tmp_path / "three.jsonl"
    write_ink(path, THREE)
    with qtbot.waitSignal(window.drawings.used):
        window.open_file(path)
    path.unlink()
    open_menu(window, qtbot)
    QTest.keyClick(window.actions_["recent"].menu(), Qt.Key.Key_1)
    qtbot.waitUntil(lambda: "three.jsonl is gone" in window.statusBar().currentMessage())
    assert open_menu(window, qtbot) == ["No file was used yet"]
    window.actions_["recent"].menu().close()
    assert not [each for each in QApplication.topLevelWidgets() if each.isModal()]


def test_a_file_that_cannot_be_opened_does_not_enter_the_list(window, qtbot, tmp_path):
    (tmp_path / "no.png").write_text("no picture")
    with qtbot.waitSignal(window.drawings.told):
        window.open_file(tmp_path / "no.png")
    for box in QApplication.topLevelWidgets():
        if box.isModal():
            box.close()
    assert open_menu(window, qtbot) == ["No file was used yet"]
    window.actions_["recent"].menu().close()


def test_a_file_that_was_saved_enters_the_list(window, qtbot, tmp_path, monkeypatch):
    path = tmp_path / "mine.jsonl"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    window.canvas.set_drawing(THREE[0])
    with qtbot.waitSignal(window.drawings.used):
        QTest.keyClick(window.canvas, Qt.Key.Key_S, CTRL)
    assert read_ink(path)[0].label == 3
    assert open_menu(window, qtbot)[0].endswith("mine.jsonl")
    window.actions_["recent"].menu().close()
