"""Files are read and written beside the window, in order, and the window hears of the end."""

import threading
from collections.abc import Iterator

import pytest

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
    gate, order = threading.Event(), []
    background.run(lambda: gate.wait(30.0), lambda _: order.append("first"), unexpected)
    background.run(
        lambda: order.append("second work"), lambda _: order.append("second"), unexpected
    )
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


def test_letting_go_of_it_waits_for_what_is_being_written(qapp):
    """It neither cuts a file off nor waits for ever."""
    under_way, written = threading.Event(), []
    go_on = threading.Timer(0.2, under_way.set)

    def write() -> None:
        under_way.wait(30.0)
        written.append(sum(range(100_000)))

    background = Background()
    background.run(write, unexpected, unexpected)
    go_on.start()
    del background
    go_on.join()
    assert len(written) == 1
