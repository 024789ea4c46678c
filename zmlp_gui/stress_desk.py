"""Joins the sheet of stress to the session: it follows the drawing and the network that reads."""

from collections.abc import Callable, Sequence

from PyQt6.QtCore import QObject, QTimer

from core.drawing import Drawing
from core.reader import Reading
from zmlp_gui.curves import CurvesView
from zmlp_gui.session import Session
from zmlp_gui.story import StoryView
from zmlp_gui.stress_search import StressSearch
from zmlp_gui.stress_view import StressView
from zmlp_gui.training_panel import TrainingPanel

# Milliseconds that the pen rests before the map is read: none is while it moves.
REST = 180

Aside = TrainingPanel | StoryView | CurvesView


class StressDesk(QObject):
    """Opens and closes the sheet in the place of panel and curves, and has its map read.

    Parameters
    ----------
    session : Session
        Has the drawing and the network.
    view : StressView
        Hidden until `open`.
    aside : panel, story and curves
        What makes room for it.
    """

    def __init__(self, session: Session, view: StressView, aside: Sequence[Aside]) -> None:
        super().__init__(view)
        self._session, self._view, self._aside = session, view, aside
        self._hidden: list[Aside] = []
        self._search = StressSearch(self)
        self._drawing: Drawing | None = None
        self._followed: object = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self._start)
        view.hide()
        view.closed.connect(self.close)
        view.wanted.connect(self._start)
        self._search.began.connect(self._expect)
        self._search.moved.connect(view.show_reading)
        self._search.failed.connect(view.show_failure)
        session.reading_changed.connect(lambda _: self._follow())
        session.run_started.connect(lambda _: self.close())
        session.run_finished.connect(lambda _: self._refresh())

    @property
    def is_open(self) -> bool:
        """Whether the sheet is in its place."""
        return bool(self._hidden)

    def toggle(self) -> None:
        """Open the sheet, or close it."""
        if self.is_open:
            self.close()
        else:
            self.open()

    def open(self) -> None:
        """Put the sheet in the place of what stands there."""
        if self.is_open:
            return
        self._hidden = [widget for widget in self._aside if not widget.isHidden()]
        for widget in self._hidden:
            widget.hide()
        self._view.show()
        self._view.lent_focus.take()
        self._start()

    def close(self) -> None:
        """Put back what stood there; a map under way is left."""
        if not self.is_open:
            return
        self.stop()
        for widget in self._hidden:
            widget.show()
        self._hidden = []
        self._view.lent_focus.give_back()
        self._view.hide()

    def make_room(self, then: Callable[[], object]) -> None:
        """Close before something else takes the place."""
        self.close()
        then()

    def stop(self) -> None:
        """Read no further."""
        self._rest.stop()
        self._search.stop()

    def leave(self) -> None:
        """Wait for the thread: the program ends."""
        self._rest.stop()
        self._search.close()

    def _follow(self) -> None:
        """Read again once the pen rests, if something else is shown."""
        if self._shown() != self._followed:
            self._refresh()

    def _refresh(self) -> None:
        if self.is_open:
            self._search.stop()
            self._view.set_stale()
            self._rest.start()

    def _start(self) -> None:
        # What was drawn a moment ago may wait to be read.
        self._session.read()
        drawing, model = self._chosen(), self._session.model_of_now()
        self._rest.stop()
        self._drawing, self._followed = drawing, self._shown()
        self._view.allow_steps(model.preparation != "none")
        if drawing.is_empty:
            self._search.stop()
            self._view.show_nothing()
            return
        self._search.start(model, drawing, self._view.map, self._view.steps, self._view.pictured)

    def _shown(self) -> tuple[object, ...]:
        """What the window shows: the drawing, how many digits, whose bars, and who reads."""
        session = self._session
        count = len(session.number.digits) if session.number else 0
        return session.take_drawing(), count, session.place, session.shelf.current

    def _chosen(self) -> Drawing:
        """The drawing; of a number the digit whose bars are shown, which has no label."""
        number, drawing = self._session.number, self._session.take_drawing()
        if number is None or len(number.digits) < 2:
            return drawing
        return number.digits[self._session.place].alone(drawing.size)

    def _expect(self, undisturbed: Reading | None) -> None:
        """What is right is what the label says; without one, what is read undisturbed."""
        if undisturbed is None or self._drawing is None:
            self._search.stop()
            self._view.show_nothing()
            return
        names = undisturbed.class_names
        label = self._drawing.label_among(names)
        known = label is not None and label < len(names)
        self._view.expect(names[label] if known and label is not None else undisturbed.name, known)
