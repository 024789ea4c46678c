"""The table of runs: what each was made of, what came of it, and what may be done with it."""

from collections.abc import Callable, Sequence

from PyQt6.QtCore import QPoint, Qt, pyqtBoundSignal, pyqtSignal
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core.recording import RESUMABLE
from core.run_record import RunRecord
from zmlp_gui import theme
from zmlp_gui.entry import Entry
from zmlp_gui.table.colours import colour_icon, colour_name
from zmlp_gui.table.columns import NAME, SHOWN
from zmlp_gui.table.row_actions import row_entries
from zmlp_gui.table.run_model import RunModel, RunOrder
from zmlp_gui.words import tr

# Device-independent pixels: of a row, and of columns; the first column holds a box and a sample.
_ROW = 30
_NARROWEST, _SAMPLE, _WIDEST = 56, 72, 220


class RunsTable(QWidget):
    """Shows the runs it is given and emits what the person wants of them.

    Signals
    -------
    renamed(str, str)
        The run of that id is to have that name.
    hidden_wanted(list of str, bool)
        These runs are to leave the plot, or to come back.
    colour_wanted(list of str, int)
        They are to have the colour of that place.
    remove_wanted(list of str)
        They are to be removed.
    again_wanted(str), go_on_wanted(str), but_wanted(str)
        Train the same; go on with one that was stopped or cut off; fill the panel with its
        settings.
    command_wanted(str), network_wanted(str)
        Copy its command line; read with its network.
    """

    renamed = pyqtSignal(str, str)
    hidden_wanted = pyqtSignal(list, bool)
    colour_wanted = pyqtSignal(list, int)
    remove_wanted = pyqtSignal(list)
    again_wanted = pyqtSignal(str)
    go_on_wanted = pyqtSignal(str)
    but_wanted = pyqtSignal(str)
    command_wanted = pyqtSignal(str)
    network_wanted = pyqtSignal(str)

    def __init__(self, colours: Sequence[int], parent: QWidget | None = None) -> None:
        """`colours` are the places of the colours that a person may choose."""
        super().__init__(parent)
        self._idle, self._listed = True, 0
        self._colours = colours
        self._model = RunModel(self)
        self._order = RunOrder(self._model, self)
        self._view = QTableView()
        self._only = QCheckBox(tr("Only what differs"))
        self._message = QLabel()
        self._actions = self._make_actions()
        self._lay_out()
        self._model.renamed.connect(self.renamed)
        self._model.hidden_wanted.connect(lambda id, hidden: self.hidden_wanted.emit([id], hidden))
        self._model.differences_changed.connect(self._fold)
        self._only.toggled.connect(self._fold)
        self._view.customContextMenuRequested.connect(self._show_menu)
        selection = self._view.selectionModel()
        assert selection is not None
        selection.selectionChanged.connect(self._allow)
        self._fold()
        self._allow()

    # What goes in

    def set_runs(self, runs: Sequence[RunRecord]) -> None:
        """Show these runs and no others."""
        self._model.set_runs(runs)
        self._fold()
        self._allow()

    def set_run(self, run: RunRecord) -> None:
        """Show a run, or what is known of it now."""
        self._model.set_run(run)
        self._allow()

    def remove_run(self, id: str) -> None:
        """Show a run no longer."""
        self._model.remove_run(id)
        self._allow()

    def set_idle(self, idle: bool) -> None:
        """Say whether a run may be started now."""
        self._idle = idle
        self._allow()

    def say(self, sentence: str) -> None:
        """Tell the person what was done."""
        self._message.setText(sentence)

    def selected(self) -> list[RunRecord]:
        """The runs whose rows are selected, from top to bottom."""
        selection = self._view.selectionModel()
        rows = sorted(index.row() for index in selection.selectedRows()) if selection else []
        places = (self._order.mapToSource(self._order.index(row, 0)) for row in rows)
        return [self._model.run(place.row()) for place in places]

    # What it is made of

    def _make_actions(self) -> dict[str, QAction]:
        handlers: dict[str, Callable[[], object]] = {
            "again": lambda: self._emit(self.again_wanted),
            "go_on": lambda: self._emit(self.go_on_wanted),
            "but": lambda: self._emit(self.but_wanted),
            "command": lambda: self._emit(self.command_wanted),
            "network": lambda: self._emit(self.network_wanted),
            "rename": self._rename,
            "hide": lambda: self.hidden_wanted.emit(self._ids(), True),
            "show": lambda: self.hidden_wanted.emit(self._ids(), False),
            "remove": lambda: self.remove_wanted.emit(self._ids()),
        }
        return {each.name: self._make_action(each, handlers[each.name]) for each in row_entries()}

    def _make_action(self, entry: Entry, handler: Callable[[], object]) -> QAction:
        action = entry.action(self._view, handler)
        # Not where a name is being typed.
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._view.addAction(action)
        return action

    def _lay_out(self) -> None:
        view, gap = self._view, theme.current().margin
        self.setFocusProxy(view)
        view.setModel(self._order)
        view.setAccessibleName(tr("Runs"))
        view.setToolTip(tr("A click on a title sorts; a double click on a name changes it"))
        view.setSortingEnabled(True)
        when = next(n for n, each in enumerate(self._model.columns) if each.key == "when")
        view.sortByColumn(when, Qt.SortOrder.DescendingOrder)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setTabKeyNavigation(False)
        rows, titles = view.verticalHeader(), view.horizontalHeader()
        assert rows is not None
        assert titles is not None
        rows.setDefaultSectionSize(_ROW)
        rows.hide()
        titles.setHighlightSections(False)
        # Rows that are looked at for a column's width.
        titles.setResizeContentsPrecision(20)
        self._only.setChecked(True)
        self._only.setToolTip(tr("Fold the settings in which all shown runs agree"))
        self._message.setProperty("role", "soft")
        self._message.setAccessibleName(tr("What was done"))
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        # A long sentence makes the window no wider.
        self._message.setWordWrap(True)
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self._only)
        head.addWidget(self._message, 1)
        foot.setSpacing(gap // 2)
        foot.addStretch(1)
        for name in ("again", "but", "command", "network", "remove"):
            foot.addWidget(_button(self._actions[name]))
        column = QVBoxLayout(self)
        column.setContentsMargins(gap, gap, gap, gap)
        column.setSpacing(gap // 2)
        column.addLayout(head)
        column.addWidget(view, 1)
        column.addLayout(foot)

    # What a person does

    def _emit(self, signal: pyqtBoundSignal) -> None:
        for run in self.selected()[:1]:
            signal.emit(run.id)

    def _ids(self) -> list[str]:
        return [run.id for run in self.selected()]

    def _rename(self) -> None:
        name = next(n for n, each in enumerate(self._model.columns) if each.key == NAME)
        self._view.edit(self._view.currentIndex().siblingAtColumn(name))

    def _show_menu(self, place: QPoint) -> None:
        if self.selected():
            self.make_menu().popup(self._view.viewport().mapToGlobal(place))  # type: ignore[union-attr]

    def make_menu(self) -> QMenu:
        """What may be done with the selected runs."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for entry in row_entries():
            if entry.starts_section:
                menu.addSeparator()
            if entry.name == "remove":
                menu.insertMenu(menu.actions()[-1], self._make_colours(menu))
            menu.addAction(self._actions[entry.name])
        return menu

    def _make_colours(self, menu: QMenu) -> QMenu:
        colours = QMenu(tr("C&olour"), menu)
        now = {run.colour for run in self.selected()}
        for place in self._colours:
            action = QAction(colour_icon(place), colour_name(place), colours)
            action.setCheckable(True)
            action.setChecked(now == {place})
            action.triggered.connect(self._choose_colour(place))
            colours.addAction(action)
        return colours

    def _choose_colour(self, place: int) -> Callable[[], None]:
        return lambda: self.colour_wanted.emit(self._ids(), place)

    # What can be seen and done now

    def _allow(self) -> None:
        runs = self.selected()
        one = len(runs) == 1
        for name, allowed in (
            ("rename", one),
            ("hide", any(not run.hidden for run in runs)),
            ("show", any(run.hidden for run in runs)),
            ("again", one and self._idle),
            ("go_on", one and self._idle and runs[0].result.reason in RESUMABLE),
            ("but", one and self._idle),
            ("command", one),
            ("network", one),
            ("remove", bool(runs)),
        ):
            self._actions[name].setEnabled(allowed)
        if not self._model.rowCount():
            self.say(tr("No runs yet: train a network, and it is listed here."))
        elif self._listed != self._model.rowCount():
            self.say("")
        self._listed = self._model.rowCount()

    def _fold(self) -> None:
        """Leave out the settings in which the runs agree, where that is wanted."""
        only = self._only.isChecked()
        for place, column in enumerate(self._model.columns):
            folded = only and column.is_setting and not self._model.differs(place)
            self._view.setColumnHidden(place, folded)
        self._fit()

    def _fit(self) -> None:
        """Make the columns in sight as wide as what stands in them, within bounds."""
        for place, column in enumerate(self._model.columns):
            if not self._view.isColumnHidden(place):
                self._view.resizeColumnToContents(place)
                narrowest = _SAMPLE if column.key == SHOWN else _NARROWEST
                width = min(max(self._view.columnWidth(place), narrowest), _WIDEST)
                self._view.setColumnWidth(place, width)


def _button(action: QAction) -> QPushButton:
    """A button for an action, enabled when it is."""
    button = QPushButton(action.text().replace("&", ""))
    button.setToolTip(action.toolTip())
    button.setAccessibleName(button.text())
    button.setAutoDefault(False)
    button.clicked.connect(action.trigger)
    action.changed.connect(lambda: button.setEnabled(action.isEnabled()))
    return button
