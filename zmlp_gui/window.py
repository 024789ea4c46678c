"""The window: wires signals to slots and decides nothing."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PyQt6.QtWidgets import (
    QApplication,
    QLabel,
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from core.datasets import DEFAULT_DATA
from core.reader import Reading
from core.recipes import DEFAULT_RECIPE, RECIPES
from zmlp_gui import dialogs, facts, placement, theme
from zmlp_gui.canvas import Canvas
from zmlp_gui.clipboard import Clipboard
from zmlp_gui.curve_files import CurveFiles, follow_choices
from zmlp_gui.curves import CurvesView
from zmlp_gui.data_choice import DataChoice
from zmlp_gui.data_desk import DataDesk
from zmlp_gui.drawings import Drawings, caption
from zmlp_gui.file_desk import FileDesk
from zmlp_gui.forecast import Forecast
from zmlp_gui.gate import WATCH
from zmlp_gui.handedness import mirror
from zmlp_gui.handlers import handlers
from zmlp_gui.memory import Memory
from zmlp_gui.network_export import NetworkExport
from zmlp_gui.network_view import AnswerView, SeesView
from zmlp_gui.number_line import NumberLine
from zmlp_gui.presenter import Presenter
from zmlp_gui.rate_desk import RateDesk
from zmlp_gui.remembered import remembered
from zmlp_gui.runs import Run
from zmlp_gui.runs_desk import RunsDesk
from zmlp_gui.samples_desk import SamplesDesk
from zmlp_gui.session import IDLE, PAUSED, RUNNING, Session, State
from zmlp_gui.settings import Settings
from zmlp_gui.status_bar import StatusBar
from zmlp_gui.story import StoryView
from zmlp_gui.storyteller import Storyteller
from zmlp_gui.stress_desk import StressDesk
from zmlp_gui.stress_view import StressView
from zmlp_gui.teacher import Teacher
from zmlp_gui.teaching_desk import TeachingDesk
from zmlp_gui.toolbar import BRUSH_STEP, ToolBar
from zmlp_gui.training_panel import TrainingPanel
from zmlp_gui.window_actions import Actions

SIZE = QSize(1366, 768)


class Window(QMainWindow):
    """The program's window.

    Parameters
    ----------
    session : Session
        What it shows.
    settings : Settings
        Choices that are remembered.
    """

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__()
        self.session = session
        self._settings = settings
        self.left_handed = False
        self.drawings = Drawings(session.background, self)
        self.data_choice = DataChoice(session.background, self)
        self.forecast = Forecast(session.background, self)
        self.canvas = Canvas()
        self.files = FileDesk(
            session, self.drawings, self.data_choice, self.canvas.drawing, settings, self
        )
        self.clipboard = Clipboard(self.drawings, session.background, self.files.open)
        self.number = NumberLine(self.canvas)
        self.sees = SeesView()
        self.answer = AnswerView()
        self.panel = TrainingPanel()
        self.story = StoryView()
        self.storyteller = Storyteller(session, self.story, self.panel)
        self.curves = CurvesView()
        self.stress_view = StressView()
        self.stress = StressDesk(session, self.stress_view, (self.panel, self.story, self.curves))
        self.runs = RunsDesk(session, self.curves, self.panel, settings, self)
        self.rates = RateDesk(self.panel, self)
        self.data = DataDesk(self.panel, self.forecast, self)
        self.samples = SamplesDesk(session, self.panel, self)
        self.curve_files = CurveFiles(self.curves, session.background, self)
        self.network_export = NetworkExport(session.model_of_now, session.background, self)
        self.teacher = Teacher(session, self)
        self.teaching = TeachingDesk(self.teacher, self.answer, self.canvas, self)
        self.actions_ = Actions(self, self._handlers())
        self.tools = ToolBar(self.actions_)
        self._columns = QSplitter(Qt.Orientation.Horizontal)
        self._memory = Memory(settings, remembered(self, self._columns), session.background, self)
        self._facts, self._threads = QLabel(), QLabel()
        self.setWindowTitle("zmlp")
        self.setAcceptDrops(True)
        self._lay_out()
        self.presenter = self._make_presenter()
        self._wire()
        self._start()

    # Layout

    def _lay_out(self) -> None:
        gap = theme.current().margin
        left = _column(self.canvas, self.sees, stretch=(1, 0))
        right = theme.Card()
        inside = QVBoxLayout(right)
        inside.setSpacing(gap // 2)
        inside.addWidget(self.panel)
        inside.addWidget(self.story)
        inside.addWidget(self.curves, 1)
        inside.addWidget(self.stress_view, 1)
        for index, (widget, stretch) in enumerate(((left, 10), (self.answer, 6), (right, 14))):
            self._columns.addWidget(widget)
            self._columns.setStretchFactor(index, stretch)
            self._columns.setCollapsible(index, False)
        self._columns.setHandleWidth(gap)
        self._columns.setSizes([430, 276, 588])
        middle = QWidget()
        row = QVBoxLayout(middle)
        row.setContentsMargins(gap, gap, gap, gap // 2)
        row.addWidget(self._columns)
        self.addToolBar(self.tools)
        self.setCentralWidget(middle)
        bar = StatusBar(self._facts, self)
        bar.addPermanentWidget(self.data.line)
        bar.addPermanentWidget(self._threads)
        self.setStatusBar(bar)

    def _make_presenter(self) -> Presenter:
        return Presenter(
            self,
            self.session,
            self.canvas,
            self.answer,
            self.curves,
            self._columns,
            (self.menuBar(), self.tools, self.statusBar(), self.sees, self.panel),
            self.actions_,
            lambda: self.show_theme(self._settings.theme),
        )

    def sizeHint(self) -> QSize:
        return SIZE

    # Wires

    def _handlers(self) -> dict[str, Callable[[], object]]:
        """What each action does."""
        return handlers(self)

    def _wire(self) -> None:
        session, canvas, panel, tools = self.session, self.canvas, self.panel, self.tools
        session.take_drawing = canvas.drawing
        canvas.changed.connect(session.drawing_changed)
        canvas.stroke_began.connect(session.touching.hold)
        canvas.stroke_ended.connect(session.touching.go_on)
        self.teaching.menu.set_places(canvas, self.answer, self.sees, tools)
        self.teaching.follow(self.actions_["undo"], self.actions_["undo_lesson"])
        self.actions_["correct"].setMenu(self.teaching.menu)
        self.teacher.told.connect(self._tell)
        session.state_changed.connect(lambda _: self.teaching.show_hint())
        for lesson in (self.teacher.learned, self.teacher.undone):
            lesson.connect(self.data.note_lesson)
        canvas.redo_available.connect(self.actions_["redo"].setEnabled)
        tools.brush_wanted.connect(canvas.set_brush)
        canvas.brush_steps.connect(lambda n: tools.set_brush(tools.brush() + n * BRUSH_STEP))
        tools.network_wanted.connect(session.shelf.take)
        self.drawings.offered.connect(canvas.set_drawing)
        self.drawings.told.connect(self._tell)
        self.actions_["recent"].setMenu(self.files.menu)
        self.files.recent.told.connect(self._tell)
        self._memory.told.connect(self._tell)
        self.actions_["get_data"].setMenu(self.data.menu)
        self.data.downloads.told.connect(self._tell)
        self.drawings.told.connect(self.presenter.tell)

        panel.train_wanted.connect(session.train)
        panel.first_step_wanted.connect(session.train_held)
        panel.continue_wanted.connect(session.continue_training)
        panel.find_rate_wanted.connect(self.rates.open)
        panel.pause_wanted.connect(session.pause)
        panel.resume_wanted.connect(session.resume)
        panel.step_wanted.connect(session.step)
        panel.stop_wanted.connect(session.stop)
        panel.pace_wanted.connect(session.set_pace)
        panel.learning_rate_wanted.connect(session.set_learning_rate)
        panel.file_wanted.connect(self.data_choice.ask_file)
        panel.folder_wanted.connect(self.data_choice.ask_folder)
        self.data_choice.chosen.connect(lambda path: panel.set_data(str(path)))
        self.data_choice.told.connect(self._tell)
        self.curve_files.told.connect(self._tell)
        self.network_export.told.connect(self._tell)
        panel.settings_changed.connect(self.forecast.look_at)
        self.forecast.ready.connect(panel.show_prospect)

        session.reading_changed.connect(self._show_reading)
        self.number.chosen.connect(session.choose_digit)
        session.state_changed.connect(self._show_state)
        session.state_changed.connect(self.forecast.set_state)
        session.state_changed.connect(self.data.set_state)
        session.progressed.connect(panel.show_progress)
        session.pace_changed.connect(panel.set_pace)
        session.pace_changed.connect(self.forecast.set_pace)
        session.pace_changed.connect(lambda pace: self.actions_[f"pace_{pace}"].setChecked(True))
        session.run_started.connect(self._show_run_start)
        session.run_changed.connect(self.runs.show_run)
        session.run_finished.connect(self._show_run_end)
        session.run_finished.connect(self.forecast.learn)
        session.training_failed.connect(lambda sentence: panel.show_message(sentence, "error"))
        session.told.connect(self._tell)
        session.shelf.changed.connect(self._show_networks)

    def _start(self) -> None:
        """The first look of everything."""
        self.actions_["redo"].setEnabled(False)
        follow_choices(self.actions_, self.curves)
        for name in ("pen", f"theme_{self._settings.theme}"):
            self.actions_[name].setChecked(True)
        self.tools.set_brush(round(self.canvas.brush()))
        self.panel.set_recipes(list(RECIPES.values()))
        self.data.list_data_sets()
        recipe = RECIPES[DEFAULT_RECIPE]
        self.panel.set_specs(recipe.network, recipe.training, DEFAULT_DATA)
        self.curves.set_x_range(recipe.training.epochs)
        self.session.set_pace(WATCH)
        self._show_state(self.session.state)
        self._show_networks()
        self.session.read()
        # As large as the design, if the screen is; Qt would take two thirds of the screen.
        screen = self.screen()
        self.resize(SIZE.boundedTo(screen.availableSize()) if screen else SIZE)
        self._memory.keep_drawing(self.canvas.drawing, self.canvas.set_drawing)
        self._memory.restore()
        placement.stay_in_sight(self)
        self.canvas.setFocus()

    # What the session says

    def _show_reading(self, reading: Reading | None) -> None:
        number = self.session.number
        digits = [digit.reading for digit in number.digits] if number else []
        self.number.show_digits(digits, self.session.place)
        self.answer.show_reading(reading, number, self.session.place)
        self.sees.show_image(None if reading is None else reading.image)
        self.canvas.set_caption(*caption(self.canvas.drawing(), reading, number))

    def _show_state(self, state: State) -> None:
        self.panel.set_state(state)
        on = state in (RUNNING, PAUSED)
        for name, enabled in (
            ("train", state == IDLE),
            ("continue", state == IDLE),
            ("pause", on),
            ("step", on or state == IDLE),
            ("find_rate", state == IDLE),
            ("stop", on),
        ):
            self.actions_[name].setEnabled(enabled)

    def _show_run_start(self, run: Run) -> None:
        self.panel.show_message(run.opening())
        self.curves.set_x_range(run.epochs)
        self._threads.setText(facts.threads(run))
        if self.canvas.drawing().is_empty:
            self.drawings.offer_sample()

    def _show_run_end(self, run: Run) -> None:
        self.panel.show_message(*run.summary())

    def _show_networks(self) -> None:
        shelf = self.session.shelf
        self.answer.set_class_names(shelf.current.model.class_names)
        self.teaching.set_class_names(shelf.current.model.class_names)
        self.tools.set_networks(shelf.offers(), shelf.current)
        self.actions_["back"].setEnabled(shelf.can_go_back)
        self._facts.setText(facts.of_network(shelf.current))
        self.answer.set_note(facts.of_answer(shelf.current))
        self.sees.set_note(facts.of_preparation(shelf.current))

    def _tell(self, sentence: str, kind: str) -> None:
        if kind == "error":
            dialogs.tell_error(self, sentence)
        elif bar := self.statusBar():
            bar.showMessage(sentence, 8000)

    # What the person wants

    def open_file(self, path: Path) -> None:
        """Open a network, data, ink or a picture, by the file's name."""
        self.files.open(path)

    def set_left_handed(self, on: bool) -> None:
        """Put the drawing surface to the right, or back to the left."""
        if on != self.left_handed:
            self.left_handed = on
            mirror(self._columns)
        self.actions_["left_handed"].setChecked(on)

    def choose_theme(self, choice: theme.Choice) -> None:
        """Show a theme and remember the choice."""
        self._settings.theme = choice
        self.show_theme(choice)

    def show_theme(self, choice: theme.Choice) -> None:
        """Show a theme for now."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, choice)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        if event and (data := event.mimeData()) and self.clipboard.takes(data):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        if event and (data := event.mimeData()):
            self.clipboard.take(data)

    def closeEvent(self, event: QCloseEvent | None) -> None:
        self.forecast.stop()
        self.data.downloads.close()
        self.presenter.leave()
        self.rates.close()
        self.samples.close()
        self.stress.leave()
        self.session.close()
        self._memory.close()
        super().closeEvent(event)


def _column(*widgets: QWidget, stretch: tuple[int, ...]) -> QWidget:
    column = QWidget()
    rows = QVBoxLayout(column)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(theme.current().margin)
    for widget, share in zip(widgets, stretch, strict=True):
        rows.addWidget(widget, share)
    return column
