"""The gate holds a training between two minibatches, for as long as the person wants."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import pytest

from zmlp_gui import gate as gate_module
from zmlp_gui.gate import FULL, GLANCE, SLOW, SLOW_INTERVAL, WATCH, Gate

STEPS = 1000
PATIENCE = 30.0


class Walker:
    """A training thread that learns nothing but goes through the gate, and counts."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.passed = 0
        self.looks = 0
        self._leaving = False
        self._moved = threading.Condition()

    def walk(self) -> None:
        while not self._leaving:
            self.gate.wait(STEPS, self._look)
            with self._moved:
                self.passed += not self._leaving
                self._moved.notify_all()

    def leave(self) -> None:
        self._leaving = True
        self.gate.close()

    def wait_for(self, passed: int) -> None:
        with self._moved:
            assert self._moved.wait_for(lambda: self.passed >= passed, PATIENCE), self.passed

    def wait_for_looks(self, more: int) -> None:
        with self._moved:
            wanted = self.looks + more
            assert self._moved.wait_for(lambda: self.looks >= wanted, PATIENCE)

    def _look(self) -> None:
        with self._moved:
            self.looks += 1
            self._moved.notify_all()


@contextmanager
def walking(gate: Gate) -> Iterator[Walker]:
    walker = Walker(gate)
    thread = threading.Thread(target=walker.walk)
    thread.start()
    try:
        yield walker
    finally:
        walker.leave()
        thread.join(PATIENCE)
        assert not thread.is_alive()


class Clock:
    """A time that passes only where the gate waits, so that paces can be told exactly."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        clock = self

        class Event(threading.Event):
            def wait(self, timeout: float | None = None) -> bool:
                assert timeout is not None
                clock.now += timeout
                return False

        monkeypatch.setattr(gate_module, "monotonic", lambda: self.now)
        monkeypatch.setattr(gate_module.threading, "Event", Event)


@pytest.fixture
def clock(monkeypatch) -> Clock:
    return Clock(monkeypatch)


def nothing() -> None:
    pass


def test_a_shut_gate_lets_nobody_through_until_it_is_opened():
    gate = Gate(FULL)
    gate.pause()
    with walking(gate) as walker:
        walker.wait_for_looks(3)
        assert walker.passed == 0
        gate.resume()
        walker.wait_for(100)


def test_whoever_waits_looks_round_meanwhile():
    """The window asks for weights while a run is held, too."""
    gate = Gate(SLOW)
    with walking(gate) as walker:
        walker.wait_for_looks(3)
    gate = Gate()
    gate.pause()
    with walking(gate) as walker:
        walker.wait_for_looks(3)


def test_each_step_lets_exactly_one_through():
    gate = Gate(FULL)
    gate.pause()
    with walking(gate) as walker:
        for done in range(1, 4):
            gate.step()
            walker.wait_for(done)
            walker.wait_for_looks(2)
            assert walker.passed == done


def test_no_step_is_lost_or_taken_twice_however_fast_they_come():
    gate = Gate(FULL)
    gate.pause()
    with walking(gate) as walker:
        for _ in range(20_000):
            gate.step()
        walker.wait_for(20_000)
        walker.wait_for_looks(2)
        assert walker.passed == 20_000


def test_a_step_shuts_an_open_gate():
    gate = Gate(FULL)
    with walking(gate) as walker:
        walker.wait_for(10)
        gate.step()
        walker.wait_for_looks(2)
        held = walker.passed
        walker.wait_for_looks(2)
        assert walker.passed == held
    assert gate.paused


def test_opening_forgets_steps_that_nobody_took():
    gate = Gate(FULL)
    gate.pause()
    for _ in range(3):
        gate.step()
    gate.resume()
    gate.pause()
    with walking(gate) as walker:
        walker.wait_for_looks(2)
        assert walker.passed == 0


def test_a_closed_gate_holds_nobody():
    gate = Gate(SLOW)
    gate.pause()
    gate.close()
    assert gate.closed
    gate.wait(STEPS, pytest.fail)
    gate.wait(STEPS, pytest.fail)


def test_an_abandoned_gate_is_closed_as_well():
    gate = Gate(SLOW)
    gate.abandon()
    assert gate.abandoned
    assert gate.closed
    gate.wait(STEPS, pytest.fail)


def test_a_slower_pace_holds_the_very_next_one(clock):
    gate = Gate(FULL)
    gate.wait(STEPS, pytest.fail)
    gate.set_pace(SLOW)
    gate.wait(STEPS, nothing)
    assert clock.now >= 100.0 + SLOW_INTERVAL - GLANCE


def test_closing_wakes_whoever_waits(monkeypatch):
    monkeypatch.setattr(gate_module, "SLOW_INTERVAL", 1000.0)
    monkeypatch.setattr(gate_module, "GLANCE", 1000.0)
    gate = Gate(SLOW)
    gate.wait(STEPS, nothing)
    thread = threading.Thread(target=gate.wait, args=(STEPS, nothing))
    thread.start()
    gate.close()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_a_new_pace_wakes_whoever_waits(monkeypatch):
    monkeypatch.setattr(gate_module, "SLOW_INTERVAL", 1000.0)
    monkeypatch.setattr(gate_module, "GLANCE", 1000.0)
    gate = Gate(SLOW)
    with walking(gate) as walker:
        walker.wait_for(1)
        gate.set_pace(FULL)
        walker.wait_for(100)


def test_full_speed_waits_for_nothing(clock):
    gate = Gate(FULL)
    for _ in range(1000):
        gate.wait(STEPS, pytest.fail)
    assert clock.now == 100.0


@pytest.mark.parametrize("steps", [20, 1000, 50_000])
def test_a_watched_run_takes_ten_seconds_whatever_its_length(clock, steps):
    gate = Gate(WATCH)
    for _ in range(steps):
        gate.wait(steps, nothing)
    assert clock.now - 100.0 == pytest.approx(10.0, abs=10.0 / steps + GLANCE)


def test_a_watched_run_takes_ten_seconds_though_its_minibatches_take_time(clock):
    gate = Gate(WATCH)
    for _ in range(STEPS):
        gate.wait(STEPS, nothing)
        clock.now += 0.006
    assert clock.now - 100.0 == pytest.approx(10.0, abs=0.1)


def test_slow_motion_shows_two_minibatches_a_second(clock):
    gate = Gate(SLOW)
    for _ in range(20):
        gate.wait(STEPS, nothing)
    assert clock.now - 100.0 == pytest.approx(9.5, abs=0.1)


def test_a_minibatch_that_was_late_is_not_followed_by_a_rush(clock):
    gate = Gate(WATCH)
    gate.wait(STEPS, nothing)
    clock.now += 5.0
    before = clock.now
    for _ in range(100):
        gate.wait(STEPS, nothing)
    assert clock.now - before > 0.9


def test_a_run_that_was_held_goes_on_at_its_pace(monkeypatch):
    """What it did not learn meanwhile is not made up for."""
    monkeypatch.setattr(gate_module, "WATCHED_RUN", 20.0)
    gate = Gate(WATCH)
    gate.pause()
    with walking(gate) as walker:
        walker.wait_for_looks(4)
        started = monotonic()
        gate.resume()
        walker.wait_for(20)
        assert monotonic() - started > 0.2
