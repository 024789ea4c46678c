"""What lies over the ink: the card's edge and the words at the bottom."""

from PyQt6.QtCore import QRect, QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from zmlp_gui.icons import paint_icon
from zmlp_gui.theme import current, font

LINE = 24
SIGN = 14


def words_area(widget: QRect, scale: float = 1.0) -> QRect:
    """The strip at the bottom of the widget where words stand, `scale` times as large."""
    height = current().margin + round(LINE * scale)
    return QRect(0, widget.height() - height, widget.width(), height)


def paint_words(
    painter: QPainter, widget: QRect, text: str, good: bool | None, scale: float = 1.0
) -> None:
    """Write one line at the bottom left, with a tick or a cross before it where `good` says so."""
    theme = current()
    style = font(round(theme.small_size * scale))
    line, side = LINE * scale, SIGN * scale
    metrics = QFontMetricsF(style)
    left, top = float(theme.margin), widget.height() - theme.unit - line
    room = widget.width() - 2.0 * left
    sign = side + theme.unit / 2 if good is not None else 0.0
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room - sign)
    ground = QColor(theme.paper)
    ground.setAlpha(225)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    width = metrics.horizontalAdvance(text) + sign
    painter.drawRoundedRect(QRectF(left - 6, top, width + 12, line), 6, 6)
    if good is not None:
        place = QRectF(left, top + (line - side) / 2, side, side)
        paint_icon(painter, "right" if good else "wrong", place, theme.good if good else theme.bad)
    painter.setFont(style)
    painter.setPen(theme.text_soft)
    painter.drawText(
        QRectF(left + sign, top, room - sign, line), Qt.AlignmentFlag.AlignVCenter, text
    )


def paint_frame(painter: QPainter, widget: QRect, area: QRect, focus_ring: bool) -> None:
    """Round the corners off and draw the edge, where `area` reaches it."""
    theme = current()
    inset = theme.radius // 2
    if widget.adjusted(inset, inset, -inset, -inset).contains(area):
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    whole = QRectF(widget)
    corners = QPainterPath()
    corners.addRect(whole)
    corners.addRoundedRect(whole, theme.radius, theme.radius)
    painter.fillPath(corners, theme.window)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    width = 2.0 if focus_ring else 1.0
    painter.setPen(QPen(theme.accent if focus_ring else theme.border, width))
    half = width / 2
    painter.drawRoundedRect(whole.adjusted(half, half, -half, -half), theme.radius, theme.radius)
