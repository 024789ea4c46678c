"""The command `zmlp`: puts its own packages first and hands the words after it to one parser."""

import argparse
import io
import os
import sys
from collections.abc import Collection
from pathlib import Path


def main(argv: list[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv : list of str, optional
        The words after `zmlp`; those of this process by default.

    Returns
    -------
    int
        The exit code: 0, 1 for an error in one plain line, 2 for wrong usage, 130 after Ctrl+C.
    """
    _put_own_packages_first()
    try:
        return _dispatch(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        return 130


def _put_own_packages_first() -> None:
    """Make `core`, `assets` and `zmlp_gui` mean ours, whatever else is installed.

    A checkout has the three side by side, an installation has them in the folder `zmlp_app`; the
    installed command imports this file as `zmlp_app.zmlp_gui.__main__`, so that nothing but the
    path tells the rest of the program where its neighbours are.
    """
    house = str(Path(__file__).resolve().parent.parent)
    if sys.path[0] != house:
        sys.path.insert(0, house)


def _dispatch(words: list[str]) -> int:
    # Only now do these names mean our own packages.
    from core.errors import ZmlpError
    from core.report import print_error

    for stream in (sys.stdout, sys.stderr):
        # A terminal that knows no “·” shows an escape instead; that must not end the command.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    parser, commands = _parser()
    # Without a command the window opens, with a file if one is named.
    first = words[0] if words else ""
    if not words or first == "--reset" or not (first in commands or first.startswith("-")):
        words = ["window", *words]
    options = parser.parse_args(words)
    try:
        return int(options.run(options))
    except ZmlpError as error:
        print_error(str(error))
        return 1
    except MemoryError:
        print_error("There is not enough memory: take a smaller network or fewer digits.")
        return 1
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser() -> tuple[argparse.ArgumentParser, Collection[str]]:
    """The one parser, and the names of its commands."""
    from core import cli, cli_trials
    from zmlp_gui import commands
    from zmlp_gui.about import version

    parser = argparse.ArgumentParser(
        prog="zmlp",
        description="Draw a digit, have it read by a small neural network, and watch it learn.",
        epilog="Without a command, or with a file, the window opens: zmlp [FILE]. "
        "zmlp --reset puts the window back to its first start.",
    )
    parser.add_argument("--version", action="version", version=f"zmlp {version()}")
    added = parser.add_subparsers(metavar="COMMAND", required=True)
    cli.add_commands(added)
    cli_trials.add_commands(added)
    commands.add_commands(added)
    return parser, added.choices


if __name__ == "__main__":
    sys.exit(main())
