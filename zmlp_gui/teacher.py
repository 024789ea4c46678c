"""Teaching: a person says what they drew, and the network that reads learns it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal

from core.corrections import Correction, correct
from core.numbers import ReadDigit
from core.own_digits import labelled
from zmlp_gui.session import IDLE, Session
from zmlp_gui.shelf import Held
from zmlp_gui.words import tr

# Lessons that can be taken back; each keeps a network and the file before it.
MOST_UNDONE = 4


@dataclass(frozen=True, eq=False)
class _Lesson:
    """A lesson that was learned, the digit that it was about, and what read before."""

    correction: Correction
    digit: ReadDigit
    before: Held


class Teacher(QObject):
    """Has corrections learned beside the GUI thread, one after the other.

    Parameters
    ----------
    session : Session
        Whose network learns what is drawn there.

    Attributes
    ----------
    is_newest : bool
        Whether a lesson was the last thing that the person did, so that it is what Undo takes back.

    Signals
    -------
    began : str
        A digit of that class is learned now.
    learned, undone : Correction
        A correction was learned, or taken back.
    failed
        It was not learned after all; why was told.
    told : str, str
        A sentence for the person and its kind.
    changed
        There is something else to undo, or nothing.
    """

    began = pyqtSignal(str)
    learned = pyqtSignal(object)
    undone = pyqtSignal(object)
    failed = pyqtSignal()
    told = pyqtSignal(str, str)
    changed = pyqtSignal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._lessons: deque[_Lesson] = deque(maxlen=MOST_UNDONE)
        # A lesson builds on what the one before has left.
        self._waiting: deque[Callable[[], None]] = deque()
        self._busy = False
        self._looked_elsewhere = False
        self.is_newest = False

    @property
    def can_teach(self) -> bool:
        """Whether nothing is in the way of a lesson."""
        return self._session.state == IDLE

    @property
    def can_undo(self) -> bool:
        """Whether there is a lesson to take back."""
        return bool(self._lessons)

    def correct(self, index: int) -> None:
        """The digit that is chosen was of the class at that place."""
        session = self._session
        # What was drawn a moment ago may wait to be read.
        session.read()
        if session.reading is None or session.number is None:
            self._note(tr("Draw something first, then say what it was."))
            return
        names = session.reading.class_names
        if self._may_begin() and 0 <= index < len(names):
            digit = session.number.digits[session.place]
            size = session.take_drawing().size
            self._waiting.append(lambda: self._learn(digit, size, names[index]))
            self._go_on()

    def undo(self) -> None:
        """Take back the last lesson: the network and the set are as they were before."""
        if self._may_begin():
            self._waiting.append(self._undo)
            self._go_on()

    def look_elsewhere(self) -> None:
        """The person went on to something else, the drawing say."""
        self._looked_elsewhere = True
        if self.is_newest:
            self.is_newest = False
            self.changed.emit()

    def _may_begin(self) -> bool:
        if self.can_teach:
            return True
        self._note(tr("A network is learning from data: teach when that run is over."))
        return False

    def _go_on(self) -> None:
        if self._waiting and not self._busy:
            self._waiting.popleft()()

    def _learn(self, digit: ReadDigit, size: tuple[float, float], name: str) -> None:
        last = self._lessons[-1] if self._lessons else None
        if last is not None and self.is_newest and _are_same(last.digit, digit):
            if last.correction.name == name:
                self._note(tr("That is what was learned just now."))
                self._go_on()
                return
            # It was the wrong key: the digit is in the set once, under its last name.
            self._waiting.appendleft(lambda: self._learn(digit, size, name))
            self._undo()
            return
        shelf = self._session.shelf
        before = shelf.current
        start = str(shelf.current_file or before.model.name)
        # Of a run that is not kept there is no file to look into.
        again = last is not None and last.correction.path == before.path
        origin = last.correction.origin if last is not None and again else None
        drawing = labelled(digit, size, name)

        def have(correction: Correction) -> None:
            self._lessons.append(_Lesson(correction, digit, before))
            self.is_newest = not self._looked_elsewhere
            shelf.put(correction.model, correction.path)
            self.learned.emit(correction)
            self._end()

        self._busy, self._looked_elsewhere = True, False
        self.began.emit(name)
        self._session.background.run(
            lambda: correct(before.model, start, drawing, name, origin), have, self._fail
        )

    def _undo(self) -> None:
        if not self._lessons:
            self._go_on()
            return
        lesson = self._lessons[-1]

        def have(_: None) -> None:
            self._lessons.pop()
            self.is_newest = False
            self._session.shelf.withdraw(lesson.correction.path, lesson.before)
            self.undone.emit(lesson.correction)
            self._end()

        self._busy = True
        self._session.background.run(lesson.correction.undo, have, self._fail)

    def _end(self) -> None:
        self._busy = False
        self.changed.emit()
        self._go_on()

    def _fail(self, sentence: str) -> None:
        # What was to follow was meant for a network that is not there.
        self._waiting.clear()
        self._busy = False
        self.failed.emit()
        self.told.emit(sentence, "error")

    def _note(self, sentence: str) -> None:
        self.told.emit(sentence, "notice")


def _are_same(one: ReadDigit, other: ReadDigit) -> bool:
    return np.array_equal(one.reading.image, other.reading.image)
