"""What can be said of a run before it starts: its network, its time, and what does not suit."""

from dataclasses import dataclass
from functools import partial

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from core import datasets
from core.advice import Advice, advise
from core.digits import Digits
from core.estimate import Speed, measure
from core.machine import core_count
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui.background import Background
from zmlp_gui.gate import FULL, SLOW, SLOW_INTERVAL, WATCH, WATCHED_RUN
from zmlp_gui.runs import Run

# Milliseconds without a change before this machine's speed is measured, once: the window has been
# painted by then, and nobody types.
QUIET = 1500
# A shorter part of a run says little about the whole.
LEAST_STEPS = 50

Settings = tuple[NetworkSpec, TrainingSpec, str]


@dataclass(frozen=True)
class Prospect:
    """A run that the settings describe.

    Attributes
    ----------
    network : NetworkSpec
        With the image and the classes of the data.
    seconds, paced : float or None
        Estimates of its time at full speed and at the pace that is chosen; None until the data
        and this machine's speed are known.
    advice : list of Advice
        What does not suit.
    """

    network: NetworkSpec
    seconds: float | None
    paced: float | None
    advice: list[Advice]


class Forecast(QObject):
    """Answers every change of the settings at once with what is known, and again with more.

    Signals
    -------
    ready(Prospect)
        Of the settings that were looked at last.
    """

    ready = pyqtSignal(object)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._settings: Settings | None = None
        self._pace = WATCH
        self._idle = True
        # Data sets by name, None while they are looked for; a sentence where they were not found.
        self._digits: dict[str, Digits | str | None] = {}
        self._speeds: dict[int, Speed | None] = {}
        # How much slower or faster than estimated the same run was before.
        self._learned: dict[Settings, float] = {}
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET)
        self._quiet.timeout.connect(self._measure)

    def look_at(self, network: NetworkSpec, training: TrainingSpec, data: str) -> None:
        """Say what can be said of a run with these settings."""
        self._settings = network, training, data
        self._answer()
        if data and data not in self._digits:
            self._digits[data] = None
            self._background.run(
                partial(datasets.outline, data),
                partial(self._know_data, data),
                partial(self._know_data, data),
            )
        self._wait_for_quiet()

    def forget(self, data: str) -> None:
        """Look for a data set anew: it has changed, or was not there before."""
        self._digits.pop(data, None)
        if self._settings and self._settings[2] == data:
            self.look_at(*self._settings)

    def set_pace(self, pace: str) -> None:
        """Estimate for that pace from now on."""
        self._pace = pace
        self._answer()

    def set_state(self, state: str) -> None:
        """Nothing is measured while a network learns."""
        self._idle = state == "idle"
        self._wait_for_quiet()

    def stop(self) -> None:
        """Measure nothing more: the window closes."""
        self._idle = False
        self._quiet.stop()

    def learn(self, run: Run) -> None:
        """Take in how long a run really took."""
        training = run.pulled.training
        speed = self._speeds.get(training.spec.threads)
        if speed is None or training.step < LEAST_STEPS:
            return
        network, count = training.network.spec, len(training.digits.training)
        estimate = speed.seconds(network, training.spec, count) * training.step / training.steps
        key = _key(network, training.spec, training.digits.name)
        self._learned[key] = training.seconds / estimate

    def _answer(self) -> None:
        if self._settings is None:
            return
        network, training, data = self._settings
        digits = self._digits.get(data)
        if isinstance(digits, str):
            # Training would say the same.
            advice = [Advice(("data",), digits, {})]
            self.ready.emit(Prospect(network, None, None, advice))
            return
        if digits is None:
            self.ready.emit(Prospect(network, None, None, advise(network, training)))
            return
        network = network.replace(inputs=digits.image_shape, classes=len(digits.class_names))
        if not training.validation:
            digits = digits.without_validation()
        seconds = self._seconds(network, training, digits)
        paced = self._paced(training, digits, seconds)
        advice = advise(network, training, digits, seconds)
        self.ready.emit(Prospect(network, seconds, paced, advice))

    def _seconds(
        self, network: NetworkSpec, training: TrainingSpec, digits: Digits
    ) -> float | None:
        speed = self._speeds.get(training.threads)
        if speed is None:
            return None
        learned = self._learned.get(_key(network, training, digits.name), 1.0)
        return learned * speed.seconds(network, training, len(digits.training))

    def _paced(self, training: TrainingSpec, digits: Digits, seconds: float | None) -> float | None:
        if seconds is None or self._pace == FULL:
            return seconds
        if self._pace == SLOW:
            steps = training.epochs * -(-len(digits.training) // training.batch_size)
            return max(seconds, SLOW_INTERVAL * steps)
        return max(seconds, WATCHED_RUN)

    def _know_data(self, data: str, known: Digits | str) -> None:
        self._digits[data] = known
        self._answer()

    # This machine's speed, measured once for each number of threads.

    def _wait_for_quiet(self) -> None:
        threads = self._settings[1].threads if self._settings else 0
        # More threads than cores are advised against; measuring them would take very long.
        sensible = threads <= core_count()
        if self._settings and self._idle and sensible and threads not in self._speeds:
            self._quiet.start()
        else:
            self._quiet.stop()

    def _measure(self) -> None:
        if self._settings is None or not self._idle:
            return
        threads = self._settings[1].threads
        if threads not in self._speeds:
            self._speeds[threads] = None
            self._background.run(
                partial(self._measured, threads),
                partial(self._know_speed, threads),
                lambda sentence: None,
            )

    def _measured(self, threads: int) -> Speed | None:
        # Files may have come first, and meanwhile a run begun, whose threads are its own to say.
        return measure(threads) if self._idle else None

    def _know_speed(self, threads: int, speed: Speed | None) -> None:
        if speed is None:
            del self._speeds[threads]
            self._wait_for_quiet()
        else:
            self._speeds[threads] = speed
            self._answer()


def _key(network: NetworkSpec, training: TrainingSpec, data: str) -> Settings:
    """The settings that decide how long an epoch takes."""
    return network, training.replace(epochs=1, learning_rate=1.0, seed=0, schedule="constant"), data
