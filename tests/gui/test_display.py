"""Where there is no screen the program says so in one sentence; Qt by itself would abort."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import ZmlpError
from zmlp_gui import display

CHECKOUT = Path(__file__).parent.parent.parent
SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR")
linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems have no DISPLAY")


def zmlp(*words: str, **screen: str) -> subprocess.CompletedProcess[str]:
    """Run the command with no screen but the one named."""
    surroundings = {name: value for name, value in os.environ.items() if name not in SCREENS}
    return subprocess.run(
        [sys.executable, "-m", "zmlp_gui", *words],
        cwd=CHECKOUT,
        env=surroundings | screen,
        capture_output=True,
        text=True,
        timeout=60,
    )


@linux
@pytest.mark.parametrize("words", [(), ("window",), ("drawing.png",), ("demo",)])
def test_without_a_screen_the_window_says_so_in_one_sentence(words):
    done = zmlp(*words)
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert "no screen" in line
    assert "demo --offscreen" in line


@linux
@pytest.mark.parametrize("name", [":7777", "localhost:7777", "nonsense"])
def test_a_screen_that_does_not_answer_is_named(name):
    done = zmlp(DISPLAY=name)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert f"The screen {name}" in line


@linux
@pytest.mark.parametrize(
    "screen", [{"QT_QPA_PLATFORM": "xcb"}, {"WAYLAND_DISPLAY": "wayland-that-is-gone"}]
)
def test_a_choice_of_platform_does_not_replace_a_screen(screen):
    done = zmlp(**screen)
    assert done.returncode == 1
    assert "no screen" in done.stderr


@linux
def test_a_library_that_is_missing_is_named_with_what_to_install(monkeypatch):
    def missing(name: str) -> None:
        raise OSError("libxcb-cursor.so.0: cannot open shared object file")

    monkeypatch.delenv("QT_QPA_PLATFORM")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":7777")
    monkeypatch.setattr(ctypes, "CDLL", missing)
    with pytest.raises(ZmlpError, match=r"libxcb-cursor\.so\.0.*apt-get install libxcb-cursor0"):
        display.check_display()


def test_painting_without_a_screen_needs_none(monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.delenv("DISPLAY", raising=False)
    display.check_display()
