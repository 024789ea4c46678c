"""The curves show what they are given, calmly, and read out exact figures."""

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import QApplication, QToolButton

from zmlp_gui import theme
from zmlp_gui.curves import CurvesView
from zmlp_gui.plot.curve_data import ACCURACY, LOSS, Series, calm_span, telling
from zmlp_gui.plot.curve_legend import CurveLegend
from zmlp_gui.plot.curve_marks import earlier_run
from zmlp_gui.plot.curve_plot import CurvePlot
from zmlp_gui.plot.curve_scene import IN_FRONT


def series(accuracy, loss=None, epochs=10.0):
    """A series measured at equal distances."""
    accuracy = np.asarray(accuracy, float)
    at = np.linspace(epochs / len(accuracy), epochs, len(accuracy))
    loss = (100.0 - accuracy) / 50.0 if loss is None else np.asarray(loss, float)
    return Series(at, (100 * at).astype(np.int64), 3600 * at, 0.5 * at, accuracy, loss)


def climb(to, points=20, epochs=10.0):
    return series(to - 85.0 * np.exp(-np.linspace(0.0, 6.0, points)), epochs=epochs)


@pytest.fixture
def view(qtbot):
    theme.apply(QApplication.instance(), "light")
    view = CurvesView()
    qtbot.addWidget(view)
    view.resize(560, 380)
    with qtbot.waitExposed(view):
        view.show()
    # Where a run of that name comes, it is this run.
    view.set_current("new")
    yield view
    theme.apply(QApplication.instance(), "light")


@pytest.fixture
def plot(view):
    return view.findChild(CurvePlot)


def hover(qtbot, plot, epoch):
    QApplication.processEvents()
    # A pointer that rests where it was sends nothing.
    qtbot.mouseMove(plot.viewport(), QPoint(1, 1))
    qtbot.mouseMove(plot.viewport(), plot.place(epoch, low_and_high(plot)[0]).toPoint())


def names(view):
    """What the legend shows; runs come to it with the next turn of the event loop."""
    QApplication.processEvents()
    return view.findChild(CurveLegend).accessibleDescription()


def values(view):
    QApplication.processEvents()
    return {row.name: row.value for row in view.reading().rows}


def low_and_high(plot):
    QApplication.processEvents()
    return tuple(plot.getViewBox().viewRange()[1])


def test_hovering_reads_the_exact_figures_of_all_runs(qtbot, view, plot):
    view.set_run("old", "sigmoid", series([50.0, 80.0, 94.13, 94.5, 95.0]), Series())
    view.set_run(
        "new", "ReLU", series([60.0, 90.0, 96.12, 97.0, 97.5]), series([70, 95, 98.25, 99, 99])
    )
    hover(qtbot, plot, 6.0)
    assert view.reading().title == "epoch 6.0 · minibatch 600"
    assert values(view) == {
        "this run, validation": "96.12 %",
        "training": "98.25 %",
        "sigmoid": "94.13 %",
    }


def test_hovering_reads_the_loss_when_the_loss_is_shown(qtbot, view, plot):
    view.set_run("new", "", series([60.0, 90.0], loss=[1.5, 0.12345]), Series())
    qtbot.mouseClick(button(view, "Loss"), Qt.MouseButton.LeftButton)
    hover(qtbot, plot, 10.0)
    assert values(view) == {"this run, validation": "0.1235"}


def test_between_two_figures_the_nearest_is_read(qtbot, view, plot):
    view.set_run("new", "", series([60.0, 70.0, 80.0, 90.0, 95.0]), Series())
    hover(qtbot, plot, 6.7)
    assert view.reading().title.startswith("epoch 6.0")
    hover(qtbot, plot, 7.3)
    assert view.reading().title.startswith("epoch 8.0")


def test_a_run_that_ended_before_has_no_figure_there(qtbot, view, plot):
    view.set_run("short", "short", climb(95.0, epochs=3.0), Series())
    view.set_run("new", "", climb(97.0), Series())
    hover(qtbot, plot, 8.0)
    assert values(view)["short"] == "–"


def test_leaving_the_plot_ends_the_reading(qtbot, view, plot):
    view.set_run("new", "", climb(97.0), Series())
    hover(qtbot, plot, 5.0)
    assert view.reading() is not None
    qtbot.mouseMove(plot.viewport(), QPoint(2, 100))
    assert view.reading() is None


def test_the_reading_follows_a_run_that_goes_on(qtbot, view, plot):
    view.set_run("new", "", series([60.0, 70.0], epochs=2.0), Series())
    hover(qtbot, plot, 9.0)
    assert values(view) == {"this run, validation": "70.00 %"}
    view.set_run("new", "", series([60.0, 70.0, 80.0], epochs=3.0), Series())
    assert values(view) == {"this run, validation": "80.00 %"}


def test_arrow_keys_read_figure_by_figure(qtbot, view, plot):
    view.set_run("new", "", series([60.0, 70.0, 80.0, 90.0, 95.0]), Series())
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    assert values(view) == {"this run, validation": "95.00 %"}
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert values(view) == {"this run, validation": "80.00 %"}
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert values(view) == {"this run, validation": "90.00 %"}
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert view.reading() is None


def button(view, word):
    return next(each for each in view.findChildren(QToolButton) if each.text() == word)


def test_the_keyboard_switches_between_accuracy_and_loss(qtbot, view, plot):
    view.set_run("new", "", climb(97.0), Series())
    first = button(view, "Accuracy, %")
    first.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(view.measure_changed) as changed:
        qtbot.keyClick(first, Qt.Key.Key_Right)
    assert changed.args == ["loss"]
    assert button(view, "Loss").isChecked()
    assert low_and_high(plot)[0] == 0.0


def test_nan_and_infinity_leave_a_gap_and_do_not_move_the_axes(qtbot, view, plot):
    good = climb(97.0)
    view.set_run("new", "", good, Series())
    before = low_and_high(plot)
    broken = good.accuracy.copy()
    broken[5:8] = np.nan
    broken[12] = np.inf
    loss = good.loss.copy()
    loss[9:] = np.nan
    view.set_run("new", "", series(broken, loss), series(np.full(20, np.nan), np.full(20, np.inf)))
    assert low_and_high(plot) == before
    view.grab()
    view.show_measure("loss")
    view.grab()
    hover(qtbot, plot, 9.0)
    assert values(view) == {"this run, validation": "NaN", "training": "∞"}


def test_a_run_of_nothing_but_nan_is_shown_without_harm(qtbot, view, plot):
    nothing = series(np.full(5, np.nan), np.full(5, np.nan))
    view.set_run("old", "broken", nothing, Series())
    view.set_run("new", "", nothing, nothing)
    hover(qtbot, plot, 4.0)
    view.grab()
    assert low_and_high(plot) == (0.0, 100.0)


def test_the_loss_axis_stays_readable_when_the_loss_explodes(view, plot):
    view.show_measure("loss")
    view.set_run("old", "good", climb(97.0), Series())
    view.set_run("new", "", series(np.full(30, 10.0), 2.0 * 10.0 ** np.arange(30.0)), Series())
    assert low_and_high(plot) == (0.0, 10.0)
    view.grab()


def test_the_accuracy_axis_starts_whole_and_narrows_to_a_round_bound(view, plot):
    assert low_and_high(plot) == (0.0, 100.0)
    view.set_run("new", "", climb(97.0), Series())
    assert low_and_high(plot) == (90.0, 100.0)


def test_the_axis_is_calm_while_a_curve_wavers():
    random = np.random.default_rng(0)
    points = np.arange(200)
    whole = 96.0 - 86.0 * np.exp(-points / 20) - np.abs(random.normal(0.0, 1.5, len(points)))
    span, seen = 100.0, []
    for so_far in range(1, len(points)):
        distance = ACCURACY.distance(series(whole[:so_far]))
        span = calm_span(ACCURACY, span, [distance], [])
        seen.append(span)
    changes = np.flatnonzero(np.diff(seen))
    assert seen[0] == 100.0
    assert seen[-1] <= 20.0
    assert len(changes) <= 3


def test_an_earlier_run_that_never_learned_does_not_flatten_the_others(view, plot):
    view.set_run("bad", "collapsed", series(np.full(10, 11.0)), Series())
    view.set_run("new", "", climb(97.0), Series())
    assert low_and_high(plot) == (90.0, 100.0)


def test_the_axis_opens_for_a_new_run_that_knows_nothing(view, plot):
    view.set_current("one")
    view.set_run("one", "first", climb(97.0), Series())
    view.set_current("two")
    view.set_run("two", "second", series([9.0], epochs=0.1), Series())
    assert low_and_high(plot) == (0.0, 100.0)


@pytest.mark.parametrize("measure", [ACCURACY, LOSS])
def test_every_axis_ends_on_a_grid_line(measure):
    for span, every in measure.spans.items():
        assert span / every == pytest.approx(round(span / every))


def test_the_horizontal_axis_ends_at_the_planned_epochs(view, plot):
    view.set_x_range(25)
    assert plot.getViewBox().viewRange()[0] == [0.0, 25.0]


def test_wheel_drag_and_double_click_do_not_move_the_axes(qtbot, view, plot):
    view.set_run("new", "", climb(97.0), Series())
    before = plot.getViewBox().viewRange()
    middle = plot.viewport().rect().center()
    wheel = QWheelEvent(
        QPointF(middle),
        QPointF(plot.viewport().mapToGlobal(middle)),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(plot.viewport(), wheel)
    qtbot.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(plot.viewport(), middle + QPoint(60, 40))
    qtbot.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, pos=middle + QPoint(60, 40))
    qtbot.mouseDClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    # Qt's double click leaves the button down.
    qtbot.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseClick(plot.viewport(), Qt.MouseButton.RightButton, pos=middle)
    assert plot.getViewBox().viewRange() == before


def test_the_palette_recolours_curves_axes_and_ground(qtbot, view, plot):
    view.set_run("old", "sigmoid", series(np.linspace(60.0, 62.0, 40)), Series())
    view.set_run("new", "", series(np.full(40, 80.0)), Series())
    for choice in ("dark", "light"):
        theme.apply(QApplication.instance(), choice)
        QApplication.processEvents()
        on_curve = plot.place(3.0, 80.0).toPoint()
        shown = theme.current()
        picture = plot.grab().toImage()
        assert picture.pixelColor(3, 3) == shown.card
        assert near(picture.pixelColor(on_curve), shown.accent)
        colours = {
            picture.pixelColor(x, y).name()
            for x in range(60, 400)
            for y in (int(plot.place(3.0, 61.0).y()) + step for step in range(-8, 9))
        }
        assert any(near_name(name, earlier_run(0).colour) for name in colours)


def near(one, other, by=40):
    return all(abs(a - b) <= by for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True))


def near_name(name, colour):
    return near(type(colour)(name), colour)


def test_an_update_draws_into_the_same_items(view, plot):
    view.set_run("new", "", climb(97.0), climb(99.0))
    items = plot.getPlotItem().items[:]
    for _ in range(5):
        view.set_run("new", "", climb(98.0), climb(99.0))
    view.set_run("newer", "", climb(98.0), climb(99.0))
    assert plot.getPlotItem().items == items


def test_training_alone_is_drawn_as_training(view, plot):
    view.set_run("new", "", Series(), climb(99.0))
    evaluated, training = plot.getPlotItem().items[1], plot.getPlotItem().items[0]
    assert len(training.getData()[0]) == 20
    assert evaluated.getData()[0] is None or not len(evaluated.getData()[0])


def test_the_legend_names_the_part_a_curve_is_drawn_on(view):
    view.set_run("old", "with biases", climb(95.0), Series())
    view.set_run("new", "", climb(97.0), climb(99.0), part="test")
    assert names(view) == "this run, test, training, with biases"


def test_names_that_do_not_fit_the_legend_stand_in_its_tooltip(view):
    for number in range(9):
        view.set_run(f"old {number}", f"a long name {number}", climb(95.0), Series())
    QApplication.processEvents()
    hidden = view.findChild(CurveLegend).toolTip()
    assert "a long name 0" in hidden
    assert "a long name 8" not in hidden


def test_the_latest_figures_stand_as_text(view):
    view.set_run("old", "sigmoid", climb(95.0), Series())
    view.set_run("new", "", series([60.0, 96.12], epochs=4.0), Series())
    QApplication.processEvents()
    words = view.accessibleDescription()
    assert words.startswith("Accuracy, %: this run, validation 96.12 % at epoch 4.0; sigmoid 94.")


def test_runs_differ_in_more_than_colour(view):
    marks = [earlier_run(place).mark for place in range(IN_FRONT)]
    assert len(set(marks)) == IN_FRONT


def test_a_removed_run_is_gone(view):
    view.set_run("old", "sigmoid", climb(95.0), Series())
    view.set_run("new", "", climb(97.0), Series())
    view.remove_run("old")
    assert names(view) == "this run, validation"
    view.remove_run("new")
    assert names(view) == ""
    assert view.accessibleDescription() == ""


def test_set_current_makes_the_others_earlier_ones(view):
    view.set_run("one", "first", climb(95.0), Series())
    view.set_run("two", "second", climb(97.0), Series())
    view.set_current("one")
    assert names(view) == "this run, validation, second"
    view.set_current(None)
    assert names(view) == "second, first"


def test_thinning_keeps_peaks_gaps_and_the_newest_point():
    x = np.arange(5000.0)
    y = np.sin(x / 500.0)
    y[1234], y[2345], y[-1] = 9.0, -9.0, 5.0
    y[4000:4010] = np.nan
    kept = telling(y, 500)
    thin_x, thin_y = x[kept], y[kept]
    assert len(thin_x) <= 520
    assert np.nanmax(thin_y) == 9.0
    assert np.nanmin(thin_y) == -9.0
    assert (thin_x[-1], thin_y[-1]) == (4999.0, 5.0)
    assert np.isnan(thin_y).any()
    assert (np.diff(thin_x) > 0).all()


def test_a_curve_that_grew_looks_like_one_shown_at_once(qtbot) -> None:
    noise = np.random.default_rng(0).normal(0.0, 0.7, 500)

    def figures(count: int) -> tuple[Series, Series]:
        steps = np.arange(1, count + 1)
        accuracy = 98.0 - 85.0 * np.exp(-steps / 50.0) + noise[:count]
        training = Series(
            steps / 57.0, steps, 64.0 * steps, 0.01 * steps, accuracy, np.exp(-steps / 50.0)
        )
        epochs = np.arange(1.0, count // 57 + 1)
        steps = (57 * epochs).astype(int)
        evaluated = Series(
            epochs, steps, 64.0 * steps, 0.01 * steps, 93.0 - 5.0 / epochs, 1.0 / epochs
        )
        return evaluated, training

    def picture(counts: range) -> bytes:
        """What the screen shows in the end: unlike `grab`, with all that was kept on the way."""
        view = CurvesView()
        view.resize(560, 340)
        view.set_current("run")
        view.set_x_range(15)
        with qtbot.waitExposed(view):
            view.show()
        for count in counts:
            view.set_run("run", "run", *figures(count))
            qtbot.wait(20)
        screen = view.screen()
        assert screen is not None
        image = screen.grabWindow(view.winId()).toImage()
        view.close()
        return image.bits().asstring(image.sizeInBytes())

    assert picture(range(8, 500, 17)) == picture(range(484, 500, 17))
