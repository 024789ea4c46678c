"""The line for messages, which may also offer to go on with a run that was cut off."""

from collections.abc import Callable

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from zmlp_gui import theme
from zmlp_gui.panel.message_line import MessageLine
from zmlp_gui.words import tr


class OfferLine(MessageLine):
    """Asks nothing that has to be answered: a message or a run takes the offer's place.

    Signals
    -------
    taken(str), left(str)
        The person goes on with the run of that id, or leaves it.
    """

    taken = pyqtSignal(str)
    left = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = ""
        self._take = _link(tr("Go on"), tr("Go on with the run where it was cut off"))
        self._take.setProperty("wanted", True)
        self._leave = _link(
            tr("Leave it"), tr("Ask no more; the table of runs can still go on with it")
        )
        self._take.clicked.connect(lambda: self._answer(self.taken.emit))
        self._leave.clicked.connect(lambda: self._answer(self.left.emit))
        row = self.layout()
        assert isinstance(row, QHBoxLayout)
        for button in (self._take, self._leave):
            row.addSpacing(theme.current().unit // 2)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
            button.hide()

    def offer(self, run: str, words: str) -> None:
        """Offer to go on with the run of that id."""
        self.show_message(words, "info")
        self._run = run
        for button in (self._take, self._leave):
            button.show()

    def offered(self) -> str:
        """The id of the run that is offered; empty where none is."""
        return self._run

    def show_message(self, text: str, kind: str) -> None:
        self._run = ""
        for button in (self._take, self._leave):
            button.hide()
        super().show_message(text, kind)

    def _answer(self, emit: Callable[[str], object]) -> None:
        run = self._run
        self.show_message("", "info")
        emit(run)


def _link(word: str, help: str) -> QPushButton:
    button = QPushButton(word)
    button.setProperty("link", True)
    button.setToolTip(help)
    button.setAccessibleName(word)
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return button
