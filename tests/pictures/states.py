"""The window in its main states, the same at every call and on every machine.

The numbers are real: networks learn the embedded digits, in this thread and with fixed seeds. Only
the speed and the time left, which differ from machine to machine, are given.
"""

from collections.abc import Callable
from dataclasses import replace

from PyQt6.QtTest import QTest

from core.drawing import read_bundled_ink
from core.events import BatchDone, Finished
from core.history import History
from core.no_digits import letters
from core.recipes import RECIPES
from core.run_names import ACCENT, distinct, run_name
from core.runs import new_record, prepare
from core.spec import NetworkSpec, TrainingSpec
from core.threads import use_threads
from zmlp_gui.application import make_window
from zmlp_gui.drawings import SAMPLES
from zmlp_gui.gate import Gate
from zmlp_gui.network_view import PATIENCE
from zmlp_gui.runs import Progress, Run
from zmlp_gui.session import IDLE, RUNNING
from zmlp_gui.settings import FleetingSettings
from zmlp_gui.shelf import Held
from zmlp_gui.snapshots import Snapshots
from zmlp_gui.training_worker import Job, Pulled
from zmlp_gui.window import Window

DATA = "mnist-5k"
# The one that is drawn: a seven.
DRAWING = 7
DIGITS_PER_SECOND, SECONDS = 64_000.0, 0.8
# How far the run has come that is shown under way.
SHARE = 0.62

FAST = RECIPES["fast"]
JOURNAL = RECIPES["journal-sigmoid"]
PLAIN = TrainingSpec(learning_rate=0.05, batch_size=32)
EARLIER = (
    (NetworkSpec(hidden=(32,), activation="sigmoid", bias=False), PLAIN.replace(epochs=15)),
    (NetworkSpec(hidden=(128,)), PLAIN.replace(epochs=15)),
)
# A step so large that the loss is soon no number any more.
ABSURD = NetworkSpec(hidden=(256, 256)), TrainingSpec(learning_rate=10.0, epochs=15)


def empty() -> Window:
    """Just opened, nothing drawn."""
    return make_window(FleetingSettings())


def drawn() -> Window:
    """A drawing and its answer."""
    window = empty()
    window.canvas.set_drawing(read_bundled_ink(SAMPLES)[DRAWING])
    window.session.read()
    return window


def refused() -> Window:
    """A letter."""
    window = empty()
    window.canvas.set_drawing(next(letters("W", 1, seed=0)))
    window.session.read()
    _rest()
    return window


def training() -> Window:
    """A run under way, two earlier ones behind it."""
    window = drawn()
    for network, spec in EARLIER:
        _finish(window, _learn(window, network, spec))
    _show_under_way(window, _learn(window, FAST.network, FAST.training, SHARE))
    return window


def finished() -> Window:
    """A run that is over."""
    window = drawn()
    _finish(window, _learn(window, FAST.network, FAST.training))
    return window


def error() -> Window:
    """A run that went astray."""
    window = drawn()
    window.panel.set_specs(*ABSURD, DATA)
    _finish(window, _learn(window, *ABSURD))
    _rest()
    return window


def presenter() -> Window:
    """The same on the stage."""
    window = training()
    window.presenter.enter(full_screen=False, keys=False)
    return window


STATES: dict[str, Callable[[], Window]] = {
    each.__name__: each for each in (empty, drawn, refused, training, finished, error, presenter)
}


def _rest() -> None:
    """Doubt is told when the ink has rested."""
    QTest.qWait(2 * PATIENCE)


def _learn(window: Window, network: NetworkSpec, spec: TrainingSpec, share: float = 1.0) -> Run:
    """Train to its end, or for a share of its minibatches."""
    threads = use_threads(1)
    training = prepare(network, spec, DATA)
    job = Job(network, spec, DATA, None, Gate())
    name = distinct(run_name(network), window.session.book.names())
    record = new_record(training, DATA, threads, name=name, colour=ACCENT)
    snapshots = Snapshots(training.network, training.read)
    run = Run(Pulled(job, training, History(), snapshots, record), name)
    window.session.runs.append(run)
    window.session.book.begin(run)
    for event in training:
        run.pulled.history.append(event)
        match event:
            case BatchDone() if event.step >= share * training.steps:
                if share < 1.0:
                    break
            case Finished():
                run.finished = replace(event, seconds=SECONDS)
    return run


def _show_under_way(window: Window, run: Run) -> None:
    session, training = window.session, run.pulled.training
    session.state = RUNNING
    session.state_changed.emit(RUNNING)
    # Nothing runs, and a window that closes shall not wait for it.
    session.state = IDLE
    session.run_started.emit(run)
    session.shelf.use(Held(run.pulled.model(run.name), None, run))
    session.progressed.emit(
        Progress(
            min(training.step // training.minibatches.per_epoch + 1, training.spec.epochs),
            training.spec.epochs,
            training.step,
            training.steps,
            DIGITS_PER_SECOND,
            (training.steps - training.step) * training.minibatches.size / DIGITS_PER_SECOND,
        )
    )
    session.run_changed.emit(run)


def _finish(window: Window, run: Run) -> None:
    session = window.session
    _show_under_way(window, run)
    run.learning = False
    assert run.finished is not None
    session.shelf.use(Held(run.pulled.model(run.name), None, None))
    session.state_changed.emit(IDLE)
    session.run_finished.emit(run)
