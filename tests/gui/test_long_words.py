"""No text is clipped in a language whose words are a third longer."""

import re

import pytest
from PyQt6.QtCore import QTranslator
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QWidget,
)

from core import networks
from zmlp_gui.session import Session
from zmlp_gui.settings import FleetingSettings
from zmlp_gui.window import Window

ACCENTS = str.maketrans("aeiouycnszAEIOU", "àéîöüýçñšžÀÉÎÖÜ")
ARROW = 30
NAMES = re.compile(r"(\{\w+\})")


def longer(text: str) -> str:
    """The text with accents and a third more letters, `{names}` left alone."""
    parts = NAMES.split(text)
    said = "".join(part if NAMES.match(part) else part.translate(ACCENTS) for part in parts)
    return said + "~" * max(1, round(len(NAMES.sub("", text)) / 3))


class LongWords(QTranslator):
    """A language nobody speaks."""

    def isEmpty(self) -> bool:  # noqa: N802
        return False

    def translate(self, context, source, disambiguation=None, n=-1) -> str | None:
        return longer(source) if context == "zmlp" else None


@pytest.fixture
def language(qapp):
    translator = LongWords()
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


@pytest.fixture
def window(language, shown, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    window = Window(Session(networks.find(networks.BEST_ON_DRAWINGS)), FleetingSettings())
    window.resize(1366, 768)
    yield shown(window)
    window.close()


def test_names_in_braces_survive():
    assert longer("after {step:,}") != "after {step:,}"
    assert longer("{percent} % right").startswith("{percent} % rîght~")


def clipped(parent: QWidget) -> list[str]:
    """The words of each standard control that has less room than it needs."""
    kinds = (QLabel, QAbstractButton, QComboBox, QLineEdit)
    return [
        f"{type(widget).__name__}: {words}"
        for kind in kinds
        for widget in parent.findChildren(kind)
        if widget.isVisibleTo(parent) and (words := words_of(widget)) and not fits(widget)
    ]


def words_of(widget: QWidget) -> str:
    return widget.currentText() if isinstance(widget, QComboBox) else widget.text()


def fits(widget: QWidget) -> bool:
    if isinstance(widget, QLabel):
        if widget.wordWrap():
            return widget.heightForWidth(widget.width()) <= widget.height()
        plain = re.sub("<[^>]*>", "", widget.text())
        lines = plain.split("\n")
        metrics = QFontMetrics(widget.font())
        wide = max(metrics.horizontalAdvance(line) for line in lines)
        return wide <= widget.contentsRect().width() + 1
    if isinstance(widget, (QLineEdit, QComboBox)):
        # A list is as wide as what is chosen, and its arrow.
        wide = QFontMetrics(widget.font()).horizontalAdvance(words_of(widget))
        return wide + (ARROW if isinstance(widget, QComboBox) else 0) <= widget.width()
    return widget.sizeHint().width() <= widget.width() + 1


def test_nothing_in_the_window_is_clipped(window, qtbot):
    assert window.width() == 1366, "the window asks for more than a small screen has"
    assert clipped(window) == []


def test_no_menu_is_wider_than_half_a_small_screen(window):
    for menu in window.findChildren(QMenu):
        assert menu.sizeHint().width() <= 1366 / 2, menu.title()
