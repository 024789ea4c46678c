"""The real window on a stage of its own: what the person keeps is neither read nor written."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from PyQt6.QtCore import QEventLoop, QTimer

from core.datasets import available, search_folders
from core.drawing import Drawing, iter_ink, read_bundled_ink
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui import log
from zmlp_gui.application import make_application, make_window
from zmlp_gui.drawings import SAMPLES
from zmlp_gui.gate import FULL
from zmlp_gui.session import IDLE, RUNNING
from zmlp_gui.settings import FleetingSettings
from zmlp_gui.window import SIZE, Window

# Seconds after which nothing more is waited for.
PATIENCE = 120.0
# Seconds that a window or a run gets to come to rest or into its stride.
SETTLING = 0.3
# Drawings of an ink file that are drawn in turn.
DRAWINGS = 60


@contextmanager
def own_home() -> Iterator[None]:
    """Lend this process a home that is removed at the end, and a screen, unseen if need be."""
    os.environ["ZMLP_DATA"] = os.pathsep.join(map(str, search_folders()))
    if sys.platform == "linux" and not {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with folder() as home:
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
            os.environ[name] = str(home)
        yield


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="zmlp-bench-", ignore_cleanup_errors=True) as made:
        yield Path(made)


@contextmanager
def open_window() -> Iterator[Window]:
    """Show the program's window with a drawing, as the command does, and close it at the end."""
    # Kept by name: an application that nothing holds is collected.
    log.start_log()
    app = make_application("light")
    window = make_window(FleetingSettings())
    window.resize(SIZE)
    window.show()
    window.activateWindow()
    window.canvas.set_drawing(drawings()[0])
    rest(SETTLING)
    try:
        yield window
    finally:
        window.close()
        rest(SETTLING)
        del app


def drawings() -> list[Drawing]:
    """Real ink: of a folder that ZMLP_DATA names, else what comes with the program."""
    for folder in search_folders():
        for path in sorted((folder / "ink").glob("*.jsonl*")):
            return list(islice(iter_ink(path), DRAWINGS))
    return read_bundled_ink(SAMPLES)


def data_sets() -> list[str]:
    """The digits to train on: the embedded ones, and all of MNIST where it is found."""
    return [each.name for each in available() if each.found and each.name.startswith("mnist")]


def train(window: Window, network: NetworkSpec, training: TrainingSpec, data: str) -> None:
    """Fill the panel, press Train, and wait until the network learns at full speed."""
    window.panel.set_specs(network, training, data)
    window.session.set_pace(FULL)
    window.panel.start()
    wait(lambda: window.session.state == RUNNING)
    rest(SETTLING)


def stop(window: Window) -> None:
    """End the run and wait until all is quiet."""
    window.session.stop()
    wait(lambda: window.session.state == IDLE)
    rest(SETTLING)


def rest(seconds: float) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def wait(done: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Let the window live until something is so.

    Raises
    ------
    TimeoutError
        It did not come about.
    """
    loop, timer = QEventLoop(), QTimer()
    timer.timeout.connect(lambda: loop.quit() if done() else None)
    timer.start(10)
    QTimer.singleShot(round(1000 * patience), loop.quit)
    loop.exec()
    if not done():
        raise TimeoutError("the window did not get that far")
