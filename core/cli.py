"""The commands that need no window: what they are called, their flags, and what does the work."""

import argparse
from collections.abc import Callable
from typing import Any, TypeAlias

from .errors import SpecError
from .recipes import DEFAULT_RECIPE, RECIPES
from .setting import Setting, grouped
from .spec import NetworkSpec, TrainingSpec

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Handler: TypeAlias = Callable[[argparse.Namespace], int]

DATA_HELP = (
    "mnist-5k, mnist, fashion-mnist; a folder of IDX files, CSV files or pictures by class; or a "
    "file: .npz, .csv, .jsonl, .ndjson; or several of one kind, as in mnist+mine.jsonl"
)
RUN_HELP = "a run's id or its beginning, its name or folder, or last"
MOST_SEEDS = 1000
MODEL_HELP = "a model file, or the name of a bundled network or committee"
EXPORT_HELP = "its suffix says the format: .onnx, .safetensors (PyTorch) or .npz (NumPy)"


def add_commands(commands: Commands) -> None:
    """Add the core's commands to the program's parser; each sets `run` to its handler."""
    _add_train(commands)

    evaluate = add_command(commands, "evaluate", _evaluate, "test a network on a data set")
    evaluate.add_argument("model", nargs="?", metavar="MODEL", help=MODEL_HELP)
    _add_data(evaluate)

    predict = add_command(commands, "predict", _predict, "read pictures of digits and numbers")
    predict.add_argument("files", nargs="+", metavar="FILE", help="PNG, JPEG and other pictures")
    predict.add_argument("--model", metavar="M", help=MODEL_HELP)

    words = "teach a network a person's own digits in a second, without forgetting others"
    teach = add_command(commands, "teach", _teach, words)
    teach.add_argument("ink", metavar="INK", help="an ink file, a labelled drawing a line")
    teach.add_argument("--model", metavar="M", help=MODEL_HELP)
    teach.add_argument("--output", metavar="FILE", help="where the network goes (.safetensors)")

    show = add_command(commands, "show", _show, "show digits of a data set in the terminal")
    _add_data(show)
    show.add_argument("--part", default="training", choices=("training", "validation", "test"))
    show.add_argument("--index", type=_count, default=0, metavar="I", help="first digit, from 0")
    show.add_argument("--count", type=_count, default=1, metavar="N", help="number of digits")

    export = add_command(commands, "export", _export, "write a network for other programs")
    export.add_argument("model", nargs="?", metavar="MODEL", help=MODEL_HELP)
    export.add_argument("file", metavar="FILE", help=EXPORT_HELP)
    packing = export.add_mutually_exclusive_group()
    for name, words in (
        ("half", "two bytes a weight instead of four (.safetensors)"),
        ("int8", "one byte a weight, and a scale for each neuron (.safetensors)"),
    ):
        packing.add_argument(
            f"--{name}", dest="packing", action="store_const", const=name, help=words
        )
    words = "make batch normalisation part of the weights: the same answers, but learn on without"
    export.add_argument("--fold", action="store_true", help=words)

    words = "choose the views of a vote, on validation digits, and write the committee"
    committee = add_command(commands, "committee", _committee, words)
    committee.add_argument("members", nargs="+", metavar="MODEL", help=MODEL_HELP)
    committee.add_argument("--output", required=True, metavar="FILE", help="a file in .json")
    _add_data(committee, "mnist")
    words = "views at the most (default: 5)"
    committee.add_argument("--views", type=_count, default=5, metavar="N", help=words)

    _add_calibrate(commands)

    data = commands.add_parser("data", help="data sets: what there is, and whether it is sound")
    actions = data.add_subparsers(required=True, metavar="list | download | check | vary")
    add_command(actions, "list", _data_list, "list the data sets and where they are")
    words = "load a data set from the web, or go on where that broke off"
    download = add_command(actions, "download", _data_download, words)
    download.add_argument("name", metavar="NAME", help="mnist or fashion-mnist")
    download.add_argument("--from", dest="mirror", metavar="URL", help="a web folder that has it")
    check = add_command(actions, "check", _data_check, "check a data set or a single file")
    check.add_argument("path", metavar="PATH", help="a data set's name, a folder or a file")
    _add_vary(actions)
    _add_runs(commands)


def _add_calibrate(commands: Commands) -> None:
    words = "fit how sure a network is, and what it takes for no digit"
    calibrate = add_command(commands, "calibrate", _calibrate, words)
    calibrate.add_argument("model", metavar="MODEL", help=MODEL_HELP)
    _add_data(calibrate, "mnist")
    words = "where the network goes (default: the file that it came from)"
    calibrate.add_argument("--output", metavar="FILE", help=words)


def _add_vary(actions: Commands) -> None:
    words = "write variants of drawings into an ink file, to learn from beside them"
    vary = add_command(actions, "vary", _data_vary, words)
    vary.add_argument("ink", metavar="INK", help="ink with labels")
    vary.add_argument("--output", required=True, metavar="FILE", help="where the variants go")
    for flag, default, words in (
        ("--copies", 8, "variants of each drawing as strokes"),
        ("--pictures", 8, "variants as pictures, drawn with pens of any width"),
        ("--seed", 0, "the same seed gives the same variants"),
    ):
        words += f" (default: {default})"
        vary.add_argument(flag, type=_count, default=default, metavar="N", help=words)


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
        help="; ".join(f"{name}: {recipe.help}" for name, recipe in RECIPES.items())
        + f" (default: {DEFAULT_RECIPE})",
    )
    _add_data(train)
    train.add_argument("--output", metavar="FILE", help="where the network goes (.safetensors)")
    train.add_argument(
        "--resume",
        metavar="RUN",
        help="go on with a run that was stopped or cut off: its id, name or folder, or last",
    )
    train.add_argument(
        "--start",
        metavar="MODEL",
        help="go on from the weights of a network, a file or a bundled one, with its layers",
    )
    train.add_argument(
        "--find-learning-rate",
        action="store_true",
        help="search for a learning rate first, and train with what is suggested",
    )
    train.add_argument(
        "--seeds",
        type=_seeds,
        default=1,
        metavar="N",
        help="train with N seeds, and tell mean and range",
    )
    train.set_defaults(grid={})
    train.epilog = (
        "What is not named is as the recipe has it; but with another activation, optimizer or loss "
        "go the learning rate, first weights and weight decay that suit it, unless they are named. "
        "Several values of one setting, as in --hidden 64 --hidden 128,64, make a sweep: one run "
        "for each combination."
    )
    for title, members in grouped(NetworkSpec, TrainingSpec).items():
        group = train.add_argument_group(title)
        for each in members:
            _add_setting(group, each)


def _add_setting(group: argparse._ArgumentGroup, each: Setting) -> None:
    """The flag of a declared setting."""
    words = each.help
    if each.several:
        words += "; or one for each layer, as in relu,tanh"
    if each.choices:
        names = [f"{each.format(name)}: {meaning}" for name, meaning in each.choices.items()]
        words = f"{words}. {'; '.join(names)}"
    elif isinstance(each.default, tuple):
        words += f", as in 128,64 ({each.allowed()})"
    elif not isinstance(each.default, bool):
        words += f" ({each.allowed()})"
    words = words.replace("%", "%%")
    if isinstance(each.default, bool):
        group.add_argument(each.flag, action=_RepeatedSwitch, help=words)
        return

    def parse(text: str) -> object:
        try:
            return each.parse(text)
        except SpecError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    metavar = each.name[0].upper()
    group.add_argument(each.flag, action=_Repeated, type=parse, metavar=metavar, help=words)


class _Repeated(argparse.Action):
    """A value of a setting: the last one counts, and `grid` collects all that were given."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        setattr(namespace, self.dest, values)
        _collect(namespace, self.dest)


class _RepeatedSwitch(argparse.BooleanOptionalAction):
    """The same for `--bias` and `--no-bias`."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        super().__call__(parser, namespace, values, option_string)
        _collect(namespace, self.dest)


def _collect(namespace: argparse.Namespace, name: str) -> None:
    """Add a value to the grid; the parser's own one is shared by all that it parses."""
    earlier = namespace.grid.get(name, ())
    namespace.grid = {**namespace.grid, name: (*earlier, getattr(namespace, name))}


def _add_data(parser: argparse.ArgumentParser, default: str = "mnist-5k") -> None:
    words = f"{DATA_HELP} (default: {default})"
    parser.add_argument("--data", default=default, metavar="D", help=words)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"“{text}” is no whole number from 0 on")
    return int(text)


def _seeds(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_SEEDS:
        raise argparse.ArgumentTypeError(f"“{text}” is no whole number from 1 to {MOST_SEEDS}")
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


def _teach(options: argparse.Namespace) -> int:
    from .teach_command import teach

    return teach(options.ink, options.model, options.output, options.json)


def _show(options: argparse.Namespace) -> int:
    from .commands import show

    return show(options.data, options.part, options.index, options.count, options.json)


def _export(options: argparse.Namespace) -> int:
    from .export_command import export

    return export(options.model, options.file, options.json, options.packing, options.fold)


def _committee(options: argparse.Namespace) -> int:
    from .committee_command import committee

    return committee(options.members, options.data, options.views, options.output, options.json)


def _calibrate(options: argparse.Namespace) -> int:
    from .calibrate_command import calibrate

    return calibrate(options.model, options.data, options.output, options.json)


def _data_list(options: argparse.Namespace) -> int:
    from .commands import list_data

    return list_data(options.json)


def _data_download(options: argparse.Namespace) -> int:
    from .download_command import download_data

    return download_data(options.name, options.mirror, options.json)


def _data_check(options: argparse.Namespace) -> int:
    from .commands import check_data

    return check_data(options.path, options.json)


def _data_vary(options: argparse.Namespace) -> int:
    from .vary_command import vary

    return vary(
        options.ink, options.output, options.copies, options.pictures, options.seed, options.json
    )


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
