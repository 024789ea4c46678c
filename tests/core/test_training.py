"""Training: what it learns, in which order it tells, and that nothing else changes the bits."""

import dataclasses
import itertools
import math
import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from core.digits import Digits, Part
from core.errors import SpecError
from core.evaluation_plan import EVALUATION_SHARE, EVALUATIONS_PER_EPOCH, evaluation_plan
from core.events import BatchDone, EpochDone, Evaluated, Evaluating, Event, Finished
from core.metrics import accuracy
from core.minibatches import Minibatches
from core.network import Network
from core.spec import NetworkSpec, TrainingSpec
from core.training import Training

SMALL = NetworkSpec((8,))
# 61 digits in minibatches of 16: the fourth and last of an epoch has 13.
BRIEF = TrainingSpec(batch_size=16, epochs=3, learning_rate=0.1)


def training(digits: Digits, spec: TrainingSpec = BRIEF, network: NetworkSpec = SMALL) -> Training:
    return Training(Network(network).initialize(spec.seed), digits, spec)


def last(events: Iterator[Event] | Training) -> Finished:
    *_, event = events
    assert isinstance(event, Finished)
    return event


def of_kind(events: list[Event], kind: type) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def without_time(event: Event) -> Event:
    if isinstance(event, Finished):
        return dataclasses.replace(event, seconds=0.0, samples_per_second=0.0)
    return event


class TestLearning:
    def test_real_digits_are_learned_in_a_second(self, digits: Digits) -> None:
        spec = TrainingSpec(learning_rate=0.1, epochs=4, schedule="cosine")
        finished = last(training(digits, spec, NetworkSpec((64,))))
        assert finished.test_accuracy > 0.91
        assert finished.reason == "done"
        assert finished.message == ""

    @pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
    @pytest.mark.parametrize("loss", ["cross-entropy", "squared-error"])
    def test_every_optimizer_learns_with_either_loss(
        self, few: Digits, optimizer: str, loss: str
    ) -> None:
        rate = 0.01 if optimizer == "adam" else 0.1
        spec = BRIEF.replace(optimizer=optimizer, learning_rate=rate, epochs=60)
        events = list(training(few, spec, SMALL.replace(loss=loss)))
        first, *_, final = of_kind(events, BatchDone)
        assert final.loss < 0.7 * first.loss

    def test_one_digit_at_a_time_learns(self, digits: Digits) -> None:
        part = Part(digits.learning.images[:600], digits.learning.labels[:600])
        some = dataclasses.replace(digits, learning=part, held_back=100)
        spec = TrainingSpec(batch_size=1, optimizer="sgd", learning_rate=0.02, epochs=2)
        assert last(training(some, spec, NetworkSpec((30,)))).test_accuracy > 0.7

    def test_shifted_digits_are_learned(self, digits: Digits) -> None:
        spec = TrainingSpec(learning_rate=0.1, epochs=2, shift=1)
        assert last(training(digits, spec, NetworkSpec((64,)))).test_accuracy > 0.85

    def test_a_run_starts_from_the_weights_that_the_network_has(self, few: Digits) -> None:
        spec = BRIEF.replace(epochs=40, learning_rate=0.02, validation=False)
        network = Network(NetworkSpec((32,))).initialize(0)
        last(Training(network, few.without_validation(), spec))
        again = Training(network, few.without_validation(), spec)
        assert next(iter(again)).loss < 1.0 < next(iter(training(few))).loss

    def test_figures_are_those_of_the_network_that_is_kept(self, digits: Digits) -> None:
        run = training(digits, TrainingSpec(epochs=1))
        finished = last(run)
        answers = run.network.predict(digits.test.images)
        assert finished.test_accuracy == accuracy(answers, digits.test.labels)
        chosen = answers[np.arange(1000), digits.test.labels]
        assert finished.test_loss == pytest.approx(-np.log(chosen).mean(), rel=1e-4)


class TestSameBits:
    @pytest.mark.parametrize("spec", [BRIEF, BRIEF.replace(shift=1, optimizer="adam")])
    def test_same_seed_same_bits(self, few: Digits, spec: TrainingSpec) -> None:
        one, same = training(few, spec), training(few, spec)
        assert list(map(without_time, one)) == list(map(without_time, same))
        assert np.array_equal(one.network.parameters, same.network.parameters)

    def test_another_seed_is_another_run(self, few: Digits) -> None:
        network = Network(SMALL).initialize(0)
        runs = [Training(network.copy(), few, BRIEF.replace(seed=seed)) for seed in (0, 1)]
        for run in runs:
            list(run)
        assert not np.array_equal(runs[0].network.parameters, runs[1].network.parameters)

    def test_pauses_change_nothing(self, few: Digits) -> None:
        unbroken, paused = training(few), training(few)
        list(unbroken)
        for _ in paused:
            Network(SMALL).initialize(9).predict(few.test.images)
            time.sleep(0.001)
        assert np.array_equal(unbroken.network.parameters, paused.network.parameters)

    @pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
    @pytest.mark.parametrize("validation", [True, False])
    def test_a_run_restored_after_any_event_ends_in_the_same_bits(
        self, few: Digits, optimizer: str, validation: bool
    ) -> None:
        digits = few if validation else few.without_validation()
        spec = BRIEF.replace(optimizer=optimizer, shift=1, validation=validation, schedule="cosine")
        unbroken = training(digits, spec)
        states, events = [unbroken.state()], []
        for event in unbroken:
            events.append(without_time(event))
            states.append(unbroken.state())
        numbers = [event for event in events if not isinstance(event, Evaluating)]
        for index, state in enumerate(states[:-1]):
            resumed = training(digits, spec.replace(), SMALL)
            resumed.network.parameters[:] = 7.0
            resumed.restore(state)
            rest = [without_time(each) for each in resumed if not isinstance(each, Evaluating)]
            done = [event for event in events[:index] if not isinstance(event, Evaluating)]
            assert done + rest == numbers, f"restored after event {index}: {events[index - 1]}"
            assert np.array_equal(resumed.network.parameters, unbroken.network.parameters)

    def test_two_loops_over_one_run_are_one_run(self, few: Digits) -> None:
        unbroken, broken = training(few), training(few)
        expected = [without_time(event) for event in unbroken]
        events: list[Event] = []
        for left in range(1, 13):
            for event in broken:
                events.append(without_time(event))
                if isinstance(event, BatchDone) and event.step == left:
                    break
        events += map(without_time, broken)
        assert events == expected

    def test_a_state_is_a_copy(self, few: Digits) -> None:
        run = training(few)
        state = run.state()
        before = {name: np.array(state[name]) for name in ("values", "kept")}
        velocity = state["optimizer"]["velocity"].copy()
        list(run)
        assert all(np.array_equal(state[name], array) for name, array in before.items())
        assert np.array_equal(state["optimizer"]["velocity"], velocity)

    def test_a_state_of_another_run_is_refused(self, few: Digits) -> None:
        state = training(few).state()
        for other in (
            training(few, BRIEF.replace(epochs=4)),
            training(few, network=NetworkSpec((9,))),
        ):
            with pytest.raises(SpecError, match="other settings; start a new run"):
                other.restore(state)


class TestEvents:
    @pytest.mark.parametrize("size", [1, 16, 61, 1000])
    @pytest.mark.parametrize("validation", [True, False])
    def test_come_in_the_promised_order(self, few: Digits, size: int, validation: bool) -> None:
        digits = few if validation else few.without_validation()
        spec = BRIEF.replace(batch_size=size, validation=validation)
        events = list(training(digits, spec))
        names = {BatchDone: "b", Evaluating: ".", Evaluated: "v", EpochDone: "e", Finished: "f"}
        told = "".join(names[type(event)] for event in events)
        assert re.fullmatch(r"((b(\.+v)?)+e){3}\.+f", told), told
        assert re.search(r"ve\.+f$", told), "the end is evaluated, then tested"

    def test_minibatches_are_counted_and_the_last_of_an_epoch_is_short(self, few: Digits) -> None:
        events = list(training(few))
        batches, epochs = of_kind(events, BatchDone), of_kind(events, EpochDone)
        assert [batch.step for batch in batches] == list(range(1, 13))
        assert [batch.epoch for batch in batches] == [0] * 4 + [1] * 4 + [2] * 4
        assert [(epoch.epoch, epoch.step) for epoch in epochs] == [(1, 4), (2, 8), (3, 12)]
        for number, epoch in enumerate(epochs):
            four = batches[4 * number : 4 * number + 4]
            right = [
                batch.accuracy * size for batch, size in zip(four, (16, 16, 16, 13), strict=True)
            ]
            assert epoch.training_accuracy == pytest.approx(sum(right) / 61)
        run = training(few)
        finished = last(run)
        assert (finished.step, finished.epochs, run.samples) == (12, 3.0, 3 * 61)
        assert finished.samples_per_second == pytest.approx(183 / finished.seconds)

    def test_a_minibatch_larger_than_the_data_is_all_of_it(self, few: Digits) -> None:
        run = training(few, BRIEF.replace(batch_size=1000))
        assert run.steps == 3
        assert last(run).epochs == 3.0

    def test_loss_is_the_mean_before_the_step(self, few: Digits) -> None:
        network = Network(SMALL)
        run = Training(network, few, BRIEF)
        assert next(iter(run)).loss == pytest.approx(math.log(10), rel=1e-6)

    def test_epochs_tell_the_latest_evaluation(self, few: Digits) -> None:
        latest = None
        for event in training(few, BRIEF.replace(batch_size=4)):
            if isinstance(event, Evaluated):
                latest = event
            elif isinstance(event, EpochDone) and latest:
                assert (event.loss, event.accuracy) == (latest.loss, latest.accuracy)

    def test_seconds_count_no_pause(self, few: Digits) -> None:
        run = training(few)
        for _ in run:
            time.sleep(0.005)
        assert run.seconds < 0.1


class TestEvaluation:
    @pytest.mark.parametrize(
        ("learn", "read", "size"),
        [
            (3600, 400, 32),
            (3600, 400, 512),
            (4000, 1000, 1),
            (4000, 1000, 32),
            (4000, 1000, 4000),
            (55_000, 5_000, 32),
            (60_000, 10_000, 1),
            (60_000, 10_000, 65_536),
            (1, 1, 1),
            (2, 10_000, 2),
        ],
    )
    def test_costs_no_more_than_its_share(self, learn: int, read: int, size: int) -> None:
        part = Part(np.zeros((learn, 1, 1), np.uint8), np.zeros(learn, np.uint8))
        minibatches = Minibatches(part, TrainingSpec(batch_size=size))
        plan = evaluation_plan(read, minibatches)
        assert len(plan.positions) <= EVALUATIONS_PER_EPOCH
        assert max(plan.positions) == minibatches.per_epoch
        assert min(plan.positions) >= 1
        # Learning a digit costs two readings, a step thirty-two.
        learning = minibatches.per_epoch * (2 * minibatches.size + 32)
        assert len(plan.positions) * read / plan.epochs <= EVALUATION_SHARE * learning
        assert EVALUATION_SHARE <= 0.05

    def test_reads_as_many_digits_as_planned(self, digits: Digits) -> None:
        run = training(digits, TrainingSpec(epochs=3), NetworkSpec((16,)))
        read, events = 0, list(run)
        for before, event in itertools.pairwise(events):
            if isinstance(event, Evaluating):
                read += event.done - (before.done if isinstance(before, Evaluating) else 0)
        evaluations = len(of_kind(events, Evaluated))
        assert evaluations == 3 * len(run.plan.positions)
        assert read == 400 * evaluations + 1000
        assert [each.total for each in of_kind(events, Evaluating)][-1] == 1000

    def test_times_do_not_hang_on_the_clock(
        self, few: Digits, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        steps = [each.step for each in of_kind(list(training(few)), Evaluated)]
        ticks = itertools.count(0, 1000)
        monkeypatch.setattr("core.training.perf_counter", lambda: float(next(ticks)))
        assert [each.step for each in of_kind(list(training(few)), Evaluated)] == steps

    def test_a_part_that_is_dear_to_read_is_read_every_few_epochs_and_at_the_end(
        self, digits: Digits
    ) -> None:
        learning = Part(digits.learning.images[:64], digits.learning.labels[:64])
        digits = dataclasses.replace(digits, learning=learning, held_back=0)
        spec = TrainingSpec(batch_size=64, epochs=10, validation=False)
        run = training(digits, spec)
        events = list(run)
        assert run.plan.epochs > 10
        assert [each.step for each in of_kind(events, Evaluated)] == [10]
        first, *_ = of_kind(events, EpochDone)
        assert math.isnan(first.accuracy), "nothing is known yet, and nothing is said"


class TestKeptWeights:
    def test_are_the_best_on_the_validation_part(self, few: Digits) -> None:
        spec = BRIEF.replace(learning_rate=0.5, epochs=12, optimizer="sgd")
        run = training(few, spec, NetworkSpec((32,)))
        curve, weights = [], []
        for event in run:
            if isinstance(event, Evaluated):
                curve.append((event.accuracy, -event.loss))
                weights.append((event.step, run.network.parameters.copy()))
                answers = run.network.predict(few.validation.images)
                assert event.accuracy == accuracy(answers, few.validation.labels)
        best = max(range(len(curve)), key=lambda index: (curve[index], -index))
        assert 0 < best < len(curve) - 1, "the test needs a run that gets worse again"
        assert isinstance(event, Finished)
        assert event.kept_step == weights[best][0]
        assert np.array_equal(run.network.parameters, weights[best][1])

    def test_are_the_last_without_a_validation_part(self, few: Digits) -> None:
        spec = BRIEF.replace(learning_rate=0.5, epochs=12, optimizer="sgd", validation=False)
        run = training(few.without_validation(), spec, NetworkSpec((32,)))
        assert run.curve_part is run.digits.test
        for event in run:
            if isinstance(event, BatchDone):
                parameters = run.network.parameters.copy()
            elif isinstance(event, Evaluated):
                answers = run.network.predict(few.test.images)
                assert event.accuracy == accuracy(answers, few.test.labels)
        assert isinstance(event, Finished)
        assert event.kept_step == run.steps
        assert np.array_equal(run.network.parameters, parameters)

    def test_test_part_is_not_touched_before_the_end(self, few: Digits) -> None:
        sealed = SealedPart(few.test)
        run = training(dataclasses.replace(few, test=sealed))
        for event in run:
            # What comes next reads the test part.
            sealed.opened = isinstance(event, EpochDone) and event.epoch == BRIEF.epochs
            if sealed.opened:
                break
        kept = run.state()["kept"]
        assert isinstance(last(run), Finished)
        assert sealed.reads > 0
        assert np.array_equal(run.network.parameters, kept), "the test part chose nothing"


class SealedPart(Part):
    """A part that nobody may look at until it is opened."""

    def __init__(self, part: Part) -> None:
        object.__setattr__(self, "_part", part)
        object.__setattr__(self, "opened", False)
        object.__setattr__(self, "reads", 0)

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return len(self._part)

    def _look(self, name: str) -> Any:
        assert self.opened, f"the {name} of the test part were read too early"
        self.reads += 1
        return getattr(self._part, name)

    images = property(lambda self: self._look("images"))
    labels = property(lambda self: self._look("labels"))


class TestStop:
    def test_ends_after_the_minibatch_under_way_and_keeps_the_best(self, few: Digits) -> None:
        run = training(few, BRIEF.replace(epochs=1000))
        batches = 0
        for event in run:
            batches += isinstance(event, BatchDone)
            if batches == 10:
                run.stop()
        assert batches == 10
        assert isinstance(event, Finished)
        assert (event.reason, event.message, event.step) == ("stopped", "", 10)
        assert event.epochs == 2.5
        assert 0 < event.kept_step <= 10

    def test_before_the_first_minibatch_leaves_the_network_as_it_was(self, few: Digits) -> None:
        run = training(few)
        before = run.network.parameters.copy()
        run.stop()
        finished = last(run)
        assert (finished.reason, finished.step, finished.kept_step) == ("stopped", 0, 0)
        assert finished.samples_per_second == 0
        assert np.array_equal(run.network.parameters, before)

    def test_may_be_called_from_another_thread(self, few: Digits) -> None:
        run = training(few, BRIEF.replace(epochs=10_000))
        timer = threading.Timer(0.1, run.stop)
        timer.start()
        assert last(run).reason == "stopped"
        timer.join()

    def test_weights_since_the_last_evaluation_have_their_chance(self, few: Digits) -> None:
        run = training(few, BRIEF.replace(epochs=50, batch_size=61))
        for event in run:
            if isinstance(event, BatchDone) and event.step == 3:
                run.stop()
        assert isinstance(event, Finished)
        assert event.kept_step == 3


class TestLearningRate:
    def test_a_new_one_acts_at_the_next_minibatch_and_is_recorded(self, few: Digits) -> None:
        spec = BRIEF.replace(optimizer="sgd")
        changed, unchanged = training(few, spec), training(few, spec)
        rates, steps = [], []
        for event, _ in zip(changed, unchanged, strict=True):
            if isinstance(event, BatchDone):
                rates.append(event.learning_rate)
                equal = np.array_equal(changed.network.parameters, unchanged.network.parameters)
                steps.append(equal)
                if event.step == 5:
                    changed.learning_rate = 0.025
        assert rates == [0.1] * 5 + [0.025] * 7
        assert steps == [True] * 5 + [False] * 7
        assert changed.changes == [(5, 0.025)]
        assert unchanged.changes == []

    def test_only_what_was_used_is_recorded(self, few: Digits) -> None:
        run = training(few)
        for event in run:
            if isinstance(event, BatchDone) and event.step == 2:
                run.learning_rate = 5.0
                run.learning_rate = 0.1
            if isinstance(event, BatchDone) and event.step == 3:
                run.learning_rate = 0.2
            if isinstance(event, EpochDone) and event.epoch == 3:
                run.learning_rate = 1.0
        assert run.changes == [(3, 0.2)]

    def test_a_run_can_be_replayed_from_its_changes(self, few: Digits) -> None:
        run = training(few)
        for event in run:
            if isinstance(event, BatchDone) and event.step in (4, 7):
                run.learning_rate = 0.01 * event.step
        replay = training(few)
        for step, rate in [*run.changes, (replay.steps, 1.0)]:
            for _ in replay:
                if replay.step == step:
                    replay.learning_rate = rate
                    break
        list(replay)
        assert np.array_equal(run.network.parameters, replay.network.parameters)

    def test_survives_a_checkpoint(self, few: Digits) -> None:
        run = training(few)
        for _ in run:
            run.learning_rate = 0.03
            if run.step == 6:
                break
        resumed = training(few)
        resumed.restore(run.state())
        assert resumed.learning_rate == 0.03
        assert resumed.changes == run.changes == [(1, 0.03)]
        list(run)
        list(resumed)
        assert resumed.changes == [(1, 0.03)]
        assert np.array_equal(run.network.parameters, resumed.network.parameters)

    @pytest.mark.parametrize("value", [0.0, -1.0, 1e9, math.nan, "0.1"])
    def test_one_that_is_not_allowed_is_refused_and_the_old_one_stays(
        self, few: Digits, value: Any
    ) -> None:
        run = training(few)
        with pytest.raises(SpecError, match="Learning rate cannot be"):
            run.learning_rate = value
        assert run.learning_rate == 0.1

    def test_cosine_takes_the_steps_to_nothing(self, few: Digits) -> None:
        spec = BRIEF.replace(optimizer="sgd", schedule="cosine", epochs=50)
        run, moves = training(few, spec), []
        before = run.network.parameters.copy()
        for event in run:
            if isinstance(event, BatchDone):
                moves.append(float(np.abs(run.network.parameters - before).max()))
                before = run.network.parameters.copy()
        assert max(moves[-4:]) < 0.01 * max(moves[:4])


class TestDivergence:
    def diverging(self, digits: Digits) -> Training:
        network = NetworkSpec((32, 32), activation="elu")
        return training(digits, BRIEF.replace(learning_rate=10.0, epochs=50), network)

    def test_stops_says_so_once_and_keeps_the_best_weights(self, digits: Digits) -> None:
        run = self.diverging(digits)
        events = list(run)
        finished = events[-1]
        assert isinstance(finished, Finished)
        assert finished.reason == "diverged"
        assert "learning rate is too high" in finished.message
        assert f"After {finished.step:,} minibatches" in finished.message
        assert not any(isinstance(event, EpochDone) for event in events[-4:])
        broken = [event for event in of_kind(events, BatchDone) if not math.isfinite(event.loss)]
        assert len(broken) == 1
        assert np.isfinite(run.network.parameters).all()
        assert math.isfinite(finished.test_loss)
        evaluated = {event.step: event for event in of_kind(events, Evaluated)}
        assert finished.kept_step == 0 or math.isfinite(evaluated[finished.kept_step].loss)

    def test_leaves_the_weights_it_began_with_if_it_comes_at_once(self, few: Digits) -> None:
        network = Network(SMALL).initialize(0)
        network.parameters *= np.float32(1e25)
        before = network.parameters.copy()
        finished = last(Training(network, few, BRIEF))
        assert (finished.reason, finished.step, finished.kept_step) == ("diverged", 0, 0)
        assert finished.message.endswith("the first weights are kept.")
        assert np.array_equal(network.parameters, before)

    @pytest.mark.parametrize("step", [2, 12])
    @pytest.mark.parametrize("validation", [True, False])
    def test_is_noticed_wherever_it_comes(self, few: Digits, step: int, validation: bool) -> None:
        """Also in the very last step, after which no minibatch follows."""
        digits = few if validation else few.without_validation()
        run = training(digits, BRIEF.replace(validation=validation, batch_size=16))
        for event in run:
            if isinstance(event, BatchDone) and event.step == step:
                run.network.parameters[:] = np.nan
        assert isinstance(event, Finished)
        assert event.reason == "diverged"
        assert np.isfinite(run.network.parameters).all()

    def test_is_told_when_the_run_is_stopped_at_that_moment(self, few: Digits) -> None:
        run = training(few)
        for event in run:
            if isinstance(event, BatchDone):
                run.network.parameters[:] = np.inf
                run.stop()
        assert isinstance(event, Finished)
        assert event.reason == "diverged"


class TestFit:
    def test_digits_of_another_size_are_refused(self, few: Digits) -> None:
        with pytest.raises(SpecError, match=r"reads images of 8×9 pixels, few has 28×28\.$"):
            training(few, network=NetworkSpec((4,), inputs=(8, 9)))

    def test_another_number_of_classes_is_refused(self, few: Digits) -> None:
        with pytest.raises(SpecError, match=r"has 7 answers, few has 10 classes\.$"):
            training(few, network=NetworkSpec((4,), classes=7))

    def test_no_digits_to_learn_from_are_refused(self, few: Digits) -> None:
        with pytest.raises(SpecError, match="few has no digits to learn from"):
            training(dataclasses.replace(few, held_back=81))

    @pytest.mark.parametrize("size", [1, 2, 5])
    def test_the_smallest_data_are_enough(self, few: Digits, size: int) -> None:
        part = Part(few.learning.images[: size + 1], few.learning.labels[: size + 1])
        one = Part(few.test.images[:1], few.test.labels[:1])
        digits = Digits("tiny", part, one, 1, few.class_names)
        finished = last(training(digits, BRIEF.replace(batch_size=2, shift=1)))
        assert (finished.reason, finished.epochs) == ("done", 3.0)

    def test_images_need_not_be_square_nor_classes_ten(self, random: np.random.Generator) -> None:
        images = random.integers(0, 256, (40, 5, 9), dtype=np.uint8)
        part = Part(images, (images[:, 0, 0] > 127).astype(np.uint8))
        digits = Digits("strange", part, part, 10, ("dark", "light"))
        spec = NetworkSpec((6,), inputs=(5, 9), classes=2)
        assert last(training(digits, BRIEF.replace(shift=2), spec)).reason == "done"


@pytest.mark.parametrize(
    "hidden", [(), (1,), (5, 5, 5, 5, 5, 5)], ids=["no layer", "one neuron", "six layers"]
)
def test_any_depth_and_width_trains(few: Digits, hidden: tuple[int, ...]) -> None:
    assert last(training(few, network=NetworkSpec(hidden))).reason == "done"


def test_nothing_is_computed_between_two_events(few: Digits) -> None:
    """So whoever pulls owns pause, step and pace."""
    run = training(few)
    events: Callable[[], Event] = iter(run).__next__
    events()
    before = run.network.parameters.copy()
    time.sleep(0.05)
    assert np.array_equal(run.network.parameters, before)
    assert run.step == 1


def test_a_run_that_is_over_lets_go_of_the_pixels_but_not_of_its_numbers(digits: Digits) -> None:
    training = Training(
        Network(NetworkSpec(hidden=(8,))).initialize(0), digits, TrainingSpec(epochs=1)
    )
    *_, finished = training
    training.let_go()
    assert training.digits.learning.images.base is not None
    assert training.digits.learning.images.strides == (0, 0, 0)
    assert len(training.digits.training) == 3600
    assert (training.step, training.samples) == (finished.step, 3600)
    assert training.network.predict(digits.test.images[:3]).shape == (3, 10)


class TestLeaving:
    def test_keeps_the_best_weights_evaluated_so_far(self, digits: Digits) -> None:
        network = Network(NetworkSpec(hidden=(16,))).initialize(0)
        training = Training(network, digits, TrainingSpec(epochs=3))
        evaluated = {}
        for event in training:
            if isinstance(event, Evaluated):
                evaluated[event] = network.parameters.copy()
            if isinstance(event, BatchDone) and len(evaluated) == 2:
                break
        training.leave()
        best = max(evaluated, key=lambda each: (each.accuracy, -each.loss))
        assert np.array_equal(network.parameters, evaluated[best])

    def test_keeps_the_present_weights_before_the_first_evaluation(self, digits: Digits) -> None:
        network = Network(NetworkSpec(hidden=(16,))).initialize(0)
        training = Training(network, digits, TrainingSpec(epochs=3))
        for event in training:
            if event.step == 5:
                break
        present = network.parameters.copy()
        training.leave()
        assert np.array_equal(network.parameters, present)

    def test_never_keeps_weights_that_are_no_numbers(self, digits: Digits) -> None:
        network = Network(NetworkSpec(hidden=(16,))).initialize(0)
        training = Training(network, digits.without_validation(), TrainingSpec())
        next(iter(training))
        network.parameters[3] = np.nan
        training.leave()
        assert np.isfinite(network.parameters).all()

    def test_reads_nothing_more(self, digits: Digits, monkeypatch: pytest.MonkeyPatch) -> None:
        network = Network(NetworkSpec(hidden=(16,))).initialize(0)
        training = Training(network, digits, TrainingSpec())
        next(iter(training))
        monkeypatch.setattr(network, "predicting", pytest.fail)
        training.leave()


def test_what_comes_next_is_known_before_it_comes(few: Digits) -> None:
    """Whoever pulls waits before a minibatch, never between one and its evaluation."""
    training = Training(
        Network(NetworkSpec(hidden=(4,))).initialize(0), few, TrainingSpec(epochs=2, batch_size=16)
    )
    foretold = training.learns_next
    for event in training:
        assert isinstance(event, BatchDone) == foretold
        foretold = training.learns_next
    assert not foretold
