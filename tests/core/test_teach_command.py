"""`zmlp teach`: a network learns the digits of an ink file."""

import json
from pathlib import Path

import numpy as np
import pytest

from core import networks
from core.drawing import Drawing, Stroke, read_bundled_ink, write_ink
from core.model_file import load
from zmlp_gui.__main__ import main


@pytest.fixture
def ink(tmp_path: Path) -> Path:
    path = tmp_path / "mine.jsonl"
    write_ink(path, read_bundled_ink("ink/samples.jsonl"))
    return path


def test_a_network_is_taught_and_written(
    ink: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "taught.safetensors"
    words = ["teach", str(ink), "--model", "first-light", "--output", str(output), "--json"]
    assert main(words) == 0
    result = json.loads(capsys.readouterr().out)
    model = load(output)
    assert model.taught_from == "first-light"
    assert result["taught"] == model.trained_on.digits > 0
    assert result["own_right_before"] <= result["own_right_after"] <= result["taught"]
    assert result["data"] == "mnist-5k"
    assert result["samples"] == 1000
    assert result["test_accuracy_after"] > 0.98


def test_people_are_told_in_words(ink: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["teach", str(ink), "--model", "first-light"]) == 0
    words = capsys.readouterr().out
    assert "before" in words
    assert "after" in words
    (path,) = networks.own_folder().iterdir()
    assert path.name.startswith("first-light-taught")


def test_ink_without_labels_teaches_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mute.jsonl"
    stroke = Stroke(np.array([[1, 1], [9, 9]], np.float32), 1.0)
    write_ink(path, [Drawing((10.0, 10.0), (stroke,))])
    assert main(["teach", str(path)]) == 1
    assert "holds no drawing with a label that hand has a class for" in capsys.readouterr().err
    assert main(["teach", str(tmp_path / "none.jsonl")]) == 1
    assert "There is no ink file" in capsys.readouterr().err
    assert list(networks.own_folder().iterdir()) == []
