"""The settings explain themselves: what they are for, what is changed, what does not suit."""

from types import SimpleNamespace

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QEnterEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QToolButton

from core.activations import ACTIVATIONS
from core.dataset_files import STEMS
from core.estimate import Costs, Speed
from core.idx import write_idx
from core.optimizers import OPTIMIZERS
from core.recipes import RECIPES
from core.runs import prepare
from core.setting import settings
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui import forecast
from zmlp_gui.background import Background
from zmlp_gui.forecast import Forecast, Prospect
from zmlp_gui.panel.progress_line import shape_words
from zmlp_gui.panel.setting_editors import Field
from zmlp_gui.runs import Progress
from zmlp_gui.training_panel import TrainingPanel

FAST = RECIPES["fast"]
LEFT = Qt.MouseButton.LeftButton
PATIENCE = 20_000
DECLARED = [
    each for spec in (NetworkSpec, TrainingSpec) for each in settings(spec) if not each.from_data
]
# A machine that learns the recipe Fast in about six seconds.
COSTS = (Costs(count, dict.fromkeys(OPTIMIZERS, 3e-8), 1e-12) for count in (1000, 1_000_000))
SPEED = Speed(1e-4, 1e-5, 1e-10, 1e-10, dict.fromkeys(ACTIVATIONS, 1e-9), *COSTS)


@pytest.fixture
def foreseen(qtbot, monkeypatch):
    """A forecast that knows this machine's speed at once."""
    monkeypatch.setattr(forecast, "QUIET", 0)
    monkeypatch.setattr(forecast, "measure", lambda threads: SPEED)
    background = Background()
    yield Forecast(background)
    background.finish(PATIENCE)


@pytest.fixture
def panel(shown, foreseen):
    panel = TrainingPanel()
    panel.settings_changed.connect(foreseen.look_at)
    foreseen.ready.connect(panel.show_prospect)
    panel.set_recipes(list(RECIPES.values()))
    panel.set_data_sets(["mnist-5k", "mnist"])
    panel.set_specs(FAST.network, FAST.training, "mnist-5k")
    panel.resize(552, 500)
    shown(panel)
    # The pointer may lie anywhere when a window opens.
    QTest.mouseMove(panel, QPoint(2, 498))
    for each in panel.findChildren(Field):
        QApplication.sendEvent(each, QEvent(QEvent.Type.Leave))
    return panel


def field(panel, name):
    return next(
        each
        for kind in (QLineEdit, QComboBox)
        for each in panel.findChildren(kind)
        if each.accessibleName() == name
    )


def button(panel, word):
    return next(
        each
        for kind in (QPushButton, QToolButton)
        for each in panel.findChildren(kind)
        if word in (each.text(), each.accessibleName())
    )


def texts(panel):
    return [each.text() for each in panel.findChildren(QLabel) if each.isVisible()]


def said(panel):
    """What stands below the settings."""
    return next(
        each.text()
        for each in panel.findChildren(QLabel)
        if each.isVisible()
        and each.accessibleName() in ("About the settings", "What is wrong with the settings")
    )


def write(line, text):
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)


def point_at(widget):
    """Move the pointer onto a widget; an off-screen platform has none of its own."""
    middle = QPointF(widget.rect().center())
    QApplication.sendEvent(widget, QEnterEvent(middle, middle, widget.mapToGlobal(middle)))


# Each setting says what it is for.


@pytest.mark.parametrize("setting", DECLARED, ids=lambda each: each.name)
def test_a_setting_with_the_focus_is_explained(panel, setting):
    button(panel, "▸ More settings").click()
    field(panel, setting.label).setFocus()
    assert said(panel).startswith(setting.help)


@pytest.mark.parametrize("setting", DECLARED, ids=lambda each: each.name)
def test_no_explanation_is_cut_off(panel, setting):
    button(panel, "▸ More settings").click()
    field(panel, setting.label).setFocus()
    label = next(
        e for e in panel.findChildren(QLabel) if e.accessibleName() == "About the settings"
    )
    assert label.heightForWidth(label.width()) <= label.height()


def test_what_the_pointer_is_on_is_explained_until_it_leaves(panel):
    field(panel, "Epochs").setFocus()
    activation = field(panel, "Activation").parentWidget()
    point_at(activation)
    assert said(panel).startswith("What each hidden neuron makes of its sum")
    assert "quick to learn" in said(panel)
    QApplication.sendEvent(activation, QEvent(QEvent.Type.Leave))
    assert said(panel).startswith("Times that every digit is seen")


def test_the_explanation_follows_the_choice(qtbot, panel):
    activation = field(panel, "Activation")
    activation.setFocus()
    assert "ReLU:" in said(panel)
    qtbot.keyClick(activation, Qt.Key.Key_Down)
    assert "leaky ReLU:" in said(panel)


def test_a_recipe_is_explained(panel):
    field(panel, "Recipe").setFocus()
    assert FAST.help in said(panel)


# What differs from the recipe is marked and can be put back.


def test_nothing_is_marked_in_a_recipe(panel):
    assert not [
        each
        for each in panel.findChildren(QToolButton)
        if each.property("back") and each.isVisible()
    ]


@pytest.mark.parametrize("by_key", [False, True])
def test_a_changed_value_is_put_back_with_one_click_or_key(qtbot, panel, by_key):
    rate = field(panel, "Learning rate")
    write(rate, "0.02")
    back = button(panel, "Learning rate: Back to 0.1")
    assert back.isVisible()
    assert back.toolTip() == "Back to 0.1"
    if by_key:
        qtbot.keyClick(rate, Qt.Key.Key_Backtab)
        assert back.hasFocus() or field(panel, "Biases").hasFocus()
        back.setFocus()
        qtbot.keyClick(back, Qt.Key.Key_Space)
    else:
        qtbot.mouseClick(back, LEFT)
    assert rate.text() == "0.1"
    assert rate.hasFocus()
    assert not back.isVisible()
    assert panel.specs() == (FAST.network, FAST.training, "mnist-5k")


def test_a_choice_is_put_back_by_its_name_on_the_screen(qtbot, panel):
    activation = field(panel, "Activation")
    qtbot.keyClick(activation, Qt.Key.Key_End)
    qtbot.mouseClick(button(panel, "Activation: Back to ReLU"), LEFT)
    assert activation.currentText() == "ReLU"


def test_without_a_recipe_the_defaults_are_usual(panel):
    panel.set_specs(NetworkSpec(hidden=(77,)), TrainingSpec(), "mnist-5k")
    marked = [
        each.toolTip()
        for each in panel.findChildren(QToolButton)
        if each.property("back") and each.isVisible()
    ]
    assert marked == ["Back to 128"]


def test_what_is_not_allowed_can_be_put_back(qtbot, panel):
    write(field(panel, "Epochs"), "many")
    qtbot.mouseClick(button(panel, "Epochs: Back to 15"), LEFT)
    assert panel.specs() == (FAST.network, FAST.training, "mnist-5k")


def test_no_field_moves_when_a_mark_or_advice_appears(panel):
    def places():
        QApplication.processEvents()
        return [each.mapTo(panel, QPoint()) for each in panel.findChildren(QLineEdit)] + [
            button(panel, "Train").mapTo(panel, QPoint())
        ]

    before = places()
    write(field(panel, "Minibatch"), "1")
    assert places() == before
    write(field(panel, "Minibatch"), "none")
    assert places() == before


# What does not suit is named.


def test_advice_appears_while_one_types_and_can_be_followed(qtbot, panel):
    write(field(panel, "Minibatch"), "1")
    assert said(panel).startswith("The learning rate is too high with this momentum")
    assert button(panel, "Train").isEnabled()
    mend = button(panel, "Mend it")
    assert mend.toolTip() == "Learning rate: 0.01"
    qtbot.mouseClick(mend, LEFT)
    assert panel.specs()[1] == FAST.training.replace(batch_size=1, learning_rate=0.01)
    assert field(panel, "Recipe").placeholderText() == "Fast, changed"
    assert field(panel, "Learning rate").hasFocus()
    assert not mend.isVisible()


def test_more_than_one_advice_is_read_one_after_the_other(qtbot, panel):
    panel.set_specs(NetworkSpec(hidden=(2,)), TrainingSpec(batch_size=1), "mnist-5k")
    first, more = said(panel), button(panel, "1 more")
    qtbot.mouseClick(more, LEFT)
    assert said(panel) != first
    assert more.hasFocus() or more.isVisible()
    qtbot.mouseClick(more, LEFT)
    assert said(panel) == first


def test_an_explanation_that_is_pointed_at_hides_advice_only_for_so_long(panel):
    write(field(panel, "Minibatch"), "1")
    minibatch = field(panel, "Minibatch").parentWidget()
    point_at(minibatch)
    assert said(panel).startswith("Digits seen before each step")
    QApplication.sendEvent(minibatch, QEvent(QEvent.Type.Leave))
    assert said(panel).startswith("The learning rate is too high")


def test_typing_is_answered_though_the_pointer_rests_on_the_field(panel):
    point_at(field(panel, "Minibatch").parentWidget())
    write(field(panel, "Minibatch"), "1")
    assert said(panel).startswith("The learning rate is too high")


def test_an_error_comes_before_advice_and_train_says_why(panel):
    write(field(panel, "Minibatch"), "1")
    write(field(panel, "Epochs"), "0")
    assert said(panel).startswith("Epochs cannot be “0”")
    assert not button(panel, "Mend it").isVisible()
    train = button(panel, "Train")
    assert not train.isEnabled()
    assert train.toolTip() == said(panel)
    write(field(panel, "Epochs"), "15")
    assert train.isEnabled()
    assert train.toolTip() == "Train a new network with these settings"


def test_nothing_is_mended_during_a_run(panel):
    write(field(panel, "Minibatch"), "1")
    panel.set_state("running")
    assert not button(panel, "Mend it").isEnabled()
    panel.set_state("idle")
    assert button(panel, "Mend it").isEnabled()


def test_data_that_are_gone_are_named(qtbot, panel):
    panel.set_data("/nowhere/digits")
    qtbot.waitUntil(lambda: "does not exist" in said(panel), timeout=PATIENCE)


# Shape, weights and time.


def test_shape_and_weights_follow_every_key(panel):
    layers = field(panel, "Layers")
    assert "784 – 256 – 10 · 203,530 weights" in texts(panel)
    write(layers, "30")
    assert "784 – 30 – 10 · 23,860 weights" in texts(panel)
    QTest.keyClicks(layers, ", 20")
    assert "784 – 30 – 20 – 10 · 24,380 weights" in texts(panel)


def test_the_shape_is_that_of_the_data(qtbot, panel, tmp_path):
    for stem, array in zip(
        STEMS,
        (
            np.zeros((20, 6, 5), np.uint8),
            np.arange(20, dtype=np.uint8) % 3,
            np.zeros((6, 6, 5), np.uint8),
            np.arange(6, dtype=np.uint8) % 3,
        ),
        strict=True,
    ):
        write_idx(tmp_path / stem, array)
    panel.set_data(str(tmp_path))
    wanted = "30 – 256 – 3 · 8,707 weights"
    qtbot.waitUntil(lambda: wanted in texts(panel), timeout=PATIENCE)


def test_the_time_is_said_for_the_pace_and_for_full_speed(qtbot, panel, foreseen):
    foreseen.set_pace("watch")

    def time():
        return next((each for each in texts(panel) if each.startswith("about")), "")

    qtbot.waitUntil(lambda: time() == "about 10 s · 6 s at full speed", timeout=PATIENCE)
    foreseen.set_pace("full")
    assert time() == "about 6 s"
    foreseen.set_pace("slow")
    assert time() == "about 7.1 min · 6 s at full speed"


def test_a_run_is_shown_until_the_settings_change_again(qtbot, panel):
    progress = Progress(15, 15, 855, 855, 3600.0, 0.0)
    panel.set_state("running")
    panel.show_progress(progress)
    panel.set_state("idle")
    panel.show_progress(progress)
    panel.show_prospect(Prospect(FAST.network, 1.0, 10.0, []))
    assert "epoch 15 of 15 · 855 of 855 minibatches" in texts(panel)
    write(field(panel, "Layers"), "30")
    assert "784 – 30 – 10 · 23,860 weights" in texts(panel)


def test_many_layers_are_told_in_few_words():
    assert shape_words((784, 10)) == "784 – 10"
    assert shape_words((784, 64, 64, 10)) == "784 – 64 – 64 – 10"
    assert shape_words((784, *(64,) * 9, 10)) == "784 – 9 × 64 – 10"
    assert shape_words((784, 9, 8, 7, 6, 5, 10)) == "784 – 9 – 8 – … – 5 – 10"


def test_nothing_is_measured_while_a_network_learns(qtbot, monkeypatch):
    measured = []

    def measure(threads):
        measured.append(threads)
        return SPEED

    monkeypatch.setattr(forecast, "QUIET", 0)
    monkeypatch.setattr(forecast, "measure", measure)
    background = Background()
    foreseen = Forecast(background)
    foreseen.set_state("running")
    with qtbot.waitSignal(foreseen.ready, timeout=PATIENCE):
        foreseen.look_at(FAST.network, FAST.training, "mnist-5k")
    QApplication.processEvents()
    background.finish(PATIENCE)
    assert measured == []
    foreseen.set_state("idle")
    qtbot.waitUntil(lambda: measured == [0], timeout=PATIENCE)
    background.finish(PATIENCE)


def test_threads_that_only_wait_for_each_other_are_not_measured(qtbot, panel, foreseen):
    qtbot.waitUntil(lambda: "about 10 s · 6 s at full speed" in texts(panel), timeout=PATIENCE)
    button(panel, "▸ More settings").click()
    write(field(panel, "Threads"), "256")
    assert "more threads than that only wait for each other" in said(panel)
    QTest.qWait(50)
    assert not any("full speed" in each for each in texts(panel))


def test_a_run_teaches_how_long_the_same_one_takes(qtbot, panel, foreseen):
    qtbot.waitUntil(lambda: "about 10 s · 6 s at full speed" in texts(panel), timeout=PATIENCE)
    network, training, data = panel.specs()
    ended = prepare(network, training, data)
    ended.step, ended.seconds = ended.steps // 2, 10.0
    foreseen.learn(SimpleNamespace(pulled=SimpleNamespace(training=ended)))
    write(field(panel, "Learning rate"), "0.05")
    assert "about 20 s" in texts(panel)
    write(field(panel, "Minibatch"), "32")
    assert "about 20 s" not in texts(panel)


# What neighbours ask for.


def test_the_last_allowed_settings_can_be_asked_for_at_any_time(panel):
    write(field(panel, "Layers"), "30")
    allowed = panel.specs()
    assert panel.last_specs() == allowed
    write(field(panel, "Layers"), "many")
    assert panel.last_specs() == allowed
    panel.set_specs(FAST.network, FAST.training, "mnist")
    assert panel.last_specs() == (FAST.network, FAST.training, "mnist")


def test_tab_goes_from_the_fields_to_advice_and_on_to_train(qtbot, panel):
    panel.set_specs(NetworkSpec(hidden=(2,)), TrainingSpec(batch_size=1), "mnist-5k")
    field(panel, "Data").setFocus()
    order = []
    for _ in range(4):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        order.append(QApplication.focusWidget().text())
    assert order == ["▸ More settings", "Mend it", "1 more", "Train"]
