"""What is pasted and dropped becomes a drawing; drawing, image and answer are copied."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QMimeData
from PyQt6.QtGui import QGuiApplication, QImage

from core.drawing import Drawing
from core.ink_text import ink_text, looks_like_ink
from core.reader import Reading
from zmlp_gui.background import Background
from zmlp_gui.drawings import READABLE, Drawings
from zmlp_gui.ink.drawing_image import drawing_image
from zmlp_gui.words import tr

# In the order in which they are asked for, lossless ones first.
IMAGE_FORMATS = ("image/png", "image/bmp", "image/tiff", "image/webp", "image/gif", "image/jpeg")
# Screen pixels to each pixel that the network sees.
ENLARGED = 10


class Clipboard:
    """Between the window and what lies on the clipboard or is dragged over it.

    Parameters
    ----------
    drawings : Drawings
        Offers what is pasted or dropped, and tells what could not be.
    background : Background
        Decodes and encodes beside the GUI thread.
    open_file : callable
        Opens a file of any kind that the window opens.
    """

    def __init__(
        self, drawings: Drawings, background: Background, open_file: Callable[[Path], object]
    ) -> None:
        self._drawings = drawings
        self._background = background
        self._open_file = open_file

    def paste(self) -> None:
        """Take what is on the clipboard."""
        board = QGuiApplication.clipboard()
        data = board.mimeData() if board else None
        if data is None or not self.take(data):
            self._tell(tr("There is no picture, ink or file on the clipboard."))

    def takes(self, data: QMimeData) -> bool:
        """Whether there is something in it that `take` would have."""
        return bool(
            _files(data) or _image_format(data) or data.hasImage() or looks_like_ink(_text(data))
        )

    def take(self, data: QMimeData) -> bool:
        """Open a file, a picture or ink; False if there is none of them."""
        if files := _files(data):
            self._take_file(files)
        elif looks_like_ink(text := _text(data)):
            # Before the picture: a drawing that was copied here comes back stroke by stroke.
            self._drawings.read_text(text)
        elif kind := _image_format(data):
            self._drawings.decode(data.data(kind).data())
        elif data.hasImage():
            self._drawings.convert(QImage(data.imageData()))
        else:
            return False
        return True

    def copy_drawing(self, drawing: Drawing) -> None:
        """Copy a drawing, as a picture and as ink."""
        if drawing.is_empty:
            self._tell(tr("Nothing is drawn that could be copied."))
            return

        def work() -> tuple[QImage, str]:
            return drawing_image(drawing), ink_text(drawing)

        def done(made: tuple[QImage, str]) -> None:
            self._put(tr("The drawing is copied."), *made)

        self._background.run(
            work, done, lambda sentence: self._drawings.told.emit(sentence, "error")
        )

    def copy_image(self, reading: Reading | None) -> None:
        """Copy the image that the network sees, enlarged by whole pixels."""
        if reading is None:
            self._tell(tr("The network sees nothing that could be copied."))
            return
        self._put(tr("What the network sees is copied."), _enlarged(reading.image))

    def copy_answer(self, reading: Reading | None) -> None:
        """Copy the bars as a table of classes and probabilities."""
        if reading is None:
            self._tell(tr("There is no answer that could be copied."))
            return
        self._put(tr("The bars are copied as a table."), text=answer_table(reading))

    def _take_file(self, files: list[Path]) -> None:
        path = next((each for each in files if each.name.lower().endswith(READABLE)), files[0])
        if len(files) > 1:
            count = f"{len(files):,}"
            self._tell(tr("One at a time: of {count} files, {name}.", count=count, name=path.name))
        self._open_file(path)

    def _put(self, sentence: str, image: QImage | None = None, text: str = "") -> None:
        data = QMimeData()
        if image is not None:
            data.setImageData(image)
        if text:
            data.setText(text)
        if board := QGuiApplication.clipboard():
            board.setMimeData(data)
            self._tell(sentence)

    def _tell(self, sentence: str) -> None:
        self._drawings.told.emit(sentence, "good")


def answer_table(reading: Reading) -> str:
    """Classes and probabilities, a line each, parted by tabs as spreadsheets take them."""
    pairs = zip(reading.class_names, reading.probabilities.tolist(), strict=True)
    lines = [f"{name}\t{probability:.6f}" for name, probability in pairs]
    return "\n".join([f"{tr('Class')}\t{tr('Probability')}", *lines, ""])


def _files(data: QMimeData) -> list[Path]:
    """The files of this machine."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def _text(data: QMimeData) -> str:
    # Qt would make text of links, too.
    return data.text() if data.hasFormat("text/plain") else ""


def _image_format(data: QMimeData) -> str:
    """The kind of picture file that it holds, or empty."""
    return next((kind for kind in IMAGE_FORMATS if data.hasFormat(kind)), "")


def _enlarged(image: NDArray[np.uint8]) -> QImage:
    large = np.ascontiguousarray(image.repeat(ENLARGED, axis=0).repeat(ENLARGED, axis=1))
    height, width = large.shape
    grey = QImage.Format.Format_Grayscale8
    return QImage(large.tobytes(), width, height, width, grey).copy()
