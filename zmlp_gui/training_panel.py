"""The panel from which a network is trained: settings, buttons, progress, and what happened."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from core.recipes import Recipe
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui.panel.offer_line import OfferLine
from zmlp_gui.panel.progress_line import ProgressLine
from zmlp_gui.panel.run_controls import RunControls
from zmlp_gui.panel.settings_form import SettingsForm
from zmlp_gui.words import tr

if TYPE_CHECKING:
    from zmlp_gui.forecast import Prospect
    from zmlp_gui.runs import Progress


class TrainingPanel(QWidget):
    """Settings of the next run and control of the one that is on.

    Signals
    -------
    train_wanted(NetworkSpec, TrainingSpec, str)
        Train a new network on the data of that name or folder.
    first_step_wanted(NetworkSpec, TrainingSpec, str)
        The same, but hold after the first minibatch.
    continue_wanted(TrainingSpec, str)
        Train the network that reads now on.
    find_rate_wanted()
        Search for a learning rate; answer with `set_learning_rate`.
    pause_wanted(), resume_wanted(), step_wanted(), stop_wanted()
        Of the run that is on.
    pace_wanted(str)
        `slow`, `watch` or `full`.
    learning_rate_wanted(float)
        Another learning rate for the run that is on.
    settings_changed(NetworkSpec, TrainingSpec, str)
        What stands in the fields is another, and allowed; answer with `show_prospect`.
    file_wanted(), folder_wanted()
        A data set outside the list; answer with `set_data`.
    download_wanted()
        A data set from the web; answer with `set_data_sets` and `set_data`.
    offer_taken(str), offer_left(str)
        The run of that id is to go on, or to stay as it is.

    Attributes
    ----------
    samples : SampleStrip
        Digits as the settings deform them, for others to fill.
    """

    train_wanted = pyqtSignal(object, object, str)
    first_step_wanted = pyqtSignal(object, object, str)
    continue_wanted = pyqtSignal(object, str)
    find_rate_wanted = pyqtSignal()
    pause_wanted = pyqtSignal()
    resume_wanted = pyqtSignal()
    step_wanted = pyqtSignal()
    stop_wanted = pyqtSignal()
    pace_wanted = pyqtSignal(str)
    learning_rate_wanted = pyqtSignal(float)
    settings_changed = pyqtSignal(object, object, str)
    file_wanted = pyqtSignal()
    folder_wanted = pyqtSignal()
    download_wanted = pyqtSignal()
    offer_taken = pyqtSignal(str)
    offer_left = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Training"))
        self._state = "idle"
        self._looks_ahead = True
        self._learning_rate = 0.0
        self._form = SettingsForm()
        self.samples = self._form.samples
        self._controls = RunControls()
        self._progress = ProgressLine()
        self._message = OfferLine()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self._form, self._controls, self._progress, self._message):
            column.addWidget(widget)
        column.addStretch(1)
        self._connect()

    def set_recipes(self, recipes: Sequence[Recipe]) -> None:
        """Offer these recipes."""
        self._form.set_recipes(recipes)

    def set_data_sets(self, names: Sequence[str]) -> None:
        """Offer these data sets, and a file or folder of one's own."""
        self._form.set_data_sets(names)

    def set_data(self, name: str) -> None:
        """Choose a data set by its name or folder; it joins the list if need be."""
        self._form.set_data(name)

    def data_field(self) -> QWidget:
        """The field in which the data set is chosen."""
        return self._form.data_field()

    def specs(self) -> tuple[NetworkSpec, TrainingSpec, str]:
        """What stands in the fields: network, training, and name or folder of the data.

        Raises
        ------
        SpecError
            Something is not allowed; Train is disabled then.
        """
        return self._form.specs()

    def last_specs(self) -> tuple[NetworkSpec, TrainingSpec, str]:
        """Like `specs`, but where something is not allowed, what was when all last was."""
        return self._form.last_specs()

    def set_specs(self, network: NetworkSpec, training: TrainingSpec, data: str) -> None:
        """Fill the fields."""
        self._form.set_specs(network, training, data)

    def set_state(self, state: str) -> None:
        """Show what can be done now: `idle`, `starting`, `running`, `paused` or `stopping`."""
        if state == "starting":
            self.show_message("")
        self._state = state
        self._controls.set_state(state)
        self._form.lock(running=state != "idle")

    def set_pace(self, pace: str) -> None:
        """Show the pace; nothing is emitted."""
        self._controls.set_pace(pace)

    def start_button(self) -> QWidget:
        """The button that reads Train while nothing runs."""
        return self._controls.start_button()

    def show_prospect(self, prospect: "Prospect") -> None:
        """Show what a run with these settings would be.

        How far the last run came stays until a setting is changed.
        """
        self._form.set_advice(prospect.advice)
        if self._state == "idle" and self._looks_ahead:
            self._progress.show_prospect(prospect)

    def show_progress(self, progress: "Progress") -> None:
        """Show how far the run has come."""
        self._looks_ahead = False
        self._progress.show_progress(progress)

    def show_message(self, text: str, kind: str = "info") -> None:
        """Show one sentence until the next run starts; a `warning` or an `error` gets a sign."""
        self._message.show_message(text, kind)

    def offer(self, run: str, words: str) -> None:
        """Offer to go on with the run of that id, until there is something else to say."""
        self._message.offer(run, words)

    def show_run(self, network: NetworkSpec, training: TrainingSpec, data: str) -> None:
        """Fill the fields with the settings of a run that starts without them."""
        self.set_specs(network, training, data)
        self._learning_rate = training.learning_rate

    def start(self) -> None:
        """Ask for a run with what stands in the fields, or show which of them does not allow it."""
        if self._ready():
            self.train_wanted.emit(*self._taken_specs())

    def step(self) -> None:
        """Ask for one minibatch: of the run that is on, or else of a new one."""
        if self._state != "idle":
            self.step_wanted.emit()
        elif self._ready():
            self.first_step_wanted.emit(*self._taken_specs())

    def continue_run(self) -> None:
        """Ask that the network which reads now be trained on."""
        if self._ready():
            _, training, data = self._taken_specs()
            self.continue_wanted.emit(training, data)

    def ready_specs(self) -> tuple[NetworkSpec, TrainingSpec, str] | None:
        """Like `specs`; None where something is not allowed, which is then shown."""
        return self.specs() if self._ready() else None

    def set_learning_rate(self, value: float) -> None:
        """Fill in a learning rate; the recipe stays the one that it was."""
        self._form.set_value("learning_rate", value)

    def _taken_specs(self) -> tuple[NetworkSpec, TrainingSpec, str]:
        network, training, data = self.specs()
        self._learning_rate = training.learning_rate
        return network, training, data

    def _ready(self) -> bool:
        refused = bool(self._form.refusal())
        if refused:
            self._form.focus_refused()
        return not refused

    def _connect(self) -> None:
        form, controls = self._form, self._controls
        form.changed.connect(self._check)
        form.file_wanted.connect(self.file_wanted)
        form.folder_wanted.connect(self.folder_wanted)
        form.download_wanted.connect(self.download_wanted)
        form.learning_rate_finished.connect(self._change_learning_rate)
        controls.train_wanted.connect(self.start)
        controls.continue_wanted.connect(self.continue_run)
        controls.find_rate_wanted.connect(self.find_rate_wanted)
        controls.pause_wanted.connect(self.pause_wanted)
        controls.resume_wanted.connect(self.resume_wanted)
        controls.step_wanted.connect(self.step)
        controls.stop_wanted.connect(self.stop_wanted)
        controls.pace_wanted.connect(self.pace_wanted)
        self._message.taken.connect(self.offer_taken)
        self._message.left.connect(self.offer_left)

    def _check(self) -> None:
        refusal = self._form.refusal()
        self._controls.refuse_start(refusal)
        if not refusal:
            self._looks_ahead = True
            self.settings_changed.emit(*self.specs())

    def _change_learning_rate(self, value: float) -> None:
        # Leaving the field without a change ends the editing as well.
        if self._state in ("running", "paused") and value != self._learning_rate:
            self._learning_rate = value
            self.learning_rate_wanted.emit(value)
