"""The history of a run: every number is kept, and may be read while more come."""

import threading

import numpy as np

from core.digits import Digits
from core.events import BatchDone, Evaluated
from core.history import History
from core.network import Network
from core.spec import NetworkSpec, TrainingSpec
from core.training import Training


def test_every_number_of_a_run_is_kept(few: Digits) -> None:
    history, events = History(), []
    for event in Training(Network(NetworkSpec((6,))), few, TrainingSpec(epochs=4, batch_size=16)):
        history.append(event)
        events.append(event)
    batches = [event for event in events if isinstance(event, BatchDone)]
    assert len(history) == len(batches) == 16
    assert history.seconds.tolist() == [event.seconds for event in batches]
    assert history.losses.tolist() == [event.loss for event in batches]
    assert history.accuracies.tolist() == [event.accuracy for event in batches]
    assert history.evaluations == [event for event in events if isinstance(event, Evaluated)]


def test_what_was_counted_is_whole_while_more_is_appended() -> None:
    history, count = History(), 30_000

    def append() -> None:
        for step in range(count):
            history.append(BatchDone(step, 0, step, step / count, 0.1))

    writer = threading.Thread(target=append)
    writer.start()
    while (length := len(history)) < count:
        losses = np.array(history.losses[:length])
        assert np.array_equal(losses, np.arange(length))
    writer.join()


def test_seconds_are_those_of_training_and_never_fall(few: Digits) -> None:
    history = History()
    training = Training(Network(NetworkSpec((6,))), few, TrainingSpec(epochs=4, batch_size=16))
    for event in training:
        history.append(event)
    assert (np.diff(history.seconds) > 0.0).all()
    assert history.seconds[0] > 0.0
    assert history.seconds[-1] <= training.seconds


def test_two_runs_of_one_seed_are_the_same_run_whatever_time_they_took(few: Digits) -> None:
    def batches() -> list[BatchDone]:
        training = Training(Network(NetworkSpec((6,))), few, TrainingSpec(epochs=1, batch_size=16))
        return [event for event in training if isinstance(event, BatchDone)]

    assert batches() == batches()
