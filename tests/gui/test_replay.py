"""`zmlp replay` draws people's strokes on the real canvas, event by event, and reads them."""

import gzip
import json
import os
import subprocess
import sys
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QObject

from core.composed_numbers import compose
from core.drawing import Drawing, Stroke, iter_ink, read_bundled_ink, write_ink
from core.networks import BEST_ON_DRAWINGS, find
from core.no_digits import letters
from core.numbers import NumberReader
from core.reader import Reader
from zmlp_gui.canvas import Canvas
from zmlp_gui.drawings import SAMPLES
from zmlp_gui.player import play

CHECKOUT = Path(__file__).parent.parent.parent
WRITERS = "ink/pendigits-writers30.jsonl.gz"
PRESS, MOVE, RELEASE = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonRelease,
)


def replay(*words: str) -> subprocess.CompletedProcess[str]:
    surroundings = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    return subprocess.run(
        [sys.executable, "-m", "zmlp_gui", "replay", *words],
        cwd=CHECKOUT,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=110,
    )


def samples() -> list[Drawing]:
    return read_bundled_ink(SAMPLES)[:10]


@pytest.fixture
def ink(tmp_path) -> Path:
    path = tmp_path / "ink.jsonl"
    write_ink(path, samples())
    return path


@pytest.fixture
def writers() -> Path:
    """The strokes of thirty people, which are kept beside the checkout."""
    for folder in os.environ.get("ZMLP_DATA", "").split(os.pathsep):
        path = Path(folder, WRITERS)
        if folder and path.exists():
            return path
    pytest.skip(f"needs {WRITERS} in a folder of ZMLP_DATA")


# The hand


class Witness(QObject):
    """Notes the mouse events that a widget gets."""

    def __init__(self, watched: Canvas) -> None:
        super().__init__(watched)
        self.seen: list[QEvent.Type] = []
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        if event.type() in (PRESS, MOVE, RELEASE):
            self.seen.append(event.type())
        return False


@pytest.fixture
def canvas(shown) -> Canvas:
    canvas = Canvas()
    canvas.resize(430, 510)
    return shown(canvas)


def test_every_point_is_a_mouse_event_on_the_canvas(canvas):
    witness = Witness(canvas)
    stroke = Stroke(np.array([[100, 100], [300, 200], [200, 400]], np.float32), 30.0)
    steps = list(play(canvas, Drawing((500.0, 500.0), (stroke, stroke))))
    assert len(steps) == 6
    assert witness.seen == [PRESS, MOVE, MOVE, RELEASE] * 2


@pytest.mark.parametrize("size", [(500.0, 500.0), (1000.0, 1000.0), (28.0, 28.0), (300.0, 600.0)])
@pytest.mark.parametrize("paper", [None, (250.0, 250.0), (640.0, 480.0)])
def test_strokes_lie_on_the_paper_as_on_their_own(canvas, size, paper):
    """Whatever the units of the ink and of the paper, it is drawn within it."""
    canvas.set_drawing(Drawing(paper or canvas.drawing().size))
    corners = np.array([[0, 0], size], np.float32)
    for _ in play(canvas, Drawing(size, (Stroke(corners, 1.0),))):
        pass
    width, height = canvas.drawing().size
    (drawn,) = canvas.drawing().strokes
    scale = min(width / size[0], height / size[1])
    assert np.allclose(drawn.points, corners * scale, atol=1e-3 * max(width, height))


# The command


def test_a_line_for_each_drawing_and_the_last_one_is_the_result(ink):
    done = replay(str(ink), "--json")
    assert done.returncode == 0, done.stderr
    *lines, last = map(json.loads, done.stdout.splitlines())
    assert [line["drawing"] for line in lines] == list(range(1, 11))
    assert [line["label"] for line in lines] == [each.label for each in samples()]
    assert all(0.0 < line["confidence"] <= 1.0 for line in lines)
    right = sum(str(line["label"]) == line["digit"] for line in lines)
    assert last["event"] == "finished"
    assert last["drawings"] == 10
    assert last["accuracy"] == right / 10 == 1.0
    assert np.array(last["confusion"]).trace() == right


def test_drawings_of_quickdraw_are_read_by_their_word(tmp_path):
    path = tmp_path / "digits.ndjson"
    lines = []
    for drawing in samples():
        scale = 255 / max(drawing.size)
        strokes = [(each.points * scale).round().T.tolist() for each in drawing.strokes]
        lines.append(json.dumps({"word": str(drawing.label), "drawing": strokes}))
    path.write_text("\n".join(lines))
    done = replay(str(path), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["accuracy"] == 1.0


def test_without_json_people_get_a_table_and_a_sentence(ink):
    done = replay(str(ink))
    assert done.returncode == 0, done.stderr
    assert "3: " in done.stdout
    assert "100.00 % of 10 drawings right" in done.stdout


def test_a_drawing_with_nothing_on_it_is_not_right(tmp_path):
    path = tmp_path / "ink.jsonl"
    write_ink(path, [*samples()[:1], Drawing((100.0, 100.0), label=4)])
    done = replay(str(path), "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[1]["digit"] is None
    assert lines[-1]["nothing_drawn"] == 1
    assert lines[-1]["accuracy"] == 0.5


def test_drawings_without_labels_have_no_accuracy(tmp_path):
    path = tmp_path / "ink.jsonl"
    write_ink(path, [Drawing(each.size, each.strokes) for each in samples()[:2]])
    done = replay(str(path), "--json")
    last = json.loads(done.stdout.splitlines()[-1])
    assert last["drawings"] == 2
    assert last["accuracy"] is None
    assert "none has a label" in replay(str(path)).stdout


@pytest.mark.parametrize(
    "content", [b"no ink", b'{"strokes": [[[1, NaN]]]}\n', b"\x1f\x8b\x08 cut"]
)
def test_broken_ink_is_one_sentence(tmp_path, content):
    path = tmp_path / "broken.jsonl"
    path.write_bytes(content)
    done = replay(str(path), "--json")
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert "broken.jsonl" in line


def test_a_file_or_a_model_that_is_not_there_is_one_sentence(ink, tmp_path):
    for words in ([str(tmp_path / "gone.jsonl")], [str(ink), "--model", "gone.safetensors"]):
        done = replay(*words)
        assert done.returncode == 1
        (line,) = done.stderr.splitlines()
        assert "gone" in line


def test_what_thirty_people_wrote_is_read(writers, tmp_path):
    """Every 25th of their 7,494 digits; the whole file is the business of `make bench`."""
    path = tmp_path / "every-25th.jsonl.gz"
    write_ink(path, islice(iter_ink(writers), 6, None, 25))
    with gzip.open(path) as file:
        assert sum(1 for _ in file) == 300
    done = replay(str(path), "--json")
    assert done.returncode == 0, done.stderr
    *lines, last = map(json.loads, done.stdout.splitlines())
    assert last["drawings"] == 300
    assert last["accuracy"] >= 0.93
    # The report reads without the window, and answers the same.
    reader = NumberReader(Reader(find(BEST_ON_DRAWINGS)))
    assert [line["digit"] for line in lines] == [reader.read(each).text for each in iter_ink(path)]


def test_a_number_is_right_where_all_its_digits_are(tmp_path):
    digits = [next(each for each in read_bundled_ink(SAMPLES) if each.label == d) for d in (2, 0)]
    number = compose(digits, "normal", np.random.default_rng(0)).drawing
    labelled = [replace(number, label=20), replace(number, label=21), digits[0]]
    write_ink(tmp_path / "numbers.jsonl", labelled)
    lines = replay(str(tmp_path / "numbers.jsonl"), "--json").stdout.splitlines()
    right, wrong, single, end = map(json.loads, lines)
    assert right["digit"] == wrong["digit"] == "20"
    assert single["digit"] == "2"
    assert end["accuracy"] == pytest.approx(2 / 3)


def test_what_is_taken_for_no_digit_is_said_and_counted(tmp_path):
    path = tmp_path / "some.jsonl"
    write_ink(path, [*letters("KW", 2, 3), *samples()[:2]])
    done = replay(str(path), "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["is_digit"] for each in lines[:4]] == [False, False, True, True]
    assert lines[-1]["refused"] == 2
    told = replay(str(path)).stdout
    assert told.splitlines()[0].endswith("not a digit")
    assert "2 taken for no digit" in told
