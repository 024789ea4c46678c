"""`zmlp train --start` goes on from a network's weights, and says what it has seen before."""

import json
from pathlib import Path

import pytest

from core.model_file import load, save
from core.runs import prepare, trained_model
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui.__main__ import main


@pytest.fixture
def first(tmp_path) -> Path:
    """A network that has learned for an epoch."""
    spec = TrainingSpec(epochs=1, batch_size=64, threads=1)
    training = prepare(NetworkSpec(hidden=(16,)), spec, "mnist-5k")
    list(training)
    path = tmp_path / "first.safetensors"
    save(trained_model(training, "first"), path)
    return path


def test_it_goes_on_with_the_layers_and_the_knowledge_of_the_network(
    first, tmp_path, capsys
) -> None:
    path = tmp_path / "second.safetensors"
    words = ["--epochs", "1", "--learning-rate", "0.000001", "--threads", "1", "--json"]
    assert main(["train", "--start", str(first), *words, "--output", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    model = load(path)
    assert model.network.spec.hidden == (16,)
    assert abs(model.network.values - load(first).network.values).max() < 1e-3
    assert model.trained_on.earlier == load(first).trained_on
    assert json.loads(lines[-1])["test_accuracy"] > 0.7


def test_the_run_that_went_on_can_be_replayed(first, capsys) -> None:
    assert main(["train", "--start", str(first), "--epochs", "1", "--threads", "1", "--json"]) == 0
    run = json.loads(capsys.readouterr().out.splitlines()[-1])["run"]
    assert main(["runs", "replay", run, "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["same"] is True


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--hidden", "9"], "A network to start from has its own layers: leave out --hidden."),
        (["--seeds", "2"], "goes with a single run: leave out --start"),
        (["--seed", "2", "--seed", "3"], "goes with a single run: leave out --start"),
        (["--resume", "last"], "A run goes on with its own settings: leave out --start"),
    ],
)
def test_what_does_not_go_with_it_is_refused_in_a_sentence(first, words, sentence, capsys) -> None:
    if "--resume" in words:
        assert main(["train", "--epochs", "1", "--hidden", "8"]) == 0
    assert main(["train", "--start", str(first), *words]) == 1
    assert sentence in " ".join(capsys.readouterr().err.split())


def test_a_network_that_is_not_there_is_said(capsys) -> None:
    assert main(["train", "--start", "nowhere.safetensors"]) == 1
    assert "There is no model file nowhere.safetensors" in capsys.readouterr().err
