"""The commands that need no window: train, evaluate, predict, show, data and runs."""

import argparse
from collections.abc import Callable
from typing import TypeAlias

from .errors import SpecError
from .recipes import DEFAULT_RECIPE, RECIPES
from .setting import Setting, settings
from .spec import NetworkSpec, TrainingSpec

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Handler: TypeAlias = Callable[[argparse.Namespace], int]

DATA_HELP = "mnist-5k, mnist, fashion-mnist or a folder of IDX files"
RUN_HELP = "a run's id or its beginning, its name or folder, or last"
MODEL_HELP = "a model file, or the name of a bundled network"


def add_commands(commands: Commands) -> None:
    """Add the core's commands to the program's parser; each sets `run` to its handler."""
    _add_train(commands)

    evaluate = add_command(commands, "evaluate", _evaluate, "test a network on a data set")
    evaluate.add_argument("model", nargs="?", metavar="MODEL", help=MODEL_HELP)
    _add_data(evaluate)

    predict = add_command(commands, "predict", _predict, "read pictures of one digit each")
    predict.add_argument("files", nargs="+", metavar="FILE", help="PNG, JPEG and other pictures")
    predict.add_argument("--model", metavar="M", help=MODEL_HELP)

    show = add_command(commands, "show", _show, "show digits of a data set in the terminal")
    _add_data(show)
    show.add_argument("--part", default="training", choices=("training", "validation", "test"))
    show.add_argument("--index", type=_count, default=0, metavar="I", help="first digit, from 0")
    show.add_argument("--count", type=_count, default=1, metavar="N", help="number of digits")

    data = commands.add_parser("data", help="data sets: what there is, and whether it is sound")
    actions = data.add_subparsers(required=True, metavar="list | check")
    add_command(actions, "list", _data_list, "list the data sets and where they are")
    check = add_command(actions, "check", _data_check, "check a data set or a single IDX file")
    check.add_argument("path", metavar="PATH", help="a data set's name, a folder or an IDX file")
    _add_runs(commands)


def _add_runs(commands: Commands) -> None:
    """The commands below `runs`."""
    runs = commands.add_parser("runs", help="runs: what there are, and what each was")
    actions = runs.add_subparsers(required=True, metavar="list | show | compare | export | replay")
    add_command(actions, "list", _runs_list, "list all runs")
    for name, handler, words in (
        ("show", _runs_show, "show all that is known of a run"),
        ("compare", _runs_compare, "put runs side by side"),
        ("export", _runs_export, "write the curves of a run to a file"),
        ("replay", _runs_replay, "train a run again, and tell whether the same came out"),
    ):
        action = add_command(actions, name, handler, words)
        more = {"nargs": "+"} if name == "compare" else {}
        action.add_argument("which", metavar="RUN", help=RUN_HELP, **more)  # type: ignore[arg-type]
        if name == "export":
            action.add_argument("file", metavar="FILE", help="a file that ends in .csv or .json")


def add_command(commands: Commands, name: str, run: Handler, words: str) -> argparse.ArgumentParser:
    """Add one command that reports, with `--json`, and `run` as what it does."""
    parser = commands.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
    parser.add_argument(
        "--json", action="store_true", help="print JSON objects, one a line, the result last"
    )
    parser.set_defaults(run=run)
    return parser


def _add_train(commands: Commands) -> None:
    train = add_command(commands, "train", _train, "train a network on digits")
    train.add_argument(
        "--recipe",
        default=DEFAULT_RECIPE,
        choices=RECIPES,
        metavar="R",
        help="; ".join(f"{name}: {recipe.help}" for name, recipe in RECIPES.items()),
    )
    _add_data(train)
    train.add_argument("--output", metavar="FILE", help="where the network goes (.safetensors)")
    train.add_argument(
        "--resume",
        metavar="RUN",
        help="go on with a run that was stopped or cut off: its id, name or folder, or last",
    )
    group = train.add_argument_group("settings", "What is not named is as the recipe has it.")
    for each in (*settings(NetworkSpec), *settings(TrainingSpec)):
        if not each.from_data:
            _add_setting(group, each)


def _add_setting(group: argparse._ArgumentGroup, each: Setting) -> None:
    """The flag of a declared setting."""
    words = each.help
    if each.choices:
        names = [f"{each.format(name)}: {meaning}" for name, meaning in each.choices.items()]
        words = f"{words}. {'; '.join(names)}"
    elif not isinstance(each.default, bool):
        words = f"{words} ({each.allowed()})"
    words = words.replace("%", "%%")
    if isinstance(each.default, bool):
        group.add_argument(each.flag, action=argparse.BooleanOptionalAction, help=words)
        return

    def parse(text: str) -> object:
        try:
            return each.parse(text)
        except SpecError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    group.add_argument(each.flag, type=parse, metavar=each.name[0].upper(), help=words)


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", default="mnist-5k", metavar="D", help=f"{DATA_HELP} (default: mnist-5k)"
    )


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"“{text}” is no whole number from 0 on")
    return int(text)


# What does the work is imported when it is asked for: `--help` and a wrong flag answer at once, and
# the window starts without the command line's libraries.


def _train(options: argparse.Namespace) -> int:
    from .train_command import train

    return train(options)


def _evaluate(options: argparse.Namespace) -> int:
    from .commands import evaluate

    return evaluate(options.model, options.data, options.json)


def _predict(options: argparse.Namespace) -> int:
    from .commands import predict

    return predict(options.files, options.model, options.json)


def _show(options: argparse.Namespace) -> int:
    from .commands import show

    return show(options.data, options.part, options.index, options.count, options.json)


def _data_list(options: argparse.Namespace) -> int:
    from .commands import list_data

    return list_data(options.json)


def _data_check(options: argparse.Namespace) -> int:
    from .commands import check_data

    return check_data(options.path, options.json)


def _runs_list(options: argparse.Namespace) -> int:
    from .runs_command import list_runs

    return list_runs(options.json)


def _runs_show(options: argparse.Namespace) -> int:
    from .runs_command import show_run

    return show_run(options.which, options.json)


def _runs_compare(options: argparse.Namespace) -> int:
    from .runs_command import compare_runs

    return compare_runs(options.which, options.json)


def _runs_export(options: argparse.Namespace) -> int:
    from .runs_command import export_run

    return export_run(options.which, options.file, options.json)


def _runs_replay(options: argparse.Namespace) -> int:
    from .runs_command import replay_run

    return replay_run(options.which, options.json)
