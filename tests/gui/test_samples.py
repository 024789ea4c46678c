"""Strengths are sliders, and the samples below them show what they do, while they are in sight."""

from itertools import pairwise

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import QApplication, QLineEdit, QScrollArea, QSlider

from core.datasets import load
from core.drawing import read_bundled_ink
from core.minibatches import as_learned
from core.recipes import RECIPES
from core.setting import setting_of, settings
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui import theme
from zmlp_gui.drawings import SAMPLES
from zmlp_gui.panel import sample_strip
from zmlp_gui.panel.sample_strip import COUNT, SampleStrip
from zmlp_gui.panel.strength_editor import StrengthEditor
from zmlp_gui.session import IDLE, RUNNING

STRENGTHS = [each for each in settings(TrainingSpec) if each.strength]
LONG = RECIPES["champion"].training.replace(epochs=1000)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def editor(shown):
    """One for the rotation, 0 to 90, with a list of the values that it was edited to."""
    editor = StrengthEditor(setting_of(TrainingSpec, "rotation"))
    editor.edited_to = []
    editor.edited.connect(lambda: editor.edited_to.append(editor.refusal() or editor.value()))
    editor.resize(130, 40)
    return shown(editor)


def parts(editor):
    return editor.findChild(QSlider), editor.findChild(QLineEdit)


def wheel(widget, notches):
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        widget.mapToGlobal(middle),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


# The slider and its value.


@pytest.mark.parametrize("setting", STRENGTHS, ids=lambda each: each.name)
def test_a_slider_goes_from_one_end_of_the_range_to_the_other_in_short_numbers(
    qtbot, shown, setting
):
    editor = shown(StrengthEditor(setting))
    slider, line = parts(editor)
    for end, wanted in ((slider.minimum(), setting.low), (slider.maximum(), setting.high)):
        slider.setValue(end)
        assert editor.value() == wanted
    assert 50 <= slider.maximum() - slider.minimum() <= 200
    for place in range(slider.minimum(), slider.maximum() + 1):
        slider.setValue(place)
        assert len(line.text()) <= 4
        assert setting.parse(line.text()) == editor.value()


def test_a_moved_slider_writes_the_value_and_tells(editor):
    slider, line = parts(editor)
    slider.setValue(30)
    assert (line.text(), editor.edited_to) == ("30", [30.0])


def test_a_typed_value_moves_the_slider_and_stays_as_it_was_typed(qtbot, editor):
    slider, line = parts(editor)
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "12.4")
    assert (slider.value(), editor.value(), line.text()) == (12, 12.4, "12.4")
    assert editor.edited_to[-1] == 12.4


def test_what_is_not_allowed_leaves_the_slider_where_it_was(qtbot, editor):
    slider, line = parts(editor)
    editor.set_value(20.0)
    line.setFocus()
    qtbot.keyClicks(line, "x")
    assert editor.edited_to == [editor.refusal()]
    assert slider.value() == 20


def test_a_value_that_is_set_moves_the_slider_and_tells_nobody(editor):
    editor.set_value(45.0)
    assert parts(editor)[0].value() == 45
    assert editor.edited_to == []


@pytest.mark.parametrize("index", [0, 1], ids=["slider", "value"])
def test_keys_move_it_by_a_step_and_by_ten(qtbot, editor, index):
    editor.set_value(20.0)
    part = parts(editor)[index]
    part.setFocus()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp):
        qtbot.keyClick(part, key)
    assert editor.edited_to == [21.0, 22.0, 21.0, 31.0]


def test_tab_goes_from_the_slider_to_its_value_and_to_the_way_back(qtbot, editor):
    slider, line = parts(editor)
    slider.setFocus()
    slider.setValue(10)
    qtbot.keyClick(slider, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is line
    qtbot.keyClick(line, Qt.Key.Key_Tab)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert (editor.value(), slider.value()) == (0.0, 0)


def test_the_wheel_moves_it_only_once_it_has_the_focus(editor):
    slider, line = parts(editor)
    editor.set_value(20.0)
    line.setFocus()
    assert not wheel(slider, 1)
    assert editor.value() == 20.0
    slider.setFocus()
    assert wheel(slider, 1)
    assert editor.value() > 20.0


def test_at_the_end_of_its_way_the_wheel_scrolls_nothing_else(editor):
    slider = parts(editor)[0]
    editor.set_value(90.0)
    slider.setFocus()
    assert wheel(slider, 1)


def test_what_does_nothing_is_grey(editor):
    slider = parts(editor)[0]
    assert slider.property("quiet")
    slider.setValue(10)
    assert not slider.property("quiet")
    editor.set_value(0.0)
    assert slider.property("quiet")


# The strip.


@pytest.fixture
def strip(shown):
    """In a scroll area with as much room below as above."""
    area = QScrollArea()
    strip = SampleStrip()
    strip.resize(532, 58)
    area.setWidget(strip)
    area.resize(560, 90)
    strip.turns = []
    strip.turned.connect(lambda: strip.turns.append(1))
    shown(area)
    strip.area = area
    return strip


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(sample_strip, "TURN", 20)


def test_it_asks_again_and_again_while_it_is_in_sight(qtbot, quick, strip):
    qtbot.waitUntil(lambda: len(strip.turns) > 3)


def test_about_twice_a_second():
    assert 400 <= sample_strip.TURN <= 600


@pytest.mark.parametrize("how", ["hidden", "scrolled away", "minimised"])
def test_out_of_sight_it_asks_for_nothing_until_it_comes_back(qtbot, quick, strip, how):
    area = strip.area
    hide, back = {
        "hidden": (area.hide, area.show),
        "scrolled away": (lambda: strip.move(0, 500), lambda: strip.move(0, 0)),
        "minimised": (area.showMinimized, area.showNormal),
    }[how]
    qtbot.waitUntil(lambda: len(strip.turns) > 1)
    hide()
    qtbot.wait(60)
    strip.turns.clear()
    qtbot.wait(100)
    assert not strip.turns
    back()
    qtbot.waitUntil(lambda: len(strip.turns) > 1)


def test_who_wants_rest_is_shown_others_only_when_they_ask(qtbot, quick, monkeypatch, strip):
    monkeypatch.setenv("ZMLP_REDUCED_MOTION", "1")
    qtbot.wait(60)
    strip.turns.clear()
    qtbot.wait(150)
    assert not strip.turns
    with qtbot.waitSignal(strip.clicked):
        qtbot.mouseClick(strip, LEFT)
    strip.setFocus()
    with qtbot.waitSignal(strip.clicked):
        qtbot.keyClick(strip, Qt.Key.Key_Space)


def test_each_pixel_of_a_digit_is_a_square_of_four(strip, pixels):
    chess = np.indices((28, 28)).sum(axis=0) % 2 * np.uint8(255)
    strip.show_images([chess] * COUNT)
    picture = pixels(strip)
    for sheet in strip.sheets():
        left, top = round(sheet.x()) + 1, 1
        inside = picture[top + 4 : top + 52, left + 4 : left + 52, 0]
        grey = inside.reshape(24, 2, 24, 2)
        assert (grey == grey[:, :1, :, :1]).all()
        assert len(np.unique(inside)) == 2


def test_sheets_reach_from_edge_to_edge_and_never_touch(strip):
    for width in (300, 532, 900):
        strip.resize(width, 58)
        sheets = strip.sheets()
        assert sheets[0].left() == 0.0
        assert sheets[-1].right() == pytest.approx(width, abs=0.6)
        gaps = [b.left() - a.right() for a, b in pairwise(sheets)]
        assert min(gaps) >= 3.0


def test_it_follows_the_theme(strip, pixels):
    strip.show_images([np.full((28, 28), 255, np.uint8)] * COUNT)
    light = pixels(strip)[29, 29]
    theme.apply(QApplication.instance(), "dark")
    dark = pixels(strip)[29, 29]
    assert light.mean() < 80
    assert dark.mean() > 200


# The window.


@pytest.fixture
def window(window):
    """A window whose panel has strong deformations, and a long run."""
    window.panel.set_specs(NetworkSpec(hidden=(16,)), LONG, "mnist-5k")
    return window


def open_strip(window):
    """Scroll to it; returns the list of what it is given to show from then on."""
    given = []
    show = window.panel.samples.show_images
    window.samples._samples.ready.disconnect(show)
    window.samples._samples.ready.connect(lambda images: (given.append(images), show(images)))
    window.panel._form.show_more(True)
    QApplication.processEvents()
    window.panel._form._more.ensureWidgetVisible(window.panel.samples)
    return given


def test_nothing_is_made_before_the_settings_are_open(qtbot, window, monkeypatch):
    made = []
    monkeypatch.setattr(
        "zmlp_gui.deform_samples.as_learned", lambda images, *_: made.append(1) or images
    )
    window.panel._form.editor("rotation").set_value(3.0)
    window.canvas.set_drawing(read_bundled_ink(SAMPLES)[7])
    qtbot.wait(400)
    assert not made
    open_strip(window)
    qtbot.waitUntil(lambda: bool(made))


def test_samples_are_digits_that_a_training_learns_from_as_it_deforms_them(qtbot, window):
    given = open_strip(window)
    qtbot.waitUntil(lambda: bool(given))
    name, hands = window.samples._samples._hands
    wish = window.samples._samples._wish
    assert name == "mnist-5k"
    known = {each.tobytes() for each in load("mnist-5k").training.images}
    assert all(each.tobytes() in known for hand in hands for each in hand)
    assert np.array_equal(given[-1], as_learned(hands[0], LONG, wish.draw))


def test_a_hand_has_digits_of_eight_classes(qtbot, window):
    given = open_strip(window)
    qtbot.waitUntil(lambda: bool(given))
    digits = load("mnist-5k").training
    labels = {each.tobytes(): label for each, label in zip(*vars(digits).values(), strict=True)}
    for hand in window.samples._samples._hands[1]:
        assert len({labels[each.tobytes()] for each in hand}) == COUNT


def test_a_moved_slider_is_seen_at_once_by_the_same_chance(qtbot, window, monkeypatch):
    monkeypatch.setenv("ZMLP_REDUCED_MOTION", "1")
    window.panel.set_specs(NetworkSpec(), TrainingSpec(rotation=20.0), "mnist-5k")
    given = open_strip(window)
    qtbot.waitUntil(lambda: bool(given))
    before = len(given)
    slider = window.panel._form.editor("rotation").findChild(QSlider)
    slider.setValue(21)
    qtbot.waitUntil(lambda: len(given) > before)
    near = np.abs(given[-1].astype(int) - given[before - 1]).mean()
    slider.setValue(0)
    qtbot.waitUntil(lambda: np.array_equal(given[-1], window.samples._samples._hands[1][0]))
    far = np.abs(given[-1].astype(int) - given[before - 1]).mean()
    assert 0 < near < far / 3


def test_they_live_and_a_click_takes_other_digits(qtbot, window):
    given = open_strip(window)
    qtbot.waitUntil(lambda: len(given) > 2)
    assert not np.array_equal(given[0], given[1])
    assert window.samples._samples._wish.hand == 0
    qtbot.mouseClick(window.panel.samples, LEFT)
    assert window.samples._samples._wish.hand == 1


def test_the_drawing_is_the_first_of_them(qtbot, window):
    window.panel.set_specs(NetworkSpec(), TrainingSpec(), "mnist-5k")
    given = open_strip(window)
    window.canvas.set_drawing(read_bundled_ink(SAMPLES)[7])
    window.session.read()
    drawn = window.session.reading.image
    qtbot.waitUntil(lambda: bool(given) and np.array_equal(given[-1][0], drawn))
    hand = window.samples._samples._hands[1][0]
    assert np.array_equal(given[-1][1:], hand[1:])
    window.canvas.clear()
    qtbot.waitUntil(lambda: np.array_equal(given[-1][0], hand[0]))


def test_while_a_run_is_on_they_show_its_settings_and_afterwards_those_of_the_panel(qtbot, window):
    run_spec = TrainingSpec(occlusion=1.0, epochs=1000)
    samples = window.samples._samples
    open_strip(window)
    window.session.train(NetworkSpec(hidden=(16,)), run_spec, "mnist-5k")
    qtbot.waitUntil(lambda: window.session.state == RUNNING, timeout=20_000)
    assert samples._wish.training == run_spec
    # A recipe that is filled in meanwhile is for a later run.
    window.panel.set_specs(NetworkSpec(), TrainingSpec(rotation=5.0), "mnist-5k")
    assert samples._wish.training == run_spec
    window.session.stop()
    qtbot.waitUntil(lambda: window.session.state == IDLE, timeout=20_000)
    assert samples._wish.training == TrainingSpec(rotation=5.0)


def test_the_digits_of_a_run_that_is_on_are_not_read_again(qtbot, window, monkeypatch):
    window.session.train(NetworkSpec(hidden=(16,)), LONG, "mnist-5k")
    qtbot.waitUntil(lambda: window.session.state == RUNNING, timeout=20_000)
    read = []
    monkeypatch.setattr("zmlp_gui.deform_samples.datasets.load", read.append)
    given = open_strip(window)
    qtbot.waitUntil(lambda: bool(given) and len(given[-1]) == COUNT)
    assert not read
    window.session.stop()
    qtbot.waitUntil(lambda: window.session.state == IDLE, timeout=20_000)
    # They would stay in the memory.
    assert window.samples._samples._wish.part is None


def test_data_that_cannot_be_read_leave_the_sheets_empty(qtbot, window, tmp_path):
    given = open_strip(window)
    window.panel.set_data(str(tmp_path / "nowhere"))
    qtbot.waitUntil(lambda: bool(given) and len(given[-1]) == 0)
    window.panel.set_data("mnist-5k")
    qtbot.waitUntil(lambda: len(given[-1]) == COUNT)


def test_sliders_and_samples_are_in_sight_together_on_a_small_screen(qtbot, window):
    open_strip(window)
    area, strip = window.panel._form._more, window.panel.samples
    bar = area.verticalScrollBar()
    top = window.panel._form.editor("shift")
    bar.setValue(top.mapTo(area.widget(), QPoint()).y())
    bottom = strip.mapTo(area.viewport(), QPoint(0, strip.height())).y()
    assert bottom <= area.viewport().height()
