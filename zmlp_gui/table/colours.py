"""The theme's colours of curves in words, and as a sample beside a run's name."""

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QIcon, QIconEngine, QPainter, QPen, QPixmap

from zmlp_gui import theme
from zmlp_gui.words import tr


def colour_names() -> tuple[str, ...]:
    """A name for each of the present theme's colours of curves, in their order."""
    if theme.current().name == "dark":
        return (
            *(tr("Blue"), tr("Mint"), tr("Grey"), tr("Yellow")),
            *(tr("Orange"), tr("Violet"), tr("Lime"), tr("Green")),
        )
    return (
        *(tr("Blue"), tr("Green"), tr("Grey"), tr("Amber")),
        *(tr("Violet"), tr("Rust"), tr("Navy"), tr("Plum")),
    )


def colour_name(place: int) -> str:
    """The name of the colour at a place, whatever the place."""
    names = colour_names()
    return names[place % len(names)]


def colour_icon(place: int) -> QIcon:
    """A piece of line in the colour at a place, as the legend shows it."""
    return QIcon(_Sample(place))


def paint_sample(painter: QPainter, area: QRectF, place: int) -> None:
    """Paint a piece of line in the colour at a place into the middle of `area`."""
    curves = theme.current().curves
    # Of the area's own size: a pixmap for a fine screen has more pixels.
    width = area.height() / 5
    pen = QPen(curves[place % len(curves)], width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    half = QPointF((area.width() - width) / 2, 0.0)
    painter.drawLine(area.center() - half, area.center() + half)
    painter.restore()


class _Sample(QIconEngine):
    """Paints the sample in the theme of the moment."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self._place = place

    def paint(self, painter: QPainter | None, rect, mode, state) -> None:  # type: ignore[no-untyped-def]
        if painter is not None:
            paint_sample(painter, QRectF(rect), self._place)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        paint_sample(painter, QRectF(made.rect()), self._place)
        painter.end()
        return made

    def clone(self) -> QIconEngine:
        return _Sample(self._place)
