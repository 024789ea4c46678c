"""The line below the bars: how an answer is corrected, and what came of it."""

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from core.corrections import Correction, Count
from zmlp_gui.answer.answer_headline import INDENT
from zmlp_gui.words import tr

LINES = 3


class LessonLine(QWidget):
    """Says how to correct an answer; after a lesson what was learned, with a button to undo it.

    Signals
    -------
    undo_wanted
    """

    undo_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = QLabel()
        self._words.setProperty("role", "soft")
        self._words.setWordWrap(True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._words.setAccessibleName(tr("Teaching"))
        self._undo = QPushButton(tr("Undo"))
        self._undo.setProperty("link", True)
        self._undo.setProperty("wanted", True)
        self._undo.setAccessibleName(tr("Undo the last lesson"))
        self._undo.setToolTip(tr("Take back the last lesson: network and set are as before"))
        self._undo.clicked.connect(self.undo_wanted)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(round(INDENT), 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._words)
        rows.addWidget(self._undo, 0, Qt.AlignmentFlag.AlignLeft)
        # What comes and goes must not move the bars.
        self._words.setMinimumHeight(LINES * self._words.fontMetrics().lineSpacing())
        policy = self._undo.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._undo.setSizePolicy(policy)
        self.show_hint(False)

    def text(self) -> str:
        """What it says."""
        return self._words.text()

    def show_hint(self, something: bool) -> None:
        """Say how an answer is corrected, if there is one."""
        hint = tr("Wrong? Click the right bar or press its key, and the network learns it.")
        self._show(hint if something else "", undo=False)

    def show_learning(self, name: str) -> None:
        """A digit is learned now."""
        self._show(tr("Learning: {name}…", name=name), undo=False)

    def show_learned(self, correction: Correction) -> None:
        """What a lesson has changed."""
        words = tr(
            "Learned: {name}. Test digits {before} → {after}, your own {own} → {own_after}",
            name=correction.name,
            before=_percent(correction.test.before, correction.test),
            after=_percent(correction.test.after, correction.test),
            own=_of(correction.own.before, correction.own),
            own_after=_of(correction.own.after, correction.own),
        )
        self._show(words, undo=True)

    def show_undone(self, correction: Correction) -> None:
        """A lesson was taken back."""
        words = tr("Taken back: {name}. Network and set are as before.", name=correction.name)
        self._show(words, undo=False)

    def _show(self, words: str, undo: bool) -> None:
        self._words.setText(words)
        self._undo.setVisible(undo)


def _percent(right: int, count: Count) -> str:
    return f"{100 * right / count.digits:.1f}\u00a0%"


def _of(right: int, count: Count) -> str:
    return tr("{right} of {count}", right=right, count=count.digits).replace(" ", "\u00a0")
