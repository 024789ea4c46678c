"""How `train` comes to a run: from a recipe and flags, or from a run that was cut off."""

import argparse
import os
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from . import networks
from .advice import advise
from .datasets import DEFAULT_DATA
from .errors import SaveError, SpecError
from .export import check_output
from .fit import check_together
from .history import History
from .model_file import Model, TrainedOn
from .rate_command import with_found_rate
from .recipes import DEFAULT_RECIPE, RECIPES, Recipe
from .recording import Recording, begin
from .report import console, print_json, print_note
from .resume import find_run, resume
from .run_files import read_record
from .run_record import RunRecord
from .runs import new_record, prepare
from .setting import settings
from .spec import NetworkSpec, TrainingSpec, with_values
from .suits import Switch, suit
from .threads import use_threads
from .training import Training


@dataclass
class StartedRun:
    """What is trained, and what becomes of it.

    Attributes
    ----------
    training, history : Training, History
        Not pulled yet.
    record : RunRecord
        What is known of the run.
    recording : Recording or None
        Keeps it on disk; None where that cannot be.
    output : str or path
        The file that its network goes into.
    name : str
        The network's; empty where the file's name is to be its name.
    earlier : TrainedOn or None
        What the network had seen before.
    """

    training: Training
    history: History
    record: RunRecord
    recording: Recording | None
    output: str | Path
    name: str
    earlier: TrainedOn | None = None


def new_run(options: argparse.Namespace) -> StartedRun:
    """A new run as the command line says."""
    network, spec = specs_of(options)
    start = _start_of(options)
    output = output_of(options)
    threads = use_threads(spec.threads)
    training = prepare(network, spec, options.data, start.network if start else None)
    if options.find_learning_rate:
        training = with_found_rate(training, options.json)
    if not options.json:
        for advice in advise(training.network.spec, training.spec, training.digits):
            print_note(advice.text)
    history, recording = History(), None
    record = new_record(training, options.data, threads, options.output or "")
    if start is not None:
        file = os.path.abspath(options.start) if os.path.isfile(options.start) else options.start
        record = replace(record, started_from=start.name, start_file=file)
    earlier = start.trained_on if start else None
    try:
        recording = begin(training, record, history, earlier)
    except SaveError as error:
        print_note(str(error))
    # Where a person named the file, the network goes by that name, however it is called later.
    name = "" if options.output else options.recipe
    return StartedRun(training, history, record, recording, output, name, earlier)


def _start_of(options: argparse.Namespace) -> Model | None:
    """The network whose weights a run goes on from.

    Raises
    ------
    SpecError
        Something is asked for that is settled by it.
    ModelError
        There is no such network.
    """
    if options.start is None:
        return None
    declared = {each.name: each.flag for each in settings(NetworkSpec)}
    named = [declared[name] for name in named_settings(options) if name in declared]
    if named:
        raise SpecError(
            f"A network to start from has its own layers: leave out {' and '.join(named)}."
        )
    return networks.find(options.start)


def resumed_run(options: argparse.Namespace) -> StartedRun:
    """A run that was stopped or cut off, where its last checkpoint was taken."""
    folder = find_run(options.resume)
    record = read_record(folder)
    _refuse_other_settings(options, record)
    output = options.output or record.output or networks.new_path(record.name)
    check_output(output)
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
        words = f"goes on after {epochs:.4g} of {training.spec.epochs} epochs."
        if not training.step:
            words = "begins again: it was cut off before anything that it learned was kept."
        console().print(f"{record.name} {words}", markup=False)
    if resumed.threads != record.threads:
        print_note(
            f"{resumed.threads} cores compute instead of {record.threads}: "
            "the last digits of the weights may differ."
        )
    name = "" if options.output or record.output else record.name
    recording = resumed.recording
    return StartedRun(training, resumed.history, record, recording, output, name, resumed.earlier)


def _refuse_other_settings(options: argparse.Namespace, record: RunRecord) -> None:
    flags = {each.name: each.flag for each in (*settings(NetworkSpec), *settings(TrainingSpec))}
    named = [flags[name] for name in named_settings(options, {"threads"})]
    if options.threads not in (None, 0, record.threads, record.training.threads):
        named.append("--threads")
    named += [] if options.recipe == DEFAULT_RECIPE else ["--recipe"]
    named += [] if options.data in (DEFAULT_DATA, record.data) else ["--data"]
    named += ["--find-learning-rate"] if options.find_learning_rate else []
    named += ["--start"] if options.start is not None else []
    named += ["--seeds"] if options.seeds > 1 else []
    if named:
        raise SpecError(f"A run goes on with its own settings: leave out {' and '.join(named)}.")


def output_of(options: argparse.Namespace) -> str | Path:
    """Where the network of a new run goes.

    Raises
    ------
    SaveError
        Nothing can be written there.
    """
    output: str | Path = options.output or networks.new_path(options.recipe)
    check_output(output)
    return output


def specs_of(
    options: argparse.Namespace, varied: Collection[str] = ()
) -> tuple[NetworkSpec, TrainingSpec]:
    """The specs that the command line asks for; what goes along with a switch is said."""
    network, training, switch = chosen_specs(RECIPES[options.recipe], options, varied)
    if switch is not None:
        if options.json:
            print_json(event="suited", settings=dict(switch.values), text=switch.sentence())
        else:
            print_note(switch.sentence())
    return network, training


def chosen_specs(
    recipe: Recipe, options: argparse.Namespace, varied: Collection[str] = ()
) -> tuple[NetworkSpec, TrainingSpec, Switch | None]:
    """The recipe's specs with the settings that the command line names, and what suits those.

    Those that are `varied` stay as the recipe has them.

    Raises
    ------
    SpecError
        Settings that are allowed each by itself do not go together.
    """
    named = named_settings(options, varied)
    base = recipe.network, recipe.training
    wanted = with_values(named, *base)
    switch = suit(base, wanted, base, fixed=named)
    network, training = switch.applied(*wanted) if switch else wanted
    check_together(network, training)
    return network, training, switch


def named_settings(options: argparse.Namespace, varied: Collection[str] = ()) -> dict[str, Any]:
    """The settings that the command line gives a value, but for those that are `varied`."""
    declared = (*settings(NetworkSpec), *settings(TrainingSpec))
    given = {each.name: getattr(options, each.name) for each in declared if not each.from_data}
    return {
        name: value for name, value in given.items() if value is not None and name not in varied
    }
