"""What the tests of the window share: a light theme, windows, and pictures of widgets as arrays."""

import os
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QApplication, QWidget

from core import networks
from tests.gui.patience import answered
from zmlp_gui import forecast, theme
from zmlp_gui.session import Session
from zmlp_gui.settings import FleetingSettings, Settings
from zmlp_gui.window import Window

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


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """A user's folder of its own; where the networks in it would be."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "zmlp" / "networks"


@pytest.fixture
def settings() -> FleetingSettings:
    """What `window` has; a test file may have others."""
    return FleetingSettings()


@pytest.fixture
def window(home, shown, settings):
    """A window as large as the design, on settings that end with it."""
    window = Window(Session(networks.find(networks.BEST_ON_DRAWINGS)), settings)
    window.resize(1366, 768)
    yield shown(window)
    window.close()


@pytest.fixture
def folder(tmp_path) -> Path:
    """Where the windows of `opened` keep their settings."""
    return tmp_path / "settings"


@pytest.fixture
def opened(home, folder, shown, qtbot):
    """Opens windows on the same folder; once they are shown their files have been read."""
    windows = []

    def open_window(settings: Settings | None = None) -> Window:
        model = networks.find(networks.BEST_ON_DRAWINGS)
        window = Window(Session(model), settings or Settings(folder))
        windows.append(window)
        shown(window)
        answered(window, qtbot)
        return window

    yield open_window
    for window in windows:
        window.close()
