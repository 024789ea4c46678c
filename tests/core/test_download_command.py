"""The command `data download`: words for people, events for programs, one sentence an error."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core import download as downloads
from core.dataset_files import LEARNING, STEMS
from core.download import download
from core.mirrors import SOURCES
from zmlp_gui.__main__ import main

IMAGES = LEARNING[0]


def test_it_says_where_the_data_are(web, user_folder, capfd):
    assert main(["data", "download", "mnist"]) == 0
    assert f"mnist is in {user_folder / 'mnist'}" in capfd.readouterr().out.replace("\n", " ")
    web.asked.clear()
    assert main(["data", "download", "mnist"]) == 0
    assert "here already" in capfd.readouterr().out
    assert not web.asked


def test_programs_get_events_and_the_result_last(web, user_folder, capfd):
    assert main(["data", "download", "mnist", "--json"]) == 0
    *events, last = map(json.loads, capfd.readouterr().out.splitlines())
    assert [each["file"] for each in events if each["event"] == "progress"]
    assert {each["file"] for each in events} == set(STEMS)
    assert (last["event"], last["data"]) == ("finished", "mnist")
    assert last["folder"] == str(user_folder / "mnist")
    assert last["loaded"] == SOURCES["mnist"].size


def test_failures_are_one_sentence(web, user_folder, capfd):
    web.codes = {f"{IMAGES}.gz": 410}
    assert main(["data", "download", "mnist", "--from", web.address]) == 1
    assert "answers 410" in capfd.readouterr().err
    assert main(["data", "download", "nothing"]) == 1
    assert "There is no data set nothing" in capfd.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no Ctrl+C to one process")
def test_ctrl_c_leaves_the_part_for_the_next_time(web, user_folder):
    web.holds = True
    command = [sys.executable, "-m", "zmlp_gui", "data", "download", "mnist", "--json"]
    running = subprocess.Popen(
        [*command, "--from", web.address],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "no_proxy": "127.0.0.1"},
    )
    assert running.stdout
    assert json.loads(running.stdout.readline())["event"] == "progress"
    running.send_signal(signal.SIGINT)
    _, error = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "goes on where it stopped" in error
    assert "Traceback" not in error
    assert list((user_folder / ".mnist.download").glob("*.part"))
    assert not (user_folder / "mnist").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows ends processes in another way")
def test_a_killed_download_holds_nobody_up(web, user_folder):
    web.holds = True
    command = [sys.executable, "-m", "zmlp_gui", "data", "download", "mnist", "--json"]
    with subprocess.Popen(
        [*command, "--from", web.address],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        env={**os.environ, "no_proxy": "127.0.0.1"},
    ) as running:
        assert running.stdout
        running.stdout.readline()
        running.kill()
    web.holds = False
    web.go_on.set()
    download("mnist", mirror=web.address)
    assert downloads.is_here("mnist")
