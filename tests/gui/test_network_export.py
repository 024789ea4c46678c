"""File › Export network…: a file for other programs, or one sentence why there is none."""

import builtins
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QFileDialog, QMessageBox

from core import model_file

PATIENCE = 10_000
KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def export(window, qtbot, monkeypatch):
    """Presses the shortcut, answers the dialog with a name and a filter, waits for the sentence."""

    def press(name: Path | str, chosen: str = "") -> tuple[str, str]:
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(name), chosen))
        with qtbot.waitSignal(window.network_export.told, timeout=PATIENCE) as told:
            QTest.keyClick(window.canvas, Qt.Key.Key_E, KEYS)
        return tuple(told.args)

    return press


def test_the_network_that_reads_is_written_as_numpy_has_it(window, export, tmp_path):
    path = tmp_path / "net.npz"
    assert export(path) == (f"The network is in {path}", "good")
    network = window.session.shelf.current.model.network
    with np.load(path) as arrays:
        assert np.array_equal(arrays["0.weight"], network.layers[0].weight.T)


def test_a_name_without_a_suffix_gets_that_of_the_chosen_format(window, export, tmp_path):
    sentence, _ = export(tmp_path / "net.v2", "PyTorch (*.safetensors)")
    assert sentence.endswith("net.v2.safetensors")
    model = model_file.load(tmp_path / "net.v2.safetensors")
    current = window.session.shelf.current.model.network
    assert np.array_equal(model.network.values, current.values)


def test_all_formats_are_offered_and_the_first_is_onnx(window, qtbot, monkeypatch):
    asked = []
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *words: (asked.extend(words), "")[1:] * 2
    )
    QTest.keyClick(window.canvas, Qt.Key.Key_E, KEYS)
    assert asked[2].endswith(".onnx")
    assert asked[3] == "ONNX (*.onnx);;PyTorch (*.safetensors);;NumPy (*.npz)"


def test_a_missing_library_is_said_in_a_sentence_and_leaves_no_file(
    window, export, tmp_path, monkeypatch
):
    importing = builtins.__import__

    def without_onnx(name, *rest):
        if name == "onnx":
            raise ModuleNotFoundError(name)
        return importing(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_onnx)
    sentence, kind = export(tmp_path / "net.onnx")
    assert kind == "error"
    assert "pip install 'zmlp[onnx]'" in sentence
    assert not list(tmp_path.glob("net*"))
    (box,) = window.findChildren(QMessageBox)
    assert box.text() == sentence
    box.close()
