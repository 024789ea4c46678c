"""Chooses one name for all hidden layers, or one for each in a small sheet below the field."""

from collections.abc import Sequence
from typing import Any

from PyQt6.QtCore import QPoint, Qt, pyqtSignal
from PyQt6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from core.setting import Setting
from zmlp_gui import theme
from zmlp_gui.panel.combo import ComboBox
from zmlp_gui.panel.setting_editors import ChoiceEditor
from zmlp_gui.words import tr

# Keys of the two entries that are no names: what is mixed now, and the way to the sheet.
_MIXED, _EACH = "mixed", "each"
_MOST_HEIGHT = 320
# Letters that the field has room for.
_SHORT = 12


class LayeredEditor(ChoiceEditor):
    """A choice that may differ from layer to layer; with two layers or more it offers a sheet.

    What a person chose for layers that are gone for now is kept until another choice is made.
    """

    def __init__(self, setting: Setting) -> None:
        self._chosen: str | tuple[str, ...] = setting.default
        self._widths: tuple[int, ...] = ()
        super().__init__(setting)
        self._sheet = LayerSheet(setting, self)
        self._sheet.chosen.connect(self._take)

    def set_layers(self, widths: Sequence[int]) -> None:
        """There are hidden layers of these widths; nothing is emitted."""
        self._widths = tuple(widths)
        self._show()

    def value(self) -> Any:
        return _simplest(_fitting(self._chosen, len(self._widths)))

    def set_value(self, value: Any) -> None:
        self._chosen = value
        self._show()

    def words_of(self, value: Any) -> str:
        names = value if isinstance(value, tuple) else (value,)
        return ", ".join(tr(self.setting.titles.get(name, name)) for name in names)

    def _show(self) -> None:
        combo, value = self._combo, self.value()
        while combo.count() > len(self.setting.choices):
            combo.removeItem(combo.count() - 1)
        if isinstance(value, tuple):
            words = self.words_of(value)
            combo.add(words if len(words) <= _SHORT else tr("mixed"), _MIXED, words)
        if len(self._widths) > 1:
            words = tr("Another one in each hidden layer")
            combo.add(tr("One for each layer…"), _EACH, words)
        combo.setCurrentIndex(combo.findData(_MIXED if isinstance(value, tuple) else value))
        self._explain()

    def _choose(self) -> None:
        key = self._combo.currentData()
        if key == _EACH:
            self._show()
            self._sheet.open_below(self._combo, self._widths, _each(self.value(), self._widths))
            return
        if key != _MIXED:
            self._take(key)

    def _take(self, chosen: str | tuple[str, ...]) -> None:
        self._chosen = chosen
        self._show()
        self._mark_changed()
        self.edited.emit()
        self.finished.emit()


class LayerSheet(QFrame):
    """A row for each hidden layer, with a choice; Escape or a click beside it closes it.

    Signals
    -------
    chosen(tuple of str)
        The names, the layer after the image first; at each choice.
    """

    chosen = pyqtSignal(object)

    def __init__(self, setting: Setting, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._setting = setting
        self._combos: list[ComboBox] = []
        self.setProperty("sheet", True)
        self.setAccessibleName(tr("One for each layer"))
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        half = theme.current().margin // 2
        column.setContentsMargins(half, half, half, half)
        column.addWidget(self._area)

    def open_below(self, control: QWidget, widths: Sequence[int], names: Sequence[str]) -> None:
        """Show the choices of all layers below a control."""
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 0, 0)
        self._combos = []
        for row, (width, name) in enumerate(zip(widths, names, strict=True)):
            title = tr("Layer {number}", number=row + 1)
            neurons = tr("1 neuron") if width == 1 else tr("{width:,} neurons", width=width)
            label = QLabel(f"{title} · {neurons}")
            label.setProperty("role", "small")
            combo = self._combo(name)
            combo.setAccessibleName(f"{tr(self._setting.label)}: {title}")
            combo.setToolTip(tr("What each neuron of this layer makes of its sum"))
            label.setBuddy(combo)
            grid.addWidget(label, row, 0)
            grid.addWidget(combo, row, 1)
            self._combos.append(combo)
        self._area.setWidget(inside)
        inside.setAutoFillBackground(False)
        size = inside.sizeHint()
        self._area.setFixedSize(size.width() + 12, min(size.height(), _MOST_HEIGHT))
        self.adjustSize()
        self.move(self._place(control))
        self.show()
        self._combos[0].setFocus(Qt.FocusReason.PopupFocusReason)

    def _combo(self, name: str) -> ComboBox:
        combo = ComboBox()
        for key, words in self._setting.choices.items():
            combo.add(tr(self._setting.titles.get(key, key)), key, tr(words))
        combo.setCurrentIndex(combo.findData(name))
        combo.setMinimumContentsLength(12)
        combo.activated.connect(self._emit)
        return combo

    def _place(self, control: QWidget) -> QPoint:
        """Below the control, and on its screen."""
        place = control.mapToGlobal(QPoint(0, control.height() + 2))
        if (screen := control.screen()) is not None:
            room = screen.availableGeometry()
            place.setX(max(room.left(), min(place.x(), room.right() - self.width())))
            place.setY(max(room.top(), min(place.y(), room.bottom() - self.height())))
        return place

    def _emit(self) -> None:
        self.chosen.emit(tuple(combo.currentData() for combo in self._combos))


def _fitting(chosen: str | tuple[str, ...], layers: int) -> str | tuple[str, ...]:
    """The choice for so many layers; further ones have what the last has."""
    if isinstance(chosen, str):
        return chosen
    if not layers:
        return chosen[0]
    return (chosen + chosen[-1:] * layers)[:layers]


def _simplest(chosen: str | tuple[str, ...]) -> str | tuple[str, ...]:
    return chosen[0] if isinstance(chosen, tuple) and len(set(chosen)) == 1 else chosen


def _each(chosen: str | tuple[str, ...], widths: Sequence[int]) -> tuple[str, ...]:
    return chosen if isinstance(chosen, tuple) else (chosen,) * len(widths)
