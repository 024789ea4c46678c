"""Joins teaching to the window: bars, keys and menu say what was drawn, a line what was learned."""

from collections.abc import Sequence

from PyQt6.QtCore import QObject, QPoint
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QWidget

from core.own_digits import own_path
from zmlp_gui import dialogs
from zmlp_gui.canvas import Canvas
from zmlp_gui.network_view import AnswerView
from zmlp_gui.teach_menu import TeachMenu
from zmlp_gui.teacher import Teacher


class TeachingDesk(QObject):
    """What a window does with corrections.

    Parameters
    ----------
    teacher : Teacher
        Has them learned.
    answer, canvas
        Those of the window.
    window : QWidget
        The window itself.

    Attributes
    ----------
    menu : TeachMenu
        Offers the classes.
    """

    def __init__(
        self, teacher: Teacher, answer: AnswerView, canvas: Canvas, window: QWidget
    ) -> None:
        super().__init__(window)
        self._teacher, self._answer, self._canvas = teacher, answer, canvas
        self._can_undo_stroke = False
        self.menu = TeachMenu(window)
        line = answer.lesson
        self.menu.chosen.connect(teacher.correct)
        self.menu.aboutToShow.connect(lambda: self.menu.set_kept(own_path().exists()))
        self.menu.folder_wanted.connect(lambda: dialogs.show_in_desktop(own_path().parent))
        answer.corrected.connect(teacher.correct)
        line.undo_wanted.connect(teacher.undo)
        teacher.began.connect(line.show_learning)
        teacher.learned.connect(line.show_learned)
        teacher.undone.connect(line.show_undone)
        teacher.failed.connect(self.show_hint)
        canvas.changed.connect(self._look_elsewhere)

    def set_class_names(self, names: Sequence[str]) -> None:
        """Offer these classes."""
        self.menu.set_class_names(names)

    def show_hint(self) -> None:
        """Say how an answer is corrected, while there is one and it can be."""
        drawn = not self._canvas.drawing().is_empty
        self._answer.lesson.show_hint(drawn and self._teacher.can_teach)

    def offer(self) -> None:
        """Show the menu beside the answer."""
        self.menu.popup(self._answer.mapToGlobal(QPoint(0, 0)))

    def undo(self) -> None:
        """Take back what was done last: a lesson, or a stroke."""
        if self._teacher.is_newest:
            self._teacher.undo()
        else:
            self._canvas.undo()

    def follow(self, undo: QAction, undo_lesson: QAction) -> None:
        """Let the actions sleep while there is nothing to take back."""

        def refresh() -> None:
            undo.setEnabled(self._can_undo_stroke or self._teacher.is_newest)
            undo_lesson.setEnabled(self._teacher.can_undo)

        def note(can_undo: bool) -> None:
            self._can_undo_stroke = can_undo
            refresh()

        self._canvas.undo_available.connect(note)
        self._teacher.changed.connect(refresh)
        refresh()

    def _look_elsewhere(self) -> None:
        self._teacher.look_elsewhere()
        self.show_hint()
