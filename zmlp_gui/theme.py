"""The theme that the window shows, its fonts, and the switch between light, dark and contrast."""

from importlib import resources
from typing import Final, Literal

from PyQt6.QtCore import QDir, QObject, QRectF, Qt, QTimer
from PyQt6.QtGui import (
    QFont,
    QFontDatabase,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PyQt6.QtWidgets import QAbstractButton, QApplication, QFrame, QSlider, QWidget

import assets
from zmlp_gui.palettes import DARK, DARK_CONTRAST, LIGHT, LIGHT_CONTRAST, Theme
from zmlp_gui.stylesheet import stylesheet

Choice = Literal["system", "light", "dark"]
Weight = QFont.Weight

_FONT_FILES: Final = tuple(
    f"fonts/Inter-{weight}.otf" for weight in ("Regular", "Medium", "SemiBold", "Bold")
)


_THEMES: Final = {look.name: look for look in (LIGHT, DARK, LIGHT_CONTRAST, DARK_CONTRAST)}
_SCHEMES: Final = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}
_PROPERTY: Final = "zmlp_theme"


def current() -> Theme:
    """The theme that the application shows; light before `apply` was called."""
    app = QGuiApplication.instance()
    return LIGHT if app is None else _THEMES.get(app.property(_PROPERTY), LIGHT)


def apply(app: QApplication, choice: Choice = "system") -> None:
    """Show the application in light or dark colours from now on.

    Parameters
    ----------
    app : QApplication
        Gets the Fusion style, the bundled font, a palette and one stylesheet.
    choice : {"system", "light", "dark"}
        `system` follows the desktop, also when it changes later; where the desktop does not say,
        it is light.
    """
    keepers = app.findChildren(_Keeper)
    (keepers[0] if keepers else _Keeper(app)).choose(choice)


def font(size: int = 13, weight: Weight = Weight.Normal, tabular: bool = True) -> QFont:
    """The bundled Inter, or the system's font where it could not be loaded.

    Parameters
    ----------
    size : int
        Height of the font in device-independent pixels.
    weight : QFont.Weight
        Normal, Medium, DemiBold and Bold are bundled.
    tabular : bool
        Whether all figures are equally wide, so that numbers do not jump while they change.
    """
    made = QFont(["Inter", QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()])
    made.setPixelSize(size)
    made.setWeight(weight)
    if tabular:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


class Card(QFrame):
    """A rounded panel with a hairline around it; its own margins keep a layout off the edge."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        margin = current().margin
        self.setContentsMargins(margin, margin, margin, margin)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.border, 1.0))
        painter.setBrush(theme.card)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, theme.radius, theme.radius)


class _Keeper(QObject):
    """Remembers the choice, follows the desktop, and shows the focus to those who use the keys."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._choice: Choice = "system"
        _load_fonts()
        # Style sheets take pictures only from files.
        QDir.setSearchPaths("icons", [str(resources.files(assets) / "icons")])
        app.setStyle("Fusion")
        app.setFont(font())
        app.focusChanged.connect(_show_focus)
        self._hints = app.styleHints()
        assert self._hints is not None
        self._hints.colorSchemeChanged.connect(self._show)
        # PyQt 6.11 leaves out the signal of the wish for contrast; whoever changed it comes back.
        app.applicationStateChanged.connect(lambda _: self._show())

    def choose(self, choice: Choice) -> None:
        self._choice = choice
        if self._hints is not None and hasattr(self._hints, "setColorScheme"):  # Qt 6.8
            # The frame that the desktop draws around the window.
            self._hints.setColorScheme(_SCHEMES[choice])
        self._show()

    def _show(self) -> None:
        theme = _THEMES[self._choice] if self._choice != "system" else _system_theme()
        if _high_contrast():
            theme = LIGHT_CONTRAST if theme is LIGHT else DARK_CONTRAST
        if self._app.property(_PROPERTY) == theme.name:
            return
        self._app.setProperty(_PROPERTY, theme.name)
        self._app.setPalette(_palette(theme))
        _restyle(self._app, stylesheet(theme))


def _restyle(app: QApplication, sheet: str) -> None:
    """Give the application another style sheet, and polish each widget once.

    Left to itself Qt polishes a widget again for each of its ancestors, ten times in this window.
    What is not seen, menus above all, waits for the next event.
    """
    style = app.style()
    assert style is not None
    # Forgets the rules of all widgets, so that the new sheet finds none to polish.
    style.unpolish(app)
    app.setStyleSheet(sheet)
    seen = {widget for widget in app.allWidgets() if widget.isVisible()}
    _polish(seen)
    QTimer.singleShot(0, lambda: _polish(set(app.allWidgets()) - seen))


def _polish(widgets: set[QWidget]) -> None:
    for widget in widgets:
        style = widget.style()
        if style is not None and widget.testAttribute(Qt.WidgetAttribute.WA_StyleSheet):
            style.polish(widget)
            widget.update()


def _system_theme() -> Theme:
    hints = QGuiApplication.styleHints()
    dark = hints is not None and hints.colorScheme() == Qt.ColorScheme.Dark
    return DARK if dark else LIGHT


def _high_contrast() -> bool:
    """Whether the desktop asks for it."""
    hints = QGuiApplication.styleHints()
    if hints is None or not hasattr(hints, "accessibility"):  # Qt 6.10
        return False
    access = hints.accessibility()
    return access is not None and access.contrastPreference() == Qt.ContrastPreference.HighContrast


def _load_fonts() -> None:
    for name in _FONT_FILES:
        with assets.open(name) as file:
            QFontDatabase.addApplicationFontFromData(file.read())


def _show_focus(old: QWidget | None, new: QWidget | None) -> None:
    """Mark a control that got the focus without a click, so that its ring is drawn.

    A ring around each button that was clicked would only be noise.
    """
    for widget, keyed in ((old, False), (new, not QApplication.mouseButtons())):
        if isinstance(widget, (QAbstractButton, QSlider)) and widget.property("keyed") is not keyed:
            widget.setProperty("keyed", keyed)
            style = widget.style()
            assert style is not None
            style.unpolish(widget)
            style.polish(widget)


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for each, colour in (
        (role.Window, theme.window),
        (role.WindowText, theme.text),
        (role.Base, theme.card),
        (role.AlternateBase, theme.window),
        (role.Text, theme.text),
        (role.Button, theme.card),
        (role.ButtonText, theme.text),
        (role.BrightText, theme.on_accent),
        (role.ToolTipBase, theme.card),
        (role.ToolTipText, theme.text),
        (role.PlaceholderText, theme.text_soft),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.Accent, theme.accent),
        (role.Link, theme.accent),
        (role.LinkVisited, theme.accent),
        (role.Light, theme.card),
        (role.Midlight, theme.control_hover),
        (role.Mid, theme.border),
        (role.Dark, theme.text_off),
        (role.Shadow, theme.border),
    ):
        palette.setColor(each, colour)
    for each in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, theme.text_off)
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, theme.track)
    return palette
