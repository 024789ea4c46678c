"""Two lines below the settings: what is wrong, what does not suit, or what a setting is for."""

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from core.advice import Advice
from core.setting import settings
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui import theme
from zmlp_gui.panel.message_line import Sign
from zmlp_gui.words import tr


class HintLine(QWidget):
    """Says one thing at a time, in a place whose size never changes.

    What is not allowed comes first, then what the pointer is on, then what went along with a
    change, then advice, then the setting that has the focus.

    Signals
    -------
    mend_wanted(Advice)
        A person wants the remedy of that advice.
    undo_wanted()
        A person wants back what went along.
    """

    mend_wanted = pyqtSignal(object)
    undo_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pointed = self._focused = self._notice = ""
        self._advice: list[Advice] = []
        self._shown = 0
        self._sign = Sign(self)
        self._refusal = _label(tr("What is wrong with the settings"))
        self._refusal.setProperty("refused", True)
        self._text = _label(tr("About the settings"))
        self._text.setProperty("role", "small")
        self._mend = _link(tr("Mend it"))
        self._mend.setProperty("wanted", True)
        self._mend.setToolTip(tr("Change the settings so that they suit"))
        self._next = _link("")
        self._next.setToolTip(tr("What else does not suit"))
        self._next.setAccessibleName(tr("More advice"))
        self._undo = _link(tr("Undo"))
        self._undo.setProperty("wanted", True)
        self._undo.setToolTip(tr("Put back what went along"))
        self._undo.clicked.connect(self.undo_wanted)
        self._undoes = False
        self._mend.clicked.connect(self._ask)
        self._next.clicked.connect(self._turn)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.current().unit)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        self._sign.setFixedHeight(18)
        for label in (self._refusal, self._text):
            row.addWidget(label, 1)
        for button in (self._mend, self._undo, self._next):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.setFixedHeight(2 * QFontMetrics(self._text.font()).lineSpacing() + 2)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._show()

    def set_refusal(self, sentence: str) -> None:
        """Say why the settings are not allowed; empty where they are."""
        self._refusal.setText(sentence)
        self._show()

    def set_advice(self, advice: Sequence[Advice]) -> None:
        """Say what does not suit: the first, the others a click away."""
        if list(advice) != self._advice:
            self._advice, self._shown = list(advice), 0
            self._show()

    def set_notice(self, sentence: str, undo: bool = False) -> None:
        """Say what went along with a change, and whether it can be put back; empty for nothing."""
        self._notice, self._undoes = sentence, undo
        self._show()

    def point_out(self, words: str) -> None:
        """Explain what the pointer is on; empty where it is on nothing."""
        self._pointed = words
        self._show()

    def explain(self, words: str) -> None:
        """Explain what has the focus, while there is nothing more urgent to say."""
        self._focused = words
        self._show()

    def advice(self) -> Advice | None:
        """The advice that stands there, if one does."""
        free = not (self._refusal.text() or self._pointed or self._notice)
        return self._advice[self._shown] if free and self._advice else None

    def lock(self, running: bool) -> None:
        """While a run is on nothing is mended."""
        self._mend.setEnabled(not running)
        self._undo.setEnabled(not running)

    def _show(self) -> None:
        refused, advice = bool(self._refusal.text()), self.advice()
        self._refusal.setVisible(refused)
        self._text.setVisible(not refused)
        words = _words(advice) if advice else self._pointed or self._notice or self._focused
        self._text.setText(words)
        noticed = bool(self._notice) and not (refused or self._pointed)
        self._undo.setVisible(noticed and self._undoes)
        self._sign.setVisible(refused or advice is not None)
        self._sign.set_grave(refused)
        others = len(self._advice) - 1
        self._mend.setVisible(bool(advice and advice.remedy))
        self._next.setVisible(bool(advice and others))
        self._next.setText(tr("{count} more", count=others) if others > 0 else "")
        if advice is not None:
            self.setToolTip("\n".join(map(_words, self._advice)))
            self._mend.setToolTip(remedy_words(advice))
        else:
            self.setToolTip(self._refusal.text() or self._notice)

    def _ask(self) -> None:
        if advice := self.advice():
            self.mend_wanted.emit(advice)

    def _turn(self) -> None:
        self._shown = (self._shown + 1) % len(self._advice)
        self._show()


def _words(advice: Advice) -> str:
    return tr(advice.words, **advice.values)


def remedy_words(advice: Advice) -> str:
    """What would be changed: `Learning rate: 0.01`."""
    declared = {each.name: each for spec in (NetworkSpec, TrainingSpec) for each in settings(spec)}
    return "\n".join(
        f"{tr(declared[name].label)}: {declared[name].title(value)}"
        for name, value in advice.remedy.items()
    )


def _label(name: str) -> QLabel:
    label = QLabel()
    label.setAccessibleName(name)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    # Links stand as much lower, too.
    label.setContentsMargins(0, 2, 0, 0)
    label.setFont(theme.font(theme.current().small_size))
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label


def _link(word: str) -> QPushButton:
    button = QPushButton(word)
    button.setProperty("link", True)
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return button
