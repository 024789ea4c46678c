"""The drawing surface: pen, eraser, undo; mouse, tablet, finger and keys draw alike."""

from typing import Final, Literal

from PyQt6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from core.drawing import Drawing, usual_width
from zmlp_gui.focus_ring import FocusRing
from zmlp_gui.ink import canvas_frame, canvas_words
from zmlp_gui.ink.brush_mark import BrushMark, Look
from zmlp_gui.ink.eraser import Sweep, edited
from zmlp_gui.ink.frame_updates import FrameUpdates
from zmlp_gui.ink.ink_history import InkHistory
from zmlp_gui.ink.paper import Paper
from zmlp_gui.ink.pen_stroke import PenClock, PenStroke
from zmlp_gui.ink.pen_widget import PenWidget
from zmlp_gui.words import tr

Tool = Literal["pen", "eraser"]

BOX: Final = (1000.0, 1000.0)
"""Size of an empty drawing; ink keeps to it, whatever size the widget has."""

# Milliseconds that another brush is shown for where no pointer is.
PREVIEW: Final = 900


class Canvas(FocusRing, PenWidget):
    """Paper to draw a digit on.

    Coordinates are those of the drawing: x to the right and y down, in units of its box
    (`Drawing.size`), which lies in the middle of the widget as large as it will go.

    Signals
    -------
    changed
        The drawing is another now; with the pen down, at every point.
    stroke_began, stroke_ended
        Pen or eraser were put down, were lifted.
    undo_available, redo_available : bool
        Whether there is something to undo, to redo, each time that changes.
    """

    changed = pyqtSignal()
    stroke_began = pyqtSignal()
    stroke_ended = pyqtSignal()
    undo_available = pyqtSignal(bool)
    redo_available = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history = InkHistory(Drawing(size=BOX))
        self._paper = Paper()
        self._stroke: PenStroke | None = None
        self._sweep: Sweep | None = None
        self._shown: Drawing | None = None
        self._tool: Tool = "pen"
        self._brush = usual_width(BOX)
        self._scale = 1.0
        self._pointer: QPointF | None = None
        self._caption: tuple[str, bool | None] = ("", None)
        self._hinting = True
        self._offered = (False, False)
        self._frames = FrameUpdates(self)
        self._mark = BrushMark(self._frames.add)
        self._preview = QTimer(self)
        self._preview.setSingleShot(True)
        self._preview.setInterval(PREVIEW)
        self._preview.timeout.connect(self._show_mark)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(tr("Drawing surface"))
        self._describe()
        self.keys.changed.connect(self._describe)
        # Whatever ended the stroke, undoing it, say: the keys' pen is up then.
        self.stroke_ended.connect(self.keys.lift)

    # The drawing

    def drawing(self) -> Drawing:
        """What is drawn, a stroke under way included; the same object until it changes."""
        if self._shown is None:
            drawing = self._history.drawing if self._sweep is None else self._sweep.drawing
            if self._stroke is not None and self._stroke.tail:
                drawing = edited(drawing, strokes=(*drawing.strokes, self._stroke.stroke()))
            self._shown = drawing
        return self._shown

    def set_drawing(self, drawing: Drawing) -> None:
        """Show another drawing; one step that can be undone."""
        self._drop()
        if drawing is not self._history.drawing:
            self._record(drawing)

    def clear(self) -> None:
        """Take an empty sheet; one step that can be undone."""
        self._drop()
        if not self._history.drawing.is_empty:
            self._record(Drawing(size=BOX))

    def undo(self) -> None:
        """Take back the last stroke, sweep of the eraser, clearing or other drawing."""
        self.end_stroke()
        if self._history.undo():
            self._replaced()

    def redo(self) -> None:
        """Do again what was undone last."""
        self.end_stroke()
        if self._history.redo():
            self._replaced()

    def set_caption(self, text: str, good: bool | None = None) -> None:
        """Write a line below the drawing, until the drawing changes.

        Parameters
        ----------
        text : str
            Says it all; the sign only repeats it.
        good : bool or None
            A tick before the text for True, a cross for False.
        """
        if (text, good) != self._caption:
            self._caption = (text, good)
            self._describe()
            self._update_words()

    def show_hint(self, on: bool) -> None:
        """Whether an empty sheet says what to do."""
        self._hinting = on
        self._update_words()

    # The tools

    def tool(self) -> Tool:
        """What the pointer does: draw or erase."""
        return self._tool

    def set_tool(self, tool: Tool) -> None:
        """Choose between pen and eraser; the other end of a tablet's pen always erases."""
        self.end_stroke()
        self._tool = tool
        cursor = Qt.CursorShape.CrossCursor if tool == "pen" else Qt.CursorShape.BlankCursor
        self.setCursor(cursor)
        self._describe()
        self._show_mark()

    def brush(self) -> float:
        """Width of pen and eraser, for a box of 1000."""
        return self._brush

    def set_brush(self, width: float) -> None:
        """Set the width of pen and eraser, for a box of 1000; what is drawn keeps its own."""
        if width != self._brush:
            self._brush = width
            # Nobody who opens the window has chosen a brush just now.
            if self.isVisible():
                self._preview.start()
                self._show_mark()

    def set_scale(self, scale: float) -> None:
        """Write the words below the drawing that much larger, to be read from afar."""
        self._scale = scale
        self.update()

    def to_widget(self, x: float, y: float) -> QPointF:
        """Where a point of the drawing lies in the widget."""
        self._fit()
        return self._paper.to_widget(x, y)

    # A stroke, point by point; events and `replay` both come through here

    def begin_stroke(
        self, x: float, y: float, t: float | None = None, pressure: float | None = None
    ) -> None:
        """Put the pen down.

        Parameters
        ----------
        x, y : float
            Where, in the drawing's units.
        t : float, optional
            Seconds since the drawing began.
        pressure : float, optional
            From 0 to 1, where the pen tells.
        """
        self.end_stroke()
        self._fit()
        self.set_caption("")
        if self._history.drawing.is_empty:
            # The hint goes.
            self._update_words()
        self._stroke = PenStroke(self._units(self._brush))
        self._show_mark()
        self.stroke_began.emit()
        self.extend_stroke(x, y, t, pressure)

    def extend_stroke(
        self, x: float, y: float, t: float | None = None, pressure: float | None = None
    ) -> None:
        """Move the pen on; the parameters are those of `begin_stroke`. Without a pen: nothing."""
        if self._stroke is None:
            return
        self._stroke.add(x, y, t, pressure)
        self._frames.add(self._paper.extend(self._stroke.tail, self._stroke.width))
        self._shown = None
        self.changed.emit()

    def end_stroke(self) -> None:
        """Lift pen or eraser: what was drawn or erased becomes one step that can be undone."""
        stroke, sweep = self._stroke, self._sweep
        if stroke is not None:
            drawing = self.drawing()
            self._stroke = None
            self._history.record(drawing)
            # Painted anew as a whole, with the edges that it will always have.
            points = drawing.strokes[-1].points
            corners = points.min(axis=0).tolist(), points.max(axis=0).tolist()
            area = self._paper.area(corners, stroke.width / 2)
            self._paper.paint(drawing, area)
            self.update(area)
        elif sweep is not None:
            self._sweep = None
            if sweep.drawing is not self._history.drawing:
                self._history.record(sweep.drawing)
        else:
            return
        self._show_mark()
        self._offer()
        self.stroke_ended.emit()

    # The eraser

    def _begin_erasing(self, x: float, y: float) -> None:
        self.end_stroke()
        self._fit()
        self._sweep = Sweep(self._history.drawing, (x, y), self._units(self._brush) / 2)
        self.stroke_began.emit()
        self._move_eraser(x, y)

    def _move_eraser(self, x: float, y: float) -> None:
        touched = self._sweep.move((x, y)) if self._sweep is not None else None
        if self._sweep is None or touched is None:
            return
        area = self._paper.area(*touched)
        self._shown = self._sweep.drawing
        self._paper.paint(self._shown, area)
        self.update(area)
        self.set_caption("")
        if self._shown.is_empty:
            self._update_words()
        self.changed.emit()

    # Changes

    def _record(self, drawing: Drawing) -> None:
        self._history.record(drawing)
        self._replaced()

    def _replaced(self) -> None:
        """Show another drawing than the one before."""
        self._shown = None
        self.set_caption("")
        times = [stroke.times for stroke in self.drawing().strokes if stroke.times is not None]
        self.clock = PenClock(max((float(t.max()) for t in times), default=0.0))
        self._paper.fit(self.drawing(), self.size(), self.devicePixelRatioF())
        self.update()
        self._offer()
        self.changed.emit()

    def _drop(self) -> None:
        """Forget a stroke or a sweep under way."""
        if self._stroke is None and self._sweep is None:
            return
        self._stroke = self._sweep = self._shown = None
        self._paper.paint(self.drawing())
        self.update()
        self.stroke_ended.emit()
        self.changed.emit()

    def _update_words(self) -> None:
        self.update(canvas_frame.words_area(self.rect(), self._scale))

    def _describe(self) -> None:
        keys = self.keys
        self.setAccessibleDescription(
            canvas_words.description(self._caption[0], self._tool, keys.is_shown, keys.is_down)
        )

    def _offer(self) -> None:
        offered = (self._history.can_undo, self._history.can_redo)
        before, self._offered = self._offered, offered
        if offered[0] != before[0]:
            self.undo_available.emit(offered[0])
        if offered[1] != before[1]:
            self.redo_available.emit(offered[1])

    def _show_mark(self) -> None:
        """The brush under the pointer: not over the ink that a mouse or a pen is drawing."""
        place, keys = self._pointer, self.keys
        if place is None and self._preview.isActive():
            place = self.rect().toRectF().center()
        if place is None or (self._stroke is not None and not keys.is_shown):
            self._mark.hide()
            return
        look = Look.RING
        if keys.is_shown:
            look = Look.KEYS_DOWN if keys.is_down else Look.KEYS_UP
        self._mark.show(place, self._units(self._brush) / 2 * self._paper.scale, look)

    def _units(self, width: float) -> float:
        """A width for a box of 1000, in units of the box there is."""
        return width * max(self._history.drawing.size) / max(BOX)

    def _fit(self) -> None:
        if not self._paper.matches(self.size(), self.devicePixelRatioF()):
            self._paper.fit(self.drawing(), self.size(), self.devicePixelRatioF())

    # The pen

    def pen_down(self, position: QPointF, t: float, pressure: float | None, turned: bool) -> None:
        self._fit()
        x, y = self._paper.to_drawing(position)
        if turned or self._tool == "eraser":
            self._begin_erasing(x, y)
        else:
            self.begin_stroke(x, y, t, pressure)

    def pen_moved(self, position: QPointF, t: float, pressure: float | None) -> None:
        x, y = self._paper.to_drawing(position)
        if self._sweep is not None:
            self._move_eraser(x, y)
        else:
            self.extend_stroke(x, y, t, pressure)

    def pen_up(self) -> None:
        self.end_stroke()

    def pen_lost(self) -> None:
        self._drop()

    def pen_near(self, position: QPointF | None) -> None:
        self._pointer = position
        self._preview.stop()
        self._show_mark()

    # Painting

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent | None) -> None:
        assert event is not None
        if event.type() == QEvent.Type.PaletteChange:
            self._paper.paint(self.drawing())
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        assert event is not None
        self._fit()
        area = event.rect()
        painter = QPainter(self)
        self._paper.show(painter, area)
        if self._stroke is not None:
            self._paper.show_loose_end(painter, self._stroke.tail, self._stroke.width)
        text, good = self._caption
        # With the pen down there is ink; to ask for the drawing would make one of it.
        if not text and self._hinting and self._stroke is None and self.drawing().is_empty:
            text = canvas_words.hint(self.has_ring)
        if text and area.intersects(canvas_frame.words_area(self.rect(), self._scale)):
            canvas_frame.paint_words(painter, self.rect(), text, good, self._scale)
        self._mark.paint(painter, area)
        canvas_frame.paint_frame(painter, self.rect(), area, self.has_ring)

    def sizeHint(self) -> QSize:
        return QSize(432, 504)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 200)
