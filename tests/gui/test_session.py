"""The session trains beside the window, reads meanwhile, and loses nothing."""

from pathlib import Path
from time import monotonic

import numpy as np
import pytest
from PyQt6.QtCore import QThread
from PyQt6.QtWidgets import QApplication

from core import datasets, model_file, networks, runs
from core.drawing import Drawing, read_bundled_ink
from core.errors import DrawingError
from core.events import Evaluated
from core.metrics import accuracy
from core.network import Network
from core.reader import Reader
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui.drawings import SAMPLES
from zmlp_gui.gate import FULL, GLANCE, SLOW
from zmlp_gui.session import Session

DATA = "mnist-5k"
SMALL = NetworkSpec(hidden=(16,))
# Of no use, but sure to diverge.
DEEP = NetworkSpec(hidden=(64, 64, 64), activation="identity")
SHORT = TrainingSpec(epochs=2, batch_size=64, threads=1)
ENDLESS = SHORT.replace(epochs=10_000)
PATIENCE = 30_000


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    """A user's folder of its own, so that a test finds no networks but those it trained."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path / "zmlp" / "networks"


@pytest.fixture(scope="module")
def three() -> Drawing:
    return next(each for each in read_bundled_ink(SAMPLES) if each.label == 3)


@pytest.fixture
def session(qapp, three):
    session = Session(networks.find(networks.BEST_ON_DRAWINGS))
    session.take_drawing = lambda: three
    session.set_pace(FULL)
    yield session
    session.close()


@pytest.fixture
def learning(session, qtbot):
    """Starts an endless run and returns once it has learned."""

    def start(network: NetworkSpec = SMALL, training: TrainingSpec = ENDLESS, data: str = DATA):
        session.train(network, training, data)
        qtbot.waitUntil(lambda: session.state == "running", timeout=PATIENCE)
        run = session.runs[-1]
        qtbot.waitUntil(lambda: run.pulled.training.step > 3, timeout=PATIENCE)
        return run

    return start


@pytest.fixture
def trained(session, qtbot):
    """Starts a short run and returns it once it is over and saved."""

    def train(network: NetworkSpec = SMALL, training: TrainingSpec = SHORT, data: str = DATA):
        with qtbot.waitSignal(session.run_finished, timeout=PATIENCE) as ended:
            session.train(network, training, data)
        settled(session)
        return ended.args[0]

    return train


def settled(session: Session) -> None:
    """Let files be written and the answers be delivered."""
    session.background.finish(PATIENCE)
    QApplication.processEvents()


def looks(session: Session, qtbot, count: int = 4) -> None:
    """Wait until the session has looked at its run a few times more."""
    for _ in range(count):
        with qtbot.waitSignal(session.progressed, timeout=PATIENCE):
            pass


def log_of(signal) -> list:
    seen: list = []
    signal.connect(lambda *values: seen.append(values))
    return seen


# What state it is in


def test_a_run_goes_from_idle_to_idle_in_order(session, qtbot):
    states = log_of(session.state_changed)
    order: list[str] = []
    session.run_started.connect(lambda run: order.append("started"))
    session.run_changed.connect(lambda run: order.append("changed"))
    session.run_finished.connect(lambda run: order.append("finished"))
    assert session.state == "idle"
    with qtbot.waitSignal(session.run_finished, timeout=PATIENCE):
        session.train(SMALL, SHORT, DATA)
        assert session.state == "starting"
    assert [state for (state,) in states] == ["starting", "running", "idle"]
    assert order[0] == "started"
    assert order[-1] == "finished"
    assert "changed" in order


def test_a_second_run_does_not_start_while_one_is_on(session, learning):
    run = learning()
    session.train(SMALL, SHORT, DATA)
    session.continue_training(SHORT, DATA)
    assert session.state == "running"
    assert session.runs == [run]


@pytest.mark.parametrize("wish", ["pause", "resume", "step", "stop", "pause_or_resume"])
def test_wishes_about_a_run_do_nothing_while_there_is_none(session, wish):
    getattr(session, wish)()
    assert session.state == "idle"


def test_a_run_that_is_held_learns_nothing(session, learning, qtbot):
    run = learning()
    session.pause()
    assert session.state == "paused"
    looks(session, qtbot, 2)
    held = run.pulled.training.step
    looks(session, qtbot)
    assert run.pulled.training.step == held
    session.resume()
    assert session.state == "running"
    qtbot.waitUntil(lambda: run.pulled.training.step > held, timeout=PATIENCE)


def test_one_key_holds_and_lets_go(session, learning):
    learning()
    session.pause_or_resume()
    assert session.state == "paused"
    session.pause_or_resume()
    assert session.state == "running"


def test_a_step_learns_exactly_one_minibatch(session, learning, qtbot):
    run = learning()
    session.pause()
    looks(session, qtbot, 2)
    for _ in range(3):
        held = run.pulled.training.step
        session.step()
        qtbot.waitUntil(lambda held=held: run.pulled.training.step > held, timeout=PATIENCE)
        looks(session, qtbot, 2)
        assert run.pulled.training.step == held + 1
    assert session.state == "paused"


def test_three_quick_steps_learn_three_minibatches(session, learning, qtbot):
    run = learning()
    session.pause()
    looks(session, qtbot, 2)
    held = run.pulled.training.step
    for _ in range(3):
        session.step()
    qtbot.waitUntil(lambda: run.pulled.training.step >= held + 3, timeout=PATIENCE)
    looks(session, qtbot, 2)
    assert run.pulled.training.step == held + 3


def test_a_step_while_it_runs_holds_it(session, learning, qtbot):
    run = learning()
    session.step()
    assert session.state == "paused"
    looks(session, qtbot, 2)
    held = run.pulled.training.step
    looks(session, qtbot, 2)
    assert run.pulled.training.step == held


def test_a_run_may_begin_with_one_step(session, qtbot):
    session.train_held(SMALL, ENDLESS, DATA)
    qtbot.waitUntil(lambda: session.state == "paused", timeout=PATIENCE)
    run = session.runs[-1]
    qtbot.waitUntil(lambda: run.pulled.training.step == 1, timeout=PATIENCE)
    looks(session, qtbot)
    assert run.pulled.training.step == 1


def test_the_pace_is_that_of_the_next_run_and_can_be_changed_meanwhile(session, qtbot):
    paces = log_of(session.pace_changed)
    session.set_pace(SLOW)
    assert paces == [(SLOW,)]
    started = monotonic()
    session.train(SMALL, ENDLESS, DATA)
    looks(session, qtbot, 6)
    training = session.runs[-1].pulled.training
    # The gate catches up with what came late.
    assert training.step <= 1 + (monotonic() - started + GLANCE) / 0.5
    session.set_pace(FULL)
    qtbot.waitUntil(lambda: training.step > 200, timeout=PATIENCE)


# What is learned


def test_the_window_learns_what_the_command_line_learns(trained):
    """The same seed, data, settings and threads: the same weights, bit for bit."""
    spec = SHORT.replace(shift=1, seed=7)
    run = trained(training=spec)
    training = runs.prepare(SMALL, spec, DATA)
    evaluations = [event for event in training if isinstance(event, Evaluated)]
    assert np.array_equal(run.pulled.training.network.parameters, training.network.parameters)
    assert run.pulled.history.evaluations == evaluations


def test_what_a_run_learned_is_kept_in_the_users_folder(trained, home):
    run = trained()
    (path,) = home.iterdir()
    kept = model_file.load(path)
    assert np.array_equal(kept.network.parameters, run.pulled.training.network.parameters)
    assert kept.name == run.name
    assert kept.trained_on.data == DATA


def test_stopping_keeps_the_best_weights(session, learning, qtbot, home):
    run = learning(training=ENDLESS.replace(learning_rate=0.5))
    qtbot.waitUntil(lambda: len(run.pulled.history.evaluations) > 20, timeout=PATIENCE)
    with qtbot.waitSignal(session.run_finished, timeout=PATIENCE):
        session.stop()
        assert session.state == "stopping"
    settled(session)
    assert session.state == "idle"
    finished, seen = run.finished, run.pulled.history.evaluations
    assert finished.reason == "stopped"
    best = max(seen, key=lambda each: (each.accuracy, -each.loss))
    assert finished.kept_step == best.step
    (path,) = home.iterdir()
    network, part = model_file.load(path).network, datasets.load(DATA).validation
    assert accuracy(network.predict(part.images), part.labels) == best.accuracy


def test_stopping_a_run_that_is_held_ends_it(session, learning, qtbot):
    learning()
    session.pause()
    with qtbot.waitSignal(session.run_finished, timeout=PATIENCE):
        session.stop()
    assert session.state == "idle"


def test_continuing_trains_a_copy_on(session, trained, qtbot):
    first = trained()
    before = first.pulled.training.network.parameters.copy()
    with qtbot.waitSignal(session.run_finished, timeout=PATIENCE):
        session.continue_training(SHORT, DATA)
    second = session.runs[-1]
    assert second is not first
    assert np.array_equal(first.pulled.training.network.parameters, before)
    assert second.pulled.history.losses[0] < first.pulled.history.losses[0] / 2
    assert session.shelf.current.run is second
    assert session.shelf.current.model.trained_on.earlier == first.pulled.model("").trained_on


def test_continuing_the_bundled_network_leaves_it_as_it_was(session, qtbot):
    bundled = session.shelf.current.model.network
    before = bundled.parameters.copy()
    with qtbot.waitSignal(session.run_finished, timeout=PATIENCE):
        session.continue_training(SHORT.replace(epochs=1), DATA)
    assert session.runs[-1].pulled.training.network.spec == bundled.spec
    assert np.array_equal(bundled.parameters, before)


def test_one_step_goes_back_to_the_network_before_and_another_returns(session, trained):
    before = session.shelf.current
    session.read()
    reading = session.reading
    assert not session.shelf.can_go_back
    run = trained()
    assert session.shelf.current.run is run
    assert session.shelf.can_go_back
    session.shelf.back()
    assert session.shelf.current is before
    assert np.array_equal(session.reading.probabilities, reading.probabilities)
    session.shelf.back()
    assert session.shelf.current.run is run


def test_a_new_learning_rate_acts_at_the_next_minibatch_and_is_recorded(session, learning, qtbot):
    run = learning()
    session.set_learning_rate(0.0125)
    qtbot.waitUntil(lambda: bool(run.pulled.training.changes), timeout=PATIENCE)
    ((step, rate),) = run.pulled.training.changes
    assert rate == 0.0125
    assert 0 < step <= run.pulled.training.step


def test_a_learning_rate_that_is_not_allowed_changes_nothing(session, learning, qtbot):
    run = learning()
    told = log_of(session.told)
    session.set_learning_rate(-1.0)
    ((sentence, kind),) = told
    assert "Learning rate" in sentence
    assert kind == "error"
    looks(session, qtbot)
    assert session.state == "running"
    assert run.pulled.training.changes == []


def test_a_run_that_diverges_says_so_and_keeps_weights_that_are_numbers(trained, session):
    run = trained(DEEP, SHORT.replace(learning_rate=10.0))
    sentence, kind = run.summary()
    assert run.finished.reason == "diverged"
    assert "learning rate" in sentence
    assert kind == "error"
    assert np.isfinite(run.pulled.training.network.parameters).all()
    session.read()
    assert np.isfinite(session.reading.probabilities).all()


def test_a_learning_rate_that_ruins_a_run_costs_nothing_that_it_had_learned(
    session, learning, qtbot, home
):
    run = learning(DEEP)
    evaluations = run.pulled.history.evaluations
    qtbot.waitUntil(lambda: len(evaluations) > 5, timeout=PATIENCE)
    with qtbot.waitSignal(session.run_finished, timeout=PATIENCE):
        session.set_learning_rate(10.0)
    settled(session)
    assert run.finished.reason == "diverged"
    assert run.finished.test_accuracy > 0.5
    (path,) = home.iterdir()
    assert np.isfinite(model_file.load(path).network.parameters).all()


def test_the_curves_of_a_run_that_diverged_can_be_drawn(trained, qtbot):
    run = trained(DEEP, SHORT.replace(learning_rate=10.0))
    series = run.training_series()
    assert len(series) == len(series.loss) == len(run.pulled.history)
    assert np.isfinite(series.accuracy).all()


def test_the_summary_tells_what_the_test_part_said(trained):
    run = trained(training=SHORT.replace(epochs=1))
    sentence, kind = run.summary()
    assert kind == "info"
    assert f"{100 * run.finished.test_accuracy:.1f} % of 1,000 test digits" in sentence


def test_runs_of_the_same_settings_have_different_names(trained, session):
    names = [trained(training=SHORT.replace(epochs=1)).name for _ in range(3)]
    assert names == ["ReLU 16", "ReLU 16 (2)", "ReLU 16 (3)"]
    assert len({held.title for held in session.shelf.held}) == 4


# What cannot start


@pytest.mark.parametrize("data", ["no-such-set", "/no/such/folder"])
def test_a_run_without_data_says_so_in_one_sentence_and_the_next_can_start(
    session, trained, qtbot, data
):
    before = session.shelf.current
    states = log_of(session.state_changed)
    with qtbot.waitSignal(session.training_failed, timeout=PATIENCE) as failed:
        session.train(SMALL, SHORT, data)
    (sentence,) = failed.args
    assert data in sentence
    assert "\n" not in sentence
    assert [state for (state,) in states] == ["starting", "idle"]
    assert session.shelf.current is before
    assert session.runs == []
    assert trained().finished.reason == "done"


def test_broken_data_say_so_in_one_sentence(session, qtbot, tmp_path):
    for stem in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        (tmp_path / f"{stem}-ubyte").write_bytes(b"\x00\x00\x08\x03 cut")
    with qtbot.waitSignal(session.training_failed, timeout=PATIENCE) as failed:
        session.train(SMALL, SHORT, str(tmp_path))
    assert "train-images-idx3-ubyte" in failed.args[0]
    assert session.state == "idle"


def test_an_error_of_the_program_ends_the_run_not_the_program(
    session, trained, qtbot, monkeypatch, caplog
):
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    with monkeypatch.context() as broken:
        broken.setattr("zmlp_gui.training_worker.prepare", fail)
        with qtbot.waitSignal(session.training_failed, timeout=PATIENCE) as failed:
            session.train(SMALL, SHORT, DATA)
    assert "log" in failed.args[0]
    assert "ZeroDivisionError" in caplog.text
    assert trained().finished.reason == "done"


def test_a_network_too_large_for_the_memory_says_so(session, qtbot, monkeypatch):
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("zmlp_gui.training_worker.prepare", fail)
    with qtbot.waitSignal(session.training_failed, timeout=PATIENCE) as failed:
        session.train(SMALL, SHORT, DATA)
    assert "memory" in failed.args[0]


# Reading


def test_the_drawing_is_read_again_with_the_newest_weights_while_it_learns(
    session, learning, qtbot
):
    readings = log_of(session.reading_changed)
    run = learning()
    looks(session, qtbot, 10)
    answers = [reading.probabilities for (reading,) in readings]
    assert len(answers) > 5
    assert len({each.tobytes() for each in answers}) > 3
    session.stop()
    qtbot.waitUntil(lambda: session.state == "idle", timeout=PATIENCE)
    kept = Reader(run.pulled.model("")).read(session.take_drawing())
    assert np.array_equal(session.reading.probabilities, kept.probabilities)


def test_the_network_before_reads_undisturbed_while_another_learns(session, learning, qtbot):
    session.read()
    before = session.reading.probabilities
    learning()
    session.shelf.back()
    looks(session, qtbot)
    session.read()
    assert np.array_equal(session.reading.probabilities, before)


def test_nothing_drawn_is_no_answer(session):
    session.take_drawing = lambda: Drawing((100.0, 100.0))
    session.read()
    assert session.reading is None


def test_many_pen_events_in_a_frame_are_read_once(session, qtbot):
    readings = log_of(session.reading_changed)
    session.read()
    for _ in range(50):
        session.drawing_changed()
    taken = len(readings)
    assert taken < 10
    qtbot.waitUntil(lambda: len(readings) > taken, timeout=PATIENCE)


def test_a_drawing_that_cannot_be_read_is_told_once(session, three):
    told = log_of(session.told)

    def broken() -> Drawing:
        raise DrawingError("That drawing is too large.")

    session.take_drawing = broken
    for _ in range(5):
        session.read()
    assert told == [("That drawing is too large.", "error")]
    assert session.reading is None
    session.take_drawing = lambda: three
    session.read()
    assert session.reading.name == "3"


# Files


def test_saving_a_network_while_it_learns_does_not_cost_what_it_learns_later(
    session, learning, qtbot, tmp_path, home
):
    run = learning()
    path = tmp_path / "halfway.safetensors"
    told = log_of(session.told)
    session.save_network(path)
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE)
    halfway = model_file.load(path)
    assert halfway.name == "halfway"
    step = run.pulled.training.step
    qtbot.waitUntil(lambda: run.pulled.training.step > step + 50, timeout=PATIENCE)
    with qtbot.waitSignal(session.run_finished, timeout=PATIENCE):
        session.stop()
    settled(session)
    (kept,) = home.iterdir()
    last = model_file.load(kept).network.parameters
    assert np.array_equal(last, run.pulled.training.network.parameters)
    assert not np.array_equal(last, halfway.network.parameters)


def test_a_file_that_changed_is_read_again(session, qtbot, tmp_path):
    path = tmp_path / "net.safetensors"
    for hidden in (8, 12):
        model_file.save(model_file.Model(Network(NetworkSpec(hidden=(hidden,))), "net"), path)
        session.shelf.open(path)
        qtbot.waitUntil(
            lambda hidden=hidden: session.shelf.current.model.network.spec.hidden == (hidden,),
            timeout=PATIENCE,
        )
    assert len(session.shelf.held) == 2


def test_a_network_opened_from_a_file_reads(session, qtbot, tmp_path):
    path = tmp_path / "net.safetensors"
    model_file.save(session.shelf.current.model, path)
    before = session.shelf.current
    session.shelf.open(path)
    qtbot.waitUntil(lambda: session.shelf.current is not before, timeout=PATIENCE)
    assert session.reading.name == "3"
    assert session.shelf.current.path == path


def test_a_file_that_is_no_network_changes_nothing(session, qtbot, tmp_path):
    path = tmp_path / "net.safetensors"
    path.write_bytes(b"no network at all")
    before = session.shelf.current
    with qtbot.waitSignal(session.told, timeout=PATIENCE) as told:
        session.shelf.open(path)
    sentence, kind = told.args
    assert "net.safetensors" in sentence
    assert kind == "error"
    assert session.shelf.current is before


def test_a_network_that_cannot_be_kept_is_told_and_stays_on_the_shelf(
    session, qtbot, tmp_path, home
):
    home.parent.mkdir()
    home.write_text("a file where the folder should be")
    told = log_of(session.told)
    with qtbot.waitSignal(session.run_finished, timeout=PATIENCE):
        session.train(SMALL, SHORT, DATA)
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE)
    assert told[0][1] == "error"
    assert "networks" in told[0][0]
    path = tmp_path / "elsewhere.safetensors"
    session.save_network(path)
    qtbot.waitUntil(lambda: session.shelf.current.path == path, timeout=PATIENCE)
    assert model_file.load(path).network.spec == SMALL


# Leaving


def is_over(session: Session) -> bool:
    return all(thread.isFinished() for thread in session.findChildren(QThread))


@pytest.mark.parametrize("held", [False, True])
def test_leaving_during_a_run_keeps_its_network_and_ends_the_thread(session, learning, home, held):
    run = learning()
    if held:
        session.pause()
    session.close()
    assert is_over(session)
    (path,) = home.iterdir()
    kept = model_file.load(path).network.parameters
    assert np.array_equal(kept, run.pulled.training.network.parameters)


def test_leaving_during_a_run_waits_for_no_evaluation(session, learning, home, monkeypatch):
    run = learning()
    monkeypatch.setattr(run.pulled.training, "_end", pytest.fail)
    session.close()
    assert is_over(session)
    assert run.finished is None
    assert len(list(home.iterdir())) == 1


def test_leaving_twice_keeps_one_copy(session, learning, home):
    learning()
    session.close()
    settled(session)
    session.close()
    settled(session)
    assert len(list(home.iterdir())) == 1


def test_leaving_while_the_data_are_read_ends_the_thread(session, home):
    session.train(SMALL, ENDLESS, DATA)
    session.close()
    settled(session)
    assert is_over(session)
    assert session.runs == []


def test_leaving_after_a_run_writes_nothing_more(session, trained, home):
    trained()
    session.close()
    assert len(list(home.iterdir())) == 1


def test_leaving_without_a_run_ends_the_thread(session, home):
    session.close()
    assert is_over(session)
    assert not home.exists()
