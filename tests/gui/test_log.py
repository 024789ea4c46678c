"""An error that nobody caught is written down and told once, and the program goes on."""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PyQt6.QtCore import qInstallMessageHandler, qWarning
from PyQt6.QtWidgets import QMessageBox, QPushButton

from zmlp_gui import log
from zmlp_gui.dialogs import tell_error

CHECKOUT = Path(__file__).parent.parent.parent


@pytest.fixture
def uncaught(qapp, monkeypatch):
    """The hook of the program instead of the tests' own."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    hook = log.Uncaught()
    hook.install()
    return hook


@contextmanager
def started_log() -> Iterator[None]:
    """The program's log in place of the tests' own."""
    root = logging.root
    handlers, level, messages = root.handlers, root.level, qInstallMessageHandler(None)
    root.handlers = []
    try:
        log.start_log()
        yield
    finally:
        for handler in root.handlers:
            handler.close()
        root.handlers = handlers
        root.setLevel(level)
        qInstallMessageHandler(messages)


@pytest.fixture
def clumsy(shown):
    """A button whose slot fails."""
    button = QPushButton("press")

    def fail() -> None:
        raise ZeroDivisionError("a bug in a slot")

    button.clicked.connect(fail)
    return shown(button)


def test_an_error_in_a_slot_is_logged_and_told_once_and_the_program_goes_on(
    uncaught, clumsy, caplog, qtbot
):
    told = []
    uncaught.happened.connect(lambda what: told.append(tell_error(clumsy, what)))
    for _ in range(3):
        clumsy.click()
    assert [box.text() for box in told] == ["ZeroDivisionError: a bug in a slot"]
    assert caplog.text.count("ZeroDivisionError: a bug in a slot") == 3
    assert "test_log.py" in caplog.text
    told[0].accept()
    with qtbot.waitSignal(clumsy.clicked):
        clumsy.click()


def test_another_error_is_told_too(uncaught, qtbot):
    told = []
    uncaught.happened.connect(told.append)
    for what in ("first", "second", "first"):
        sys.excepthook(ValueError, ValueError(what), None)
    assert told == ["ValueError: first", "ValueError: second"]


def test_an_error_in_a_thread_is_told_in_the_thread_of_the_window(uncaught, qtbot):
    """A box that a worker opens ends the program."""
    threads = []
    uncaught.happened.connect(lambda what: threads.append(threading.current_thread()))

    def fail() -> None:
        raise ValueError("in a thread")

    worker = threading.Thread(target=fail)
    worker.start()
    worker.join()
    qtbot.waitUntil(lambda: bool(threads))
    assert threads == [threading.main_thread()]


def test_ctrl_c_is_no_error_of_the_program(uncaught):
    told = []
    uncaught.happened.connect(told.append)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert told == []


def test_a_sentence_in_a_box_is_shown_as_it_stands(shown, qtbot):
    """A file may be named like a tag."""
    parent = shown(QPushButton())
    box = tell_error(parent, "<b>bold.png is no picture.")
    assert parent.findChild(QMessageBox).text() == "<b>bold.png is no picture."
    assert "<b>" in box.text()
    box.accept()


def test_warnings_of_qt_and_errors_of_ours_are_in_the_log_file(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with started_log():
        qWarning("Qt is not pleased")
        logging.getLogger("zmlp").error("nor are we")
    written = log.log_path().read_text("utf-8")
    assert "WARNING qt: Qt is not pleased" in written
    assert "ERROR zmlp: nor are we" in written


def test_a_log_file_that_cannot_be_written_stops_nothing(tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (tmp_path / "zmlp").write_text("a file where the folder should be")
    with started_log():
        logging.getLogger("zmlp").error("still said")
    said = capfd.readouterr().err
    assert "no log file" in said
    assert "still said" in said


PROGRAM = """
import sys
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication, QMessageBox
from zmlp_gui import application

def fail():
    raise ZeroDivisionError("a bug in a timer")

def watch():
    boxes = [each for each in app.topLevelWidgets() if isinstance(each, QMessageBox)]
    print("boxes", len(boxes), [box.text() for box in boxes], flush=True)
    for box in boxes:
        box.accept()
    app.closeAllWindows()

app = application.make_application("light")
failing, watching = QTimer(), QTimer()
failing.timeout.connect(fail)
watching.timeout.connect(watch)
failing.start(10)
watching.setSingleShot(True)
watching.start(1000)
sys.exit(application.run(None))
"""


def test_the_whole_program_survives_an_error_that_comes_again_and_again(tmp_path):
    folders = {f"XDG_{kind}_HOME": str(tmp_path) for kind in ("DATA", "CONFIG", "STATE")}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=CHECKOUT,
        env=os.environ | folders | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("boxes 1 [")
    assert "a bug in a timer" in done.stdout
    (written,) = tmp_path.rglob("zmlp.log")
    assert "ZeroDivisionError: a bug in a timer" in written.read_text("utf-8")
