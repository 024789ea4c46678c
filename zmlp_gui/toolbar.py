"""The row of tools above the cards: pen, eraser, brush size, and which network reads."""

from collections.abc import Sequence

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QLabel, QMenu, QSizePolicy, QSlider, QToolBar, QToolButton, QWidget

from zmlp_gui.window_actions import Actions
from zmlp_gui.words import tr

# Widths of the brush in units of a box of 1000.
THINNEST, THICKEST, BRUSH_STEP = 12, 160, 12
# What the tools lack at both ends to line up with the cards.
EDGE = 4
# Longest name of a network on its button, in characters.
NAME_LENGTH = 28


class ToolBar(QToolBar):
    """Shows the most used actions, the brush size and the menu of networks.

    Signals
    -------
    brush_wanted : int
        A width between `THINNEST` and `THICKEST`.
    network_wanted : object
        The key of a network that was chosen from the menu.
    """

    brush_wanted = pyqtSignal(int)
    network_wanted = pyqtSignal(object)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(tr("Tools"), parent)
        self.setMovable(False)
        self.setIconSize(QSize(16, 16))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._brush = self._make_slider()
        self._networks, self._menu = self._make_menu()
        self._extra = [actions[name] for name in ("back", "open", "save_network")]
        self.addWidget(_space(EDGE, self))
        for name in ("pen", "eraser"):
            self.addWidget(_button(actions[name], self))
        self.addWidget(self._brush)
        for section in (("undo", "redo", "clear"), ("random", "open")):
            self.addSeparator()
            for name in section:
                self.addWidget(_button(actions[name], self))
        space = QWidget(self)
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(space)
        self.addWidget(QLabel(tr("Network"), self))
        self.addWidget(self._networks)
        self.addWidget(_space(EDGE, self))

    def brush(self) -> int:
        """The width of the brush."""
        return self._brush.value()

    def set_brush(self, width: int) -> None:
        """Move the slider; `brush_wanted` follows."""
        self._brush.setValue(width)

    def set_networks(self, names: Sequence[tuple[object, str]], current: object) -> None:
        """Fill the menu of networks.

        Parameters
        ----------
        names : sequence of (key, name)
            The networks, in the order of the menu.
        current : object
            The key of the one that reads.
        """
        self._menu.clear()
        for key, name in names:
            action = self._menu.addAction(name.replace("&", "&&"))
            if action is not None:
                action.setCheckable(True)
                action.setChecked(key == current)
                action.triggered.connect(lambda _, key=key: self.network_wanted.emit(key))
        self._menu.addSeparator()
        self._menu.addActions(self._extra)
        name = dict(names)[current]
        short = name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - 1] + "…"
        self._networks.setText(short)
        self._networks.setAccessibleName(tr("Network: {name}", name=name))
        self._networks.setToolTip(tr("{name}: the network that reads", name=name))

    def _make_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal, self)
        slider.setRange(THINNEST, THICKEST)
        slider.setSingleStep(BRUSH_STEP)
        slider.setPageStep(2 * BRUSH_STEP)
        slider.setFixedWidth(112)
        slider.setToolTip(tr("Brush size"))
        slider.setAccessibleName(tr("Brush size"))
        slider.valueChanged.connect(self.brush_wanted)
        return slider

    def _make_menu(self) -> tuple[QToolButton, QMenu]:
        button = QToolButton(self)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setProperty("chooser", True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        menu = QMenu(button)
        button.setMenu(menu)
        return button, menu


def _button(action: QAction, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.setText(action.text().replace("&", "").removesuffix("…"))
    button.setAccessibleName(button.text())
    return button


def _space(width: int, parent: QWidget) -> QWidget:
    space = QWidget(parent)
    space.setFixedWidth(width)
    return space
