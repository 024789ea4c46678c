"""Settings under quiet headings, one below the other; more than fit scroll."""

from collections.abc import Mapping, Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from zmlp_gui import theme
from zmlp_gui.panel.setting_editors import Field
from zmlp_gui.words import tr

COLUMNS = 4
# Rows that are seen at once, headings not counted.
_ROWS_AT_ONCE = 3.4
_GAP_X, _GAP_Y = 12, 8


class SettingGroups(QScrollArea):
    """Fields by the headings under which they stand.

    Parameters
    ----------
    groups : mapping of str to sequence of Field
        The fields by their headings.
    below : mapping of str to QWidget
        What stands below the fields of a heading, as wide as all of them.
    """

    def __init__(self, groups: Mapping[str, Sequence[Field]], below: Mapping[str, QWidget]) -> None:
        super().__init__()
        self.setAccessibleName(tr("More settings"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        grid = _grid(inside)
        grid.setContentsMargins(0, _GAP_Y - 3, 0, 0)
        for title, fields in groups.items():
            if grid.rowCount() > 1:
                grid.setRowMinimumHeight(grid.rowCount(), _GAP_Y // 2)
            grid.addWidget(_heading(title), grid.rowCount(), 0, 1, COLUMNS)
            _add_rows(grid, fields)
            if title in below:
                grid.addWidget(below[title], grid.rowCount(), 0, 1, COLUMNS)
        self.setWidget(inside)
        inside.setAutoFillBackground(False)
        row = max(each.sizeHint().height() for fields in groups.values() for each in fields)
        whole = inside.sizeHint().height()
        self.setFixedHeight(min(whole, int(_ROWS_AT_ONCE * (row + _GAP_Y))))


def lay_out(parent: QWidget, fields: Sequence[Field]) -> None:
    """Lay fields out in rows of equally wide columns."""
    _add_rows(_grid(parent), fields)


def _grid(parent: QWidget) -> QGridLayout:
    grid = QGridLayout(parent)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(_GAP_X)
    grid.setVerticalSpacing(_GAP_Y)
    for column in range(COLUMNS):
        grid.setColumnStretch(column, 1)
        grid.setColumnMinimumWidth(column, 60)
    return grid


def _add_rows(grid: QGridLayout, fields: Sequence[Field]) -> None:
    below = grid.rowCount()
    for place, field in enumerate(fields):
        row, column = divmod(place, COLUMNS)
        grid.addWidget(field, below + row, column, Qt.AlignmentFlag.AlignTop)


def _heading(title: str) -> QLabel:
    label = QLabel(tr(title))
    label.setFont(theme.font(theme.current().small_size, theme.Weight.DemiBold))
    label.setProperty("heading", True)
    return label
