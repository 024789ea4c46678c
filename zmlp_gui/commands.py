"""The commands that need the window's code: the window itself, replay and demo.

Qt is imported inside the handlers, so that the core's commands run where PyQt6 cannot be imported.
"""

import argparse
import gc
import os
import sys

from core.cli import MODEL_HELP, Commands, add_command
from core.errors import ZmlpError


def add_commands(commands: Commands) -> None:
    """Add the window's commands to the program's parser; each sets `run` to its handler."""
    window = commands.add_parser("window", help="open the window (the same as no command)")
    choice = window.add_mutually_exclusive_group()
    choice.add_argument("file", nargs="?", metavar="FILE", help="a network, ink or a picture")
    choice.add_argument(
        "--reset",
        action="store_true",
        help="forget settings and drawing (a copy is kept) and leave; networks and runs stay",
    )
    window.set_defaults(run=_window)

    replay = add_command(
        commands, "replay", _replay, "draw every drawing of an ink file on the canvas and read it"
    )
    replay.add_argument("ink", metavar="INK", help="ink, a drawing a line (.jsonl, .ndjson, .gz)")
    replay.add_argument("--model", metavar="M", help=MODEL_HELP)

    demo = add_command(commands, "demo", _demo, "let the window draw, train and explain by itself")
    demo.add_argument(
        "--offscreen", metavar="FOLDER", help="without a screen: save pictures in that folder"
    )


def _window(options: argparse.Namespace) -> int:
    if options.reset:
        return _reset()
    _check_qt()
    from zmlp_gui.display import check_display

    check_display()
    # While it starts, all that is made is there to stay; `application` switches it on again.
    gc.disable()
    from zmlp_gui.application import run

    return run(options.file)


def _reset() -> int:
    from core.files import display
    from zmlp_gui.reset import reset

    aside = reset()
    if aside is None:
        print("Nothing was remembered: the window opens as at its first start.")
    else:
        print(
            "The window opens as at its first start; what it remembered is kept in "
            f"{display(aside)}."
        )
    return 0


def _replay(options: argparse.Namespace) -> int:
    _check_qt()
    _work_offscreen()
    from zmlp_gui.replay import replay

    return replay(options.ink, options.model, options.json)


def _demo(options: argparse.Namespace) -> int:
    _check_qt()
    if options.offscreen is None:
        from zmlp_gui.display import check_display

        check_display()
    else:
        _work_offscreen()
    from zmlp_gui.demo import demo

    return demo(options.offscreen, options.json)


def _check_qt() -> None:
    try:
        import PyQt6.QtWidgets  # noqa: F401
    except ImportError as error:
        raise ZmlpError(
            f"This command needs PyQt6, which does not load here ({error}): install zmlp again, "
            "or use train, evaluate and predict, which do without."
        ) from None


def _work_offscreen() -> None:
    """Let Qt paint without a screen, also where there is one."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if sys.platform == "linux":
        # Nothing of a desktop's theme, fonts' service or input methods is needed.
        os.environ.pop("QT_QPA_PLATFORMTHEME", None)
