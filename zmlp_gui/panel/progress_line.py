"""A thin bar and a line of text that say how far a run has come."""

from typing import TYPE_CHECKING

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from zmlp_gui import theme
from zmlp_gui.words import tr

if TYPE_CHECKING:
    from zmlp_gui.runs import Progress

_PARTS = 10_000


class ThinBar(QProgressBar):
    """A progress bar that paints itself: a style sheet takes many times as long."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(0, _PARTS)
        self.setTextVisible(False)
        self.setFixedHeight(6)
        self.setAccessibleName(tr("Progress of the run"))

    def show_part(self, part: float) -> None:
        """Show how much is done, from 0 to 1."""
        # setValue would paint at once, apart from all that changes with it.
        self.setUpdatesEnabled(False)
        self.setValue(round(_PARTS * part))
        self.setUpdatesEnabled(True)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        shown = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        round_end = whole.height() / 2
        painter.setBrush(shown.track)
        painter.drawRoundedRect(whole, round_end, round_end)
        done = whole.width() * self.value() / _PARTS
        if done > 0.0:
            painter.setBrush(shown.accent)
            part = QRectF(whole.left(), whole.top(), max(done, whole.height()), whole.height())
            painter.drawRoundedRect(part, round_end, round_end)


class ProgressLine(QWidget):
    """The bar, where the run is on the left, and speed and time left on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = ThinBar(self)
        self._where = QLabel(self)
        self._speed = QLabel(self)
        self._bar.setToolTip(tr("How much of the run is done"))
        for label, name, words in (
            (self._where, tr("Where the run is"), tr("Epoch and minibatch that are learned now")),
            (self._speed, tr("Speed"), tr("Digits learned in a second, and the time still needed")),
        ):
            label.setProperty("role", "soft")
            label.setAccessibleName(name)
            label.setToolTip(words)
        row = QHBoxLayout()
        row.addWidget(self._where, 1)
        row.addWidget(self._speed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._bar)
        column.addLayout(row)

    def show_progress(self, progress: "Progress") -> None:
        """Show how far a run has come."""
        self._bar.show_part(progress.minibatch / max(progress.minibatches, 1))
        where = tr(
            "epoch {epoch} of {epochs} · {minibatch} of {minibatches} minibatches",
            epoch=progress.epoch,
            epochs=progress.epochs,
            minibatch=f"{progress.minibatch:,}",
            minibatches=f"{progress.minibatches:,}",
        )
        speed = tr("{digits} digits/s", digits=calm_number(progress.digits_per_second))
        if progress.seconds_left is not None:
            speed += " · " + tr("{time} left", time=clock(progress.seconds_left))
        self._where.setText(where)
        self._speed.setText(speed)
        self._bar.setAccessibleDescription(where)


def calm_number(value: float) -> str:
    """Two figures and zeros, which is as much as one can read while it changes: 3,600."""
    if value < 100.0:
        return f"{value:.0f}"
    return f"{float(f'{value:.1e}'):,.0f}"


def clock(seconds: float) -> str:
    """A time as 0:04 or 1:02:03; whole seconds, rounded up so that it ends at zero."""
    whole = -int(-seconds // 1)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
