"""Presenter mode: canvas, answer and curves fill the screen, large enough for the last row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QByteArray, QEvent, QObject, QRect, Qt, QTimer
from PyQt6.QtGui import QKeySequence
from PyQt6.QtWidgets import QApplication, QMainWindow, QSplitter, QWidget

from zmlp_gui import theme
from zmlp_gui.actions import stage
from zmlp_gui.canvas import Canvas
from zmlp_gui.curves import CurvesView
from zmlp_gui.network_view import AnswerView
from zmlp_gui.plot.curve_data import Series
from zmlp_gui.runs import Run
from zmlp_gui.session import Session
from zmlp_gui.stage_pointer import StagePointer
from zmlp_gui.stage_runs import StageRuns
from zmlp_gui.stage_words import StageKeys, StageSentence
from zmlp_gui.window_actions import Actions
from zmlp_gui.words import tr

NO_FIGURES = Series()
# How much larger than before the screen everything is, on a screen of this size.
LARGER, WIDTH, HEIGHT = 1.5, 1366, 768
# Of the width: canvas, answer, curves.
SHARES = (31, 33, 36)
# Milliseconds that the keys are shown on entering.
KEYS_SHOWN = 7000
# Milliseconds that a window manager has to fill the screen.
UNMANAGED = 500


@dataclass(frozen=True)
class _Before:
    """What is put back when the stage is left."""

    state: Qt.WindowState
    geometry: QRect
    columns: QByteArray
    hidden: list[QWidget]
    focus: QWidget | None
    canvas_focus: Qt.FocusPolicy
    pace: str


class Presenter(QObject):
    """Turns a window into a stage and back; nothing of it is remembered.

    Parameters
    ----------
    window : QMainWindow
        The window.
    session : Session
        What it shows.
    canvas, answer, curves : Canvas, AnswerView, CurvesView
        What stays in sight.
    columns : QSplitter
        Holds these three, each in a column.
    aside : sequence of QWidget
        What is hidden on the stage.
    actions : Actions
        Those of the stage are switched on and off.
    restore_theme : callable
        Shows the theme that the person chose.
    """

    def __init__(
        self,
        window: QMainWindow,
        session: Session,
        canvas: Canvas,
        answer: AnswerView,
        curves: CurvesView,
        columns: QSplitter,
        aside: Sequence[QWidget | None],
        actions: Actions,
        restore_theme: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self.runs = StageRuns(session, self)
        self.sentence = StageSentence()
        self._window, self._session = window, session
        self._canvas, self._answer, self._curves = canvas, answer, curves
        self._columns, self._actions = columns, actions
        self._aside = [widget for widget in aside if widget is not None]
        self._restore_theme = restore_theme
        self._before: _Before | None = None
        middle = window.centralWidget()
        assert middle is not None
        layout = middle.layout()
        assert layout is not None
        layout.addWidget(self.sentence)
        self._pointer = StagePointer(window)
        actions.add_stage(self._handlers())
        self._keys = StageKeys(_key_names(actions), middle)
        self._keys_timer = QTimer(self)
        self._keys_timer.setSingleShot(True)
        self._keys_timer.timeout.connect(self._keys.hide)
        self._allow(False)
        window.installEventFilter(self)
        self.runs.told.connect(self.sentence.say)
        self.runs.began.connect(self._show_alone)
        self.runs.raced.connect(self._show_rival)
        session.told.connect(self.tell)

    @property
    def on(self) -> bool:
        """Whether the window is a stage now."""
        return self._before is not None

    def _handlers(self) -> dict[str, Callable[[], object]]:
        """What each action of the stage does."""
        return {
            "stage_train": self.runs.train_next,
            "stage_race": self.runs.race,
            "stage_pause": self._session.pause_or_resume,
            "stage_theme": self._other_theme,
            "stage_keys": self.show_keys,
            "stage_leave": self.leave,
        }

    def toggle(self) -> None:
        """Enter, or leave."""
        if self.on:
            self.leave()
        else:
            self.enter()

    def enter(self, full_screen: bool = True, keys: bool = True) -> None:
        """Fill the screen that the window is on, or the window alone."""
        if self.on:
            return
        window = self._window
        self._before = _Before(
            window.windowState(),
            window.geometry(),
            self._columns.saveState(),
            [widget for widget in self._aside if not widget.isHidden()],
            window.focusWidget(),
            self._canvas.focusPolicy(),
            self._actions.pace(),
        )
        for widget in self._before.hidden:
            widget.hide()
        self.sentence.say(tr("Draw a digit, or press J to watch a network learn to read it"))
        self.sentence.show()
        self._allow(True)
        if full_screen:
            window.setWindowState(window.windowState() | Qt.WindowState.WindowFullScreen)
            QTimer.singleShot(UNMANAGED, self._fill_screen)
        self._fit()
        # The keys are the presenter's: a stroke does not hand them to the canvas.
        self._canvas.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if focused := window.focusWidget():
            focused.clearFocus()
        self._pointer.begin()
        if keys:
            self.show_keys()

    def leave(self) -> None:
        """Have the window as it was."""
        before, self._before = self._before, None
        if before is None:
            return
        window = self._window
        self._pointer.end()
        self._keys_timer.stop()
        self._keys.hide()
        self.sentence.hide()
        self._allow(False)
        self.runs.let_be()
        self._canvas.setFocusPolicy(before.canvas_focus)
        self._enlarge(1.0)
        for widget in before.hidden:
            widget.show()
        window.setWindowState(before.state)
        if before.state == Qt.WindowState.WindowNoState:
            # restoreGeometry would move a window that its owner pushed half off the screen.
            window.setGeometry(before.geometry)
        self._columns.restoreState(before.columns)
        self._restore_theme()
        self._session.set_pace(before.pace)
        self._show_all()
        if before.focus is not None:
            before.focus.setFocus()

    def show_keys(self) -> None:
        """Show the keys for some seconds, or hide them."""
        if self._keys.isVisible():
            self._keys.hide()
            return
        self._keys.raise_()
        self._keys.show()
        self._keys_timer.start(KEYS_SHOWN)

    def tell(self, sentence: str, kind: str) -> None:
        """Say on the stage what the status bar would say; errors have a box of their own."""
        if self.on and kind != "error":
            self.sentence.say(sentence)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Resize and self.on:
            self._fit()
        return False

    def _fit(self) -> None:
        """Choose the scale for the size of the window."""
        size = self._window.size()
        scale = LARGER * min(size.width() / WIDTH, size.height() / HEIGHT)
        self._enlarge(max(scale, 0.5))
        self._columns.setSizes([share * size.width() // sum(SHARES) for share in self._shares()])
        QTimer.singleShot(0, lambda: self._keys.set_scale(scale))

    def _fill_screen(self) -> None:
        """Do what a window manager would: X alone, on a kiosk for one, takes no notice."""
        screen = self._window.screen()
        if self.on and screen and QApplication.platformName() == "xcb":
            self._window.setGeometry(screen.geometry())

    def _shares(self) -> list[int]:
        """Those of the columns as they stand: the canvas may be the last one."""
        of_widgets = zip((self._canvas, self._answer, self._curves), SHARES, strict=True)
        shares = [1] * self._columns.count()
        for widget, share in of_widgets:
            for index in range(self._columns.count()):
                column = self._columns.widget(index)
                if column is widget or (column is not None and column.isAncestorOf(widget)):
                    shares[index] = share
        return shares

    def _enlarge(self, scale: float) -> None:
        for part in (self._canvas, self._answer, self._curves, self.sentence):
            part.set_scale(scale)

    def _allow(self, on: bool) -> None:
        for entry in stage():
            self._actions[entry.name].setEnabled(on)

    def _other_theme(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, "light" if theme.current().signs == "dark" else "dark")

    # Runs

    def _show_alone(self, run: Run, rival: Run | None) -> None:
        """Let no curve be seen but those of a run and its rival."""
        if not self.on:
            return
        wanted = {each.id for each in (run, rival) if each is not None}
        for key in self._curves.run_keys():
            self._curves.set_hidden(key, key not in wanted)
        if rival is not None:
            self._show_rival(rival, NO_FIGURES)
        self._curves.set_x_range(max(each.epochs for each in (run, rival) if each is not None))

    def _show_rival(self, rival: Run, evaluated: Series) -> None:
        if not self.on:
            return
        self._curves.set_run(rival.id, rival.name, evaluated, NO_FIGURES, part=rival.evaluated_part)

    def _show_all(self) -> None:
        """Bring back the curves that were left out on the stage."""
        book = self._session.book
        for run in self._session.runs:
            self._curves.set_x_range(run.epochs)
            self._curves.set_run(run.id, run.name, *book.curves(run.id), part=run.evaluated_part)
        for key in self._curves.run_keys():
            record = book.record(key)
            self._curves.set_hidden(key, record is not None and record.hidden)


def _key_names(actions: Actions) -> list[tuple[str, str]]:
    """The keys of a stage and what they do."""
    native = QKeySequence.SequenceFormat.NativeText
    names = ["random", "clear", "stage_train", "stage_race", "stage_pause", "thicker", "thinner"]
    names += ["stage_theme", "stage_keys", "stage_leave"]
    rows = []
    for name in names:
        keys = [each.toString(native) for each in actions[name].shortcuts()]
        single = [key for key in keys if len(key) == 1 or name.startswith("stage")]
        rows.append((" ".join(single or keys), actions[name].text().replace("&", "")))
    return rows
