"""How far a download is, and the button that stops it; for the status bar."""

from typing import TYPE_CHECKING

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from zmlp_gui import theme
from zmlp_gui.words import tr

if TYPE_CHECKING:
    from core.download import Progress

_STEPS, _WIDTH = 1000, 96


class DownloadLine(QWidget):
    """Shown while a data set is loaded.

    Signals
    -------
    stop_wanted()
    """

    stop_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self._words = QLabel()
        self._words.setAccessibleName(tr("Download"))
        self._bar = QProgressBar()
        self._bar.setRange(0, _STEPS)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(_WIDTH)
        self._bar.setAccessibleName(tr("Part of the download that is done"))
        self._bar.setToolTip(tr("Part of the download that is done"))
        self._stop = QPushButton(tr("Stop"))
        self._stop.setProperty("link", True)
        self._stop.setProperty("wanted", True)
        self._stop.setAccessibleName(tr("Stop the download"))
        self._stop.setToolTip(tr("Stop; what has come is kept, and goes on the next time"))
        self._stop.clicked.connect(self._want_stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, theme.current().margin, 0)
        row.setSpacing(theme.current().margin // 2)
        for widget in (self._words, self._bar, self._stop):
            row.addWidget(widget)
        self.hide()

    def begin(self, name: str) -> None:
        """A data set of that name is loaded now."""
        self._name = name
        self._words.setText(tr("Getting {name}…", name=name))
        self._bar.setValue(0)
        self._stop.setEnabled(True)
        self.show()

    def show_progress(self, progress: "Progress") -> None:
        """How far it is; the words keep their width while the figures change."""
        done, total = (f"{count / 1e6:.1f}" for count in (progress.done, progress.total))
        # A space as wide as a figure stands for those that are not there yet.
        done = done.rjust(len(total), "\N{FIGURE SPACE}")
        words = tr("Getting {name}: {done} of {total} MB", name=self._name, done=done, total=total)
        if self._stop.isEnabled():
            self._words.setText(words)
        self._bar.setValue(_STEPS * progress.done // max(progress.total, 1))

    def end(self) -> None:
        """Nothing is loaded any more."""
        self.hide()

    def _want_stop(self) -> None:
        self._stop.setEnabled(False)
        self._words.setText(tr("Stopping {name}…", name=self._name))
        self.stop_wanted.emit()
