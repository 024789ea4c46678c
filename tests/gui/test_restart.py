"""Windows in processes of their own: killed, started twice at once, and put back to the start."""

import json
import os
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

from core.drawing import read_ink

CHECKOUT = Path(__file__).parent.parent.parent
PATIENCE = 60.0

# Runs the program; a thread takes lines of Python, and the window's thread answers them.
PROGRAM = """
import sys, threading
from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QApplication, QMessageBox
from core.drawing import read_bundled_ink
from zmlp_gui import __main__, application
from zmlp_gui.drawings import SAMPLES

class Lines(QObject):
    came = pyqtSignal(str)

    def listen(self):
        for line in sys.stdin:
            self.came.emit(line)

make_window = application.make_window

def asked_window(settings):
    window = make_window(settings)
    sample = read_bundled_ink(SAMPLES)
    boxes = lambda: [
        each.text() for each in QApplication.topLevelWidgets() if isinstance(each, QMessageBox)
    ]
    names = {"window": window, "sample": sample, "boxes": boxes}
    window.lines = Lines(window)
    window.lines.came.connect(lambda line: print(repr(eval(line, names)), flush=True))
    threading.Thread(target=window.lines.listen, daemon=True).start()
    return window

application.make_window = asked_window
sys.exit(__main__.main(sys.argv[1:]))
"""


class Program:
    """A window in a process of its own that answers questions."""

    def __init__(self, home: Path, *words: str | bytes, folder: Path = CHECKOUT) -> None:
        folders = {f"XDG_{kind}_HOME": str(home / kind) for kind in ("DATA", "CONFIG", "STATE")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *words],
            cwd=folder,
            env=os.environ
            | folders
            | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(CHECKOUT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ask(self, expression: str) -> object:
        self.process.stdin.write(expression + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, self.process.communicate()[1]
        return eval(answer)

    def wait(self, expression: str) -> None:
        end = monotonic() + PATIENCE
        while not self.ask(expression):
            assert monotonic() < end, expression
            sleep(0.05)

    def close(self) -> None:
        self.ask("window.close()")
        _, complained = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0, complained
        assert "Traceback" not in complained

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=PATIENCE)


@pytest.fixture
def start(tmp_path):
    programs = []

    def start_program(*words: str | bytes, **more: Path) -> Program:
        programs.append(Program(tmp_path, *words, **more))
        return programs[-1]

    yield start_program
    for program in programs:
        program.kill()


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "CONFIG" / "zmlp"


def label(program: Program) -> object:
    return program.ask("window.canvas.drawing().label")


def kept(folder: Path, name: str) -> object:
    """A value in the file, which may be written at this moment: it is whole all the same."""
    path = folder / "settings.json"
    return json.loads(path.read_text("utf-8")).get(name) if path.exists() else None


def until(claim) -> None:
    end = monotonic() + PATIENCE
    while not claim():
        assert monotonic() < end
        sleep(0.05)


def test_a_window_that_is_killed_loses_a_second_at_most(start, folder):
    first = start()
    first.ask("window.canvas.set_drawing(sample[3])")
    first.ask("window.tools.set_brush(100)")
    began = monotonic()
    until(lambda: kept(folder, "brush") == 100 and (folder / "drawing.jsonl").exists())
    # A second, and what a busy machine adds to it.
    assert monotonic() - began < 5
    first.kill()
    second = start()
    second.wait("window.canvas.drawing().label == 3")
    assert second.ask("window.tools.brush()") == 100
    second.close()


def test_a_window_that_is_killed_while_it_writes_leaves_a_file_that_is_whole(start, folder):
    for round_ in range(3):
        program = start()
        program.ask("window.tools.set_brush(20 + 1)")
        # Writes as fast as it can, with no more than its own timer.
        program.ask("window._memory._timer.setInterval(1)")
        for width in range(30, 60 + 5 * round_):
            program.ask(f"window.tools.set_brush({width})")
        program.kill()
        if (folder / "settings.json").exists():
            assert json.loads((folder / "settings.json").read_text("utf-8"))["version"] == 1
    again = start()
    assert again.ask("window.statusBar().currentMessage()") == ""
    again.close()


def test_a_second_start_works_beside_the_first_without_harming_it(start, folder, tmp_path):
    files = [tmp_path / f"{number}.jsonl" for number in (1, 2)]
    for file, number in zip(files, (1, 2), strict=True):
        file.write_text(f'{{"label": {number}, "strokes": [[[1, 1], [9, 9]]]}}\n')
    first, second = start(str(files[0])), start(str(files[1]))
    first.wait("window.canvas.drawing().label == 1")
    second.wait("window.canvas.drawing().label == 2")
    first.ask("window.tools.set_brush(100)")
    second.ask("window.actions_['eraser'].trigger()")
    until(lambda: (kept(folder, "brush"), kept(folder, "tool")) == (100, "eraser"))
    until(lambda: sorted(map(os.path.basename, kept(folder, "recent"))) == ["1.jsonl", "2.jsonl"])
    # The second goes first: what the first has drawn and chosen stays.
    second.close()
    assert label(first) == 1
    first.kill()
    drawn = {read_ink(path)[0].label for path in folder.glob("drawing*.jsonl")}
    assert drawn == {1, 2}
    again = start()
    again.wait("window.canvas.drawing().label in (1, 2)")
    assert again.ask("window.tools.brush()") == 100
    assert again.ask("window.canvas.tool()") == "eraser"
    again.close()


# What is named on the command line


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text are a Unix matter")
def test_a_file_is_found_by_any_name_from_any_folder(start, tmp_path, folder):
    place = tmp_path / "a place"
    place.mkdir()
    for number, name in enumerate((b"seven & eight.jsonl", b"\xff\xfe.jsonl", b"-x.jsonl"), 1):
        path = os.fsdecode(os.path.join(os.fsencode(place), name))
        Path(path).write_text(f'{{"label": {number}, "strokes": [[[1, 1], [9, 9]]]}}\n')
        words = [b"window", b"--", name] if name.startswith(b"-") else [name]
        program = start(*words, folder=place)
        program.wait(f"window.canvas.drawing().label == {number}")
        program.close()
        assert kept(folder, "recent")[0] == path


@pytest.mark.parametrize("name", ["gone.png", "gone.safetensors", "gone.jsonl", ".", "", "a\nb"])
def test_what_cannot_be_opened_is_one_sentence_and_the_window_works(start, tmp_path, name):
    program = start("window", name, folder=tmp_path)
    program.wait("len(boxes()) == 1")
    (sentence,) = program.ask("boxes()")
    assert sentence.count("\n") == 0
    assert program.ask("window.isVisible()")
    program.ask("window.canvas.set_drawing(sample[3])")
    program.wait("window.session.reading is not None and window.session.reading.name == '3'")
    program.close()


# Back to the start


def reset(home: Path, *words: str) -> str:
    folders = {f"XDG_{kind}_HOME": str(home / kind) for kind in ("DATA", "CONFIG", "STATE")}
    surroundings = {key: value for key, value in os.environ.items() if key != "DISPLAY"}
    done = subprocess.run(
        [sys.executable, "-m", "zmlp_gui", *words, "--reset"],
        cwd=CHECKOUT,
        env=surroundings | folders,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    (line,) = done.stdout.splitlines()
    return line


@pytest.mark.parametrize("words", [(), ("window",)])
def test_reset_puts_the_window_back_and_keeps_a_copy_and_the_networks(
    start, folder, tmp_path, words
):
    network = tmp_path / "DATA" / "zmlp" / "networks" / "mine.safetensors"
    network.parent.mkdir(parents=True)
    network.write_text("mine")
    program = start()
    program.ask("window.canvas.set_drawing(sample[3])")
    program.ask("window.tools.set_brush(100)")
    program.close()
    line = reset(tmp_path, *words)
    (aside,) = folder.glob("before-reset-*")
    assert str(aside) in line
    assert sorted(path.name for path in aside.iterdir()) == ["drawing.jsonl", "settings.json"]
    assert network.read_text() == "mine"
    again = start()
    assert again.ask("window.tools.brush()") != 100
    assert again.ask("window.canvas.drawing().is_empty")
    again.close()


def test_reset_mends_settings_that_nobody_can_read(folder, tmp_path):
    (folder / "settings.json").mkdir(parents=True)
    (folder / "drawing.jsonl").write_bytes(b"\xff" * 1000)
    assert "before-reset-" in reset(tmp_path)
    assert reset(tmp_path) == "Nothing was remembered: the window opens as at its first start."


def test_reset_takes_no_file(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "zmlp_gui", "window", "--reset", "x.png"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
