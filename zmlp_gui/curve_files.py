"""The curves in a file or on the clipboard, made beside the GUI thread."""

from pathlib import Path

from PyQt6.QtCore import QMimeData, QObject, pyqtSignal
from PyQt6.QtGui import QGuiApplication, QImage
from PyQt6.QtWidgets import QWidget

from core.files import atomic_write, display
from zmlp_gui import dialogs
from zmlp_gui.background import Background
from zmlp_gui.curves import CurvesView
from zmlp_gui.plot.curve_export import Chart, file_content, formats, numbers, picture
from zmlp_gui.window_actions import Actions
from zmlp_gui.words import tr


class CurveFiles(QObject):
    """Exports and copies what the curves show.

    Parameters
    ----------
    curves : CurvesView
        Whose own menu it answers, too.
    background : Background
        Where pictures are painted and files are written.
    window : QWidget
        The parent of dialogs.

    Signals
    -------
    told(str, str)
        A sentence for the person, and its kind: `info` or `error`.
    """

    told = pyqtSignal(str, str)

    def __init__(self, curves: CurvesView, background: Background, window: QWidget) -> None:
        super().__init__(window)
        self._curves, self._background, self._window = curves, background, window
        curves.export_wanted.connect(self.export)
        curves.copy_wanted.connect(self.copy)

    def export(self) -> None:
        """Ask for a file, and write the curves in the format that its name says."""
        chart = self._chart()
        if chart is not None and (path := self._ask()):
            self.save(chart, path)

    def save(self, chart: Chart, path: Path) -> None:
        """Write a chart; the suffix decides how."""
        self._background.run(
            lambda: _write(chart, path),
            lambda _: self.told.emit(tr("The curves are in {file}", file=display(path)), "info"),
            lambda sentence: self.told.emit(sentence, "error"),
        )

    def copy(self) -> None:
        """Put the curves on the clipboard: a picture for some programs, numbers for others."""
        chart = self._chart()
        if chart is not None:
            self._background.run(
                lambda: (picture(chart), numbers(chart)),
                lambda made: self._put(*made),
                lambda sentence: self.told.emit(sentence, "error"),
            )

    def _ask(self) -> Path | None:
        return dialogs.ask_format(self._window, tr("Export curves"), "curves", formats())

    def _chart(self) -> Chart | None:
        chart = self._curves.chart()
        if chart.numbers:
            return chart
        self.told.emit(tr("There are no curves yet: train a network first."), "info")
        return None

    def _put(self, image: QImage, text: str) -> None:
        data = QMimeData()
        data.setImageData(image)
        data.setText(text)
        if (clipboard := QGuiApplication.clipboard()) is not None:
            clipboard.setMimeData(data)
        self.told.emit(tr("The curves are on the clipboard, as picture and numbers"), "info")


def follow_choices(actions: Actions, curves: CurvesView) -> None:
    """Let the menus show what the curves show, now and from now on."""
    # Not one of a group: it is on or off by itself.
    actions["curve_log"].setCheckable(True)

    def follow() -> None:
        for name in (curves.measure, f"over_{curves.axis}", f"smoothing_{curves.smoothing}"):
            actions[name].setChecked(True)
        actions["curve_log"].setChecked(curves.log)

    curves.changed.connect(follow)
    follow()


def _write(chart: Chart, path: Path) -> None:
    content = file_content(chart, path.suffix.lower())
    with atomic_write(path) as file:
        file.write(content)
