"""The curves taken away: PNG, SVG, CSV and the clipboard, whole or not at all."""

import csv
import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from PyQt6.QtCore import QByteArray
from PyQt6.QtGui import QGuiApplication, QImage, QPainter
from PyQt6.QtSvg import QSvgRenderer
from PyQt6.QtWidgets import QApplication, QFileDialog

from zmlp_gui import theme
from zmlp_gui.background import Background
from zmlp_gui.curve_files import CurveFiles
from zmlp_gui.curves import CurvesView
from zmlp_gui.plot.curve_data import Series
from zmlp_gui.plot.curve_export import COLUMNS, SCALE, numbers, picture, png, svg

SVG = "{http://www.w3.org/2000/svg}"


def run(level, points=40):
    at = np.linspace(10.0 / points, 10.0, points)
    accuracy, loss = level - 85.0 * np.exp(-at), 0.05 + 2.2 * np.exp(-at)
    return Series(at, (113 * at).astype(np.int64), 3600.0 * at, 0.5 * at, accuracy, loss)


@pytest.fixture
def view(shown):
    view = CurvesView()
    view.resize(660, 460)
    view.set_current("new")
    view.set_run("old", "sigmoid, <200> & no bias", run(90.0), Series(), part="test")
    view.set_run("new", "ReLU 256", run(97.0), run(99.0))
    shown(view)
    QApplication.processEvents()
    return view


@pytest.fixture
def files(view):
    background = Background()
    yield CurveFiles(view, background, view)
    assert background.finish(10_000)


def words(document):
    root = ElementTree.fromstring(document)
    return [each.text for each in root.iter(f"{SVG}text")]


def test_a_picture_is_twice_as_fine_as_the_plot_and_light_in_any_theme(view):
    theme.apply(QApplication.instance(), "dark")
    QApplication.processEvents()
    image = picture(view.chart())
    assert image.width() == SCALE * view._plot.width()
    assert image.pixelColor(2, 2) == theme.LIGHT.card
    colours = {
        image.pixelColor(x, y).name()
        for x in range(0, image.width(), 2)
        for y in range(0, image.height(), 2)
    }
    assert theme.LIGHT.accent.name() in colours
    assert theme.DARK.card.name() not in colours


def test_a_png_file_is_the_picture(view):
    image = QImage.fromData(png(view.chart()), "PNG")
    assert image.size() == picture(view.chart()).size()


@pytest.mark.parametrize("axis", ["epochs", "minibatches", "digits", "seconds"])
def test_a_drawing_names_curves_axes_and_units(view, axis):
    view.show_over(axis)
    found = words(svg(view.chart()))
    unit = {"epochs": "epoch", "minibatches": "minibatch"}.get(axis, axis)
    for word in ("Accuracy, %", "ReLU 256, validation", "ReLU 256, training", unit, "100"):
        assert word in found
    assert "sigmoid, <200> & no bias" in found


def test_a_drawing_is_read_by_others_and_no_curve_leaves_its_frame(view):
    document = svg(view.chart())
    renderer = QSvgRenderer(QByteArray(document))
    assert renderer.isValid()
    box = renderer.viewBoxF()
    assert b"sans-serif" in document
    curves = re.findall(rb'<path[^>]* d="(M[^"]+)"', document)
    long = [each for each in curves if each.count(b"L") > 20]
    assert len(long) == 3
    for each in long:
        for x, y in re.findall(rb"[ML]([\d.e-]+),([\d.e-]+)", each):
            assert 40.0 < float(x) < box.width()
            assert 60.0 < float(y) < box.height() - 20.0
    image = QImage(box.size().toSize(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    assert image.pixelColor(2, 2) == theme.LIGHT.card


def test_numbers_have_a_row_for_each_point_and_say_what_was_measured(view):
    rows = list(csv.DictReader(io.StringIO(numbers(view.chart()))))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 3 * 40
    assert {(row["run"], row["part"]) for row in rows} == {
        ("ReLU 256", "validation"),
        ("ReLU 256", "training"),
        ("sigmoid, <200> & no bias", "test"),
    }
    first, series = rows[0], run(97.0)
    assert int(first["minibatch"]) == series.steps[0]
    for name in ("accuracy", "loss", "digits", "seconds"):
        assert float(first[name]) == pytest.approx(getattr(series, name)[0], rel=1e-9)
    assert float(first["epoch"]) == series.epochs[0]


def test_a_hidden_run_is_left_out(view):
    view.set_hidden("old", True)
    assert "sigmoid" not in numbers(view.chart())
    assert not any("sigmoid" in word for word in words(svg(view.chart())))


def test_figures_that_are_no_numbers_are_written_as_such(view):
    bad = run(90.0, 3)
    bad.loss[1:] = np.nan, np.inf
    view.set_run("old", "bad", bad, Series())
    rows = list(csv.DictReader(io.StringIO(numbers(view.chart()))))
    assert [row["loss"] for row in rows if row["run"] == "bad"][1:] == ["nan", "inf"]


def test_fifty_runs_make_a_picture_with_twenty_names(view):
    for number in range(50):
        view.set_run(f"run {number}", f"name {number}", run(90.0), Series())
    QApplication.processEvents()
    found = words(svg(view.chart()))
    assert "+ 33 more" in found
    assert "name 49" in found
    assert "name 0" not in found


@pytest.mark.parametrize(
    ("chosen", "kind", "written", "begins"),
    [
        ("curves.png", "", "curves.png", b"\x89PNG"),
        ("curves.SVG", "", "curves.SVG", b"<?xml"),
        ("curves.csv", "", "curves.csv", b"run,part"),
        ("my run", "Numbers (*.csv)", "my run.csv", b"run,part"),
        ("v1.2", "", "v1.2.png", b"\x89PNG"),
    ],
)
def test_the_name_says_how_curves_are_exported(
    view, files, qtbot, monkeypatch, tmp_path, chosen, kind, written, begins
):
    answer = (str(tmp_path / chosen), kind)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: answer)
    with qtbot.waitSignal(files.told, timeout=20_000) as told:
        view.export_wanted.emit()
    assert told.args[1] == "info"
    assert written in told.args[0]
    assert (tmp_path / written).read_bytes().startswith(begins)
    assert [path.name for path in tmp_path.iterdir()] == [written]


def test_a_file_that_cannot_be_written_gives_one_sentence(
    view, files, qtbot, monkeypatch, tmp_path
):
    answer = (str(tmp_path / "nowhere" / "curves.csv"), "")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: answer)
    with qtbot.waitSignal(files.told, timeout=20_000) as told:
        files.export()
    assert told.args[1] == "error"
    assert re.fullmatch(r".*curves\.csv could not be written: [^.]+\.", told.args[0])


def test_thinking_better_of_it_writes_nothing(view, files, monkeypatch, tmp_path):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    monkeypatch.setattr(files, "save", lambda *_: pytest.fail("it was written"))
    files.export()


def test_curves_are_copied_as_picture_and_numbers(view, files, qtbot):
    with qtbot.waitSignal(files.told, timeout=20_000):
        view.copy_wanted.emit()
    data = QGuiApplication.clipboard().mimeData()
    assert data.text() == numbers(view.chart())
    image = QGuiApplication.clipboard().image()
    assert image.size() == picture(view.chart()).size()


def test_without_curves_there_is_nothing_to_export(view, files, qtbot, monkeypatch):
    view.remove_run("old")
    view.remove_run("new")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: pytest.fail("it asked"))
    for ask in (files.export, files.copy):
        with qtbot.waitSignal(files.told) as told:
            ask()
        assert told.args == ["There are no curves yet: train a network first.", "info"]
