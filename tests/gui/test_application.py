"""The whole program in a process of its own: opened with a file, ended by a signal."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core import model_file
from core.drawing import read_bundled_ink, write_ink
from core.network import Network
from core.spec import NetworkSpec
from zmlp_gui.drawings import SAMPLES

CHECKOUT = Path(__file__).parent.parent.parent

# Runs the command and, beside it, a look at its window every tenth of a second.
PROGRAM = """
import sys
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication, QMessageBox
from zmlp_gui import __main__, application

make_window = application.make_window

def watched_window(settings):
    window = make_window(settings)
    timer = QTimer(window)
    # A look may be due while the window closes.
    timer.timeout.connect(lambda: look(window) if window.isVisible() else None)
    timer.start(100)
    return window

def look(window):
    {look}

def say(*words):
    print(*words, flush=True)

application.make_window = watched_window
sys.exit(__main__.main(sys.argv[1:]))
"""
ANSWER = """
    boxes = [each for each in QApplication.topLevelWidgets() if isinstance(each, QMessageBox)]
    if boxes:
        say("box", boxes[0].text())
        boxes[0].accept()
        window.close()
    elif window.session.reading is not None:
        say("read", window.session.reading.name)
        window.close()
"""
NETWORK = """
    name = window.session.shelf.current.model.name
    if name != "first-light":
        say("network", name)
        window.close()
"""
TRAIN = """
    session = window.session
    if session.state == "idle" and not session.runs:
        window.panel.start()
    if session.runs and session.runs[-1].pulled.training.step > 5:
        say("learning")
"""
RUNS = """
    if window.isVisible() and window.session.book.records():
        say(*(record.name for record in window.session.book.records()))
        window.close()
"""
LEAVE_TOO_EARLY = """
    import time
    from zmlp_gui import session, training_worker
    if window.session.state == "idle":
        session.LEAVE = 50
        training_worker.prepare = lambda *_: time.sleep(3.0)
        window.panel.start()
    else:
        say(window.session.state)
        window.close()
"""


@contextmanager
def program(look: str, home: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    folders = {f"XDG_{kind}_HOME": str(home) for kind in ("DATA", "CONFIG", "STATE")}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(look=look.strip()), *words],
        cwd=CHECKOUT,
        # A crash tells its own place.
        env=os.environ | folders | {"QT_QPA_PLATFORM": "offscreen", "PYTHONFAULTHANDLER": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def outcome(look: str, home: Path, *words: str) -> str:
    with program(look, home, *words) as process:
        said, complained = process.communicate(timeout=60)
    assert process.returncode == 0, complained
    assert "Traceback" not in complained
    return said.strip()


def test_a_picture_named_on_the_command_line_is_read(tmp_path):
    grey = np.full((100, 100), 255, np.uint8)
    grey[15:85, 45:55] = 0
    path = tmp_path / "one.png"
    Image.fromarray(grey).save(path)
    assert outcome(ANSWER, tmp_path, str(path)) == "read 1"
    # In another home, for this one remembers the picture.
    assert outcome(ANSWER, tmp_path / "second", "window", str(path)) == "read 1"


def test_ink_named_on_the_command_line_is_read(tmp_path):
    path = tmp_path / "three.jsonl"
    write_ink(path, [each for each in read_bundled_ink(SAMPLES) if each.label == 3][:1])
    assert outcome(ANSWER, tmp_path, str(path)) == "read 3"


def test_a_network_named_on_the_command_line_reads(tmp_path):
    path = tmp_path / "mine.safetensors"
    model_file.save(model_file.Model(Network(NetworkSpec()), "mine"), path)
    assert outcome(NETWORK, tmp_path, str(path)) == "network mine"


def test_a_file_that_is_not_there_is_told_in_a_box(tmp_path):
    said = outcome(ANSWER, tmp_path, str(tmp_path / "gone.png"))
    assert said.startswith("box ")
    assert "gone.png" in said


@pytest.mark.skipif(os.name != "posix", reason="signals are another thing elsewhere")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_program_and_what_it_learned_is_kept(tmp_path, number):
    with program(TRAIN, tmp_path) as process:
        assert process.stdout.readline() == "learning\n"
        process.send_signal(number)
        _, complained = process.communicate(timeout=60)
    assert process.returncode == 0, complained
    assert "Traceback" not in complained
    (path,) = tmp_path.glob("zmlp/networks/*.safetensors")
    assert model_file.load(path).trained_on.data == "mnist-5k"
    assert outcome(RUNS, tmp_path) == "ReLU 256"


def test_a_training_that_does_not_end_in_time_does_not_abort_the_program(tmp_path):
    """One minibatch of a monstrous network may take longer than anybody waits."""
    assert outcome(LEAVE_TOO_EARLY, tmp_path) == "starting"
    (written,) = tmp_path.rglob("zmlp.log")
    assert "did not end in time" in written.read_text("utf-8")
