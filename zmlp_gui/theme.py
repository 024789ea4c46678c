"""Colours, fonts and measures of the window, light and dark, and the switch between the two."""

from dataclasses import dataclass
from importlib import resources
from typing import Final, Literal

from PyQt6.QtCore import QDir, QObject, QRectF, Qt, QTimer
from PyQt6.QtGui import (
    QColor,
    QFocusEvent,
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
from zmlp_gui.stylesheet import stylesheet

Choice = Literal["system", "light", "dark"]
Weight = QFont.Weight

_FONT_FILES: Final = tuple(
    f"fonts/Inter-{weight}.otf" for weight in ("Regular", "Medium", "SemiBold", "Bold")
)


@dataclass(frozen=True)
class Theme:
    """One look: colours by what they are for, and measures in device-independent pixels.

    Attributes
    ----------
    window, card, paper : QColor
        Grounds: behind everything, of the cards, and of the drawing surface.
    border, grid, track : QColor
        Lines around cards and controls, lines of a plot, the empty part of a bar.
    field, control, control_hover : QColor
        Grounds of what is typed into, and of a quiet button that is on or under the pointer.
    text, text_soft, text_off : QColor
        Writing; what explains; what cannot be used now.
    ink : QColor
        The pen's mark on `paper`.
    accent, accent_hover, on_accent : QColor
        The one colour that stands out, and writing upon it.
    good, bad : QColor
        Right and wrong, always beside a sign or a word that says the same.
    curves : tuple of QColor
        Lines of a plot in the order of use, apart from each other for colour-blind people too.
    """

    name: str
    window: QColor
    card: QColor
    paper: QColor
    border: QColor
    grid: QColor
    track: QColor
    field: QColor
    control: QColor
    control_hover: QColor
    text: QColor
    text_soft: QColor
    text_off: QColor
    ink: QColor
    accent: QColor
    accent_hover: QColor
    on_accent: QColor
    good: QColor
    bad: QColor
    curves: tuple[QColor, ...]
    unit: int = 8
    radius: int = 10
    control_radius: int = 6
    margin: int = 16
    text_size: int = 13
    small_size: int = 12


def _colours(names: str) -> tuple[QColor, ...]:
    return tuple(QColor(name) for name in names.split())


LIGHT: Final = Theme(
    name="light",
    window=QColor("#f6f6f4"),
    card=QColor("#ffffff"),
    paper=QColor("#ffffff"),
    border=QColor("#e3e3df"),
    grid=QColor("#eeeeeb"),
    track=QColor("#eeeeeb"),
    field=QColor("#f6f6f4"),
    control=QColor("#ebebe7"),
    control_hover=QColor("#f0f0ed"),
    text=QColor("#1c1e22"),
    text_soft=QColor("#666b74"),
    text_off=QColor("#a3a6ac"),
    ink=QColor("#1c1e22"),
    accent=QColor("#2f62e6"),
    accent_hover=QColor("#2453cb"),
    on_accent=QColor("#ffffff"),
    good=QColor("#1f7a57"),
    bad=QColor("#b4380f"),
    curves=_colours("#2f62e6 #2a8f68 #6d727b #cc7f00 #b56fce #8f1d12 #252c7d #5c1638"),
)

DARK: Final = Theme(
    name="dark",
    window=QColor("#15171b"),
    card=QColor("#1c1f25"),
    paper=QColor("#101215"),
    border=QColor("#2b2f38"),
    grid=QColor("#262a32"),
    track=QColor("#262a32"),
    field=QColor("#15171b"),
    control=QColor("#2a2f39"),
    control_hover=QColor("#22262e"),
    text=QColor("#e8eaee"),
    text_soft=QColor("#9aa1ad"),
    text_off=QColor("#5c626d"),
    ink=QColor("#f2f4f7"),
    accent=QColor("#7ba3ff"),
    accent_hover=QColor("#94b4ff"),
    on_accent=QColor("#101215"),
    good=QColor("#7fd1ae"),
    bad=QColor("#ff9a6b"),
    curves=_colours("#7ba3ff #7fd1ae #9aa1ad #f0c548 #d0752a #ab62b2 #d3f2a4 #47895a"),
)

_THEMES: Final = {theme.name: theme for theme in (LIGHT, DARK)}
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


def came_by_key(event: QFocusEvent) -> bool:
    """Whether the focus came from the keyboard; only then does a ring show where it is."""
    reason = Qt.FocusReason
    keys = (reason.TabFocusReason, reason.BacktabFocusReason, reason.ShortcutFocusReason)
    return event.reason() in keys


def paint_focus_ring(painter: QPainter, widget: QWidget) -> None:
    """Show that a widget which paints itself has the focus."""
    theme = current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.accent, 2.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    frame = QRectF(widget.rect()).adjusted(1.0, 1.0, -1.0, -1.0)
    painter.drawRoundedRect(frame, theme.control_radius, theme.control_radius)


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

    def choose(self, choice: Choice) -> None:
        self._choice = choice
        if self._hints is not None and hasattr(self._hints, "setColorScheme"):  # Qt 6.8
            # The frame that the desktop draws around the window.
            self._hints.setColorScheme(_SCHEMES[choice])
        self._show()

    def _show(self) -> None:
        theme = _THEMES[self._choice] if self._choice != "system" else _system_theme()
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
