"""An editor for each declared setting that a person decides, and all of them as specs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.setting import Setting, settings
from core.spec import NetworkSpec, Specs, TrainingSpec, with_values
from zmlp_gui.panel.layered_editor import LayeredEditor
from zmlp_gui.panel.setting_editors import ChoiceEditor, SettingEditor, TextEditor
from zmlp_gui.panel.strength_editor import StrengthEditor


class SpecEditors:
    """The editors of the settings of network and training, by their names and in their order."""

    def __init__(self) -> None:
        declared = (*settings(NetworkSpec), *settings(TrainingSpec))
        self._editors = {each.name: editor_for(each) for each in declared if not each.from_data}

    def __getitem__(self, name: str) -> SettingEditor:
        return self._editors[name]

    def __iter__(self) -> Iterator[SettingEditor]:
        return iter(self._editors.values())

    def specs(self, network: NetworkSpec, training: TrainingSpec) -> Specs:
        """What stands in the fields; what no field shows is that of these specs.

        Raises
        ------
        SpecError
            A value is not allowed.
        """
        values = {name: editor.value() for name, editor in self._editors.items()}
        return with_values(values, network, training)

    def show(self, network: NetworkSpec, training: TrainingSpec) -> None:
        """Fill all fields."""
        self.show_layers(network.hidden)
        values = vars(network) | vars(training)
        self.fill({name: values[name] for name in self._editors})

    def fill(self, values: Mapping[str, Any]) -> None:
        """Fill in some settings, by name."""
        for name, value in values.items():
            self._editors[name].set_value(value)

    def show_layers(self, widths: Sequence[int]) -> None:
        """There are hidden layers of these widths."""
        for editor in self:
            if isinstance(editor, LayeredEditor):
                editor.set_layers(widths)

    def set_usual(self, network: NetworkSpec, training: TrainingSpec) -> None:
        """Mark what differs from these specs."""
        values = vars(network) | vars(training)
        for name, editor in self._editors.items():
            editor.set_usual(values[name])


def editor_for(setting: Setting) -> SettingEditor:
    """The editor that suits the type of a setting."""
    if setting.several:
        return LayeredEditor(setting)
    if setting.strength:
        return StrengthEditor(setting)
    if setting.choices or isinstance(setting.default, bool):
        return ChoiceEditor(setting)
    return TextEditor(setting)
