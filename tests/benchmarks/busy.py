"""How long the GUI thread is occupied at a time: by each operation, and in each frame."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

import numpy as np
from PIL import Image
from PyQt6.QtCore import QPoint, Qt, QTimer
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget

from core import networks
from core.bundled import open_bundled
from core.drawing import write_ink
from core.recipes import RECIPES
from zmlp_gui.gate import FULL
from zmlp_gui.session import IDLE, RUNNING
from zmlp_gui.window import Window

from . import stage
from .busy_clock import BusyClock, Handled
from .hand import Hand
from .report import Figure, say

# Milliseconds: any one operation, and all of a frame while someone draws and a network learns.
OPERATION, WORK = 50.0, 8.0
# Seconds of a frame at 60 a second.
FRAME = 1 / 60
LONG, SHORT = 8.0, 2.0
# Width and height of the picture that is opened: eight megapixels.
PHOTO = (3264, 2448)
# And of the largest that is: 48 megapixels; seconds until it is read.
LARGE, LARGE_SECONDS = (8000, 6000), 1.0


def measure(quick: bool) -> Iterator[Figure]:
    """The longest event of each operation, and the 99th percentile of the frames."""
    clock = BusyClock()
    with stage.folder() as folder, stage.open_window() as window:
        watch = Watch(clock)
        yield from _train(watch, window, quick)
        yield from _open_files(watch, window, folder)
        yield from _look(watch, window)
        yield from _frames(watch, window, SHORT if quick else LONG)
        yield from _close(watch, window)


class Watch:
    """Does things in the window's event loop and tells what occupied the thread longest."""

    def __init__(self, clock: BusyClock) -> None:
        self._clock = clock

    def during(
        self, what: str, begin: Callable[[], object], done: Callable[[], bool] | float
    ) -> Figure:
        """The longest event from the beginning of something until it is done, and a while after.

        Parameters
        ----------
        what : str
            Its name.
        begin : callable
            Called as the handler of an event, as a click would.
        done : callable or float
            Whether it is over, or the seconds after which it is.
        """
        say(f"  {what}")
        handled = self.events(begin, done)
        longest = max(handled, key=lambda each: each.wall)
        note = f"{1000 * longest.processor:.0f} ms of processor, {longest.what}"
        return Figure(what, 1000 * longest.wall, "ms", at_most=OPERATION, note=note)

    def events(
        self, begin: Callable[[], object], done: Callable[[], bool] | float
    ) -> list[Handled]:
        """All events meanwhile."""
        already = len(self._clock.handled)
        QTimer.singleShot(0, begin)
        if callable(done):
            stage.rest(0.05)
            stage.wait(done)
            stage.rest(stage.SETTLING)
        else:
            stage.rest(done)
        return self._clock.handled[already:]


def _train(watch: Watch, window: Window, quick: bool) -> Iterator[Figure]:
    session, fast = window.session, RECIPES["fast"]
    for data in stage.data_sets()[: 1 if quick else None]:
        window.panel.set_specs(fast.network, fast.training, data)
        session.set_pace(FULL)
        stage.rest(stage.SETTLING)
        yield watch.during(
            f"Train is pressed, {data}", window.panel.start, lambda: session.state == RUNNING
        )
        yield watch.during(f"a run to its end, {data}", lambda: None, lambda: session.state == IDLE)


def _open_files(watch: Watch, window: Window, folder: Path) -> Iterator[Figure]:
    session, canvas = window.session, window.canvas
    network, ink, photo = folder / "copy.safetensors", folder / "ink.jsonl", folder / "photo.jpg"
    with open_bundled(f"models/{networks.BEST_ON_DRAWINGS}.safetensors") as file:
        network.write_bytes(file.read())
    drawings = stage.drawings()
    write_ink(ink, drawings)
    _make_photo(photo)
    yield watch.during(
        "a network is opened",
        lambda: window.open_file(network),
        lambda: session.shelf.current.path == network,
    )
    yield watch.during(
        "ink is opened",
        lambda: window.open_file(ink),
        lambda: len(canvas.drawing().strokes) == len(drawings[0].strokes),
    )
    yield watch.during(
        f"a picture of {PHOTO[0]}×{PHOTO[1]} is opened",
        lambda: window.open_file(photo),
        lambda: canvas.drawing().picture is not None,
    )
    yield from _open_large(watch, window, folder / "large.jpg")
    yield watch.during("a random digit", window.actions_["random"].trigger, 1.0)
    yield watch.during("another random digit", window.actions_["random"].trigger, 0.5)
    yield watch.during("the sheet is cleared", window.actions_["clear"].trigger, 0.5)


def _open_large(watch: Watch, window: Window, path: Path) -> Iterator[Figure]:
    """A picture as large as phones make them: how long the thread is held, and until it is read."""
    _make_photo(path)
    Image.open(path).resize(LARGE).save(path, quality=85)
    window.canvas.clear()
    moments: list[float] = []

    def note() -> None:
        if window.canvas.drawing().picture is not None:
            moments.append(perf_counter())

    def begin() -> None:
        moments.append(perf_counter())
        window.open_file(path)

    window.session.reading_changed.connect(note)
    what = f"a picture of {LARGE[0]}×{LARGE[1]}"
    yield watch.during(f"{what} is opened", begin, lambda: len(moments) > 1)
    window.session.reading_changed.disconnect(note)
    yield Figure(f"{what}: until it is read", moments[1] - moments[0], "s", LARGE_SECONDS)


def _look(watch: Watch, window: Window) -> Iterator[Figure]:
    for name in ("theme_dark", "theme_light"):
        action = window.actions_[name]
        yield watch.during(f"theme: {action.text().replace('&', '')}", action.trigger, 0.5)
    for name in ("loss", "accuracy"):
        action = window.actions_[name]
        yield watch.during(f"curves: {action.text().replace('&', '')}", action.trigger, 0.5)
    bar = window.menuBar()
    assert bar is not None
    for menu in bar.actions():
        place = bar.actionGeometry(menu).center()
        words = menu.text().replace("&", "")
        yield watch.during(f"menu {words}", lambda place=place: _press(bar, place), 0.3)
        _leave_menu()


def _frames(watch: Watch, window: Window, seconds: float) -> Iterator[Figure]:
    """What the thread does in each sixtieth of a second, wherever in it an event begins."""
    say("  someone draws while fast learns")
    fast = RECIPES["fast"]
    hand = Hand(window.canvas, stage.drawings())
    stage.train(window, fast.network, fast.training.replace(epochs=1000), stage.data_sets()[0])
    hand.start()
    events = watch.events(lambda: None, seconds)
    hand.stop()
    stage.stop(window)
    begin = np.array([each.begin for each in events])
    frame = ((begin - begin[0]) / FRAME).astype(np.int64)
    wall = 1000.0 * np.bincount(frame, [each.wall for each in events])
    work = 1000.0 * np.bincount(frame, [each.processor for each in events])
    work, wall = work[wall > 0.0], wall[wall > 0.0]
    note = (
        f"half below {np.median(work):.1f}, the longest {work.max():.1f}, of {len(work):,} frames"
    )
    what = "a frame, drawing and training, p99"
    yield Figure(f"{what}: work", float(np.percentile(work, 99)), "ms", WORK, note=note)
    note = f"half below {np.median(wall):.1f}: with the waits for processor and interpreter"
    yield Figure(f"{what}: by the clock", float(np.percentile(wall, 99)), "ms", note=note)


def _close(watch: Watch, window: Window) -> Iterator[Figure]:
    with stage.open_window() as another:
        yield watch.during("closing, nothing learns", another.close, 0.5)
    fast = RECIPES["fast"]
    data = stage.data_sets()[-1]
    stage.train(window, fast.network, fast.training.replace(epochs=1000), data)
    yield watch.during(f"closing while fast learns, {data}", window.close, 1.0)


def _press(widget: QWidget, place: QPoint) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place)


def _leave_menu() -> None:
    while popup := QApplication.activePopupWidget():
        popup.close()


def _make_photo(path: Path) -> None:
    """A photo of a digit: dark ink on paper that is lit unevenly and has grain."""
    width, height = PHOTO
    light = np.linspace(170.0, 230.0, width)[None, :] + np.linspace(0.0, 20.0, height)[:, None]
    grey = light + np.random.default_rng(0).normal(0.0, 4.0, (height, width))
    grey[height // 5 : 4 * height // 5, width // 2 - 60 : width // 2 + 60] = 40.0
    Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).convert("RGB").save(path, quality=85)
