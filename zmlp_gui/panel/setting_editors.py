"""One editor for each declared setting, made from nothing but its declaration."""

from typing import Any

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from core.errors import SpecError
from core.spec import Setting
from zmlp_gui.panel.combo import ComboBox
from zmlp_gui.words import tr


class Field(QWidget):
    """A control under its name."""

    def __init__(self, label: str, help_text: str, control: QWidget) -> None:
        super().__init__()
        self.control = control
        self._name = QLabel(label, self)
        self._name.setProperty("role", "small")
        self._name.setBuddy(control)
        self.setToolTip(help_text)
        control.setAccessibleName(label)
        control.setAccessibleDescription(help_text)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self._name)
        column.addWidget(control)
        # Columns are equally wide, whatever stands in the fields.
        control.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(control)


class SettingEditor(Field):
    """Edits the value of one setting.

    Signals
    -------
    edited()
        A person changed it, perhaps to something that is not allowed.
    finished()
        A person is done with it: Enter, another field, or a choice made.
    """

    edited = pyqtSignal()
    finished = pyqtSignal()

    def __init__(self, setting: Setting, control: QWidget) -> None:
        # The words come from core's declarations; core speaks plain English and knows no tr().
        super().__init__(tr(setting.label), tr(setting.help), control)
        self.setting = setting

    def value(self) -> Any:
        """What stands there.

        Raises
        ------
        SpecError
            It is not allowed.
        """
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a value; nothing is emitted."""
        raise NotImplementedError

    def refusal(self) -> str:
        """Why what stands there is not allowed, in one sentence; empty if it is."""
        try:
            self.value()
        except SpecError as error:
            return str(error)
        return ""


class ChoiceEditor(SettingEditor):
    """Chooses among a setting's names, or between on and off."""

    def __init__(self, setting: Setting) -> None:
        self._combo = ComboBox()
        super().__init__(setting, self._combo)
        if isinstance(setting.default, bool):
            self._combo.add(tr("on"), True)
            self._combo.add(tr("off"), False)
        for name, words in setting.choices.items():
            title = setting.titles.get(name, name) or "nothing"
            self._combo.add(tr(title), name, tr(words))
        self._combo.activated.connect(self._choose)
        self._explain()

    def value(self) -> Any:
        return self._combo.currentData()

    def set_value(self, value: Any) -> None:
        self._combo.setCurrentIndex(self._combo.findData(value))
        self._explain()

    def _choose(self) -> None:
        self._explain()
        self.edited.emit()
        self.finished.emit()

    def _explain(self) -> None:
        words = self._combo.words()
        about = tr(self.setting.help)
        self.setToolTip(f"{about}\n{self._combo.currentText()}: {words}" if words else about)


class TextEditor(SettingEditor):
    """Types a number or a row of numbers; what is not allowed is marked and kept."""

    def __init__(self, setting: Setting) -> None:
        self._line = QLineEdit()
        super().__init__(setting, self._line)
        self.setToolTip(f"{tr(setting.help)}\n{setting.allowed()}")
        self._line.textEdited.connect(self._edit)
        self._line.editingFinished.connect(self.finished)

    def value(self) -> Any:
        return self.setting.parse(self._line.text())

    def set_value(self, value: Any) -> None:
        self._line.setText(self.setting.format(value))
        self._mark()

    def _edit(self) -> None:
        self._mark()
        self.edited.emit()

    def _mark(self) -> None:
        refused = bool(self.refusal())
        for widget in (self._line, self._name):
            if widget.property("refused") is not refused:
                widget.setProperty("refused", refused)
                style = widget.style()
                assert style is not None
                style.unpolish(widget)
                style.polish(widget)
        # A sign as well as a colour; the whole sentence stands below the settings.
        label = tr(self.setting.label)
        self._name.setText(f"{label} ✕" if refused else label)


def editor_for(setting: Setting) -> SettingEditor:
    """The editor that suits the type of a setting."""
    if setting.choices or isinstance(setting.default, bool):
        return ChoiceEditor(setting)
    return TextEditor(setting)
