"""The unattended show: draws, reads, trains and races on the stage until somebody touches it."""

import random
from collections.abc import Iterator

import numpy as np
from PyQt6.QtCore import QTimer

from core import datasets
from core.datasets import DEFAULT_DATA
from core.digits import Digits
from core.drawing import Drawing, read_bundled_ink
from core.network import Network
from zmlp_gui.drawings import SAMPLES
from zmlp_gui.gate import FULL
from zmlp_gui.player import play
from zmlp_gui.runs import Run
from zmlp_gui.script import Script
from zmlp_gui.session import IDLE
from zmlp_gui.touch import Touch
from zmlp_gui.window import Window
from zmlp_gui.words import tr

# Seconds: between two points of a stroke, with an answer, with the end of a run, between two looks.
POINT, ANSWER, RESULT, LOOK = 0.014, 2.2, 6.0, 0.1
# In one round: digits that are drawn before a run, and hard digits of the test part.
DRAWN, HARD = 3, 3
# Hard digits to choose from, and runs that are remembered.
HARDEST, RUNS = 40, 6


class Show(Script):
    """Goes on for as long as it is left alone, and hands a usable window over after that.

    Parameters
    ----------
    window : Window
        It is shown already.
    hurry : float
        How many times as fast; beyond 1 the networks learn at full speed.
    full_screen : bool
        Whether it fills the screen.
    """

    def __init__(self, window: Window, hurry: float = 1.0, full_screen: bool = True) -> None:
        super().__init__(window, hurry)
        self.rounds = self.trained = 0
        self._window, self._session = window, window.session
        self._full_screen = full_screen
        self._random = random.Random()
        self._samples = read_bundled_ink(SAMPLES)
        self._home = self._session.shelf.current
        self._touch: Touch | None = None
        # None yet, or one set.
        self._digits: list[Digits] = []
        self._over = False

    def start(self) -> None:
        session, window = self._session, self._window
        session.fleeting = True
        session.run_finished.connect(self._forget_old_runs)
        # What became of a run is told after the state has changed.
        session.state_changed.connect(lambda: QTimer.singleShot(0, self._clear_up))
        window.presenter.enter(full_screen=self._full_screen, keys=False)
        if handle := window.windowHandle():
            self._touch = Touch(handle, self)
            # Later, so that the key press which follows its override is swallowed as well.
            self._touch.touched.connect(lambda: QTimer.singleShot(0, self.hand_over))
        super().start()

    def hand_over(self) -> None:
        """End the show: the window is the person's, as if it had just been opened."""
        if self._over:
            return
        self._over = True
        self.stop()
        if self._touch is not None:
            self._touch.end()
        window, session = self._window, self._session
        window.presenter.runs.stop()
        window.presenter.runs.forget()
        window.presenter.leave()
        window.canvas.clear()
        session.fleeting = False
        self._clear_up()
        session.told.emit(tr("The demo has stopped: it's yours"), "good")
        self.ended.emit()

    def play(self) -> Iterator[float]:
        """One round after the other, each with other digits and the next networks."""
        self._say(tr("This network reads what you draw: touch anything to try it"))
        yield ANSWER
        while True:
            yield from self._draw_some()
            yield from self._learn()
            yield from self._show_hard_ones()
            yield from self._draw_some()
            yield from self._race()
            self._window.actions_["stage_theme"].trigger()
            self.rounds += 1

    def _draw_some(self) -> Iterator[float]:
        for drawing in self._random.sample(self._samples, DRAWN):
            yield from self._draw(drawing)

    def _draw(self, drawing: Drawing) -> Iterator[float]:
        canvas = self._window.canvas
        canvas.clear()
        self._say("")
        for _ in play(canvas, drawing):
            yield POINT
        self._session.read()
        reading = self._session.reading
        if reading is not None:
            sure = round(100 * reading.confidence)
            self._say(tr("It reads a {name} and is {sure} % sure", name=reading.name, sure=sure))
        yield ANSWER

    def _learn(self) -> Iterator[float]:
        """The journal's next network, while a drawing waits to be read."""
        self._window.canvas.set_drawing(self._random.choice(self._samples))
        self._window.presenter.runs.train_next()
        yield from self._watch()

    def _race(self) -> Iterator[float]:
        self._window.canvas.set_drawing(self._random.choice(self._samples))
        self._window.presenter.runs.race()
        yield from self._watch()

    def _watch(self) -> Iterator[float]:
        runs = self._window.presenter.runs
        yield LOOK
        while runs.busy:
            if self._hurry > 1.0:
                self._session.set_pace(FULL)
            yield LOOK
        yield RESULT

    def _show_hard_ones(self) -> Iterator[float]:
        """Digits of the test part that the network which has just learned takes for others."""
        network = self._session.shelf.current.model.network
        found: list[Drawing] = []
        failed: list[str] = []
        digits = self._digits

        def find() -> list[Drawing]:
            if not digits:
                digits.append(datasets.load(DEFAULT_DATA))
            return hardest(network, digits[0])

        self._session.background.run(find, found.extend, failed.append)
        while not found and not failed:
            yield LOOK
        for drawing in self._random.sample(found, min(HARD, len(found))):
            self._window.canvas.set_drawing(drawing)
            self._session.read()
            reading = self._session.reading
            if reading is not None:
                words = tr("A hard one: somebody wrote a {label}, it reads a {name}")
                self._say(words.format(label=drawing.label, name=reading.name))
            yield ANSWER

    def _say(self, sentence: str) -> None:
        self._window.presenter.sentence.say(sentence)

    def _forget_old_runs(self, run: Run) -> None:
        """Days of it must not fill the memory."""
        self.trained += 1
        for old in self._session.runs[:-RUNS]:
            self._forget(old)

    def _forget(self, run: Run) -> None:
        self._session.forget(run)

    def _clear_up(self) -> None:
        """After the end: nothing of the show is left, once the last run is over."""
        if not self._over or self._session.state != IDLE:
            return
        shelf = self._session.shelf
        if shelf.current.run is not None and shelf.current.run.fleeting:
            shelf.use(self._home)
        fleeting = [each for each in self._session.runs if each.fleeting]
        for run in fleeting:
            self._forget(run)
        if fleeting:
            self._window.panel.show_message("")


def hardest(network: Network, digits: Digits) -> list[Drawing]:
    """The digits of a test part whose label the network holds least probable."""
    part, (height, width) = digits.test, digits.image_shape
    probable = network.predict(part.images)[np.arange(len(part)), part.labels]
    return [
        Drawing((width, height), picture=part.images[index], label=int(part.labels[index]))
        for index in np.argsort(probable)[:HARDEST].tolist()
    ]
