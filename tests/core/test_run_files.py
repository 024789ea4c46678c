"""Runs survive on disk, whatever else lies there, and their command line repeats them."""

import argparse
import json
import math
import shlex
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core import cli, run_files
from core.errors import RunError, SaveError
from core.recipes import RECIPES
from core.run_command import command_line, differs
from core.run_record import KeptRun, Points, RunRecord, RunResult
from core.spec import NetworkSpec, TrainingSpec
from core.train_start import chosen_specs

RESULT = RunResult("done", 1130, 904, 10.0, 0.9625, 0.957, 0.1234, 4.25, 8471.5)
FIXTURE = Path(__file__).parent.parent / "data" / "run-v1"


def record(id: str = "a" * 32, **values) -> RunRecord:
    known = {
        "name": "ReLU 256",
        "network": NetworkSpec(hidden=(256,), bias=False),
        "training": TrainingSpec(learning_rate=0.1, seed=7),
        "data": "mnist-5k",
        "part": "validation",
        "when": datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC),
        "threads": 3,
        "result": RESULT,
    }
    return RunRecord(id, **known | values)


def points(count: int) -> Points:
    steps = np.arange(1.0, count + 1)
    return Points(steps / 57, steps, steps * 64, steps / 250, 1 - 1 / (1 + steps), 1 / steps)


def run(id: str = "a" * 32, count: int = 40, **values) -> KeptRun:
    return KeptRun(record(id, **values), points(count), points(2 * count))


def only_run() -> KeptRun:
    runs, complaints = run_files.read_runs()
    assert complaints == []
    (kept,) = runs
    return kept


def same(one: Points, other: Points) -> bool:
    return all(
        np.allclose(getattr(one, name), getattr(other, name), rtol=1e-5, equal_nan=True)
        for name in run_files.COLUMNS
    )


def test_a_run_comes_back_as_it_was():
    kept = run(
        name="mine, “the best”",
        started_from="first-light",
        learning_rates=((312, 0.01), (400, 0.2)),
        model="networks/ReLU.safetensors",
        colour=4,
        hidden=True,
    )
    run_files.write_run(kept)
    back = only_run()
    assert back.record == kept.record
    assert same(back.validation, kept.validation)
    assert same(back.training, kept.training)


def test_figures_that_are_not_known_stay_unknown():
    diverged = points(3)
    diverged.loss[1:] = [math.inf, math.nan]
    run_files.write_run(KeptRun(record(result=RunResult("diverged")), diverged, Points()))
    back = only_run()
    assert math.isnan(back.record.result.test_accuracy)
    assert np.isnan(back.validation.loss[1:]).all()
    assert len(back.training) == 0


def test_a_long_curve_is_thinned_and_keeps_its_ends():
    run_files.write_run(run(count=25_000))
    steps = only_run().validation.steps
    assert len(steps) == run_files.POINTS_KEPT
    assert (steps[0], steps[-1]) == (1, 25_000)
    assert (np.diff(steps) > 0).all()


def test_runs_come_in_the_order_in_which_they_began():
    first = datetime(2024, 1, 1, tzinfo=UTC)
    for id, days in (("b", 2), ("a", 3), ("c", 1)):
        run_files.write_run(run(id, when=first + timedelta(days=days)))
    assert [each.record.id for each in run_files.read_runs()[0]] == ["c", "b", "a"]


def test_without_a_folder_there_are_no_runs():
    assert run_files.read_runs() == ([], [])


def test_a_change_leaves_what_others_wrote():
    run_files.write_run(run())
    path = run_files.runs_folder() / ("a" * 32) / run_files.FACTS
    path.write_text(json.dumps(json.loads(path.read_text()) | {"checkpoint": "later", "colour": 5}))
    run_files.change_run("a" * 32, name="renamed", hidden=True)
    facts = json.loads(path.read_text())
    assert (facts["checkpoint"], facts["colour"]) == ("later", 5)
    assert (only_run().record.name, only_run().record.hidden) == ("renamed", True)


def test_a_run_that_is_gone_is_neither_removed_twice_nor_brought_back():
    run_files.write_run(run("a"))
    run_files.write_run(run("b"))
    run_files.remove_run("a")
    run_files.remove_run("a")
    run_files.change_run("a", name="back")
    assert only_run().record.id == "b"
    assert not (run_files.runs_folder() / "a").exists()


def test_removing_a_link_leaves_what_it_leads_to(tmp_path):
    run_files.write_run(run("a"))
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(run_files.runs_folder() / "a", elsewhere)
    (elsewhere / "mine.txt").write_text("keep")
    (run_files.runs_folder() / "b").symlink_to(elsewhere)
    run_files.remove_run("b")
    assert (elsewhere / "mine.txt").exists()
    assert only_run().record.id == "a"


def test_a_folder_without_facts_is_no_run_and_nothing_to_complain_of():
    run_files.write_run(run())
    (run_files.runs_folder() / "under-way").mkdir()
    (run_files.runs_folder() / "a note.txt").write_text("hello")
    assert only_run().record.name == "ReLU 256"


DAMAGE = {
    "empty": b"",
    "cut off": b'{"format": "zmlp-run", "version": 1, "name": "Re',
    "no object": b"[1, 2]",
    "nested without end": b"[" * 100_000,
    "binary": bytes(range(256)),
    "huge": b" " * 9_000_000,
    "version is text": b'{"version": "1"}',
    "curves of nothing": b'{"version": 1, "validation": {}, "training": {}}',
}


@pytest.mark.parametrize("name", [run_files.FACTS, run_files.CURVES])
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_run_is_left_out_and_left_where_it_is(name, damage):
    run_files.write_run(run("bad"))
    run_files.write_run(run("good"))
    path = run_files.runs_folder() / "bad" / name
    path.write_bytes(DAMAGE[damage])
    runs, complaints = run_files.read_runs()
    assert [each.record.id for each in runs] == ["good"]
    assert len(complaints) == 1
    assert "bad" in complaints[0]
    assert path.read_bytes() == DAMAGE[damage]


HOSTILE = [
    {"network": {"hidden": [10**30]}},
    {"network": {"wings": 2}},
    {"training": {"learning_rate": "fast"}},
    {"network": None},
    {"name": 7},
    {"name": "x" * 100_000},
    {"when": "yesterday"},
    {"when": 12},
    {"part": "training"},
    {"threads": -1},
    {"threads": 1e400},
    {"colour": True},
    {"result": []},
    {"result": {"reason": "done", "minibatches": 1, "kept_minibatch": 1, "seconds": "4"}},
    {"learning_rates": [[1]]},
    {"learning_rates": 5},
    {"format": "another"},
    {"model": ["a"]},
]


@pytest.mark.parametrize("values", HOSTILE, ids=str)
def test_values_that_are_not_allowed_are_refused_in_one_sentence(values):
    run_files.write_run(run())
    path = run_files.runs_folder() / ("a" * 32) / run_files.FACTS
    path.write_text(json.dumps(json.loads(path.read_text()) | values))
    runs, complaints = run_files.read_runs()
    assert runs == []
    assert len(complaints) == 1
    assert "\n" not in complaints[0]


@pytest.mark.parametrize(
    "columns",
    [
        {"steps": [1, 2], "loss": [1]},
        {"steps": "many"},
        {"loss": [1]},
        {"steps": [[1, 2]]},
        {"steps": [None]},
        {"steps": [10**400]},
        {"steps": [{}]},
        {"steps": [1], "epochs": ["x"]},
        [],
        7,
    ],
    ids=str,
)
def test_curves_that_are_none_are_refused(columns):
    run_files.write_run(run())
    path = run_files.runs_folder() / ("a" * 32) / run_files.CURVES
    path.write_text(json.dumps({"version": 1, "validation": columns}))
    with pytest.raises(RunError):
        run_files.read_run(path.parent)


@hypothesis_settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from([*run_files.COLUMNS, "name", "network", "result", "when", "version"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
            lambda inner: st.lists(inner, max_size=3),
            max_leaves=5,
        ),
    )
)
def test_no_json_breaks_the_reading(values):
    run_files.write_run(run())
    folder = run_files.runs_folder() / ("a" * 32)
    facts = json.loads((folder / run_files.FACTS).read_text())
    (folder / run_files.FACTS).write_text(json.dumps(facts | values))
    (folder / run_files.CURVES).write_text(json.dumps({"version": 1, "training": values}))
    runs, complaints = run_files.read_runs()
    assert len(runs) + len(complaints) == 1


def test_a_newer_run_says_so():
    run_files.write_run(run())
    path = run_files.runs_folder() / ("a" * 32) / run_files.FACTS
    path.write_text(json.dumps({"version": 2, "all": "new"}))
    runs, (complaint,) = run_files.read_runs()
    assert runs == []
    assert "newer" in complaint


def test_a_run_of_the_first_version_opens_forever():
    kept = run_files.read_run(FIXTURE)
    assert kept.record == record("run-v1", learning_rates=((312, 0.01),), colour=3)
    assert same(kept.validation, points(6))


def test_a_folder_that_cannot_be_made_is_one_sentence():
    run_files.runs_folder().parent.mkdir(parents=True)
    run_files.runs_folder().write_text("a file in the way")
    with pytest.raises(SaveError, match="could not be made"):
        run_files.write_run(run())


def test_fifty_runs_are_read_in_a_tenth_of_a_second():
    for number in range(50):
        run_files.write_run(run(f"{number:032x}", count=10_000))
    took = []
    for _ in range(3):
        started = process_time()
        runs, _ = run_files.read_runs()
        took.append(process_time() - started)
    assert len(runs) == 50
    # The budget is 0.1 s on a quiet machine; one that shares its cores counts more.
    assert min(took) < 0.5


# The command line that repeats a run


def parsed(line: str) -> argparse.Namespace:
    program, *words = shlex.split(line)
    assert program == "zmlp"
    parser = argparse.ArgumentParser(exit_on_error=False)
    cli.add_commands(parser.add_subparsers())
    return parser.parse_args(words)


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES.keys())
def test_the_line_of_every_recipe_gives_the_same_settings(recipe):
    kept = record(network=recipe.network, training=recipe.training.replace(threads=2))
    options = parsed(command_line(kept))
    assert chosen_specs(RECIPES[options.recipe], options) == (kept.network, kept.training, None)
    assert options.data == kept.data


@pytest.mark.parametrize("folder", ["/my data/it's $HOME", "-strange", "/a\nb", "-"])
def test_names_of_folders_are_quoted(folder):
    assert parsed(command_line(record(data=folder))).data == folder


def test_awkward_values_survive_the_line():
    training = TrainingSpec(learning_rate=0.1 + 0.2, momentum=1 / 3, seed=2**32 - 1, threads=1)
    for network in (
        NetworkSpec(hidden=(), bias=False),
        NetworkSpec(hidden=(5, 4), activation=("sigmoid", "leaky-relu")),
    ):
        options = parsed(command_line(record(network=network, training=training)))
        assert chosen_specs(RECIPES["fast"], options) == (network, training, None)


def test_the_line_says_none_where_there_is_no_hidden_layer():
    assert " --hidden none " in command_line(record(network=NetworkSpec(hidden=())))
    assert " --hidden 5,4 " in command_line(record(network=NetworkSpec(hidden=(5, 4))))


def test_the_threads_that_the_program_chose_are_named():
    options = parsed(command_line(record(threads=3)))
    _, training, _ = chosen_specs(RECIPES["fast"], options)
    assert training == record().training.replace(threads=3)


def test_what_the_line_cannot_repeat_is_said():
    assert differs(record()) == ""
    assert "by hand" in differs(record(learning_rates=((3, 0.1),)))
    assert "first-light" in differs(replace(record(), started_from="first-light"))
