"""The settings of a run: recipe and data, those that come first, and the rest one click away."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.advice import Advice
from core.errors import SpecError
from core.fit import check_together
from core.recipes import Recipe
from core.setting import Setting, grouped, settings
from core.spec import DEFORMATION, NetworkSpec, Specs, TrainingSpec, with_values
from core.suits import Switch, dependents, suit, switched
from zmlp_gui import theme
from zmlp_gui.panel.combo import ComboBox
from zmlp_gui.panel.hint_line import HintLine
from zmlp_gui.panel.layered_editor import LayeredEditor
from zmlp_gui.panel.sample_strip import SampleStrip
from zmlp_gui.panel.setting_editors import ChoiceEditor, Field, SettingEditor, TextEditor
from zmlp_gui.panel.setting_groups import SettingGroups, lay_out
from zmlp_gui.panel.strength_editor import StrengthEditor
from zmlp_gui.words import tr

# The entries of the data's list that are no data set.
_FILE, _FOLDER, _FROM_THE_WEB = "", None, 0


class SettingsForm(QWidget):
    """Fields for every declared setting that a person decides.

    Signals
    -------
    changed()
        What stands in the fields is another; perhaps something that is not allowed.
    learning_rate_finished(float)
        A person is done with the learning rate, and it is allowed.
    file_wanted(), folder_wanted()
        A data set outside the list is wanted.
    download_wanted()
        A data set from the web is wanted.

    Attributes
    ----------
    samples : SampleStrip
        Below the strengths of deformation.
    """

    changed = pyqtSignal()
    learning_rate_finished = pyqtSignal(float)
    file_wanted = pyqtSignal()
    folder_wanted = pyqtSignal()
    download_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recipes: list[Recipe] = []
        self._recipe: Recipe | None = None
        # Keeps what the data decide and no field shows.
        self._network = NetworkSpec()
        self._training = TrainingSpec()
        self._data = ""
        self._allowed = (self._network, self._training)
        # What the fields were last filled with: what suits is measured by it.
        self._base = self._allowed
        # What stood there before settings that others depend on were switched, one after the other.
        self._origin: Specs | None = None
        self._switch: Switch | None = None
        self._attended: Field | None = None
        self._network_editors = _editors(settings(NetworkSpec))
        self._training_editors = _editors(settings(TrainingSpec))
        self._recipe_combo = ComboBox()
        self._data_combo = ComboBox()
        self._recipe_field = Field(
            tr("Recipe"), tr("A named experiment; it fills in all the settings"), self._recipe_combo
        )
        self._data_field = Field(tr("Data"), tr("The digits to learn from"), self._data_combo)
        self._toggle = QPushButton()
        self._hint = HintLine()
        self.samples = SampleStrip()
        self._more = self._make_more()
        self._lay_out()
        self._connect()
        self.set_specs(self._network, self._training, self._data)
        self.show_more(False)

    # What goes in and out.

    def set_recipes(self, recipes: Sequence[Recipe]) -> None:
        """Offer these recipes, in this order."""
        self._recipes = list(recipes)
        self._recipe_combo.clear()
        for recipe in recipes:
            self._recipe_combo.add(tr(recipe.title), recipe.name, tr(recipe.help))
        self._recipe = None
        self._name_recipe()
        self._mark_changes()

    def set_data_sets(self, names: Sequence[str]) -> None:
        """Offer these data sets, and a file or folder of one's own."""
        combo = self._data_combo
        combo.clear()
        for name in names:
            combo.add(name, name)
        combo.insertSeparator(combo.count())
        combo.add(tr("Get data…"), _FROM_THE_WEB, tr("Data sets that can be loaded from the web"))
        combo.add(tr("File…"), _FILE, tr("mnist.npz, CSV or QuickDraw's .ndjson"))
        combo.add(tr("Folder…"), _FOLDER, tr("IDX files, CSV, or a folder of pictures a class"))
        self._choose_data(self._data or (names[0] if names else ""))

    def set_data(self, name: str) -> None:
        """Choose a data set by its name or folder; it joins the list if need be."""
        self._choose_data(name)
        self.changed.emit()

    def data_field(self) -> QWidget:
        """The field in which the data set is chosen."""
        return self._data_field

    def specs(self) -> tuple[NetworkSpec, TrainingSpec, str]:
        """What stands in the fields: network, training, and name or folder of the data.

        Raises
        ------
        SpecError
            Something is not allowed.
        """
        network = {name: each.value() for name, each in self._network_editors.items()}
        training = {name: each.value() for name, each in self._training_editors.items()}
        specs = self._network.replace(**network), self._training.replace(**training)
        check_together(*specs)
        return *specs, self._data

    def last_specs(self) -> tuple[NetworkSpec, TrainingSpec, str]:
        """What stands in the fields, or stood there when all of it was last allowed."""
        return (*self._allowed, self._data)

    def set_advice(self, advice: Sequence[Advice]) -> None:
        """Say what does not suit in the settings."""
        self._hint.set_advice(advice)

    def set_specs(self, network: NetworkSpec, training: TrainingSpec, data: str) -> None:
        """Fill all fields; the recipe that consists of just this is named."""
        self._network, self._training = network, training
        self._base = self._allowed = network, training
        self._forget_switch()
        self._show_layers(network.hidden)
        for spec, editors in (
            (network, self._network_editors),
            (training, self._training_editors),
        ):
            for name, editor in editors.items():
                editor.set_value(getattr(spec, name))
        if data:
            self._choose_data(data)
        self._recipe = None
        self._update()

    def refusal(self) -> str:
        """Why the settings are not allowed, in one sentence; empty if they are."""
        try:
            self.specs()
        except SpecError as error:
            return str(error)
        return ""

    def focus_refused(self) -> None:
        """Go to the first field whose value is not allowed, by itself or beside the others."""
        try:
            self.specs()
        except SpecError as error:
            unfit = error.setting
        for field in self._fields():
            if not isinstance(field, SettingEditor):
                continue
            if field.refusal() or field.setting.name == unfit:
                self.show_more(self._toggle.isChecked() or not field.setting.first)
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def lock(self, running: bool) -> None:
        """While a run is on only its learning rate can be changed."""
        for field in self._fields():
            if field is not self._training_editors["learning_rate"]:
                field.setEnabled(not running)
        self._hint.lock(running)

    def editor(self, name: str) -> SettingEditor:
        """The editor of a setting."""
        return (self._network_editors | self._training_editors)[name]

    def set_value(self, name: str, value: object) -> None:
        """Fill in one setting, as a person would, and go to its field."""
        editor = self.editor(name)
        editor.set_value(value)
        editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self._update()

    def show_more(self, more: bool) -> None:
        """Show or hide the settings that do not come first."""
        self._more.setVisible(more)
        self._toggle.setChecked(more)
        self._toggle.setText(tr("▾ Fewer settings") if more else tr("▸ More settings"))

    # How it is made.

    def _fields(self) -> list[Field]:
        """All fields; those that are seen at once first, in the order of the panel."""
        editors = [*self._network_editors.values(), *self._training_editors.values()]
        first = [each for each in editors if each.setting.first]
        rest = [each for each in editors if not each.setting.first]
        return [self._recipe_field, *first, self._data_field, *rest]

    def _make_more(self) -> SettingGroups:
        groups = {
            title: [self.editor(each.name) for each in members if not each.first]
            for title, members in grouped(NetworkSpec, TrainingSpec).items()
        }
        shown = {title: fields for title, fields in groups.items() if fields}
        return SettingGroups(shown, {DEFORMATION: self.samples})

    def _lay_out(self) -> None:
        fields = self._fields()
        first = QWidget()
        lay_out(first, fields[: fields.index(self._data_field) + 1])
        self._toggle.setCheckable(True)
        self._toggle.setProperty("link", True)
        self._toggle.setToolTip(tr("The settings that are seldom needed"))
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(theme.current().margin)
        foot.addWidget(self._toggle, 0, Qt.AlignmentFlag.AlignTop)
        foot.addWidget(self._hint, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(first)
        column.addLayout(foot)
        column.addWidget(self._more)

    def _connect(self) -> None:
        for editor in (*self._network_editors.values(), *self._training_editors.values()):
            editor.edited.connect(self._edit)
        rate = self._training_editors["learning_rate"]
        rate.finished.connect(self._finish_learning_rate)
        self._recipe_combo.activated.connect(self._use_recipe)
        self._data_combo.activated.connect(self._use_data)
        self._toggle.toggled.connect(self.show_more)
        self._hint.mend_wanted.connect(self._mend)
        self._hint.undo_wanted.connect(self._undo_switch)
        for field in self._fields():
            field.pointed.connect(partial(self._point_out, field))
            field.focused.connect(partial(self._attend, field))

    # What a person does.

    def _point_out(self, field: Field, on: bool) -> None:
        self._hint.point_out(field.explanation() if on else "")

    def _attend(self, field: Field, on: bool) -> None:
        self._attended = field if on else None
        self._hint.explain(field.explanation() if on else "")

    def _use_recipe(self, index: int) -> None:
        recipe = self._recipes[index]
        # What the data decided stays: a recipe says nothing about the image.
        inputs, classes = self._network.inputs, self._network.classes
        network = recipe.network.replace(inputs=inputs, classes=classes)
        self.set_specs(network, recipe.training, self._data)

    def _use_data(self) -> None:
        wanted = self._data_combo.currentData()
        self._choose_data(wanted or self._data)
        if wanted:
            self.changed.emit()
        else:
            elsewhere = {
                _FILE: self.file_wanted,
                _FOLDER: self.folder_wanted,
                _FROM_THE_WEB: self.download_wanted,
            }
            elsewhere[wanted].emit()

    def _finish_learning_rate(self) -> None:
        editor = self._training_editors["learning_rate"]
        if not editor.refusal():
            self.learning_rate_finished.emit(editor.value())

    def _choose_data(self, name: str) -> None:
        combo = self._data_combo
        if name and combo.findData(name) < 0:
            own = Path(name).name or name
            combo.insertItem(0, own, name)
            combo.setItemData(0, name if own != name else "", Qt.ItemDataRole.ToolTipRole)
        combo.setCurrentIndex(combo.findData(name) if name else -1)
        self._data = name
        combo.setToolTip(name)

    def _edit(self) -> None:
        """A person changed a value: what depends on it goes along, unless it was set by hand."""
        editor = self._network_editors["hidden"]
        if not editor.refusal():
            self._show_layers(editor.value())
        self._follow()
        self._update()

    def _follow(self) -> None:
        """Fill in what suits; switches in a row count as one, as keys go through a list."""
        try:
            network, training, _ = self.specs()
        except SpecError:
            return
        if not switched(self._allowed, (network, training)):
            self._forget_switch()
            return
        self._origin = self._origin or self._allowed
        wanted = with_values(dependents(*self._origin), network, training)
        self._switch = suit(self._origin, wanted, self._base)
        suited = self._switch.applied(*wanted) if self._switch else wanted
        self._fill(dependents(*suited))
        words = self._switch.sentence(tr) if self._switch else ""
        self._hint.set_notice(words, undo=bool(self._switch and self._switch.values))

    def _undo_switch(self) -> None:
        """Put back what went along; what was switched stays."""
        if self._switch is not None:
            self._fill(self._switch.former)
            self._forget_switch()
            self._update()

    def _forget_switch(self) -> None:
        self._origin = self._switch = None
        self._hint.set_notice("")

    def _fill(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            self.editor(name).set_value(value)

    def _show_layers(self, widths: Sequence[int]) -> None:
        for editor in self._network_editors.values():
            if isinstance(editor, LayeredEditor):
                editor.set_layers(widths)

    def _update(self) -> None:
        self._name_recipe()
        self._mark_changes()
        self._hint.set_refusal(self.refusal())
        # The pointer still lies where a person clicked before typing; what it says can wait.
        self._hint.point_out("")
        if self._attended is not None:
            self._hint.explain(self._attended.explanation())
        self.changed.emit()

    def _name_recipe(self) -> None:
        """Name the recipe that the fields show, or say that they show another."""
        try:
            network, training, _ = self.specs()
        except SpecError:
            matching = None
        else:
            self._allowed = (network, training)
            network = network.replace(inputs=NetworkSpec().inputs, classes=NetworkSpec().classes)
            same = (
                each
                for each in self._recipes
                if (each.network, each.training) == (network, training)
            )
            matching = next(same, None)
        combo = self._recipe_combo
        if matching is None:
            title = tr(self._recipe.title) if self._recipe else tr("Own settings")
            changed = tr("{recipe}, changed", recipe=title) if self._recipe else title
            combo.setPlaceholderText(changed)
            combo.setCurrentIndex(-1)
            return
        self._recipe = matching
        combo.setCurrentIndex(combo.findData(matching.name))

    def _mark_changes(self) -> None:
        """Mark what differs from the recipe, or from the defaults where there is none."""
        recipe = self._recipe
        for spec, editors in (
            (recipe.network if recipe else NetworkSpec(), self._network_editors),
            (recipe.training if recipe else TrainingSpec(), self._training_editors),
        ):
            for name, editor in editors.items():
                editor.set_usual(getattr(spec, name))

    def _mend(self, advice: Advice) -> None:
        """Fill in what an advice proposes; the recipe stays the one that it was."""
        mended = [vars(spec) for spec in advice.mended(*self._allowed)]
        values = mended[0] | mended[1]
        self._fill({name: values[name] for name in advice.remedy})
        self._forget_switch()
        self._show_layers(values["hidden"])
        # Otherwise the focus would go with the button that was pressed.
        concerned = (self.editor(name) for name in (*advice.remedy, *advice.settings))
        if seen := next((each for each in concerned if each.isVisible()), None):
            seen.setFocus(Qt.FocusReason.OtherFocusReason)
        self._update()


def _editors(declared: Sequence[Setting]) -> dict[str, SettingEditor]:
    return {each.name: editor_for(each) for each in declared if not each.from_data}


def editor_for(setting: Setting) -> SettingEditor:
    """The editor that suits the type of a setting."""
    if setting.several:
        return LayeredEditor(setting)
    if setting.strength:
        return StrengthEditor(setting)
    if setting.choices or isinstance(setting.default, bool):
        return ChoiceEditor(setting)
    return TextEditor(setting)
