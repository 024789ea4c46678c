"""The look of the standard controls, written as one Qt style sheet from the colours of a theme.

Properties that a widget may set before it is shown:

- `QPushButton.primary`: the one button that stands out, in the accent colour
- `QPushButton.quiet`: no frame until the pointer is over it
- `QSlider.quiet`: a grey knob, no accent
- `QToolButton.chooser`: a button that opens a menu and looks like a drop-down list
- `QLabel.role`: `title`, `soft` (explains) or `small` (names a field)
- `refused`, of a label or field: what stands there is not allowed
- `QPushButton.link`: looks like a link, `wanted` beside it in the accent colour
- `QLabel.changed`, `QToolButton.back`: the name of a field with another value than usual, and the
  arrow that puts it back
"""

from string import Template
from typing import Final

from PyQt6.QtGui import QColor

from zmlp_gui.palettes import Theme


def stylesheet(theme: Theme) -> str:
    """The style sheet for the whole application; its pictures lie under `icons:`."""
    values = {
        name: value.name() if isinstance(value, QColor) else value
        for name, value in vars(theme).items()
    }
    return "".join(Template(part).substitute(values) for part in _PARTS)


_WINDOW: Final = """
QMainWindow, QDialog { background: $window; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QMainWindow::separator { background: transparent; width: ${unit}px; height: ${unit}px; }
QSplitter::handle { background: transparent; }
QLabel { background: transparent; }
QLabel[role="title"] { font-weight: 600; }
QLabel[role="soft"], QLabel[role="small"] { color: $text_soft; font-size: ${small_size}px; }
QStatusBar { background: $window; border-top: 1px solid $border; color: $text_soft; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $text_soft; font-size: ${small_size}px; padding: 3px 0; }
QToolTip {
    background: $card; color: $text; border: 1px solid $border; padding: 4px 6px;
    font-size: ${small_size}px;
}
"""

_MENUS: Final = """
QMenuBar { background: $window; color: $text; padding: 2px 7px; }
QMenuBar::item { background: transparent; padding: 5px 9px; border-radius: ${control_radius}px; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $control; }
QMenu { background: $card; color: $text; border: 1px solid $border; padding: 5px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: $control; }
QMenu::item:disabled { background: transparent; color: $text_off; }
QMenu::icon { padding-left: 6px; }
QMenu::separator { height: 1px; background: $border; margin: 5px 6px; }
QMenu::indicator { width: 14px; height: 14px; padding-left: 6px; }
QMenu::indicator:checked { image: url("icons:check-$signs.svg"); }
"""

_TOOLS: Final = """
QToolBar { background: $window; border: none; border-bottom: 1px solid $border;
    padding: 7px; spacing: 4px; }
QToolBar::separator { background: $border; width: 1px; margin: 6px 10px; }
QToolButton { background: transparent; color: $text; border: 2px solid transparent;
    border-radius: ${control_radius}px; padding: 4px 9px; }
QToolButton:hover { background: $control_hover; }
QToolButton:pressed, QToolButton:checked { background: $control; }
QToolButton:disabled { color: $text_off; }
QToolButton[keyed="true"] { border-color: $accent; }
QToolButton::menu-indicator { image: none; }
QToolButton[chooser="true"] { background: $control; padding-right: 26px; font-weight: 500; }
QToolButton[chooser="true"]:hover { background: $border; }
QToolButton[chooser="true"]::menu-indicator { image: url("icons:chevron-down.svg"); width: 10px;
    height: 10px; subcontrol-origin: padding; subcontrol-position: center right; right: 9px; }
QToolBar QLabel { color: $text_soft; }
QToolButton[chooser="true"] { background: $control; padding-right: 24px; font-weight: 500; }
QToolButton[chooser="true"]:hover { background: $control_hover; }
QToolButton[chooser="true"]::menu-indicator { image: url("icons:chevron-down.svg"); width: 10px;
    height: 10px; subcontrol-origin: border; subcontrol-position: center right; right: 9px; }
"""

_BUTTONS: Final = """
QPushButton { background: $card; color: $text; border: 1px solid $border;
    border-radius: ${control_radius}px; padding: 6px 13px; font-weight: 500; }
QPushButton:hover { background: $control_hover; }
QPushButton:pressed, QPushButton:checked { background: $control; }
QPushButton:disabled { color: $text_off; background: transparent; }
QPushButton[keyed="true"] { border: 2px solid $accent; padding: 5px 12px; }
QPushButton[primary="true"], QDialog QPushButton:default {
    background: $accent; border-color: $accent; color: $on_accent; font-weight: 600; }
QPushButton[primary="true"]:hover, QDialog QPushButton:default:hover {
    background: $accent_hover; border-color: $accent_hover; }
QPushButton[primary="true"]:disabled { background: $track; border-color: $track; color: $text_off; }
QPushButton[primary="true"][keyed="true"], QDialog QPushButton:default[keyed="true"] {
    border-color: $text; }
QPushButton[quiet="true"] { background: transparent; border-color: transparent; }
QPushButton[quiet="true"]:hover { background: $control_hover; }
QPushButton[quiet="true"][keyed="true"] { border-color: $accent; }
QCheckBox, QRadioButton { spacing: ${unit}px; padding: 2px; border: 2px solid transparent;
    border-radius: ${control_radius}px; }
QCheckBox[keyed="true"], QRadioButton[keyed="true"] { border-color: $accent; }
QCheckBox:disabled, QRadioButton:disabled { color: $text_off; }
QCheckBox::indicator, QRadioButton::indicator { width: 14px; height: 14px; background: $field;
    border: 1px solid $text_soft; border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent;
    image: url("icons:check-on-$signs.svg"); }
QRadioButton::indicator:checked { background: $card; width: 6px; height: 6px;
    border: 5px solid $accent; }
QCheckBox::indicator:disabled { background: $track; border-color: $border; }
"""

_FIELDS: Final = """
QLineEdit, QComboBox, QAbstractSpinBox, QPlainTextEdit, QTextEdit { background: $field;
    color: $text; border: 1px solid $border; border-radius: ${control_radius}px; padding: 5px 9px;
    selection-background-color: $accent; selection-color: $on_accent; font-weight: 500; }
QPlainTextEdit, QTextEdit { font-weight: 400; }
QLineEdit:hover, QComboBox:hover, QAbstractSpinBox:hover { border-color: $text_off; }
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus, QPlainTextEdit:focus, QTextEdit:focus {
    border: 2px solid $accent; padding: 4px 8px; }
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled { color: $text_off; }
QAbstractSpinBox { padding: 3px 9px 4px 9px; }
QAbstractSpinBox:focus { padding: 2px 8px 3px 8px; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit { background: transparent; border: none;
    padding: 0; }
QComboBox { padding-left: 11px; padding-right: 24px; }
QComboBox:focus { padding-left: 10px; padding-right: 23px; }
QComboBox::drop-down { subcontrol-origin: border; subcontrol-position: center right;
    width: 20px; border: none; }
QComboBox::down-arrow { image: url("icons:chevron-down.svg"); width: 10px; height: 10px; }
QComboBox QAbstractItemView { background: $card; color: $text; border: 1px solid $border;
    padding: 4px; outline: none; selection-background-color: $accent;
    selection-color: $on_accent; }
QComboBox QAbstractItemView::item { padding: 4px 6px; border-radius: 4px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { subcontrol-origin: border; width: 20px;
    border: none; background: transparent; }
QAbstractSpinBox::up-button { subcontrol-position: top right; margin-top: 3px; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin-bottom: 3px; }
QAbstractSpinBox::up-arrow { image: url("icons:chevron-up.svg"); width: 8px; height: 8px; }
QAbstractSpinBox::down-arrow { image: url("icons:chevron-down.svg"); width: 8px; height: 8px; }
"""

_FORM: Final = """
QLabel[changed="true"] { color: $text; }
QLabel[refused="true"] { color: $bad; }
QLabel[heading="true"] { color: $text_soft; }
QFrame[sheet="true"] { background: $card; border: 1px solid $border; }
QToolButton[back="true"] { padding: 0; border-radius: 4px; border-width: 1px; }
QLineEdit[refused="true"], QLineEdit[refused="true"]:focus { border-color: $bad; }
SettingsForm QComboBox, SettingsForm QComboBox:focus { padding-right: 0; }
QLineEdit[compact="true"], QLineEdit[compact="true"]:focus { padding: 0 5px;
    font-size: ${small_size}px; }
QPushButton[link="true"] { background: transparent; border: none; padding: 2px 0;
    color: $text_soft; font-weight: 400; font-size: ${small_size}px; }
QPushButton[link="true"][wanted="true"] { color: $accent; }
QPushButton[link="true"]:hover, QPushButton[link="true"][keyed="true"] { color: $accent;
    border: none; padding: 2px 0; text-decoration: underline; }
"""

_GAUGES: Final = """
QSlider { background: transparent; min-height: 20px; }
QSlider::groove:horizontal { height: 4px; background: $border; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { background: $accent; width: 14px; height: 14px; margin: -6px 0;
    border: 1px solid $accent; border-radius: 8px; }
QSlider::handle:horizontal:hover { background: $accent_hover; border-color: $accent_hover; }
QSlider[keyed="true"]::handle:horizontal { border: 2px solid $text; width: 12px; height: 12px; }
QSlider[quiet="true"]::sub-page:horizontal { background: $border; }
QSlider[quiet="true"]::handle:horizontal { background: $text_soft; border-color: $text_soft; }
QSlider[quiet="true"][keyed="true"]::handle:horizontal { border-color: $accent; }
QSlider::sub-page:horizontal:disabled { background: $border; }
QSlider::handle:horizontal:disabled { background: $text_off; border-color: $text_off; }
QProgressBar { background: $track; border: none; border-radius: 3px; max-height: 6px;
    min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $text_off; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $text_soft; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
"""

_VIEWS: Final = """
QScrollArea { background: transparent; border: none; }
QAbstractItemView { background: $card; color: $text; border: 1px solid $border; outline: none;
    alternate-background-color: $window; }
QHeaderView::section { background: $window; color: $text_soft; border: none; padding: 4px 8px;
    border-bottom: 1px solid $border; }
RunsTable QTableView { border-radius: ${control_radius}px; selection-background-color: $control;
    selection-color: $text; }
RunsTable QTableView:focus { border-color: $accent; }
RunsTable QTableView::item { padding: 0 6px; }
RunsTable QHeaderView { background: transparent; border: none; }
RunsTable QTableView::item:selected { background: $control; color: $text; }
RunsTable QTableView QLineEdit { padding: 0 6px; }
RunsTable QTableView::indicator { width: 14px; height: 14px; background: $field;
    border: 1px solid $text_soft; border-radius: 4px; }
RunsTable QTableView::indicator:checked { background: $accent; border-color: $accent;
    image: url("icons:check-on-$name.svg"); }
QTabWidget::pane { border: none; }
QTabBar::tab { background: transparent; color: $text_soft; padding: 6px 12px;
    border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:focus { color: $accent; }
QGroupBox { border: none; margin-top: 20px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; subcontrol-position: top left; }
"""

_PARTS: Final = (_WINDOW, _MENUS, _TOOLS, _BUTTONS, _FIELDS, _FORM, _GAUGES, _VIEWS)
