"""Drawings that come from elsewhere: files, sample ink, digits of the test part."""

import random
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QBuffer, QByteArray, QObject, pyqtSignal
from PyQt6.QtGui import QImage

from core import datasets
from core.data_formats import DATA_SUFFIXES
from core.datasets import DEFAULT_DATA
from core.digits import Part
from core.drawing import Drawing, read_bundled_ink, read_ink, write_ink
from core.errors import DrawingError
from core.ink_text import read_ink_text
from core.model_file import SUFFIX
from core.numbers import NumberReading, look_ahead
from core.pictures import decode_picture, read_picture
from core.reader import Reading
from zmlp_gui.background import Background
from zmlp_gui.words import tr

INK_SUFFIXES = (".jsonl", ".jsonl.gz", ".ink", ".ndjson", ".ndjson.gz")
PICTURE_SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff"),
    *(".pgm", ".ppm", ".ico", ".tga", ".pcx", ".jp2"),
)
READABLE = (*PICTURE_SUFFIXES, *INK_SUFFIXES, SUFFIX, *DATA_SUFFIXES)
"""How the names of files end that the window opens."""
SAMPLES = "ink/samples.jsonl"


class Drawings(QObject):
    """Fetches drawings beside the GUI thread and offers them.

    Signals
    -------
    offered : Drawing
        One that the canvas is to show.
    told : str, str
        A sentence for the person and its kind, `error` or `good`.
    used : Path
        A file was opened or saved.
    """

    offered = pyqtSignal(object)
    told = pyqtSignal(str, str)
    used = pyqtSignal(object)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._random = random.Random()
        self._digits: tuple[str, Part] | None = None
        self._samples: list[Drawing] = []

    def offer_random_digit(self, data: str = DEFAULT_DATA) -> None:
        """Offer an image of a data set's test part, with its label."""
        if self._digits is None or self._digits[0] != data:
            self._background.run(
                lambda: (data, datasets.load(data).test), self._have_digits, self._complain
            )
        else:
            self._have_digits(self._digits)

    def offer_sample(self) -> None:
        """Offer sample ink, so that there is something to watch."""
        if not self._samples:
            self._samples = read_bundled_ink(SAMPLES)
        self.offered.emit(self._random.choice(self._samples))

    def open(self, path: Path) -> None:
        """Offer the drawing of an ink file, or a picture."""
        self._fetch(lambda: _read(path), lambda: self.used.emit(path))

    def decode(self, data: bytes) -> None:
        """Offer a picture that another program calls one, in the bytes of a picture file."""
        self._fetch(lambda: [decode_picture(data)])

    def convert(self, image: QImage) -> None:
        """Offer a picture that another program hands over without a file."""
        self._fetch(lambda: [_converted(image)])

    def read_text(self, text: str) -> None:
        """Offer the drawing in the text of an ink file."""
        self._fetch(lambda: read_ink_text(text))

    def save(self, drawing: Drawing, path: Path) -> None:
        """Write a drawing to an ink file."""

        def saved(_: None) -> None:
            self.told.emit(tr("The drawing is saved as {name}.", name=path.name), "good")
            self.used.emit(path)

        self._background.run(lambda: write_ink(path, [drawing]), saved, self._complain)

    def _fetch(
        self, read: Callable[[], list[Drawing]], then: Callable[[], object] = lambda: None
    ) -> None:
        def work() -> list[Drawing]:
            drawings = read()
            if drawings and drawings[0].picture is not None:
                # The ink that is found here is remembered, and the GUI thread need not look for it.
                look_ahead(drawings[0])
            return drawings

        def have(drawings: list[Drawing]) -> None:
            self._have_drawings(drawings)
            then()

        self._background.run(work, have, self._complain)

    def _have_digits(self, digits: tuple[str, Part]) -> None:
        self._digits = digits
        _, part = digits
        index = self._random.randrange(len(part))
        height, width = part.images.shape[1:]
        self.offered.emit(
            Drawing((width, height), picture=part.images[index], label=int(part.labels[index]))
        )

    def _have_drawings(self, drawings: list[Drawing]) -> None:
        if not drawings:
            self._complain(tr("There is no drawing in it."))
            return
        self.offered.emit(drawings[0])
        if len(drawings) > 1:
            sentence = tr("The first of {count} drawings is shown.", count=f"{len(drawings):,}")
            self.told.emit(sentence, "good")

    def _complain(self, sentence: str) -> None:
        self.told.emit(sentence, "error")


def caption(
    drawing: Drawing, reading: Reading | None, number: NumberReading | None = None
) -> tuple[str, bool | None]:
    """What stands below a drawing whose label is known, and whether the answer is right."""
    if reading is None or (label := drawing.label_among(reading.class_names)) is None:
        return "", None
    right = reading.best == label
    name = reading.class_names[label] if label < len(reading.class_names) else "?"
    if number is not None and len(number.digits) > 1:
        name = str(label)
        right = number.text == name
    if not (number or reading).is_digit:
        right, words = False, tr("This is a {name}: taken for no digit")
    else:
        words = tr("This is a {name}: read correctly") if right else tr("This is a {name}: misread")
    return words.format(name=name), right


def _read(path: Path) -> list[Drawing]:
    if path.name.lower().endswith(INK_SUFFIXES):
        return read_ink(path)
    return [read_picture(path)]


def _converted(image: QImage) -> Drawing:
    """An image of Qt's as a drawing, in the way of a picture file."""
    data, buffer = QByteArray(), QBuffer()
    buffer.setBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    # Hardly packed: it is read at once.
    if not image.save(buffer, "PNG", 95):
        raise DrawingError(tr("The picture is empty: copy it again."))
    return decode_picture(data.data())
