"""Files are read and written beside the window, in order, and the window hears of the end."""

import threading
from collections.abc import Iterator

import pytest
from PyQt6.QtCore import QObject

from core.errors import SaveError
from zmlp_gui.background import Background

PATIENCE = 30_000


@pytest.fixture
def background(qapp) -> Iterator[Background]:
    background = Background()
    yield background
    assert background.finish(PATIENCE)


def unexpected(value: object) -> None:
    pytest.fail(f"unexpected: {value}")


def test_work_is_done_beside_the_window_and_answered_in_its_thread(background, qtbot):
    threads = []
    background.run(
        threading.current_thread, lambda worker: threads.extend([worker, here()]), unexpected
    )
    qtbot.waitUntil(lambda: bool(threads), timeout=PATIENCE)
    worker, answered = threads
    assert worker is not here()
    assert answered is here()


def here() -> threading.Thread:
    return threading.current_thread()


def test_one_thing_is_done_after_the_other(background, qtbot):
    """A file that was saved twice holds what was saved last."""
    gate = threading.Event()
    order: list[str] = []
    note = order.append
    background.run(lambda: gate.wait(30.0), lambda _: note("first"), unexpected)
    background.run(lambda: note("second work"), lambda _: note("second"), unexpected)
    assert order == []
    gate.set()
    qtbot.waitUntil(lambda: len(order) == 3, timeout=PATIENCE)
    assert order.index("first") < order.index("second")


def test_an_error_that_the_person_can_mend_is_told_and_logged(background, qtbot, caplog):
    def full() -> None:
        raise SaveError("The disk is full.")

    told = []
    background.run(full, unexpected, told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE)
    assert told == ["The disk is full."]
    assert "The disk is full." in caplog.text


def test_an_error_of_the_program_is_logged_and_told_in_plain_words(background, qtbot, caplog):
    def fail() -> None:
        raise ZeroDivisionError("a bug")

    told = []
    background.run(fail, unexpected, told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE)
    assert "log" in told[0]
    assert "ZeroDivisionError" not in told[0]
    assert "ZeroDivisionError: a bug" in caplog.text


def test_leaving_while_a_file_is_written_neither_waits_for_ever_nor_cuts_it_off(qapp):
    go_on, written = threading.Event(), threading.Event()

    def write() -> None:
        go_on.wait(30.0)
        written.set()

    parent = QObject()
    Background(parent).run(write, unexpected, unexpected)
    del parent
    assert not written.is_set()
    go_on.set()
    assert written.wait(30.0)


def test_waiting_for_the_end_has_an_end(background):
    go_on = threading.Event()
    background.run(lambda: go_on.wait(30.0), lambda _: None, unexpected)
    assert not background.finish(10)
    go_on.set()
    assert background.finish(PATIENCE)
