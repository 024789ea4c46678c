"""The field in which the data set is chosen: one of a list, a file or folder, or one to load."""

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal

from zmlp_gui.panel.combo import ComboBox
from zmlp_gui.panel.setting_editors import Field
from zmlp_gui.words import tr

# The entries of the list that are no data set.
_FILE, _FOLDER, _FROM_THE_WEB = "", None, 0


class DataField(Field):
    """Chooses a data set by its name or folder.

    Signals
    -------
    chosen()
        A person chose another.
    file_wanted(), folder_wanted()
        A data set outside the list is wanted.
    download_wanted()
        A data set from the web is wanted.
    """

    chosen = pyqtSignal()
    file_wanted = pyqtSignal()
    folder_wanted = pyqtSignal()
    download_wanted = pyqtSignal()

    def __init__(self) -> None:
        self.data = ""
        self._combo = ComboBox()
        super().__init__(tr("Data"), tr("The digits to learn from"), self._combo)
        self._combo.activated.connect(self._use)

    def set_data_sets(self, names: Sequence[str]) -> None:
        """Offer these data sets, and a file or folder of one's own."""
        combo = self._combo
        combo.clear()
        for name in names:
            combo.add(name, name)
        combo.insertSeparator(combo.count())
        combo.add(tr("Get data…"), _FROM_THE_WEB, tr("Data sets that can be loaded from the web"))
        combo.add(tr("File…"), _FILE, tr("mnist.npz, CSV or QuickDraw's .ndjson"))
        combo.add(tr("Folder…"), _FOLDER, tr("IDX files, CSV, or a folder of pictures a class"))
        self.set_data(self.data or (names[0] if names else ""))

    def set_data(self, name: str) -> None:
        """Choose a data set by its name or folder; it joins the list if need be."""
        combo = self._combo
        if name and combo.findData(name) < 0:
            own = Path(name).name or name
            combo.insertItem(0, own, name)
            combo.setItemData(0, name if own != name else "", Qt.ItemDataRole.ToolTipRole)
        combo.setCurrentIndex(combo.findData(name) if name else -1)
        self.data = name
        combo.setToolTip(name)

    def _use(self) -> None:
        wanted = self._combo.currentData()
        self.set_data(wanted or self.data)
        if wanted:
            self.chosen.emit()
        else:
            elsewhere = {
                _FILE: self.file_wanted,
                _FOLDER: self.folder_wanted,
                _FROM_THE_WEB: self.download_wanted,
            }
            elsewhere[wanted].emit()
