"""The command `train`: pulls a training to its end, shows its progress, saves what it learned."""

import argparse
import os
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from .checkpoint import CHECKPOINT
from .errors import RunError, SaveError
from .events import BatchDone, EpochDone, Evaluated, Finished
from .files import display
from .model_file import SUFFIX, Model, save
from .report import console, number, print_error, print_json, print_note
from .run_account import Curves, result
from .run_files import read_record, runs_folder
from .run_record import KeptRun
from .runs import recorded, trained_model
from .stopping import stopping
from .sweep_command import grid_of, sweep
from .threads import use_threads
from .train_start import StartedRun, named_settings, new_run, output_of, resumed_run, specs_of
from .training import Training


def train(options: argparse.Namespace) -> int:
    """Run the command.

    Parameters
    ----------
    options : Namespace
        What `cli` declares for it: a value or None for every setting, all values that were given
        in `grid`, and its other flags.

    Returns
    -------
    int
        0, or 1 where the run diverged or the network could not be saved where it should be.
    """
    if options.resume is None and (grid := grid_of(options)):
        return _train_many(options, grid)
    run = new_run(options) if options.resume is None else resumed_run(options)
    training, record, recording = run.training, run.record, run.recording
    try:
        with stopping(training.stop):
            finished = (_print_events if options.json else _show_progress)(run)
        if finished.message:
            print_error(finished.message)
        saved = _save(trained_model(training, run.name, run.earlier), run.output)
        if recording is not None:
            recording.conclude(_kept(run, finished, saved))
            if recording.complaint:
                print_note(recording.complaint)
    finally:
        if recording is not None:
            recording.close()
    more = {"threads": record.threads, "run": record.id, "name": record.name}
    recipe = options.recipe if options.resume is None else None
    _tell(options, training, finished, saved, {"recipe": recipe, **more})
    return 1 if finished.reason == "diverged" or saved != run.output else 0


def _train_many(options: argparse.Namespace, grid: dict[str, list[Any]]) -> int:
    """A sweep; the network of the best run is kept."""
    network, spec = specs_of(options, grid)
    output = output_of(options)
    named = named_settings(options, grid)
    training, finished, swept = sweep(network, spec, grid, options, named)
    if finished.message:
        print_error(finished.message)
    saved = _save(trained_model(training, "" if options.output else options.recipe), output)
    threads = use_threads(training.spec.threads)
    _tell(
        options,
        training,
        finished,
        saved,
        {"recipe": options.recipe, "threads": threads, **swept},
    )
    return 1 if finished.reason == "diverged" or saved != output else 0


def _tell(
    options: argparse.Namespace,
    training: Training,
    finished: Finished,
    saved: str | Path,
    more: dict[str, Any],
) -> None:
    """What came of it."""
    told = {
        "test_accuracy": finished.test_accuracy,
        "test_loss": number(finished.test_loss),
        "epochs": finished.epochs,
        "seconds": finished.seconds,
        "samples_per_second": finished.samples_per_second,
        "model": display(saved),
        "reason": finished.reason,
        "minibatches": finished.step,
        "kept_minibatch": finished.kept_step,
        "parameters": training.network.spec.parameter_count,
        "data": training.digits.name,
        "seed": training.spec.seed,
        "learning_rate": training.spec.learning_rate,
        **more,
    }
    if options.json:
        print_json(event="finished", **told)
    else:
        _print_result(told, training)


def _kept(run: StartedRun, finished: Finished, saved: str | Path) -> KeptRun:
    training, history = run.training, run.history
    curves = Curves(training, history)
    weights = run.recording.weights if run.recording else ""
    known = run.record
    with suppress(RunError):
        # A window may have renamed it meanwhile.
        now = read_record(runs_folder() / known.id)
        known = replace(known, name=now.name, colour=now.colour, hidden=now.hidden)
    record = replace(
        known,
        learning_rates=tuple(training.changes),
        model=os.path.abspath(saved),
        result=replace(result(training, history, finished), weights=weights),
    )
    return KeptRun(record, curves.validation(), curves.training())


def _save(model: Model, output: str | Path) -> str | Path:
    """Save what may have taken hours to learn, elsewhere if it cannot be where it should."""
    try:
        save(model, output)
    except SaveError as error:
        rescue = Path(tempfile.mkdtemp(prefix="zmlp-")) / f"{model.name or 'network'}{SUFFIX}"
        save(model, rescue)
        print_error(f"{error} The network is in {display(rescue)} instead.")
        return rescue
    return output


def _print_events(run: StartedRun) -> Finished:
    """A JSON object for each evaluation and each epoch."""
    for event in recorded(run.training, run.history, run.recording):
        match event:
            case Finished():
                return event
            case Evaluated(step, loss, accuracy):
                print_json(event="evaluated", minibatch=step, loss=number(loss), accuracy=accuracy)
            case EpochDone():
                print_json(
                    event="epoch",
                    epoch=event.epoch,
                    loss=number(event.loss),
                    accuracy=number(event.accuracy),
                    training_accuracy=event.training_accuracy,
                    seconds=run.training.seconds,
                )
    raise AssertionError("a training ends with Finished")


def _show_progress(run: StartedRun) -> Finished:
    """A progress bar with the latest accuracy."""
    training = run.training
    part = "validation" if training.digits.held_back else "test"
    columns = (
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.description}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console()) as progress:
        task = progress.add_task("learning", total=training.steps, completed=training.step)
        for event in recorded(training, run.history, run.recording):
            match event:
                case Finished():
                    return event
                case BatchDone():
                    progress.update(task, completed=event.step)
                case Evaluated():
                    words = f"{part} accuracy {100 * event.accuracy:.2f} %"
                    progress.update(task, description=words)
    raise AssertionError("a training ends with Finished")


def _print_result(result: dict[str, Any], training: Training) -> None:
    say, digits = console().print, training.digits
    if result["reason"] == "no-progress":
        patience = training.spec.patience
        say(f"Ended early: the patience of {patience} was used up, and the best weights are kept.")
    run = result.get("run", "")  # A sweep has none.
    if result["reason"] == "stopped" and run and (runs_folder() / run / CHECKPOINT).is_file():
        say(f"Stopped: zmlp train --resume {run[:8]} goes on from here.")
    say(
        f"{100 * result['test_accuracy']:.2f} % of {len(digits.test):,} test digits right, "
        f"after {result['epochs']:.4g} epochs in {result['seconds']:.1f} s "
        f"({result['samples_per_second']:,.0f} digits/s)."
    )
    if not digits.held_back:
        say("No validation part: the curve was drawn on the test part, the last weights are kept.")
    say(f"The network is in {escape(result['model'])}", soft_wrap=True)
