"""What `train` does where a flag has several values: one run for each combination, and a table."""

import argparse
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table

from .errors import SpecError
from .events import BatchDone, Finished
from .report import console, number, print_json
from .setting import settings
from .spec import NetworkSpec, TrainingSpec
from .stopping import stopping
from .sweep import Standing, Sweep, SweptRun, words_of
from .training import Training

ENDS = {"stopped": "stopped", "diverged": "diverged", "no-progress": "ended early"}


def grid_of(options: argparse.Namespace) -> dict[str, list[Any]]:
    """The settings that the command line gives several values, by name; empty for a single run.

    Raises
    ------
    SpecError
        Seeds are both named and counted, learning rates both named and searched for, or several
        runs are to start from one network.
    """
    if options.find_learning_rate and "learning_rate" in options.grid:
        raise SpecError("Name a learning rate or let one be found, not both.")
    grid = {}
    for name, values in options.grid.items():
        different = list(dict.fromkeys(values))
        if len(different) > 1:
            grid[name] = different
    if options.seeds > 1:
        if "seed" in grid:
            raise SpecError("Name the seeds by --seed or count them by --seeds, not both.")
        first = options.seed or 0
        grid["seed"] = list(range(first, first + options.seeds))
    if grid and options.start is not None:
        raise SpecError("A network to start from goes with a single run: leave out --start.")
    return grid


def sweep(
    network: NetworkSpec,
    training: TrainingSpec,
    grid: Mapping[str, Sequence[Any]],
    options: argparse.Namespace,
    named: Collection[str],
) -> tuple[Training, Finished, dict[str, Any]]:
    """Train all combinations and show how they compare.

    Returns
    -------
    Training, Finished
        Of the network that was chosen.
    dict
        JSON values about the whole sweep.
    """
    runs = Sweep(network, training, grid, options.data, options.find_learning_rate, named)
    with stopping(runs.stop):
        (_print_runs if options.json else _show_progress)(runs)
    chosen, run = runs.chosen()
    standings = runs.standings()
    if not options.json:
        _print_table(standings, runs, bool(chosen.digits.held_back))
    result = {
        "settings": _json(standings[0].variant.values),
        "test_accuracies": list(standings[0].test_accuracies),
        "sweep": [_json_standing(each) for each in standings],
        "runs": sum(len(each.runs) for each in standings),
    }
    return chosen, run.finished, result


def _print_runs(runs: Sweep) -> None:
    """A JSON object for each run; of the test part it says nothing, which is for the chosen one."""
    for event in runs:
        if isinstance(event, SweptRun):
            evaluated = event.evaluated
            print_json(
                event="run",
                settings=_json(runs.variants[event.place].values),
                seed=event.seed,
                learning_rate=event.learning_rate,
                accuracy=evaluated.accuracy if evaluated else None,
                loss=number(evaluated.loss) if evaluated else None,
                epochs=event.finished.epochs,
                seconds=event.finished.seconds,
                reason=event.finished.reason,
            )


def _show_progress(runs: Sweep) -> None:
    """A progress bar over all runs, and what is being trained."""
    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"))
    done = 0
    with Progress(*columns, console=console()) as progress:
        task = progress.add_task("learning", total=runs.count)
        for event in runs:
            match event:
                case BatchDone():
                    training = runs.training
                    part = training.step / training.steps if training else 0.0
                    words = f"run {done + 1} of {runs.count}"
                    progress.update(task, completed=done + part, description=words)
                case SweptRun():
                    done += 1
                    progress.update(task, completed=done)


def _print_table(standings: Sequence[Standing], runs: Sweep, validation: bool) -> None:
    """The variants, the best first, and the test part's figures of that one alone."""
    declared = {each.name: each for each in (*settings(NetworkSpec), *settings(TrainingSpec))}
    names = list(standings[0].variant.values)
    part = "validation" if validation else "test"
    seeds = any(len(each.runs) > 1 for each in standings)
    table = Table(*(declared[name].label for name in names), box=None)
    for title in (f"{part} accuracy", *(["range"] if seeds else []), "seconds", ""):
        table.add_column(title, justify="left" if not title else "right")
    for each in standings:
        values = [declared[name].format(each.variant.values[name]) for name in names]
        spread = [_range(each.accuracies)] if seeds else []
        figures = [_mean(each.accuracies), *spread, f"{each.seconds:.1f}", _remarks(each, runs)]
        table.add_row(*values, *figures)
    say = console().print
    say(table)
    trained = sum(len(each.runs) for each in standings)
    if trained < runs.count:
        say(f"\nEnded after {trained} of {runs.count} runs.")
    best = standings[0]
    if len(runs.variants) > 1:
        say(f"\nThe best on validation digits: {words_of(best.variant.values)}.")
    if validation and len(best.test_accuracies) > 1:
        tested = best.test_accuracies
        say(f"Its test accuracy over {len(tested)} seeds: {_mean(tested)}, {_range(tested)}.")


def _remarks(standing: Standing, runs: Sweep) -> str:
    """How its runs ended, where that is not as planned, and what a search found."""
    rates = sorted({run.learning_rate for run in standing.runs})
    words = [f"learning rate {' '.join(f'{rate:g}' for rate in rates)}"] if runs.finds_rates else []
    reasons = [run.finished.reason for run in standing.runs]
    for reason, said in ENDS.items():
        if count := reasons.count(reason):
            words.append(f"{count} {said}" if len(reasons) > 1 else said)
    return " · ".join(words)


def _json_standing(standing: Standing) -> dict[str, Any]:
    accuracies = standing.accuracies
    return {
        "settings": _json(standing.variant.values),
        "seeds": [run.seed for run in standing.runs],
        "accuracy": sum(accuracies) / len(accuracies) if accuracies else None,
        "lowest": min(accuracies, default=None),
        "highest": max(accuracies, default=None),
        "seconds": standing.seconds,
    }


def _json(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in values.items()
    }


def _mean(accuracies: Sequence[float]) -> str:
    return f"{100 * sum(accuracies) / len(accuracies):.2f} %" if accuracies else "–"


def _range(accuracies: Sequence[float]) -> str:
    return f"{100 * min(accuracies):.2f}–{100 * max(accuracies):.2f}" if accuracies else "–"
