"""Joins the downloads to the panel: what arrives is offered there, and chosen."""

from collections.abc import Iterable, Sequence

from PyQt6.QtCore import QObject, QPoint
from PyQt6.QtWidgets import QWidget

from core.datasets import KNOWN, available
from core.joined_data import SIGN
from core.mirrors import SOURCES
from core.own_digits import OWN
from core.relatives import TEN_DIGITS
from zmlp_gui.download_line import DownloadLine
from zmlp_gui.download_menu import DownloadMenu, Offer
from zmlp_gui.downloads import Downloads
from zmlp_gui.forecast import Forecast
from zmlp_gui.training_panel import TrainingPanel
from zmlp_gui.words import tr


class DataDesk(QObject):
    """What a window does with data sets from the web.

    Parameters
    ----------
    panel, forecast
        Those of the window.
    window : QWidget
        The window itself.

    Attributes
    ----------
    downloads, menu, line
        What loads; the menu that offers; the line that shows how far it is.
    """

    def __init__(self, panel: TrainingPanel, forecast: Forecast, window: QWidget) -> None:
        super().__init__(window)
        self._panel = panel
        self._forecast = forecast
        self._idle = True
        self.downloads = Downloads(self)
        self.menu = DownloadMenu(self._offers, window)
        self.line = DownloadLine(window)
        self.menu.chosen.connect(self.downloads.get)
        self.line.stop_wanted.connect(self.downloads.stop)
        self.downloads.began.connect(self.line.begin)
        self.downloads.progressed.connect(self.line.show_progress)
        self.downloads.ended.connect(self.line.end)
        self.downloads.arrived.connect(self._take)
        panel.download_wanted.connect(self.offer)

    def set_state(self, state: str) -> None:
        """While a network learns, what arrives is offered and not chosen."""
        self._idle = state == "idle"

    def list_data_sets(self) -> None:
        """Offer in the panel what is here; the person's own digits also beside others."""
        names = [each.name for each in available(sizes=False) if each.found]
        if OWN in names:
            names += _joined(names)
        self._panel.set_data_sets(names)

    def note_lesson(self) -> None:
        """The person's own digits have changed: offer them, and forget how many they were."""
        for name in (OWN, *_joined(KNOWN)):
            self._forecast.forget(name)
        self.list_data_sets()

    def offer(self) -> None:
        """Show what can be had, at the field of the data."""
        field = self._panel.data_field()
        self.menu.popup(field.mapToGlobal(QPoint(0, field.height())))

    def _offers(self) -> tuple[Sequence[Offer], bool]:
        here = {each.name for each in available(sizes=False) if each.found}
        offers = [
            Offer(name, KNOWN[name].words, source.size, name in here)
            for name, source in SOURCES.items()
        ]
        return offers, not self.downloads.busy

    def _take(self, name: str) -> None:
        self._forecast.forget(name)
        self.list_data_sets()
        if self._idle:
            self._panel.set_data(name)
        words = tr("{name} is here: {words}", name=name, words=tr(KNOWN[name].words))
        self.downloads.told.emit(words, "info")


def _joined(names: Iterable[str]) -> list[str]:
    """The data sets of digits among these with the person's own beside them."""
    known = [name for name in names if name in KNOWN]
    digits = [name for name in known if KNOWN[name].class_names == TEN_DIGITS]
    return [f"{name}{SIGN}{OWN}" for name in digits]
