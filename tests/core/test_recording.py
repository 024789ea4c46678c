"""Runs are kept while they go, go on where they were cut off, and come out again from run.json."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import recording, run_files
from core.checkpoint import CHECKPOINT
from core.errors import DataError, RunError
from core.events import BatchDone, EpochDone, Evaluated, Finished
from core.history import History
from core.model_file import Model, save
from core.network import Network
from core.recording import Recording, begin
from core.resume import Resumed, find_run, leave_it, resume, was_cut_off
from core.run_account import Curves, result
from core.run_history import HISTORY, read_history
from core.run_lock import RunLock, is_held
from core.run_record import KeptRun, RunRecord
from core.run_replay import replay
from core.runs import new_record, prepare, recorded
from core.spec import NetworkSpec, TrainingSpec
from core.training import Training

NET = NetworkSpec((8,))
SPEC = TrainingSpec(epochs=4, batch_size=64, threads=1, optimizer="adam", learning_rate=0.01)
DATA = "mnist-5k"
Change = tuple[int, float]


@pytest.fixture(autouse=True)
def at_every_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs here are shorter than writing takes: they wait for it."""
    monkeypatch.setattr(recording, "APART", 0.0)
    monkeypatch.setattr(Recording, "_busy", Recording._wait)


@pytest.fixture
def begun() -> Iterator[Callable[..., Recording]]:
    """Begins a run that is kept; whatever was begun is let go at the end."""
    recordings = []

    def start(network: NetworkSpec = NET, spec: TrainingSpec = SPEC) -> Recording:
        training = prepare(network, spec, DATA)
        recordings.append(begin(training, new_record(training, DATA, 1), History()))
        return recordings[-1]

    yield start
    for each in recordings:
        each.close()


def pull(
    kept: Recording, until: int | None = None, changes: tuple[Change, ...] = ()
) -> Finished | None:
    """Train to the end, or up to a minibatch; rates are set by hand on the way."""
    by_hand = dict(changes)
    training = kept.training
    for event in recorded(training, kept.history, kept):
        if isinstance(event, Finished):
            return event
        if training.learns_next and training.step in by_hand:
            training.learning_rate = by_hand.pop(training.step)
        if until is not None and training.step >= until:
            return None
    raise AssertionError("a training ends with Finished")


def cut_off(kept: Recording, until: int, changes: tuple[Change, ...] = ()) -> Path:
    """Train up to a minibatch and let go, as a program does that is killed."""
    assert pull(kept, until, changes) is None
    kept._wait()
    kept.close()
    return run_files.runs_folder() / kept.record.id


def conclude(kept: Recording, finished: Finished | None) -> RunRecord:
    assert finished is not None
    training = kept.training
    outcome = replace(result(training, kept.history, finished), weights=kept.weights)
    record = replace(kept.record, learning_rates=tuple(training.changes), result=outcome)
    curves = Curves(training, kept.history)
    kept.conclude(KeptRun(record, curves.validation(), curves.training()))
    return record


def alone(
    network: NetworkSpec = NET, spec: TrainingSpec = SPEC, changes: tuple[Change, ...] = ()
) -> Training:
    """The same run, left alone and not recorded."""
    training, by_hand = prepare(network, spec, DATA), dict(changes)
    for _ in training:
        if training.learns_next and training.step in by_hand:
            training.learning_rate = by_hand.pop(training.step)
    return training


def same(one: Training, other: Training) -> bool:
    return one.network.values.tobytes() == other.network.values.tobytes()


# While it goes


def test_a_run_is_on_disk_from_its_first_moment(begun: Callable[..., Recording]) -> None:
    kept = begun()
    kept._wait()
    (record,) = run_files.read_records()
    assert (record.id, record.result.reason) == (kept.record.id, "")
    assert record.name == "ReLU 8"
    assert is_held(run_files.runs_folder() / record.id)


def test_recording_changes_no_bit(begun: Callable[..., Recording]) -> None:
    kept = begun()
    finished = pull(kept)
    assert same(kept.training, alone())
    assert finished is not None
    assert finished.reason == "done"


def test_the_history_has_a_line_for_each_evaluation_and_each_epoch(
    begun: Callable[..., Recording],
) -> None:
    kept = begun()
    events = []
    for event in recorded(kept.training, kept.history, kept):
        if isinstance(event, Evaluated | EpochDone):
            events.append((event.step, event.accuracy))
            # At once, not when the run is over.
            lines = read_history(run_files.runs_folder() / kept.record.id)
            assert (lines[-1]["minibatch"], lines[-1]["accuracy"]) == events[-1]
    lines = read_history(run_files.runs_folder() / kept.record.id)
    assert [(line["minibatch"], line["accuracy"]) for line in lines] == events
    learned = [line["training_accuracy"] for line in lines if line["event"] == "evaluated"]
    assert np.mean(learned) == pytest.approx(np.mean(kept.history.accuracies))


def test_a_rate_set_by_hand_is_in_run_json_before_the_next_checkpoint(
    begun: Callable[..., Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "APART", 1000.0)
    kept = begun()
    pull(kept, 7, ((5, 0.02),))
    kept._wait()
    (record,) = run_files.read_records()
    assert record.learning_rates == ((5, 0.02),)


def test_what_a_person_changes_meanwhile_stays(begun: Callable[..., Recording]) -> None:
    kept = begun()
    kept._wait()
    run_files.change_run(kept.record.id, name="mine", colour=4)
    cut_off(kept, 150)
    (record,) = run_files.read_records()
    assert (record.name, record.colour) == ("mine", 4)
    assert record.result.minibatches == 114


def test_a_finished_run_keeps_no_checkpoint_but_all_else(begun: Callable[..., Recording]) -> None:
    kept = begun()
    folder = run_files.runs_folder() / kept.record.id
    finished = pull(kept)
    kept._wait()
    assert (folder / CHECKPOINT).exists(), "until the network is safe"
    conclude(kept, finished)
    assert {path.name for path in folder.iterdir()} == {"run.json", "curves.json", HISTORY, "lock"}
    back = run_files.read_run(folder)
    assert back.record.result.reason == "done"
    assert len(back.validation) == len(kept.history.evaluations)
    assert not is_held(folder)


def test_names_and_colours_suit_what_is_there(begun: Callable[..., Recording]) -> None:
    names = []
    for _ in range(3):
        kept = begun()
        kept._wait()
        names.append(kept.record)
    assert [each.name for each in names] == ["ReLU 8", "ReLU 8 (2)", "ReLU 8 (3)"]
    assert [each.colour for each in names] == [1, 2, 3]


def test_a_disk_that_is_full_costs_the_recording_and_not_the_run(
    begun: Callable[..., Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = begun()

    def fail(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        finished = pull(kept)
        kept._wait()
    assert finished is not None
    assert "no longer recorded" in kept.complaint
    assert "No space left" in kept.complaint
    assert same(kept.training, alone())


# Going on

KINDS = {
    "adam": (NET, SPEC),
    "average of the weights": (NET, SPEC.replace(average=0.99)),
    "batch norm": (NET.replace(batch_norm=True), SPEC.replace(optimizer="momentum")),
    "dropout": (NET, SPEC.replace(dropout=0.3, input_dropout=0.1, shift=1)),
    "one-cycle": (NET, SPEC.replace(schedule="one-cycle")),
    "without validation": (NET, SPEC.replace(validation=False)),
    "sgd": (NET, SPEC.replace(optimizer="sgd")),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_that_was_cut_off_ends_in_the_same_bits(
    kind: str, begun: Callable[..., Recording]
) -> None:
    folder = cut_off(begun(*KINDS[kind]), 150)
    resumed = resume(folder)
    assert resumed.training.step == 2 * resumed.training.minibatches.per_epoch
    finished = pull(resumed.recording)
    conclude(resumed.recording, finished)
    assert same(resumed.training, alone(*KINDS[kind]))


def test_one_that_was_stopped_goes_on_as_if_it_had_not_been(
    begun: Callable[..., Recording],
) -> None:
    """The evaluation that a stop adds leaves no trace in what comes after it."""
    kept = begun()
    for event in recorded(kept.training, kept.history, kept):
        if isinstance(event, BatchDone) and event.step == 130:
            kept.training.stop()
        if isinstance(event, Finished):
            conclude(kept, event)
    folder = run_files.runs_folder() / kept.record.id
    assert not was_cut_off(run_files.read_record(folder), folder)
    resumed = resume(folder)
    assert resumed.training.step == 130
    conclude(resumed.recording, pull(resumed.recording))
    assert same(resumed.training, alone())
    evaluated = [line for line in read_history(folder) if line["event"] == "evaluated"]
    assert [line["minibatch"] for line in evaluated] == [57, 114, 171, 228]


def test_one_that_was_left_goes_on_where_it_was(begun: Callable[..., Recording]) -> None:
    kept = begun()
    pull(kept, 100)
    kept.leave()
    kept.close()
    folder = run_files.runs_folder() / kept.record.id
    record = run_files.read_record(folder)
    assert (record.result.reason, record.result.minibatches) == ("left", 100)
    assert was_cut_off(record, folder)
    resumed = resume(folder)
    assert resumed.training.step == 100
    pull(resumed.recording)
    resumed.recording.close()
    assert same(resumed.training, alone())


def test_one_without_a_checkpoint_begins_again(begun: Callable[..., Recording]) -> None:
    folder = cut_off(begun(), 20)
    assert not (folder / CHECKPOINT).exists()
    resumed = resume(folder)
    assert resumed.training.step == 0
    pull(resumed.recording)
    resumed.recording.close()
    assert same(resumed.training, alone())


def test_what_was_learned_is_not_begun_again_where_its_checkpoint_is_gone_or_damaged(
    begun: Callable[..., Recording],
) -> None:
    folder = cut_off(begun(), 160)
    known = (folder / HISTORY).read_bytes(), (folder / run_files.FACTS).read_bytes()
    damaged = (folder / CHECKPOINT).read_bytes()[:-1]
    for sentence, content in (
        ("checkpoint.safetensors is damaged, or is no checkpoint of zmlp, so that", damaged),
        ("There is no checkpoint of ReLU 8 to go on from", None),
    ):
        (folder / CHECKPOINT).unlink()
        if content is not None:
            (folder / CHECKPOINT).write_bytes(content)
        with pytest.raises(RunError, match=sentence) as told:
            resume(folder)
        assert str(told.value).endswith("train it again; what is kept of it stays as it is.")
        assert ((folder / HISTORY).read_bytes(), (folder / run_files.FACTS).read_bytes()) == known


@pytest.mark.parametrize("reason", ["left", "stopped"])
def test_one_that_was_stopped_is_not_begun_again_either(
    reason: str, begun: Callable[..., Recording]
) -> None:
    folder = cut_off(begun(), 20)
    record = run_files.read_record(folder)
    run_files.write_record(replace(record, result=replace(record.result, reason=reason)), folder)
    with pytest.raises(RunError, match="There is no checkpoint of ReLU 8 to go on from"):
        resume(folder)


def test_a_long_epoch_has_checkpoints_within_it(
    begun: Callable[..., Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "APART", 1000.0)
    monkeypatch.setattr(recording, "LONG", 0.0)
    spec = SPEC.replace(batch_size=4, epochs=1)
    kept = begun(spec=spec)
    per_epoch = kept.training.minibatches.per_epoch
    resumed = resume(cut_off(kept, per_epoch - 1))
    assert 0 < resumed.training.step < per_epoch
    pull(resumed.recording)
    resumed.recording.close()
    assert same(resumed.training, alone(spec=spec))


def test_history_is_never_doubled(begun: Callable[..., Recording]) -> None:
    folder = cut_off(begun(), 160)
    cut_off(resume(folder).recording, 200)
    resumed = resume(folder)
    assert len(resumed.history) == resumed.training.step == 171
    pull(resumed.recording)
    resumed.recording.close()
    places = [(line["event"], line["minibatch"]) for line in read_history(folder)]
    assert places == [
        (event, step) for step in (57, 114, 171, 228) for event in ("evaluated", "epoch")
    ]


def test_the_curve_goes_on_where_it_was(begun: Callable[..., Recording]) -> None:
    kept = begun()
    folder = cut_off(kept, 160)
    resumed = resume(folder)
    evaluated = [each.accuracy for each in resumed.history.evaluations]
    assert evaluated == [each.accuracy for each in kept.history.evaluations]
    before = np.mean(kept.history.accuracies[:57])
    assert np.mean(resumed.history.accuracies[:57]) == pytest.approx(before)
    pull(resumed.recording)
    resumed.recording.close()
    points = Curves(resumed.training, resumed.history).training()
    assert np.isfinite(points.accuracy).all()
    assert (np.diff(points.seconds) >= 0).all()


def test_a_run_that_was_cut_off_shows_its_curve(begun: Callable[..., Recording]) -> None:
    kept = begun()
    shown = run_files.read_run(cut_off(kept, 160))
    assert shown.validation.steps.tolist() == [57, 114]
    assert shown.validation.accuracy.tolist() == [
        each.accuracy for each in kept.history.evaluations
    ]
    assert shown.training.accuracy[0] == pytest.approx(np.mean(kept.history.accuracies[:57]))


BROKEN = {
    "cut off": b'{"event": "evaluated", "minib',
    "no object": b"[1]\n",
    "another event": b'{"event": "birthday", "minibatch": 3}\n',
    "no figures": b'{"event": "epoch", "minibatch": 3}\n',
    "text for a figure": None,
    "back in time": None,
    "nested without end": b"[" * 100_000 + b"\n",
    "binary": bytes(range(256)),
}


@pytest.mark.parametrize("damage", BROKEN)
def test_a_broken_line_of_history_ends_it_and_breaks_nothing(
    damage: str, begun: Callable[..., Recording]
) -> None:
    folder = cut_off(begun(), 160)
    sound = (folder / HISTORY).read_bytes()
    first = json.loads(sound.splitlines()[0])
    known = {"text for a figure": {"loss": "low"}, "back in time": {"minibatch": 1}}
    bad = BROKEN[damage] or json.dumps(first | known[damage]).encode() + b"\n"
    (folder / HISTORY).write_bytes(sound + bad)
    assert len(read_history(folder)) == 4
    assert len(run_files.read_run(folder).validation) == 2
    resumed = resume(folder)
    pull(resumed.recording)
    resumed.recording.close()
    assert [line["minibatch"] for line in read_history(folder)] == [
        57,
        57,
        114,
        114,
        171,
        171,
        228,
        228,
    ]


CHANGES = ((60, 0.002), (150, 0.02), (180, 0.005))


def test_rates_set_by_hand_are_set_again_whether_before_or_after_the_checkpoint(
    begun: Callable[..., Recording],
) -> None:
    folder = cut_off(begun(), 170, CHANGES)
    assert run_files.read_record(folder).learning_rates == CHANGES[:2]
    resumed = resume(folder)
    assert resumed.training.step == 114
    conclude(resumed.recording, pull(resumed.recording, changes=CHANGES[2:]))
    assert tuple(resumed.training.changes) == CHANGES
    assert same(resumed.training, alone(changes=CHANGES))


def test_another_rate_set_meanwhile_counts_and_later_ones_of_before_do_not(
    begun: Callable[..., Recording],
) -> None:
    folder = cut_off(begun(), 170, CHANGES)
    resumed = resume(folder)
    pull(resumed.recording, changes=((120, 0.03),))
    resumed.recording.close()
    assert resumed.training.changes == [(60, 0.002), (120, 0.03)]


def test_what_a_killed_program_left_half_written_goes(begun: Callable[..., Recording]) -> None:
    folder = cut_off(begun(), 120)
    (folder / f".{CHECKPOINT}.ab12cd34.tmp").write_bytes(b"half")
    resume(folder).recording.close()
    assert not list(folder.glob(".*"))


# What is refused


def test_two_never_train_the_same_run(begun: Callable[..., Recording]) -> None:
    kept = begun()
    kept._wait()
    folder = run_files.runs_folder() / kept.record.id
    with pytest.raises(RunError, match="under way in another window or terminal"):
        resume(folder)
    with pytest.raises(Exception, match="under way"):
        run_files.remove_run(kept.record.id)
    kept.close()
    resumed = resume(folder)
    assert not RunLock(folder).take()
    resumed.recording.close()


def test_one_that_is_over_does_not_go_on(begun: Callable[..., Recording]) -> None:
    kept = begun()
    record = conclude(kept, pull(kept))
    with pytest.raises(RunError, match="ReLU 8 is finished: train a new one"):
        resume(run_files.runs_folder() / record.id)


def test_a_refusal_lets_go_of_the_run(begun: Callable[..., Recording]) -> None:
    folder = cut_off(begun(), 120)
    good = (folder / CHECKPOINT).read_bytes()
    (folder / CHECKPOINT).write_bytes(good[:-1])
    with pytest.raises(RunError, match="damaged"):
        resume(folder)
    (folder / CHECKPOINT).write_bytes(good)
    resume(folder).recording.close()


def test_other_digits_under_the_same_name_are_refused(
    begun: Callable[..., Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = cut_off(begun(), 120)
    monkeypatch.setattr("core.resume.digest", lambda digits: "other")
    with pytest.raises(RunError, match="learned from other digits than mnist-5k holds now"):
        resume(folder)


def test_data_that_are_gone_are_named(begun: Callable[..., Recording]) -> None:
    folder = cut_off(begun(), 120)
    path = folder / run_files.FACTS
    path.write_text(json.dumps(json.loads(path.read_text()) | {"data": "no-such-set"}))
    with pytest.raises(DataError, match="no-such-set"):
        resume(folder)


# Which run


def test_a_run_is_found_by_id_beginning_name_folder_and_as_the_last(
    begun: Callable[..., Recording], tmp_path: Path
) -> None:
    both = []
    for _ in range(2):
        both.append(begun())
        both[-1]._wait()
    first, last = (kept.record for kept in both)
    folder = run_files.runs_folder() / first.id
    for words in (first.id, first.id[:8], "ReLU 8", str(folder)):
        assert find_run(words) == folder
    assert find_run("last").name == last.id
    assert find_run("ReLU 8 (2)").name == last.id
    for words in ("nothing", "", str(tmp_path)):
        with pytest.raises(RunError, match="There is no run"):
            find_run(words)


def test_a_beginning_of_two_ids_is_not_enough() -> None:
    for id in ("ab1", "ab2"):
        folder = run_files.make_folder(id)
        shutil.copy(Path(__file__).parents[1] / "data" / "run-v1" / "run.json", folder)
    with pytest.raises(RunError, match="2 runs are called"):
        find_run("ab")
    assert find_run("ab1").name == "ab1"


def test_one_that_a_person_leaves_is_not_asked_about_again(
    begun: Callable[..., Recording],
) -> None:
    folder = cut_off(begun(), 120)
    assert was_cut_off(run_files.read_record(folder), folder)
    leave_it(folder)
    record = run_files.read_record(folder)
    assert not was_cut_off(record, folder)
    resume(folder).recording.close()


# Once more


@pytest.mark.parametrize("kind", ["adam", "dropout", "without validation"])
def test_a_run_comes_out_again_from_its_record(kind: str, begun: Callable[..., Recording]) -> None:
    kept = begun(*KINDS[kind])
    record = conclude(kept, pull(kept, changes=CHANGES))
    outcome = replay(run_files.read_record(run_files.runs_folder() / record.id))
    assert outcome.same_bits
    assert outcome.test_accuracy == record.result.test_accuracy


def test_one_that_was_stopped_comes_out_again(begun: Callable[..., Recording]) -> None:
    kept = begun()
    for event in recorded(kept.training, kept.history, kept):
        if isinstance(event, BatchDone) and event.step == 75:
            kept.training.stop()
        if isinstance(event, Finished):
            record = conclude(kept, event)
    assert record.result.minibatches == 75
    assert replay(record).same_bits


def test_one_that_comes_out_otherwise_is_told(begun: Callable[..., Recording]) -> None:
    kept = begun()
    record = conclude(kept, pull(kept, changes=CHANGES))
    assert not replay(replace(record, learning_rates=CHANGES[:1])).same


def test_one_that_started_from_a_network_needs_its_file(
    begun: Callable[..., Recording], tmp_path: Path
) -> None:
    start = Network(NET).initialize(9)
    save(Model(start, "start"), tmp_path / "start.safetensors")
    training = prepare(NET, SPEC, DATA, start)
    record = replace(
        new_record(training, DATA, 1),
        started_from="start",
        start_file=str(tmp_path / "start.safetensors"),
    )
    kept = begin(training, record, History())
    kept._wait()
    # Nothing else says which weights it began with, so they are kept at once.
    assert (run_files.runs_folder() / record.id / CHECKPOINT).exists()
    record = conclude(kept, pull(kept))
    assert replay(record).same_bits
    (tmp_path / "start.safetensors").unlink()
    with pytest.raises(RunError, match="started from the network start, which is gone"):
        replay(record)


def test_one_that_was_cut_off_is_not_trained_again(begun: Callable[..., Recording]) -> None:
    folder = cut_off(begun(), 120)
    with pytest.raises(RunError, match="go on with it first"):
        replay(run_files.read_record(folder))


def test_a_resumed_run_is_a_run_like_any_other(begun: Callable[..., Recording]) -> None:
    resumed: Resumed = resume(cut_off(begun(), 120))
    record = conclude(resumed.recording, pull(resumed.recording))
    assert replay(record).same_bits


def test_a_run_that_the_first_version_was_cut_off_in_goes_on() -> None:
    """Its files stay as they are: every version of every format opens forever."""
    folder = run_files.runs_folder() / "0123"
    shutil.copytree(Path(__file__).parents[1] / "data" / "cut-off-run-v1", folder)
    resumed = resume(folder)
    assert resumed.training.step == 57
    assert resumed.training.changes == [(30, 0.004)]
    finished = pull(resumed.recording)
    resumed.recording.close()
    assert finished is not None
    assert finished.reason == "done"
    assert finished.test_accuracy > 0.7
