"""The panel chooses an activation for each layer, and what suits a choice goes along with it."""

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton

from core.recipes import RECIPES
from core.setting import grouped
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui.panel.layered_editor import LayerSheet
from zmlp_gui.panel.setting_editors import Field
from zmlp_gui.training_panel import TrainingPanel

FAST = RECIPES["fast"]
LEFT = Qt.MouseButton.LeftButton
DEEP = FAST.network.replace(hidden=(64, 32, 16))


@pytest.fixture
def panel(shown):
    panel = TrainingPanel()
    panel.set_recipes(list(RECIPES.values()))
    panel.set_data_sets(["mnist-5k", "mnist"])
    panel.set_specs(FAST.network, FAST.training, "mnist-5k")
    panel.resize(552, 500)
    shown(panel)
    QTest.mouseMove(panel, QPoint(2, 498))
    return panel


def field(panel, name):
    return next(
        each
        for kind in (QLineEdit, QComboBox)
        for each in panel.findChildren(kind)
        if each.accessibleName() == name
    )


def link(panel, word):
    return next(each for each in panel.findChildren(QPushButton) if each.text() == word)


def said(panel):
    return next(
        each.text()
        for each in panel.findChildren(QLabel)
        if each.isVisible()
        and each.accessibleName() in ("About the settings", "What is wrong with the settings")
    )


def choose(qtbot, combo, title):
    """Go to an entry by key, as a person does."""
    combo.setFocus()
    steps = combo.findText(title) - combo.currentIndex()
    for _ in range(abs(steps)):
        qtbot.keyClick(combo, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)


def write(line, text):
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)


def open_sheet(qtbot, panel):
    combo = field(panel, "Activation")
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_End)
    sheet = panel.findChild(LayerSheet)
    assert sheet.isVisible()
    return sheet


def of_layer(sheet, number):
    name = f"Activation: Layer {number}"
    return next(each for each in sheet.findChildren(QComboBox) if each.accessibleName() == name)


# Values that suit each other


def test_a_switched_activation_takes_the_rate_along_and_says_so(qtbot, panel):
    choose(qtbot, field(panel, "Activation"), "sigmoid")
    assert field(panel, "Learning rate").text() == "0.4"
    assert said(panel) == (
        "Learning rate 0.1 → 0.4 and first weights He → Glorot, as suits sigmoid."
    )
    assert panel.specs()[:2] == (
        FAST.network.replace(activation="sigmoid"),
        FAST.training.replace(learning_rate=0.4),
    )


def test_switching_back_gives_the_recipe_again(qtbot, panel):
    choose(qtbot, field(panel, "Activation"), "linear")
    choose(qtbot, field(panel, "Activation"), "ReLU")
    assert panel.specs() == (FAST.network, FAST.training, "mnist-5k")
    assert field(panel, "Recipe").currentText() == FAST.title


@pytest.mark.parametrize("by_key", [False, True])
def test_what_went_along_can_be_undone_and_then_stays(qtbot, panel, by_key):
    choose(qtbot, field(panel, "Activation"), "sigmoid")
    undo = link(panel, "Undo")
    if by_key:
        undo.setFocus()
        qtbot.keyClick(undo, Qt.Key.Key_Space)
    else:
        qtbot.mouseClick(undo, LEFT)
    assert field(panel, "Learning rate").text() == "0.1"
    assert field(panel, "Activation").currentText() == "sigmoid"
    assert not undo.isVisible()
    choose(qtbot, field(panel, "Activation"), "tanh")
    assert field(panel, "Learning rate").text() == "0.1"


def test_a_rate_that_was_set_by_hand_stays(qtbot, panel):
    write(field(panel, "Learning rate"), "0.02")
    link(panel, "▸ More settings").click()
    choose(qtbot, field(panel, "Optimizer"), "adam")
    assert field(panel, "Learning rate").text() == "0.02"
    assert not link(panel, "Undo").isVisible()


def test_adamw_brings_its_decay(qtbot, panel):
    link(panel, "▸ More settings").click()
    choose(qtbot, field(panel, "Optimizer"), "adamw")
    assert (field(panel, "Learning rate").text(), field(panel, "Weight decay").text()) == (
        "0.004",
        "0.01",
    )
    assert said(panel) == "Learning rate 0.1 → 0.004 and weight decay 0 → 0.01, as suits adamw."


def test_the_line_about_it_goes_with_the_next_change(qtbot, panel):
    choose(qtbot, field(panel, "Activation"), "sigmoid")
    write(field(panel, "Epochs"), "7")
    assert "suits" not in said(panel)
    assert field(panel, "Learning rate").text() == "0.4"


def test_the_longest_line_about_it_is_not_cut_off(qtbot, panel):
    panel.set_specs(DEEP.replace(activation=("selu", "sigmoid", "elu")), FAST.training, "mnist-5k")
    link(panel, "▸ More settings").click()
    choose(qtbot, field(panel, "Activation"), "LeCun's tanh")
    label = next(e for e in panel.findChildren(QLabel) if e.text() == said(panel))
    assert label.heightForWidth(label.width()) <= label.height()


def test_nothing_is_undone_during_a_run(qtbot, panel):
    choose(qtbot, field(panel, "Activation"), "sigmoid")
    panel.set_state("running")
    assert not link(panel, "Undo").isEnabled()
    panel.set_state("idle")
    assert link(panel, "Undo").isEnabled()


# An activation for each layer


def test_the_sheet_is_offered_where_there_is_more_than_one_layer(panel):
    combo = field(panel, "Activation")
    assert combo.findText("One for each layer…") < 0
    write(field(panel, "Layers"), "64, 32")
    assert combo.findText("One for each layer…") == combo.count() - 1
    write(field(panel, "Layers"), "64")
    assert combo.findText("One for each layer…") < 0


def test_each_layer_gets_its_own_by_key(qtbot, panel):
    panel.set_specs(DEEP, FAST.training, "mnist-5k")
    sheet = open_sheet(qtbot, panel)
    assert field(panel, "Activation").currentText() == "ReLU"
    texts = [each.text() for each in sheet.findChildren(QLabel)]
    assert texts == ["Layer 1 · 64 neurons", "Layer 2 · 32 neurons", "Layer 3 · 16 neurons"]
    choose(qtbot, of_layer(sheet, 2), "tanh")
    assert panel.specs()[0].activations == ("relu", "tanh", "relu")
    assert field(panel, "Activation").currentText() == "mixed"
    assert "ReLU, tanh, ReLU" in field(panel, "Activation").parentWidget().toolTip()
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_two_short_names_stand_in_the_field(panel):
    panel.set_specs(NetworkSpec((9, 8), activation=("relu", "tanh")), FAST.training, "mnist-5k")
    assert field(panel, "Activation").currentText() == "ReLU, tanh"


def test_layers_that_come_and_go_while_one_types_cost_no_choice(panel):
    mixed = DEEP.replace(activation=("relu", "tanh", "sigmoid"))
    panel.set_specs(mixed, FAST.training, "mnist-5k")
    layers = field(panel, "Layers")
    write(layers, "64")
    assert panel.specs()[0].activation == "relu"
    QTest.keyClicks(layers, ", 32, 16, 8")
    assert panel.specs()[0].activations == ("relu", "tanh", "sigmoid", "sigmoid")
    write(layers, "64, 32, 16")
    assert panel.specs()[0] == mixed


def test_a_mixed_choice_can_be_put_back(qtbot, panel):
    panel.set_specs(DEEP, FAST.training, "mnist-5k")
    sheet = open_sheet(qtbot, panel)
    choose(qtbot, of_layer(sheet, 1), "tanh")
    sheet.close()
    back = next(
        each for each in panel.findChildren(Field) if each.control is field(panel, "Activation")
    )._back
    assert back.toolTip() == "Back to ReLU"
    qtbot.mouseClick(back, LEFT)
    assert panel.specs()[0] == DEEP


def test_twenty_layers_fit_on_the_screen(qtbot, panel):
    panel.set_specs(DEEP.replace(hidden=(8,) * 20), FAST.training, "mnist-5k")
    sheet = open_sheet(qtbot, panel)
    assert sheet.screen().availableGeometry().contains(sheet.geometry())
    sheet.close()


# Groups, and settings that do not go together


def test_the_folded_settings_stand_under_the_headings_of_their_groups(panel):
    link(panel, "▸ More settings").click()
    QApplication.processEvents()
    headings = {
        each.text(): each for each in panel.findChildren(QLabel) if each.property("heading")
    }
    assert list(headings) == list(grouped(NetworkSpec, TrainingSpec))
    order = []
    for title, members in grouped(NetworkSpec, TrainingSpec).items():
        order.append(headings[title])
        order += [field(panel, each.label) for each in members if not each.first]
    inside = headings["Network"].parentWidget()
    places = [each.mapTo(inside, QPoint()) for each in order]
    assert places == sorted(places, key=lambda place: place.y())


@pytest.mark.parametrize(
    ("network", "training", "name", "sentence"),
    [
        ({"batch_norm": True}, {}, "Minibatch", "with batch normalisation: whole numbers from 2"),
        ({}, {"validation": False}, "Patience", "without the validation part"),
    ],
)
def test_settings_that_do_not_go_together_are_refused_at_once(
    panel, network, training, name, sentence
):
    panel.set_specs(FAST.network.replace(**network), FAST.training.replace(**training), "mnist-5k")
    link(panel, "▸ More settings").click()
    write(field(panel, name), "1")
    assert said(panel).startswith(f"{name} cannot be “1”")
    assert sentence in said(panel)
    assert not link(panel, "Train").isEnabled()
    field(panel, "Epochs").setFocus()
    panel.start()
    assert field(panel, name).hasFocus()
    write(field(panel, name), "3" if name == "Minibatch" else "0")
    assert link(panel, "Train").isEnabled()


def test_every_choice_is_listed_with_its_explanation(panel):
    for members in grouped(NetworkSpec, TrainingSpec).values():
        for each in members:
            if each.choices:
                combo = field(panel, each.label)
                listed = {
                    combo.itemText(row): combo.itemData(row, Qt.ItemDataRole.ToolTipRole)
                    for row in range(combo.count())
                }
                for name, words in each.choices.items():
                    assert listed[each.titles.get(name, name) or "nothing"] == words
