"""The first start: a ghost draws on the canvas, and after the first answer one hint is given."""

from typing import Final

from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtWidgets import QWidget

from core.drawing import read_bundled_ink
from core.reader import Reading
from zmlp_gui.callout import Callout
from zmlp_gui.canvas import Canvas
from zmlp_gui.drawings import SAMPLES
from zmlp_gui.ink.ghost import Ghost
from zmlp_gui.motion import reduced_motion
from zmlp_gui.words import tr

# The digit that the ghost draws.
DIGIT: Final = 3
# Milliseconds that the pen has to rest before the hint comes: a digit may have another stroke.
PAUSE: Final = 1200


class FirstStart(QObject):
    """Invites to draw, then points at Train, then never again.

    Parameters
    ----------
    canvas : Canvas
        Where the ghost draws, if nothing is drawn yet.
    train : QWidget
        The button that the hint points at.
    seen : bool
        Whether all this was seen at an earlier start: nothing happens then.

    Signals
    -------
    done
        It was seen, and need never be shown again.
    """

    done = pyqtSignal()

    def __init__(self, canvas: Canvas, train: QWidget, seen: bool) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._train = train
        self._over = seen
        self._answered = False
        self._ghost: Ghost | None = None
        self._callout: Callout | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._point_at_train)
        if seen:
            return
        canvas.stroke_began.connect(self._pause.stop)
        canvas.stroke_ended.connect(self._pause.start)
        if canvas.drawing().is_empty:
            self._invite()

    def answered(self, reading: Reading | None) -> None:
        """The network has read something, or there is nothing to read any more."""
        self._answered = reading is not None

    def trained(self) -> None:
        """A run has started: there is nothing left to tell."""
        self._banish()
        if self._callout is not None:
            self._callout.go()
        self._finish()

    def _invite(self) -> None:
        three = next(each for each in read_bundled_ink(SAMPLES) if each.label == DIGIT)
        self._ghost = Ghost(self._canvas, three, still=reduced_motion())
        self._canvas.show_hint(False)
        self._canvas.stroke_began.connect(self._banish)
        self._canvas.changed.connect(self._banish)

    def _banish(self) -> None:
        """The ghost goes when there is something to see, or something is about to be."""
        if self._ghost is not None:
            self._ghost.deleteLater()
            self._ghost.hide()
            self._ghost = None
            self._canvas.show_hint(True)

    def _point_at_train(self) -> None:
        # Where something else stands in its place the hint waits for the next stroke.
        if self._answered and not self._over and self._train.isVisible():
            self._callout = Callout(self._train, tr("Now watch one learn: press Train"))
            self._callout.gone.connect(self._forget_callout)
            self._finish()

    def _forget_callout(self) -> None:
        self._callout = None

    def _finish(self) -> None:
        """It is done as soon as the hint stands there: who closes the window has seen it."""
        if not self._over:
            self._over = True
            self.done.emit()
