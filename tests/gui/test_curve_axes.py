"""The curves over any axis: what they stand on, how they are smoothed, and fifty of them."""

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QContextMenuEvent
from PyQt6.QtWidgets import QApplication

from zmlp_gui import theme
from zmlp_gui.curves import CurvesView
from zmlp_gui.plot import ticks
from zmlp_gui.plot.curve_choices import CurveChoices
from zmlp_gui.plot.curve_data import LOSS, Series, telling
from zmlp_gui.plot.curve_legend import CurveLegend
from zmlp_gui.plot.curve_marks import earlier_run
from zmlp_gui.plot.curve_plot import CurvePlot
from zmlp_gui.plot.curve_reading import MOST_ROWS
from zmlp_gui.plot.plane import Plane, calm_decades
from zmlp_gui.plot.smoothing import SMOOTHINGS, memory, smoothed
from zmlp_gui.plot.x_axes import SECONDS, X_AXES, planned_end


def run(points=100, epochs=10.0, level=96.0, seed=0, seconds=0.5):
    """A noisy run of so many epochs, 113 minibatches and 3,600 digits each."""
    random = np.random.default_rng(seed)
    at = np.linspace(epochs / points, epochs, points)
    accuracy = level - 85.0 * np.exp(-at) + random.normal(0.0, 0.3, points)
    loss = np.abs(0.05 + 2.2 * np.exp(-at) + random.normal(0.0, 0.002, points))
    return Series(at, (113 * at).astype(np.int64), 3600.0 * at, seconds * at, accuracy, loss)


@pytest.fixture
def view(shown):
    view = CurvesView()
    view.resize(560, 380)
    view.set_current("new")
    return shown(view)


@pytest.fixture
def plot(view):
    return view.findChild(CurvePlot)


def settle():
    """Runs come with the next turn of the event loop."""
    QApplication.processEvents()


def x_range(plot):
    return plot.getViewBox().viewRange()[0]


@pytest.mark.parametrize(
    ("axis", "end", "title"),
    [
        ("epochs", 10.0, "epoch 5.0 · minibatch 565"),
        ("minibatches", 1130.0, "epoch 5.0 · minibatch 565"),
        ("digits", 36_000.0, "epoch 5.0 · 18,000 digits"),
        ("seconds", 5.0, "epoch 5.0 · 2.50 s"),
    ],
)
def test_each_axis_ends_where_the_run_is_planned_to_and_is_read(view, plot, axis, end, title):
    view.set_run("new", "ReLU", run(50, epochs=5.0), Series())
    with_signal = []
    view.changed.connect(lambda: with_signal.append(view.axis))
    view.show_over(axis)
    assert with_signal == [axis]
    assert x_range(plot) == pytest.approx([0.0, end])
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    assert view.reading().title == title


def test_the_end_of_the_time_axis_hardly_moves_while_a_run_goes_on():
    ends, present = [], 0.0
    whole = run(500, epochs=20.0)
    random = np.random.default_rng(1)
    for count in range(5, 500, 5):
        seconds = whole.seconds[:count] * random.uniform(0.9, 1.1)
        so_far = Series(whole.epochs[:count], seconds=seconds)
        present = planned_end(SECONDS, 20.0, present, so_far)
        ends.append(present)
    assert len(set(ends)) <= 3
    assert ends[-1] >= 10.0


@pytest.mark.parametrize("axis", ["minibatches", "digits"])
def test_a_run_that_goes_on_does_not_move_the_axis_at_each_update(view, plot, axis):
    view.show_over(axis)
    ends = []
    for count in range(1, 6 * 54):
        steps = np.arange(1, count + 1)
        epochs, rest = np.divmod(steps, 54)
        digits = 3600.0 * epochs + 67.0 * rest
        so_far = Series(steps / 54, steps, digits, 0.01 * steps, 90.0 + 0.0 * steps, 1.0 / steps)
        evaluated = Series(**{key: each[53::54] for key, each in vars(so_far).items()})
        view.set_run("new", "now", evaluated, so_far)
        ends.append(plot.plane().end)
    assert len(set(ends)) <= 2
    assert ends[-1] == {"minibatches": 540.0, "digits": 36_000.0}[axis]


def test_a_longer_earlier_run_makes_the_axis_longer_but_not_without_end(view, plot):
    view.set_run("old", "long", run(epochs=20.0), Series())
    view.set_run("new", "this", run(epochs=5.0), Series())
    settle()
    assert x_range(plot) == [0.0, 20.0]
    view.set_run("old", "endless", run(epochs=1000.0), Series())
    settle()
    assert x_range(plot) == [0.0, 30.0]


def test_without_a_run_of_now_the_axis_shows_all_that_was(view, plot):
    view.set_current(None)
    view.set_run("old", "long", run(epochs=25.0), Series())
    settle()
    assert x_range(plot) == [0.0, 25.0]


def test_labels_are_round_short_and_apart():
    assert ticks.along(10.0, 1.0, False, 500.0)[:3] == [(0.0, "0"), (1.0, "1"), (2.0, "2")]
    assert [label for _, label in ticks.along(36_000.0, 1.0, True, 300.0)] == [
        *("0", "10k", "20k", "30k")
    ]
    assert ticks.along(2.5e6, 1.0, True, 300.0)[-1] == (2.5e6, "2.5M")
    assert [label for _, label in ticks.along(600.0, 60.0, False, 300.0)][:3] == ["0", "2", "4"]
    assert all(place == int(place) for place, _ in ticks.along(3.0, 1.0, True, 900.0))
    for end in np.geomspace(0.01, 1e9, 40):
        places = [place for place, _ in ticks.along(end, 1.0, False, 300.0)]
        assert 2 <= len(places) <= 8
        assert places[-1] <= end * 1.000001


def test_time_is_counted_in_seconds_then_minutes_then_hours():
    assert [SECONDS.unit(end)[1] for end in (30.0, 600.0, 20_000.0)] == [
        *("seconds", "minutes", "hours")
    ]
    assert [SECONDS.say(value) for value in (2.5, 42.0, 125.0)] == [
        "2.50 s",
        "42.0 s",
        "2 min 05 s",
    ]


def test_labels_upwards_never_crowd():
    assert len(ticks.upwards(0.0, 100.0, 20.0, 300.0)) == 6
    assert len(ticks.upwards(90.0, 100.0, 2.0, 40.0)) == 2
    assert ticks.upwards(99.0, 100.0, 0.2, 200.0)[1] == (pytest.approx(99.2), "99.2")


def test_a_logarithmic_axis_is_labelled_with_1_2_5_or_powers_alone():
    labels = [label for _, label in ticks.powers(0.01, 2.0, 300.0)]
    assert labels == ["0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1", "2"]
    assert [label for _, label in ticks.powers(1e-6, 10.0, 150.0)][:2] == ["10⁻⁶", "10⁻⁵"]
    assert len(ticks.powers(1e-12, 1e3, 60.0)) <= 5


def test_the_loss_is_drawn_on_a_logarithmic_axis(view, plot):
    view.set_run("new", "ReLU", run(), Series())
    view.show_log(True)
    assert (view.measure, view.log) == ("loss", True)
    low, high = plot.plane().low, plot.plane().high
    assert low <= 0.05
    assert 2.0 <= high <= 5.0
    frame = plot.frame()
    middle = plot.place(5.0, float(np.sqrt(low * high))).y()
    assert middle == pytest.approx(frame.center().y(), abs=0.5)
    drawn = plot.getPlotItem().items[1].getData()[1]
    kept = telling(run().loss, len(drawn))
    assert drawn[-1] == pytest.approx(np.log10(run().loss[kept][-1]))
    view.show_measure("accuracy")
    assert plot.plane().log is False


def test_zero_nan_and_infinite_losses_do_no_harm_on_a_logarithmic_axis(view, plot):
    bad = run()
    bad.loss[10:14] = 0.0, -1.0, np.nan, np.inf
    bad.loss[50:] = 1e30
    view.show_log(True)
    view.set_run("old", "broken", bad, Series())
    view.set_run("new", "ReLU", run(), run())
    settle()
    view.grab()
    assert plot.plane().low > 1e-3
    assert plot.plane().high <= 100.0


def test_the_logarithmic_axis_is_calm_while_a_curve_falls():
    seen, present = [], None
    whole = run(400).loss
    for count in range(1, 400):
        present = calm_decades(present, [whole[:count]], [])
        seen.append(present)
        assert present[0] <= whole[:count].min()
        assert whole[:count].max() <= present[1]
    assert len(set(seen)) <= 7


@pytest.mark.parametrize("points", [0.5, 2.0, 40.0, 5000.0])
def test_smoothing_is_the_exponential_mean_without_bias(points):
    figures = run(300).accuracy
    decay, mean, weights, wanted = np.exp(-1.0 / points), 0.0, 0.0, []
    for figure in figures:
        mean, weights = decay * mean + figure, decay * weights + 1.0
        wanted.append(mean / weights)
    assert smoothed(figures, points) == pytest.approx(np.array(wanted), rel=1e-9)


def test_smoothing_begins_at_the_first_figure_and_leaves_gaps_gaps():
    figures = np.array([10.0, 12.0, np.nan, 14.0, np.inf, 14.0])
    result = smoothed(figures, 2.0)
    assert result[0] == 10.0
    assert np.isnan(result[[2, 4]]).all()
    assert 12.0 < result[5] < 14.0
    assert smoothed(np.full(500, 7.0), 30.0) == pytest.approx(7.0)
    assert len(smoothed(np.empty(0), 3.0)) == 0


def test_a_choice_of_smoothing_shows_in_ten_points_and_in_ten_thousand():
    for points in (10, 10_000):
        places = run(points).epochs
        light, strong = (memory(key, places, 10.0) for key in ("light", "strong"))
        assert 1.5 <= light < strong
        rough = [
            np.abs(np.diff(smoothed(run(points).accuracy[-points // 2 :], each))).mean()
            for each in (0.0, light, strong)
        ]
        assert rough[0] > rough[1] > rough[2]


def test_the_figures_stay_visible_behind_a_smoothed_curve(view, plot):
    view.set_run("new", "ReLU", run(), Series())
    evaluated, behind = plot.getPlotItem().items[1], plot.getPlotItem().items[2]
    assert not len(behind.getData()[0])
    raw = evaluated.getData()[1]
    view.smooth("strong")
    assert (behind.getData()[1] == raw).all()
    assert (
        np.abs(np.diff(evaluated.getData()[1][50:])).mean() < np.abs(np.diff(raw[50:])).mean() / 2
    )
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    assert view.reading().rows[0].value == f"{run().accuracy[-1]:.2f} %"


def test_what_does_not_exist_cannot_be_chosen(view):
    for name, choose, value in (
        ("axis", view.show_over, "miles"),
        ("smoothing", view.smooth, "very"),
    ):
        before = getattr(view, name)
        with pytest.raises(KeyError):
            choose(value)
        assert getattr(view, name) == before


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_the_menu_of_the_button_and_of_the_plot_choose(view, qtbot):
    choices = view.findChild(CurveChoices)
    names = {action.text(): action for action in choices.menu().actions()}
    names["Seconds"].trigger()
    names["Smoothed lightly"].trigger()
    names["Logarithmic loss"].trigger()
    assert (view.axis, view.smoothing, view.measure, view.log) == ("seconds", "light", "loss", True)
    assert choices.text() == "Seconds"
    assert choices.accessibleName() == "Curves over: Seconds"
    assert names["Seconds"].isChecked()
    assert names["Logarithmic loss"].isChecked()
    with qtbot.waitSignal(view.export_wanted):
        names["Export curves…"].trigger()
    with qtbot.waitSignal(view.copy_wanted):
        names["Copy curves"].trigger()
    plot = view.findChild(CurvePlot)
    # Platforms differ in whether a press or a release asks for the menu.
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(100, 100))
    QApplication.sendEvent(plot.viewport(), event)
    assert choices.menu().isVisible()
    choices.menu().close()


def names(view):
    settle()
    return view.findChild(CurveLegend).accessibleDescription()


def test_runs_are_renamed_hidden_coloured_and_removed_by_their_key(view, plot):
    view.set_run("a", "same", run(level=95.0), Series())
    view.set_run("b", "same", run(level=90.0), Series(), colour=5)
    view.set_run("new", "now", run(), Series())
    assert names(view) == "this run, validation, same, same"
    view.rename_run("a", "other")
    assert names(view) == "this run, validation, same, other"
    view.set_hidden("b", True)
    assert names(view) == "this run, validation, other"
    view.set_run("b", "same", run(level=91.0), Series())
    assert names(view) == "this run, validation, other"
    view.set_hidden("b", False)
    assert names(view) == "this run, validation, same, other"
    assert view.colour("b") == 5
    view.set_colour("b", 6)
    assert view.colour("b") == 6
    view.set_hidden("new", True)
    assert names(view) == "same, other"
    view.remove_run("b")
    assert names(view) == "other"


def test_a_colour_changes_the_line_and_leaves_its_mark():
    own, chosen = earlier_run(2), earlier_run(2, colour=5)
    assert own.colour != chosen.colour
    assert own.mark is chosen.mark


def fifty(view, points=10_000):
    for number in range(50):
        each = run(points, level=90.0 + number / 10.0, seed=number)
        view.set_run(f"run {number}", f"name {number}", each, Series())
    settle()


def test_of_fifty_runs_the_newest_are_named_and_the_rest_counted(view):
    fifty(view, 20)
    said = names(view).split(", ")
    assert said[:2] == ["name 49", "name 48"]
    assert len(said) == 50
    hidden = view.findChild(CurveLegend).toolTip().split("\n")
    assert len(hidden) == 21
    assert hidden[-1].startswith("+ ")


def test_hovering_fifty_runs_reads_those_near_the_pointer(view, plot, qtbot):
    fifty(view, 20)
    view.set_run("new", "now", run(20, level=97.0), Series())
    place = plot.place(10.0, 92.0)
    qtbot.mouseMove(plot.viewport(), QPoint(1, 1))
    qtbot.mouseMove(plot.viewport(), place.toPoint())
    reading = view.reading()
    assert len(reading.rows) == MOST_ROWS
    assert reading.rows[0].name == "this run, validation"
    figures = [float(row.value.split()[0]) for row in reading.rows[1:]]
    assert figures == sorted(figures, reverse=True)
    assert all(abs(figure - 92.0) < 1.0 for figure in figures)
    assert reading.more == f"+ {50 - (MOST_ROWS - 1)} more"


def test_a_live_run_leaves_the_earlier_ones_alone(view, plot, monkeypatch):
    fifty(view, 1000)
    view.set_run("new", "now", run(50), run(50))
    settle()
    painted = []
    monkeypatch.setattr(plot, "set_earlier", lambda *lines: painted.append(lines))
    monkeypatch.setattr(plot, "resetCachedContent", lambda: painted.append("ground"))
    for points in (51, 52, 53):
        view.set_run("new", "now", run(50, level=96.0 + points / 1000), run(50))
        settle()
    assert painted == []


def test_fifty_runs_are_thinned_to_what_the_screen_shows(view, plot, monkeypatch):
    lines = []
    monkeypatch.setattr(plot, "set_earlier", lambda drawn, marked: lines.append((drawn, marked)))
    fifty(view)
    drawn, marked = lines[-1]
    assert len(drawn) == 50
    assert len(marked) == 6
    assert sum(len(line.places) for line in drawn) < 15_000


@pytest.mark.parametrize("size", [(300, 150), (420, 220), (560, 380), (1200, 800)])
@pytest.mark.parametrize("log", [False, True])
def test_no_label_is_clipped_at_any_size(view, plot, pixels, size, log):
    view.resize(*size)
    view.set_run("new", "now", run(100), Series())
    view.show_measure("loss" if log else "accuracy")
    view.log = log
    for axis in X_AXES:
        view.show_over(axis.key)
        settle()
        seen = pixels(plot)
        ground = np.array(theme.LIGHT.card.getRgb()[:3])
        foreign = (seen != ground).any(axis=2)
        # What would be cut touches the border.
        assert not foreign[:2].any()
        assert not foreign[-1:].any()
        assert not foreign[:, :1].any()
        assert not foreign[:, -1:].any()


def test_all_axes_measures_and_themes_are_painted_with_gaps_and_single_points(view):
    view.set_run("one", "single", run(1), Series())
    view.set_run("two", "empty", Series(), Series())
    view.set_run("new", "now", run(2), Series())
    for measure in ("accuracy", "loss"):
        for axis in X_AXES:
            for smoothing in SMOOTHINGS:
                view.show_measure(measure)
                view.show_over(axis.key)
                view.smooth(smoothing)
                view.log = not view.log
                settle()
                view.grab()


def test_a_plane_places_and_holds():
    plane = Plane(measure=LOSS, end=10.0, low=0.01, high=1.0, log=True)
    assert plane.holds(5.0, 0.1)
    assert not plane.holds(5.0, 2.0)
    assert not plane.holds(11.0, 0.1)
