"""The real program on a virtual X screen: used from outside, and seen as a picture."""

import math
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import pytest
from PIL import Image

from core import model_file
from zmlp_gui import theme
from zmlp_gui.theme import Theme

CHECKOUT = Path(__file__).parent.parent.parent
TOOLS = ("Xvfb", "xdotool", "import")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]
PATIENCE = 30.0
WINDOW = ("--onlyvisible", "--name", "^zmlp$")

pytestmark = [
    pytest.mark.screen,
    pytest.mark.skipif(sys.platform != "linux", reason="a virtual X screen is Linux's"),
    pytest.mark.skipif(
        bool(MISSING), reason=f"needs {', '.join(MISSING)} (xvfb, xdotool, imagemagick)"
    ),
]

# Where things are in the window of 1366×768, in its own pixels.
SIZE = (1366, 768)
CANVAS = (16, 92, 448, 601)
BARS_LEFT, BARS_RIGHT, FIRST_BAR, BAR_STEP = 514, 668, 244, 34
TRAIN_BUTTON = (828, 269)
CURVES = (827, 370, 1320, 690)


@dataclass
class Screen:
    """A virtual screen, where one pixel of the window takes `scale` pixels each way."""

    name: str
    scale: int
    folder: Path
    shots: int = field(default=0)

    def tool(self, *words: object) -> str:
        done = subprocess.run(
            [str(word) for word in words],
            env=os.environ | {"DISPLAY": self.name},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def picture(self) -> np.ndarray:
        """What the screen shows, in the window's own pixels: (768, 1366, 3) of uint8."""
        self.shots += 1
        path = self.folder / f"screen-{self.shots:02}.png"
        self.tool("import", "-window", "root", path)
        with Image.open(path) as picture:
            pixels = np.asarray(picture.convert("RGB"))
        return pixels[:: self.scale, :: self.scale]

    def mouse(self, *words: object) -> None:
        self.tool("xdotool", *words)

    def move(self, x: float, y: float) -> tuple[str, int, int]:
        return ("mousemove", round(x * self.scale), round(y * self.scale))

    def click(self, x: float, y: float) -> None:
        self.mouse(*self.move(x, y), "click", 1)

    def press(self, keys: str) -> None:
        self.mouse("key", keys)


@pytest.fixture
def screen(request, tmp_path) -> Iterator[Screen]:
    scale = getattr(request, "param", 1)
    size = f"{SIZE[0] * scale}x{SIZE[1] * scale}x24"
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp"],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as answer, server:
        # The server tells the number it found free once it is ready.
        number = answer.readline().strip()
        assert number, "Xvfb did not start"
        yield Screen(f":{number}", scale, tmp_path)
        server.terminate()


@pytest.fixture
def start(screen, tmp_path):
    """Starts the program on the screen and waits until its window is painted."""
    started: list[subprocess.Popen[str]] = []
    hidden = ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY")
    surroundings = {name: value for name, value in os.environ.items() if name not in hidden}
    kinds = ("DATA", "CONFIG", "STATE")
    surroundings |= {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in kinds}
    surroundings |= {"DISPLAY": screen.name, "QT_SCALE_FACTOR": str(screen.scale)}

    def run(*words: str) -> subprocess.Popen[str]:
        program = subprocess.Popen(
            [sys.executable, "-m", "zmlp_gui", *words],
            cwd=CHECKOUT,
            env=surroundings,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(program)
        # Where no window manager does it somebody has to let the window have the keyboard.
        screen.tool("xdotool", "search", "--sync", *WINDOW, "windowfocus", "--sync")
        return program

    yield run
    for program in started:
        with program:
            program.kill()


def choose_theme(tmp_path: Path, name: str) -> Theme:
    folder = tmp_path / "CONFIG" / "zmlp"
    folder.mkdir(parents=True)
    (folder / "settings.json").write_text(f'{{"version": 1, "theme": "{name}"}}')
    return {"light": theme.LIGHT, "dark": theme.DARK}[name]


def wait_until(true, what: str) -> None:
    ends = monotonic() + PATIENCE
    while not true():
        assert monotonic() < ends, what
        sleep(0.1)


def accented(picture: np.ndarray, look: Theme) -> np.ndarray:
    """Where the accent colour is."""
    accent = [look.accent.red(), look.accent.green(), look.accent.blue()]
    return np.abs(picture.astype(np.int16) - accent).sum(axis=2) < 60


def bars(picture: np.ndarray, look: Theme) -> list[int]:
    """How long the accent's part of each of the ten bars is; the answer's bar alone has one."""
    accent = accented(picture, look)[:, BARS_LEFT:BARS_RIGHT]
    return [int(accent[FIRST_BAR + BAR_STEP * row].sum()) for row in range(10)]


def answer(picture: np.ndarray, look: Theme) -> int | None:
    lengths = bars(picture, look)
    return int(np.argmax(lengths)) if any(lengths) else None


def curve_pixels(picture: np.ndarray, look: Theme) -> int:
    left, top, right, bottom = CURVES
    return int(accented(picture[top:bottom, left:right], look).sum())


def three() -> list[tuple[float, float]]:
    """The way of a pen that writes a 3 on the canvas."""
    left, top, right, bottom = CANVAS
    width, height = right - left, bottom - top
    way = []
    for middle, size, first, last in ((0.36, 0.14, -150, 90), (0.66, 0.16, -90, 150)):
        for angle in range(first, last, 20):
            x, y = math.cos(math.radians(angle)), math.sin(math.radians(angle))
            way.append((left + (0.5 + size * x) * width, top + (middle + size * y) * height))
    return way


def leave(screen: Screen, program: subprocess.Popen[str]) -> None:
    screen.press("ctrl+q")
    _, complained = program.communicate(timeout=PATIENCE)
    assert program.returncode == 0, complained
    assert complained == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("screen", "name"),
    [(1, "light"), (2, "dark")],
    indirect=["screen"],
    ids=["1366x768-light", "2732x1536-dark"],
)
def test_a_3_is_read_while_it_is_drawn_and_read_again_while_a_network_learns(
    screen, start, tmp_path, name
):
    look = choose_theme(tmp_path, name)
    program = start()
    window = (look.window.red(), look.window.green(), look.window.blue())
    # Between the tools and the cards, where no words ever are.
    wait_until(lambda: tuple(screen.picture()[83, 683]) == window, "the window is not painted")
    edges = screen.picture()
    # No window manager puts it in its place: it fills the screen by itself.
    for corner in (edges[5, 5], edges[5, -6], edges[-6, 5], edges[-6, -6]):
        assert tuple(corner) == window
    assert answer(edges, look) is None

    # A person draws, and the pen stays down.
    first, *rest = three()
    screen.mouse(*screen.move(*first), "mousedown", 1)
    for place in rest:
        screen.mouse(*screen.move(*place))
    wait_until(lambda: answer(screen.picture(), look) == 3, "bar 3 is not the longest")
    assert max(bars(screen.picture(), look)) > 0.8 * (BARS_RIGHT - BARS_LEFT)
    assert curve_pixels(screen.picture(), look) == 0
    screen.mouse("mouseup", 1)

    # Train: the curve grows, and the bars move with the weights.
    screen.click(*TRAIN_BUTTON)
    seen: set[tuple[int, ...]] = set()
    grown: list[int] = []

    def learned() -> bool:
        picture = screen.picture()
        seen.add(tuple(bars(picture, look)))
        grown.append(curve_pixels(picture, look))
        return len(seen) >= 4 and grown[-1] > 200

    wait_until(learned, "the bars or the curve stand still")
    assert len(set(grown)) > 2

    # Leaving in the middle of a run loses nothing.
    leave(screen, program)
    (path,) = (tmp_path / "DATA" / "zmlp" / "networks").iterdir()
    assert model_file.load(path).trained_on.data == "mnist-5k"


def test_the_window_comes_back_as_it_was_left(screen, start):
    program = start()
    number = the_window(screen)
    screen.tool("xdotool", "windowsize", "--sync", number, 1200, 700)
    screen.tool("xdotool", "windowmove", "--sync", number, 20, 10)
    wait_until(lambda: "1200x700" in geometry(screen, number), "the window keeps its size")
    leave(screen, program)
    program = start()
    number = the_window(screen)
    wait_until(lambda: "1200x700" in geometry(screen, number), "the window lost its size")
    # Qt leaves room above it for the title that a window manager would add.
    assert "Position: 20," in geometry(screen, number)
    leave(screen, program)


def the_window(screen: Screen) -> str:
    return screen.tool("xdotool", "search", *WINDOW).split()[0]


def geometry(screen: Screen, number: str) -> str:
    return screen.tool("xdotool", "getwindowgeometry", number)


def test_a_picture_on_the_command_line_is_shown_and_read(screen, start, tmp_path):
    look = choose_theme(tmp_path, "light")
    grey = np.full((100, 100), 255, np.uint8)
    grey[15:85, 45:55] = 0
    path = tmp_path / "one.png"
    Image.fromarray(grey).save(path)
    program = start(str(path))
    wait_until(lambda: answer(screen.picture(), look) == 1, "the picture is not read as a 1")
    leave(screen, program)
