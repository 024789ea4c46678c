"""The curves to take away: a picture, a drawing file, and the numbers; on paper they are light."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QBuffer, QIODevice, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QFontMetricsF, QImage, QPainter

from zmlp_gui import theme
from zmlp_gui.plot.curve_data import Series
from zmlp_gui.plot.curve_marks import SAMPLE_WIDTH, Look, paint_sample
from zmlp_gui.plot.curve_paint import (
    BOTTOM,
    LEFT,
    RIGHT,
    Line,
    paint_grid,
    paint_newest,
    paint_paths,
)
from zmlp_gui.plot.plane import Plane
from zmlp_gui.theme import Theme
from zmlp_gui.words import tr

# Pixels of a picture for each of the plot.
SCALE = 2
SMALLEST = QSize(640, 420)
# Names in the legend at the most.
NAMED = 20
COLUMNS = ("run", "part", "minibatch", "epoch", "digits", "seconds", "accuracy", "loss")
_FONTS = b'font-family="Inter, Helvetica, Arial, sans-serif"'
_MARGIN, _ROW, _AFTER_SAMPLE, _BETWEEN = 16.0, 20.0, 6.0, 18.0


@dataclass(frozen=True, eq=False)
class Numbers:
    """The figures of one run on one part of the data."""

    run: str
    part: str
    series: Series


@dataclass(frozen=True, eq=False)
class Chart:
    """All that a picture of the curves shows; it may be painted in any thread.

    Attributes
    ----------
    plane : Plane
        The axes.
    lines, marked : tuple of Line
        The curves from the back to the front, and those whose newest point is marked.
    entries : tuple of (Look, str)
        The legend.
    numbers : tuple of Numbers
        The same as figures.
    size : QSize
        Of the plot on the screen.
    shown : Theme
        Colours.
    """

    plane: Plane
    lines: tuple[Line, ...]
    marked: tuple[Line, ...]
    entries: tuple[tuple[Look, str], ...]
    numbers: tuple[Numbers, ...]
    size: QSize
    shown: Theme


def picture(chart: Chart) -> QImage:
    """The curves as a picture, `SCALE` times as fine as the plot."""
    size = _whole_size(chart)
    image = QImage(size * SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SCALE)
    image.fill(chart.shown.card)
    painter = QPainter(image)
    try:
        _paint(painter, chart, size)
    finally:
        painter.end()
    return image


def png(chart: Chart) -> bytes:
    """The picture as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture(chart).save(buffer, "PNG")
    return bytes(buffer.data().data())


def svg(chart: Chart) -> bytes:
    """The curves as an SVG file, with words that can be edited."""
    # Not at the start of the program: most people never need it.
    from PyQt6.QtSvg import QSvgGenerator

    size = _whole_size(chart)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRectF(0.0, 0.0, size.width(), size.height()))
    generator.setTitle(tr("Learning curves"))
    generator.setDescription(chart.plane.measure.words())
    painter = QPainter(generator)
    try:
        painter.fillRect(QRectF(0.0, 0.0, size.width(), size.height()), chart.shown.card)
        _paint(painter, chart, size)
    finally:
        painter.end()
    # Where the font is not installed any other is better than one with serifs.
    return re.sub(rb'font-family="[^"]*"', _FONTS, bytes(buffer.data().data()))


def numbers(chart: Chart) -> str:
    """The figures as CSV, one row a point; accuracy in percent, as on the curves."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in chart.numbers:
        series = each.series
        count = len(series)
        figures = (series.epochs, series.digits, series.seconds, series.accuracy, series.loss)
        columns = [map(_written, column.tolist()) for column in figures]
        steps = map(int, series.steps.tolist())
        writer.writerows(zip([each.run] * count, [each.part] * count, steps, *columns, strict=True))
    return text.getvalue()


def _written(figure: float) -> str:
    return f"{figure:.10g}"


def _whole_size(chart: Chart) -> QSize:
    plot = chart.size.expandedTo(SMALLEST)
    rows = len(_legend_rows(chart, plot.width() - 2 * _MARGIN))
    return QSize(plot.width(), plot.height() + round(rows * _ROW + 2 * _MARGIN))


def _paint(painter: QPainter, chart: Chart, size: QSize) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shown, left = chart.shown, _MARGIN
    painter.setPen(shown.text)
    painter.setFont(theme.font(shown.text_size, theme.Weight.DemiBold))
    title = QRectF(left, _MARGIN, size.width() - 2 * left, _ROW)
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(title, flags, chart.plane.measure.words())
    painter.setFont(theme.font(shown.small_size))
    y = title.bottom() + _ROW / 2 + 2.0
    for row in _legend_rows(chart, size.width() - 2 * left):
        for x, look, name in row:
            if look is not None:
                paint_sample(painter, look, QPointF(left + x, y))
                x += SAMPLE_WIDTH + _AFTER_SAMPLE
            painter.setPen(shown.text_soft)
            painter.drawText(QRectF(left + x, y - 10.0, size.width(), 20.0), flags, name)
        y += _ROW
    top = y + 4.0
    frame = QRectF(
        left + LEFT - 8.0,
        top,
        size.width() - 2 * left - LEFT - RIGHT + 16.0,
        size.height() - top - BOTTOM - _MARGIN / 2,
    )
    paint_grid(painter, frame, chart.plane, shown)
    paint_paths(painter, frame, chart.plane, chart.lines)
    for line in chart.marked:
        paint_newest(painter, frame, chart.plane, line)


def _legend_rows(chart: Chart, width: float) -> list[list[tuple[float, Look | None, str]]]:
    """The legend in rows: each entry's place in its row, its look and its name."""
    metrics = QFontMetricsF(theme.font(chart.shown.small_size))
    entries: Sequence[tuple[Look | None, str]] = chart.entries[:NAMED]
    if len(chart.entries) > NAMED:
        entries = [*entries, (None, tr("+ {count} more", count=len(chart.entries) - NAMED))]
    rows: list[list[tuple[float, Look | None, str]]] = []
    x = width
    for look, name in entries:
        # A name as wide as the picture is cut.
        name = metrics.elidedText(name, Qt.TextElideMode.ElideRight, width - 40.0)
        sample = SAMPLE_WIDTH + _AFTER_SAMPLE if look is not None else 0.0
        needed = sample + metrics.horizontalAdvance(name)
        if not rows or x + needed > width:
            rows.append([])
            x = 0.0
        rows[-1].append((x, look, name))
        x += needed + _BETWEEN
    return rows


def formats() -> Sequence[tuple[str, str]]:
    """Suffixes of files that can be written, each with its words."""
    return ((".png", tr("Picture")), (".svg", tr("Drawing")), (".csv", tr("Numbers")))


def file_content(chart: Chart, suffix: str) -> bytes:
    """What a file of that suffix holds."""
    if suffix == ".csv":
        return numbers(chart).encode("utf-8")
    return svg(chart) if suffix == ".svg" else png(chart)
