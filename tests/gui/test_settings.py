"""Choices are kept in one file that windows share; what is damaged or newer is put aside."""

import json
import threading
from pathlib import Path

import pytest
from PyQt6.QtCore import QLockFile

from core.errors import SaveError
from zmlp_gui.settings import LARGEST, VERSION, FleetingSettings, Settings


@pytest.fixture
def file(tmp_path) -> Path:
    """Where the settings of this test are kept."""
    return tmp_path / "zmlp" / "settings.json"


def opened(file: Path) -> Settings:
    return Settings(file.parent)


def test_choices_are_there_again_at_the_next_start(file):
    settings = opened(file)
    settings.theme = "dark"
    settings.set("columns", [1, 2, 3])
    settings.save()
    again = opened(file)
    assert again.theme == "dark"
    assert again.get("columns") == [1, 2, 3]
    assert again.get("brush") is None
    assert not again.complaint
    assert json.loads(file.read_text("utf-8"))["version"] == VERSION


def test_nothing_chosen_is_the_systems_theme_and_no_file(file):
    settings = opened(file)
    assert settings.theme == "system"
    settings.save()
    assert not file.parent.exists()


def test_the_users_own_folder_is_where_the_system_has_it(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    settings = Settings()
    settings.theme = "dark"
    settings.save()
    assert Settings().theme == "dark"


BROKEN = {
    "empty": b"",
    "no text": b"\x00\xff\xfe no text at all \x80",
    "cut off": b'{"version": 1, "theme": "da',
    "no object": b'["version", 1]',
    "no version": b'{"theme": "dark"}',
    "version of words": b'{"version": "1"}',
    "version true": b'{"version": true}',
    "version zero": b'{"version": 0}',
    "no number": b'{"version": 1, "brush": NaN}',
    "an endless number": b'{"version": 1' + 10_000 * b"0" + b"}",
    "deep": b'{"version": 1, "brush": ' + 100_000 * b"[",
    "huge": b'{"version": 1, "theme": "' + LARGEST * b"x" + b'"}',
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_kept_aside_and_said_and_a_new_one_written(file, content):
    file.parent.mkdir()
    file.write_bytes(content)
    settings = opened(file)
    assert settings.theme == "system"
    aside = file.with_name("settings.broken-1.json")
    assert aside.read_bytes() == content
    assert settings.complaint == (
        "The settings could not be read: they are kept as settings.broken-1.json."
    )
    settings.theme = "dark"
    settings.save()
    assert opened(file).theme == "dark"
    assert not opened(file).complaint


def test_every_broken_file_is_kept_under_a_name_of_its_own(file):
    file.parent.mkdir()
    for number in (1, 2, 3):
        file.write_text(f"broken {number}")
        opened(file)
    kept = [file.with_name(f"settings.broken-{number}.json").read_text() for number in (1, 2, 3)]
    assert kept == ["broken 1", "broken 2", "broken 3"]


def test_a_folder_in_the_files_place_is_put_aside(file):
    file.mkdir(parents=True)
    settings = opened(file)
    assert "settings.broken-1.json" in settings.complaint
    settings.theme = "dark"
    settings.save()
    assert opened(file).theme == "dark"


def test_a_file_of_a_newer_version_is_kept_aside_whole(file):
    file.parent.mkdir()
    for content in ('{"version": 3, "theme": "blue"}', '{"version": 3, "theme": "red"}'):
        file.write_text(content)
        settings = opened(file)
        assert "newer" in settings.complaint
        assert settings.theme == "system"
    assert "blue" in file.with_name("settings.version-3.json").read_text()
    assert "red" in file.with_name("settings.version-3-2.json").read_text()


def test_a_newer_program_beside_this_one_keeps_its_file(file):
    settings = opened(file)
    file.parent.mkdir()
    file.write_text('{"version": 3, "theme": "blue"}')
    settings.theme = "dark"
    with pytest.raises(SaveError, match="newer"):
        settings.save()
    assert "blue" in file.read_text()


def test_a_file_that_breaks_while_the_window_is_open_is_kept_aside(file):
    settings = opened(file)
    settings.set("brush", 20)
    settings.save()
    file.write_text("broken by hand")
    settings.theme = "dark"
    settings.save()
    assert file.with_name("settings.broken-1.json").read_text() == "broken by hand"
    assert opened(file).theme == "dark"
    assert opened(file).get("brush") == 20


def test_a_theme_that_is_none_counts_as_never_chosen(file):
    for value in ("purple", 7, None, ["dark"], {}):
        settings = opened(file)
        settings.set("theme", value)
        settings.save()
        assert opened(file).theme == "system"


def test_what_was_shown_once_is_not_shown_again(file):
    settings = opened(file)
    assert not settings.has_started
    settings.has_started = True
    settings.save()
    assert opened(file).has_started


def test_a_folder_that_cannot_be_made_is_one_sentence_and_the_choice_holds(file):
    file.parent.write_text("a file where the folder should be")
    settings = opened(file)
    settings.theme = "dark"
    with pytest.raises(SaveError, match=r"zmlp could not be made"):
        settings.save()
    assert settings.theme == "dark"
    assert file.parent.read_text() == "a file where the folder should be"


def test_windows_side_by_side_keep_what_the_other_one_chose(file):
    first, second = opened(file), opened(file)
    first.theme = "dark"
    first.set("brush", 20)
    second.set("brush", 90)
    second.set("tool", "eraser")
    second.save()
    first.save()
    again = opened(file)
    assert (again.theme, again.get("brush"), again.get("tool")) == ("dark", 20, "eraser")


def test_a_value_of_another_version_of_this_program_is_left_alone(file):
    file.parent.mkdir()
    file.write_text('{"version": 1, "sound": "loud"}')
    settings = opened(file)
    settings.theme = "dark"
    settings.save()
    assert opened(file).get("sound") == "loud"


def test_what_is_made_of_the_value_before_is_made_of_the_one_in_the_file(file):
    first, second = opened(file), opened(file)
    for settings, name in ((first, "a"), (second, "b")):
        settings.change("names", lambda old, name=name: [name, *(old or [])])
        settings.save()
    assert first.get("names") == ["a"]
    assert opened(file).get("names") == ["b", "a"]


def test_many_writers_at_once_lose_nothing(file):
    file.parent.mkdir()

    def write(number: int) -> None:
        settings = opened(file)
        for step in range(5):
            settings.set(f"value-{number}", step)
            settings.change("all", lambda old, step=step: [*(old or []), f"{number}.{step}"])
            settings.save()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    again = opened(file)
    assert [again.get(f"value-{number}") for number in range(4)] == [4, 4, 4, 4]
    assert len(again.get("all")) == 20
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_lock_that_nobody_lets_go_of_does_not_keep_the_choice_from_the_file(file, monkeypatch):
    monkeypatch.setattr("zmlp_gui.settings.PATIENCE", 50)
    file.parent.mkdir()
    held = QLockFile(str(file.parent / "settings.lock"))
    assert held.tryLock(0)
    settings = opened(file)
    settings.theme = "dark"
    settings.save()
    assert opened(file).theme == "dark"
    held.unlock()


def test_what_is_done_off_screen_is_not_remembered(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    settings = FleetingSettings()
    assert settings.theme == "system"
    settings.theme = "dark"
    settings.save()
    assert settings.theme == "dark"
    assert FleetingSettings().theme == "system"
    assert list(tmp_path.iterdir()) == []
