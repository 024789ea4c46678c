"""Training: an object one iterates, one event after the other; whoever pulls it owns the pace."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import astuple
from time import perf_counter
from typing import Any

import numpy as np

from .activations import Array
from .compiled_loop import resolved
from .digits import Digits, Part
from .errors import SpecError
from .evaluation_plan import evaluation_plan
from .events import BatchDone, EpochDone, Evaluated, Evaluating, Event, Finished, Stopping
from .faults import check_numbers, check_weights
from .fit import check_fit
from .learner import Learner
from .metrics import accuracy
from .network import Network, Workspaces
from .spec import TrainingSpec


class Training:
    """One run of a network through digits.

    Iterate it: every `next` learns one minibatch, or several tiny ones, or reads one chunk of an
    evaluation, and returns what happened. Nothing happens between two calls, so a caller pauses by
    not calling.

    Parameters
    ----------
    network : Network
        Trained in place; starts from the weights it has.
    digits : Digits
        With a validation part the best weights on it are kept and the test part is read once,
        after the end. Without one (`held_back` 0) the last weights are kept and the curve is
        drawn on the test part, which chooses nothing.
    spec : TrainingSpec
        How.

    Attributes
    ----------
    changes : list of (int, float)
        New learning rates: each with the number of minibatches learned before it was used.
    at_once : int or None
        Minibatches that one event may stand for at the most, where tiny ones are learned several
        at a time; None leaves that to the training. It changes no bit of what is learned.

    Raises
    ------
    SpecError
        The digits do not fit the network.
    DataError, ModelError
        A pixel or a weight is no finite number.
    """

    def __init__(self, network: Network, digits: Digits, spec: TrainingSpec) -> None:
        check_fit(network.spec, digits, spec)
        check_numbers("training", digits.training)
        check_numbers("validation", digits.validation)
        check_weights(network)
        self.network = network
        self.digits = digits
        self.spec = spec = resolved(network.spec, spec)
        self.step = 0
        self.seconds = 0.0
        self.changes: list[tuple[int, float]] = []
        self.at_once: int | None = None
        self.curve_part = digits.validation if digits.held_back else digits.test
        self._learner = Learner(network, digits.training, spec)
        self.minibatches = self._learner.minibatches
        self.plan = evaluation_plan(len(self.curve_part), self.minibatches)
        self._evaluated = self._learner.evaluated
        self._reading = Workspaces(self._evaluated)
        self._learning_rate = self._rate_in_use = spec.learning_rate
        self._stopped = self._ended = False
        self._kept = network.values.copy()
        self._latest = Evaluated(0, math.nan, math.nan)
        self._best = Evaluated(0, math.inf, -math.inf)
        self._without_progress = 0
        self._epoch_correct = 0.0
        self._epochs_reported = 0

    @property
    def steps(self) -> int:
        """Number of minibatches in the whole run."""
        return self.spec.epochs * self.minibatches.per_epoch

    @property
    def samples(self) -> int:
        """Number of digits learned so far, each as often as it was seen."""
        epochs, rest = divmod(self.step, self.minibatches.per_epoch)
        return epochs * self.minibatches.digits + rest * self.minibatches.size

    @property
    def learning_rate(self) -> float:
        """Step size before the schedule; a new value acts at the next minibatch."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self._learning_rate = self.spec.replace(learning_rate=value).learning_rate

    @property
    def learns_next(self) -> bool:
        """Whether the next event is a minibatch; before it nothing is left to read or report."""
        over = self._ended or self._is_over()
        return not (over or self._evaluation_is_due() or self._epoch_is_over())

    def stop(self) -> None:
        """End after the minibatch under way; may be called from any thread."""
        self._stopped = True

    def __iter__(self) -> Iterator[Event]:
        """Learn to the end; see the class."""
        yield from self._after_minibatch()
        while not self._is_over():
            event = self._learn()
            yield event
            if not math.isfinite(event.loss):
                yield from self._end("diverged")
                return
            yield from self._after_minibatch()
        if self._stopped and self.step < self.steps:
            yield Stopping(self.step)
        if self._latest.step != self.step:
            yield from self._evaluate()
        if self._has_diverged():
            yield from self._end("diverged")
        elif self.step >= self.steps:
            yield from self._end("done")
        else:
            yield from self._end("stopped" if self._stopped else "no-progress")

    def _is_over(self) -> bool:
        """Whether no minibatch follows: the last is learned, or there is reason to stop."""
        idle = 0 < self.spec.patience <= self._without_progress
        return self._stopped or idle or self.step >= self.steps or self._has_diverged()

    def _has_diverged(self) -> bool:
        """Whether the latest evaluation found that nothing good can follow."""
        return self._latest.step > 0 and not math.isfinite(self._latest.loss)

    def read(self, values: Array) -> None:
        """Copy the network's values as of the last minibatch, between two events.

        Parameters
        ----------
        values : array, (parameters + buffers,)
            Receives them.
        """
        self._learner.read(values)

    def leave(self) -> None:
        """End at once, without reading anything more: whoever iterates does not go on.

        The network then holds the best weights evaluated so far; the present ones where none were,
        or where the last are to be kept.
        """
        self._learner.make_whole()
        present = self._evaluated.values
        present_counts = not self.digits.held_back or not self._best.step
        counts = present_counts and np.isfinite(present).all()
        self._learner.finish(present if counts else self._kept)

    def let_go(self) -> None:
        """Forget pixels and buffers once the run is over; its numbers and its network stay."""
        self._learner.let_go()
        self.digits = self.digits.outline()
        self.curve_part = self.curve_part.outline()
        self._reading.clear()
        del self._kept, self._evaluated

    def state(self) -> dict[str, Any]:
        """All that a checkpoint needs: arrays and JSON values by name, copied."""
        memory = self._learner.memory()
        return {
            "spec": self.spec.to_json(),
            "network": self.network.spec.to_json(),
            "values": self.network.values.copy(),
            "evaluated": self._evaluated.values.copy(),
            "kept": self._kept.copy(),
            "optimizer": {name: array.copy() for name, array in memory.items()},
            "step": self.step,
            "seconds": self.seconds,
            "learning_rate": self._learning_rate,
            "changes": list(self.changes),
            "latest": astuple(self._latest),
            "best": astuple(self._best),
            "without_progress": self._without_progress,
            "epoch_correct": self._epoch_correct,
            "epochs_reported": self._epochs_reported,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state()` was taken: the run ends in the same bits as one left alone.

        Raises
        ------
        SpecError
            The state is of a run with other settings.
        """
        if state["spec"] != self.spec.to_json() or state["network"] != self.network.spec.to_json():
            raise SpecError("That checkpoint is of a run with other settings; start a new run.")
        memory = self._learner.memory()
        self.network.values[:] = state["values"]
        self._evaluated.values[:] = state["evaluated"]
        self._kept[:] = state["kept"]
        for name, array in memory.items():
            array[:] = state["optimizer"][name]
        self.step = state["step"]
        self.seconds = state["seconds"]
        self._learning_rate = state["learning_rate"]
        self.changes = [(step, rate) for step, rate in state["changes"]]
        self._rate_in_use = self.changes[-1][1] if self.changes else self.spec.learning_rate
        self._latest = Evaluated(*state["latest"])
        self._best = Evaluated(*state["best"])
        self._without_progress = state["without_progress"]
        self._epoch_correct = state["epoch_correct"]
        self._epochs_reported = state["epochs_reported"]

    def _learn(self) -> BatchDone:
        """Learn one minibatch, or several that are tiny, up to the next evaluation."""
        started = perf_counter()
        step = self.step
        epoch, position = divmod(step, self.minibatches.per_epoch)
        # Read once: another thread may set it meanwhile, and `changes` must say what was used.
        rate = self._learning_rate
        if rate != self._rate_in_use:
            self._rate_in_use = rate
            self.changes.append((step, rate))
        most = self.plan.until_due(epoch + 1, position, self.minibatches.per_epoch)
        learned = self._learner.learn(step, rate, min(most, self.at_once or most))
        if math.isfinite(learned.loss):
            self.step += learned.minibatches
            self._epoch_correct += learned.accuracy * learned.digits
        else:
            self.step += learned.minibatches - 1
        self.seconds += perf_counter() - started
        return BatchDone(
            self.step,
            epoch,
            learned.loss,
            learned.accuracy,
            rate,
            self.seconds,
            learned.minibatches,
        )

    def _after_minibatch(self) -> Iterator[Event]:
        """Evaluate and report the epoch, where it is time and not done yet.

        Asked before a minibatch as well as after it, so that a run which was restored right after
        one misses nothing.
        """
        if self._evaluation_is_due():
            yield from self._evaluate()
        if self._epoch_is_over():
            yield self._epoch_done()

    def _evaluation_is_due(self) -> bool:
        if not self.step or self._latest.step == self.step:
            return False
        epoch, position = divmod(self.step - 1, self.minibatches.per_epoch)
        return self.plan.due(epoch + 1, position + 1) or self.step == self.steps

    def _epoch_is_over(self) -> bool:
        return self.step >= (self._epochs_reported + 1) * self.minibatches.per_epoch

    def _evaluate(self) -> Iterator[Event]:
        """Read the curve's part chunk by chunk, and keep the weights where they are to be kept."""
        started = perf_counter()
        self._learner.make_whole()
        part = self.curve_part
        answers = np.empty((len(part), self.network.spec.classes), np.float32)
        for done in self._read(part, answers):
            self.seconds += perf_counter() - started
            yield Evaluating(done, len(part))
            started = perf_counter()
        loss, right = self._measure(part, answers)
        if not self._learner.is_sound():
            # A layer that is silent for ever hides what is infinite behind it from the answers.
            loss = math.nan
        self._latest = Evaluated(self.step, loss, right)
        better = (right, -loss) > (self._best.accuracy, -self._best.loss)
        self._without_progress = 0 if better else self._without_progress + 1
        if math.isfinite(loss) and (better or not self.digits.held_back):
            self._best = self._latest
            self._kept[:] = self._evaluated.values
        self.seconds += perf_counter() - started
        yield self._latest

    def _epoch_done(self) -> EpochDone:
        learned, self._epoch_correct = self._epoch_correct, 0.0
        self._epochs_reported = self.step // self.minibatches.per_epoch
        return EpochDone(
            self._epochs_reported,
            self.step,
            self._latest.loss,
            self._latest.accuracy,
            learned / self.minibatches.digits,
        )

    def _end(self, reason: str) -> Iterator[Event]:
        """Take the kept weights and read the test part."""
        fault = ""
        if reason == "diverged":
            fault = self._learner.fault(self._reading.values()) or "the loss is no longer a number"
        self._ended = True
        self._learner.finish(self._kept)
        part = self.digits.test
        answers = np.empty((len(part), self.network.spec.classes), np.float32)
        for done in self._read(part, answers):
            yield Evaluating(done, len(part))
        loss, right = self._measure(part, answers)
        yield Finished(
            reason,
            self._message(reason, fault, answers),
            self.step,
            self.step / self.minibatches.per_epoch,
            self._best.step,
            loss,
            right,
            self.seconds,
            self.samples / max(self.seconds, 1e-9),
        )

    def _message(self, reason: str, fault: str, answers: Array) -> str:
        if reason == "diverged":
            kept = f"the best weights, after {self._best.step:,} minibatches,"
            return (
                f"After {self.step:,} minibatches {fault}: the learning rate is too high. The run "
                f"has stopped; {kept if self._best.step else 'the first weights'} are kept."
            )
        # Neurons that are all silent answer every digit alike, to the bit.
        if self.step and (answers == answers[0]).all():
            return (
                "The network answers the same to every digit: it has learned nothing. Take a lower "
                "learning rate or other first weights."
            )
        return ""

    def _read(self, part: Part, answers: Array) -> Iterator[int]:
        # numpy's error state belongs to the thread: it may not stay changed across a yield.
        reading = self._evaluated.predicting(part.images, answers, self._reading)
        while True:
            with np.errstate(over="ignore", invalid="ignore"):
                done = next(reading, None)
            if done is None:
                return
            yield done

    def _measure(self, part: Part, answers: Array) -> tuple[float, float]:
        loss = self.network.loss.value(answers, part.labels) / len(part)
        return loss, accuracy(answers, part.labels)
