"""A window comes back onto the screens that are there, whatever screens there were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import QRect, Qt
from PyQt6.QtWidgets import QSplitter, QWidget

from zmlp_gui import placement
from zmlp_gui.placement import FARTHEST, TITLE, fit

LAPTOP = QRect(0, 27, 1366, 741)
BIG = QRect(1366, 0, 2560, 1400)
LEFT = QRect(-1920, 200, 1920, 1040)


def test_a_window_that_is_in_sight_stays_where_it_is():
    rect = QRect(100, 120, 900, 500)
    assert fit(rect, [LAPTOP]) == rect
    rect = QRect(1500, 60, 2000, 1200)
    assert fit(rect, [LAPTOP, BIG]) == rect
    rect = QRect(-1900, 300, 800, 600)
    assert fit(rect, [LAPTOP, BIG, LEFT]) == rect


def test_a_window_on_a_screen_that_went_comes_to_the_nearest_that_is_left():
    fitted = fit(QRect(2000, 400, 900, 600), [LAPTOP])
    assert LAPTOP.contains(fitted)
    assert fitted.size() == QRect(0, 0, 900, 600).size()
    fitted = fit(QRect(-5000, 400, 900, 600), [LAPTOP, BIG, LEFT])
    assert LEFT.contains(fitted)


def test_a_window_that_is_larger_than_the_screen_shrinks_onto_it():
    fitted = fit(QRect(1400, 40, 2500, 1300), [LAPTOP])
    assert LAPTOP.contains(fitted)
    assert fitted.width() == LAPTOP.width()
    assert fitted.height() == LAPTOP.height() - TITLE


def test_the_title_bar_stays_in_sight():
    assert fit(QRect(10, 0, 600, 400), [LAPTOP]).top() == LAPTOP.top() + TITLE
    assert fit(QRect(10, -390, 600, 400), [LAPTOP]).top() == LAPTOP.top() + TITLE


def test_a_window_across_two_screens_goes_to_the_one_that_shows_more():
    assert LAPTOP.contains(fit(QRect(700, 100, 900, 500), [BIG, LAPTOP]))
    assert BIG.contains(fit(QRect(1200, 100, 900, 500), [LAPTOP, BIG]))


def test_without_any_screen_nothing_moves():
    assert fit(QRect(9000, 9000, 5, 5), []) == QRect(9000, 9000, 5, 5)


places = st.integers(-FARTHEST, FARTHEST)
sides = st.integers(1, FARTHEST)


@given(places, places, sides, sides, st.lists(st.sampled_from([LAPTOP, BIG, LEFT]), min_size=1))
def test_wherever_it_was_it_is_whole_on_one_screen(x, y, width, height, screens):
    fitted = fit(QRect(x, y, width, height), screens)
    assert any(screen.contains(fitted) for screen in screens)
    assert fit(fitted, screens) == fitted


@pytest.fixture
def window(qtbot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def test_a_place_is_the_same_after_it_was_put(window, qtbot):
    window.setGeometry(40, 60, 500, 400)
    value = placement.place(window)
    again = QWidget()
    qtbot.addWidget(again)
    placement.put(again, value)
    assert again.geometry() == window.geometry()
    assert not again.isMaximized()


@pytest.mark.parametrize(
    ("state", "maximised"),
    [
        (Qt.WindowState.WindowMaximized, True),
        (Qt.WindowState.WindowFullScreen, False),
        (Qt.WindowState.WindowMinimized, False),
        (Qt.WindowState.WindowMinimized | Qt.WindowState.WindowMaximized, True),
    ],
)
def test_a_window_comes_back_as_it_was_before_it_was_hidden_or_filled_the_screen(
    window, qtbot, state, maximised
):
    window.setGeometry(40, 60, 500, 400)
    window.show()
    window.setWindowState(state)
    value = placement.place(window)
    assert value["size"] == [500, 400]
    again = QWidget()
    qtbot.addWidget(again)
    placement.put(again, value)
    assert again.isMaximized() is maximised
    assert not again.isMinimized()
    assert not again.isFullScreen()
    assert again.normalGeometry().size() == QRect(0, 0, 500, 400).size()


@pytest.mark.parametrize(
    "value",
    [
        7,
        "maximised",
        [],
        {},
        {"position": [1, 2]},
        {"position": [1, 2], "size": [3, 4]},
        {"position": [1, 2, 3], "size": [3, 4], "maximised": False},
        {"position": [1, 2], "size": [0, 4], "maximised": False},
        {"position": [1, 2], "size": [-5, 4], "maximised": False},
        {"position": [1.5, 2], "size": [3, 4], "maximised": False},
        {"position": [True, 2], "size": [3, 4], "maximised": False},
        {"position": [10**30, 2], "size": [3, 4], "maximised": False},
        {"position": None, "size": None, "maximised": False},
    ],
)
def test_a_damaged_place_is_refused(window, value):
    with pytest.raises((ValueError, TypeError, LookupError)):
        placement.put(window, value)


def test_columns_get_their_widths_again_and_refuse_those_of_others(qtbot):
    splitter = QSplitter()
    qtbot.addWidget(splitter)
    for _ in range(2):
        splitter.addWidget(QWidget())
    splitter.resize(405, 100)
    splitter.show()
    placement.set_widths(splitter, [100, 300])
    left, right = placement.widths(splitter)
    assert right > 2 * left
    for value in ([1, 2, 3], [1], [], [0, 5], [-1, 5], "12", {"a": 1}, [1.0, 2.0], [10**30, 1]):
        with pytest.raises((ValueError, TypeError)):
            placement.set_widths(splitter, value)
    assert placement.widths(splitter) == [left, right]
    splitter.widget(0).hide()
    assert placement.widths(splitter) is None


def test_a_window_comes_back_from_a_screen_that_is_taken_away(window, qtbot, qapp):
    placement.stay_in_sight(window)
    window.setGeometry(5000, 5000, 90, 90)
    window.show()
    qapp.screenRemoved.emit(window.screen())
    free = window.screen().availableGeometry()
    qtbot.waitUntil(lambda: free.contains(window.geometry()))


def test_a_place_far_away_comes_onto_the_screen(window):
    placement.put(window, {"position": [-900_000, 9], "size": [90, 90], "maximised": False})
    assert window.screen().availableGeometry().contains(window.geometry())
