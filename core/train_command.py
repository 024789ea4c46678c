"""The command `train`: pulls a training to its end, shows its progress, saves what it learned."""

import argparse
import math
import tempfile
from collections.abc import Collection
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

from . import networks
from .advice import advise
from .digits import Digits
from .errors import SaveError
from .events import BatchDone, EpochDone, Evaluated, Finished
from .files import check_writable, display
from .model_file import SUFFIX, Model, save
from .rate_command import with_found_rate
from .recipes import RECIPES, Recipe
from .report import console, print_error, print_json, print_note
from .runs import prepare, trained_model
from .setting import settings
from .spec import NetworkSpec, TrainingSpec, check_together, with_values
from .stopping import stopping
from .suits import Switch, suit
from .sweep_command import grid_of, sweep
from .threads import use_threads
from .training import Training


def train(options: argparse.Namespace) -> int:
    """Run the command.

    Parameters
    ----------
    options : Namespace
        `recipe`, `data`, `output`, `json`, and a value or None for every declared setting.

    Returns
    -------
    int
        0, or 1 where the run diverged or the network could not be saved where it should be.
    """
    recipe = RECIPES[options.recipe]
    grid = grid_of(options)
    network, spec, switch = chosen_specs(recipe, options, grid)
    output = options.output or networks.new_path(options.recipe)
    check_writable(output)
    if switch is not None:
        _say_what_suits(switch, options.json)
    swept: dict[str, Any] = {}
    if grid:
        training, finished, swept = sweep(
            network, spec, grid, options, named_settings(options, grid)
        )
    else:
        training = _prepare(network, spec, options)
        with stopping(training.stop):
            finished = (_print_events if options.json else _show_progress)(training)
    if finished.message:
        print_error(finished.message)
    # Where a person named the file, the network goes by that name, however it is called later.
    model = trained_model(training, "" if options.output else options.recipe)
    saved = _save(model, output)
    result = {
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
        "recipe": options.recipe,
        "seed": training.spec.seed,
        "learning_rate": training.spec.learning_rate,
        "threads": use_threads(training.spec.threads),
    } | swept
    if options.json:
        print_json(event="finished", **result)
    else:
        _print_result(result, training.digits)
    return 1 if finished.reason == "diverged" or saved != output else 0


def _prepare(network: NetworkSpec, spec: TrainingSpec, options: argparse.Namespace) -> Training:
    """A single training, with the learning rate that a search found where one is asked for."""
    use_threads(spec.threads)
    training = prepare(network, spec, options.data)
    if options.find_learning_rate:
        training = with_found_rate(training, options.json)
    if not options.json:
        for advice in advise(training.network.spec, training.spec, training.digits):
            print_note(advice.text)
    return training


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


def _say_what_suits(switch: Switch, json: bool) -> None:
    if json:
        print_json(event="suited", settings=dict(switch.values), text=switch.sentence())
    else:
        print_note(switch.sentence())


def _print_events(training: Training) -> Finished:
    """A JSON object for each evaluation and each epoch."""
    for event in training:
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
                    seconds=training.seconds,
                )
    raise AssertionError("a training ends with Finished")


def _show_progress(training: Training) -> Finished:
    """A progress bar with the latest accuracy."""
    part = "validation" if training.digits.held_back else "test"
    columns = (
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.description}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console()) as progress:
        task = progress.add_task("learning", total=training.steps)
        for event in training:
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
