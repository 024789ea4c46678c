"""Settings under quiet headings, one below the other; more than fit scroll."""

from collections.abc import Mapping, Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from zmlp_gui import theme
from zmlp_gui.panel.setting_editors import Field
from zmlp_gui.words import tr

COLUMNS = 4
# Rows that are seen at once, headings not counted.
_ROWS_AT_ONCE = 3.4
_GAP_X, _GAP_Y = 12, 8


class SettingGroups(QScrollArea):
    """Fields by the headings under which they stand."""

    def __init__(self, groups: Mapping[str, Sequence[Field]]) -> None:
        super().__init__()
        self.setAccessibleName(tr("More settings"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, _GAP_Y - 3, 0, 0)
        column.setSpacing(_GAP_Y // 2)
        for title, fields in groups.items():
            rows = QWidget()
            lay_out(rows, fields)
            column.addWidget(_heading(title))
            column.addWidget(rows)
            column.addSpacing(_GAP_Y)
        self.setWidget(inside)
        inside.setAutoFillBackground(False)
        row = max(each.sizeHint().height() for fields in groups.values() for each in fields)
        whole = inside.sizeHint().height()
        self.setFixedHeight(min(whole, int(_ROWS_AT_ONCE * (row + _GAP_Y))))


def lay_out(parent: QWidget, fields: Sequence[Field]) -> None:
    """Lay fields out in rows of equally wide columns."""
    grid = QGridLayout(parent)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(_GAP_X)
    grid.setVerticalSpacing(_GAP_Y)
    for place, field in enumerate(fields):
        grid.addWidget(field, place // COLUMNS, place % COLUMNS, Qt.AlignmentFlag.AlignTop)
    for column in range(COLUMNS):
        grid.setColumnStretch(column, 1)
        grid.setColumnMinimumWidth(column, 60)


def _heading(title: str) -> QLabel:
    label = QLabel(tr(title))
    label.setFont(theme.font(theme.current().small_size, theme.Weight.Medium))
    label.setProperty("heading", True)
    return label
