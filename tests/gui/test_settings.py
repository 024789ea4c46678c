"""Choices are remembered between starts; what is damaged counts as never chosen."""

from pathlib import Path

import pytest
from PyQt6.QtCore import QByteArray, QSettings

from zmlp_gui.settings import FleetingSettings, Settings

LAYOUT = QByteArray(b"\x01\xd9\xd0\xcb")


@pytest.fixture
def file(tmp_path) -> Path:
    """Where the settings of this test are kept."""
    before = QSettings(
        QSettings.Format.IniFormat, QSettings.Scope.UserScope, "zmlp", "zmlp"
    ).fileName()
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path))
    yield tmp_path / "zmlp" / "zmlp.ini"
    folder = str(Path(before).parent.parent)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)


def write(settings: Settings) -> None:
    settings.theme = "dark"
    settings.set_layout("window", LAYOUT)


def test_choices_are_there_again_at_the_next_start(file):
    settings = Settings()
    write(settings)
    del settings
    assert file.exists()
    again = Settings()
    assert again.theme == "dark"
    assert again.layout("window") == LAYOUT
    assert again.layout("columns").isEmpty()


def test_nothing_chosen_is_the_systems_theme_and_no_layout(file):
    settings = Settings()
    assert settings.theme == "system"
    assert settings.layout("window").isEmpty()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe no text at all \x80",
        b"theme=dark",
        b"[General]\ntheme=\n",
        b"[General]\ntheme=purple\n[layout]\nwindow=7\n",
        b"[General]\ntheme=dark, light\n[layout]\nwindow=a, b\n",
        b"[General\ntheme=@Invalid()\n[layout]\nwindow=@Rect(1 2 3 4)\n",
        b"[General]\ntheme=@Variant(\\0\\0\\0)\n[layout]\nwindow=@ByteArray()\n",
    ],
)
def test_a_damaged_file_counts_as_never_chosen_and_can_be_written_again(file, content):
    file.parent.mkdir()
    file.write_bytes(content)
    settings = Settings()
    assert settings.theme in ("system", "dark")
    assert settings.layout("window").isEmpty()
    write(settings)
    del settings
    assert Settings().theme == "dark"
    assert Settings().layout("window") == LAYOUT


def test_a_folder_that_cannot_be_written_costs_no_more_than_the_choice(file):
    file.parent.write_text("a file where the folder should be")
    settings = Settings()
    write(settings)
    assert settings.theme == "dark"


def test_what_was_seen_once_and_which_hand_draws_survive_a_start(file):
    settings = Settings()
    assert not settings.has_started
    assert not settings.left_handed
    settings.has_started = settings.left_handed = True
    del settings
    assert Settings().has_started
    assert Settings().left_handed


def test_what_is_done_off_screen_is_not_remembered(file):
    settings = FleetingSettings()
    assert settings.theme == "system"
    write(settings)
    assert settings.theme == "dark"
    assert settings.layout("window") == LAYOUT
    assert not file.exists()
    assert FleetingSettings().theme == "system"
