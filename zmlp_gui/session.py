"""What the running program holds: a drawing, networks, runs, and the signals about them."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Final, Literal

from PyQt6 import sip
from PyQt6.QtCore import QObject, QThread, QTimer, pyqtSignal

from core.drawing import Drawing
from core.errors import SpecError, ZmlpError
from core.events import Finished
from core.model_file import Model
from core.network import Network
from core.numbers import NumberReader, NumberReading
from core.reader import Reader, Reading
from core.run_files import runs_folder
from core.run_names import distinct, run_name
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui.background import Background
from zmlp_gui.gate import WATCH, Gate
from zmlp_gui.run_book import RunBook
from zmlp_gui.runs import Run
from zmlp_gui.shelf import Held, Shelf
from zmlp_gui.touching_search import TouchingSearch
from zmlp_gui.training_worker import Job, Pulled, TrainingWorker

log = logging.getLogger(__name__)

# Milliseconds: one frame of drawing, and one while a network learns, for a reading in this thread
# holds the other one up; one look at a training; how long leaving may take.
FRAME = 16
LEARNING_FRAME = 33
LOOK = 90
LEAVE = 5000
# The figures are written at every second look, the curves drawn at every fourth, never both.
FIGURE_LOOKS, CURVE_LOOKS = 2, 4

State = Literal["idle", "starting", "running", "paused", "stopping"]
IDLE: Final = "idle"
STARTING: Final = "starting"
RUNNING: Final = "running"
PAUSED: Final = "paused"
STOPPING: Final = "stopping"


class Session(QObject):
    """The program without its window.

    Parameters
    ----------
    model : Model
        The network that reads first.

    Attributes
    ----------
    take_drawing : callable
        Returns what is drawn; the window sets it.
    state : State
        What the training does.
    pace : str
        How fast runs go: `slow`, `watch` or `full`.
    reading : Reading or None
        The latest answer, of several digits for the chosen one; None where nothing is drawn.
    number : NumberReading or None
        The latest answer for all digits that are drawn.
    place : int
        Which of them is chosen: the one that was drawn last, until the person chooses.
    runs : list of Run
        Those of this session, the newest last.
    fleeting : bool
        Whether runs that begin now leave nothing in the person's folders.
    """

    reading_changed = pyqtSignal(object)
    state_changed = pyqtSignal(str)
    progressed = pyqtSignal(object)
    run_started = pyqtSignal(object)
    run_changed = pyqtSignal(object)
    run_finished = pyqtSignal(object)
    training_failed = pyqtSignal(str)
    pace_changed = pyqtSignal(str)
    told = pyqtSignal(str, str)

    _job_wanted = pyqtSignal(object)

    def __init__(self, model: Model, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.take_drawing: Callable[[], Drawing] = lambda: Drawing((1.0, 1.0))
        self.state: State = IDLE
        self.pace = WATCH
        self.runs: list[Run] = []
        self.fleeting = False
        self.reading: Reading | None = None
        self.number: NumberReading | None = None
        self.place = 0
        self.background = Background(self)
        self.book = RunBook(self.background, self)
        self.book.told.connect(self.told)
        self.run_changed.connect(self.book.refresh)
        self.shelf = Shelf(model, self.background, self)
        self.shelf.changed.connect(self._change_reader)
        self.shelf.told.connect(self.told)
        self._reader = NumberReader(Reader(model))
        self.touching = TouchingSearch(self.background, self)
        self.touching.found.connect(self._take_reader)
        self._drawing: Drawing | None = None
        self._wanted: int | None = None
        self._active: Run | None = None
        self._gate = Gate()
        self._looks = 0
        self._read_at = 0.0
        self._complaint = ""
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.timeout.connect(self.read)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK)
        self._timer.timeout.connect(self._look)
        self._thread, self._worker = self._start_thread()

    def _start_thread(self) -> tuple[QThread, TrainingWorker]:
        thread, worker = QThread(self), TrainingWorker()
        worker.moveToThread(thread)
        self._job_wanted.connect(worker.run)
        worker.prepared.connect(self._begin)
        worker.finished.connect(self._finish)
        worker.failed.connect(self._fail)
        thread.start()
        return thread, worker

    # Reading: the drawing goes in, an answer comes out.

    def drawing_changed(self) -> None:
        """Read the drawing, at once or in the next frame."""
        frame = LEARNING_FRAME if self.state == RUNNING else FRAME
        wait = frame - 1000.0 * (monotonic() - self._read_at)
        if wait <= 0.0:
            self.read()
        elif not self._frame.isActive():
            self._frame.start(int(wait) + 1)

    def read(self) -> None:
        """Take the drawing and read it with the present weights."""
        self._frame.stop()
        self._read_at = monotonic()
        try:
            self.number = self._answer()
            self._complaint = ""
        except ZmlpError as error:
            self.number = None
            # It would come again at every point of a stroke.
            if self._complaint != (sentence := str(error)):
                self._complaint = sentence
                self.told.emit(sentence, "error")
        self._choose()
        self.reading_changed.emit(self.reading)

    def _answer(self) -> NumberReading | None:
        """What is drawn, read; digits are prepared again only if they are others."""
        drawing = self.take_drawing()
        if drawing is not self._drawing:
            self._drawing, self._wanted = drawing, None
        weights = self._weights()
        number = self._reader.read(drawing, weights, search=False)
        # Cuts that a network finds while it learns would not hold long.
        wanted = number is not None and number.may_touch and weights is None
        self.touching.follow((self._reader.model, drawing) if wanted else None)
        return number

    def _take_reader(self, reader: NumberReader, drawing: Drawing) -> None:
        """Read on with one that knows where the digits in a picture touch."""
        if reader.model is self._reader.model and drawing is self._drawing:
            self._reader = reader
            self.read()

    def choose_digit(self, place: int) -> None:
        """Show the answer for one digit, counted from the left, until the drawing changes."""
        self._wanted = place
        self._choose()
        self.reading_changed.emit(self.reading)

    def _choose(self) -> None:
        if self.number is None:
            self.reading, self.place = None, 0
            return
        wanted = self.number.newest if self._wanted is None else self._wanted
        self.place = min(wanted, len(self.number.digits) - 1)
        self.reading = self.number.digits[self.place].reading

    def _weights(self) -> Network | None:
        """Those of the training under way if it is what reads, else None: the model's own."""
        run = self._active
        return run.pulled.snapshots.latest() if run and self.shelf.current.run is run else None

    def _change_reader(self) -> None:
        if self._reader.model is not self.shelf.current.model:
            self._reader = NumberReader(Reader(self.shelf.current.model))
            # It may prepare drawings in another way.
            self._drawing = None
            self.read()

    def save_network(self, path: Path) -> None:
        """Write the network that reads to a file, with its weights of now."""
        self.shelf.save(self.model_of_now(), path)

    def model_of_now(self) -> Model:
        """The network that reads; of one that learns, a copy with its weights of now.

        Of a committee the first network.
        """
        model, weights = self.shelf.current.model, self._weights()
        return model.with_network(weights.copy()) if weights else model.alone

    # Training: the worker learns, a timer looks on.

    def train(
        self, network: NetworkSpec, training: TrainingSpec, data: str, name: str | None = None
    ) -> None:
        """Train a new network; the window reads with it while it learns.

        The run has that name, or without one a name made of its settings.
        """
        self._start(Job(network, training, data, None, Gate(self.pace), name))

    def train_held(self, network: NetworkSpec, training: TrainingSpec, data: str) -> None:
        """Train a new network, but hold after the first minibatch."""
        gate = Gate(self.pace)
        gate.pause()
        gate.step()
        self._start(Job(network, training, data, None, gate))

    def continue_training(self, training: TrainingSpec, data: str) -> None:
        """Train a copy of the network that reads on."""
        model = self.shelf.current.model.alone
        # A network without a file of its own has a name that its program knows, if any.
        start_file = str(self.shelf.current_file or model.name)
        gate = Gate(self.pace)
        self._start(Job(model.network.spec, training, data, model, gate, start_file=start_file))

    def go_on(self, id: str) -> None:
        """Go on with a run that was stopped, left or cut off, where it was."""
        if record := self.book.record(id):
            gate, folder = Gate(self.pace), runs_folder() / id
            known = (record.network, record.training, record.data)
            self._start(Job(*known, None, gate, record.name, folder=folder))

    def pause(self) -> None:
        """Hold the run after the minibatch under way."""
        if self.state == RUNNING:
            self._gate.pause()
            self._enter(PAUSED)

    def resume(self) -> None:
        """Go on after a pause."""
        if self.state == PAUSED:
            self._gate.resume()
            self._enter(RUNNING)

    def pause_or_resume(self) -> None:
        """Hold a run that goes on, or go on with one that is held."""
        if self.state == PAUSED:
            self.resume()
        else:
            self.pause()

    def step(self) -> None:
        """Learn one minibatch and hold."""
        if self.state in (RUNNING, PAUSED):
            self._gate.step()
            self._enter(PAUSED)

    def stop(self) -> None:
        """End the run; what it learned is kept."""
        if self.state in (RUNNING, PAUSED):
            self._gate.close()
            self._enter(STOPPING)

    def set_pace(self, pace: str) -> None:
        """`slow`, `watch` or `full`; acts at once."""
        self.pace = pace
        self._gate.set_pace(pace)
        self.pace_changed.emit(pace)

    def set_learning_rate(self, value: float) -> None:
        """Change the step size; acts at the next minibatch."""
        if self._active:
            try:
                self._active.pulled.training.learning_rate = value
            except SpecError as error:
                self.told.emit(str(error), "error")

    def forget(self, run: Run) -> None:
        """Let go of a run that is over, and of its network unless it reads now."""
        if run is not self._active and run in self.runs:
            self.runs.remove(run)
            self.book.forget(run.id)
            self.shelf.forget(run)

    def close(self) -> None:
        """Stop what is under way, keep what was learned, and end the threads."""
        self._frame.stop()
        self.touching.stop()
        active = self._end()
        self._gate.abandon()
        self._thread.quit()
        if not self._thread.wait(LEAVE):
            log.warning("the training thread did not end in time")
            # It is left to itself: Qt aborts the program where a running thread is destroyed.
            self._thread.setParent(None)
            sip.transferto(self._thread, None)  # type: ignore[arg-type]
        elif active and not active.fleeting and active.pulled.training.step:
            # The worker left without a farewell, or it is in the queue and nobody delivers it.
            self.shelf.keep(active)
            self.book.keep(active)
        self.background.finish(LEAVE)

    def _start(self, job: Job) -> None:
        if self.state == IDLE:
            if job.folder is None:
                name = distinct(job.name or run_name(job.network), self.book.names())
                job = replace(job, name=name, kept=self.book.on_disk and not self.fleeting)
            self._gate = job.gate
            self._enter(STARTING)
            self._job_wanted.emit(job)

    def _begin(self, pulled: Pulled) -> None:
        """The data are loaded and the network is built: read with it."""
        if self._gate.closed:
            # The person left meanwhile.
            return
        run = Run(pulled, pulled.record.name)
        run.fleeting = self.fleeting
        self.runs.append(run)
        self.book.begin(run)
        self._active = run
        self._looks = 0
        self._enter(PAUSED if self._gate.paused else RUNNING)
        self.run_started.emit(run)
        self.shelf.use(Held(pulled.model(run.name), None, run))
        self._timer.start()

    def _look(self) -> None:
        """Show the run's numbers, the drawing read with its weights, now and then its curves."""
        run = self._active
        if run is None:
            return
        if self._looks % FIGURE_LOOKS == 0:
            self.progressed.emit(run.progress())
        if self.shelf.current.run is run:
            # At once, unless the pen has just had it read.
            self.drawing_changed()
        run.pulled.snapshots.request()
        if self._looks % CURVE_LOOKS == 1:
            self.run_changed.emit(run)
        self._looks += 1

    def _finish(self, finished: Finished) -> None:
        """The run is over: its network holds the weights that were kept."""
        run = self._end()
        if run is None:
            return
        run.finished = finished
        # Earlier runs are kept for their curves; their digits would fill the memory.
        run.pulled.training.let_go()
        self.progressed.emit(run.progress())
        self.run_changed.emit(run)
        if not run.fleeting:
            if finished.kept_step:
                self.shelf.keep(run)
            self.book.keep(run)
        self.read()
        self.run_finished.emit(run)

    def _fail(self, sentence: str) -> None:
        """The run could not start, or broke off."""
        if run := self._end():
            self.book.refresh(run)
        self.training_failed.emit(sentence)

    def _end(self) -> Run | None:
        """Nothing is trained any more; returns what was."""
        run, self._active = self._active, None
        self._timer.stop()
        if run is not None:
            run.learning = False
        self._enter(IDLE)
        self.shelf.changed.emit()
        return run

    def _enter(self, state: State) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)
