"""A run that is killed at any moment, and goes on, ends in the bits of one left alone."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

from core import run_files
from core.model_file import load

CHECKOUT = Path(__file__).parents[2]
SMALL = ["--hidden", "16", "--epochs", "36", "--threads", "1", "--batch-size", "32"]
KILLS = 5
# Checkpoints as often as they can be written, so that many kills hit one.
PROGRAM = """
import sys
from core import recording
from zmlp_gui.__main__ import main
recording.APART = 0.0
sys.exit(main(sys.argv[1:]))
"""
CHAINS = {
    "momentum": ["--seed", "1"],
    "adam": ["--seed", "2", "--optimizer", "adam", "--learning-rate", "0.003", "--average", "0.99"],
    "dropout": ["--seed", "3", "--dropout", "0.2", "--max-norm", "3"],
    "batch-norm": ["--seed", "4", "--batch-norm", "--no-validation", "--schedule", "one-cycle"],
}


def start(home: Path, *words: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "train", *words, "--json"],
        cwd=CHECKOUT,
        env={**os.environ, "XDG_DATA_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def finish(home: Path, *words: str) -> dict[str, object]:
    command = start(home, *words)
    out, error = command.communicate(timeout=100)
    assert command.returncode == 0, error
    result: dict[str, object] = json.loads(out.splitlines()[-1])
    return result


def wait_for_lines(command: "subprocess.Popen[bytes]", count: int) -> None:
    """Wait until the history of the only run has changed that often, or the run has ended."""
    sizes: set[int] = set()
    end = monotonic() + 60
    while command.poll() is None and len(sizes) <= count and monotonic() < end:
        files = run_files.runs_folder().glob("*/history.jsonl")
        sizes |= {path.stat().st_size for path in files}
        sleep(0.002)


@pytest.mark.parametrize("chain", CHAINS)
def test_killed_five_times_a_run_ends_in_the_same_bits(
    chain: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(chain)
    words = [*SMALL, *CHAINS[chain]]
    alone = finish(tmp_path / "alone", *words)

    home = tmp_path / "killed"
    monkeypatch.setattr("platformdirs.user_data_path", lambda name, **_: home / name)
    places: list[int] = []
    # A busy machine may be killed again and again before it comes to another checkpoint.
    for kill in range(4 * KILLS):
        if kill >= KILLS and len(set(places)) > 1:
            break
        command = start(home, *(["--resume", "last"] if kill else words))
        wait_for_lines(command, chance.randrange(1, 9))
        # Anywhere: in a minibatch, in an evaluation, while a checkpoint is being written.
        sleep(chance.uniform(0.0, 0.03))
        assert command.poll() is None, command.communicate()
        command.kill()
        first, *_ = [*command.communicate()[0].splitlines(), b"{}"]
        # One that was killed before it said where it goes on says nothing.
        places += [json.loads(first)["minibatch"]] if b"resumed" in first else []
    result = finish(home, "--resume", "last")

    assert places == sorted(places)
    assert len(set(places)) > 1, "it went on from several checkpoints"
    assert result["reason"] == "done"
    one, other = load(str(alone["model"])), load(str(result["model"]))
    assert one.network.values.tobytes() == other.network.values.tobytes()
    for figure in ("test_accuracy", "test_loss", "minibatches", "kept_minibatch"):
        assert alone[figure] == result[figure]
    (kept,), complaints = run_files.read_runs()
    assert complaints == []
    lines = (run_files.runs_folder() / kept.record.id / "history.jsonl").read_text().splitlines()
    expected = tmp_path / "alone" / "zmlp" / "runs" / str(alone["run"]) / "history.jsonl"
    assert timeless(lines) == timeless(expected.read_text().splitlines())
    assert not (run_files.runs_folder() / kept.record.id / "checkpoint.safetensors").exists()


def timeless(lines: list[str]) -> list[dict[str, object]]:
    """A history without the seconds, in which two runs may differ."""
    known = [json.loads(line) for line in lines]
    return [{key: value for key, value in line.items() if key != "seconds"} for line in known]
