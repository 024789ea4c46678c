"""A thin bar and a line of text that say how far a run has come."""

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from core.estimate import words_of_time
from zmlp_gui import theme
from zmlp_gui.words import tr

if TYPE_CHECKING:
    from zmlp_gui.forecast import Prospect
    from zmlp_gui.runs import Progress

_PARTS = 10_000
# More numbers would not fit beside the time.
_MOST_WIDTHS = 5


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
        for label in (self._where, self._speed):
            label.setProperty("role", "soft")
        self._name_progress()
        self._speed.setAlignment(Qt.AlignmentFlag.AlignRight)
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
        self._name_progress()
        self._where.setText(where)
        self._speed.setText(speed)
        self._bar.setAccessibleDescription(where)

    def show_prospect(self, prospect: "Prospect") -> None:
        """Show what a run would train, and how long it would take."""
        words = tr("The network's layers from the image to the answer, and its weights")
        _name(self._where, tr("Shape of the network"), words)
        words = tr("An estimate for this machine while it does nothing else")
        _name(self._speed, tr("Time of the run"), words)
        count = f"{prospect.network.parameter_count:,}"
        shape = shape_words(prospect.network.widths)
        self._bar.show_part(0.0)
        self._where.setText(tr("{shape} · {count} weights", shape=shape, count=count))
        self._speed.setText(_time_words(prospect))

    def _name_progress(self) -> None:
        words = tr("Epoch and minibatch that are learned now")
        _name(self._where, tr("Where the run is"), words)
        words = tr("Digits learned in a second, and the time still needed")
        _name(self._speed, tr("Speed"), words)


def _name(label: QLabel, name: str, words: str) -> None:
    label.setAccessibleName(name)
    label.setToolTip(words)


def _time_words(prospect: "Prospect") -> str:
    if prospect.seconds is None or prospect.paced is None:
        return ""
    paced, full = words_of_time(prospect.paced), words_of_time(prospect.seconds)
    if paced == full:
        return tr("about {time}", time=full)
    return tr("about {time} · {full} at full speed", time=paced, full=full)


def shape_words(widths: Sequence[int]) -> str:
    """Widths as `784 – 256 – 10`; of many, equal neighbours are counted: `784 – 8 × 64 – 10`."""
    words = [str(width) for width in widths]
    if len(words) > _MOST_WIDTHS:
        groups = [(width, len(list(same))) for width, same in groupby(words)]
        words = [width if count == 1 else f"{count} × {width}" for width, count in groups]
    if len(words) > _MOST_WIDTHS:
        words = [*words[:3], "…", *words[-2:]]
    return " – ".join(words)


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
