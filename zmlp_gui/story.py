"""The journal's story: five stations, each with a paragraph, a diagram and a network to train."""

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from zmlp_gui import theme
from zmlp_gui.icons import icon
from zmlp_gui.journal.diagrams import Diagram
from zmlp_gui.journal.route import StoryRoute
from zmlp_gui.journal.run_line import RunLine
from zmlp_gui.journal.stations import Station, stations
from zmlp_gui.lent_focus import LentFocus
from zmlp_gui.panel.progress_line import clock
from zmlp_gui.words import tr

if TYPE_CHECKING:
    from zmlp_gui.runs import Progress


# Percent, of the paragraphs.
LINE_HEIGHT = 118


class StoryView(QWidget):
    """Tells the story; it trains nothing, is told what happens, and keeps nothing for later.

    Attributes
    ----------
    lent_focus : LentFocus
        Gives the keys to the story, and back.

    Signals
    -------
    run_wanted(str)
        Train the recipe of that name.
    stop_wanted()
        End the run that is on.
    closed()
        The person has had enough.
    """

    run_wanted = pyqtSignal(str)
    stop_wanted = pyqtSignal()
    closed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stations = stations()
        self._station = 0
        self._state = "idle"
        self._data = ""
        self._reached: dict[str, str] = {}
        self._heading, self._count = QLabel(), QLabel()
        self._pages = QStackedWidget()
        self._route = StoryRoute([each.title for each in self._stations])
        self._run = _button(tr("Run it"), tr("Train this network now (Enter)"))
        self.lent_focus = LentFocus(self, self._run)
        self._back = _button(tr("Back"), tr("The station before (left arrow)"))
        self._next = _button(tr("Next"), tr("The station after (right arrow)"))
        self._close = _button("✕", tr("Close the story (Esc)"), tr("Close the story"))
        self._line = RunLine()
        self.setAccessibleName(tr("The journal's story"))
        self._lay_out()
        self._connect()
        self._show()

    @property
    def station(self) -> int:
        """The present station, from 1."""
        return self._station + 1

    @station.setter
    def station(self, number: int) -> None:
        self._station = min(max(number - 1, 0), len(self._stations) - 1)
        self.show_message("")
        self._show()

    @property
    def recipe(self) -> str:
        """Name of the recipe that the present station trains."""
        return self._stations[self._station].recipe

    def title(self, recipe: str) -> str:
        """What a run of that recipe is called in the story: `1 · without bias`."""
        names = [each.recipe for each in self._stations]
        return self._numbered(names.index(recipe))

    def set_state(self, state: str) -> None:
        """Show what can be done: `idle`, `starting`, `running`, `paused` or `stopping`."""
        self._state = state
        if state == "starting":
            self.show_message(tr("The digits are being read"))
        if state in ("idle", "starting"):
            self._line.show_part(None)
        self._show_button()

    def set_data(self, name: str) -> None:
        """Say on which digits the stations train; figures reached on others are forgotten."""
        if name != self._data:
            self._data = name
            self._reached.clear()
            self.show_message("")
            self._show()

    def show_progress(self, progress: "Progress") -> None:
        """Show how far the run has come."""
        if self._state == "idle":
            # The last news of a run comes after its end.
            return
        self._line.show_part(progress.minibatch / max(progress.minibatches, 1))
        words = tr("epoch {epoch} of {epochs}", epoch=progress.epoch, epochs=progress.epochs)
        if progress.seconds_left is not None:
            words += " · " + tr("{time} left", time=clock(progress.seconds_left))
        self.show_message(words)

    def show_reached(self, recipe: str, accuracy: float) -> None:
        """Write down what a whole run of that recipe reached, from 0 to 1."""
        self._reached[recipe] = f"{100.0 * accuracy:.1f}"
        self._show()

    def show_message(self, text: str) -> None:
        """Show a sentence below the button; with none, on which digits the station trains."""
        self._line.show_text(text or tr("on {data}", data=self._data))

    def _lay_out(self) -> None:
        gap = theme.current().margin // 2
        self._heading.setFont(theme.font(20, theme.Weight.DemiBold))
        self._heading.setAccessibleName(tr("Station"))
        self._count.setProperty("role", "soft")
        self._close.setProperty("quiet", True)
        self._run.setProperty("primary", True)
        self._run.setFont(theme.font(15, theme.Weight.DemiBold))
        self._run.setMinimumSize(132, 40)
        for each in self._stations:
            self._pages.addWidget(_page(each))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap)
        column.addLayout(_row(self._heading, None, self._count, self._close, gap=gap))
        column.addWidget(self._pages)
        column.addWidget(self._route)
        column.addLayout(_row(self._run, self._line, self._back, self._next, gap=gap))

    def _connect(self) -> None:
        self._run.clicked.connect(self._go)
        self._back.clicked.connect(lambda: self._move(-1))
        self._next.clicked.connect(lambda: self._move(1))
        self._close.clicked.connect(self.closed)
        self._route.chosen.connect(lambda at: self._move(at - self._station))
        keys: tuple[tuple[Qt.Key, Callable[[], object]], ...] = (
            (Qt.Key.Key_Left, lambda: self._move(-1)),
            (Qt.Key.Key_Right, lambda: self._move(1)),
            (Qt.Key.Key_Return, self._go),
            (Qt.Key.Key_Enter, self._go),
            (Qt.Key.Key_Escape, self.closed.emit),
        )
        for key, wanted in keys:
            shortcut = QShortcut(QKeySequence(key), self)
            # While someone draws or reads the curve the keys are not the story's.
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(wanted)

    def _move(self, step: int) -> None:
        self.station = self.station + step

    def _go(self) -> None:
        if self._state == "idle":
            self.run_wanted.emit(self.recipe)
        elif self._state in ("running", "paused"):
            self.stop_wanted.emit()

    def _numbered(self, index: int) -> str:
        return f"{index + 1} · {self._stations[index].title}"

    def _show(self) -> None:
        """Bring all that belongs to the present station up to date."""
        last = len(self._stations) - 1
        self._heading.setText(self._numbered(self._station))
        self._count.setText(
            tr("The journal's story, {number} of {count}", number=self.station, count=last + 1)
        )
        self._pages.setCurrentIndex(self._station)
        self._back.setEnabled(self._station > 0)
        self._next.setEnabled(self._station < last)
        mine = [self._reached.get(each.recipe, "") for each in self._stations]
        rows = [(tr("you, {data}", data=self._data), mine)]
        if self._station == last:
            rows += [
                (tr("zmlp, MNIST"), [each.measured for each in self._stations]),
                (tr("the journal"), [each.reported for each in self._stations]),
            ]
        self._route.show_route(self._station, rows)
        self._show_button()

    def _show_button(self) -> None:
        idle = self._state in ("idle", "starting")
        again = idle and self.recipe in self._reached
        word = tr("Run it again") if again else tr("Run it") if idle else tr("Stop")
        self._run.setText(word)
        self._run.setAccessibleName(word)
        self._run.setIcon(icon("play" if idle else "stop", "on_accent"))


def _page(station: Station) -> QWidget:
    """The paragraph and the diagram of one station."""
    page, text = QWidget(), QLabel()
    text.setWordWrap(True)
    # Plain text has no line height; these words hold no markup.
    text.setText(f'<p style="line-height: {LINE_HEIGHT}%">{escape(station.paragraph)}</p>')
    text.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    diagram = Diagram(station.recipe, station.formula, station.title)
    row = QHBoxLayout(page)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.current().margin)
    row.addWidget(text, 1)
    row.addWidget(diagram, 0, Qt.AlignmentFlag.AlignTop)
    return page


def _row(*parts: QWidget | None, gap: int) -> QHBoxLayout:
    """Widgets side by side; None leaves the room between them empty."""
    row = QHBoxLayout()
    row.setSpacing(gap)
    for part in parts:
        if part is None:
            row.addStretch(1)
        else:
            row.addWidget(part)
    return row


def _button(word: str, words: str, name: str = "") -> QPushButton:
    button = QPushButton(word)
    button.setToolTip(words)
    button.setAccessibleName(name or word)
    return button
