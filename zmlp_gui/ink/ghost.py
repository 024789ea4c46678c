"""A ghost that draws a digit in a faint tone: an invitation that needs no words."""

from typing import Final

import numpy as np
from PyQt6.QtCore import QElapsedTimer, QEvent, QObject, QPointF, QRectF, Qt, QTimer
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QTransform
from PyQt6.QtWidgets import QWidget

from core.drawing import Drawing
from zmlp_gui.ink.paper import smooth_path
from zmlp_gui.theme import current

# Seconds: before the ghost draws, of its drawing, of its rest, and until it has faded.
WAIT, DRAW, REST, FADE = 0.5, 2.6, 1.4, 0.8
ROUND: Final = WAIT + DRAW + REST + FADE
# After so many rounds it stays as a still picture: a window that is left alone comes to rest.
ROUNDS: Final = 4
# Milliseconds between two looks, and how strong the ink is.
INTERVAL: Final = 30
STRENGTH: Final = 0.16
# Part of the widget's shorter side that the digit is high.
HEIGHT: Final = 0.6
# Its pen beside the one the digit was drawn with.
THIN: Final = 0.7


class Ghost(QWidget):
    """Lies over another widget and lets every event through to it.

    Parameters
    ----------
    paper : QWidget
        What it lies over.
    drawing : Drawing
        What it draws: one stroke or more.
    still : bool
        Whether it only shows the finished drawing.
    """

    def __init__(self, paper: QWidget, drawing: Drawing, still: bool) -> None:
        super().__init__(paper)
        self._drawing = drawing
        self._times = _times(drawing)
        self._seen = (0.0, 0.0)
        self._since = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(self._look)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.resize(paper.size())
        paper.installEventFilter(self)
        self._since.start()
        if not still:
            self._timer.start()
        self.show()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Resize:
            paper = self.parentWidget()
            assert paper is not None
            self.resize(paper.size())
        return False

    def progress(self) -> tuple[float, float]:
        """How much of the drawing is there, and how strong it is, both from 0 to 1."""
        seconds = self._since.elapsed() / 1000
        if not self._timer.isActive():
            return 1.0, 1.0
        at = seconds % ROUND - WAIT
        return min(max(at / DRAW, 0.0), 1.0), min(1.0, (ROUND - WAIT - at) / FADE)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        part, strength = self._seen = self.progress()
        lines = _until(self._drawing, self._times, part)
        if not lines:
            return
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = self._place()
        width = THIN * self._drawing.strokes[0].width
        ink = QColor(theme.ink)
        ink.setAlphaF(STRENGTH * strength)
        pen = QPen(ink, width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        path = QPainterPath()
        for line in lines:
            path.addPath(_way(line))
        painter.setTransform(place, combine=True)
        painter.strokePath(path, pen)
        if part < 1.0:
            # The pen that draws.
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.accent)
            painter.drawEllipse(QPointF(*lines[-1][-1]), width / 4, width / 4)

    def _place(self) -> QTransform:
        """The digit in the middle, somewhat smaller than people draw it."""
        box = self._box()
        scale = HEIGHT * min(self.width(), self.height()) / box.height()
        shift = self.rect().toRectF().center() - scale * box.center()
        return QTransform(scale, 0.0, 0.0, scale, shift.x(), shift.y())

    def _box(self) -> QRectF:
        assert self._drawing.bounds is not None
        left, top, right, bottom = self._drawing.bounds
        return QRectF(QPointF(left, top), QPointF(right, bottom))

    def _look(self) -> None:
        if self._since.elapsed() > 1000 * ROUNDS * ROUND:
            self._timer.stop()
        if self.progress() != self._seen:
            reach = self._drawing.strokes[0].width
            box = self._box().adjusted(-reach, -reach, reach, reach)
            self.update(self._place().mapRect(box).toAlignedRect())


def _times(drawing: Drawing) -> list[np.ndarray]:
    """The time of every point, from 0 to 1 over the whole drawing; without any, evenly."""
    if any(stroke.times is None for stroke in drawing.strokes):
        count = sum(len(stroke.points) for stroke in drawing.strokes)
        even = np.linspace(0.0, 1.0, count)
        ends = np.cumsum([len(stroke.points) for stroke in drawing.strokes])
        return np.split(even, ends[:-1])
    times = [stroke.times for stroke in drawing.strokes if stroke.times is not None]
    first, last = float(times[0][0]), float(times[-1][-1])
    return [(each - first) / max(last - first, 1e-6) for each in times]


def _until(
    drawing: Drawing, times: list[np.ndarray], part: float
) -> list[list[tuple[float, float]]]:
    """The points of the strokes up to a time from 0 to 1, the last one on the way to the next."""
    lines = []
    for stroke, at in zip(drawing.strokes, times, strict=True):
        count = int(np.searchsorted(at, part, side="right"))
        if part <= 0.0 or count == 0:
            break
        line = [(float(x), float(y)) for x, y in stroke.points[:count]]
        if count < len(at):
            x, y = (float(np.interp(part, at, stroke.points[:, axis])) for axis in (0, 1))
            line.append((x, y))
        lines.append(line)
    return lines


def _way(line: list[tuple[float, float]]) -> QPainterPath:
    start = QPointF(*line[0])
    path = smooth_path(start, line) if len(line) > 1 else QPainterPath(start)
    path.lineTo(QPointF(*line[-1]))
    return path
