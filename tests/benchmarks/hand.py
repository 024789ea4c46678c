"""A hand that draws on the canvas without pause: real mouse events of real strokes."""

from collections.abc import Iterator, Sequence
from itertools import cycle

from PyQt6.QtCore import QEvent, QObject, Qt, QTimer

from core.drawing import Drawing
from zmlp_gui.canvas import BOX, Canvas
from zmlp_gui.player import send

# Milliseconds from one mouse event to the next: a usual mouse reports 125 times a second.
EVERY = 8


class Hand(QObject):
    """Sends the canvas one mouse event at each tick of a timer.

    Parameters
    ----------
    canvas : Canvas
        Drawn on; emptied before each drawing.
    drawings : sequence of Drawing
        Drawn one after the other, again and again.

    Attributes
    ----------
    events : int
        Number of events that changed the ink.
    """

    def __init__(self, canvas: Canvas, drawings: Sequence[Drawing]) -> None:
        super().__init__(canvas)
        self.events = 0
        self._movements = movements(canvas, drawings)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.move)

    def start(self) -> None:
        """Begin to draw, or go on."""
        self._timer.start()

    def stop(self) -> None:
        """Stop where it is."""
        self._timer.stop()

    def move(self) -> bool:
        """Send one event; whether it changed the ink."""
        drew = next(self._movements)
        self.events += drew
        return drew


def movements(canvas: Canvas, drawings: Sequence[Drawing]) -> Iterator[bool]:
    """Send an event at each step: True for one that adds ink, False for a pen that is lifted."""
    for drawing in cycle(drawings):
        canvas.clear()
        yield False
        scale = min(BOX[0] / drawing.size[0], BOX[1] / drawing.size[1])
        for stroke in drawing.strokes:
            points = [canvas.to_widget(x * scale, y * scale) for x, y in stroke.points.tolist()]
            for index, point in enumerate(points):
                kind = QEvent.Type.MouseMove if index else QEvent.Type.MouseButtonPress
                send(canvas, kind, point)
                yield True
            send(canvas, QEvent.Type.MouseButtonRelease, points[-1])
            yield False
