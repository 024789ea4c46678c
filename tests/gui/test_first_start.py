"""The first start: a ghost invites to draw, one hint points at Train, and then never again."""

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest

from core import networks
from core.drawing import read_bundled_ink
from zmlp_gui import first_start
from zmlp_gui.application import make_window, welcome
from zmlp_gui.callout import Callout
from zmlp_gui.drawings import SAMPLES
from zmlp_gui.ink import ghost as ghosts
from zmlp_gui.ink.ghost import Ghost
from zmlp_gui.motion import reduced_motion
from zmlp_gui.player import play
from zmlp_gui.settings import FleetingSettings

LEFT = Qt.MouseButton.LeftButton
PATIENCE = 30_000


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))


@pytest.fixture
def settings() -> FleetingSettings:
    return FleetingSettings()


@pytest.fixture
def still(monkeypatch):
    monkeypatch.setenv("ZMLP_REDUCED_MOTION", "1")


@pytest.fixture
def window(shown, settings, monkeypatch):
    monkeypatch.setattr(first_start, "PAUSE", 60)
    window = make_window(settings, networks.find(networks.BEST_ON_DRAWINGS))
    window.resize(1366, 768)
    yield shown(window)
    window.close()


def ghost(window) -> Ghost | None:
    return next((each for each in window.findChildren(Ghost) if each.isVisible()), None)


def callout(window) -> Callout | None:
    return next((each for each in window.findChildren(Callout) if each.isVisible()), None)


def draw(window) -> None:
    for _ in play(window.canvas, read_bundled_ink(SAMPLES)[3]):
        pass


def faint(image: np.ndarray) -> int:
    """How many pixels of the middle have neither the colour of paper nor of ink."""
    middle = image[60:-60, 60:-60, 0].astype(int)
    return int(((middle > 150) & (middle < 250)).sum())


# The ghost


def test_a_ghost_draws_a_three_by_itself(window, settings, pixels):
    welcome(window, settings)
    seen = []
    for _ in range(3):
        QTest.qWait(500)
        seen.append(faint(pixels(window.canvas)))
    assert seen[0] < seen[1] < seen[2]
    assert window.canvas.drawing().is_empty


def test_the_ghost_goes_at_the_first_touch_and_leaves_nothing(window, settings, pixels):
    welcome(window, settings)
    assert ghost(window) is not None
    QTest.mousePress(window.canvas, LEFT, pos=QPoint(30, 30))
    assert ghost(window) is None
    QTest.mouseRelease(window.canvas, LEFT, pos=QPoint(30, 30))
    assert faint(pixels(window.canvas)) == 0


def test_the_ghost_goes_when_something_else_is_shown(window, settings):
    welcome(window, settings)
    window.canvas.set_drawing(read_bundled_ink(SAMPLES)[0])
    assert ghost(window) is None


def test_there_is_no_ghost_over_a_drawing(window, settings):
    window.canvas.set_drawing(read_bundled_ink(SAMPLES)[0])
    welcome(window, settings)
    assert ghost(window) is None


def test_the_ghost_stands_in_for_the_words(window, settings, still, pixels):
    def words() -> int:
        strip = pixels(window.canvas)[-45:-10, 10:120, 0].astype(int)
        return int((strip < 150).sum())

    assert words() > 20
    welcome(window, settings)
    assert words() == 0
    draw(window)
    window.canvas.clear()
    assert words() > 20


def test_with_reduced_motion_the_ghost_is_a_still_picture(window, settings, still, pixels):
    assert reduced_motion()
    welcome(window, settings)
    first = pixels(window.canvas)
    QTest.qWait(300)
    assert faint(first) > 3000
    np.testing.assert_array_equal(pixels(window.canvas), first)


def test_the_ghost_follows_the_size_of_the_canvas(window, settings, still, pixels):
    welcome(window, settings)
    before = faint(pixels(window.canvas))
    window.resize(1800, 1000)
    QTest.qWait(20)
    assert ghost(window).size() == window.canvas.size()
    assert faint(pixels(window.canvas)) > 1.2 * before


def test_a_window_that_is_left_alone_comes_to_rest(window, settings, monkeypatch):
    monkeypatch.setattr(ghosts, "ROUNDS", 0.02)
    welcome(window, settings)
    shown = ghost(window)
    QTest.qWait(400)
    assert not shown._timer.isActive()
    assert shown.progress() == (1.0, 1.0)


def test_tests_replay_and_demo_make_windows_without_a_ghost(window):
    assert ghost(window) is None


# The hint


def test_after_the_first_answer_one_hint_points_at_train(window, settings, qtbot):
    first = welcome(window, settings)
    draw(window)
    assert callout(window) is None
    with qtbot.waitSignal(first.done, timeout=PATIENCE):
        assert not settings.has_started
    hint = callout(window)
    button = window.panel.start_button()
    assert "Train" in hint.text()
    assert hint.accessibleName() == hint.text()
    tip = hint.mapTo(window, QPoint(40, 0))
    below = button.mapTo(window, QPoint(button.width() // 2, button.height()))
    assert abs(tip.x() - below.x()) < 3
    assert 0 <= tip.y() - below.y() < 8
    assert window.rect().contains(hint.geometry())
    QTest.mouseClick(window.answer, LEFT)
    assert callout(window) is None
    assert settings.has_started


def test_the_hint_waits_while_the_pen_is_down(window, settings, qtbot):
    welcome(window, settings)
    draw(window)
    QTest.mousePress(window.canvas, LEFT, pos=QPoint(30, 30))
    QTest.qWait(200)
    assert callout(window) is None
    QTest.mouseRelease(window.canvas, LEFT, pos=QPoint(30, 30))
    qtbot.waitUntil(lambda: callout(window) is not None, timeout=PATIENCE)


@pytest.mark.parametrize("way", ["escape", "time", "stroke"])
def test_the_hint_goes_and_does_not_come_again(window, settings, qtbot, monkeypatch, way):
    if way == "time":
        monkeypatch.setattr("zmlp_gui.callout.PATIENCE", 200)
    welcome(window, settings)
    draw(window)
    qtbot.waitUntil(lambda: callout(window) is not None, timeout=PATIENCE)
    if way == "escape":
        QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    elif way == "stroke":
        QTest.mouseClick(window.canvas, LEFT, pos=QPoint(30, 30))
    qtbot.waitUntil(lambda: callout(window) is None)
    assert settings.has_started
    draw(window)
    QTest.qWait(200)
    assert callout(window) is None


def test_the_hint_goes_with_train(window, settings, qtbot):
    welcome(window, settings)
    draw(window)
    qtbot.waitUntil(lambda: callout(window) is not None, timeout=PATIENCE)
    QTest.keyClick(window.canvas, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: callout(window) is None, timeout=PATIENCE)
    assert settings.has_started


def test_who_trains_unasked_needs_no_hint(window, settings, qtbot):
    first = welcome(window, settings)
    with qtbot.waitSignal(first.done, timeout=PATIENCE):
        QTest.keyClick(window.canvas, Qt.Key.Key_F5)
    assert ghost(window) is None
    draw(window)
    QTest.qWait(200)
    assert callout(window) is None


def test_the_hint_stays_with_the_button_when_the_window_changes(window, settings, qtbot):
    welcome(window, settings)
    draw(window)
    qtbot.waitUntil(lambda: callout(window) is not None, timeout=PATIENCE)
    before = callout(window).x()
    window.set_left_handed(True)
    QTest.qWait(50)
    button = window.panel.start_button()
    below = button.mapTo(window, QPoint(button.width() // 2, 0))
    assert abs(callout(window).x() + 40 - below.x()) < 3
    assert callout(window).x() != before


def test_the_hint_goes_with_the_button_it_points_at(window, settings, qtbot):
    welcome(window, settings)
    draw(window)
    qtbot.waitUntil(lambda: callout(window) is not None, timeout=PATIENCE)
    window.panel.hide()
    assert callout(window) is None


def test_the_hint_waits_for_the_button_it_points_at(window, settings, qtbot):
    welcome(window, settings)
    draw(window)
    # The sheet of stress stands in the panel's place.
    window.actions_["stress"].trigger()
    QTest.qWait(200)
    assert callout(window) is None
    assert not settings.has_started
    window.actions_["stress"].trigger()
    draw(window)
    qtbot.waitUntil(lambda: callout(window) is not None, timeout=PATIENCE)


# Never again


def test_at_the_second_start_nothing_is_shown(window, settings, qtbot):
    settings.has_started = True
    welcome(window, settings)
    assert ghost(window) is None
    draw(window)
    qtbot.waitUntil(lambda: window.session.reading is not None)
    QTest.qWait(200)
    assert callout(window) is None


def test_motion_is_reduced_where_the_person_says_so(qapp, monkeypatch):
    monkeypatch.delenv("ZMLP_REDUCED_MOTION", raising=False)
    assert not reduced_motion()
    monkeypatch.setenv("ZMLP_REDUCED_MOTION", "1")
    assert reduced_motion()
    monkeypatch.setenv("ZMLP_REDUCED_MOTION", "0")
    assert not reduced_motion()
