"""The commands that put networks to the test on what they find hard: stress and report."""

import argparse

from .cli import DATA_HELP, MODEL_HELP, Commands, add_command


def add_commands(commands: Commands) -> None:
    """Add them to the program's parser; each sets `run` to its handler."""
    _add_stress(commands)
    _add_report(commands)


def _add_stress(commands: Commands) -> None:
    stress = add_command(
        commands, "stress", _stress, "shift, shrink, turn, thicken and thin drawings, and read them"
    )
    stress.add_argument(
        "files", nargs="+", metavar="INK", help="ink, a drawing a line; or pictures"
    )
    stress.add_argument("--model", metavar="M", help=MODEL_HELP)
    stress.add_argument(
        "--limit",
        type=_count_from_1,
        default=100,
        metavar="N",
        help="take at most so many drawings, evenly (default: 100)",
    )
    stress.add_argument(
        "--without",
        action="append",
        default=[],
        choices=("scale", "centre", "pen"),
        help="leave out a step of the preparation; may be given several times",
    )
    stress.add_argument(
        "--each-step",
        action="store_true",
        help="the same maps again with each step of the preparation left out, and with all",
    )
    stress.add_argument(
        "--pictured", action="store_true", help="read strokes from pictures of them"
    )


def _add_report(commands: Commands) -> None:
    words = "measure how networks read: digits, drawings, numbers, and where they break"
    report = add_command(commands, "report", _report, words)
    report.add_argument(
        "--models",
        nargs="+",
        metavar="M",
        help=f"{MODEL_HELP} (default: champion, hand and committee)",
    )
    report.add_argument(
        "--data",
        metavar="D",
        help=f"{DATA_HELP} (default: mnist where it is found, and mnist-5k)",
    )
    report.add_argument(
        "--ink",
        metavar="FILE",
        help="ink with labels and writers, of whom the last third is read (default: the first "
        "file in a folder ink where data sets are looked for)",
    )
    words = "some parts alone, by the names that stand in brackets (default: all)"
    report.add_argument("--parts", nargs="+", metavar="P", help=words)
    report.add_argument("--quick", action="store_true", help="fewer drawings and numbers")
    report.add_argument(
        "--readme",
        nargs="?",
        const="README.md",
        metavar="FILE",
        help="put the tables between the marks in that file (without one: README.md), too",
    )


def _count_from_1(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}” is no whole number from 1 on")
    return int(text)


def _stress(options: argparse.Namespace) -> int:
    from .stress_command import stress

    return stress(options)


def _report(options: argparse.Namespace) -> int:
    from .report_command import report

    return report(options)
