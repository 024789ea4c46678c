"""The campaign over the journal's networks goes on where it broke off."""

import json

import pytest

from core.recipes import RECIPES
from tests.benchmarks import journal

SMALL = RECIPES["journal-minibatch"]


@pytest.fixture
def made(monkeypatch) -> list[int]:
    """The seeds of the runs that were really made."""
    seeds: list[int] = []

    def prepare(network, spec, data):
        seeds.append(spec.seed)
        return journal_prepare(network, spec.replace(epochs=1), data)

    journal_prepare = journal.prepare
    monkeypatch.setattr(journal, "prepare", prepare)
    return seeds


def test_a_finished_run_is_not_made_again(tmp_path, made):
    path = tmp_path / "runs.json"
    first = journal.Runs(path).run(SMALL, "mnist-5k", 1)
    again = journal.Runs(path)
    assert again.run(SMALL, "mnist-5k", 1) == first
    again.run(SMALL, "mnist-5k", 2)
    assert made == [1, 2]
    assert [each["seed"] for each in json.loads(path.read_text("utf-8"))] == [1, 2]


def test_a_run_with_other_settings_does_not_count(tmp_path, made):
    runs = journal.Runs(tmp_path / "runs.json")
    runs.run(SMALL, "mnist-5k", 1)
    changed = RECIPES["journal-deep"]
    runs.run(changed, "mnist-5k", 1)
    assert made == [1, 1]


def test_without_a_file_nothing_is_kept(tmp_path, monkeypatch, made):
    monkeypatch.chdir(tmp_path)
    journal.Runs(None).run(SMALL, "mnist-5k", 0)
    assert made == [0]
    assert not list(tmp_path.iterdir())
