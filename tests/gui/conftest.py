"""What the tests of the window share: a light theme, and pictures of widgets as arrays."""

import os

import numpy as np
import pytest
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QApplication, QWidget

from zmlp_gui import forecast, theme

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def light(qapp: QApplication):
    """Every test begins in the light theme, whatever the one before did."""
    theme.apply(qapp, "light")
    return theme.LIGHT


@pytest.fixture(autouse=True)
def no_forecast(monkeypatch):
    """No window measures the machine's speed beside a test; those of the forecast do."""
    monkeypatch.setattr(forecast, "QUIET", 10**8)


@pytest.fixture
def pixels():
    """The picture of a widget as (height, width, 3) of uint8, red first.

    It has one pixel for each device-independent one, of more on the screen the first.
    """

    def grab(widget: QWidget) -> np.ndarray:
        image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        width, height, stride = image.width(), image.height(), image.bytesPerLine()
        data = np.frombuffer(image.constBits().asarray(stride * height), np.uint8)
        every = round(image.devicePixelRatio())
        colours = data.reshape(height, stride)[:, : 3 * width].reshape(height, width, 3)
        return colours[::every, ::every].copy()

    return grab


@pytest.fixture
def shown(qtbot):
    """Shows a widget as the active window, and lets go of it after the test."""

    def show(widget: QWidget) -> QWidget:
        qtbot.addWidget(widget)
        with qtbot.waitActive(widget):
            widget.show()
            widget.activateWindow()
        return widget

    return show
