"""What the widgets of the answer share: parts that explain themselves, and pixels that are kept."""

from typing import cast

from PyQt6.QtCore import QEvent
from PyQt6.QtGui import QHelpEvent
from PyQt6.QtWidgets import QWidget


class Explained(QWidget):
    """A widget that paints itself; a subclass says what a part is and which pixels it keeps."""

    def explain(self, event: QHelpEvent) -> None:
        """Show the tooltip of the part under the pointer."""
        raise NotImplementedError

    def forget_pixels(self) -> None:
        """Drop what was painted in the colours of the theme before."""
        raise NotImplementedError

    def event(self, event: QEvent | None) -> bool:
        assert event is not None
        if event.type() == QEvent.Type.ToolTip:
            self.explain(cast(QHelpEvent, event))
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent | None) -> None:
        assert event is not None
        if event.type() == QEvent.Type.PaletteChange:
            self.forget_pixels()
        super().changeEvent(event)
