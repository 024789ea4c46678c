"""The program's networks and committees in the menu of networks."""

import pytest
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QToolButton

from core import model_file, networks
from core.drawing import read_bundled_ink
from core.spec import TrainingSpec
from tests.gui.patience import PATIENCE, answered
from zmlp_gui.drawings import SAMPLES
from zmlp_gui.window import Window

COMMITTEE = networks.COMMITTEES[0]


def chooser(window: Window) -> QToolButton:
    buttons = window.findChildren(QToolButton)
    return next(each for each in buttons if each.accessibleName().startswith("Network: "))


def names(window: Window) -> list[str]:
    return [each.text() for each in chooser(window).menu().actions() if each.isCheckable()]


def entry(window: Window, name: str) -> QAction:
    return next(each for each in chooser(window).menu().actions() if each.text() == name)


def choose(window: Window, name: str, qtbot) -> None:
    entry(window, name).trigger()
    answered(window, qtbot)


def test_the_menu_offers_each_network_of_the_program_once(opened, qtbot):
    window = opened()
    assert sorted(names(window)) == sorted(networks.BUNDLED)
    choose(window, COMMITTEE, qtbot)
    assert chooser(window).text() == COMMITTEE
    assert entry(window, COMMITTEE).isChecked()
    choose(window, networks.BEST_ON_DRAWINGS, qtbot)
    choose(window, COMMITTEE, qtbot)
    assert sorted(names(window)) == sorted(networks.BUNDLED)


def test_a_committee_reads_what_is_drawn(opened, qtbot):
    window = opened()
    window.canvas.set_drawing(read_bundled_ink(SAMPLES)[3])
    window.session.read()
    alone = window.session.reading
    choose(window, COMMITTEE, qtbot)
    reading = window.session.reading
    expected = networks.find(COMMITTEE).predict(reading.image[None])[0]
    assert reading.probabilities == pytest.approx(expected, abs=1e-5)
    assert (reading.probabilities != alone.probabilities).any()


def test_a_committee_that_read_last_reads_again(opened, qtbot):
    window = opened()
    choose(window, COMMITTEE, qtbot)
    window.close()
    again = opened()
    assert again.session.shelf.current.model.name == COMMITTEE
    choose(again, networks.BEST_ON_DRAWINGS, qtbot)
    again.close()
    assert opened().session.shelf.current.model.name == networks.BEST_ON_DRAWINGS


def test_what_needs_one_network_takes_the_first(opened, qtbot, tmp_path):
    window = opened()
    choose(window, COMMITTEE, qtbot)
    session, first = window.session, networks.find(COMMITTEE).alone
    path = tmp_path / "first.safetensors"
    session.save_network(path)
    answered(window, qtbot)
    assert (model_file.load(path).network.values == first.network.values).all()
    assert session.shelf.current.model.name == COMMITTEE
    assert session.shelf.current_file is None, "the file holds one network, not the committee"
    with qtbot.waitSignal(session.run_finished, timeout=PATIENCE):
        session.continue_training(TrainingSpec(epochs=1, learning_rate=1e-6), "mnist-5k")
    learned = session.shelf.current.model
    assert learned.network.spec == first.network.spec
    assert learned.network.parameters == pytest.approx(first.network.parameters, abs=0.01)


def test_the_window_says_how_many_readings_vote(opened, qtbot):
    window = opened()
    choose(window, COMMITTEE, qtbot)
    count = len(networks.find(COMMITTEE).voices)
    assert window._facts.text().startswith(f"Vote of {count} readings")
