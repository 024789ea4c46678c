"""The engine's benchmark: what it chooses, how it shares its time, and what it writes."""

import argparse
import io
import json
import os
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from rich.console import Console

from core.cli import add_commands
from core.errors import SaveError
from core.setting import settings
from tests.benchmarks.engine import readme
from tests.benchmarks.engine.budget import LONGEST, SHORTEST, Slice, slice_for
from tests.benchmarks.engine.cells import Cell, all_cells, chosen, quick_cells
from tests.benchmarks.engine.engine import Shuffled
from tests.benchmarks.engine.plot import draw
from tests.benchmarks.engine.products import shapes
from tests.benchmarks.engine.races import FAST, GOALS, Goal, Race, command_line, race
from tests.benchmarks.engine.results import Measured, Results
from tests.benchmarks.engine.tables import table
from tests.benchmarks.engine.targets import Target, targets
from tests.benchmarks.engine.turns import measure, order
from tests.benchmarks.engine.workers import EngineError, Worker, team

MACHINE = {
    "processor": "A processor",
    "cores": 2,
    "system": "Linux",
    "python": "3.11",
    "turns": 5,
    "numpy": "2.4",
    "blas": "openblas 0.3",
    "kernels": "Haswell",
    "versions": {"JAX": "0.10"},
}


def measured(name: str, **speeds: float) -> Measured:
    turns = {engine.replace("_", "-"): [speed] * 3 for engine, speed in speeds.items()}
    return Measured(Cell.named(name), turns)


def named(results: Results, words: str) -> Target:
    return next(target for target in targets(results) if words in target.words)


def test_there_are_a_hundred_cells_and_their_names_lead_back_to_them() -> None:
    assert len(all_cells()) == 100
    assert [Cell.named(cell.name) for cell in all_cells()] == all_cells()
    assert set(quick_cells()) < set(all_cells())


@pytest.mark.parametrize(
    ("patterns", "count"),
    [
        ("784-512-512-10:10:momentum:1", 1),
        ("784-512-512-10:10", 4),
        ("784-30-10,784-30-10:1", 20),
        ("*:512:adam", 10),
        ("784-64-10:16:adam:1", 1),
    ],
)
def test_patterns_name_cells(patterns: str, count: int) -> None:
    assert len(chosen(patterns)) == count


@pytest.mark.parametrize("patterns", ["", "784-30-10:7", "rubbish", "783-30-10:1:adam:1", "*:3"])
def test_patterns_that_name_no_cell_are_refused(patterns: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        chosen(patterns)


def test_cells_of_one_number_of_threads_come_together() -> None:
    threads = [cell.threads for cell in chosen("784-30-10:1:adam:2,784-30-10:1:adam:1,*:10")]
    assert threads == sorted(threads)


def test_measurements_become_shorter_when_time_runs_out() -> None:
    cells = all_cells()
    plenty = slice_for(cells, 1e6, 5, 4, 1)
    some = slice_for(cells, 2600.0, 5, 4, 1)
    none = slice_for(cells, -1.0, 5, 4, 1)
    assert plenty.peer == LONGEST
    assert SHORTEST < some.peer < LONGEST
    assert none.peer == SHORTEST
    assert some.own < some.peer


def test_a_step_has_three_products_a_layer_but_for_the_pixels() -> None:
    cell = Cell.named("784-512-512-10:128:momentum:1")
    made = shapes(cell)
    assert len(made) == 8
    per_step = sum(rows * inner * columns for rows, inner, columns in made)
    assert per_step == 128 * (3 * cell.weights - 784 * 512)


def test_minibatches_of_an_epoch_hold_each_digit_once_in_one_shape() -> None:
    order = Shuffled(100, 8)
    taken = [order.take(4) for _ in range(6)]
    assert {part.shape for part in taken} == {(4, 8)}
    first = [digit for part in taken[:3] for digit in part.flat]
    assert len(set(first)) == 96
    assert [*taken[0].flat] != [*taken[3].flat]


def test_ours_is_measured_after_each_other_and_who_begins_changes() -> None:
    engines = ["zmlp", "zmlp-compiled", "torch", "jax"]
    assert order(engines, 0) == [
        *("torch", "zmlp", "zmlp-compiled"),
        *("jax", "zmlp", "zmlp-compiled"),
    ]
    assert order(engines, 1)[:3] == ["jax", "zmlp-compiled", "zmlp"]
    assert order(["zmlp"], 3) == ["zmlp"]


def test_ratios_are_to_the_best_peer_in_medians() -> None:
    each = Measured(
        Cell.named("784-30-10:10:adam:1"),
        {"zmlp": [1.0, 30.0, 90.0], "jax": [20.0], "torch": [10.0, 11.0], "products": [60.0]},
    )
    assert each.best_peer == "jax"
    assert each.ratio("zmlp") == 1.5
    assert each.ratio("zmlp", "products") == 0.5
    assert each.ratio("sklearn") is None
    assert Measured(each.cell, {"zmlp": [1.0]}).ratio("zmlp") is None


def test_results_come_back_from_their_file_and_name_what_is_missing(tmp_path: Path) -> None:
    cells = chosen("784-30-10:*:adam:1")
    race = Race("zmlp", 98.0, 4.0, 0, 3.0, 98.2, 100.0)
    results = Results(dict(MACHINE), [measured(cells[0].name, zmlp=2.0, jax=1.0)], [race])
    results.save(tmp_path / "results.json")
    again = Results.load(tmp_path / "results.json")
    assert again == results
    assert again.missing(cells) == cells[1:]
    assert [path.name for path in tmp_path.iterdir()] == ["results.json"]


def test_targets_tell_the_worst_cell() -> None:
    good = measured("784-30-10:10:momentum:1", zmlp=2.0, jax=1.0)
    bad = measured("784-100-10:32:momentum:1", zmlp=0.9, jax=1.0)
    assert named(Results(measured=[good]), "minibatch 10").met
    target = named(Results(measured=[good, bad]), "minibatch 10")
    assert not target.met
    assert "784-100-10:32:momentum:1" in target.found
    assert "1 of 2" in target.found


def test_numpy_alone_is_told_apart_from_the_compiled_kernel() -> None:
    alone = measured("784-30-10:1:momentum:1", zmlp=0.5, zmlp_compiled=1.5, jax=1.0)
    more = measured("784-30-10:10:momentum:1", zmlp=0.5, zmlp_compiled=1.5, jax=1.0)
    results = Results(measured=[alone, more])
    assert named(results, "minibatch 1, momentum").met
    assert named(results, "minibatch 10 and more, the best of ours").met
    assert not named(results, "minibatch 10 and more, numpy alone").met
    assert named(results, "10 at least 1.3 (the best of ours)").met
    assert not named(results, "10 at least 1.3 (numpy alone)").met


def test_a_race_that_misses_its_goal_is_lost_however_soon_it_ends() -> None:
    ours = Race("zmlp", 98.0, 4.0, 0, 2.0, 98.1, 100.0)
    theirs = Race("torch", 98.0, 4.0, 0, 5.0, 98.1, 400.0)
    assert named(Results(races=[ours]), "98 % of the test digits").met
    assert not named(Results(races=[ours, theirs]), "sooner than PyTorch").met
    short = Race("zmlp", 98.0, 4.0, 0, 1.0, 97.9, 100.0)
    assert not named(Results(races=[short]), "98 % of the test digits").met


def test_a_recipe_becomes_the_command_line_that_trains_it() -> None:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    for goal in GOALS:
        words = command_line(goal.network, goal.training, "mnist-5k")
        options = parser.parse_args(words[words.index("train") :])
        assert options.recipe == "fast"
        for wanted, given in ((goal.network, FAST.network), (goal.training, FAST.training)):
            for each in settings(type(wanted)):
                named = getattr(options, each.name, None)
                value = getattr(given, each.name) if named is None else named
                assert value == getattr(wanted, each.name), each.name


@pytest.mark.parametrize("engine", ["zmlp", "torch", "sklearn"])
def test_everyone_runs_the_same_race(engine: str) -> None:
    if engine != "zmlp":
        pytest.importorskip(engine)
    goal = GOALS[0]
    short = Goal(50.0, 60.0, goal.network.replace(hidden=(16,)), goal.training.replace(threads=1))
    run = race(engine, short, 0, "mnist-5k")
    assert run.engine == engine
    assert run.seconds > 0.1
    assert 60.0 < run.percent <= 100.0
    assert run.memory > 20.0 or not Path("/proc/self/status").exists()


def full() -> Results:
    cells = [
        measured(cell.name, zmlp=3.0, zmlp_compiled=4.0, jax=2.0, torch=1.0, sklearn=0.5)
        for cell in all_cells()
    ]
    race = Race("zmlp", 98.0, 4.0, 0, 3.0, 98.2, 100.0)
    return Results(dict(MACHINE), cells, [race])


def test_the_table_has_a_line_a_cell() -> None:
    made = table(full())
    assert made.row_count == 100
    shown = io.StringIO()
    Console(file=shown, width=200).print(made)
    assert "1.50" in shown.getvalue()


def test_the_readme_gets_its_table_between_the_marks_alone(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(f"before\n{readme.BEGIN}\nold\n{readme.END}\nafter\n", "utf-8")
    readme.put_into(path, full())
    text = path.read_text("utf-8")
    assert text.startswith("before\n")
    assert text.endswith(f"{readme.END}\nafter\n")
    assert "old" not in text
    assert text.count("\n| 784-") == 25
    assert "| 784-30-10 | 1 | 1.50 / 2.00ᶜ J |" in text
    readme.put_into(path, full())
    assert path.read_text("utf-8") == text


def test_a_readme_without_marks_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text("nothing\n", "utf-8")
    with pytest.raises(SaveError, match="marks"):
        readme.put_into(path, full())
    assert path.read_text("utf-8") == "nothing\n"


def test_the_plot_is_sound_xml_with_a_panel_for_each_network_and_thread() -> None:
    root = ElementTree.fromstring(draw(full().measured))
    words = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert words.count("minibatch") == 10
    assert {"JAX", "PyTorch", "scikit-learn", "1 thread", "2 threads"} <= set(words)


class Broken:
    """A worker whose library fails in the middle of a cell."""

    def prepare(self, cell: Cell, seconds: float) -> str:
        return ""

    def run(self, seconds: float) -> None:
        raise EngineError("torch: out of memory")


def test_ours_is_measured_on_the_digits_that_are_built_in() -> None:
    cell = Cell.named("784-30-10:128:momentum:1")
    with team(["zmlp"], 1, "mnist-5k") as workers:
        found = measure(cell, {**workers, "torch": Broken()}, 2, Slice(0.02))
    assert len(found.speeds["zmlp"]) == 2
    assert min(found.speeds["zmlp"]) > 100.0
    assert found.failures == {"torch": "torch: out of memory"}


@pytest.mark.parametrize("engine", ["torch", "jax", "sklearn"])
def test_peers_learn_what_they_are_asked_to(engine: str) -> None:
    pytest.importorskip(engine)
    with team([engine], 1, "mnist-5k") as workers:
        found = measure(Cell.named("784-30-10:32:adam:1"), workers, 1, Slice(0.02))
    assert found.failures == {}
    assert found.speeds[engine][0] > 100.0


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="cores cannot be chosen here")
def test_a_worker_keeps_to_as_many_cores_as_threads() -> None:
    before = os.sched_getaffinity(0)
    worker = Worker("products", 1, "mnist-5k")
    try:
        assert worker.greet()
        assert len(os.sched_getaffinity(worker._process.pid)) == 1
    finally:
        worker.close()
    assert os.sched_getaffinity(0) == before


def test_a_worker_whose_library_is_missing_says_so_and_ends(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "jax.py").write_text("raise ImportError('no jax')", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with team(["jax"], 1, "mnist-5k") as workers:
        assert workers == {}


def test_the_file_of_results_is_plain_json(tmp_path: Path) -> None:
    full().save(tmp_path / "results.json")
    values = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert values["cells"][0]["ratio"] == 1.5
