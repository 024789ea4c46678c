"""Joins the journal's story to the session: what it asks to be trained, and what came of it."""

from PyQt6.QtCore import QObject

from core.datasets import DEFAULT_DATA
from core.errors import SpecError
from core.recipes import RECIPES
from zmlp_gui.gate import WATCH
from zmlp_gui.runs import Run
from zmlp_gui.session import IDLE, Session
from zmlp_gui.story import StoryView
from zmlp_gui.training_panel import TrainingPanel

ALL_DIGITS = "mnist"


class Storyteller(QObject):
    """Opens and closes the story in the panel's place, and runs its stations.

    Parameters
    ----------
    session : Session
        Trains.
    story : StoryView
        Hidden until `open`.
    panel : TrainingPanel
        Makes room for the story; says whether the person works with all of MNIST.
    """

    def __init__(self, session: Session, story: StoryView, panel: TrainingPanel) -> None:
        super().__init__(story)
        self._session, self._story, self._panel = session, story, panel
        self._awaited = ""
        self._told: dict[Run, str] = {}
        story.hide()
        story.run_wanted.connect(self._train)
        story.stop_wanted.connect(session.stop)
        story.closed.connect(self.close)
        session.state_changed.connect(story.set_state)
        session.progressed.connect(story.show_progress)
        session.run_started.connect(self._begin)
        session.run_finished.connect(self._finish)
        session.training_failed.connect(self._fail)
        story.set_state(session.state)

    def toggle(self) -> None:
        """Open the story, or close it."""
        if self._story.isVisible():
            self.close()
        else:
            self.open()

    def open(self) -> None:
        """Put the story in the panel's place."""
        self._story.set_data(self._data())
        self._panel.hide()
        self._story.show()
        self._story.lent_focus.take()

    def close(self) -> None:
        """Put the panel back; a run that is on goes on."""
        self._panel.show()
        self._story.lent_focus.give_back()
        self._story.hide()

    def _data(self) -> str:
        """All of MNIST if the person has chosen it; else the digits that come with the program."""
        try:
            *_, data = self._panel.specs()
        except SpecError:
            return DEFAULT_DATA
        return ALL_DIGITS if data == ALL_DIGITS else DEFAULT_DATA

    def _train(self, name: str) -> None:
        if self._session.state != IDLE:
            return
        recipe = RECIPES[name]
        self._awaited = name
        self._session.set_pace(WATCH)
        self._session.train(
            recipe.network, recipe.training, self._data(), name=self._story.title(name)
        )

    def _begin(self, run: Run) -> None:
        if self._awaited:
            self._told[run] = self._awaited
        self._awaited = ""

    def _finish(self, run: Run) -> None:
        name, finished = self._told.pop(run, ""), run.finished
        words, _ = run.summary()
        # A run that broke off says nothing about its recipe.
        if name and finished is not None and finished.reason == "done":
            self._story.show_reached(name, finished.test_accuracy)
        self._story.show_message(words)

    def _fail(self, sentence: str) -> None:
        self._awaited = ""
        self._story.show_message(sentence)
