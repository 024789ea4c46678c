"""Weights reach the window whole: what it reads is never written to meanwhile."""

import sys
import threading

import numpy as np
import pytest

from core.network import Network
from core.spec import NetworkSpec
from zmlp_gui.snapshots import Snapshots


@pytest.fixture
def network() -> Network:
    network = Network(NetworkSpec(hidden=(64,)))
    network.parameters[:] = 1.0
    return network


@pytest.fixture
def impatient():
    """Threads take turns as often as Python lets them."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def reader(network):
    return lambda values: np.copyto(values, network.values)


def only_value(network: Network) -> float:
    assert (network.parameters == network.parameters[0]).all()
    return float(network.parameters[0])


def test_the_first_weights_are_there_before_any_minibatch(network):
    snapshots = Snapshots(network, reader(network))
    network.parameters[:] = 2.0
    assert only_value(snapshots.latest()) == 1.0


def test_newer_weights_come_when_they_were_asked_for(network):
    snapshots = Snapshots(network, reader(network))
    snapshots.request()
    network.parameters[:] = 2.0
    snapshots.serve()
    assert only_value(snapshots.latest()) == 2.0


def test_nothing_is_copied_that_nobody_asked_for(network):
    """A copy of twelve million weights at every minibatch would cost more than learning."""
    snapshots = Snapshots(network, reader(network))
    snapshots.request()
    snapshots.serve()
    assert only_value(snapshots.latest()) == 1.0
    network.parameters[:] = 2.0
    snapshots.serve()
    assert only_value(snapshots.latest()) == 1.0


def test_asking_twice_is_asking_once(network):
    snapshots = Snapshots(network, reader(network))
    snapshots.request()
    snapshots.request()
    snapshots.serve()
    network.parameters[:] = 2.0
    snapshots.serve()
    assert only_value(snapshots.latest()) == 1.0


def test_weights_in_use_stay_as_they_are_until_newer_ones_are_taken(network):
    snapshots = Snapshots(network, reader(network))
    used = snapshots.latest()
    for value in (2.0, 3.0, 4.0):
        snapshots.request()
        network.parameters[:] = value
        snapshots.serve()
        assert only_value(used) == 1.0
    assert only_value(snapshots.latest()) == 2.0


def test_the_trained_network_itself_is_never_handed_out(network):
    snapshots = Snapshots(network, reader(network))
    for _ in range(4):
        snapshots.request()
        snapshots.serve()
        assert not np.shares_memory(snapshots.latest().parameters, network.parameters)


def test_no_copy_that_is_read_is_ever_written(network, impatient):
    """The trainer fills in one value after the other as fast as it can: no mixture is ever seen."""
    snapshots = Snapshots(network, reader(network))
    ended = threading.Event()

    def train() -> None:
        value = 1.0
        while not ended.is_set():
            value += 1.0
            network.parameters[:] = value
            snapshots.serve()

    trainer = threading.Thread(target=train)
    trainer.start()
    seen = [1.0]
    try:
        for _ in range(200_000):
            snapshots.request()
            weights = snapshots.latest()
            first = only_value(weights)
            assert first >= seen[-1]
            assert only_value(weights) == first
            if first != seen[-1]:
                seen.append(first)
            if len(seen) > 300:
                break
    finally:
        ended.set()
        trainer.join()
    assert len(seen) > 30
