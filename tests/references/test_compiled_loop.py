"""The compiled loop learns what numpy's products learn, however many it takes at once."""

import gc
import itertools
import json
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info

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
# Each of two threads has neurons of all of their layers.
SHARED = {
    "relu": NetworkSpec(hidden=(40, 30)),
    "three layers": NetworkSpec(hidden=(33, 24, 50), activation="leaky-relu"),
    "tanh": NetworkSpec(hidden=(40, 25), activation="tanh", loss="binary-cross-entropy"),
    "sigmoid without biases": NETWORKS["sigmoid without biases"],
    "beyond the cache": NetworkSpec(hidden=(300, 30)),
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


def blas_threads() -> set[int]:
    return {each["num_threads"] for each in threadpool_info() if "numpy" in each["filepath"]}


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


def portions(network: NetworkSpec, size: int) -> list[int]:
    """Of a thread that is alone."""
    widths = np.array(network.widths)
    return compiled_loop.portions(widths, widths[:-1], widths[1:], size).tolist()


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
    assert 0 < portions(NETWORKS["relu"], 100)[0] < 50
    as_numpy_learns(some, NETWORKS["relu"], optimizer, 100, epochs=8)


def test_minibatches_are_whole_where_blas_packs_every_product(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compiled_loop, "multiplies_unpacked", lambda: False)
    assert portions(NETWORKS["relu"], 100) == [100, 100, 100]


@pytest.fixture
def two() -> None:
    use_threads(2)


def is_shared(training: Training) -> bool:
    return len(training._learner._loop._parts) == 2


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("batch_size", [1, 7, 32, 100])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("network", SHARED.values(), ids=SHARED)
def test_two_threads_learn_what_numpy_learns(
    some: Digits, network: NetworkSpec, optimizer: str, batch_size: int
) -> None:
    as_numpy_learns(some, network, optimizer, batch_size, epochs=8 if batch_size == 100 else 2)


@pytest.mark.usefixtures("two")
def test_networks_are_shared_where_each_thread_has_neurons_of_each_layer(some: Digits) -> None:
    assert all(is_shared(training(network, some, batch_size=7)) for network in SHARED.values())
    for hidden in ((), (16,), (200, 16)):
        assert not is_shared(training(NetworkSpec(hidden=hidden), some))
    use_threads(1)
    assert not is_shared(training(SHARED["relu"], some))


def test_more_than_two_threads_have_more_neurons_each(some: Digits) -> None:
    use_threads(4)
    shared = [compiled_loop.threads_for(NetworkSpec(hidden=(n,))) for n in (12, 24, 190, 200, 900)]
    assert shared == [1, 2, 2, 3, 4]
    # However few cores there are.
    as_numpy_learns(some, NetworkSpec(hidden=(200,)), "momentum", 7)
    as_numpy_learns(some, NetworkSpec(hidden=(200, 210)), "sgd", 32)


@pytest.mark.usefixtures("two")
def test_blas_has_its_threads_back_when_a_shared_run_is_over(some: Digits) -> None:
    run = training(SHARED["relu"], some)
    others = threading.active_count()
    next(event for event in run if isinstance(event, BatchDone))
    # OpenBLAS's own would get in the way of the run's.
    assert blas_threads() == {1}
    assert threads_in_use() == 2
    pull(run)
    assert blas_threads() == {2}
    gone = training(SHARED["relu"], some)
    next(event for event in gone if isinstance(event, BatchDone))
    del gone
    gc.collect()
    assert blas_threads() == {2}
    deadline = time.monotonic() + 10
    while threading.active_count() >= others and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() < others


@pytest.mark.usefixtures("two")
def test_a_thread_that_fell_asleep_is_woken(some: Digits) -> None:
    values = {"batch_size": 7, "epochs": 2}
    whole = pull(training(SHARED["relu"], some, **values))
    run = training(SHARED["relu"], some, **values)
    run.at_once = 1
    for event in run:
        if isinstance(event, BatchDone) and event.step % 25 == 0:
            time.sleep(0.1)
    assert np.array_equal(run.network.values, whole)


def test_loops_hold_out_longer_where_products_would_pack_many_weights_for_few_digits() -> None:
    few, many = NetworkSpec(hidden=(128, 64)), NetworkSpec(hidden=(512, 512))
    assert portions(few, 12) == [0, 12, 12]
    assert portions(many, 12) == [0, 0, 12]
    assert portions(many, 32) == [0, 32, 32]


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("batch_size", [1, 7, 30])
@pytest.mark.parametrize("threads", [1, 2])
def test_how_many_come_at_once_changes_no_bit(
    some: Digits, optimizer: str, batch_size: int, threads: int
) -> None:
    use_threads(threads)
    network = SHARED["relu"]
    values = {"optimizer": optimizer, "batch_size": batch_size, "epochs": 4}
    together = pull(training(network, some, **values))
    one_by_one = pull(training(network, some, **values), itertools.repeat(1))
    mixed = pull(training(network, some, **values), itertools.cycle([None, 1, 5, 2]))
    assert np.array_equal(together, one_by_one)
    assert np.array_equal(together, mixed)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_run_goes_on_bit_for_bit_from_any_minibatch(
    some: Digits, optimizer: str, threads: int
) -> None:
    use_threads(threads)
    network = SHARED["relu"]
    values = {"optimizer": optimizer, "batch_size": 1, "epochs": 4}
    whole = pull(training(network, some, **values))
    # Before and after the rows are all made whole, which comes every 1,024 steps.
    for stop in (1, 500, 1023, 1024, 1025, 1300):
        first = training(network, some, **values)
        first.at_once = 1
        for event in first:
            if isinstance(event, BatchDone) and event.step == stop:
                break
        second = training(network, some, **values)
        second.restore(first.state())
        # What is copied out of a run leaves it as it was.
        assert np.array_equal(pull(first), whole)
        assert np.array_equal(pull(second), whole)


@pytest.mark.usefixtures("two")
def test_a_run_that_is_under_way_can_go_back(some: Digits) -> None:
    values = {"optimizer": "adam", "batch_size": 50, "epochs": 4}
    network = SHARED["beyond the cache"]
    whole = pull(training(network, some, **values))
    run = training(network, some, **values)
    run.at_once = 1
    before = run.state()
    for event in run:
        if isinstance(event, BatchDone) and event.step == 6:
            break
    run.restore(before)
    assert np.array_equal(pull(run), whole)


@pytest.mark.parametrize("threads", [1, 2])
def test_what_is_read_on_the_way_are_the_weights_of_that_minibatch(
    some: Digits, threads: int
) -> None:
    use_threads(threads)
    values = {"optimizer": "momentum", "batch_size": 1, "validation": False}
    few = some.without_validation()
    compiled = training(SHARED["relu"], few, **values)
    plain = training(SHARED["relu"], few, **values, kernel="numpy")
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


@pytest.mark.parametrize("threads", [1, 2])
def test_a_loss_that_is_no_number_ends_the_run_with_weights_that_are(
    some: Digits, threads: int
) -> None:
    use_threads(threads)
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
