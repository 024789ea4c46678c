"""Starts the application: log, hooks, theme, session and window."""

import gc
import signal
import sys
from pathlib import Path

from PyQt6 import sip
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication

from core import networks
from core.model_file import Model
from zmlp_gui import log, theme
from zmlp_gui.dialogs import tell_error
from zmlp_gui.first_start import FirstStart
from zmlp_gui.icons import app_icon
from zmlp_gui.session import Session
from zmlp_gui.settings import Settings
from zmlp_gui.window import Window
from zmlp_gui.words import tr

# Milliseconds after the start by which the window has been painted.
SETTLED = 250


def make_application(choice: theme.Choice) -> QApplication:
    """The one QApplication of the process, in the theme's colours."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("zmlp")
    app.setApplicationDisplayName("zmlp")
    app.setDesktopFileName("zmlp")
    app.setWindowIcon(app_icon())
    theme.apply(app, choice)
    return app


def make_window(settings: Settings, model: Model | None = None) -> Window:
    """A window with a session of its own; the network that is best on drawings reads."""
    return Window(Session(model or networks.find(networks.BEST_ON_DRAWINGS)), settings)


def welcome(window: Window, settings: Settings) -> FirstStart:
    """Show a person who is here for the first time how to begin."""
    first = FirstStart(window.canvas, window.panel.start_button(), seen=settings.has_started)
    window.session.reading_changed.connect(first.answered)
    window.session.run_started.connect(first.trained)
    first.done.connect(lambda: setattr(settings, "has_started", True))
    return first


def run(file: str | None) -> int:
    """Open the window and work until it is closed.

    Parameters
    ----------
    file : str or None
        A network, ink or picture to open.
    """
    log.start_log()
    settings = Settings()
    app = make_application(settings.theme)
    window = make_window(settings)
    uncaught = log.Uncaught(window)
    uncaught.happened.connect(
        lambda what: tell_error(
            window,
            tr("Something went wrong in the program: {what}. Details are in the log.", what=what),
        )
    )
    uncaught.install()
    _leave_on_signals(window)
    window.show()
    window.session.book.keep_on_disk()
    QTimer.singleShot(SETTLED, lambda: _settle(window))
    welcome(window, settings)
    if file is not None:
        window.open_file(Path(file))
    code = app.exec()
    take_down(window)
    return code


def take_down(window: Window) -> None:
    """Close a window and delete it and its session in good order.

    What is left of Qt when Python ends is deleted by PyQt in no order at all. One time in fifty it
    then stumbled over a child that had gone with its parent, and the program crashed.
    """
    window.close()
    # What other threads have still to say is heard before.
    QApplication.processEvents()
    session = window.session
    sip.delete(window)
    sip.delete(session)


def _settle(window: Window) -> None:
    """Do what waits until the window is painted."""
    # To read many runs takes Python's lock again and again.
    window.session.book.open()
    # What lives as long as the program is never searched for garbage: a full collection held the
    # window up for 70 ms. Until now nothing was collected (`commands.py`).
    gc.freeze()
    gc.enable()


def _leave_on_signals(window: Window) -> None:
    """Ctrl+C and SIGTERM close the window as a person would: what was learned is kept."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: window.close())
    # Python looks at signals only when its own code runs.
    awake = QTimer(window)
    awake.timeout.connect(lambda: None)
    awake.start(200)
