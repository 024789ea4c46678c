"""The settings of a run: recipe and data, those that come first, and the rest one click away."""

from collections.abc import Sequence
from functools import partial

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
from core.setting import grouped
from core.spec import DEFORMATION, NetworkSpec, Specs, TrainingSpec, with_values
from core.suits import Switch, dependents, suit, switched
from zmlp_gui import theme
from zmlp_gui.panel.data_field import DataField
from zmlp_gui.panel.hint_line import HintLine
from zmlp_gui.panel.recipe_field import RecipeField
from zmlp_gui.panel.sample_strip import SampleStrip
from zmlp_gui.panel.setting_editors import Field, SettingEditor
from zmlp_gui.panel.setting_groups import SettingGroups, lay_out
from zmlp_gui.panel.spec_editors import SpecEditors
from zmlp_gui.words import tr


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
        # Keeps what the data decide and no field shows.
        self._network = NetworkSpec()
        self._training = TrainingSpec()
        self._allowed = (self._network, self._training)
        # What the fields were last filled with: what suits is measured by it.
        self._base = self._allowed
        # What stood there before settings that others depend on were switched, one after the other.
        self._origin: Specs | None = None
        self._switch: Switch | None = None
        self._attended: Field | None = None
        self._editors = SpecEditors()
        self._recipe_field, self._data_field = RecipeField(), DataField()
        self._toggle = QPushButton()
        self._hint = HintLine()
        self.samples = SampleStrip()
        self._more = self._make_more()
        self._lay_out()
        self._connect()
        self.set_specs(self._network, self._training, "")
        self.show_more(False)

    # What goes in and out.

    def set_recipes(self, recipes: Sequence[Recipe]) -> None:
        """Offer these recipes, in this order."""
        self._recipe_field.set_recipes(recipes)
        self._name_recipe()
        self._mark_changes()

    def set_data_sets(self, names: Sequence[str]) -> None:
        """Offer these data sets, and a file or folder of one's own."""
        self._data_field.set_data_sets(names)

    def set_data(self, name: str) -> None:
        """Choose a data set by its name or folder; it joins the list if need be."""
        self._data_field.set_data(name)
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
        specs = self._editors.specs(self._network, self._training)
        check_together(*specs)
        return *specs, self._data_field.data

    def last_specs(self) -> tuple[NetworkSpec, TrainingSpec, str]:
        """What stands in the fields, or stood there when all of it was last allowed."""
        return (*self._allowed, self._data_field.data)

    def set_advice(self, advice: Sequence[Advice]) -> None:
        """Say what does not suit in the settings."""
        self._hint.set_advice(advice)

    def set_specs(self, network: NetworkSpec, training: TrainingSpec, data: str) -> None:
        """Fill all fields; the recipe that consists of just this is named."""
        self._network, self._training = network, training
        self._base = self._allowed = network, training
        self._forget_switch()
        self._editors.show(network, training)
        if data:
            self._data_field.set_data(data)
        self._recipe_field.recipe = None
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
            if field is not self._editors["learning_rate"]:
                field.setEnabled(not running)
        self._hint.lock(running)

    def editor(self, name: str) -> SettingEditor:
        """The editor of a setting."""
        return self._editors[name]

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
        first = [each for each in self._editors if each.setting.first]
        rest = [each for each in self._editors if not each.setting.first]
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
        for editor in self._editors:
            editor.edited.connect(self._edit)
        self._editors["learning_rate"].finished.connect(self._finish_learning_rate)
        self._recipe_field.wanted.connect(self._use_recipe)
        self._data_field.chosen.connect(self.changed)
        self._data_field.file_wanted.connect(self.file_wanted)
        self._data_field.folder_wanted.connect(self.folder_wanted)
        self._data_field.download_wanted.connect(self.download_wanted)
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

    def _use_recipe(self, recipe: Recipe) -> None:
        # What the data decided stays: a recipe says nothing about the image.
        inputs, classes = self._network.inputs, self._network.classes
        network = recipe.network.replace(inputs=inputs, classes=classes)
        self.set_specs(network, recipe.training, self._data_field.data)

    def _finish_learning_rate(self) -> None:
        editor = self._editors["learning_rate"]
        if not editor.refusal():
            self.learning_rate_finished.emit(editor.value())

    def _edit(self) -> None:
        """A person changed a value: what depends on it goes along, unless it was set by hand."""
        editor = self._editors["hidden"]
        if not editor.refusal():
            self._editors.show_layers(editor.value())
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
        self._editors.fill(dependents(*suited))
        words = self._switch.sentence(tr) if self._switch else ""
        self._hint.set_notice(words, undo=bool(self._switch and self._switch.values))

    def _undo_switch(self) -> None:
        """Put back what went along; what was switched stays."""
        if self._switch is not None:
            self._editors.fill(self._switch.former)
            self._forget_switch()
            self._update()

    def _forget_switch(self) -> None:
        self._origin = self._switch = None
        self._hint.set_notice("")

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
            self._recipe_field.show_specs(None)
        else:
            self._allowed = (network, training)
            self._recipe_field.show_specs(self._allowed)

    def _mark_changes(self) -> None:
        """Mark what differs from the recipe, or from the defaults where there is none."""
        recipe = self._recipe_field.recipe
        if recipe is None:
            self._editors.set_usual(NetworkSpec(), TrainingSpec())
        else:
            self._editors.set_usual(recipe.network, recipe.training)

    def _mend(self, advice: Advice) -> None:
        """Fill in what an advice proposes; the recipe stays the one that it was."""
        mended = [vars(spec) for spec in advice.mended(*self._allowed)]
        values = mended[0] | mended[1]
        self._editors.fill({name: values[name] for name in advice.remedy})
        self._forget_switch()
        self._editors.show_layers(values["hidden"])
        # Otherwise the focus would go with the button that was pressed.
        concerned = (self.editor(name) for name in (*advice.remedy, *advice.settings))
        if seen := next((each for each in concerned if each.isVisible()), None):
            seen.setFocus(Qt.FocusReason.OtherFocusReason)
        self._update()
