"""Fifty earlier runs of ten thousand points on the curves: frames, pen to bars, and switching."""

from collections.abc import Iterator

import numpy as np

from core.recipes import RECIPES
from zmlp_gui.plot.curve_data import Series
from zmlp_gui.window import Window

from . import busy, pen, stage
from .busy_clock import BusyClock
from .report import Figure, say

RUNS, POINTS = 50, 10_000
SWITCHES = (
    *("loss", "curve_log", "over_minibatches", "over_digits", "over_seconds", "smoothing_strong"),
    *("accuracy", "over_epochs", "smoothing_light", "smoothing_off", "theme_dark", "theme_light"),
)


def measure(quick: bool) -> Iterator[Figure]:
    """The longest event of each switch, and the frames and the bars of someone who draws."""
    clock = BusyClock()
    pen._watch_bars()
    with stage.folder(), stage.open_window() as window:
        watch = busy.Watch(clock)
        runs = [earlier_run(number) for number in range(RUNS)]
        yield watch.during(f"{RUNS} runs come", lambda: _show(window, runs), 0.5)
        for name in SWITCHES:
            action = window.actions_[name]
            yield watch.during(action.text().replace("&", ""), action.trigger, 0.6)
        yield from busy._frames(watch, window, busy.SHORT if quick else busy.LONG)
        yield _pen_to_bars(window, pen.LONG)


def earlier_run(number: int) -> Series:
    """A noisy curve of ten epochs."""
    random = np.random.default_rng(number)
    epochs = np.linspace(10.0 / POINTS, 10.0, POINTS)
    learned = np.exp(-epochs * random.uniform(0.6, 1.6))
    accuracy = random.uniform(92.0, 97.0) - 85.0 * learned + random.normal(0.0, 0.4, POINTS)
    loss = np.abs(0.1 + 2.2 * learned + random.normal(0.0, 0.02, POINTS))
    return Series(
        epochs, (1130 * epochs).astype(np.int64), 3600 * epochs, 0.4 * epochs, accuracy, loss
    )


def _show(window: Window, runs: list[Series]) -> None:
    for number, series in enumerate(runs):
        window.curves.set_run(f"earlier {number}", f"ReLU {number}", series, Series())


def _pen_to_bars(window: Window, seconds: float) -> Figure:
    say("  someone draws while fast learns")
    fast = RECIPES["fast"]
    hand = pen.TimedHand(window)
    stage.train(window, fast.network, fast.training.replace(epochs=1000), stage.data_sets()[0])
    times = hand.draw_for(seconds)
    stage.stop(window)
    return pen._figure("pen to bars, fast learns", times, pen.WITH)
