"""The buttons that start, hold, step and end a run, and its pace."""

from dataclasses import dataclass

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QIcon
from PyQt6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QWidget

from zmlp_gui.icons import icon
from zmlp_gui.panel.segmented import Segmented
from zmlp_gui.words import tr

_JOINED_LEFT = "QPushButton { border-top-right-radius: 0; border-bottom-right-radius: 0; }"
_JOINED_RIGHT = """
QPushButton { border-top-left-radius: 0; border-bottom-left-radius: 0;
    padding-left: 7px; padding-right: 7px; }
QPushButton::menu-indicator { image: none; width: 0; }
"""


@dataclass(frozen=True)
class _Face:
    """The main button in one state of a run, and what the other buttons allow."""

    word: str
    words: str
    picture: str | None
    under_way: bool


def _face(state: str) -> _Face:
    match state:
        case "idle":
            words = tr("Train a new network with these settings")
            return _Face(tr("Train"), words, "play", under_way=False)
        case "starting":
            words = tr("The data are being read")
            return _Face(tr("Starting…"), words, None, under_way=False)
        case "running":
            words = tr("Hold the run after this minibatch")
            return _Face(tr("Pause"), words, "pause", under_way=True)
        case "paused":
            return _Face(tr("Resume"), tr("Let the run go on"), "play", under_way=True)
        case "stopping":
            words = tr("The run ends after this minibatch")
            return _Face(tr("Stopping…"), words, None, under_way=False)
    raise ValueError(state)


_STATES = ("idle", "starting", "running", "paused", "stopping")


class RunControls(QWidget):
    """Train, which becomes Pause and Resume; Step, Stop and the pace.

    Signals
    -------
    train_wanted(), continue_wanted()
        Start with a new network, or train the one that reads now on.
    find_rate_wanted()
        Search for a learning rate first.
    pause_wanted(), resume_wanted(), step_wanted(), stop_wanted()
        Of the run that is on.
    pace_wanted(str)
        `slow`, `watch` or `full`.
    """

    train_wanted = pyqtSignal()
    continue_wanted = pyqtSignal()
    find_rate_wanted = pyqtSignal()
    pause_wanted = pyqtSignal()
    resume_wanted = pyqtSignal()
    step_wanted = pyqtSignal()
    stop_wanted = pyqtSignal()
    pace_wanted = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = "idle"
        self._refusal = ""
        self._main = QPushButton()
        self._ways = QPushButton("▾")
        self._step = _button(tr("Step"), tr("Learn one more minibatch and hold"), "step")
        self._stop = _button(tr("Stop"), tr("End the run; what it learned is kept"), "stop")
        self._pace = Segmented(
            tr("Pace"),
            [
                ("slow", tr("slow motion"), tr("Two minibatches a second: follow each one")),
                ("watch", tr("watch"), tr("A run of about ten seconds: see it learn")),
                ("full", tr("full speed"), tr("As fast as the machine can")),
            ],
        )
        self._pace.choose("watch")
        self._prepare_ways()
        self._lay_out()
        self._main.clicked.connect(self._go)
        self._step.clicked.connect(self.step_wanted)
        self._stop.clicked.connect(self.stop_wanted)
        self._pace.chosen.connect(self.pace_wanted)
        self.set_state("idle")

    def set_state(self, state: str) -> None:
        """Show what can be done while a run is `idle`, `starting`, `running` and so on."""
        self._state = state
        face = _face(state)
        self._main.setText(face.word)
        self._main.setIcon(icon(face.picture, "on_accent") if face.picture else QIcon())
        self._main.setAccessibleName(face.word)
        self._main.setStyleSheet(_JOINED_LEFT if state == "idle" else "")
        self._ways.setVisible(state == "idle")
        self._stop.setEnabled(face.under_way)
        self._enable_start()

    def refuse_start(self, refusal: str) -> None:
        """Why the settings allow no run to start; empty where they do."""
        self._refusal = refusal
        self._enable_start()

    def start_button(self) -> QPushButton:
        """The button that reads Train while nothing runs."""
        return self._main

    def pace(self) -> str:
        """`slow`, `watch` or `full`."""
        return self._pace.choice()

    def set_pace(self, pace: str) -> None:
        """Show a pace; nothing is emitted."""
        self._pace.choose(pace)

    def _enable_start(self) -> None:
        idle, face = self._state == "idle", _face(self._state)
        startable = not (idle and self._refusal)
        self._main.setToolTip(face.words if startable else self._refusal)
        # It stays enabled while a run starts or stops, though it asks for nothing then: focus would
        # jump to another control.
        self._main.setEnabled(startable)
        self._ways.setEnabled(startable)
        self._step.setEnabled(face.under_way or (idle and startable))

    def _go(self) -> None:
        match self._state:
            case "idle":
                self.train_wanted.emit()
            case "running":
                self.pause_wanted.emit()
            case "paused":
                self.resume_wanted.emit()

    def _prepare_ways(self) -> None:
        menu = QMenu(self._ways)
        menu.setToolTipsVisible(True)
        for word, words, wanted in (
            (tr("Train a new network"), tr("Start from random weights"), self.train_wanted),
            (
                tr("Train this network on"),
                tr("Go on from the weights of the network that reads now"),
                self.continue_wanted,
            ),
            (
                tr("Find learning rate…"),
                tr("Search for a learning rate that suits the settings"),
                self.find_rate_wanted,
            ),
        ):
            action = menu.addAction(word)
            assert action is not None
            action.setToolTip(words)
            action.triggered.connect(lambda _checked, wanted=wanted: wanted.emit())
        self._ways.setMenu(menu)
        self._ways.setStyleSheet(_JOINED_RIGHT)
        self._ways.setToolTip(tr("A new network, or train this one on"))
        self._ways.setAccessibleName(tr("Ways to train"))

    def _lay_out(self) -> None:
        for button in (self._main, self._ways):
            button.setProperty("primary", True)
        start = QWidget()
        pair = QHBoxLayout(start)
        pair.setContentsMargins(0, 0, 0, 0)
        pair.setSpacing(1)
        pair.addWidget(self._main, 1)
        pair.addWidget(self._ways)
        start.setFixedWidth(self._widest() + self._ways.sizeHint().width() // 2)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (start, self._step, self._stop):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._pace)

    def _widest(self) -> int:
        """Room for every word of the main button, so that the others never move."""
        widths = []
        for state in _STATES:
            face = _face(state)
            self._main.setText(face.word)
            self._main.setIcon(icon(face.picture) if face.picture else QIcon())
            widths.append(self._main.sizeHint().width())
        return max(widths)


def _button(word: str, words: str, picture: str) -> QPushButton:
    button = QPushButton(icon(picture), word)
    button.setToolTip(words)
    button.setAccessibleName(word)
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return button
