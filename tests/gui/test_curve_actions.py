"""The curves in the real window: their keys and menus, and what a real run gives them."""

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QFileDialog

from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui.plot.curve_choices import CurveChoices
from zmlp_gui.plot.curve_plot import CurvePlot

ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier
PATIENCE = 30_000


@pytest.fixture
def trained(window, qtbot):
    """The window after a run of two epochs, whose last minibatches are short."""
    spec = TrainingSpec(epochs=2, batch_size=67, threads=1)
    window.panel.set_specs(NetworkSpec(hidden=(16,)), spec, "mnist-5k")
    window.session.set_pace("full")
    with qtbot.waitSignal(window.session.run_finished, timeout=PATIENCE):
        window.panel.start()
    return window.session.runs[-1]


def press(window, key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(window.canvas, key, modifier)


@pytest.mark.parametrize(
    ("key", "name", "value"),
    [
        (Qt.Key.Key_2, "axis", "minibatches"),
        (Qt.Key.Key_3, "axis", "digits"),
        (Qt.Key.Key_4, "axis", "seconds"),
        (Qt.Key.Key_6, "smoothing", "light"),
        (Qt.Key.Key_7, "smoothing", "strong"),
    ],
)
def test_each_choice_has_a_key_and_the_menu_shows_it(window, key, name, value):
    prefix = "over" if name == "axis" else name
    before = getattr(window.curves, name)
    assert window.actions_[f"{prefix}_{before}"].isChecked()
    press(window, key, ALT)
    assert getattr(window.curves, name) == value
    assert window.actions_[f"{prefix}_{value}"].isChecked()
    assert not window.actions_[f"{prefix}_{before}"].isChecked()
    press(window, {"axis": Qt.Key.Key_1, "smoothing": Qt.Key.Key_5}[name], ALT)
    assert getattr(window.curves, name) == before
    assert window.actions_[f"{prefix}_{before}"].isChecked()


def test_the_logarithmic_loss_is_switched_by_its_key_and_shows_the_loss(window):
    press(window, Qt.Key.Key_G)
    assert (window.curves.measure, window.curves.log) == ("loss", True)
    assert window.actions_["curve_log"].isChecked()
    assert window.actions_["loss"].isChecked()
    press(window, Qt.Key.Key_G)
    assert window.curves.log is False
    assert not window.actions_["curve_log"].isChecked()


def test_a_choice_at_the_curves_shows_in_the_menu_of_the_window(window):
    menu = window.curves.findChild(CurveChoices).menu()
    next(each for each in menu.actions() if each.text() == "Digits").trigger()
    assert window.actions_["over_digits"].isChecked()


def test_a_real_run_tells_digits_and_seconds(window, trained):
    for series in (trained.validation_series(), trained.training_series()):
        assert len({len(column) for column in vars(series).values()}) == 1
        assert series.steps[-1] == 2 * 54
        assert series.digits[-1] == 7200.0
        assert (np.diff(series.digits) > 0.0).all()
        assert (np.diff(series.seconds) > 0.0).all()
        assert 0.0 < series.seconds[-1] <= trained.finished.seconds
    middle = trained.training_series()
    at = int(np.flatnonzero(middle.steps == 55)[0])
    assert middle.digits[at] == 3600.0 + 67.0


def test_the_axes_of_a_real_run_end_where_it_was_planned_to(window, trained):
    plot = window.curves.findChild(CurvePlot)
    for axis, end in (("epochs", 2.0), ("minibatches", 108.0), ("digits", 7200.0)):
        window.curves.show_over(axis)
        assert plot.plane().end == pytest.approx(end)
    window.curves.show_over("seconds")
    assert trained.validation_series().seconds[-1] <= plot.plane().end <= 60.0


def test_curves_are_exported_and_copied_by_their_keys(
    window, trained, qtbot, monkeypatch, tmp_path
):
    answer = (str(tmp_path / "curves.csv"), "")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: answer)
    with qtbot.waitSignal(window.curve_files.told, timeout=PATIENCE):
        press(window, Qt.Key.Key_E, CTRL)
    written = (tmp_path / "curves.csv").read_text("utf-8")
    assert f"\n{trained.name},validation,108,2,7200," in written
    with qtbot.waitSignal(window.curve_files.told, timeout=PATIENCE):
        press(window, Qt.Key.Key_C, CTRL | ALT)
    assert QGuiApplication.clipboard().text() == written
    assert not QGuiApplication.clipboard().image().isNull()
