"""Joins the search for a learning rate to its box and to the panel."""

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QWidget

from zmlp_gui.rate_search import RateSearch
from zmlp_gui.rate_view import RateView
from zmlp_gui.training_panel import TrainingPanel


class RateDesk(QObject):
    """Opens the box, and lets the search end with it.

    Parameters
    ----------
    panel : TrainingPanel
        Its settings are searched with, and get the rate that is taken.
    window : QWidget
        The window above which the box opens.
    """

    def __init__(self, panel: TrainingPanel, window: QWidget) -> None:
        super().__init__(window)
        self._panel = panel
        self._window = window
        self._search = RateSearch(self)
        self.view: RateView | None = None

    def open(self) -> None:
        """Search with what stands in the panel, unless a field there is not allowed."""
        specs = self._panel.ready_specs()
        if specs is None or self.view is not None:
            return
        # The window waits, so that no run begins beside the search.
        view = self.view = RateView(self._window)
        self._search.moved.connect(view.show_tried)
        self._search.ended.connect(view.show_end)
        self._search.failed.connect(view.show_failure)
        view.taken.connect(self._panel.set_learning_rate)
        view.finished.connect(self._close)
        view.open()
        self._search.start(*specs)

    def close(self) -> None:
        """End a search under way: the program ends."""
        self._search.close()

    def _close(self) -> None:
        self._search.stop()
        if self.view is not None:
            self.view.deleteLater()
            self.view = None
