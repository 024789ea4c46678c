"""The field in which a recipe is chosen, and which says what became of it."""

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal

from core.recipes import Recipe
from core.spec import NetworkSpec, Specs, TrainingSpec
from zmlp_gui.panel.combo import ComboBox
from zmlp_gui.panel.setting_editors import Field
from zmlp_gui.words import tr


class RecipeField(Field):
    """Chooses a recipe, and names the one that the settings are.

    Signals
    -------
    wanted(Recipe)
        A person chose it.
    """

    wanted = pyqtSignal(object)

    def __init__(self) -> None:
        self.recipe: Recipe | None = None
        self._recipes: list[Recipe] = []
        self._combo = ComboBox()
        words = tr("A named experiment; it fills in all the settings")
        super().__init__(tr("Recipe"), words, self._combo)
        self._combo.activated.connect(lambda index: self.wanted.emit(self._recipes[index]))

    def set_recipes(self, recipes: Sequence[Recipe]) -> None:
        """Offer these recipes, in this order."""
        self._recipes = list(recipes)
        self._combo.clear()
        for recipe in recipes:
            self._combo.add(tr(recipe.title), recipe.name, tr(recipe.help))
        self.recipe = None

    def show_specs(self, specs: Specs | None) -> None:
        """Name the recipe that these settings are, or say that they are another.

        Parameters
        ----------
        specs : tuple of NetworkSpec and TrainingSpec, or None
            What stands in the fields; None where it is not allowed.
        """
        matching = self._matching(*specs) if specs else None
        if matching is None:
            title = tr(self.recipe.title) if self.recipe else tr("Own settings")
            changed = tr("{recipe}, changed", recipe=title) if self.recipe else title
            self._combo.setPlaceholderText(changed)
            self._combo.setCurrentIndex(-1)
            return
        self.recipe = matching
        self._combo.setCurrentIndex(self._combo.findData(matching.name))

    def _matching(self, network: NetworkSpec, training: TrainingSpec) -> Recipe | None:
        # A recipe says nothing about the image.
        usual = NetworkSpec()
        network = network.replace(inputs=usual.inputs, classes=usual.classes)
        same = (
            each for each in self._recipes if (each.network, each.training) == (network, training)
        )
        return next(same, None)
