"""A small grey image, pixel by pixel, in the colours of ink and paper."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QHelpEvent, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QToolTip, QWidget

from zmlp_gui.answer.explained import Explained
from zmlp_gui.theme import current
from zmlp_gui.words import tr

SIDE = 84


class PixelView(Explained):
    """Shows an image of white ink (255) on black (0) as the theme's ink on its paper."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: NDArray[np.uint8] | None = None
        self._pixels: QImage | None = None
        # Or the card below would be painted as often.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("The image that the network sees"))

    def show_image(self, image: NDArray[np.uint8] | None) -> None:
        """Show an image, (height, width) of uint8; nothing for None."""
        if image is self._image:
            return
        self._image = image
        self._pixels = None
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def forget_pixels(self) -> None:
        self._pixels = None

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), current().card)
        if self._image is not None and self._pixels is None:
            self._pixels = coloured(self._image)
        paint_sheet(painter, QRectF(self.rect()), self._pixels, self.devicePixelRatioF())

    def _place(self) -> QRectF:
        assert self._image is not None
        height, width = self._image.shape
        return place_on(QRectF(self.rect()), QSize(width, height), self.devicePixelRatioF())

    def explain(self, event: QHelpEvent) -> None:
        """Tell the value of the pixel under the pointer."""
        if self._image is None:
            QToolTip.hideText()
            return
        place = self._place()
        height, width = self._image.shape
        column = int((event.pos().x() - place.x()) * width // place.width())
        row = int((event.pos().y() - place.y()) * height // place.height())
        if not (0 <= column < width and 0 <= row < height):
            QToolTip.hideText()
            return
        text = tr(
            "row {row}, column {column}: {value} of 255",
            row=row,
            column=column,
            value=int(self._image[row, column]),
        )
        cell = QRectF(
            place.x() + column * place.width() / width,
            place.y() + row * place.height() / height,
            place.width() / width,
            place.height() / height,
        )
        QToolTip.showText(event.globalPos(), text, self, cell.toAlignedRect())


def paint_sheet(painter: QPainter, sheet: QRectF, image: QImage | None, ratio: float) -> None:
    """Paint a small sheet of paper with an image on it."""
    theme = current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shape = QPainterPath()
    frame = sheet.adjusted(0.5, 0.5, -0.5, -0.5)
    shape.addRoundedRect(frame, theme.control_radius, theme.control_radius)
    painter.fillPath(shape, theme.paper)
    if image is not None:
        painter.drawImage(place_on(sheet, image.size(), ratio), image)
    painter.strokePath(shape, QPen(theme.border, 1.0))


def place_on(sheet: QRectF, size: QSize, ratio: float) -> QRectF:
    """Where an image lies: whole screen pixels for each of its own, wherever that fits."""
    room = min(sheet.width() / size.width(), sheet.height() / size.height())
    pixel = max(int(room * ratio), 1) / ratio if room * ratio >= 1 else room
    width, height = pixel * size.width(), pixel * size.height()
    left = round((sheet.x() + (sheet.width() - width) / 2) * ratio) / ratio
    top = round((sheet.y() + (sheet.height() - height) / 2) * ratio) / ratio
    return QRectF(left, top, width, height)


def coloured(image: NDArray[np.uint8]) -> QImage:
    """An image of white ink (255) on black (0) in the colours of the theme."""
    height, width = image.shape
    made = QImage(image.tobytes(), width, height, width, QImage.Format.Format_Indexed8).copy()
    theme = current()
    made.setColorTable(_colour_table(theme.paper.rgb(), theme.ink.rgb()))
    return made


@lru_cache(maxsize=2)
def _colour_table(paper: int, ink: int) -> list[int]:
    """The colour of each of the 256 levels of ink, kept: it costs more than all the painting."""
    shifts = np.array([16, 8, 0])
    dark, light = (np.array(colour) >> shifts & 255 for colour in (paper, ink))
    levels = np.arange(256)[:, np.newaxis] / 255
    mixed = np.rint(dark + (light - dark) * levels).astype(int)
    return [(255 << 24) | int(each) for each in (mixed << shifts).sum(axis=1)]
