"""Widgets that paint themselves show where the keyboard's focus is, and only that."""

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from core.stress_maps import MAPS
from zmlp_gui.answer.answer_headline import AnswerHeadline
from zmlp_gui.canvas import Canvas
from zmlp_gui.plot.rate_plot import RatePlot
from zmlp_gui.plot.stress_plot import StressPlot

KINDS = [AnswerHeadline, Canvas, RatePlot, lambda: StressPlot(next(iter(MAPS.values())))]


@pytest.fixture(params=KINDS, ids=("headline", "canvas", "rates", "stress"))
def widget(request, shown):
    """One that paints itself, above a field that has the focus."""
    window, widget, field = QWidget(), request.param(), QLineEdit()
    window.resize(400, 400)
    column = QVBoxLayout(window)
    column.addWidget(widget)
    column.addWidget(field)
    shown(window)
    field.setFocus()
    yield widget
    window.close()


def test_a_ring_comes_with_the_tab_key_and_goes_with_the_focus(widget, pixels):
    before = pixels(widget)
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    assert widget.has_ring
    assert (pixels(widget)[:3] != before[:3]).any()
    widget.clearFocus()
    assert not widget.has_ring
    assert np.array_equal(pixels(widget)[:3], before[:3])


def test_a_click_brings_no_ring(widget, pixels):
    before = pixels(widget)
    widget.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not widget.has_ring
    assert np.array_equal(pixels(widget)[:3], before[:3])
