"""Choices that are remembered between starts."""

from typing import cast, get_args

from PyQt6.QtCore import QByteArray, QSettings

from zmlp_gui.theme import Choice


class Settings:
    """The remembered choices; a value that is missing or damaged counts as never chosen."""

    def __init__(self) -> None:
        self._store = QSettings(
            QSettings.Format.IniFormat, QSettings.Scope.UserScope, "zmlp", "zmlp"
        )

    @property
    def theme(self) -> Choice:
        """Light, dark, or as the system has it."""
        value = self._store.value("theme")
        return cast(Choice, value) if value in get_args(Choice) else "system"

    @theme.setter
    def theme(self, value: Choice) -> None:
        self._store.setValue("theme", value)

    def layout(self, name: str) -> QByteArray:
        """A remembered layout of the window or one of its splitters; empty if there is none."""
        value = self._store.value(f"layout/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_layout(self, name: str, value: QByteArray) -> None:
        """Remember a layout."""
        self._store.setValue(f"layout/{name}", value)
