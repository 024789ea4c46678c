"""Colours, fonts and controls: readable, apart from each other, and never clipped."""

from itertools import combinations
from string import Template

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QSize, Qt
from PyQt6.QtGui import QColor, QFontInfo, QFontMetricsF, QIcon, QImage, QPalette
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QMessageBox,
    QProxyStyle,
    QPushButton,
    QSpinBox,
    QStyle,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from zmlp_gui import stylesheet, theme
from zmlp_gui.icons import APP_ICON_SIZES, ICONS, app_icon, icon

THEMES = pytest.mark.parametrize(
    "look",
    [theme.LIGHT, theme.DARK, theme.LIGHT_CONTRAST, theme.DARK_CONTRAST],
    ids=lambda look: look.name,
)

# What is left of linear red, green and blue for people without one kind of cone
# (Machado, Oliveira & Fernandes 2009, severity 1).
SIGHTS = {
    "all": np.eye(3),
    "no red": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "no blue": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(colour: QColor) -> np.ndarray:
    value = np.array(colour.getRgbF()[:3])
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio as the accessibility guidelines (WCAG 2) count it, 1 to 21."""
    dark, light = sorted(float(linear(each) @ [0.2126, 0.7152, 0.0722]) for each in (one, other))
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear red, green and blue."""
    matrix = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(matrix) @ rgb.clip(0, 1) / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@THEMES
def test_text_can_be_read_on_every_ground(look):
    for ground in (look.window, look.card, look.paper, look.field, look.control):
        assert contrast(look.text, ground) >= 7.0
    for ground in (look.window, look.card, look.paper, look.field):
        assert contrast(look.text_soft, ground) >= 4.5
    assert contrast(look.on_accent, look.accent) >= 4.5
    assert contrast(look.on_accent, look.accent_hover) >= 4.5
    assert contrast(look.ink, look.paper) >= 12.0


@THEMES
def test_what_carries_meaning_stands_out_from_its_ground(look):
    for colour in (look.accent, look.good, look.bad):
        assert contrast(colour, look.card) >= 4.5
    for colour in look.curves:
        assert contrast(colour, look.card) >= 3.0


@THEMES
@pytest.mark.parametrize("sight", SIGHTS)
def test_curve_colours_stay_apart_for_the_colour_blind(look, sight):
    assert len(look.curves) >= 8
    seen = [lab(np.array(SIGHTS[sight]) @ linear(colour)) for colour in look.curves]
    assert min(float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2)) > 15


def test_a_desktop_that_says_nothing_is_light(qapp):
    theme.apply(qapp, "dark")
    theme.apply(qapp, "system")
    assert theme.current() is theme.LIGHT


def test_the_desktops_choice_is_followed_while_the_program_runs(qapp, monkeypatch):
    theme.apply(qapp, "system")
    monkeypatch.setattr(theme, "_system_theme", lambda: theme.DARK)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.current() is theme.DARK
    assert qapp.palette().color(QPalette.ColorRole.Window) == theme.DARK.window


def test_an_own_choice_does_not_follow_the_desktop(qapp, monkeypatch):
    theme.apply(qapp, "light")
    monkeypatch.setattr(theme, "_system_theme", lambda: theme.DARK)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.current() is theme.LIGHT


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_high_contrast_is_followed_and_left_again(qapp, monkeypatch, choice):
    theme.apply(qapp, choice)
    calm = theme.current()
    monkeypatch.setattr(theme, "_high_contrast", lambda: True)
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    strong = theme.current()
    assert strong.name == f"{choice}-contrast"
    assert contrast(strong.text_soft, strong.card) >= 7.0 > contrast(calm.text_soft, calm.card)
    assert contrast(strong.border, strong.card) >= 3.0 > contrast(calm.border, calm.card)
    monkeypatch.setattr(theme, "_high_contrast", lambda: False)
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert theme.current() is calm


def test_widgets_hear_of_a_new_theme_when_it_is_already_current(qapp, qtbot):
    heard = []

    class Listener(QWidget):
        def event(self, event):
            if event.type() == QEvent.Type.PaletteChange:
                heard.append(theme.current().name)
            return super().event(event)

    widget = Listener()
    qtbot.addWidget(widget)
    widget.show()
    heard.clear()
    theme.apply(qapp, "dark")
    assert heard
    assert set(heard) == {"dark"}


def test_inter_is_bundled_in_four_weights():
    weights = (theme.Weight.Normal, theme.Weight.Medium, theme.Weight.DemiBold, theme.Weight.Bold)
    found = [QFontInfo(theme.font(13, weight)) for weight in weights]
    assert [info.family() for info in found] == ["Inter"] * 4
    assert [info.weight() for info in found] == [400, 500, 600, 700]


def test_figures_are_equally_wide_so_that_numbers_do_not_jump(qtbot):
    label = QLabel()
    label.setProperty("role", "soft")
    qtbot.addWidget(label)
    label.show()
    for style in (theme.font(12), theme.font(112, theme.Weight.Bold), label.font()):
        metrics = QFontMetricsF(style)
        widths = [metrics.horizontalAdvance(figure * 4) for figure in "0123456789"]
        assert max(widths) - min(widths) < 1.0
    loose = QFontMetricsF(theme.font(12, tabular=False))
    assert loose.horizontalAdvance("1111") < loose.horizontalAdvance("0000")


def test_the_stylesheet_names_only_what_the_theme_has():
    names = {name for part in stylesheet._PARTS for name in Template(part).get_identifiers()}
    assert names <= vars(theme.LIGHT).keys()
    assert "$" not in stylesheet.stylesheet(theme.DARK)


@pytest.mark.parametrize("text", ["Train", "ÄgÇjy", "1,130 minibatches"])
def test_no_control_clips_its_text(qtbot, text):
    controls = [QPushButton(text), QCheckBox(text), QToolButton(), QLineEdit(text), QComboBox()]
    controls[2].setText(text)
    controls[4].addItem(text)
    primary = QPushButton(text)
    primary.setProperty("primary", True)
    window = QWidget()
    layout = QVBoxLayout(window)
    for control in (*controls, primary, QSpinBox()):
        layout.addWidget(control, 0, Qt.AlignmentFlag.AlignLeft)
    qtbot.addWidget(window)
    window.show()
    for control in (*controls, primary):
        metrics = control.fontMetrics()
        assert control.height() >= metrics.height() + 4, control
        if not isinstance(control, QLineEdit):
            assert control.width() >= metrics.horizontalAdvance(text) + 8, control


class Pictured(QProxyStyle):
    """Wants pictures on the buttons of dialogs, as Linux desktops do."""

    def styleHint(self, hint, *rest) -> int:  # noqa: N802
        wants = hint == QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons
        return 1 if wants else super().styleHint(hint, *rest)


def test_buttons_of_a_dialog_have_no_pictures(qapp, qtbot):
    qapp.setStyle(Pictured("Fusion"))
    try:
        asked = QMessageBox.StandardButton.Save | QMessageBox.StandardButton.Cancel
        box = QMessageBox(QMessageBox.Icon.Question, "zmlp", "Save it?", asked)
        qtbot.addWidget(box)
        box.show()
        assert [each.icon().isNull() for each in box.buttons()] == [True, True]
    finally:
        qapp.setStyle("Fusion")


def test_fields_in_a_row_are_equally_high(qtbot):
    fields = [QLineEdit("1"), QSpinBox(), QComboBox()]
    for field in fields:
        qtbot.addWidget(field)
        field.show()
    assert len({field.sizeHint().height() for field in fields}) == 1


def accent_pixels(image: np.ndarray) -> int:
    accent = np.array(theme.current().accent.getRgb()[:3])
    return int((np.abs(image.astype(int) - accent).max(axis=2) < 8).sum())


@pytest.mark.parametrize("make", [lambda: QPushButton("Step"), lambda: QToolButton()])
def test_a_button_that_was_tabbed_to_wears_a_ring(qtbot, shown, pixels, make):
    window, first, button = QWidget(), QLineEdit(), make()
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    layout = QVBoxLayout(window)
    layout.addWidget(first)
    layout.addWidget(button)
    shown(window)
    first.setFocus()
    assert accent_pixels(pixels(button)) == 0
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    assert button.hasFocus()
    assert accent_pixels(pixels(button)) > 40
    first.setFocus()
    assert accent_pixels(pixels(button)) == 0


def test_a_button_that_was_clicked_wears_no_ring(qtbot, shown, pixels):
    window, first, button = QWidget(), QLineEdit(), QPushButton("Step")
    layout = QVBoxLayout(window)
    layout.addWidget(first)
    layout.addWidget(button)
    shown(window)
    first.setFocus()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.hasFocus()
    assert accent_pixels(pixels(button)) == 0


def test_a_field_with_the_focus_wears_a_ring(shown, pixels):
    field = shown(QLineEdit())
    field.setFocus()
    assert accent_pixels(pixels(field)) > 40


def test_a_card_is_rounded_and_has_an_edge(qtbot, pixels):
    window, card = QWidget(), theme.Card()
    QVBoxLayout(window).addWidget(card)
    window.resize(200, 200)
    qtbot.addWidget(window)
    window.show()
    image = pixels(window)[card.y() : card.y() + card.height(), card.x() : card.x() + card.width()]
    assert tuple(image[0, 0]) == theme.LIGHT.window.getRgb()[:3]
    assert tuple(image[50, 50]) == theme.LIGHT.card.getRgb()[:3]
    assert tuple(image[50, 0]) == theme.LIGHT.border.getRgb()[:3]


def painted(of: QIcon, ratio: float, mode: QIcon.Mode = QIcon.Mode.Normal) -> QImage:
    return of.pixmap(QSize(16, 16), ratio, mode).toImage()


def strongest(image: QImage) -> QColor:
    """The colour of the most opaque pixel."""
    places = [(x, y) for x in range(image.width()) for y in range(image.height())]
    return max((image.pixelColor(x, y) for x, y in places), key=QColor.alpha)


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_shows_in_the_resolution_of_the_screen(name):
    for ratio in (1.0, 2.0):
        image = painted(icon(name), ratio)
        assert image.width() == 16 * ratio
        assert strongest(image).alpha() > 200


def test_icons_follow_the_theme(qapp):
    made = icon("stop")
    assert strongest(painted(made, 2.0)).name() == theme.LIGHT.text.name()
    theme.apply(qapp, "dark")
    assert strongest(painted(made, 2.0)).name() == theme.DARK.text.name()
    assert strongest(painted(made, 2.0, QIcon.Mode.Disabled)).name() == theme.DARK.text_off.name()
    on_accent = icon("stop", "on_accent")
    assert strongest(painted(on_accent, 2.0)).name() == theme.DARK.on_accent.name()


def test_the_app_has_an_icon_in_every_size():
    sizes = {(size.width(), size.height()) for size in app_icon().availableSizes()}
    assert sizes == {(size, size) for size in APP_ICON_SIZES}
