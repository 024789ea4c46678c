"""The command `train`: pulls a training to its end, shows its progress, saves what it learned."""

import argparse
import math
import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from . import networks
from .advice import advise
from .datasets import DEFAULT_DATA
from .digits import Digits
from .errors import RunError, SaveError, SpecError
from .events import BatchDone, EpochDone, Evaluated, Finished
from .files import check_writable, display
from .history import History
from .model_file import SUFFIX, Model, TrainedOn, save
from .recipes import DEFAULT_RECIPE, RECIPES
from .recording import Recording, begin
from .report import console, print_error, print_json, print_note
from .resume import find_run, resume
from .run_account import Curves, result
from .run_files import read_record, runs_folder
from .run_record import KeptRun, RunRecord
from .runs import new_record, prepare, recorded, trained_model
from .setting import Setting, Spec, settings
from .spec import NetworkSpec, TrainingSpec
from .threads import use_threads
from .training import Training

SpecType = TypeVar("SpecType", bound=Spec)


@dataclass
class _Run:
    """What is trained, and what becomes of it."""

    training: Training
    history: History
    record: RunRecord
    recording: Recording | None
    output: str | Path
    name: str
    earlier: TrainedOn | None = None


def train(options: argparse.Namespace) -> int:
    """Run the command.

    Parameters
    ----------
    options : Namespace
        `recipe`, `data`, `output`, `resume`, `json`, and a value or None for every declared
        setting.

    Returns
    -------
    int
        0, or 1 where the run diverged or the network could not be saved where it should be.
    """
    run = _begin(options) if options.resume is None else _go_on(options)
    training, record, recording = run.training, run.record, run.recording
    try:
        with _stopping(training):
            finished = (_print_events if options.json else _show_progress)(run)
        if finished.message:
            print_error(finished.message)
        model = trained_model(training, run.name, run.earlier)
        saved = _save(model, run.output)
        if recording is not None:
            recording.conclude(_kept(run, finished, saved))
            if recording.complaint:
                print_note(recording.complaint)
    finally:
        if recording is not None:
            recording.close()
    told = {
        "test_accuracy": finished.test_accuracy,
        "test_loss": _number(finished.test_loss),
        "epochs": finished.epochs,
        "seconds": finished.seconds,
        "samples_per_second": finished.samples_per_second,
        "model": display(saved),
        "reason": finished.reason,
        "minibatches": finished.step,
        "kept_minibatch": finished.kept_step,
        "parameters": training.network.spec.parameter_count,
        "data": training.digits.name,
        "recipe": options.recipe if options.resume is None else None,
        "seed": training.spec.seed,
        "threads": record.threads,
        "run": record.id,
        "name": record.name,
    }
    if options.json:
        print_json(event="finished", **told)
    else:
        _print_result(told, training.digits)
    return 1 if finished.reason == "diverged" or saved != run.output else 0


def _begin(options: argparse.Namespace) -> _Run:
    """A new run as the command line says."""
    recipe = RECIPES[options.recipe]
    spec = _override(recipe.training, options)
    threads = use_threads(spec.threads)
    training = prepare(_override(recipe.network, options), spec, options.data)
    output = options.output or networks.new_path(options.recipe)
    check_writable(output)
    if not options.json:
        for advice in advise(training.network.spec, spec, training.digits):
            print_note(advice.text)
    history, recording = History(), None
    record = new_record(training, options.data, threads, options.output or "")
    try:
        recording = begin(training, record, history)
    except SaveError as error:
        print_note(str(error))
    # Where a person named the file, the network goes by that name, however it is called later.
    name = "" if options.output else options.recipe
    return _Run(training, history, record, recording, output, name)


def _go_on(options: argparse.Namespace) -> _Run:
    """A run that was stopped or cut off, where its last checkpoint was taken."""
    folder = find_run(options.resume)
    record = read_record(folder)
    _refuse_other_settings(options, record)
    output = options.output or record.output or networks.new_path(record.name)
    check_writable(output)
    resumed = resume(folder)
    training = resumed.training
    epochs = training.step / training.minibatches.per_epoch
    if options.json:
        print_json(
            event="resumed",
            run=record.id,
            name=record.name,
            minibatch=training.step,
            epochs=epochs,
        )
    else:
        console().print(
            f"{record.name} goes on after {epochs:.4g} of {training.spec.epochs} epochs.",
            markup=False,
        )
    if resumed.threads != record.threads:
        print_note(
            f"{resumed.threads} cores compute instead of {record.threads}: "
            "the last digits of the weights may differ."
        )
    name = "" if options.output or record.output else record.name
    recording = resumed.recording
    return _Run(training, resumed.history, record, recording, output, name, resumed.earlier)


def _refuse_other_settings(options: argparse.Namespace, record: RunRecord) -> None:
    named = [each.flag for each in _named(options) if each.name != "threads"]
    if options.threads not in (None, 0, record.threads, record.training.threads):
        named.append("--threads")
    named += [] if options.recipe == DEFAULT_RECIPE else ["--recipe"]
    named += [] if options.data in (DEFAULT_DATA, record.data) else ["--data"]
    if named:
        raise SpecError(f"A run goes on with its own settings: leave out {' and '.join(named)}.")


def _named(options: argparse.Namespace) -> list[Setting]:
    """The settings that the command line names."""
    declared = (*settings(NetworkSpec), *settings(TrainingSpec))
    return [each for each in declared if getattr(options, each.name, None) is not None]


def _kept(run: _Run, finished: Finished, saved: str | Path) -> KeptRun:
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


def _override(spec: SpecType, options: argparse.Namespace) -> SpecType:
    """The recipe's spec with the settings that the command line names."""
    names = [each.name for each in settings(type(spec)) if not each.from_data]
    given = {name: getattr(options, name) for name in names}
    return spec.replace(**{name: value for name, value in given.items() if value is not None})


@contextmanager
def _stopping(training: Training) -> Iterator[None]:
    """Ctrl+C and SIGTERM end the run after the minibatch under way; a second Ctrl+C ends all."""

    def stop(number: int, frame: FrameType | None) -> None:
        training.stop()
        signal.signal(number, former[signal.Signals(number)])

    numbers = (signal.SIGINT, signal.SIGTERM)
    former = {number: signal.getsignal(number) for number in numbers}
    for number in numbers:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in numbers:
            signal.signal(number, former[number])


def _print_events(run: _Run) -> Finished:
    """A JSON object for each evaluation and each epoch."""
    for event in recorded(run.training, run.history, run.recording):
        match event:
            case Finished():
                return event
            case Evaluated(step, loss, accuracy):
                print_json(event="evaluated", minibatch=step, loss=_number(loss), accuracy=accuracy)
            case EpochDone():
                print_json(
                    event="epoch",
                    epoch=event.epoch,
                    loss=_number(event.loss),
                    accuracy=_number(event.accuracy),
                    training_accuracy=event.training_accuracy,
                    seconds=run.training.seconds,
                )
    raise AssertionError("a training ends with Finished")


def _show_progress(run: _Run) -> Finished:
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


def _print_result(result: dict[str, Any], digits: Digits) -> None:
    say = console().print
    say(
        f"{100 * result['test_accuracy']:.2f} % of {len(digits.test):,} test digits right, "
        f"after {result['epochs']:.4g} epochs in {result['seconds']:.1f} s "
        f"({result['samples_per_second']:,.0f} digits/s)."
    )
    if not digits.held_back:
        say("No validation part: the curve was drawn on the test part, the last weights are kept.")
    say(f"The network is in {escape(result['model'])}", soft_wrap=True)


def _number(value: float) -> float | None:
    """JSON has no NaN."""
    return value if math.isfinite(value) else None
