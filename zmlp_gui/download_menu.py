"""The menu of data sets that can be had from the web."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QMenu, QWidget

from zmlp_gui.words import tr


@dataclass(frozen=True)
class Offer:
    """A data set that can be had: its name, what it is, bytes to load, and whether it is here."""

    name: str
    words: str
    size: int
    here: bool


class DownloadMenu(QMenu):
    """Offers data sets with their sizes; nothing is loaded before one of them is chosen.

    Parameters
    ----------
    offers : callable
        Returns the data sets and whether one may be chosen now; asked when the menu opens.

    Signals
    -------
    chosen : str
        Load that one.
    """

    chosen = pyqtSignal(str)

    def __init__(
        self,
        offers: Callable[[], tuple[Sequence[Offer], bool]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._offers = offers
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        self.clear()
        offers, free = self._offers()
        for number, offer in enumerate(offers, 1):
            values = {"number": number, "name": offer.name, "size": f"{offer.size / 1e6:.0f}"}
            if offer.here:
                text = tr("&{number}  {name} is here", **values)
            else:
                text = tr("&{number}  Get {name} ({size} MB)", **values)
            action = self.addAction(text)
            if action is not None:
                action.setToolTip(tr(offer.words))
                action.setEnabled(free and not offer.here)
                action.triggered.connect(lambda _, name=offer.name: self.chosen.emit(name))
