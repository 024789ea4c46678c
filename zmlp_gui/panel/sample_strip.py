"""Eight digits side by side as a training gets to see them, alive while they are in sight."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QHideEvent, QImage, QPainter, QPaintEvent, QShowEvent
from PyQt6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from zmlp_gui import motion
from zmlp_gui.answer.pixel_view import coloured, paint_sheet
from zmlp_gui.focus_ring import FocusRing
from zmlp_gui.words import tr

COUNT = 8
# Two screen pixels for each of a digit's 28, and a frame.
_SIDE = 58
_GAP = 4
# Milliseconds from one draw to the next.
TURN = 500


class SampleStrip(FocusRing, QAbstractButton):
    """Shows images of white ink on black, and asks for new ones about twice a second.

    It asks for nothing while it is out of sight, be it hidden, scrolled away or in a window that
    is minimised. People who want rest are shown others only when they ask.

    Signals
    -------
    turned()
        It has come into sight, or it is time for another draw; answer with `show_images`.
    clicked()
        A person wants other digits.
    """

    turned = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images: Sequence[NDArray[np.uint8]] = ()
        self._pixels: list[QImage] = []
        self._seen = False
        self.setAccessibleName(tr("Samples of the deformation"))
        words = tr("What a training sees: digits of the data, deformed anew each time")
        self.setToolTip(f"{words}\n{tr('A click takes other digits')}")
        self.setAccessibleDescription(self.toolTip())
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._timer = QTimer(self)
        self._timer.setInterval(TURN)
        self._timer.timeout.connect(self._turn)

    @property
    def in_sight(self) -> bool:
        """Whether a part of it can be seen."""
        window = self.window()
        minimised = window is not None and window.isMinimized()
        return self.isVisible() and not minimised and not self.visibleRegion().isEmpty()

    def show_images(self, images: Sequence[NDArray[np.uint8]]) -> None:
        """Show images, each (height, width) of uint8; where there are fewer, sheets are empty."""
        self._images, self._pixels = images, []
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(COUNT * (_SIDE + _GAP) - _GAP, _SIDE)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, _SIDE)

    def sheets(self) -> list[QRectF]:
        """Where the images lie, from edge to edge."""
        ratio = self.devicePixelRatioF()
        side = min(_SIDE, (self.width() - _GAP * (COUNT - 1)) / COUNT)
        step = (self.width() - side) / (COUNT - 1)
        lefts = [round(place * step * ratio) / ratio for place in range(COUNT)]
        return [QRectF(left, 0.0, side, side) for left in lefts]

    def paintEvent(self, event: QPaintEvent | None) -> None:
        if not self._seen:
            # Whoever is painted has come into sight.
            QTimer.singleShot(0, self._wake)
        if not self._pixels:
            self._pixels = [coloured(image) for image in self._images]
        painter = QPainter(self)
        images = [*self._pixels, *[None] * COUNT]
        for sheet, image in zip(self.sheets(), images, strict=False):
            paint_sheet(painter, sheet, image, self.devicePixelRatioF())
        self.paint_ring(painter)

    def changeEvent(self, event: QEvent | None) -> None:
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self._pixels = []
        super().changeEvent(event)

    def showEvent(self, event: QShowEvent | None) -> None:
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent | None) -> None:
        self._timer.stop()
        self._seen = False
        super().hideEvent(event)

    def _wake(self) -> None:
        if not self._seen:
            self._turn()

    def _turn(self) -> None:
        before, self._seen = self._seen, self.in_sight
        if self._seen and not (before and motion.reduced_motion()):
            self.turned.emit()
