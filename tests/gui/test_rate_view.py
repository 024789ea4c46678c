"""The window's search for a learning rate: seen while it goes on, taken, cancelled, refused."""

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QMenu, QPushButton

from core import networks
from core.rate_finder import HIGHEST, LOWEST, RateFinder, RateTried
from core.runs import prepare
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui import theme
from zmlp_gui.rate_search import RateSearch
from zmlp_gui.rate_view import RateView
from zmlp_gui.session import Session
from zmlp_gui.settings import FleetingSettings
from zmlp_gui.window import Window

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
NET, SPEC = NetworkSpec(hidden=(12,)), TrainingSpec(batch_size=64)
PATIENCE = 30_000


def tried(count: int) -> list[RateTried]:
    """A search of a hundred minibatches whose loss falls, or the first part of it."""
    rates = LOWEST * (HIGHEST / LOWEST) ** (np.arange(100) / 99)
    losses = 2.3 - 1.9 * np.exp(-(((np.arange(100) - 70) / 20) ** 2))
    return [RateTried(float(rates[k]), float(losses[k]), float(losses[k])) for k in range(count)]


@pytest.fixture
def view(shown) -> RateView:
    return shown(RateView())


@pytest.fixture
def search(qtbot, user_folder):
    search = RateSearch()
    yield search
    search.close()


@pytest.fixture
def user_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def button(view: RateView, word: str):
    return next(each for each in view.findChildren(QPushButton) if each.text().startswith(word))


def test_nothing_can_be_taken_before_something_is_found(view):
    view.show_tried(tried(40), 100)
    assert not button(view, "Take").isEnabled()


def test_suggestion_is_taken_by_enter(view, qtbot):
    view.show_tried(tried(100), 100)
    view.show_end(0.0123)
    assert button(view, "Take").text() == "Take 0.0123"
    with qtbot.waitSignal(view.taken) as taken:
        QTest.keyClick(view.focusWidget(), Qt.Key.Key_Return)
    assert taken.args == [0.0123]
    assert not view.isVisible()


def test_click_on_the_curve_chooses_another_rate(view, qtbot):
    view.show_tried(tried(100), 100)
    view.show_end(0.01)
    plot = view._plot
    frame = plot._frame()
    # Four of six powers of ten from the left.
    place = QPoint(round(frame.left() + frame.width() * 4 / 6), round(frame.center().y()))
    QTest.mouseClick(plot, LEFT, NONE, place)
    assert button(view, "Take").text() in ("Take 0.098", "Take 0.099", "Take 0.1", "Take 0.11")
    with qtbot.waitSignal(view.taken) as taken:
        QTest.mouseClick(button(view, "Take"), LEFT)
    assert taken.args[0] == pytest.approx(0.1, rel=0.1)


def test_arrow_keys_move_the_rate_by_a_figure_at_least(view):
    view.show_tried(tried(100), 100)
    view.show_end(0.01)
    QTest.keyClick(view._plot, Qt.Key.Key_Right)
    assert button(view, "Take").text() == "Take 0.011"
    for _ in range(2):
        QTest.keyClick(view._plot, Qt.Key.Key_Left)
    assert view._rate == pytest.approx(0.0087, rel=0.02)


def test_choice_made_while_the_search_goes_on_stays(view):
    view.show_tried(tried(60), 100)
    view._plot.picked.emit(0.0005)
    view.show_end(0.01)
    assert button(view, "Take").text() == "Take 0.0005"


def test_where_no_rate_helps_that_is_said_and_none_is_offered(view):
    view.show_tried(tried(30), 100)
    view.show_end(None)
    assert "falls at none" in view._words.text()
    assert not button(view, "Take").isEnabled()


@pytest.mark.parametrize("name", ["light", "dark"])
def test_curve_is_seen_in_both_themes(view, pixels, qapp, name):
    theme.apply(qapp, name)
    view.show_tried(tried(100), 100)
    view.show_end(0.01)
    accent = theme.current().accent
    close = np.abs(pixels(view._plot).astype(int) - accent.getRgb()[:3]).max(axis=2) < 40
    assert close.sum() > 300


def test_losses_that_run_away_do_no_harm(view, pixels):
    wild = [*tried(90), RateTried(5.0, 1e30, 1e29), RateTried(6.0, 1e308, 1e307)]
    view.show_tried(wild, 100)
    view.show_end(0.01)
    pixels(view)


def test_search_in_the_window_finds_what_core_finds(search, qtbot):
    with qtbot.waitSignal(search.ended, timeout=PATIENCE) as ended:
        search.start(NET, SPEC, "mnist-5k")
    training = prepare(NET, SPEC, "mnist-5k")
    finder = RateFinder(training.network, training.digits, SPEC)
    assert all(finder)
    assert ended.args == [finder.suggestion]


def test_search_is_seen_while_it_goes_on_and_ends_when_it_is_stopped(search, qtbot):
    seen: list[int] = []
    search.moved.connect(lambda tried, steps: seen.append(len(tried)))
    search.ended.connect(lambda _: pytest.fail("a search that was stopped says no more"))
    search.start(NET.replace(hidden=(800, 800)), SPEC.replace(batch_size=256), "mnist-5k")
    qtbot.waitUntil(lambda: len([count for count in seen if count]) > 2, timeout=PATIENCE)
    finder = search._search.finder
    search.stop()
    assert search._background.finish(PATIENCE)
    assert 0 < len(finder.tried) < finder.steps


def test_data_that_are_not_there_are_named(search, qtbot):
    with qtbot.waitSignal(search.failed, timeout=PATIENCE) as failed:
        search.start(NET, SPEC, "no such data")
    assert "no such data" in failed.args[0]


@pytest.fixture
def window(qtbot, user_folder):
    window = Window(Session(networks.find(networks.BEST_ON_DRAWINGS)), FleetingSettings())
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    yield window
    window.close()


def test_taken_rate_stands_in_the_panel_and_the_recipe_stays_known(window, qtbot):
    network, training, data = window.panel.specs()
    window.panel.set_specs(network.replace(hidden=(16,)), training, data)
    window.actions_["find_rate"].trigger()
    view = window.rates.view
    qtbot.waitUntil(lambda: button(view, "Take").isEnabled(), timeout=PATIENCE)
    rate = view._rate
    QTest.keyClick(view.focusWidget(), Qt.Key.Key_Return)
    assert window.panel.specs()[1] == training.replace(learning_rate=rate)
    assert window.rates.view is None


def test_search_is_among_the_ways_to_train(window):
    ways = next(each for each in window.panel.findChildren(QMenu) if each.actions())
    entry = next(each for each in ways.actions() if "learning rate" in each.text())
    entry.trigger()
    assert window.rates.view is not None
    window.rates.view.reject()


def test_field_that_is_not_allowed_is_shown_instead_of_a_search(window):
    editor = window.panel._form.editor("hidden")
    editor.control.setText("0")
    editor.control.textEdited.emit("0")
    window.actions_["find_rate"].trigger()
    assert window.rates.view is None


def test_escape_cancels_and_changes_nothing(window, qtbot):
    before = window.panel.specs()
    window.actions_["find_rate"].trigger()
    QTest.keyClick(window.rates.view, Qt.Key.Key_Escape)
    assert window.rates.view is None
    assert window.rates._search._search is None
    assert window.panel.specs() == before


def test_there_is_no_search_while_a_network_learns(window):
    window._show_state("running")
    assert not window.actions_["find_rate"].isEnabled()
    window._show_state("idle")
    assert window.actions_["find_rate"].isEnabled()


def test_closing_the_window_ends_a_search(window, qtbot):
    window.actions_["find_rate"].trigger()
    search = window.rates._search
    window.close()
    assert search._background.finish(0)
