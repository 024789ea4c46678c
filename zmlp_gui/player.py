"""Plays drawings on the real canvas with real mouse events, as a person's hand would."""

from collections.abc import Iterator

from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QApplication

from core.drawing import Drawing
from zmlp_gui.canvas import Canvas


def play(canvas: Canvas, drawing: Drawing) -> Iterator[float | None]:
    """Draw the strokes of a drawing, one mouse event for each step of the iteration.

    Yields
    ------
    float or None
        Seconds from the drawing's first point to the one just drawn; None where it has no times.
    """
    width, height = canvas.drawing().size
    scale = min(width / drawing.size[0], height / drawing.size[1])
    for stroke in drawing.strokes:
        points = [canvas.to_widget(x * scale, y * scale) for x, y in stroke.points.tolist()]
        times = [None] * len(points) if stroke.times is None else stroke.times.tolist()
        try:
            for index, (point, time) in enumerate(zip(points, times, strict=True)):
                kind = QEvent.Type.MouseMove if index else QEvent.Type.MouseButtonPress
                send(canvas, kind, point)
                yield time
        finally:
            # Also where nobody wants to see the rest: no button may stay down.
            send(canvas, QEvent.Type.MouseButtonRelease, points[-1])


def send(canvas: Canvas, kind: QEvent.Type, point: QPointF) -> None:
    """Send one mouse event with the left button to the canvas."""
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    moved, released = kind == QEvent.Type.MouseMove, kind == QEvent.Type.MouseButtonRelease
    event = QMouseEvent(
        kind,
        point,
        QPointF(canvas.mapToGlobal(point)),
        none if moved else left,
        none if released else left,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(canvas, event)
