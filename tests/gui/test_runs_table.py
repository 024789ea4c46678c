"""The table of runs shows what each was, marks what differs, and asks for what a person wants."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QPushButton, QTableView

from core.recipes import RECIPES
from core.run_names import ACCENT, COLOURS
from core.run_record import RunRecord, RunResult
from core.setting import settings
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui import theme
from zmlp_gui.runs_table import RunsTable
from zmlp_gui.table.colours import colour_names
from zmlp_gui.table.columns import columns
from zmlp_gui.table.row_actions import row_entries
from zmlp_gui.table.run_model import SIGN

Key, LEFT = Qt.Key, Qt.MouseButton.LeftButton
NONE, CTRL, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
DAY = datetime(2024, 5, 6, tzinfo=UTC)


def run(number: int, recipe: str = "fast", **values) -> RunRecord:
    known = {
        "name": f"run {number}",
        "network": RECIPES[recipe].network,
        "training": RECIPES[recipe].training,
        "data": "mnist-5k",
        "part": "validation",
        "when": DAY + timedelta(hours=number),
        "threads": 1,
        "colour": number,
        "result": RunResult("done", 100, 90, 5.0, 0.97, 0.9 + number / 100, 0.1, 9.0, 2000.0),
    }
    return RunRecord(f"{number:032x}", **known | values)


FIVE = [
    run(1),
    run(2, network=NetworkSpec(hidden=(64, 32))),
    run(3, network=NetworkSpec(hidden=(9,)), result=RunResult()),
    run(4, name="Zoe"),
    run(5, name="adam"),
]


@pytest.fixture
def table(shown):
    table = RunsTable(COLOURS)
    table.resize(1100, 420)
    table.set_runs(FIVE)
    return shown(table)


def view(table: RunsTable) -> QTableView:
    return table.findChild(QTableView)


def column(title: str) -> int:
    return next(n for n, each in enumerate(columns()) if each.title == title)


def titles(table: RunsTable) -> list[str]:
    """The headers that can be seen."""
    model = view(table).model()
    return [
        model.headerData(n, Qt.Orientation.Horizontal)
        for n in range(model.columnCount())
        if not view(table).isColumnHidden(n)
    ]


def texts(table: RunsTable, title: str) -> list[str]:
    model = view(table).model()
    return [str(model.index(row, column(title)).data()) for row in range(model.rowCount())]


def cell(table: RunsTable, name: str, title: str = "Name"):
    row = texts(table, "Name").index(name)
    return view(table).model().index(row, column(title))


def place(table: RunsTable, name: str, title: str = "Name") -> QPoint:
    view(table).scrollTo(cell(table, name, title))
    return view(table).visualRect(cell(table, name, title)).center()


def click(table: RunsTable, name: str, title: str = "Name", modifier=NONE) -> None:
    QTest.mouseClick(view(table).viewport(), LEFT, modifier, place(table, name, title))


def click_header(table: RunsTable, title: str) -> None:
    header = view(table).horizontalHeader()
    section = column(title)
    view(table).scrollTo(view(table).model().index(0, section))
    middle = header.sectionViewportPosition(section) + header.sectionSize(section) // 2
    QTest.mouseClick(header.viewport(), LEFT, NONE, QPoint(middle, header.height() // 2))


def log_of(signal) -> list:
    seen: list = []
    signal.connect(lambda *values: seen.append(values))
    return seen


def bold(table: RunsTable, name: str, title: str) -> bool:
    font = cell(table, name, title).data(Qt.ItemDataRole.FontRole)
    return font is not None and font.weight() >= 700


# What is seen


def test_a_network_without_hidden_layers_says_none(table):
    table.set_run(run(6, network=NetworkSpec(hidden=())))
    assert texts(table, "Layers")[0] == "none"


def test_every_declared_setting_has_a_column():
    declared = {each.name for spec in (NetworkSpec, TrainingSpec) for each in settings(spec)}
    from_data = {"inputs", "classes"}
    assert declared - from_data <= {each.key for each in columns()}


def test_the_newest_run_comes_first(table):
    assert texts(table, "Name") == ["adam", "Zoe", "run 3", "run 2", "run 1"]


def test_only_what_differs_is_shown_until_all_is_wanted(table):
    assert f"Layers{SIGN}" in titles(table)
    assert "Seed" not in titles(table)
    box = table.findChild(QCheckBox)
    QTest.mouseClick(box, LEFT, NONE, QPoint(10, box.height() // 2))
    assert "Seed" in titles(table)
    assert f"Layers{SIGN}" in titles(table)


def test_what_differs_is_bold_in_the_header_and_where_it_is_unusual(table):
    header = (
        view(table)
        .model()
        .headerData(column("Layers"), Qt.Orientation.Horizontal, Qt.ItemDataRole.FontRole)
    )
    assert header.weight() >= 700
    assert bold(table, "run 2", "Layers")
    assert not bold(table, "adam", "Layers")
    assert not bold(table, "run 2", "Name")


def test_hidden_runs_are_not_compared(table):
    for each in (FIVE[1], FIVE[2]):
        table.set_run(replace(each, hidden=True))
    assert not any(SIGN in title for title in titles(table))
    assert "Layers" not in titles(table)


def test_a_removed_run_is_not_compared(table):
    for each in (FIVE[1], FIVE[2]):
        table.remove_run(each.id)
    assert texts(table, "Name") == ["adam", "Zoe", "run 1"]
    assert "Layers" not in "".join(titles(table))


def test_the_sample_says_its_colour_and_whether_the_curve_is_shown(table):
    table.set_run(replace(FIVE[3], hidden=True))
    for name, words in (("adam", "Rust, shown"), ("Zoe", "Violet, hidden")):
        for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            assert cell(table, name, "Curve").data(role) == words


def test_how_a_run_ended_is_a_word(table):
    assert cell(table, "run 3", "Ended").data() == "learning"
    assert cell(table, "adam", "Ended").data() == "done"


def test_figures_that_are_not_known_are_a_dash(table):
    assert cell(table, "run 3", "Test, %").data() == "–"
    assert cell(table, "adam", "Test, %").data() == "95.00"


# Order


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Name", ["adam", "run 1", "run 2", "run 3", "Zoe"]),
        ("Test, %", ["run 3", "run 1", "run 2", "Zoe", "adam"]),
    ],
)
def test_a_click_on_a_header_sorts_and_another_turns_it_round(table, title, expected):
    click_header(table, title)
    assert texts(table, "Name") == expected
    click_header(table, title)
    assert texts(table, "Name") == expected[::-1]


def test_numbers_are_sorted_as_numbers(table):
    click_header(table, "Layers")
    assert texts(table, "Layers") == ["9", "64-32", "256", "256", "256"]


def test_every_column_can_be_sorted(table):
    table.findChild(QCheckBox).click()
    for each in columns():
        click_header(table, each.title)
        assert sorted(texts(table, "Name")) == ["Zoe", "adam", "run 1", "run 2", "run 3"]


# What a person asks for


def test_a_double_click_renames_in_place(table):
    seen = log_of(table.renamed)
    click(table, "Zoe")
    QTest.mouseDClick(view(table).viewport(), LEFT, NONE, place(table, "Zoe"))
    editor = view(table).findChild(QLineEdit)
    QTest.keyClicks(editor, "mine")
    QTest.keyClick(editor, Key.Key_Return)
    QApplication.processEvents()
    assert seen == [(FIVE[3].id, "mine")]


def test_f2_renames_and_escape_leaves_the_name(table):
    seen = log_of(table.renamed)
    click(table, "Zoe")
    for end, expected in ((Key.Key_Escape, []), (Key.Key_Return, [(FIVE[3].id, "best")])):
        QTest.keyClick(view(table), Key.Key_F2)
        editor = view(table).findChildren(QLineEdit)[-1]
        QTest.keyClicks(editor, "best")
        QTest.keyClick(editor, end)
        QApplication.processEvents()
        assert seen == expected


def test_a_name_that_is_being_typed_survives_the_figures_of_a_run_that_learns(table):
    click(table, "run 3")
    QTest.keyClick(view(table), Key.Key_F2)
    editor = view(table).findChild(QLineEdit)
    QTest.keyClicks(editor, "half a na")
    table.set_run(replace(FIVE[2], result=RunResult(minibatches=7, epochs=0.4)))
    assert cell(table, "run 3", "Done").data() == "0.4"
    assert editor.text() == "half a na"


def test_the_box_hides_a_run_and_the_space_bar_too(table):
    seen = log_of(table.hidden_wanted)
    spot = view(table).visualRect(cell(table, "Zoe", "Curve"))
    QTest.mouseClick(view(table).viewport(), LEFT, NONE, QPoint(spot.x() + 14, spot.center().y()))
    assert seen == [([FIVE[3].id], True)]
    table.set_run(replace(FIVE[3], hidden=True))
    view(table).setCurrentIndex(cell(table, "Zoe", "Curve"))
    QTest.keyClick(view(table), Key.Key_Space)
    assert seen[1:] == [([FIVE[3].id], False)]


KEYS = {
    "again_wanted": (Key.Key_Return, CTRL),
    "but_wanted": (Key.Key_E, CTRL),
    "command_wanted": (Key.Key_C, CTRL),
    "network_wanted": (Key.Key_Return, NONE),
}
BUTTONS = {
    "again_wanted": "Same again",
    "but_wanted": "Same but …",
    "command_wanted": "Copy as command line",
    "network_wanted": "Use its network",
}


@pytest.mark.parametrize("signal", KEYS)
def test_keys_and_buttons_ask_for_the_same(table, signal):
    seen = log_of(getattr(table, signal))
    click(table, "Zoe")
    QTest.keyClick(view(table), *KEYS[signal])
    assert seen == [(FIVE[3].id,)]
    button = next(
        each for each in table.findChildren(QPushButton) if each.text() == BUTTONS[signal]
    )
    QTest.mouseClick(button, LEFT)
    assert seen == 2 * [(FIVE[3].id,)]


def test_several_runs_are_hidden_shown_and_removed_together(table):
    click(table, "adam")
    click(table, "run 3", modifier=SHIFT)
    ids = [FIVE[n].id for n in (4, 3, 2)]
    hidden, removed = log_of(table.hidden_wanted), log_of(table.remove_wanted)
    QTest.keyClick(view(table), Key.Key_H, CTRL)
    table.set_run(replace(FIVE[4], hidden=True))
    QTest.keyClick(view(table), Key.Key_H, CTRL | SHIFT)
    QTest.keyClick(view(table), Key.Key_Delete)
    assert hidden == [(ids, True), (ids, False)]
    assert removed == [(ids,)]


def test_the_menu_offers_the_colours_of_the_theme_by_name(table, qtbot):
    click(table, "run 2")
    seen = log_of(table.colour_wanted)
    menu = table.make_menu()
    colours = next(each.menu() for each in menu.actions() if each.menu()).actions()
    assert [each.text() for each in colours] == list(colour_names()[1:])
    assert [each.isChecked() for each in colours].index(True) == 1
    colours[3].trigger()
    assert seen == [([FIVE[1].id], 4)]
    menu.close()


@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_colour_of_curves_has_a_name_of_its_own(qapp, name):
    theme.apply(qapp, name)
    assert len(set(colour_names())) == len(theme.current().curves)
    assert [ACCENT, *COLOURS] == list(range(len(theme.current().curves)))


def test_nothing_is_trained_while_a_run_is_on(table):
    click(table, "Zoe")
    seen = log_of(table.again_wanted)
    table.set_idle(False)
    QTest.keyClick(view(table), *KEYS["again_wanted"])
    assert seen == []
    table.set_idle(True)
    QTest.keyClick(view(table), *KEYS["again_wanted"])
    assert len(seen) == 1


def test_without_a_selection_nothing_can_be_done(table):
    buttons = table.findChildren(QPushButton)
    assert len(buttons) == 5
    assert not any(button.isEnabled() for button in buttons)


def test_an_empty_table_says_how_to_fill_it(shown):
    table = shown(RunsTable(COLOURS))
    words = [each.text() for each in table.findChildren(QLabel)]
    assert any("train a network" in text for text in words)


def test_every_action_of_a_row_has_words_a_tip_and_a_key_of_its_own(table):
    keys = [key for entry in row_entries() for key in entry.keys]
    assert len(keys) == len(set(keys)) == len(row_entries())
    for action in view(table).actions():
        assert action.shortcut().toString() in action.toolTip()
    letters = [each.text[each.text.index("&") + 1].lower() for each in row_entries()] + ["o"]
    assert len(letters) == len(set(letters))


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_sample_of_a_run_has_its_colour(table, qapp, pixels, name):
    theme.apply(qapp, name)
    QApplication.processEvents()
    wanted = theme.current().curves[2].getRgb()[:3]
    spot = view(table).visualRect(cell(table, "run 2", "Curve"))
    corner = view(table).viewport().mapTo(table, spot.topLeft())
    picture = pixels(table)[corner.y() : corner.y() + spot.height(), corner.x() :][
        :, : spot.width()
    ]
    assert (np.abs(picture.astype(int) - wanted).sum(axis=2) < 12).sum() > 10
