"""The commands of runs as people and programs use them."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from core import run_files
from core.checkpoint import CHECKPOINT
from core.datasets import short
from core.events import BatchDone, Finished
from core.idx import write_idx
from core.model_file import load
from core.training import Training
from zmlp_gui.__main__ import main

CHECKOUT = Path(__file__).parents[2]
QUICK = ["--hidden", "8", "--epochs", "2", "--threads", "1"]


class Done(NamedTuple):
    """What a command said, and how it ended."""

    code: int
    out: str
    error: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line, parse_constant=pytest.fail) for line in self.out.splitlines()]


Run = Callable[..., Done]


@pytest.fixture
def zmlp(capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process."""

    def run(*words: str | Path) -> Done:
        try:
            code = main([str(word) for word in words])
        except SystemExit as end:
            code = int(end.code or 0)
        return Done(code, *capfd.readouterr())

    return run


@pytest.fixture
def stopped(zmlp: Run, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The result of a run that was stopped after seventy minibatches."""
    learn = Training._learn

    def learn_and_stop(training: Training) -> BatchDone:
        done = learn(training)
        if done.step == 70:
            training.stop()
        return done

    with monkeypatch.context() as patch:
        patch.setattr(Training, "_learn", learn_and_stop)
        result = zmlp("train", *QUICK, "--json").objects[-1]
    assert result["reason"] == "stopped"
    return result


def test_a_run_that_was_stopped_goes_on_and_ends_in_the_same_file(
    zmlp: Run, stopped: dict[str, Any], tmp_path: Path
) -> None:
    done = zmlp("train", "--resume", "last", "--json")
    first, *_, last = done.objects
    assert (done.code, done.error) == (0, "")
    assert (first["event"], first["run"], first["minibatch"]) == ("resumed", stopped["run"], 70)
    assert (last["reason"], last["run"], last["name"]) == ("done", stopped["run"], "ReLU 8")
    alone = zmlp("train", *QUICK, "--json").objects[-1]
    assert last["test_loss"] == alone["test_loss"]
    one, other = (load(each["model"]).network for each in (last, alone))
    assert one.values.tobytes() == other.values.tobytes()


def test_people_read_why_a_run_ended_before_its_time(
    zmlp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "train", *QUICK[:2], "--epochs", "500", "--threads", "1"
    early = zmlp(*words, "--patience", "1").out
    assert "Ended early: the patience of 1 was used up" in early
    learn = Training._learn
    monkeypatch.setattr(Training, "_learn", lambda self: (self.stop(), learn(self))[1])
    stopped = zmlp(*words).out
    run = run_files.read_records()[-1].id[:8]
    assert f"Stopped: zmlp train --resume {run} goes on" in stopped
    assert "Stopped" not in early


def test_people_read_where_it_goes_on(zmlp: Run, stopped: dict[str, Any]) -> None:
    done = zmlp("train", "--resume", stopped["run"][:6])
    assert done.out.splitlines()[0] == "ReLU 8 goes on after 1.228 of 2 epochs."


def test_people_read_that_it_begins_again(zmlp: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    learn = Training._learn

    def die(training: Training) -> BatchDone:
        if training.step == 20:
            raise RuntimeError("a power cut")
        return learn(training)

    with monkeypatch.context() as patch:
        patch.setattr(Training, "_learn", die)
        with pytest.raises(RuntimeError):
            zmlp("train", *QUICK, "--json")
    zmlp("runs", "list")  # The words of what broke off are read.
    done = zmlp("train", "--resume", "last")
    words = "ReLU 8 begins again: it was cut off before anything that it learned was kept."
    assert (done.code, done.out.splitlines()[0]) == (0, words)


def test_the_network_goes_where_it_was_to_go_at_first(
    zmlp: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn = Training._learn
    monkeypatch.chdir(tmp_path)

    def die(training: Training) -> BatchDone:
        if training.step == 60:
            raise KeyboardInterrupt
        return learn(training)

    with monkeypatch.context() as patch:
        patch.setattr(Training, "_learn", die)
        assert zmlp("train", *QUICK, "--output", "net").code == 130
    monkeypatch.chdir("/")
    assert zmlp("train", "--resume", "last", "--json").objects[-1]["model"] == str(tmp_path / "net")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--epochs", "3"], "--epochs"),
        (["--recipe", "bundled"], "--recipe"),
        (["--data", "mnist"], "--data"),
        (["--threads", "2"], "--threads"),
        (["--no-bias", "--seed", "4"], "--bias and --seed"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else "",
)
def test_other_settings_are_refused(
    words: list[str], named: str, zmlp: Run, stopped: dict[str, Any]
) -> None:
    done = zmlp("train", "--resume", "last", *words)
    assert done.code == 1
    assert done.error == f"zmlp: A run goes on with its own settings: leave out {named}.\n"


def test_the_same_threads_and_another_output_may_be_named(
    zmlp: Run, stopped: dict[str, Any], tmp_path: Path
) -> None:
    done = zmlp("train", "--resume", "last", "--threads", "1", "--output", tmp_path / "net")
    assert done.code == 0
    assert (tmp_path / "net").exists()


def test_one_that_is_finished_is_refused(zmlp: Run) -> None:
    zmlp("train", *QUICK)
    done = zmlp("train", "--resume", "last")
    assert (done.code, done.out) == (1, "")
    assert done.error == "zmlp: ReLU 8 is finished: train a new one.\n"


@pytest.mark.parametrize("words", ["last", "nothing", "0"])
def test_without_runs_there_is_nothing_to_go_on_with(words: str, zmlp: Run) -> None:
    done = zmlp("train", "--resume", words)
    assert done.code == 1
    assert done.error.startswith(f"zmlp: There is no run “{words}”")


@pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM is another thing elsewhere")
def test_ctrl_c_leaves_a_checkpoint(zmlp: Run, tmp_path: Path) -> None:
    words = ["--hidden", "8", "--epochs", "10000", "--threads", "1", "--json"]
    command = subprocess.Popen(
        [sys.executable, "-m", "zmlp_gui", "train", *words],
        cwd=CHECKOUT,
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert command.stdout is not None
    next(line for line in command.stdout if "epoch" in line)
    command.send_signal(signal.SIGTERM)
    out, _ = command.communicate(timeout=60)
    result = json.loads(out.splitlines()[-1])
    folder = run_files.runs_folder() / result["run"]
    assert result["reason"] == "stopped"
    assert (folder / CHECKPOINT).exists()


def test_list_shows_all_of_them(zmlp: Run, stopped: dict[str, Any]) -> None:
    assert "ReLU 8" in zmlp("runs", "list").out
    zmlp("train", *QUICK)
    first, second = zmlp("runs", "list", "--json").objects
    assert (first["id"], first["state"], first["name"]) == (stopped["run"], "stopped", "ReLU 8")
    assert (second["state"], second["name"]) == ("done", "ReLU 8 (2)")
    assert second["network"]["hidden"] == [8]


def test_an_empty_list_says_how_to_fill_it(zmlp: Run) -> None:
    assert "zmlp train" in zmlp("runs", "list").out
    assert zmlp("runs", "list", "--json").out == ""


def test_list_names_a_run_that_cannot_be_read(zmlp: Run) -> None:
    zmlp("train", *QUICK)
    folder = run_files.runs_folder() / zmlp("train", *QUICK, "--json").objects[-1]["run"]
    (folder / run_files.FACTS).write_text("{")
    for words in ("list",), ("list", "--json"):
        done = zmlp("runs", *words)
        assert "ReLU 8" in done.out
        assert done.error.startswith(f"note: {folder / run_files.FACTS} is damaged")


def test_show_tells_settings_and_outcome(zmlp: Run, stopped: dict[str, Any]) -> None:
    (shown,) = zmlp("runs", "show", "last", "--json").objects
    assert shown["result"]["minibatches"] == 70
    assert len(shown["result"]["weights"]) == 64
    lines = " ".join(zmlp("runs", "show", "ReLU 8").out.split())
    assert "minibatches 70" in lines
    assert "learning rate 0.1" in lines


def test_a_network_without_hidden_layers_is_called_so(zmlp: Run) -> None:
    zmlp("train", *QUICK[2:], "--hidden", "")
    lines = zmlp("runs", "show", "no hidden layer").out.splitlines()
    assert ["layers", "none"] in [line.split() for line in lines]


def test_compare_shows_what_differs(zmlp: Run) -> None:
    zmlp("train", *QUICK)
    zmlp("train", *QUICK, "--seed", "3")
    out = zmlp("runs", "compare", "ReLU 8", "ReLU 8 (2)").out
    assert [line.split() for line in out.splitlines() if "seed" in line] == [["seed", "0", "3"]]
    assert "momentum" not in out
    assert "test accuracy" in out
    one, other = zmlp("runs", "compare", "ReLU 8", "ReLU 8 (2)", "--json").objects
    assert (one["training"]["seed"], other["training"]["seed"]) == (0, 3)


def test_export_writes_every_point(zmlp: Run, tmp_path: Path) -> None:
    zmlp("train", *QUICK)
    (kept,) = run_files.read_runs()[0]
    assert zmlp("runs", "export", "last", tmp_path / "run.csv").code == 0
    with open(tmp_path / "run.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    curve = [float(row["accuracy"]) for row in rows if row["part"] == "validation"]
    assert curve == pytest.approx(kept.validation.accuracy.tolist())
    assert len(rows) == len(kept.validation) + len(kept.training)
    (told,) = zmlp("runs", "export", "last", tmp_path / "run.json", "--json").objects
    assert told["points"]["validation"] == len(curve)
    whole = json.loads((tmp_path / "run.json").read_text())
    assert whole["curves"]["validation"]["accuracy"] == pytest.approx(curve)
    assert whole["training"]["epochs"] == 2


@pytest.mark.parametrize("name", ["run.txt", "run", "no/where.csv"])
def test_export_to_nowhere_is_one_sentence(name: str, zmlp: Run, tmp_path: Path) -> None:
    zmlp("train", *QUICK)
    done = zmlp("runs", "export", "last", tmp_path / name)
    assert done.code == 1
    assert done.error.count("\n") == 1


def test_replay_says_whether_the_same_came_out(zmlp: Run) -> None:
    zmlp("train", *QUICK)
    done = zmlp("runs", "replay", "last")
    assert done.code == 0
    assert "came out the same, bit for bit" in done.out
    path = next(run_files.runs_folder().glob("*/run.json"))
    facts = json.loads(path.read_text())
    facts["training"]["seed"] = 5
    path.write_text(json.dumps(facts))
    other = zmlp("runs", "replay", "last", "--json")
    assert other.code == 1
    assert not other.objects[0]["same"]
    assert "came out otherwise" in zmlp("runs", "replay", "last").error


def test_a_run_that_diverged_comes_out_again_and_does_not_go_on(zmlp: Run) -> None:
    words = ["--activation", "identity", "--optimizer", "sgd", "--learning-rate", "10"]
    zmlp("train", *QUICK, *words, "--no-validation", "--json")
    (record,) = run_files.read_records()
    assert record.result.reason == "diverged"
    assert zmlp("runs", "replay", "last").code == 0
    assert "diverged, and would again" in zmlp("train", "--resume", "last").error


@pytest.fixture
def write_few(few: Any) -> Callable[[Path], None]:
    """Write a small data set into a folder."""

    def write(folder: Path) -> None:
        folder.mkdir(parents=True)
        for name, part in (("train", few.learning), ("t10k", few.test)):
            write_idx(folder / f"{name}-images-idx3-ubyte", part.images)
            write_idx(folder / f"{name}-labels-idx1-ubyte", part.labels)

    return write


def test_folders_of_data_are_found_from_anywhere(
    zmlp: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write_few: Any
) -> None:
    write_few(tmp_path / "mine")
    monkeypatch.chdir(tmp_path)
    assert zmlp("train", *QUICK, "--data", "mine").code == 0
    monkeypatch.chdir("/")
    assert zmlp("runs", "replay", "last").code == 0


def test_narrow_tables_name_data_by_their_folder_and_cut_no_path_short(
    zmlp: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write_few: Any
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    path = tmp_path / ("a-long-way/" * 6) / "mine"
    write_few(path)
    assert zmlp("train", *QUICK, "--data", path).code == 0
    assert " mine " in zmlp("runs", "list").out
    assert str(path) in "".join(zmlp("runs", "show", "last").out.split())
    zmlp("train", *QUICK)
    compared = zmlp("runs", "compare", "last", "ReLU 8").out
    assert "network in" in compared
    assert "…" not in compared
    assert short(f"mnist+{path}") == "mnist+mine"


def test_a_folder_that_cannot_be_written_costs_no_training(
    zmlp: Run, tmp_path: Path, user_folder: Path
) -> None:
    user_folder.mkdir(parents=True)
    (user_folder / "runs").write_text("a file in the way")
    done = zmlp("train", *QUICK, "--output", tmp_path / "net")
    assert done.code == 0
    assert done.error.startswith("note: ")
    assert load(tmp_path / "net")


def test_finished_is_the_last_thing_that_happens(few: Any) -> None:
    """The event of a stop comes before what belongs to the end alone."""
    from core.events import Stopping
    from core.network import Network
    from core.spec import NetworkSpec, TrainingSpec

    run = Training(Network(NetworkSpec((4,))).initialize(0), few, TrainingSpec(epochs=3))
    run.stop()
    first, *_, last = run
    assert first == Stopping(0)
    assert isinstance(last, Finished)
