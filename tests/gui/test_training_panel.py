"""The panel offers every declared setting and asks for what a person wants, no more."""

from contextlib import ExitStack

import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QStyle,
    QStyleOptionComboBox,
    QToolButton,
    QWidget,
)

from core.errors import SpecError
from core.recipes import RECIPES
from core.setting import settings
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui import theme
from zmlp_gui.panel.progress_line import calm_number, clock
from zmlp_gui.panel.settings_form import SettingsForm
from zmlp_gui.runs import Progress
from zmlp_gui.training_panel import TrainingPanel

FAST, OTHER = list(RECIPES.values())[:2]
DECLARED = [
    each for spec in (NetworkSpec, TrainingSpec) for each in settings(spec) if not each.from_data
]
TYPED = [each for each in DECLARED if not each.choices and not isinstance(each.default, bool)]
STATES = ("idle", "starting", "running", "paused", "stopping")
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot):
    theme.apply(QApplication.instance(), "light")
    panel = TrainingPanel()
    qtbot.addWidget(panel)
    panel.set_recipes(list(RECIPES.values()))
    panel.set_data_sets(["mnist-5k", "mnist"])
    panel.set_specs(FAST.network, FAST.training, "mnist-5k")
    panel.resize(552, 400)
    with qtbot.waitExposed(panel):
        panel.show()
    yield panel
    theme.apply(QApplication.instance(), "light")


def control(panel, name):
    """What a screen reader would find under that name."""
    found = [
        each
        for each in panel.findChildren(QWidget)
        if each.accessibleName() == name and isinstance(each, QLineEdit | QComboBox | QPushButton)
    ]
    assert len(found) == 1, name
    return found[0]


def button(panel, word):
    return next(
        each
        for kind in (QPushButton, QToolButton)
        for each in panel.findChildren(kind)
        if each.text() == word
    )


def write(qtbot, line, text):
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)


def refusal(panel):
    return next(
        label.text()
        for label in panel.findChildren(QLabel)
        if label.accessibleName() == "What is wrong with the settings"
    )


def values(panel):
    network, training, _ = panel.specs()
    return network.to_json() | training.to_json()


# Every setting, from its declaration.


@pytest.mark.parametrize("setting", DECLARED, ids=lambda each: each.name)
def test_every_declared_setting_has_an_editor_with_words(panel, setting):
    editor = control(panel, setting.label)
    assert editor.accessibleDescription() == setting.help
    assert setting.help in editor.parentWidget().toolTip()
    wanted = {**FAST.network.to_json(), **FAST.training.to_json()}[setting.name]
    assert values(panel)[setting.name] == wanted


@pytest.mark.parametrize("setting", DECLARED, ids=lambda each: each.name)
def test_the_settings_that_come_first_are_seen_at_once(qtbot, panel, setting):
    editor = control(panel, setting.label)
    assert editor.isVisible() == setting.first
    qtbot.mouseClick(button(panel, "▸ More settings"), LEFT)
    assert editor.isVisible()
    qtbot.mouseClick(button(panel, "▾ Fewer settings"), LEFT)
    assert editor.isVisible() == setting.first


@pytest.mark.parametrize(
    "setting", [each for each in DECLARED if each not in TYPED], ids=lambda each: each.name
)
def test_every_choice_can_be_made_by_key(qtbot, panel, setting):
    combo = control(panel, setting.label)
    button(panel, "▸ More settings").click()
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Home)
    chosen = [values(panel)[setting.name]]
    for _ in range(combo.count() - 1):
        qtbot.keyClick(combo, Qt.Key.Key_Down)
        chosen.append(values(panel)[setting.name])
    assert chosen == (list(setting.choices) if setting.choices else [True, False])


@pytest.mark.parametrize("setting", TYPED, ids=lambda each: each.name)
def test_every_number_can_be_typed(qtbot, panel, setting):
    button(panel, "▸ More settings").click()
    write(
        qtbot,
        control(panel, setting.label),
        setting.format(
            setting.check(
                (3, 5)
                if isinstance(setting.default, tuple)
                else type(setting.default)(setting.high)
            )
        ),
    )
    wanted = [3, 5] if isinstance(setting.default, tuple) else setting.high
    assert values(panel)[setting.name] == wanted
    assert refusal(panel) == ""


def test_no_hidden_layer_is_called_none(qtbot, panel):
    layers = control(panel, "Layers")
    write(qtbot, layers, "none")
    assert values(panel)["hidden"] == []
    assert "or none" in layers.accessibleDescription() + layers.parent().toolTip()
    panel.set_specs(FAST.network.replace(hidden=()), FAST.training, "mnist-5k")
    assert layers.text() == "none"


def test_an_emptied_field_shows_what_it_means(qtbot, panel):
    layers = control(panel, "Layers")
    layers.clear()
    assert layers.placeholderText() == "none"
    assert values(panel)["hidden"] == []
    assert control(panel, "Epochs").placeholderText() == ""


@pytest.mark.parametrize("setting", TYPED, ids=lambda each: each.name)
@pytest.mark.parametrize("text", ["many", "-1", "1e99"])
def test_what_is_not_allowed_is_kept_and_explained(qtbot, panel, setting, text):
    line = control(panel, setting.label)
    button(panel, "▸ More settings").click()
    write(qtbot, line, text)
    assert line.text() == text
    assert setting.allowed() in refusal(panel)
    assert any(each.text() == f"{setting.label} ✕" for each in panel.findChildren(QLabel))
    assert not button(panel, "Train").isEnabled()
    with pytest.raises(SpecError):
        panel.specs()
    button(panel, "▾ Fewer settings").click()
    assert line.text() == text
    write(qtbot, line, setting.format(setting.default))
    assert refusal(panel) == ""
    assert button(panel, "Train").isEnabled()


def test_the_field_is_marked_in_the_colour_of_wrong_in_light_and_dark(qtbot, panel):
    line = control(panel, "Learning rate")
    write(qtbot, line, "fast")
    for choice in ("light", "dark"):
        theme.apply(QApplication.instance(), choice)
        QApplication.processEvents()
        picture = line.grab().toImage()
        border = picture.pixelColor(picture.width() // 2, 0)
        assert border == theme.current().bad


def test_the_first_row_and_the_second_stand_in_the_order_of_the_design(panel):
    first = ("Recipe", "Layers", "Activation", "Biases")
    second = ("Learning rate", "Minibatch", "Epochs", "Data")
    for row in (first, second):
        places = [control(panel, name).mapTo(panel, QPoint()) for name in row]
        assert len({place.y() for place in places}) == 1
        assert [place.x() for place in places] == sorted(place.x() for place in places)
        assert len({control(panel, name).width() for name in row}) == 1


def test_tab_goes_through_the_fields_in_their_order(qtbot, panel):
    at = control(panel, "Recipe")
    at.setFocus(Qt.FocusReason.TabFocusReason)
    for name in ("Layers", "Activation", "Biases", "Learning rate", "Minibatch", "Epochs", "Data"):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is control(panel, name)


# Recipes and data.


def test_a_recipe_fills_all_fields(qtbot, panel):
    combo = control(panel, "Recipe")
    assert combo.currentText() == FAST.title
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert combo.currentText() == OTHER.title
    assert panel.specs() == (OTHER.network, OTHER.training, "mnist-5k")
    assert control(panel, "Learning rate").text() == f"{OTHER.training.learning_rate:g}"


def test_a_changed_recipe_says_so_until_it_is_itself_again(qtbot, panel):
    combo, epochs = control(panel, "Recipe"), control(panel, "Epochs")
    before = epochs.text()
    write(qtbot, epochs, "7")
    assert combo.currentIndex() == -1
    assert combo.placeholderText() == f"{FAST.title}, changed"
    write(qtbot, epochs, before)
    assert combo.currentText() == FAST.title


def test_what_the_data_decide_survives_a_recipe(qtbot, panel):
    panel.set_specs(NetworkSpec(inputs=(8, 8), classes=3), TrainingSpec(), "small")
    combo = control(panel, "Recipe")
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Home)
    network, _, data = panel.specs()
    assert (network.inputs, network.classes, data) == ((8, 8), 3, "small")
    assert combo.currentText() == FAST.title


def test_file_and_folder_are_asked_for_and_the_data_set_stays(qtbot, panel):
    combo = control(panel, "Data")
    combo.setFocus()
    with qtbot.waitSignal(panel.folder_wanted):
        qtbot.keyClick(combo, Qt.Key.Key_End)
    assert combo.currentText() == "mnist-5k"
    combo.setCurrentIndex(combo.count() - 1)
    with qtbot.waitSignal(panel.file_wanted):
        qtbot.keyClick(combo, Qt.Key.Key_Up)
    assert combo.currentText() == "mnist-5k"
    panel.set_data("/home/me/digits")
    assert panel.specs()[2] == "/home/me/digits"
    assert combo.currentText() == "digits"
    assert combo.toolTip() == "/home/me/digits"


def test_the_wheel_changes_no_setting_in_passing(qtbot, panel):
    combo = control(panel, "Activation")
    control(panel, "Epochs").setFocus()
    middle = QPointF(combo.rect().center())
    wheel = QWheelEvent(
        middle,
        combo.mapToGlobal(middle),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(combo, wheel)
    assert values(panel)["activation"] == FAST.network.activation


# Buttons.


def test_train_asks_for_what_stands_in_the_fields(qtbot, panel):
    write(qtbot, control(panel, "Layers"), "64 32")
    write(qtbot, control(panel, "Minibatch"), "16")
    with qtbot.waitSignal(panel.train_wanted) as asked:
        qtbot.mouseClick(button(panel, "Train"), LEFT)
    network, training, data = asked.args
    assert network == FAST.network.replace(hidden=(64, 32))
    assert training == FAST.training.replace(batch_size=16)
    assert data == "mnist-5k"


def test_the_network_that_reads_can_be_trained_on(qtbot, panel):
    ways = control(panel, "Ways to train").menu()
    with qtbot.waitSignal(panel.continue_wanted) as asked:
        next(each for each in ways.actions() if each.text() == "Train this network on").trigger()
    assert asked.args == [FAST.training, "mnist-5k"]


def test_a_shortcut_cannot_start_what_is_not_allowed(qtbot, panel):
    momentum = control(panel, "Momentum")
    button(panel, "▸ More settings").click()
    write(qtbot, momentum, "2")
    button(panel, "▾ Fewer settings").click()
    with qtbot.assertNotEmitted(panel.train_wanted), qtbot.assertNotEmitted(panel.continue_wanted):
        panel.start()
        panel.continue_run()
    assert momentum.isVisible()
    assert momentum.hasFocus()


@pytest.mark.parametrize(
    ("state", "word", "step", "stop"),
    [
        ("idle", "Train", True, False),
        ("starting", "Starting…", False, False),
        ("running", "Pause", True, True),
        ("paused", "Resume", True, True),
        ("stopping", "Stopping…", False, False),
    ],
)
def test_the_buttons_offer_what_can_be_done(panel, state, word, step, stop):
    panel.set_state(state)
    assert button(panel, word).isEnabled()
    assert button(panel, "Step").isEnabled() == step
    assert button(panel, "Stop").isEnabled() == stop
    assert control(panel, "Ways to train").isVisible() == (state == "idle")


@pytest.mark.parametrize(
    ("state", "word", "signal"),
    [
        ("idle", "Step", "first_step_wanted"),
        ("running", "Pause", "pause_wanted"),
        ("paused", "Resume", "resume_wanted"),
        ("running", "Step", "step_wanted"),
        ("paused", "Step", "step_wanted"),
        ("running", "Stop", "stop_wanted"),
    ],
)
def test_each_button_asks_for_one_thing(qtbot, panel, state, word, signal):
    panel.set_state(state)
    with qtbot.waitSignal(getattr(panel, signal)):
        qtbot.mouseClick(button(panel, word), LEFT)
    with qtbot.waitSignal(getattr(panel, signal)):
        button(panel, word).setFocus()
        qtbot.keyClick(button(panel, word), Qt.Key.Key_Space)


@pytest.mark.parametrize("state", ["starting", "stopping"])
def test_the_main_button_keeps_the_focus_and_asks_for_nothing_in_between(qtbot, panel, state):
    train = button(panel, "Train")
    train.setFocus()
    panel.set_state(state)
    assert train.hasFocus()
    wanted = (panel.train_wanted, panel.pause_wanted, panel.resume_wanted, panel.stop_wanted)
    with ExitStack() as nothing:
        for signal in wanted:
            nothing.enter_context(qtbot.assertNotEmitted(signal))
        qtbot.mouseClick(train, LEFT)


def test_no_button_moves_when_the_state_changes(panel):
    places = set()
    for state in STATES:
        panel.set_state(state)
        QApplication.processEvents()
        places.add((button(panel, "Step").geometry().x(), button(panel, "Stop").geometry().x()))
    assert len(places) == 1


def test_only_the_learning_rate_can_be_changed_during_a_run(panel):
    for state in STATES[1:]:
        panel.set_state(state)
        usable = [each.label for each in DECLARED if control(panel, each.label).isEnabled()]
        assert usable == ["Learning rate"]
        assert not control(panel, "Recipe").isEnabled()
        assert not control(panel, "Data").isEnabled()
    panel.set_state("idle")
    assert all(control(panel, each.label).isEnabled() for each in DECLARED)


def test_a_new_learning_rate_is_asked_for_once_it_is_finished(qtbot, panel):
    rate = control(panel, "Learning rate")
    asked = []
    panel.learning_rate_wanted.connect(asked.append)
    write(qtbot, rate, "0.5")
    qtbot.keyClick(rate, Qt.Key.Key_Return)
    assert asked == []
    panel.start()
    panel.set_state("running")
    write(qtbot, rate, "0.5")
    qtbot.keyClick(rate, Qt.Key.Key_Return)
    write(qtbot, rate, "0.01")
    qtbot.keyClick(rate, Qt.Key.Key_Return)
    write(qtbot, rate, "0.0")
    qtbot.keyClick(rate, Qt.Key.Key_Return)
    assert asked == [0.01]
    assert "Learning rate cannot be" in refusal(panel)


def test_the_pace_is_chosen_by_mouse_and_by_key(qtbot, panel):
    with qtbot.waitSignal(panel.pace_wanted) as asked:
        qtbot.mouseClick(button(panel, "slow motion"), LEFT)
    assert asked.args == ["slow"]
    with qtbot.waitSignal(panel.pace_wanted) as asked:
        qtbot.keyClick(button(panel, "slow motion"), Qt.Key.Key_Right)
    assert asked.args == ["watch"]
    with qtbot.assertNotEmitted(panel.pace_wanted):
        panel.set_pace("full")
    assert button(panel, "full speed").isChecked()


# What it shows.


def shown_texts(panel):
    return {each.text() for each in panel.findChildren(QLabel) if each.isVisible()}


def test_progress_stands_as_text_and_as_a_bar(panel):
    panel.show_progress(Progress(7, 10, 712, 1130, 3612.0, 3.4))
    assert "epoch 7 of 10 · 712 of 1,130 minibatches" in shown_texts(panel)
    assert "3,600 digits/s · 0:04 left" in shown_texts(panel)
    bar = panel.findChild(QProgressBar)
    assert bar.value() / bar.maximum() == pytest.approx(712 / 1130, abs=1e-3)


def test_time_left_is_not_invented(panel):
    panel.show_progress(Progress(1, 10, 0, 1130, 0.0, None))
    assert "0 digits/s" in shown_texts(panel)


def test_a_message_stays_until_the_next_run_starts(panel):
    panel.show_message("The loss became NaN: stopped, the best weights are kept.", "warning")
    assert "The loss became NaN: stopped, the best weights are kept." in shown_texts(panel)
    panel.set_state("starting")
    assert not any("NaN" in text for text in shown_texts(panel))


def test_figures_are_calm():
    assert [calm_number(x) for x in (0.0, 7.4, 99.0, 3612.0, 41234.0, 1.2e6)] == [
        "0",
        "7",
        "99",
        "3,600",
        "41,000",
        "1,200,000",
    ]
    assert [clock(x) for x in (0.0, 0.2, 3.4, 60.0, 3723.0)] == [
        "0:00",
        "0:01",
        "0:04",
        "1:00",
        "1:02:03",
    ]


def test_the_panel_leaves_room_for_the_curve_on_a_small_screen(panel):
    assert panel.minimumSizeHint().width() <= 552
    assert panel.minimumSizeHint().height() <= 240
    button(panel, "▸ More settings").click()
    assert panel.minimumSizeHint().height() <= 440


@pytest.mark.parametrize(
    ("loss", "seen"),
    [("cross-entropy", "cross-entropy"), ("binary-cross-entropy", "binary-cros…")],
)
def test_a_choice_stands_whole_in_its_field_or_is_shortened(qtbot, panel, loss, seen):
    # As wide as in a window of 1366 pixels.
    panel.resize(542, 600)
    button(panel, "▸ More settings").click()
    field = panel.findChild(SettingsForm).editor("loss")
    qtbot.waitUntil(lambda: field.width() < 125)
    field.set_value(loss)
    option, style = QStyleOptionComboBox(), field.control.style()
    field.control.initStyleOption(option)
    assert option.currentText == seen
    kind, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
    room = style.subControlRect(kind, option, part, field.control).width()
    assert field.control.fontMetrics().horizontalAdvance(seen) <= room


def test_every_control_has_a_name_and_a_tooltip(panel):
    for each in panel.findChildren(QWidget):
        if isinstance(each, QLineEdit | QComboBox | QPushButton | QToolButton):
            assert each.accessibleName() or each.text(), each
            assert each.toolTip() or each.parentWidget().toolTip(), each.accessibleName()
