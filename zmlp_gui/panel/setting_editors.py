"""One editor for each declared setting, made from nothing but its declaration."""

from contextlib import suppress
from typing import Any

from PyQt6.QtCore import QEvent, QObject, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QEnterEvent
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.errors import SpecError
from core.setting import Setting
from zmlp_gui.icons import icon
from zmlp_gui.panel.combo import ComboBox
from zmlp_gui.words import tr

# The height of a field's name, and of the arrow beside it.
_HEAD = 16


class Field(QWidget):
    """A control under its name.

    Signals
    -------
    pointed(bool), focused(bool)
        The pointer is on it or has left; its control has the keyboard's focus or has lost it.
    """

    pointed = pyqtSignal(bool)
    focused = pyqtSignal(bool)

    def __init__(self, label: str, help_text: str, control: QWidget) -> None:
        super().__init__()
        self.control = control
        self._name = QLabel(label, self)
        self._name.setProperty("role", "small")
        self._name.setBuddy(control)
        self.setToolTip(help_text)
        control.setAccessibleName(label)
        control.setAccessibleDescription(help_text)
        self._head = QHBoxLayout()
        self._head.setContentsMargins(0, 0, 0, 0)
        self._head.setSpacing(0)
        self._head.addWidget(self._name)
        self._name.setMinimumHeight(_HEAD)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(3)
        self.body.addLayout(self._head)
        self.body.addWidget(control)
        # Columns are equally wide, whatever stands in the fields.
        control.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(control)
        control.installEventFilter(self)

    def explanation(self) -> str:
        """What it is for, and what its value means, in one or two lines."""
        words = self.control.words() if isinstance(self.control, ComboBox) else ""
        return f"{self.toolTip()}\n{words}" if words else self.toolTip()

    def enterEvent(self, event: QEnterEvent | None) -> None:
        self.pointed.emit(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent | None) -> None:
        self.pointed.emit(False)
        super().leaveEvent(event)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.focused.emit(event.type() == QEvent.Type.FocusIn)
        return False


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
        self._usual: Any = setting.default
        self._back = BackButton(self)
        self._back.clicked.connect(self._take_back)
        self._head.addWidget(self._back)

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

    def set_usual(self, value: Any) -> None:
        """The value of the recipe, or the default: another is marked and can be put back."""
        self._usual = value
        words = tr("Back to {value}", value=self.words_of(value))
        self._back.setToolTip(words)
        self._back.setAccessibleName(f"{tr(self.setting.label)}: {words}")
        self._mark_changed()

    def words_of(self, value: Any) -> str:
        """A value as it stands in the control."""
        return self.setting.format(value)

    def _mark_changed(self) -> None:
        try:
            changed = self.value() != self._usual
        except SpecError:
            changed = True
        self._back.setVisible(changed)
        set_property(self._name, "changed", changed)

    def _take_back(self) -> None:
        # The button goes, and the focus with it.
        self.control.setFocus(Qt.FocusReason.OtherFocusReason)
        self.set_value(self._usual)
        self.edited.emit()
        self.finished.emit()

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

    def explanation(self) -> str:
        return self.toolTip()

    def words_of(self, value: Any) -> str:
        return self._combo.itemText(self._combo.findData(value))

    def _choose(self) -> None:
        self._explain()
        self._mark_changed()
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
        with suppress(SpecError):
            # An empty field that is allowed says what it means: no hidden layers.
            self._line.setPlaceholderText(setting.format(setting.parse("")))
        self._line.textEdited.connect(self._edit)
        self._line.editingFinished.connect(self.finished)

    def value(self) -> Any:
        return self.setting.parse(self._line.text())

    def set_value(self, value: Any) -> None:
        self._line.setText(self.setting.format(value))
        # Of a long row its beginning shows.
        self._line.setCursorPosition(0)
        self._mark()

    def _edit(self) -> None:
        self._mark()
        self._mark_changed()
        self.edited.emit()

    def _mark(self) -> None:
        refused = bool(self.refusal())
        for widget in (self._line, self._name):
            set_property(widget, "refused", refused)
        # A sign as well as a colour; the whole sentence stands below the settings.
        label = tr(self.setting.label)
        self._name.setText(f"{label} ✕" if refused else label)


class BackButton(QToolButton):
    """A small arrow that puts a value back; its place is kept while it is hidden."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setIcon(icon("undo", "text_soft"))
        self.setIconSize(QSize(12, 12))
        self.setFixedSize(18, _HEAD)
        self.setProperty("back", True)
        # A click leaves the focus where it is.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self.hide()


def set_property(widget: QWidget, name: str, value: bool) -> None:
    """Set what the style sheet asks for, and have it look again."""
    if bool(widget.property(name)) is not value:
        widget.setProperty(name, value)
        style = widget.style()
        assert style is not None
        style.unpolish(widget)
        style.polish(widget)
