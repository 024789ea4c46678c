"""Runs are kept between starts, and the window does with them what a person wants."""

import json
import shlex
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QTableView

from core import model_file, networks, run_files
from core.run_command import command_line
from core.run_names import ACCENT, COLOURS
from core.run_record import KeptRun, Points, RunRecord, RunResult
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui.__main__ import main
from zmlp_gui.session import Session
from zmlp_gui.settings import FleetingSettings
from zmlp_gui.window import Window

Key, LEFT = Qt.Key, Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
PATIENCE = 30_000
SMALL = NetworkSpec(hidden=(16,))
SHORT = TrainingSpec(epochs=1, batch_size=64, threads=1)
ENDLESS = SHORT.replace(epochs=10_000)
DATA = "mnist-5k"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    """A user's folder of its own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "zmlp"


@pytest.fixture
def start(qapp):
    """Starts the program without a window, its book open, as often as wanted."""
    sessions = []

    def begin(opened: bool = True) -> Session:
        session = Session(networks.find(networks.BEST_ON_DRAWINGS))
        session.set_pace("full")
        sessions.append(session)
        if opened:
            session.book.open()
            settled(session)
        return session

    yield begin
    for session in sessions:
        session.close()


@pytest.fixture
def window(shown, home):
    """A window whose table of runs is open, with three runs from before."""
    for number in range(1, 4):
        run_files.write_run(earlier(number))
    window = Window(Session(networks.find(networks.BEST_ON_DRAWINGS)), FleetingSettings())
    window.resize(1366, 768)
    shown(window)
    window.session.set_pace("full")
    window.session.book.open()
    settled(window.session)
    window.activateWindow()
    QTest.keyClick(window.canvas, Key.Key_R, CTRL)
    yield window
    window.close()


def earlier(number: int, **values) -> KeptRun:
    steps = np.arange(1.0, 21.0)
    curve = Points(steps / 10, steps, 64 * steps, steps, 1 - 0.1 / steps, 1 / steps)
    known = {
        "name": f"run {number}",
        "network": SMALL.replace(hidden=(16 * number,)),
        "training": SHORT,
        "data": DATA,
        "part": "validation",
        "when": datetime(2024, 5, 6, tzinfo=UTC) + timedelta(hours=number),
        "threads": 1,
        "colour": number,
        "hidden": number == 2,
        "result": RunResult("done", 20, 18, 2.0, 0.9, 0.8, 0.5, 1.0, 1280.0),
    }
    return KeptRun(RunRecord(f"{number:032x}", **known | values), curve, curve)


def settled(session: Session) -> None:
    """Let files be read and written, and everything that follows from it happen."""
    session.background.finish(PATIENCE)
    for _ in range(20):
        QApplication.processEvents()


def trained(session: Session, qtbot, network=SMALL, training=SHORT, data=DATA) -> RunRecord:
    with qtbot.waitSignal(session.run_finished, timeout=PATIENCE) as ended:
        session.train(network, training, data)
    settled(session)
    return session.book.record(ended.args[0].id)


def on_disk() -> list[RunRecord]:
    runs, complaints = run_files.read_runs()
    assert complaints == []
    return [each.record for each in runs]


def log_of(signal) -> list:
    seen: list = []
    signal.connect(lambda *values: seen.append(values))
    return seen


# The book


def test_a_run_is_kept_with_its_settings_figures_curves_and_network(start, qtbot):
    session = start()
    record = trained(session, qtbot)
    (kept,) = on_disk()
    assert kept == record
    assert (kept.name, kept.network, kept.training, kept.data) == ("ReLU 16", SMALL, SHORT, DATA)
    assert kept.result.reason == "done"
    assert 0.5 < kept.result.test_accuracy < 1.0
    assert model_file.load(kept.model).network.spec == SMALL
    assert Path(kept.model).parent == networks.own_folder()


def test_a_run_of_before_has_the_same_curves_after_a_new_start(start, qtbot):
    session = start()
    record = trained(session, qtbot, training=SHORT.replace(epochs=4))
    before = session.book.curves(record.id)
    after = start().book.curves(record.id)
    for one, other in zip(before, after, strict=True):
        assert len(one) == len(other) > 1
        assert np.array_equal(one.steps, other.steps)
        np.testing.assert_allclose(one.accuracy, other.accuracy, rtol=1e-5)
        np.testing.assert_allclose(one.loss, other.loss, rtol=1e-5)


def test_new_names_differ_from_those_of_earlier_starts(start, qtbot):
    assert trained(start(), qtbot).name == "ReLU 16"
    assert trained(start(), qtbot).name == "ReLU 16 (2)"


def test_name_colour_and_hidden_are_remembered(start):
    run_files.write_run(earlier(1))
    session = start()
    (record,) = session.book.records()
    session.book.rename(record.id, "  my\nbest  ")
    session.book.set_colour(record.id, 5)
    session.book.set_hidden(record.id, True)
    settled(session)
    (again,) = start().book.records()
    assert (again.name, again.colour, again.hidden) == ("my best", 5, True)


def test_a_name_that_is_taken_gets_a_number_and_an_empty_one_changes_nothing(start):
    run_files.write_run(earlier(1))
    run_files.write_run(earlier(2))
    book = start().book
    first, second = book.records()
    book.rename(second.id, first.name)
    assert book.record(second.id).name == "run 1 (2)"
    book.rename(second.id, "   ")
    assert book.record(second.id).name == "run 1 (2)"
    book.rename(first.id, "run 1")
    assert book.record(first.id).name == "run 1"


def test_a_run_can_be_renamed_while_it_learns(start, qtbot):
    session = start()
    session.train(SMALL, SHORT.replace(epochs=4), DATA)
    qtbot.waitUntil(lambda: session.state == "running", timeout=PATIENCE)
    run = session.runs[-1]
    session.book.rename(run.id, "on the way")
    with qtbot.waitSignal(session.run_finished, timeout=PATIENCE):
        pass
    settled(session)
    assert run.name == "on the way"
    assert [each.name for each in on_disk()] == ["on the way"]


def test_a_learning_rate_set_by_hand_is_noted(start, qtbot):
    session = start()
    session.train(SMALL, ENDLESS, DATA)
    qtbot.waitUntil(lambda: session.state == "running", timeout=PATIENCE)
    session.set_learning_rate(0.01)
    training = session.runs[-1].pulled.training
    qtbot.waitUntil(lambda: bool(training.changes), timeout=PATIENCE)
    with qtbot.waitSignal(session.run_finished, timeout=PATIENCE):
        session.stop()
    settled(session)
    (kept,) = on_disk()
    assert kept.learning_rates == tuple(training.changes)
    assert kept.result.reason == "stopped"


def test_a_run_that_is_cut_off_by_leaving_is_kept(start, qtbot):
    session = start()
    session.train(SMALL, ENDLESS, DATA)
    qtbot.waitUntil(lambda: session.state == "running", timeout=PATIENCE)
    training = session.runs[-1].pulled.training
    qtbot.waitUntil(lambda: training.step > 100, timeout=PATIENCE)
    session.close()
    (kept,) = on_disk()
    assert (kept.result.reason, kept.result.minibatches) == ("left", training.step)
    assert np.isnan(kept.result.test_accuracy)
    assert Path(kept.model).is_file()


def test_a_book_that_was_not_opened_leaves_the_disk_alone(start, qtbot):
    """The demo plays for hours and must not fill a person's table."""
    run_files.write_run(earlier(1))
    session = start(opened=False)
    assert session.book.records() == []
    record = trained(session, qtbot)
    session.book.rename(record.id, "other")
    session.book.remove(record.id)
    settled(session)
    assert [each.name for each in on_disk()] == ["run 1"]


def test_the_run_that_began_last_has_the_accent_and_the_others_colours_of_their_own(start, qtbot):
    session = start()
    first = trained(session, qtbot)
    assert first.colour == ACCENT
    second = trained(session, qtbot)
    colours = [session.book.record(each.id).colour for each in (first, second)]
    assert colours == [COLOURS[0], ACCENT]
    settled(session)
    assert [each.colour for each in on_disk()] == colours


def test_a_broken_run_is_told_in_one_sentence_and_the_others_are_there(start):
    for number in range(1, 5):
        run_files.write_run(earlier(number))
    for number in (1, 2):
        path = run_files.runs_folder() / f"{number:032x}" / run_files.FACTS
        path.write_text("{")
    session = start(opened=False)
    said = log_of(session.told)
    session.book.open()
    settled(session)
    assert [each.name for each in session.book.records()] == ["run 3", "run 4"]
    assert len(said) == 1
    assert "1 more" in said[0][0]
    assert path.read_text() == "{"


def test_two_programs_do_each_other_no_harm(start):
    run_files.write_run(earlier(1))
    run_files.write_run(earlier(2))
    one, other = start(), start()
    said = log_of(one.told) + log_of(other.told)
    first, second = (each.id for each in one.book.records())
    one.book.remove(first)
    settled(one)
    other.book.rename(first, "back from the dead")
    other.book.remove(first)
    one.book.rename(second, "by one")
    settled(one)
    other.book.set_colour(second, 6)
    settled(other)
    (kept,) = on_disk()
    assert (kept.id, kept.name, kept.colour) == (second, "by one", 6)
    assert said == []


def test_the_copied_line_makes_the_same_weights_to_the_bit(start, qtbot, tmp_path, capfd):
    training = SHORT.replace(threads=0, seed=5, shift=1, validation=False, exclude="mnist-5k")
    record = trained(start(), qtbot, SMALL.replace(activation="tanh", bias=False), training)
    program, *words = shlex.split(command_line(record))
    assert program == "zmlp"
    assert main([*words, "--json", "--output", str(tmp_path / "again")]) == 0
    one, other = (model_file.load(path).network for path in (record.model, tmp_path / "again"))
    assert one.spec == other.spec
    assert np.array_equal(one.parameters, other.parameters)
    result = json.loads(capfd.readouterr().out.splitlines()[-1])
    assert result["test_accuracy"] == record.result.test_accuracy


# The window


def view(window: Window) -> QTableView:
    return window.runs.table.findChild(QTableView)


def select(window: Window, name: str) -> None:
    model = view(window).model()
    names = [model.index(row, 1).data() for row in range(model.rowCount())]
    spot = view(window).visualRect(model.index(names.index(name), 1)).center()
    QTest.mouseClick(view(window).viewport(), LEFT, Qt.KeyboardModifier.NoModifier, spot)


def press(window: Window, text: str) -> None:
    button = next(
        each for each in window.runs.table.findChildren(QPushButton) if each.text() == text
    )
    QTest.mouseClick(button, LEFT)


def names(window: Window) -> list[str]:
    model = view(window).model()
    return sorted(model.index(row, 1).data() for row in range(model.rowCount()))


def drawn(window: Window) -> str:
    """The names of the curves in sight, as a screen reader hears them."""
    return window.curves.accessibleDescription()


def said(window: Window) -> str:
    """What stands above the table."""
    return next(
        each.text()
        for each in window.runs.table.findChildren(QLabel)
        if each.accessibleName() == "What was done"
    )


def boxes(window: Window) -> list[QMessageBox]:
    return [each for each in window.findChildren(QMessageBox) if each.isVisible()]


def test_earlier_runs_are_on_the_curves_at_start_but_for_hidden_ones(window):
    assert "run 1" in drawn(window)
    assert "run 3" in drawn(window)
    assert "run 2" not in drawn(window)
    assert names(window) == ["run 1", "run 2", "run 3"]


def test_hiding_and_renaming_reach_the_curves(window, qtbot):
    select(window, "run 1")
    QTest.keyClick(view(window), Key.Key_H, CTRL)
    qtbot.waitUntil(lambda: "run 1" not in drawn(window), timeout=PATIENCE)
    select(window, "run 3")
    QTest.keyClick(view(window), Key.Key_F2)
    editor = QApplication.focusWidget()
    QTest.keyClicks(editor, "the third")
    QTest.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: "the third" in drawn(window), timeout=PATIENCE)
    select(window, "run 2")
    QTest.keyClick(view(window), Key.Key_H, CTRL | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: "run 2" in drawn(window), timeout=PATIENCE)


@pytest.mark.parametrize("sure", [True, False])
def test_a_run_is_removed_for_good_if_one_is_sure(window, sure):
    select(window, "run 1")
    press(window, "Remove…")
    (box,) = boxes(window)
    assert "run 1" in box.text()
    answer = next(each for each in box.buttons() if each.text() == ("Remove" if sure else "Keep"))
    QTest.mouseClick(answer, LEFT)
    settled(window.session)
    assert ("run 1" in names(window)) is not sure
    assert ("run 1" in drawn(window)) is not sure
    assert ("run 1" in {each.name for each in on_disk()}) is not sure


def test_same_again_trains_the_same(window, qtbot):
    select(window, "run 2")
    with qtbot.waitSignal(window.session.run_finished, timeout=PATIENCE):
        press(window, "Same again")
    settled(window.session)
    new = window.session.book.records()[-1]
    old = earlier(2).record
    assert (new.network, new.training, new.data) == (old.network, old.training, old.data)
    assert new.name in names(window)


def test_same_but_fills_the_panel_and_goes_there(window):
    select(window, "run 3")
    press(window, "Same but …")
    record = earlier(3).record
    assert window.panel.specs() == (record.network, record.training, record.data)
    assert window.panel.isAncestorOf(window.focusWidget())


def test_the_command_line_is_on_the_clipboard(window):
    select(window, "run 3")
    QTest.keyClick(view(window), Key.Key_C, CTRL)
    words = shlex.split(QApplication.clipboard().text())
    assert words[:4] == ["zmlp", "train", "--data", DATA]
    assert words[words.index("--hidden") + 1] == "48"
    assert "copied" in said(window)


def test_its_network_reads(window, qtbot):
    record = trained(window.session, qtbot)
    window.session.shelf.back()
    select(window, record.name)
    press(window, "Use its network")
    assert window.session.shelf.current.model.name == record.name


def test_the_network_of_an_earlier_start_reads(window, home):
    path = home / "networks" / "old.safetensors"
    path.parent.mkdir(parents=True)
    model = networks.find(networks.BEST_ON_DRAWINGS)
    model_file.save(replace(model, name="old one"), path)
    window.session.book._take(([earlier(9, model=str(path))], [], []))
    select(window, "run 9")
    press(window, "Use its network")
    settled(window.session)
    assert window.session.shelf.current.model.name == "old one"


def test_a_network_that_is_gone_is_one_sentence(window):
    window.session.book._take(([earlier(9, model="/nowhere/net.safetensors")], [], []))
    for name, words in (("run 9", "no file /nowhere/net.safetensors"), ("run 1", "No network")):
        select(window, name)
        press(window, "Use its network")
        (box,) = boxes(window)
        assert words in box.text()
        box.close()
        QApplication.processEvents()


def test_a_data_set_that_is_gone_is_one_sentence(window, qtbot, tmp_path):
    gone = tmp_path / "my digits"
    window.session.book._take(([earlier(9, data=str(gone))], [], []))
    select(window, "run 9")
    with qtbot.waitSignal(window.session.training_failed, timeout=PATIENCE) as failed:
        press(window, "Same again")
    assert "my digits does not exist" in failed.args[0]
    assert said(window) == failed.args[0]
    assert window.session.state == "idle"
    press(window, "Same but …")
    assert window.panel.specs()[2] == str(gone)


def test_a_run_removed_behind_the_back_is_removed_without_a_word(window):
    shutil.rmtree(run_files.runs_folder() / earlier(1).record.id)
    said = log_of(window.session.told)
    window.session.book.rename(earlier(1).record.id, "gone")
    window.session.book.remove(earlier(1).record.id)
    settled(window.session)
    assert said == []
    assert names(window) == ["run 2", "run 3"]


def test_the_run_that_learns_is_in_the_table_and_stays_there(window, qtbot):
    window.session.train(SMALL, ENDLESS, DATA)
    qtbot.waitUntil(lambda: window.session.state == "running", timeout=PATIENCE)
    assert "ReLU 16" in names(window)
    id = window.session.runs[-1].id
    window.session.book.remove(id)
    assert window.session.book.record(id) is not None
    select(window, "ReLU 16")
    press(window, "Remove…")
    assert boxes(window) == []
    assert "stop" in said(window)
    buttons = window.runs.table.findChildren(QPushButton)
    select(window, "run 1")
    assert not next(each for each in buttons if each.text() == "Same again").isEnabled()
    with qtbot.waitSignal(window.session.run_finished, timeout=PATIENCE):
        window.session.stop()
    assert next(each for each in buttons if each.text() == "Same again").isEnabled()
