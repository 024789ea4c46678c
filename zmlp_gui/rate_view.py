"""The box in which a learning rate is searched for and taken."""

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.rate_finder import RateTried
from zmlp_gui import theme
from zmlp_gui.plot.rate_plot import RatePlot
from zmlp_gui.words import tr


class RateView(QDialog):
    """Shows a search while it goes on, and then lets the person take a rate.

    Signals
    -------
    taken(float)
        The person wants this learning rate.
    """

    taken = pyqtSignal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rate: float | None = None
        self._suggestion: float | None = None
        self._chose = False
        self._plot = RatePlot()
        self._what, self._words = QLabel(), QLabel()
        self._take, self._close = QPushButton(), QPushButton(tr("Close"))
        self.setWindowTitle(tr("Find learning rate"))
        self._lay_out()
        self._plot.picked.connect(self._choose)
        self._take.clicked.connect(self._give)
        self._close.clicked.connect(self.reject)
        self._show_rate()
        # Arrow keys choose another rate, Enter takes it.
        self._plot.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_tried(self, tried: Sequence[RateTried], steps: int) -> None:
        """Show what was tried so far, of at most so many minibatches."""
        self._plot.show_tried(tried)
        self._words.setText(
            tr("Minibatch {done} of at most {steps}", done=len(tried), steps=steps)
            if steps
            else tr("The data are being read")
        )

    def show_end(self, suggestion: float | None) -> None:
        """The search is over; None where it found no rate that helps."""
        self._suggestion = suggestion
        if suggestion is None:
            self._words.setText(
                tr("The loss falls at none of these rates: try other first weights.")
            )
        else:
            self._words.setText(
                tr("A fifteenth of the highest rate whose loss is low. Click for another.")
            )
        if not self._chose:
            self._rate = suggestion
        self._show_rate()

    def show_failure(self, sentence: str) -> None:
        """The search could not be made."""
        self._words.setText(sentence)

    def _choose(self, rate: float) -> None:
        self._chose = True
        self._rate = rate
        self._show_rate()

    def _show_rate(self) -> None:
        rate = self._rate
        word = tr("Take {rate}", rate=f"{rate:g}") if rate is not None else tr("Take")
        self._take.setText(word)
        self._take.setAccessibleName(word)
        self._take.setEnabled(rate is not None)
        self._take.setDefault(rate is not None)
        self._plot.show_rates(rate, self._suggestion)

    def _give(self) -> None:
        if self._rate is not None:
            self.taken.emit(self._rate)
            self.accept()

    def _lay_out(self) -> None:
        gap = theme.current().margin
        self._what.setText(
            tr(
                "A new network with these settings learns while the rate rises, "
                "until its loss runs away."
            )
        )
        self._what.setWordWrap(True)
        self._words.setProperty("role", "soft")
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._words.setAccessibleName(tr("What was found"))
        self._take.setMinimumWidth(110)
        self._take.setProperty("primary", True)
        self._take.setToolTip(tr("Put this rate into the settings"))
        self._close.setAutoDefault(False)
        self._close.setToolTip(tr("Leave the settings as they are (Esc)"))
        self._close.setAccessibleName(tr("Close"))
        foot = QHBoxLayout()
        foot.setSpacing(gap // 2)
        foot.addWidget(self._words, 1)
        foot.addWidget(self._close)
        foot.addWidget(self._take)
        column = QVBoxLayout(self)
        column.setContentsMargins(gap, gap, gap, gap)
        column.setSpacing(gap // 2)
        column.addWidget(self._what)
        column.addWidget(self._plot, 1)
        column.addLayout(foot)
        self.resize(620, 400)
