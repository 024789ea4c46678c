"""The compiled loop learns what numpy's products learn, however many it takes at once."""

import itertools
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core import compiled_loop
from core.digits import Digits, Part
from core.errors import SpecError
from core.events import BatchDone, Finished
from core.network import Network
from core.resume import resume
from core.spec import NetworkSpec, TrainingSpec
from core.threads import threads_in_use, use_threads
from core.training import Training

pytest.importorskip("numba", reason="the compiled kernel is an extra")

NETWORKS = {
    "relu": NetworkSpec(hidden=(30, 20)),
    "leaky relu": NetworkSpec(hidden=(30,), activation="leaky-relu"),
    "sigmoid without biases": NetworkSpec(
        hidden=(24,), activation="sigmoid", bias=False, loss="squared-error"
    ),
    "tanh": NetworkSpec(hidden=(17, 9), activation="tanh", loss="binary-cross-entropy"),
    "no hidden layer": NetworkSpec(hidden=()),
    "beyond the cache": NetworkSpec(hidden=(150,)),
}


@pytest.fixture
def some(digits: Digits) -> Digits:
    learning = Part(digits.learning.images[:406], digits.learning.labels[:406])
    test = Part(digits.test.images[:50], digits.test.labels[:50])
    return Digits("some", learning, test, 50, digits.class_names)


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    """One thread, unless a test says otherwise."""
    before = threads_in_use()
    use_threads(1)
    yield
    use_threads(before)


def training(network: NetworkSpec, digits: Digits, **values: object) -> Training:
    spec = TrainingSpec(kernel="compiled", epochs=2, learning_rate=0.01).replace(**values)
    return Training(Network(network).initialize(3), digits, spec)


def pull(training: Training, at_once: Iterator[int | None] | None = None) -> np.ndarray:
    """The weights in the end."""
    for event in training:
        if at_once is not None:
            training.at_once = next(at_once)
        if isinstance(event, Finished):
            break
    return training.network.values.copy()


def as_numpy_learns(
    digits: Digits, network: NetworkSpec, optimizer: str, batch_size: int, epochs: int = 2
) -> None:
    values = {
        "optimizer": optimizer,
        "batch_size": batch_size,
        "epochs": epochs,
        "validation": False,
        "schedule": "cosine",
        "label_smoothing": 0.1,
    }
    if optimizer == "adam":
        values["learning_rate"] = 0.001
    few = digits.without_validation()
    compiled = training(network, few, **values)
    plain = training(network, few, **values, kernel="numpy")
    start = compiled.network.values.copy()
    ends = pull(compiled), pull(plain)
    way = np.abs(ends[1] - start).max()
    assert way > 0.005
    # Rounding alone: sums come in another order.
    np.testing.assert_allclose(ends[0], ends[1], atol=2e-3 * way)


@pytest.mark.parametrize("batch_size", [1, 3, 16, 32])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_it_learns_what_numpy_learns(
    some: Digits, network: NetworkSpec, optimizer: str, batch_size: int
) -> None:
    as_numpy_learns(some, network, optimizer, batch_size)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_a_minibatch_learned_in_portions_is_the_same_minibatch(
    some: Digits, optimizer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled_loop, "multiplies_unpacked", lambda: True)
    widths = np.array(NETWORKS["relu"].widths)
    assert 0 < compiled_loop.portions(widths, 100, threads=1)[0] < 50
    as_numpy_learns(some, NETWORKS["relu"], optimizer, 100, epochs=8)


def test_minibatches_are_whole_where_blas_packs_every_product(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compiled_loop, "multiplies_unpacked", lambda: False)
    widths = np.array(NETWORKS["relu"].widths)
    assert compiled_loop.portions(widths, 100, threads=1).tolist() == [100, 100, 100]


def test_two_threads_learn_what_numpy_learns(some: Digits) -> None:
    use_threads(2)
    for network in (NETWORKS["relu"], NETWORKS["beyond the cache"]):
        as_numpy_learns(some, network, "momentum", 100, epochs=8)


def test_products_take_over_from_loops_sooner_where_threads_share_them() -> None:
    wide = np.array([784, 512, 10])
    alone, shared = (compiled_loop.portions(wide, 128, threads) for threads in (1, 2))
    assert not alone[0]
    assert shared[0] == 128
    # Little to share.
    assert not compiled_loop.portions(wide, 32, threads=2)[0]


def test_loops_hold_out_longer_where_products_would_pack_many_weights_for_few_digits() -> None:
    few, many = np.array([784, 128, 64, 10]), np.array([784, 512, 512, 10])
    assert compiled_loop.portions(few, 12, threads=1).tolist() == [0, 12, 12]
    assert compiled_loop.portions(many, 12, threads=1).tolist() == [0, 0, 12]
    assert compiled_loop.portions(many, 32, threads=1).tolist() == [0, 32, 32]


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("batch_size", [1, 7, 30])
def test_how_many_come_at_once_changes_no_bit(
    some: Digits, optimizer: str, batch_size: int
) -> None:
    values = {"optimizer": optimizer, "batch_size": batch_size, "epochs": 4}
    together = pull(training(NETWORKS["relu"], some, **values))
    one_by_one = pull(training(NETWORKS["relu"], some, **values), itertools.repeat(1))
    mixed = pull(training(NETWORKS["relu"], some, **values), itertools.cycle([None, 1, 5, 2]))
    assert np.array_equal(together, one_by_one)
    assert np.array_equal(together, mixed)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_a_run_goes_on_bit_for_bit_from_any_minibatch(some: Digits, optimizer: str) -> None:
    values = {"optimizer": optimizer, "batch_size": 1, "epochs": 4}
    whole = pull(training(NETWORKS["relu"], some, **values))
    # Before and after the rows are all made whole, which comes every 1,024 steps.
    for stop in (1, 500, 1023, 1024, 1025, 1300):
        first = training(NETWORKS["relu"], some, **values)
        first.at_once = 1
        for event in first:
            if isinstance(event, BatchDone) and event.step == stop:
                break
        second = training(NETWORKS["relu"], some, **values)
        second.restore(first.state())
        assert np.array_equal(pull(second), whole)


def test_a_run_with_two_threads_goes_on_bit_for_bit(some: Digits) -> None:
    use_threads(2)
    values = {"optimizer": "momentum", "batch_size": 100, "epochs": 4}
    network = NETWORKS["beyond the cache"]
    whole = pull(training(network, some, **values))
    first = training(network, some, **values)
    for event in first:
        if isinstance(event, BatchDone) and event.step == 6:
            break
    second = training(network, some, **values)
    second.restore(first.state())
    assert np.array_equal(pull(second), whole)


def test_what_is_read_on_the_way_are_the_weights_of_that_minibatch(some: Digits) -> None:
    values = {"optimizer": "momentum", "batch_size": 1, "validation": False}
    few = some.without_validation()
    compiled = training(NETWORKS["relu"], few, **values)
    plain = training(NETWORKS["relu"], few, **values, kernel="numpy")
    compiled.at_once = 1
    read = np.empty_like(compiled.network.values)
    behind = 0
    for one, other in zip(compiled, plain, strict=False):
        assert type(one) is type(other)
        compiled.read(read)
        behind += not np.array_equal(read, compiled.network.values)
        np.testing.assert_allclose(read, plain.network.values, atol=1e-4)
        if isinstance(one, BatchDone) and one.step == 60:
            break
    # Pixels that carried no ink lately owe steps, or nothing was saved.
    assert behind > 30


def test_events_tell_of_every_minibatch_once(some: Digits) -> None:
    run = training(NETWORKS["relu"], some, batch_size=1)
    learned = [event for event in run if isinstance(event, BatchDone)]
    assert sum(event.minibatches for event in learned) == run.steps == learned[-1].step
    assert any(event.minibatches > 1 for event in learned)


def test_a_learning_rate_set_by_hand_acts_at_the_next_minibatch(some: Digits) -> None:
    changed = training(NETWORKS["relu"], some, batch_size=1)
    changed.at_once = 1
    for event in changed:
        if isinstance(event, BatchDone) and event.step == 100:
            changed.learning_rate = 0.002
    assert changed.changes == [(100, 0.002)]


def test_a_loss_that_is_no_number_ends_the_run_with_weights_that_are(some: Digits) -> None:
    run = training(NETWORKS["leaky relu"], some, batch_size=1, learning_rate=10.0, epochs=9)
    finished = list(run)[-1]
    assert isinstance(finished, Finished)
    assert finished.reason == "diverged"
    assert np.isfinite(run.network.values).all()


def test_networks_it_does_not_know_are_learned_by_numpy(some: Digits) -> None:
    plain = TrainingSpec(kernel="compiled", batch_size=4)
    assert compiled_loop.suits(NETWORKS["relu"], plain)
    assert not compiled_loop.suits(NetworkSpec(activation="gelu"), plain)
    assert not compiled_loop.suits(NetworkSpec(batch_norm=True), plain)
    assert not compiled_loop.suits(NETWORKS["relu"], plain.replace(dropout=0.2))
    assert not compiled_loop.suits(NETWORKS["relu"], plain.replace(optimizer="lion"))
    assert compiled_loop.suits(NETWORKS["tanh"], plain)
    assert not compiled_loop.suits(NETWORKS["tanh"], plain.replace(batch_size=256))


def test_a_run_that_numpy_began_goes_on_with_numpy(tmp_path: Path) -> None:
    """Its record says `auto`, and numba has been installed since."""
    folder = tmp_path / "0123"
    shutil.copytree(Path(__file__).parents[1] / "data" / "cut-off-run-v1", folder)
    facts = json.loads((folder / "run.json").read_text())
    assert facts["training"]["kernel"] == "auto"
    plain = NetworkSpec()
    assert compiled_loop.as_it_was(plain, TrainingSpec()).kernel == "numpy"
    assert compiled_loop.as_it_was(plain, TrainingSpec(dropout=0.5)).kernel == "auto"
    resumed = resume(folder)
    assert resumed.training.step == 57
    resumed.recording.close()


def test_auto_is_what_is_installed_and_compiled_is_refused_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tiny, large = TrainingSpec(batch_size=1), TrainingSpec(dropout=0.5)
    assert compiled_loop.resolved(NetworkSpec(), tiny).kernel == "compiled"
    assert compiled_loop.resolved(NetworkSpec(), large).kernel == "auto"
    monkeypatch.setattr(compiled_loop, "is_installed", lambda: False)
    assert compiled_loop.resolved(NetworkSpec(), tiny).kernel == "auto"
    with pytest.raises(SpecError, match=r"install zmlp\[fast\]"):
        compiled_loop.resolved(NetworkSpec(), TrainingSpec(kernel="compiled"))
