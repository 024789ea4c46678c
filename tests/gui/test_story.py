"""The journal's story: told by keys and mouse, in the window trained for real."""

import itertools

import pytest
from PyQt6.QtCore import QCoreApplication, QPoint, Qt, QTranslator
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QAbstractButton, QLabel, QWidget

from core import networks
from core.recipes import RECIPES
from zmlp_gui import theme
from zmlp_gui.curves import CurvesView
from zmlp_gui.gate import FULL
from zmlp_gui.journal.diagrams import Diagram
from zmlp_gui.journal.route import StoryRoute
from zmlp_gui.journal.run_line import RunLine
from zmlp_gui.journal.stations import stations
from zmlp_gui.runs import Progress
from zmlp_gui.session import Session
from zmlp_gui.settings import FleetingSettings
from zmlp_gui.story import StoryView
from zmlp_gui.window import Window

Key = Qt.Key
LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
PATIENCE = 60_000
JOURNAL = [name for name in RECIPES if name.startswith("journal-")]


@pytest.fixture
def story(shown) -> StoryView:
    made = shown(StoryView())
    made.resize(556, 330)
    made.set_data("mnist-5k")
    made.lent_focus.take()
    return made


@pytest.fixture
def longer_words(qapp):
    """A language whose words are a third longer."""

    class Longer(QTranslator):
        def translate(self, context, text, disambiguation=None, n=-1):
            return f"{text} {'mañanas ' * 99}"[: len(text) * 4 // 3 + 1].strip()

    translator = Longer()
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


def press(widget: QWidget, key: Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget.focusWidget() or widget, key, modifier)


def button(widget: QWidget, name: str) -> QAbstractButton:
    found = [each for each in widget.findChildren(QAbstractButton) if each.accessibleName() == name]
    assert len(found) == 1, name
    return found[0]


def route(story: StoryView) -> StoryRoute:
    return story.findChild(StoryRoute)


def words(widget: QWidget) -> list[str]:
    labels = [each.text() for each in widget.findChildren(QLabel) if each.isVisible()]
    return [*labels, *(each.accessibleDescription() for each in widget.findChildren(RunLine))]


def clipped(widget: QWidget) -> list[str]:
    """Words below the widget that have less room than they need."""
    found = []
    for each in widget.findChildren(QWidget):
        if not isinstance(each, QLabel | QAbstractButton) or not each.isVisible():
            continue
        wraps = isinstance(each, QLabel) and each.wordWrap()
        height = each.heightForWidth(each.width()) if wraps else each.sizeHint().height()
        if each.height() < height or (not wraps and each.width() < each.sizeHint().width()):
            found.append(each.text())
    return found


# What it says


def test_the_stations_are_the_journals_recipes_in_their_order():
    assert [each.recipe for each in stations()] == JOURNAL


@pytest.mark.parametrize("station", stations(), ids=lambda each: each.recipe)
def test_a_paragraph_is_read_in_half_a_minute(station):
    assert 60 <= len(station.paragraph.split()) <= 90


def test_the_number_of_weights_that_it_tells_is_right():
    without, having = (RECIPES[name].network.parameter_count for name in JOURNAL[:2])
    told = stations()[1].paragraph
    assert f"{without:,} weights" in told
    assert f"{having - without} numbers" in told


def test_the_figures_of_the_journal_are_those_it_reported():
    assert [each.reported for each in stations()] == ["94.5", "94.9", "about 90", "–", "–"]


def test_the_layers_on_the_last_diagram_are_the_recipes():
    assert stations()[4].formula.split("–") == [
        str(width) for width in RECIPES["journal-deep"].network.widths
    ]


# The way along it


def test_arrow_keys_go_on_and_back_and_stop_at_the_ends(story):
    seen = []
    for key in [Key.Key_Left, *[Key.Key_Right] * 5, Key.Key_Left]:
        press(story, key)
        seen.append(story.station)
    assert seen == [1, 2, 3, 4, 5, 5, 4]


def test_next_and_back_go_where_they_say(story):
    assert not button(story, "Back").isEnabled()
    QTest.mouseClick(button(story, "Next"), LEFT)
    assert story.station == 2
    QTest.mouseClick(button(story, "Back"), LEFT)
    assert story.station == 1
    story.station = 5
    assert not button(story, "Next").isEnabled()


def test_a_station_is_a_click_away(story):
    dots = route(story)
    QTest.mouseClick(dots, LEFT, pos=QPoint(dots.width() - 20, 8))
    assert story.station == 5
    QTest.mouseClick(dots, LEFT, pos=QPoint(2, 8))
    assert story.station == 5


def test_a_station_that_is_none_is_the_nearest_one(story):
    story.station = 99
    assert story.station == 5
    story.station = -3
    assert story.station == 1


def test_each_station_shows_its_title_its_paragraph_and_its_diagram(story):
    for number, station in enumerate(stations(), 1):
        story.station = number
        shown = words(story)
        assert f"{number} · {station.title}" in shown
        assert any(station.paragraph.split("'")[0] in each for each in shown)
        (diagram,) = (each for each in story.findChildren(Diagram) if each.isVisible())
        assert station.formula in diagram.accessibleName()


def test_diagrams_differ_and_follow_the_theme(story, qapp, pixels):
    def pictures():
        return [pixels(each) for each in story.findChildren(Diagram)]

    light = pictures()
    for one, two in itertools.pairwise(light):
        assert (one != two).any()
    assert all(each.mean() > 200 for each in light)
    theme.apply(qapp, "dark")
    assert all(each.mean() < 80 for each in pictures())


# Running


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter, Key.Key_Space])
def test_keys_run_the_station(story, qtbot, key):
    story.station = 3
    with qtbot.waitSignal(story.run_wanted) as wanted:
        press(story, key)
    assert wanted.args == ["journal-relu"]


def test_the_button_stops_the_run_that_is_on(story, qtbot):
    story.set_state("running")
    with qtbot.waitSignal(story.stop_wanted), qtbot.assertNotEmitted(story.run_wanted):
        QTest.mouseClick(button(story, "Stop"), LEFT)
    story.set_state("stopping")
    with qtbot.assertNotEmitted(story.stop_wanted):
        QTest.mouseClick(button(story, "Stop"), LEFT)


def test_a_run_under_way_says_how_far_it_is(story):
    story.set_state("running")
    story.show_progress(Progress(2, 5, 4000, 20000, 3600.0, 4.0))
    assert "epoch 2 of 5 · 0:04 left" in words(story)
    story.set_state("idle")
    story.show_message("")
    story.show_progress(Progress(5, 5, 20000, 20000, 3600.0, 0.0))
    assert "on mnist-5k" in words(story)


def test_what_a_station_reached_stands_below_its_dot(story, pixels):
    before = pixels(route(story))
    story.show_reached("journal-bias", 0.927)
    assert "you, mnist-5k: with bias 92.7." in route(story).accessibleDescription()
    assert (pixels(route(story)) != before).any()
    story.station = 2
    assert button(story, "Run it again").isVisible()


def test_the_last_station_shows_ones_own_figures_beside_ours_and_the_journals(story):
    story.show_reached("journal-sigmoid", 0.929)
    assert "the journal" not in route(story).accessibleDescription()
    story.station = 5
    told = route(story).accessibleDescription()
    assert "you, mnist-5k: without bias 92.9." in told
    assert "the journal: without bias 94.5, with bias 94.9, naive ReLU about 90" in told
    assert all(f"{each.title} {each.measured}" in told for each in stations())


def test_figures_of_other_digits_are_not_mixed(story):
    story.show_reached("journal-bias", 0.927)
    story.set_data("mnist")
    assert "92.7" not in route(story).accessibleDescription()


# In the window


def test_a_key_opens_it_in_the_panels_place_and_closes_it(window):
    window.canvas.setFocus()
    press(window, Key.Key_J, CTRL)
    assert window.story.isVisible()
    assert not window.panel.isVisible()
    assert window.story.isAncestorOf(window.focusWidget())
    press(window, Key.Key_Escape)
    assert not window.story.isVisible()
    assert window.panel.isVisible()
    assert window.canvas.hasFocus()


def test_it_stays_where_one_was_while_the_window_is_open(window):
    window.storyteller.open()
    window.story.station = 3
    window.storyteller.toggle()
    window.storyteller.toggle()
    assert window.story.station == 3


def test_run_it_trains_the_stations_recipe_on_the_embedded_digits(window, qtbot):
    window.session.set_pace(FULL)
    window.storyteller.open()
    window.story.station = 4
    press(window, Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.state == "running", timeout=PATIENCE)
    (run,) = window.session.runs
    recipe = RECIPES["journal-minibatch"]
    assert run.name == "4 · minibatches"
    assert run.pulled.training.network.spec == recipe.network
    assert run.pulled.training.spec == recipe.training
    assert run.pulled.job.data == "mnist-5k"
    assert window.actions_["pace_watch"].isChecked()
    press(window, Key.Key_3, CTRL)
    qtbot.waitUntil(lambda: run.finished is not None, timeout=PATIENCE)
    reached = f"minibatches {100 * run.finished.test_accuracy:.1f}"
    assert reached in route(window.story).accessibleDescription()
    assert run.finished.test_accuracy > 0.9
    assert any("1,000 test digits right" in each for each in words(window.story))


def test_curves_of_the_stations_lie_over_each_other_under_their_titles(window, qtbot):
    window.storyteller.open()
    for number in (4, 5):
        window.story.station = number
        press(window, Key.Key_Return)
        qtbot.waitUntil(lambda: window.session.state == "running", timeout=PATIENCE)
        press(window, Key.Key_3, CTRL)
        qtbot.waitUntil(lambda: window.session.state == "idle", timeout=PATIENCE)
    assert [run.name for run in window.session.runs] == ["4 · minibatches", "5 · deep"]
    told = window.findChild(CurvesView).accessibleDescription()
    assert "4 · minibatches" in told


def test_a_run_that_was_stopped_says_nothing_about_its_recipe(window, qtbot):
    window.storyteller.open()
    press(window, Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.state == "running", timeout=PATIENCE)
    press(window, Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.state == "idle", timeout=PATIENCE)
    assert "without bias 9" not in route(window.story).accessibleDescription()
    assert button(window.story, "Run it").isVisible()


def test_a_run_of_the_panel_is_no_station(window, qtbot):
    recipe = RECIPES["journal-minibatch"]
    window.panel.set_specs(recipe.network, recipe.training.replace(epochs=1), "mnist-5k")
    window.session.set_pace(FULL)
    window.panel.start()
    qtbot.waitUntil(lambda: bool(window.session.runs), timeout=PATIENCE)
    window.storyteller.open()
    qtbot.waitUntil(lambda: window.session.state == "idle", timeout=PATIENCE)
    assert window.session.runs[0].name == "ReLU 200"
    assert "minibatches 9" not in route(window.story).accessibleDescription()


@pytest.mark.parametrize(
    ("chosen", "taken"), [("mnist", "mnist"), ("mnist-5k", "mnist-5k"), ("elsewhere", "mnist-5k")]
)
def test_it_takes_all_of_mnist_if_the_person_has_chosen_it(window, monkeypatch, chosen, taken):
    asked = []
    monkeypatch.setattr(window.session, "train", lambda *what, name: asked.append((*what, name)))
    window.panel.set_data(chosen)
    window.storyteller.open()
    press(window, Key.Key_Return)
    recipe = RECIPES["journal-sigmoid"]
    assert asked == [(recipe.network, recipe.training, taken, "1 · without bias")]
    assert f"on {taken}" in words(window.story)


def test_digits_that_are_missing_are_said_in_the_story(window, monkeypatch, qtbot):
    monkeypatch.setenv("ZMLP_DATA", "")
    window.panel.set_data("mnist")
    window.storyteller.open()
    press(window, Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.state == "starting", timeout=PATIENCE)
    qtbot.waitUntil(lambda: window.session.state == "idle", timeout=PATIENCE)
    assert any("mnist" in each and each != "on mnist" for each in words(window.story))
    assert not window.session.runs


# Looks


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_no_words_are_cut_off_on_a_small_laptop(window, qapp, qtbot, choice):
    theme.apply(qapp, choice)
    fits(window, qtbot)


def test_no_words_are_cut_off_where_they_are_a_third_longer(longer_words, shown, qtbot):
    window = Window(Session(networks.find(networks.BEST_ON_DRAWINGS)), FleetingSettings())
    window.resize(1366, 768)
    shown(window)
    assert button(window.story, "Run it ma")
    fits(window, qtbot)
    window.close()


def fits(window: Window, qtbot) -> None:
    """Walk along the whole story: all words have room, and the curves keep theirs."""

    def whole() -> None:
        assert clipped(window.story) == []

    window.storyteller.open()
    for recipe in JOURNAL:
        window.story.show_reached(recipe, 0.987)
    for number in range(1, 6):
        window.story.station = number
        qtbot.waitUntil(whole)
        assert window.minimumSizeHint().height() <= 768
        assert (window.width(), window.height()) == (1366, 768)
        assert window.curves.height() >= 170


def test_every_control_says_what_it_is(story):
    for each in story.findChildren(QAbstractButton):
        assert each.accessibleName()
        assert each.toolTip()
    assert route(story).accessibleName()
    assert route(story).toolTip()
