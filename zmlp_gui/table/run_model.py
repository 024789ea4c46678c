"""The runs as a table model that marks what differs, and their order by any column."""

from collections.abc import Sequence
from typing import Any

from PyQt6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QSortFilterProxyModel,
    Qt,
    pyqtSignal,
)

from core.run_record import RunRecord
from zmlp_gui import theme
from zmlp_gui.table.colours import colour_icon, colour_name
from zmlp_gui.table.columns import NAME, SHOWN, Column, columns, differing, usual
from zmlp_gui.words import tr

# What the header of a setting says in which the runs differ.
SIGN = " ≠"
Role = Qt.ItemDataRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class RunModel(QAbstractTableModel):
    """A row for each run, a column for each fact and setting.

    Settings are compared among the runs whose curves are shown; of fewer than two, among all.

    Signals
    -------
    renamed(str, str)
        A person typed another name for the run of that id.
    hidden_wanted(str, bool)
        A person took the run out of the plot, or put it back.
    differences_changed()
        Runs differ in other settings now.
    """

    renamed = pyqtSignal(str, str)
    hidden_wanted = pyqtSignal(str, bool)
    differences_changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = columns()
        self._runs: list[RunRecord] = []
        self._rows: dict[str, int] = {}
        self._differing: set[str] = set()
        self._usual: dict[str, object] = {}

    def set_runs(self, runs: Sequence[RunRecord]) -> None:
        """Show these runs and no others."""
        self.beginResetModel()
        self._runs = list(runs)
        self._rows = {run.id: row for row, run in enumerate(runs)}
        self._differing, self._usual = self._compared()
        self.endResetModel()

    def set_run(self, run: RunRecord) -> None:
        """Show a run, or what is known of it now."""
        row = self._rows.get(run.id)
        if row is not None:
            self._replace(row, run)
            return
        row = len(self._runs)
        self.beginInsertRows(QModelIndex(), row, row)
        self._rows[run.id] = row
        self._runs.append(run)
        self.endInsertRows()
        self._compare()

    def _replace(self, row: int, run: RunRecord) -> None:
        """Exchange a run; only what changed is told, for a name may be typed at this moment."""
        before, self._runs[row] = self._runs[row], run
        looks_other = before.hidden != run.hidden
        compare = looks_other
        for place, column in enumerate(self.columns):
            other = self._cell(column, before) != self._cell(column, run)
            if looks_other or other:
                self.dataChanged.emit(self.index(row, place), self.index(row, place))
            compare |= other and column.is_setting
        if compare:
            self._compare()

    @staticmethod
    def _cell(column: Column, run: RunRecord) -> tuple[Any, str]:
        return column.value(run), column.text(run)

    def remove_run(self, id: str) -> None:
        """Show a run no longer."""
        row = self._rows.get(id)
        if row is not None:
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._runs[row]
            self._rows = {run.id: place for place, run in enumerate(self._runs)}
            self.endRemoveRows()
            self._compare()

    def runs(self) -> list[RunRecord]:
        """All runs in the table, in no order that a person sees."""
        return list(self._runs)

    def run(self, row: int) -> RunRecord:
        """The run in a row of this model."""
        return self._runs[row]

    def differs(self, column: int) -> bool:
        """Whether runs differ in a setting."""
        return self.columns[column].key in self._differing

    # What Qt asks

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._runs)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        flags = super().flags(index)
        key = self.columns[index.column()].key
        if key == NAME:
            return flags | Qt.ItemFlag.ItemIsEditable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if key == SHOWN else flags

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column, differs = self.columns[section], self.differs(section)
        if role == Role.DisplayRole:
            return column.title + (SIGN if differs else "")
        if role == Role.ToolTipRole:
            more = tr("the runs differ here") if differs else ""
            return f"{column.help}; {more}" if more else column.help
        if role == Role.FontRole:
            weight = theme.Weight.Bold if differs else theme.Weight.Medium
            return theme.font(theme.current().small_size, weight)
        if role == Role.TextAlignmentRole:
            return _RIGHT if column.is_number else Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: QModelIndex, role: int = Role.DisplayRole) -> Any:
        run, column = self._runs[index.row()], self.columns[index.column()]
        if role in (Role.DisplayRole, Role.EditRole):
            return column.text(run)
        if role == Role.TextAlignmentRole:
            return _RIGHT if column.is_number else Qt.AlignmentFlag.AlignVCenter
        if role == Role.FontRole and self._is_unusual(run, column):
            return theme.font(weight=theme.Weight.Bold)
        if role == Role.ForegroundRole and run.hidden:
            return theme.current().text_soft
        if column.key == SHOWN:
            return self._sample(run, role)
        if role == Role.ToolTipRole:
            return run.data if column.key == "data" else column.text(run)
        return None

    def setData(self, index: QModelIndex, value: Any, role: int = Role.EditRole) -> bool:
        run, key = self._runs[index.row()], self.columns[index.column()].key
        if key == NAME and role == Role.EditRole:
            if str(value).strip() not in ("", run.name):
                self.renamed.emit(run.id, str(value))
            return True
        if key == SHOWN and role == Role.CheckStateRole:
            self.hidden_wanted.emit(run.id, Qt.CheckState(value) == Qt.CheckState.Unchecked)
            return True
        return False

    def _sample(self, run: RunRecord, role: int) -> Any:
        if role == Role.CheckStateRole:
            return Qt.CheckState.Unchecked if run.hidden else Qt.CheckState.Checked
        if role == Role.DecorationRole:
            return colour_icon(run.colour)
        if role in (Role.AccessibleTextRole, Role.ToolTipRole):
            shown = tr("hidden") if run.hidden else tr("shown")
            return f"{colour_name(run.colour)}, {shown}"
        return None

    def _is_unusual(self, run: RunRecord, column: Column) -> bool:
        """Whether a run has another setting there than most others."""
        return column.key in self._differing and column.value(run) != self._usual[column.key]

    def _compared(self) -> tuple[set[str], dict[str, object]]:
        """Keys of the settings that differ, and what is usual in each."""
        shown = [run for run in self._runs if not run.hidden]
        compared = shown if len(shown) > 1 else self._runs
        keys = differing(self.columns, compared)
        return keys, {each.key: usual(each, compared) for each in self.columns if each.key in keys}

    def _compare(self) -> None:
        """Mark what differs now, where that is other than before."""
        before = self._differing, self._usual
        self._differing, self._usual = self._compared()
        if before == (self._differing, self._usual):
            return
        last = len(self.columns) - 1
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)
        if self._runs:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._runs) - 1, last))
        if before[0] != self._differing:
            self.differences_changed.emit()


class RunOrder(QSortFilterProxyModel):
    """Sorts runs by what they are, not by how it is written; what is not known comes first."""

    def __init__(self, model: RunModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setSourceModel(model)

    def lessThan(self, left: QModelIndex, right: QModelIndex) -> bool:
        column = self._model.columns[left.column()]
        one, other = (column.value(self._model.run(each.row())) for each in (left, right))
        if one is None or other is None:
            return one is None and other is not None
        return bool(one < other)
