"""The window offers to go on with what was cut off, and what goes on ends as if left alone."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QPushButton, QTableView

from core import model_file, networks, recording, run_files
from core.checkpoint import CHECKPOINT
from core.history import History
from core.resume import resume
from core.run_record import RunRecord
from core.runs import new_record, prepare
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui.session import Session
from zmlp_gui.settings import FleetingSettings
from zmlp_gui.window import Window

Key, LEFT = Qt.Key, Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
PATIENCE = 60_000
CHECKOUT = Path(__file__).parents[2]
SMALL = NetworkSpec(hidden=(16,))
LONG = TrainingSpec(epochs=30, batch_size=64, threads=1, optimizer="adam", learning_rate=0.005)
DATA = "mnist-5k"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    """A user's folder of its own, and a checkpoint at every epoch however short."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(recording, "APART", 0.0)
    return tmp_path / "home" / "zmlp"


@pytest.fixture
def open_window(shown):
    """Opens a window as the program does, as often as wanted."""
    windows = []

    def begin() -> Window:
        window = Window(Session(networks.find(networks.BEST_ON_DRAWINGS)), FleetingSettings())
        windows.append(window)
        window.resize(1366, 768)
        shown(window)
        window.session.set_pace("full")
        window.session.book.open()
        settled(window.session)
        return window

    yield begin
    for window in windows:
        window.close()


def settled(session: Session) -> None:
    session.background.finish(PATIENCE)
    for _ in range(20):
        QApplication.processEvents()


def leave_in_mid_run(window: Window, qtbot, steps: int = 200) -> RunRecord:
    """Start a run and close the window on it."""
    session = window.session
    session.train(SMALL, LONG, DATA)
    qtbot.waitUntil(lambda: session.state == "running", timeout=PATIENCE)
    training = session.runs[-1].pulled.training
    qtbot.waitUntil(lambda: training.step > steps, timeout=PATIENCE)
    window.close()
    return only_record()


def only_record() -> RunRecord:
    (record,) = run_files.read_records()
    return record


def offered(window: Window) -> str:
    return window.panel._message.offered()


def press(window: Window, words: str) -> None:
    (button,) = (
        each
        for each in window.panel.findChildren(QPushButton)
        if each.text() == words and each.isVisible()
    )
    QTest.mouseClick(button, LEFT)


def finish(window: Window, qtbot, how) -> RunRecord:
    with qtbot.waitSignal(window.session.run_finished, timeout=PATIENCE) as ended:
        how()
    settled(window.session)
    assert ended.args[0].finished.reason == "done"
    return only_record()


def alone(changes: tuple[tuple[int, float], ...] = ()) -> bytes:
    training, by_hand = prepare(SMALL, LONG, DATA), dict(changes)
    for _ in training:
        if training.learns_next and training.step in by_hand:
            training.learning_rate = by_hand.pop(training.step)
    return training.network.values.tobytes()


def test_a_run_that_the_window_was_closed_on_is_offered_and_ends_in_the_same_bits(
    open_window, qtbot
):
    left = leave_in_mid_run(open_window(), qtbot)
    assert left.result.reason == "left"
    assert left.result.minibatches > 200
    window = open_window()
    assert offered(window) == left.id
    epoch = int(left.result.epochs) + 1
    assert window.panel._message.text() == f"ReLU 16 was cut off in epoch {epoch} of 30."
    record = finish(window, qtbot, lambda: press(window, "Go on"))
    assert (record.id, record.name, record.result.reason) == (left.id, "ReLU 16", "done")
    assert model_file.load(record.model).network.values.tobytes() == alone()
    assert not (run_files.runs_folder() / record.id / CHECKPOINT).exists()


def test_its_settings_stand_in_the_panel_and_its_curve_goes_on(open_window, qtbot):
    left = leave_in_mid_run(open_window(), qtbot)
    window = open_window()
    finish(window, qtbot, lambda: press(window, "Go on"))
    network, training, data = window.panel.specs()
    assert (network.hidden, training, data) == ((16,), LONG, DATA)
    run = window.session.book.run(left.id)
    steps = run.validation_series().steps.tolist()
    assert steps[0] < left.result.minibatches < steps[-1]
    assert len(set(steps)) == len(steps)
    assert len(window.session.book.records()) == 1


def test_one_that_is_left_is_offered_no_more_but_can_go_on_from_the_table(open_window, qtbot):
    left = leave_in_mid_run(open_window(), qtbot)
    second = open_window()
    press(second, "Leave it")
    assert offered(second) == ""
    second.close()
    third = open_window()
    assert offered(third) == ""
    assert only_record().result.reason == "stopped"
    QTest.keyClick(third.canvas, Key.Key_R, CTRL)
    table = third.runs.table
    table.findChild(QTableView).selectRow(0)
    record = finish(third, qtbot, table._actions["go_on"].trigger)
    assert record.id == left.id
    assert model_file.load(record.model).network.values.tobytes() == alone()


def test_one_that_was_stopped_is_not_offered_and_goes_on_from_the_table(open_window, qtbot):
    window = open_window()
    session = window.session
    session.train(SMALL, LONG, DATA)
    qtbot.waitUntil(lambda: session.state == "running", timeout=PATIENCE)
    with qtbot.waitSignal(session.run_finished, timeout=PATIENCE):
        session.stop()
    settled(session)
    stopped = only_record()
    assert stopped.result.reason == "stopped"
    record = finish(window, qtbot, lambda: window.runs._go_on(stopped.id))
    assert record.id == stopped.id
    assert model_file.load(record.model).network.values.tobytes() == alone()
    assert len(session.book.records()) == 1


def test_one_that_was_cut_off_before_its_first_checkpoint_says_that_it_begins_again(
    open_window, qtbot
):
    training = prepare(SMALL, LONG, DATA)
    recording.begin(training, new_record(training, DATA, 1), History()).close()
    window = open_window()
    assert offered(window) == ""
    with qtbot.waitSignal(window.session.run_started, timeout=PATIENCE):
        window.runs._go_on(only_record().id)
    words = "ReLU 16 begins again: it was cut off before anything that it learned was kept."
    assert window.panel._message.text() == words
    record = finish(window, qtbot, lambda: None)
    assert model_file.load(record.model).network.values.tobytes() == alone()


def test_one_whose_checkpoint_is_damaged_says_so_and_stays(open_window, qtbot):
    left = leave_in_mid_run(open_window(), qtbot)
    path = run_files.runs_folder() / left.id / CHECKPOINT
    path.write_bytes(path.read_bytes()[:-1])
    window = open_window()
    with qtbot.waitSignal(window.session.training_failed, timeout=PATIENCE) as failed:
        press(window, "Go on")
    assert "is damaged" in failed.args[0]
    assert window.panel._message.text() == failed.args[0]
    assert only_record() == left
    assert len(window.session.book.curves(left.id)[0].steps)


def test_a_finished_run_has_nothing_to_go_on_with(open_window, qtbot):
    window = open_window()
    short = LONG.replace(epochs=1)
    finish(window, qtbot, lambda: window.session.train(SMALL, short, DATA))
    QTest.keyClick(window.canvas, Key.Key_R, CTRL)
    window.runs.table.findChild(QTableView).selectRow(0)
    assert not window.runs.table._actions["go_on"].isEnabled()
    window.close()
    assert offered(open_window()) == ""


def test_rates_set_by_hand_before_and_after_are_kept(open_window, qtbot):
    window = open_window()
    session = window.session
    session.train(SMALL, LONG, DATA)
    qtbot.waitUntil(lambda: session.state == "running", timeout=PATIENCE)
    training = session.runs[-1].pulled.training
    session.set_learning_rate(0.002)
    qtbot.waitUntil(lambda: bool(training.changes), timeout=PATIENCE)
    window.close()
    window = open_window()
    qtbot.waitUntil(lambda: bool(offered(window)), timeout=PATIENCE)

    def go_on() -> None:
        press(window, "Go on")
        qtbot.waitUntil(lambda: window.session.state == "running", timeout=PATIENCE)
        assert window.panel.specs()[1].learning_rate == 0.002
        window.session.set_learning_rate(0.004)

    record = finish(window, qtbot, go_on)
    assert [rate for _, rate in record.learning_rates] == [0.002, 0.004]
    weights = model_file.load(record.model).network.values.tobytes()
    assert weights == alone(record.learning_rates)


def test_another_run_takes_the_place_of_the_offer(open_window, qtbot):
    leave_in_mid_run(open_window(), qtbot)
    window = open_window()
    assert offered(window)
    with qtbot.waitSignal(window.session.run_finished, timeout=PATIENCE):
        window.session.train(SMALL, LONG.replace(epochs=1), DATA)
    assert offered(window) == ""
    assert not [
        each
        for each in window.panel.findChildren(QPushButton)
        if each.text() == "Leave it" and each.isVisible()
    ]


def test_a_run_that_goes_on_elsewhere_is_neither_offered_nor_trained_twice(open_window, qtbot):
    left = leave_in_mid_run(open_window(), qtbot)
    window = open_window()
    elsewhere = resume(run_files.runs_folder() / left.id)
    with qtbot.waitSignal(window.session.training_failed, timeout=PATIENCE) as failed:
        press(window, "Go on")
    assert failed.args == ["ReLU 16 is under way in another window or terminal."]
    assert window.session.state == "idle"
    window.close()
    assert offered(open_window()) == ""
    elsewhere.recording.close()


def test_a_window_closed_before_the_first_minibatch_leaves_no_run(open_window, qtbot):
    window = open_window()
    window.session._gate.pause()
    with qtbot.waitSignal(window.session.run_started, timeout=PATIENCE):
        window.session.train(SMALL, LONG, DATA)
    training = window.session.runs[-1].pulled.training
    window.close()
    assert [record.result.minibatches for record in run_files.read_records()] == (
        [training.step] if training.step else []
    )


@pytest.mark.skipif(sys.platform == "win32", reason="a kill is another thing elsewhere")
def test_a_run_of_a_terminal_that_was_killed_is_offered(open_window, home, qtbot):
    words = ["--hidden", "16", "--epochs", "10000", "--threads", "1"]
    program = (
        "import sys; from core import recording; from zmlp_gui.__main__ import main;"
        "recording.APART = 0.0; sys.exit(main(sys.argv[1:]))"
    )
    command = subprocess.Popen(
        [sys.executable, "-c", program, "train", *words],
        cwd=CHECKOUT,
        env=os.environ | {"XDG_DATA_HOME": str(home.parent)},
        stdout=subprocess.DEVNULL,
    )
    end = monotonic() + 60
    while not list(home.glob(f"runs/*/{CHECKPOINT}")):
        assert monotonic() < end
        sleep(0.02)
    # While it lives it is not offered.
    assert offered(open_window()) == ""
    command.send_signal(signal.SIGKILL)
    command.wait()
    window = open_window()
    assert offered(window) == only_record().id
    assert window.session.book.record(offered(window)).result.reason == "left"


def test_a_demo_leaves_no_run(qtbot, qapp):
    session = Session(networks.find(networks.BEST_ON_DRAWINGS))
    session.set_pace("full")
    session.fleeting = True
    session.book.open()
    with qtbot.waitSignal(session.run_finished, timeout=PATIENCE):
        session.train(SMALL, LONG.replace(epochs=1), DATA)
    settled(session)
    session.close()
    assert run_files.read_records() == []
