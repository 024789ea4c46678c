"""Checkpoints bring back all of a training, and a file that is none is refused in one sentence."""

import json
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.checkpoint import CHECKPOINT, Checkpoint, digest, read_checkpoint, write_checkpoint
from core.digits import Digits, Part
from core.errors import RunError, ZmlpError
from core.events import Finished
from core.model_file import Model, TrainedOn, save
from core.network import Network
from core.spec import NetworkSpec, TrainingSpec
from core.training import Training

NET = NetworkSpec((6,), initializer="he")
SPEC = TrainingSpec(epochs=4, batch_size=10, optimizer="adam", learning_rate=0.01, average=0.9)
KINDS = {
    "sgd": (NET, SPEC.replace(optimizer="sgd", average=0.0)),
    "adam with an average": (NET, SPEC),
    "lion with batch norm": (
        NET.replace(batch_norm=True),
        SPEC.replace(optimizer="lion", learning_rate=0.001),
    ),
    "dropout": (NET, SPEC.replace(dropout=0.3, input_dropout=0.2, max_norm=2.0, shift=1)),
    "one-cycle without validation": (NET, SPEC.replace(schedule="one-cycle", validation=False)),
}


def training(few: Digits, network: NetworkSpec = NET, spec: TrainingSpec = SPEC) -> Training:
    digits = few if spec.validation else few.without_validation()
    return Training(Network(network).initialize(spec.seed), digits, spec)


def end(run: Training) -> tuple[bytes, Finished]:
    *_, finished = run
    assert isinstance(finished, Finished)
    return run.network.values.tobytes(), finished


@pytest.fixture
def written(few: Digits, tmp_path: Path) -> Path:
    """The checkpoint of a run after a dozen events, one change by hand among them."""
    run = training(few)
    for count, _ in enumerate(run):
        if count == 3:
            run.learning_rate = 0.02
        if count == 12:
            break
    path = tmp_path / CHECKPOINT
    write_checkpoint(path, checkpoint_of(run))
    return path


def checkpoint_of(run: Training) -> Checkpoint:
    earlier = TrainedOn("mnist", "", 3, TrainedOn("x", "y", 1))
    return Checkpoint(run.state(), run.digits.name, digest(run.digits), 1, 17, earlier)


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_that_goes_on_from_its_file_ends_in_the_same_bits(
    kind: str, few: Digits, tmp_path: Path
) -> None:
    weights, finished = end(training(few, *KINDS[kind]))
    run = training(few, *KINDS[kind])
    for count, _ in enumerate(run):
        if count % 5 == 2:
            write_checkpoint(tmp_path / CHECKPOINT, checkpoint_of(run))
            resumed = training(few, *KINDS[kind])
            resumed.restore(read_checkpoint(tmp_path / CHECKPOINT, resumed).state)
            same, again = end(resumed)
            assert same == weights
            assert (again.test_loss, again.kept_step) == (finished.test_loss, finished.kept_step)
        if run.step == run.steps - 1:
            break


def test_all_that_belongs_to_it_comes_back(written: Path, few: Digits) -> None:
    back = read_checkpoint(written, training(few))
    assert (back.data, back.digest, back.threads, back.history) == ("few", digest(few), 1, 17)
    assert back.earlier == TrainedOn("mnist", "", 3, TrainedOn("x", "y", 1))
    assert [rate for _, rate in back.state["changes"]] == [0.02]


def test_other_programs_can_read_its_arrays(written: Path, few: Digits) -> None:
    arrays = safetensors.numpy.load_file(written)
    state = read_checkpoint(written, training(few)).state
    assert np.array_equal(arrays["values"], state["values"])
    assert np.array_equal(arrays["optimizer.square"], state["optimizer"]["square"])


def test_reading_changes_nothing_in_the_training(written: Path, few: Digits) -> None:
    run = training(few)
    before = run.state()["values"]
    read_checkpoint(written, run)
    assert np.array_equal(run.network.values, before)


@pytest.mark.parametrize("place", ["labels", "images", "test images", "held back"])
def test_other_digits_are_told_apart(place: str, few: Digits) -> None:
    learning, test, held = few.learning, few.test, few.held_back
    images, labels = learning.images.copy(), learning.labels.copy()
    if place == "labels":
        labels[-1] = (labels[-1] + 1) % 10
    elif place == "images":
        images[3, 14, 14] ^= 1
    elif place == "held back":
        held -= 1
    else:
        test = Part(test.images[::-1], test.labels)
    other = Digits("few", Part(images, labels), test, held, few.class_names)
    assert digest(other) != digest(few)


def test_of_a_run_with_other_settings_is_refused(written: Path, few: Digits) -> None:
    for other in (
        training(few, NET.replace(hidden=(7,))),
        training(few, NET.replace(activation="tanh")),
        training(few, spec=SPEC.replace(seed=1)),
        training(few, spec=SPEC.replace(optimizer="sgd")),
    ):
        with pytest.raises(RunError, match="other settings"):
            read_checkpoint(written, other)


def test_of_a_newer_version_says_so(written: Path, few: Digits) -> None:
    change(written, "run", "version", 2)
    with pytest.raises(RunError, match="newer"):
        read_checkpoint(written, training(few))


def test_of_a_setting_that_nobody_knows_is_refused(written: Path, few: Digits) -> None:
    header, data = parts(written)
    state = json.loads(header["__metadata__"]["state"])
    state["spec"]["wings"] = 2
    header["__metadata__"]["state"] = json.dumps(state)
    put(written, header, data)
    with pytest.raises(RunError, match="no setting “wings”"):
        read_checkpoint(written, training(few))


def test_a_model_is_no_checkpoint(few: Digits, tmp_path: Path) -> None:
    save(Model(Network(NET)), tmp_path / CHECKPOINT)
    with pytest.raises(RunError, match="no checkpoint of zmlp"):
        read_checkpoint(tmp_path / CHECKPOINT, training(few))


@pytest.mark.parametrize("name", ["none", "folder"])
def test_one_that_is_missing_is_told(name: str, few: Digits, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(RunError, match="could not be read"):
        read_checkpoint(tmp_path / name, training(few))


def parts(path: Path) -> tuple[dict[str, Any], bytes]:
    data = path.read_bytes()
    end = 8 + int.from_bytes(data[:8], "little")
    return json.loads(data[8:end]), data[end:]


def put(path: Path, header: Any, data: bytes) -> None:
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


def change(path: Path, place: str, key: str, value: Any) -> None:
    header, data = parts(path)
    known = json.loads(header["__metadata__"][place])
    header["__metadata__"][place] = json.dumps(known | {key: value})
    put(path, header, data)


shared = hypothesis_settings(
    suppress_health_check=list(HealthCheck), deadline=None, max_examples=80
)


@shared
@given(st.data())
def test_bytes_that_are_changed_or_cut_off_are_noticed(
    written: Path, few: Digits, data: st.DataObject
) -> None:
    sound = written.read_bytes()
    place = data.draw(st.integers(0, len(sound) - 1))
    if data.draw(st.booleans()):
        broken = sound[:place]
    else:
        bit = 1 << data.draw(st.integers(0, 7))
        broken = sound[:place] + bytes([sound[place] ^ bit]) + sound[place + 1 :]
    target = written.with_name("broken")
    target.write_bytes(broken)
    run = training(few)
    try:
        found = read_checkpoint(target, run).state
    except RunError:
        return
    # A change of what it belongs to, or of nothing: the state itself is as it was.
    known = read_checkpoint(written, run).state
    for each in ("values", "kept", "evaluated"):
        assert np.array_equal(found[each], known[each])
    assert found["step"] == known["step"]


nonsense = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


def keys() -> Iterator[str]:
    yield from ("step", "changes", "latest", "best", "learning_rate", "epoch_correct")
    yield from ("without_progress", "epochs_reported", "seconds", "spec", "network", "values")


@shared
@given(st.sampled_from([*keys()]), nonsense)
def test_values_that_are_none_neither_crash_nor_allocate(
    written: Path, few: Digits, key: str, value: Any
) -> None:
    """Even where whoever made the file knew how to make its sum right."""
    target = written.with_name("hostile")
    target.write_bytes(written.read_bytes())
    change(target, "state", key, value)
    header, data = parts(target)
    change(
        target, "run", "sum", zlib.crc32(data, zlib.crc32(header["__metadata__"]["state"].encode()))
    )
    run = training(few)
    with suppress(ZmlpError):
        run.restore(read_checkpoint(target, run).state)
        for count, _ in enumerate(run):
            if count == 30:
                break


@pytest.mark.parametrize(
    "entry",
    [
        {"data_offsets": [0, 10**18]},
        {"data_offsets": [-4, 0]},
        {"data_offsets": "far"},
        {"data_offsets": [0]},
        {"shape": [10**12]},
        {"dtype": "F64"},
        {"dtype": "O"},
        {},
        None,
    ],
    ids=str,
)
def test_arrays_of_another_size_are_refused_before_they_are_read(
    entry: Any, written: Path, few: Digits
) -> None:
    header, data = parts(written)
    header["values"] = header["values"] | entry if entry else entry
    put(written, header, data)
    with pytest.raises(RunError, match="damaged"):
        read_checkpoint(written, training(few))
