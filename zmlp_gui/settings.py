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
        value = self._read("theme")
        return cast(Choice, value) if value in get_args(Choice) else "system"

    @theme.setter
    def theme(self, value: Choice) -> None:
        self._write("theme", value)

    @property
    def left_handed(self) -> bool:
        """Whether the drawing surface stands on the right."""
        return self._read("left_handed") in (True, "true")

    @left_handed.setter
    def left_handed(self, value: bool) -> None:
        self._write("left_handed", value)

    @property
    def has_started(self) -> bool:
        """Whether someone was shown how to draw and to train."""
        return self._read("has_started") in (True, "true")

    @has_started.setter
    def has_started(self, value: bool) -> None:
        self._write("has_started", value)

    def layout(self, name: str) -> QByteArray:
        """A remembered layout of the window or one of its splitters; empty if there is none."""
        value = self._read(f"layout/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_layout(self, name: str, value: QByteArray) -> None:
        """Remember a layout."""
        self._write(f"layout/{name}", value)

    def _read(self, key: str) -> object:
        return self._store.value(key)

    def _write(self, key: str, value: object) -> None:
        self._store.setValue(key, value)


class FleetingSettings(Settings):
    """Choices of one start alone: what is done off-screen must not move a person's window."""

    def __init__(self) -> None:
        self._values: dict[str, object] = {}

    def _read(self, key: str) -> object:
        return self._values.get(key)

    def _write(self, key: str, value: object) -> None:
        self._values[key] = value
