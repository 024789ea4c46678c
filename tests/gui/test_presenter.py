"""Presenter mode: the window fills the screen, and is as it was when the stage is left."""

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeySequence
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from core.drawing import read_bundled_ink
from core.recipes import Recipe
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui import placement, stage_runs, theme
from zmlp_gui.actions import menus, stage
from zmlp_gui.drawings import SAMPLES
from zmlp_gui.plot.curve_data import Series
from zmlp_gui.presenter import LARGER
from zmlp_gui.session import IDLE, PAUSED, RUNNING
from zmlp_gui.settings import FleetingSettings
from zmlp_gui.window import Window

Key = Qt.Key
PATIENCE = 30_000
SCREENS = [(1366, 768), (1920, 1080), (3840, 2160)]

pytestmark = pytest.mark.usefixtures("home")


def recipe(number: int, **training: object) -> Recipe:
    spec = TrainingSpec(epochs=2, batch_size=64, threads=1, validation=False)
    return Recipe(
        f"journal-{number}",
        f"Journal {number}",
        f"What number {number} is about",
        NetworkSpec(hidden=(8 * number,)),
        spec.replace(**training),
    )


@pytest.fixture
def journal(monkeypatch) -> list[Recipe]:
    """Three small networks in the place of the journal's five."""
    quick = [recipe(1), recipe(2), recipe(3, epochs=4)]
    monkeypatch.setattr(stage_runs, "JOURNAL", tuple(quick))
    monkeypatch.setattr(stage_runs, "WATCH", "full")
    return quick


@pytest.fixture
def settings() -> FleetingSettings:
    settings = FleetingSettings()
    settings.theme = "light"
    return settings


def press(window: Window, key: Key) -> None:
    QTest.keyClick(window.focusWidget() or window, key)


def names_in_plot(window: Window) -> list[str]:
    return [run.name for run in window.curves._runs.values() if not run.hidden]


def figures(window: Window, number: int) -> Series:
    """What the plot knows of a run's evaluations."""
    return window.curves._runs[window.session.runs[number].id].validation.series


def wait_for_runs(window: Window, qtbot, count: int) -> None:
    """Until so many runs are over."""
    qtbot.waitUntil(
        lambda: (
            sum(run.finished is not None for run in window.session.runs) == count
            and not window.presenter.runs.busy
        ),
        timeout=PATIENCE,
    )


# The stage


def aside(window: Window) -> list[bool]:
    parts = (window.menuBar(), window.tools, window.statusBar(), window.sees, window.panel)
    return [part.isVisible() for part in parts]


def test_f11_fills_the_screen_with_canvas_answer_and_curves(window):
    press(window, Key.Key_F11)
    assert window.isFullScreen()
    assert not any(aside(window))
    assert window.canvas.isVisible()
    assert window.answer.isVisible()
    assert window.curves.isVisible()


@pytest.mark.parametrize("key", [Key.Key_F11, Key.Key_Escape])
def test_both_keys_leave_and_everything_is_as_before(window, key):
    window._columns.setSizes([500, 300, 494])
    window.actions_["pace_slow"].trigger()
    window.panel.setFocus()
    field = window.focusWidget()
    before = window.geometry(), window._columns.sizes(), window.answer.grab().toImage()
    press(window, Key.Key_F11)
    press(window, Key.Key_T)
    press(window, key)
    assert not window.isFullScreen()
    assert (window.geometry(), window._columns.sizes()) == before[:2]
    assert all(aside(window))
    assert window.focusWidget() is field
    assert theme.current() is theme.LIGHT
    assert window.actions_["pace_slow"].isChecked()
    assert window.answer.grab().toImage() == before[2]


def test_a_stage_that_is_closed_leaves_no_trace_in_the_settings(window, settings):
    place, columns = placement.place(window), placement.widths(window._columns)
    press(window, Key.Key_F11)
    press(window, Key.Key_T)
    window.close()
    assert settings.theme == "light"
    assert settings.get("window") in (None, place)
    assert settings.get("columns") in (None, columns)


@pytest.mark.parametrize("size", SCREENS, ids=str)
def test_everything_grows_with_the_screen(window, qtbot, size):
    window.presenter.enter(full_screen=False)
    window.resize(*size)
    scale = LARGER * min(size[0] / 1366, size[1] / 768)
    assert window.answer._headline.height() > size[1] / 5
    assert window.answer._bars.bar(0).height() > 12 * scale
    assert window.size().width() == size[0]
    assert window.size().height() == size[1]
    qtbot.waitUntil(lambda: window.presenter._keys.height() > size[1] / 2)
    assert window.rect().contains(window.presenter._keys.geometry())


@pytest.mark.parametrize("size", SCREENS, ids=str)
def test_no_bar_is_lost_on_any_screen(window, size):
    window.presenter.enter(full_screen=False)
    window.resize(*size)
    bars = window.answer._bars
    assert len(bars._shown) == 10
    assert bars.bar(9).bottom() <= bars.height()


def test_the_digit_is_not_cut_off(window, pixels):
    """The widest answer with the widest figure beside it."""
    window.presenter.enter(full_screen=False, keys=False)
    window.canvas.set_drawing(read_bundled_ink(SAMPLES)[0])
    window.session.read()
    headline = window.answer._headline
    picture = pixels(headline).astype(int)
    edge = picture[:, -3:].reshape(-1, 3)
    assert (abs(edge - edge[0]).sum(axis=1) == 0).all()


def test_the_keys_are_shown_on_entering_and_on_demand(window, qtbot):
    press(window, Key.Key_F11)
    card = window.presenter._keys
    assert card.isVisible()
    for key in ("J", "K", "Space", "Esc", "R N", "C"):
        assert f"{key}: " in card.accessibleDescription()
    press(window, Key.Key_H)
    assert not card.isVisible()
    press(window, Key.Key_Question)
    assert card.isVisible()


def test_the_pointer_vanishes_away_from_the_canvas_only(window, qtbot):
    timer = window.presenter._pointer._timer
    timer.setInterval(1)
    press(window, Key.Key_F11)
    blank = Qt.CursorShape.BlankCursor
    qtbot.waitUntil(lambda: window.answer.cursor().shape() == blank)
    assert window.canvas.cursor().shape() == Qt.CursorShape.CrossCursor
    timer.setInterval(60_000)
    QTest.mouseMove(window.windowHandle(), window.rect().center())
    QTest.mouseMove(window.windowHandle(), window.rect().center() / 2)
    qtbot.waitUntil(lambda: window.answer.cursor().shape() != blank)


# Keys


def test_no_key_of_the_stage_is_taken_and_none_is_awake_before_it(window):
    keys = [
        QKeySequence(key).toString()
        for entry in [*(each for _, entries in menus() for each in entries), *stage()]
        for key in entry.keys
    ]
    assert len(keys) == len(set(keys))
    for entry in stage():
        assert not window.actions_[entry.name].isEnabled()
    press(window, Key.Key_J)
    assert window.session.state == IDLE
    press(window, Key.Key_F11)
    assert all(window.actions_[entry.name].isEnabled() for entry in stage())


@pytest.mark.parametrize("key", [Key.Key_N, Key.Key_R])
def test_one_key_brings_a_digit_and_one_takes_it_away(window, qtbot, key):
    press(window, Key.Key_F11)
    press(window, key)
    qtbot.waitUntil(lambda: not window.canvas.drawing().is_empty, timeout=PATIENCE)
    press(window, Key.Key_C)
    assert window.canvas.drawing().is_empty


def test_a_stroke_leaves_the_keys_to_the_presenter(window, qtbot, journal, monkeypatch):
    monkeypatch.setattr(stage_runs, "JOURNAL", (recipe(1, epochs=3000),))
    press(window, Key.Key_F11)
    spot = window.canvas.rect().center()
    QTest.mousePress(window.canvas, Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseMove(window.canvas, spot * 1.2)
    QTest.mouseRelease(window.canvas, Qt.MouseButton.LeftButton, pos=spot * 1.2)
    assert not window.canvas.hasFocus()
    press(window, Key.Key_J)
    qtbot.waitUntil(lambda: window.session.state == RUNNING, timeout=PATIENCE)
    press(window, Key.Key_Space)
    assert window.session.state == PAUSED
    press(window, Key.Key_Escape)
    QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=spot)
    assert window.canvas.hasFocus()


def test_plus_and_minus_change_the_brush(window):
    press(window, Key.Key_F11)
    before = window.canvas.brush()
    press(window, Key.Key_Plus)
    assert window.canvas.brush() > before
    press(window, Key.Key_Minus)
    assert window.canvas.brush() == before


def test_t_changes_the_theme_for_now(window):
    press(window, Key.Key_F11)
    press(window, Key.Key_T)
    assert theme.current() is theme.DARK
    press(window, Key.Key_T)
    assert theme.current() is theme.LIGHT


# Runs


def test_j_trains_the_journals_networks_one_after_the_other(window, qtbot, journal):
    press(window, Key.Key_F11)
    for number in (1, 2, 3, 1):
        before = len(window.session.runs)
        press(window, Key.Key_J)
        assert f"number {number}" in window.presenter.sentence.text()
        wait_for_runs(window, qtbot, before + 1)
        name = window.session.runs[-1].name
        assert name == (f"Journal {number}" if before < 3 else "Journal 1 (2)")
        assert names_in_plot(window) == [name]
        assert "test digits right" in window.presenter.sentence.text()


def test_j_in_a_run_ends_it_and_begins_the_next(window, qtbot, journal, monkeypatch):
    monkeypatch.setattr(stage_runs, "JOURNAL", (recipe(1, epochs=3000), recipe(2)))
    press(window, Key.Key_F11)
    press(window, Key.Key_J)
    qtbot.waitUntil(lambda: window.session.state == RUNNING, timeout=PATIENCE)
    press(window, Key.Key_J)
    wait_for_runs(window, qtbot, 2)
    assert [run.finished.reason for run in window.session.runs] == ["stopped", "done"]


def test_k_races_the_next_network_against_the_one_before(window, qtbot, journal):
    press(window, Key.Key_F11)
    press(window, Key.Key_J)
    wait_for_runs(window, qtbot, 1)
    press(window, Key.Key_K)
    wait_for_runs(window, qtbot, 2)
    assert sorted(names_in_plot(window)) == ["Journal 1", "Journal 2"]
    assert window.curves._current == window.session.runs[1].id
    whole = window.session.runs[0].validation_series()
    assert len(figures(window, 0)) == len(whole)
    assert "wins" in window.presenter.sentence.text() or "heat" in window.presenter.sentence.text()


def test_k_trains_both_where_none_was_trained(window, qtbot, journal):
    press(window, Key.Key_F11)
    press(window, Key.Key_K)
    wait_for_runs(window, qtbot, 2)
    assert [run.name for run in window.session.runs] == ["Journal 1", "Journal 2"]


def test_the_rivals_curve_grows_beside_the_one_that_learns(window, qtbot, journal, monkeypatch):
    press(window, Key.Key_F11)
    press(window, Key.Key_J)
    wait_for_runs(window, qtbot, 1)
    monkeypatch.setattr(stage_runs, "JOURNAL", (journal[0], recipe(2, epochs=3000)))
    series = []
    window.presenter.runs.raced.connect(lambda rival, evaluated: series.append(evaluated))
    press(window, Key.Key_K)
    qtbot.waitUntil(lambda: len(series) > 1, timeout=PATIENCE)
    mine = window.session.runs[1].validation_series()
    assert len(series[0]) == 0 or series[0].epochs[-1] <= mine.epochs[-1]
    window.session.stop()


def test_a_race_that_is_left_shows_the_rival_whole_and_begins_nothing_new(
    window, qtbot, journal, monkeypatch
):
    monkeypatch.setattr(stage_runs, "JOURNAL", (journal[0], recipe(2, epochs=3000), recipe(3)))
    press(window, Key.Key_F11)
    press(window, Key.Key_J)
    wait_for_runs(window, qtbot, 1)
    press(window, Key.Key_K)
    qtbot.waitUntil(lambda: len(window.session.runs) == 2, timeout=PATIENCE)
    press(window, Key.Key_Escape)
    with qtbot.waitSignal(window.presenter.runs.raced, timeout=PATIENCE):
        pass
    whole = window.session.runs[0].validation_series()
    assert len(figures(window, 0)) == len(whole)
    window.session.stop()
    wait_for_runs(window, qtbot, 2)
    assert window.session.state == IDLE


def test_space_holds_the_run_and_goes_on(window, qtbot, journal, monkeypatch):
    monkeypatch.setattr(stage_runs, "JOURNAL", (recipe(1, epochs=3000),))
    press(window, Key.Key_F11)
    press(window, Key.Key_J)
    qtbot.waitUntil(lambda: window.session.state == RUNNING, timeout=PATIENCE)
    press(window, Key.Key_Space)
    assert window.session.state == PAUSED
    press(window, Key.Key_Space)
    assert window.session.state == RUNNING


def test_all_curves_are_back_when_the_stage_is_left(window, qtbot, journal):
    press(window, Key.Key_F11)
    for count in (1, 2, 3):
        press(window, Key.Key_J)
        wait_for_runs(window, qtbot, count)
    press(window, Key.Key_Escape)
    assert names_in_plot(window) == ["Journal 1", "Journal 2", "Journal 3"]
    assert window.curves._current == window.session.runs[2].id


def test_the_scoreboard_names_both_with_their_figures(window, qtbot, journal):
    press(window, Key.Key_F11)
    press(window, Key.Key_K)
    wait_for_runs(window, qtbot, 2)
    words = window.curves._scores.accessibleDescription()
    assert words.startswith("Journal 2 ")
    assert "Journal 1 " in words
    assert "%" in words


def test_the_fonts_of_the_stage_leave_the_rest_alone(window):
    size = QApplication.font().pixelSize()
    press(window, Key.Key_F11)
    assert QApplication.font().pixelSize() == size
