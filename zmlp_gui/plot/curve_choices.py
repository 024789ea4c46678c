"""The button and the menu that choose what curves are drawn over, smoothing, and what to keep."""

from PyQt6.QtCore import QPoint, pyqtSignal
from PyQt6.QtGui import QAction, QActionGroup
from PyQt6.QtWidgets import QMenu, QToolButton, QWidget

from zmlp_gui import theme
from zmlp_gui.plot.smoothing import OFF
from zmlp_gui.plot.x_axes import X_AXES
from zmlp_gui.words import tr


class CurveChoices(QToolButton):
    """A button that shows the axis that is chosen and opens the menu of all choices.

    Signals
    -------
    axis_wanted(str), smoothing_wanted(str), log_wanted(bool)
        The key of an axis or a smoothing; whether the loss is to be logarithmic.
    export_wanted(), copy_wanted()
        The curves in a file, or on the clipboard.
    """

    axis_wanted = pyqtSignal(str)
    smoothing_wanted = pyqtSignal(str)
    log_wanted = pyqtSignal(bool)
    export_wanted = pyqtSignal()
    copy_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("chooser", True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFont(theme.font(theme.current().small_size, theme.Weight.Medium))
        self.setStyleSheet("QToolButton { padding: 3px 24px 3px 8px; }")
        self.setToolTip(tr("What the curves are drawn over, smoothing, export"))
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._axes = self._group([(axis.key, axis.words(), axis.help()) for axis in X_AXES])
        self._smoothings = self._group(
            [
                (OFF, tr("Not smoothed"), tr("The figures as they are")),
                ("light", tr("Smoothed lightly"), tr("The figures stay visible behind it")),
                ("strong", tr("Smoothed strongly"), tr("The figures stay visible behind it")),
            ]
        )
        self._log = self._add(tr("Logarithmic loss"), tr("Ten times less is one step down"))
        self._log.setCheckable(True)
        self._menu.addSeparator()
        export = self._add(tr("Export curves…"), tr("As PNG or SVG picture, or CSV numbers"))
        copy = self._add(tr("Copy curves"), tr("As picture and numbers, to paste elsewhere"))
        self.setMenu(self._menu)
        for key, action in self._axes.items():
            action.triggered.connect(lambda _checked, key=key: self.axis_wanted.emit(key))
        for key, action in self._smoothings.items():
            action.triggered.connect(lambda _checked, key=key: self.smoothing_wanted.emit(key))
        self._log.triggered.connect(self.log_wanted)
        export.triggered.connect(lambda: self.export_wanted.emit())
        copy.triggered.connect(lambda: self.copy_wanted.emit())

    def show_choices(self, axis: str, smoothing: str, log: bool) -> None:
        """Show what is chosen."""
        self._axes[axis].setChecked(True)
        self._smoothings[smoothing].setChecked(True)
        self._log.setChecked(log)
        words = next(each.words() for each in X_AXES if each.key == axis)
        self.setText(words)
        self.setAccessibleName(tr("Curves over: {axis}", axis=words))

    def open_menu(self, at: QPoint) -> None:
        """Open the same menu somewhere on the screen."""
        self._menu.popup(at)

    def _group(self, entries: list[tuple[str, str, str]]) -> dict[str, QAction]:
        group, made = QActionGroup(self), {}
        for key, text, help_ in entries:
            made[key] = self._add(text, help_)
            made[key].setCheckable(True)
            group.addAction(made[key])
        self._menu.addSeparator()
        return made

    def _add(self, text: str, help_: str) -> QAction:
        action = QAction(text, self)
        action.setToolTip(help_)
        self._menu.addAction(action)
        return action
