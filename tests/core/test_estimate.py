"""How long a run takes is estimated from a few minibatches of this machine."""

from time import thread_time

import pytest

from core.estimate import Costs, Speed, measure, multiply_adds, words_of_time
from core.recipes import RECIPES
from core.runs import prepare
from core.spec import NetworkSpec, TrainingSpec

# A machine whose every part costs a round number.
SMALL = Costs(1_000, {"sgd": 1e-9, "momentum": 2e-9, "adam": 4e-9}, 1e-11)
LARGE = Costs(1_000_000, {"sgd": 3e-9, "momentum": 4e-9, "adam": 8e-9}, 3e-11)
NEURON = {"relu": 1e-9, "sigmoid": 4e-9}
ROUND = Speed(1e-4, 1e-5, 1e-9, 2e-9, NEURON, SMALL, LARGE)


@pytest.fixture(scope="module")
def speed() -> Speed:
    return measure(threads=1)


def test_a_digit_costs_two_products_in_the_first_layer_and_three_in_the_others() -> None:
    assert multiply_adds(NetworkSpec(hidden=())) == 2 * 784 * 10
    assert multiply_adds(NetworkSpec(hidden=(30,))) == 2 * 784 * 30 + 3 * 30 * 10


def test_a_run_is_its_minibatches_and_its_digits() -> None:
    network, training = NetworkSpec(), TrainingSpec(batch_size=100, epochs=3)
    epoch = 36 * ROUND.of_minibatch(network, training) + 3600 * ROUND.of_digit(network, training)
    assert ROUND.seconds(network, training, 3600) == pytest.approx(3 * epoch, rel=0.06)
    # The last minibatch of an epoch may be short, but it is one.
    one_more = ROUND.seconds(network, training, 3601) - ROUND.seconds(network, training, 3600)
    assert one_more > 3 * ROUND.of_minibatch(network, training)


def test_twice_the_epochs_take_twice_the_time() -> None:
    once = ROUND.seconds(NetworkSpec(), TrainingSpec(epochs=5), 3600)
    assert ROUND.seconds(NetworkSpec(), TrainingSpec(epochs=10), 3600) == pytest.approx(2 * once)


@pytest.mark.parametrize(
    ("cheap", "dear"),
    [
        ({"optimizer": "sgd"}, {"optimizer": "momentum"}),
        ({"optimizer": "momentum"}, {"optimizer": "adam"}),
        ({"shift": 0}, {"shift": 1}),
        ({"batch_size": 64}, {"batch_size": 1}),
    ],
)
def test_what_costs_more_is_estimated_higher(cheap: dict, dear: dict) -> None:
    times = [
        ROUND.seconds(NetworkSpec(), TrainingSpec().replace(**each), 3600) for each in (cheap, dear)
    ]
    assert times[0] < times[1]


def test_costs_between_two_sizes_lie_between_theirs_and_stay_so_beyond() -> None:
    def update(hidden: tuple[int, ...]) -> float:
        network = NetworkSpec(hidden=hidden)
        fixed = ROUND.minibatch + len(hidden) * ROUND.layer
        whole = ROUND.of_minibatch(network, TrainingSpec(optimizer="sgd"))
        return (whole - fixed) / network.parameter_count

    assert 1e-9 < update((30,)) < update((300,)) < 3e-9
    assert update((2000,)) == pytest.approx(3e-9)
    assert update((4000,)) == pytest.approx(3e-9)


def test_the_measurement_takes_less_than_a_second_of_the_processor() -> None:
    started = thread_time()
    measure(threads=1)
    assert thread_time() - started < 1.0


PROBES = {
    "fast": (RECIPES["fast"].network, RECIPES["fast"].training),
    "journal-sigmoid": (RECIPES["journal-sigmoid"].network, RECIPES["journal-sigmoid"].training),
    "journal-deep": (RECIPES["journal-deep"].network, RECIPES["journal-deep"].training),
    "1000-500 by 1": (NetworkSpec(hidden=(1000, 500)), TrainingSpec(batch_size=1)),
    "1000-500 by 256": (NetworkSpec(hidden=(1000, 500)), TrainingSpec(batch_size=256)),
}


@pytest.mark.parametrize("name", PROBES)
def test_the_estimate_is_near_what_a_run_takes(speed: Speed, name: str) -> None:
    """Within a factor of 1.3 on a quiet machine, and of three while others compute beside it."""
    network, training = PROBES[name]
    run = prepare(network, training, "mnist-5k")
    started = thread_time()
    for _ in run:
        if thread_time() - started > 0.3:
            break
    count = len(run.digits.training)
    took = (thread_time() - started) * training.epochs * count / run.samples
    assert 1 / 3 < speed.seconds(network, training, count) / took < 3


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "under 1 s"),
        (1.4, "1 s"),
        (6.3, "6 s"),
        (9.9, "10 s"),
        (57.0, "57 s"),
        (91.0, "1.5 min"),
        (600.0, "10 min"),
        (4000.0, "1.1 h"),
        (3600.0 * 12.4, "12 h"),
        (86400.0 * 350, "350 days"),
    ],
)
def test_times_are_said_as_well_as_they_are_known(seconds: float, words: str) -> None:
    assert words_of_time(seconds) == words
