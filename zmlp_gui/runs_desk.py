"""Joins the book of runs to the curves, to the table of runs and to the panel."""

from collections import deque
from contextlib import suppress
from pathlib import Path
from time import monotonic

from PyQt6.QtCore import QObject, QSize, Qt, QTimer
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QDialog, QMessageBox, QVBoxLayout, QWidget

from core.files import display
from core.run_command import command_line, differs
from core.run_names import COLOURS
from core.run_record import RunRecord
from zmlp_gui import placement
from zmlp_gui.curves import CurvesView
from zmlp_gui.runs import Run
from zmlp_gui.runs_table import RunsTable
from zmlp_gui.session import IDLE, Session
from zmlp_gui.settings import Settings
from zmlp_gui.training_panel import TrainingPanel
from zmlp_gui.words import tr

# Seconds in which earlier runs are drawn before the window has its turn.
FRAME = 0.008
SIZE = QSize(1200, 460)


class RunsDesk(QObject):
    """What a window does with runs.

    Parameters
    ----------
    session, curves, panel, settings
        Those of the window.
    window : QWidget
        The window itself; the table opens above it.
    """

    def __init__(
        self,
        session: Session,
        curves: CurvesView,
        panel: TrainingPanel,
        settings: Settings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._book = session.book
        self._curves = curves
        self._panel = panel
        self._settings = settings
        self._window = window
        self._dialog: QDialog | None = None
        self.table: RunsTable | None = None
        # What the curves were told of each run, so that they are told again only what is new.
        self._drawn: dict[str, RunRecord] = {}
        self._waiting: deque[str] = deque()
        # A few earlier runs at a time, so that fifty of them hold no frame up.
        self._next = QTimer(self)
        self._next.setInterval(0)
        self._next.timeout.connect(self._draw_next)
        self._book.added.connect(self._add)
        self._book.changed.connect(self._change)
        self._book.removed.connect(self._forget)
        self._book.cut_off.connect(self._offer)
        panel.offer_taken.connect(self._go_on)
        panel.offer_left.connect(self._book.leave)
        session.state_changed.connect(self._show_state)
        # The table may stand before the panel that says it, too.
        session.training_failed.connect(self._tell)

    # The curves

    def show_run(self, run: Run) -> None:
        """Draw the run that learns, as far as it has come."""
        if (record := self._book.record(run.id)) is not None:
            self._draw(record)

    def _draw(self, record: RunRecord) -> None:
        self._curves.set_run(
            record.id,
            record.name,
            *self._book.curves(record.id),
            part=record.part,
            colour=record.colour,
        )
        before = self._drawn.get(record.id)
        if record.hidden or (before and before.hidden):
            self._curves.set_hidden(record.id, record.hidden)
        self._drawn[record.id] = record

    def _draw_next(self) -> None:
        """Draw earlier runs for as long as a frame may last."""
        until = monotonic() + FRAME
        while self._waiting and monotonic() < until:
            if (record := self._book.record(self._waiting.popleft())) is not None:
                self._draw(record)
        if not self._waiting:
            self._next.stop()

    def _add(self, record: RunRecord) -> None:
        if self._book.run(record.id) is not None:
            self._curves.set_current(record.id)
        else:
            self._waiting.append(record.id)
            self._next.start()
        if self.table is not None:
            self.table.set_run(record)

    def _change(self, record: RunRecord) -> None:
        if self.table is not None:
            self.table.set_run(record)
        before = self._drawn.get(record.id)
        if before is None:
            return
        self._drawn[record.id] = record
        if record.name != before.name:
            self._curves.rename_run(record.id, record.name)
        if record.colour != before.colour:
            self._curves.set_colour(record.id, record.colour)
        if record.hidden != before.hidden:
            self._curves.set_hidden(record.id, record.hidden)

    def _forget(self, id: str) -> None:
        if self.table is not None:
            self.table.remove_run(id)
        if self._drawn.pop(id, None):
            self._curves.remove_run(id)

    # The table

    def open(self) -> None:
        """Show the table of runs."""
        if self._dialog is None:
            self._dialog = self._make_dialog()
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def _make_dialog(self) -> QDialog:
        dialog, table = QDialog(self._window), RunsTable(COLOURS)
        dialog.setWindowTitle(tr("Runs"))
        dialog.resize(SIZE)
        column = QVBoxLayout(dialog)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(table)
        with suppress(ValueError, KeyError, TypeError):
            placement.put(dialog, self._settings.get("runs_table"))
        dialog.finished.connect(lambda: self._settings.set("runs_table", placement.place(dialog)))
        book = self._book
        table.renamed.connect(book.rename)
        table.hidden_wanted.connect(self._hide)
        table.colour_wanted.connect(self._colour)
        table.remove_wanted.connect(self._ask_remove)
        table.again_wanted.connect(self._train_again)
        table.go_on_wanted.connect(self._go_on)
        table.but_wanted.connect(self._fill_panel)
        table.command_wanted.connect(self._copy_command)
        table.network_wanted.connect(self._use_network)
        table.set_runs(book.records())
        table.set_idle(self._session.state == IDLE)
        table.setFocus()
        self.table = table
        return dialog

    def _show_state(self, state: str) -> None:
        if self.table is not None:
            self.table.set_idle(state == IDLE)

    # What the person wants

    def _hide(self, ids: list[str], hidden: bool) -> None:
        for id in ids:
            self._book.set_hidden(id, hidden)

    def _colour(self, ids: list[str], colour: int) -> None:
        for id in ids:
            self._book.set_colour(id, colour)

    def _ask_remove(self, ids: list[str]) -> None:
        over = [id for id in ids if (run := self._book.run(id)) is None or not run.learning]
        records = [record for id in over if (record := self._book.record(id))]
        if not records:
            self._tell(tr("A run that learns cannot be removed; stop it first."))
            return
        if len(records) == 1:
            question = tr("Remove the run {name} for good?", name=records[0].name)
        else:
            question = tr("Remove these {count} runs for good?", count=len(records))
        box = QMessageBox(self._dialog)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(tr("Remove"))
        # A run may be named <b>.
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(question)
        box.setInformativeText(tr("Curves and settings are lost; the networks stay."))
        remove = box.addButton(tr("Remove"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.buttonClicked.connect(lambda button: self._remove(over) if button is remove else None)
        box.open()

    def _remove(self, ids: list[str]) -> None:
        for id in ids:
            self._book.remove(id)

    def _train_again(self, id: str) -> None:
        if record := self._book.record(id):
            self._session.train(record.network, record.training, record.data)
            if record.started_from:
                self._tell(differs(record))

    def _offer(self, record: RunRecord) -> None:
        """Offer to go on with a run that was cut off, unless something else is on."""
        if self._session.state == IDLE:
            words = tr(
                "{name} was cut off in epoch {epoch} of {epochs}.",
                name=record.name,
                epoch=min(int(record.result.epochs) + 1, record.training.epochs),
                epochs=record.training.epochs,
            )
            self._panel.offer(record.id, words)

    def _go_on(self, id: str) -> None:
        record = self._book.record(id)
        if record is not None and self._session.state == IDLE:
            training = record.training
            for _, rate in record.learning_rates:
                training = training.replace(learning_rate=rate)
            self._panel.show_run(record.network, training, record.data)
            self._session.go_on(id)

    def _fill_panel(self, id: str) -> None:
        record = self._book.record(id)
        if record is None:
            return
        self._panel.set_specs(record.network, record.training, record.data)
        self._window.activateWindow()
        field = self._panel.nextInFocusChain()
        while field is not None and field is not self._panel:
            if field.isEnabled() and field.isVisible() and field.focusPolicy():
                field.setFocus(Qt.FocusReason.TabFocusReason)
                return
            field = field.nextInFocusChain()

    def _copy_command(self, id: str) -> None:
        clipboard = QGuiApplication.clipboard()
        record = self._book.record(id)
        if record is not None and clipboard is not None:
            clipboard.setText(command_line(record))
            self._tell(f"{tr('The command line is copied.')} {differs(record)}".strip())

    def _use_network(self, id: str) -> None:
        shelf, record = self._session.shelf, self._book.record(id)
        if record is None:
            return
        run = self._book.run(id)
        held = next((each for each in shelf.held if run is not None and each.run is run), None)
        if held is not None:
            shelf.use(held)
        elif record.model and Path(record.model).is_file():
            shelf.open(Path(record.model))
        elif record.model:
            sentence = tr(
                "The network of {name} is gone: there is no file {path} any more. "
                "Same again trains it once more.",
                name=record.name,
                path=display(record.model),
            )
            self._session.told.emit(sentence, "error")
        else:
            sentence = tr("No network was kept of {name}.", name=record.name)
            self._session.told.emit(sentence, "error")

    def _tell(self, sentence: str) -> None:
        if self.table is not None:
            self.table.say(sentence)
