"""`zmlp demo` draws, trains and takes pictures by itself."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from time import monotonic

import numpy as np
import pytest
from PIL import Image

from core.drawing import read_bundled_ink
from zmlp_gui import theme
from zmlp_gui.drawings import SAMPLES

CHECKOUT = Path(__file__).parent.parent.parent


def demo(folder: Path, *words: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    surroundings = {name: value for name, value in os.environ.items() if name not in hidden}
    if home is not None:
        kinds = ("DATA", "CONFIG", "STATE")
        surroundings |= {f"XDG_{kind}_HOME": str(home / kind) for kind in kinds}
    return subprocess.run(
        [sys.executable, "-m", "zmlp_gui", "demo", "--offscreen", str(folder), *words],
        cwd=CHECKOUT,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=110,
    )


def test_the_samples_are_ten_digits_and_more():
    labels = [each.label for each in read_bundled_ink(SAMPLES)]
    assert labels[:10] == list(range(10))


@pytest.mark.slow
def test_the_demo_leaves_pictures_of_right_answers_and_of_a_curve_that_rises(tmp_path):
    started = monotonic()
    done = demo(tmp_path / "album", "--json", home=tmp_path)
    assert monotonic() - started < 90
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    *drawn, last = map(json.loads, done.stdout.splitlines())
    assert [each["label"] for each in drawn] == list(range(10))
    assert [each["digit"] for each in drawn] == [str(digit) for digit in range(10)]
    assert last["event"] == "finished"
    assert last["test_accuracy"] > 0.9

    pictures = sorted((tmp_path / "album").iterdir())
    assert len(pictures) == last["pictures"] == 13
    assert pictures[-1].name == "13-presenter.png"
    for path in pictures:
        with Image.open(path) as picture:
            assert picture.size == (1366, 768)
    part_way, end = (accent_right_end(path) for path in pictures[-3:-1])
    assert part_way < end
    # A person's own settings, drawing and networks are left alone.
    assert not list((tmp_path / "CONFIG").rglob("*"))
    assert not list((tmp_path / "DATA").rglob("*.safetensors"))


def accent_right_end(path: Path) -> int:
    """How far to the right the accent colour reaches among the curves."""
    accent = theme.LIGHT.accent
    with Image.open(path) as picture:
        pixels = np.asarray(picture.convert("RGB"), np.int16)
    curves = pixels[400:690, 820:]
    near = np.abs(curves - [accent.red(), accent.green(), accent.blue()]).sum(axis=2) < 60
    return int(near.any(axis=0).nonzero()[0].max())


@pytest.mark.parametrize("kind", ["file", "below a file", "no bytes"])
def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path, kind):
    taken = tmp_path / "taken"
    taken.write_text("a file")
    folder = {"file": taken, "below a file": taken / "album", "no bytes": tmp_path / ("x" * 300)}
    done = demo(folder[kind], home=tmp_path)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert re.search(r"taken|xxx", line)
    assert "could not be made" in line
    assert done.stdout == ""


@pytest.mark.skipif(sys.platform != "linux", reason="needs a folder that nobody can write into")
def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    """Where not even the administrator may write."""
    done = demo(Path("/proc/self"), home=tmp_path)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "01-digit-0.png could not be written" in line
