"""What the network sees of a drawing, and what it answers."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.numbers import NumberReading
from core.reader import Reading
from zmlp_gui.answer.answer_bars import AnswerBars
from zmlp_gui.answer.answer_headline import INDENT, AnswerHeadline
from zmlp_gui.answer.lesson_line import LessonLine
from zmlp_gui.answer.pixel_view import PixelView
from zmlp_gui.theme import Card, current
from zmlp_gui.words import tr

DIGITS = tuple("0123456789")
# From the last row the digit is what all look for.
HEADLINE_AFAR = 1.4
# Milliseconds that the ink must have been the same before a doubt is told: half a digit often is
# none, and words that come and go under a moving pen only disturb.
PATIENCE = 400


class AnswerView(Card):
    """The answer in large letters, a bar for each class, and what can be said about it.

    Signals
    -------
    corrected : int
        The drawing was of that class.
    """

    corrected = pyqtSignal(int)

    def __init__(self, class_names: Sequence[str] = DIGITS, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._headline = AnswerHeadline()
        self._bars = AnswerBars(class_names)
        self._bars.chosen.connect(self.corrected)
        self.lesson = LessonLine()
        self._note = QLabel()
        self._note.setContentsMargins(round(INDENT), 0, 0, 0)
        self._note.setProperty("role", "soft")
        self._note.setWordWrap(True)
        self._shown: tuple[Reading | None, NumberReading | None, int] = (None, None, 0)
        self._doubts = False
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE)
        self._patience.timeout.connect(self._tell_doubt)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 0)
        layout.setSpacing(current().unit)
        layout.addWidget(self._headline)
        layout.addWidget(self._bars, 1)
        layout.addWidget(self.lesson)
        layout.addWidget(self._note)

    def set_scale(self, scale: float) -> None:
        """Let all be that much larger, to be read from afar, and the digit more than the rest."""
        self._headline.set_scale(scale if scale == 1.0 else HEADLINE_AFAR * scale)
        self._bars.set_scale(scale)
        self._note.setVisible(scale == 1.0)
        self.lesson.setVisible(scale == 1.0)

    def show_reading(
        self, reading: Reading | None, number: NumberReading | None = None, place: int = 0
    ) -> None:
        """Show an answer; None for a drawing with nothing on it.

        That the network is not sure, or takes it for no digit, is told when the ink rests, and
        taken back at once.

        Parameters
        ----------
        reading : Reading or None
            Its bars are shown.
        number : NumberReading, optional
            Where it has several digits, the number is shown in large letters.
        place : int
            Which of them the bars are of, counted from the left.
        """
        several = number if number is not None and len(number.digits) > 1 else None
        before, self._shown = self._shown[0], (reading, several, place)
        judged = several or reading
        if judged is None or judged.is_sure:
            self._doubts = False
            self._patience.stop()
        elif not self._doubts and not (self._patience.isActive() and _same_ink(before, reading)):
            self._patience.start()
        self._show()

    def _tell_doubt(self) -> None:
        self._doubts = True
        self._show()

    def _show(self) -> None:
        reading, number, place = self._shown
        if number is not None:
            self._headline.show_number(number, place, self._doubts)
        else:
            self._headline.show_reading(reading, self._doubts)
        grey = self._doubts and reading is not None and not reading.is_sure
        self._bars.show_reading(reading, grey)

    def set_class_names(self, names: Sequence[str]) -> None:
        """Name the bars that are shown while there is no answer."""
        self._bars.set_class_names(names)

    def set_note(self, text: str) -> None:
        """Write a line below the bars."""
        self._note.setText(text)


def _same_ink(one: Reading | None, other: Reading | None) -> bool:
    """Whether both are of the same image, which a network that learns reads again and again."""
    return one is not None and other is not None and np.array_equal(one.image, other.image)


class SeesView(Card):
    """The image as it reaches the network, and how it was made from the drawing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixels = PixelView()
        title = QLabel(tr("What the network sees"))
        title.setProperty("role", "title")
        self._note = QLabel(tr("28 × 28 pixels: scaled to 20, centred on its mass"))
        self._note.setProperty("role", "soft")
        self._note.setWordWrap(True)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addStretch()
        words.addWidget(title)
        words.addWidget(self._note)
        words.addStretch()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(current().margin)
        layout.addWidget(self._pixels, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addLayout(words, 1)

    def show_image(self, image: NDArray[np.uint8] | None) -> None:
        """Show an image, (height, width) of uint8, white ink (255) on black; nothing for None."""
        self._pixels.show_image(image)

    def set_note(self, text: str) -> None:
        """Say how the image is made."""
        self._note.setText(text)
