"""A slider with its value beside it, for settings that one tries out."""

import math

from PyQt6.QtCore import QEvent, QObject, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QWheelEvent
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QWidget

from core.setting import Setting
from zmlp_gui.panel.setting_editors import TextEditor, set_property
from zmlp_gui.words import tr

# About as many steps are from one end to the other.
_STEPS = 50
_PAGE = 10
_VALUE_WIDTH, _HEIGHT = 46, 20
_KEYS = {
    Qt.Key.Key_Up: QSlider.SliderAction.SliderSingleStepAdd,
    Qt.Key.Key_Down: QSlider.SliderAction.SliderSingleStepSub,
    Qt.Key.Key_PageUp: QSlider.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_PageDown: QSlider.SliderAction.SliderPageStepSub,
}


class StrengthEditor(TextEditor):
    """Types a number or moves a slider; what is typed may lie between the slider's steps."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._slider = StrengthSlider(setting)
        self._slider.setAccessibleName(tr(setting.label))
        self._slider.setAccessibleDescription(tr(setting.help))
        self._line.setProperty("compact", True)
        self._line.setFixedSize(_VALUE_WIDTH, _HEIGHT)
        self._line.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.body.removeWidget(self._line)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._slider, 1)
        row.addWidget(self._line)
        self.body.addLayout(row)
        self.body.setSpacing(1)
        QWidget.setTabOrder(self._slider, self._line)
        QWidget.setTabOrder(self._line, self._back)
        self._slider.installEventFilter(self)
        self._slider.moved.connect(self._take)
        self._slider.sliderReleased.connect(self.finished)
        self.set_value(setting.default)

    def set_value(self, value: float) -> None:
        super().set_value(value)
        self._slider.show_value(value)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if watched is self._line and isinstance(event, QKeyEvent):
            action = _KEYS.get(Qt.Key(event.key()))
            if action is not None and event.type() == QEvent.Type.KeyPress:
                self._slider.triggerAction(action)
                return True
        return super().eventFilter(watched, event)

    def _take(self, value: float) -> None:
        self._line.setText(self.setting.format(value))
        super()._edit()

    def _edit(self) -> None:
        super()._edit()
        if not self.refusal():
            self._slider.show_value(self.value())


class StrengthSlider(QSlider):
    """Goes through the range of a setting in round steps; the wheel moves it once it has the focus.

    Otherwise scrolling past it would change a setting unseen.

    Signals
    -------
    moved(float)
        A person moved it to that value.
    """

    moved = pyqtSignal(float)

    def __init__(self, setting: Setting) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        assert setting.low is not None
        assert setting.high is not None
        self._default = setting.default
        # A power of ten, so that values are short.
        self._digits = -math.floor(math.log10((setting.high - setting.low) / _STEPS) + 1e-9)
        self.setRange(self._place(setting.low), self._place(setting.high))
        self.setPageStep(_PAGE)
        self.setMinimumWidth(40)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.valueChanged.connect(self._tell)

    def show_value(self, value: float) -> None:
        """Stand as near to a value as steps allow; nothing is emitted."""
        with QSignalBlocker(self):
            self.setValue(self._place(value))
        self._mark(value)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is None:
            return
        if self.hasFocus():
            super().wheelEvent(event)
            # At the end of its way, too: the panel would begin to scroll in the same movement.
            event.accept()
        else:
            event.ignore()

    def _place(self, value: float) -> int:
        return round(value * 10.0**self._digits)

    def _tell(self, place: int) -> None:
        value = round(place / 10.0**self._digits, max(self._digits, 0))
        self._mark(value)
        self.moved.emit(value)

    def _mark(self, value: float) -> None:
        # What does nothing is grey.
        set_property(self, "quiet", value == self._default)
