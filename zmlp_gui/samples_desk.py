"""Joins the samples of a deformation to the panel, the drawing and the run that is on."""

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, QTimer
from PyQt6.QtWidgets import QWidget

from core.reader import Reading
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui.deform_samples import DeformSamples
from zmlp_gui.panel.sample_strip import COUNT
from zmlp_gui.runs import Run
from zmlp_gui.session import IDLE, Session, State
from zmlp_gui.training_panel import TrainingPanel

# Milliseconds in which points of a stroke come together.
DRAWING = 200


class SamplesDesk(QObject):
    """Has samples made while they are in sight: of a run that is on, or else of the settings.

    Parameters
    ----------
    session : Session
        Has the run and the drawing.
    panel : TrainingPanel
        Has the settings, and shows the samples.
    window : QWidget
        The window of both.
    """

    def __init__(self, session: Session, panel: TrainingPanel, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._panel = panel
        self._strip = panel.samples
        self._samples = DeformSamples(COUNT, self)
        self._run: Run | None = None
        self._drawing: NDArray[np.uint8] | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(DRAWING)
        self._pause.timeout.connect(self._refresh)
        self._samples.ready.connect(self._strip.show_images)
        self._strip.turned.connect(self._samples.draw)
        self._strip.clicked.connect(self._samples.deal)
        panel.settings_changed.connect(self._look_at)
        session.reading_changed.connect(self._see_drawing)
        session.run_started.connect(self._follow)
        session.state_changed.connect(self._leave)

    def close(self) -> None:
        """Make nothing more: the window closes."""
        self._pause.stop()
        self._samples.close()

    def _look_at(self, network: NetworkSpec, training: TrainingSpec, data: str) -> None:
        if self._run is None:
            self._samples.look_at(training, data)
            self._refresh()

    def _follow(self, run: Run) -> None:
        """A run has begun, perhaps not from the panel: from now on it is what is shown."""
        self._run, training = run, run.pulled.training
        self._samples.look_at(training.spec, run.pulled.record.data, training.digits.training)
        self._refresh()

    def _leave(self, state: State) -> None:
        if state == IDLE and self._run is not None:
            self._run = None
            self._look_at(*self._panel.last_specs())

    def _see_drawing(self, reading: Reading | None) -> None:
        image = None if reading is None else reading.image
        # While a network learns the same drawing is read again and again.
        if image is self._drawing or (
            image is not None and self._drawing is not None and np.array_equal(image, self._drawing)
        ):
            return
        self._drawing = image
        self._samples.set_drawing(image)
        if self._strip.in_sight and not self._pause.isActive():
            self._pause.start()

    def _refresh(self) -> None:
        """Show the same digits, bent by the same chance, as they would be now."""
        if self._strip.in_sight:
            self._samples.make()
