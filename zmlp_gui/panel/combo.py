"""A drop-down list whose entries may explain themselves in a second line."""

from PyQt6.QtCore import QModelIndex, QRect, QSize, Qt
from PyQt6.QtGui import QFont, QFontMetrics, QPainter, QWheelEvent
from PyQt6.QtWidgets import (
    QComboBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QWidget,
)

from zmlp_gui import theme

_PAD_X, _PAD_Y, _WIDEST = 10, 5, 520


class ComboBox(QComboBox):
    """A drop-down list that the wheel changes only once it has the focus.

    Otherwise scrolling past it would change a setting unseen.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self._opened = False

    def add(self, text: str, key: object, words: str = "") -> None:
        """Append an entry; `words` are its second line and its tooltip."""
        self.addItem(text, key)
        self.setItemData(self.count() - 1, words, Qt.ItemDataRole.ToolTipRole)

    def words(self) -> str:
        """The second line of the entry that is chosen."""
        return str(self.currentData(Qt.ItemDataRole.ToolTipRole) or "")

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        elif event is not None:
            event.ignore()

    def initStyleOption(self, option: QStyleOptionComboBox | None) -> None:
        """Shorten what is too long for the field; Qt would cut it in the middle of a letter."""
        super().initStyleOption(option)
        style = self.style()
        if option is None or style is None:
            return
        field = style.subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        metrics, elide = self.fontMetrics(), Qt.TextElideMode.ElideRight
        option.currentText = metrics.elidedText(option.currentText, elide, field.width())

    def showPopup(self) -> None:
        # Not before: a list that nobody opened would measure all its words.
        if not self._opened:
            self._opened = True
            self.setItemDelegate(_TwoLines(self))
        # The list may be wider than the narrow field above it.
        view = self.view()
        assert view is not None
        view.setMinimumWidth(min(max(self.width(), view.sizeHintForColumn(0) + 12), _WIDEST))
        super().showPopup()


class _TwoLines(QStyledItemDelegate):
    """Paints an entry's name and, softer below it, its words."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        if index.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "separator":
            return super().sizeHint(option, index)
        texts = self._texts(index)
        metrics = [QFontMetrics(font) for font in _fonts()]
        lines = list(zip(texts, metrics, strict=False))
        width = max(metric.horizontalAdvance(text) for text, metric in lines)
        height = sum(metric.height() for _, metric in lines)
        return QSize(width + 2 * _PAD_X, height + 2 * _PAD_Y)

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        assert painter is not None
        if index.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "separator":
            super().paint(painter, option, index)
            return
        shown = theme.current()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(shown.control)
            painter.drawRoundedRect(option.rect, 4, 4)
        line = QRect(option.rect).adjusted(_PAD_X, _PAD_Y, -_PAD_X, 0)
        for text, font, colour in zip(
            self._texts(index), _fonts(), (shown.text, shown.text_soft), strict=False
        ):
            metrics = QFontMetrics(font)
            line.setHeight(metrics.height())
            painter.setFont(font)
            painter.setPen(colour)
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            fitting = metrics.elidedText(text, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, flags, fitting)
            line.translate(0, metrics.height())
        painter.restore()

    def _texts(self, index: QModelIndex) -> list[str]:
        words = index.data(Qt.ItemDataRole.ToolTipRole)
        return [str(index.data()), str(words)] if words else [str(index.data())]


def _fonts() -> tuple[QFont, QFont]:
    shown = theme.current()
    return theme.font(shown.text_size, theme.Weight.Medium), theme.font(shown.small_size)
