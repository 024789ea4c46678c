"""Line icons, painted in the theme's colours whenever they are shown, and the app's own icon."""

from dataclasses import dataclass
from typing import Final

from PyQt6.QtCore import QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PyQt6.QtSvg import QSvgRenderer

import assets
from zmlp_gui.theme import current

APP_ICON_SIZES: Final = (16, 24, 32, 48, 64, 128, 256, 512)


@dataclass(frozen=True)
class _Shape:
    """SVG path data on a grid of 16 by 16: what is drawn as a line, and what is filled."""

    lines: str = ""
    solid: str = ""

    def svg(self, colour: str) -> bytes:
        lines = f'<path d="{self.lines}" fill="none" stroke-width="1.35"/>' if self.lines else ""
        solid = f'<path d="{self.solid}" fill="{colour}"/>' if self.solid else ""
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
            f'<g stroke="{colour}" stroke-linecap="round" stroke-linejoin="round">'
            f"{lines}{solid}</g></svg>"
        ).encode()


def icon(name: str, colour: str = "text") -> QIcon:
    """An icon that follows the theme.

    Parameters
    ----------
    name : str
        One of `ICONS`.
    colour : str
        The theme's colour it is painted in: `text`, or `on_accent` on a primary button.
    """
    return QIcon(_ThemedIcon(ICONS[name], colour))


def app_icon() -> QIcon:
    """The program's own icon, in all sizes that desktops ask for."""
    made = QIcon()
    for size in APP_ICON_SIZES:
        pixmap = QPixmap()
        with assets.open(f"icons/zmlp-{size}.png") as file:
            pixmap.loadFromData(file.read())
        made.addPixmap(pixmap)
    return made


def paint_icon(painter: QPainter, name: str, area: QRectF, colour: QColor) -> None:
    """Paint one of `ICONS` into `area`, in the painter's coordinates."""
    QSvgRenderer(ICONS[name].svg(colour.name())).render(painter, area)


class _ThemedIcon(QIconEngine):
    """Asks for the theme at each painting, so that nobody has to exchange icons for dark ones."""

    def __init__(self, shape: _Shape, colour: str) -> None:
        super().__init__()
        self._shape = shape
        self._colour = colour

    def paint(
        self, painter: QPainter | None, rect: QRect, mode: QIcon.Mode, state: QIcon.State
    ) -> None:
        theme = current()
        colours = {QIcon.Mode.Disabled: theme.text_off, QIcon.Mode.Selected: theme.on_accent}
        colour: QColor = colours.get(mode, getattr(theme, self._colour))
        QSvgRenderer(self._shape.svg(colour.name())).render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _ThemedIcon(self._shape, self._colour)


ICONS: Final = {
    "pen": _Shape(
        "M2.5 13.5 3.2 10.4 10.6 3a1.3 1.3 0 0 1 1.8 0l.6.6a1.3 1.3 0 0 1 0 1.8L5.6 12.8Z"
        "M9.3 4.3l2.4 2.4"
    ),
    "eraser": _Shape(
        "M6 13.5 2.7 10.2a1.3 1.3 0 0 1 0-1.8L8.4 2.7a1.3 1.3 0 0 1 1.8 0l3.1 3.1"
        "a1.3 1.3 0 0 1 0 1.8L7.4 13.5ZM5.4 5.7 10.3 10.6M6 13.5h7.5"
    ),
    "undo": _Shape("M5.5 2.8 2.5 5.8l3 3M2.5 5.8h7.2a3.7 3.7 0 0 1 0 7.4H6.2"),
    "redo": _Shape("M10.5 2.8l3 3-3 3M13.5 5.8H6.3a3.7 3.7 0 0 0 0 7.4h3.5"),
    "clear": _Shape(
        "M2.8 4.4h10.4M6.2 4.4V2.8h3.6v1.6M4.1 4.4l.6 9.1h6.6l.6-9.1M6.8 7v3.9M9.2 7v3.9"
    ),
    "dice": _Shape(
        "M4.7 2.5h6.6a2.2 2.2 0 0 1 2.2 2.2v6.6a2.2 2.2 0 0 1-2.2 2.2H4.7a2.2 2.2 0 0 1-2.2-2.2"
        "V4.7a2.2 2.2 0 0 1 2.2-2.2Z",
        "M5.2 5.2h.4v.4h-.4ZM10.4 5.2h.4v.4h-.4ZM7.8 7.8h.4v.4h-.4ZM5.2 10.4h.4v.4h-.4Z"
        "M10.4 10.4h.4v.4h-.4Z",
    ),
    "open": _Shape(
        "M2 12V4.2a1.1 1.1 0 0 1 1.1-1.1h3l1.5 1.9h5.3A1.1 1.1 0 0 1 14 6.1V12a1.1 1.1 0 0 1"
        "-1.1 1.1H3.1A1.1 1.1 0 0 1 2 12Z"
    ),
    "play": _Shape(solid="M4.5 3.2v9.6L12.5 8Z"),
    "pause": _Shape(solid="M4.5 3.5h2v9h-2ZM9.5 3.5h2v9h-2Z"),
    "step": _Shape(solid="M3.5 3.5v9L10 8ZM12 3.5h.6v9H12Z"),
    "stop": _Shape(solid="M4 4h8v8H4Z"),
    "right": _Shape("M3 8.6 6.4 12 13 4.4"),
    "wrong": _Shape("M4 4l8 8M12 4l-8 8"),
}
