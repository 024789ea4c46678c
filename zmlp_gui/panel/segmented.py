"""A row of words of which exactly one is chosen, shown as one control."""

from collections.abc import Sequence

from PyQt6.QtCore import QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from zmlp_gui import theme


class Segmented(QWidget):
    """Words side by side; a click, the arrow keys or `choose` choose one.

    Signals
    -------
    chosen(str)
        The key of the word that a person chose.
    """

    chosen = pyqtSignal(str)

    def __init__(
        self, name: str, words: Sequence[tuple[str, str, str]], parent: QWidget | None = None
    ) -> None:
        """`words` are (key, word, tooltip); the first is chosen until another is."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        for key, word, tooltip in words:
            button = QToolButton(self)
            button.setText(word)
            button.setToolTip(tooltip)
            button.setAccessibleName(f"{name}: {word}")
            button.setCheckable(True)
            button.setFont(theme.font(theme.current().small_size, theme.Weight.Medium))
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(lambda _checked, key=key: self.chosen.emit(key))
            self._group.addButton(button)
            self._buttons[key] = button
            row.addWidget(button)
        self.setStyleSheet("QToolButton { padding: 3px 6px; }")
        self.choose(words[0][0])

    def choice(self) -> str:
        """The key of the chosen word."""
        return next(key for key, button in self._buttons.items() if button.isChecked())

    def choose(self, key: str) -> None:
        """Choose a word; nothing is emitted."""
        self._buttons[key].setChecked(True)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        shown = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(shown.border, 1.0))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, shown.control_radius + 1, shown.control_radius + 1)
