"""A sweep: every combination is trained as it would be alone, and validation digits choose."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.cli import add_commands
from core.datasets import load as load_digits
from core.digits import Digits
from core.errors import SpecError
from core.events import BatchDone, Event, Finished
from core.model_file import load
from core.runs import prepare
from core.spec import NetworkSpec, TrainingSpec
from core.sweep import Sweep, SweptRun, words_of
from core.sweep_command import grid_of
from zmlp_gui.__main__ import main

CHECKOUT = Path(__file__).parents[2]
NET = NetworkSpec(hidden=(12,))
SPEC = TrainingSpec(epochs=1, batch_size=64)
DATA = "mnist-5k"


def runs_of(sweep: Sweep) -> list[SweptRun]:
    return [event for event in sweep if isinstance(event, SweptRun)]


@pytest.fixture(scope="module")
def swept() -> Sweep:
    """Two rates, one of which learns next to nothing, with and without biases, two seeds."""
    grid = {"learning_rate": [1e-4, 0.1], "bias": [True, False], "seed": [3, 5]}
    sweep = Sweep(NET, SPEC, grid, DATA)
    assert len(runs_of(sweep)) == sweep.count == 8
    return sweep


def test_every_combination_is_trained_with_every_seed(swept: Sweep) -> None:
    standings = swept.standings()
    assert len(standings) == 4
    assert {tuple(each.variant.values.values()) for each in standings} == {
        (rate, bias) for rate in (1e-4, 0.1) for bias in (True, False)
    }
    assert all([run.seed for run in each.runs] == [3, 5] for each in standings)


def test_the_best_mean_on_validation_digits_comes_first(swept: Sweep) -> None:
    means = [np.mean(each.accuracies) for each in swept.standings()]
    assert means == sorted(means, reverse=True)
    assert [each.variant.values["learning_rate"] for each in swept.standings()[:2]] == [0.1, 0.1]


def test_chosen_network_is_the_one_that_the_same_training_makes_alone(swept: Sweep) -> None:
    training, run = swept.chosen()
    best = swept.standings()[0]
    assert run in best.runs
    assert run.rank == max(each.rank for each in best.runs)
    alone = prepare(best.variant.network, best.variant.training.replace(seed=run.seed), DATA)
    *_, finished = alone
    assert isinstance(finished, Finished)
    assert finished.test_accuracy == run.finished.test_accuracy
    assert np.array_equal(training.network.values, alone.network.values)


def test_no_more_than_two_networks_are_held_and_none_of_their_pixels() -> None:
    sweep = Sweep(NET, SPEC, {"learning_rate": [0.1, 0.01, 0.001, 0.0001]}, DATA)
    for event in sweep:
        if isinstance(event, SweptRun):
            assert len(sweep._held) <= 2
            for training, _ in sweep._held.values():
                assert training.digits.learning.images.strides == (0, 0, 0)


def test_digits_are_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = []

    def counted(name: str) -> Digits:
        loaded.append(name)
        return load_digits(name)

    monkeypatch.setattr("core.datasets.load", counted)
    assert len(runs_of(Sweep(NET, SPEC, {"hidden": [(4,), (5,), (6,)], "seed": [0, 1]}, DATA))) == 6
    assert loaded == [DATA]


def test_combination_that_cannot_be_is_refused_before_the_first_run() -> None:
    grid = {"batch_size": [32, 1]}
    with pytest.raises(SpecError, match="Minibatch cannot be “1” with batch normalisation"):
        Sweep(NET.replace(batch_norm=True), SPEC, grid, DATA)


def test_test_digits_never_choose() -> None:
    with pytest.raises(SpecError, match="validation"):
        Sweep(NET, SPEC.replace(validation=False), {"bias": [True, False]}, DATA)
    with pytest.raises(SpecError, match="validation"):
        Sweep(NET, SPEC, {"validation": [True, False]}, DATA)


def test_without_validation_digits_seeds_alone_may_vary_and_the_first_is_kept() -> None:
    sweep = Sweep(NET, SPEC.replace(validation=False), {"seed": [4, 2, 9]}, DATA)
    runs_of(sweep)
    assert sweep.chosen()[1].seed == 4
    assert len(sweep.standings()[0].test_accuracies) == 3


def pulled(sweep: Sweep, minibatches: int) -> Iterator[Event | SweptRun]:
    """All events; after so many minibatches somebody stops."""
    for event in sweep:
        minibatches -= isinstance(event, BatchDone)
        if not minibatches:
            sweep.stop()
            minibatches = -1
        yield event


def test_stop_ends_the_sweep_after_the_minibatch_under_way() -> None:
    sweep = Sweep(NET, SPEC, {"learning_rate": [0.1, 0.01, 0.001]}, DATA)
    events = list(pulled(sweep, 70))
    runs = [event for event in events if isinstance(event, SweptRun)]
    assert [run.finished.reason for run in runs] == ["done", "stopped"]
    assert sum(isinstance(event, BatchDone) for event in events) == 70
    assert sweep.chosen()[1] is runs[0]


def test_stop_before_anything_is_learned_leaves_one_run_of_nothing() -> None:
    sweep = Sweep(NET, SPEC, {"learning_rate": [0.1, 0.01]}, DATA)
    sweep.stop()
    (run,) = runs_of(sweep)
    assert (run.finished.step, run.evaluated) == (0, None)
    assert sweep.chosen()[1] is run


def test_run_that_diverges_is_last_and_ends_no_sweep() -> None:
    grid = {"learning_rate": [10.0, 0.05]}
    sweep = Sweep(NET.replace(activation="relu"), SPEC.replace(momentum=0.99), grid, DATA)
    runs_of(sweep)
    assert [each.variant.values["learning_rate"] for each in sweep.standings()] == [0.05, 10.0]


def test_each_run_may_search_for_its_own_rate() -> None:
    sweep = Sweep(NET, SPEC, {"optimizer": ["adam", "sgd"]}, DATA, find_rate=True)
    adam, sgd = runs_of(sweep)
    assert adam.learning_rate < 0.02 < sgd.learning_rate
    assert sweep.chosen()[0].spec.learning_rate in (adam.learning_rate, sgd.learning_rate)


def test_values_are_told_by_their_labels() -> None:
    words = words_of({"hidden": (128, 64), "bias": False, "exclude": ""})
    assert words == "Layers 128, 64 · Biases off · Leave out none"


class TestCommandLine:
    def options(self, *words: str):
        from argparse import ArgumentParser

        parser = ArgumentParser()
        add_commands(parser.add_subparsers())
        return parser.parse_args(["train", *words])

    def test_flags_that_come_twice_make_the_grid(self) -> None:
        words = "--hidden 64 --hidden 128,64 --bias --no-bias --epochs 3 --seed 1 --seed 2"
        grid = grid_of(self.options(*words.split()))
        assert grid == {"hidden": [(64,), (128, 64)], "bias": [True, False], "seed": [1, 2]}

    def test_a_value_given_twice_is_one(self) -> None:
        assert grid_of(self.options("--hidden", "64", "--hidden", "64")) == {}

    def test_one_command_line_leaves_nothing_to_the_next(self) -> None:
        self.options("--epochs", "1", "--epochs", "2")
        assert grid_of(self.options("--epochs", "3")) == {}

    def test_seeds_are_counted_from_the_one_that_is_named(self) -> None:
        assert grid_of(self.options("--seeds", "3", "--seed", "7")) == {"seed": [7, 8, 9]}
        with pytest.raises(SpecError, match="not both"):
            grid_of(self.options("--seeds", "3", "--seed", "7", "--seed", "8"))

    def test_a_rate_is_named_or_searched_for(self) -> None:
        with pytest.raises(SpecError, match="not both"):
            grid_of(self.options("--find-learning-rate", "--learning-rate", "0.1"))

    def test_json_tells_of_the_test_part_for_the_chosen_network_alone(
        self, capfd: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        words = "train --hidden 8 --hidden 12 --epochs 1 --seeds 2 --json --output"
        assert main([*words.split(), str(tmp_path / "best.safetensors")]) == 0
        *runs, finished = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
        assert [each["event"] for each in runs] == ["run"] * 4
        assert not any("test" in key for each in runs for key in each)
        assert finished["event"] == "finished"
        assert finished["settings"] == finished["sweep"][0]["settings"]
        assert len(finished["test_accuracies"]) == 2
        assert finished["test_accuracy"] in finished["test_accuracies"]
        saved = load(tmp_path / "best.safetensors").network
        assert list(saved.spec.hidden) == finished["settings"]["hidden"]

    def test_people_get_a_table_sorted_by_validation_accuracy(
        self, capfd: pytest.CaptureFixture[str]
    ) -> None:
        words = "train --hidden 12 --epochs 1 --learning-rate 0.0001 --learning-rate 0.1 --seeds 2"
        assert main(words.split()) == 0
        out = capfd.readouterr().out
        assert "validation accuracy" in out
        assert out.index(" 0.1 ") < out.index(" 0.0001 ")
        assert "The best on validation digits: Learning rate 0.1." in out
        assert "test accuracy over 2 seeds" in out

    def test_ctrl_c_ends_with_the_table_of_what_is_there(self, tmp_path: Path) -> None:
        words = "--hidden 20 --epochs 2 --epochs 10000 --json --output"
        command = subprocess.Popen(
            [sys.executable, "-m", "zmlp_gui", "train", *words.split(), str(tmp_path / "x")],
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert command.stdout is not None
        first = json.loads(command.stdout.readline())
        command.send_signal(signal.SIGINT)
        rest, _ = command.communicate(timeout=60)
        # The signal may come before the second run has begun.
        *second, finished = [json.loads(line) for line in rest.splitlines()]
        assert first["reason"] == "done"
        assert [each["reason"] for each in second] in ([], ["stopped"])
        assert command.returncode == 0
        assert finished["runs"] == 1 + len(second)
        assert (tmp_path / "x").exists()

    def test_found_rate_is_shown_and_trained_with(self, capfd: pytest.CaptureFixture[str]) -> None:
        words = "train --hidden 12 --epochs 1 --find-learning-rate"
        assert main(words.split()) == 0
        out = capfd.readouterr().out
        assert "Loss while the learning rate rises" in out
        assert "^ learning rate 0.0" in out
        assert main([*words.split(), "--json"]) == 0
        found, *_, finished = map(json.loads, capfd.readouterr().out.splitlines())
        assert found["event"] == "learning_rate"
        assert len(found["rates"]) == len(found["losses"])
        assert finished["learning_rate"] == found["suggestion"]

    def test_where_no_rate_helps_the_given_one_is_taken_and_that_is_said(
        self, capfd: pytest.CaptureFixture[str]
    ) -> None:
        words = "train --hidden 12 --epochs 1 --initializer zeros --find-learning-rate --json"
        main(words.split())
        out, error = capfd.readouterr()
        assert "falls at no learning rate" in error
        assert json.loads(out.splitlines()[-1])["learning_rate"] == 0.1
