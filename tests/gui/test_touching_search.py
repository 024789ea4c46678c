"""Digits that touch in a picture: found beside the GUI thread, while no pen is down."""

import threading

import numpy as np
import pytest
from PIL import Image

from core import networks, numbers
from core.drawing import Drawing, read_bundled_ink
from tests.gui.patience import PATIENCE, answered
from tests.pictured_numbers import number, painted
from zmlp_gui.drawings import SAMPLES
from zmlp_gui.shelf import Held
from zmlp_gui.touching_search import REST
from zmlp_gui.window import Window


@pytest.fixture
def touching() -> Drawing:
    """A picture of 203, of which two digits touch."""
    return painted(number(read_bundled_ink(SAMPLES), "203", "tight"), pen=20)


@pytest.fixture
def searches(monkeypatch) -> list[threading.Thread]:
    """The threads that searched, in the order in which they did."""
    threads = []

    def noted(*arguments):
        threads.append(threading.current_thread())
        return divided(*arguments)

    divided = numbers.divided
    monkeypatch.setattr(numbers, "divided", noted)
    return threads


def wait_for_number(window: Window, qtbot, text: str) -> None:
    qtbot.waitUntil(lambda: window.session.number.text == text, timeout=PATIENCE)


def searched(window: Window, qtbot) -> None:
    """Wait until a search that is due has been made."""
    qtbot.wait(2 * REST)
    answered(window, qtbot)


def test_a_picture_that_is_opened_shows_its_number(window, qtbot, touching, tmp_path):
    Image.fromarray(touching.picture).save(tmp_path / "203.png")
    window.drawings.open(tmp_path / "203.png")
    qtbot.waitUntil(lambda: window.session.number is not None, timeout=PATIENCE)
    wait_for_number(window, qtbot, "203")
    assert window.session.number.is_sure


def test_the_gui_thread_never_searches(window, qtbot, touching, searches):
    window.canvas.set_drawing(touching)
    wait_for_number(window, qtbot, "203")
    assert len(searches) == 1
    # Another network, and another picture.
    window.session.shelf.use(Held(networks.find("champion"), None, None))
    searched(window, qtbot)
    assert len(searches) == 2
    window.canvas.set_drawing(Drawing(touching.size, picture=np.fliplr(touching.picture).copy()))
    # The picture itself may wait to be read.
    qtbot.waitUntil(lambda: len(searches) > 2, timeout=PATIENCE)
    assert threading.main_thread() not in searches


def test_nothing_is_searched_while_the_eraser_is_down(window, qtbot, touching, searches):
    canvas = window.canvas
    canvas.set_drawing(touching)
    wait_for_number(window, qtbot, "203")
    searches.clear()
    canvas.set_tool("eraser")
    foot = [canvas.to_widget(x * touching.size[0], 280.0) for x in (0.9, 0.85, 0.8)]
    canvas.pen_down(foot[0], 0.0, None, False)
    for place in foot[1:]:
        canvas.pen_moved(place, 0.1, None)
    searched(window, qtbot)
    assert canvas.drawing().picture is not touching.picture
    assert not searches
    canvas.pen_up()
    searched(window, qtbot)
    assert searches
    assert window.session.number.text.startswith("20")


def test_a_stroke_beside_the_number_leaves_its_cuts(window, qtbot, touching, searches):
    window.canvas.set_drawing(touching)
    wait_for_number(window, qtbot, "203")
    searches.clear()
    width, height = touching.size
    window.canvas.begin_stroke(width - 12, 0.35 * height)
    window.canvas.extend_stroke(width - 12, 0.65 * height)
    window.session.read()
    assert window.session.number.text.startswith("203")
    window.canvas.end_stroke()
    searched(window, qtbot)
    assert not searches


def test_what_is_found_for_another_drawing_is_left_alone(window, qtbot, touching):
    window.canvas.set_drawing(touching)
    reader = numbers.NumberReader(numbers.Reader(window.session.shelf.current.model))
    window.canvas.clear()
    window.session.touching.found.emit(reader, touching)
    assert window.session.number is None
