"""Training: an object one iterates, one event after the other; whoever pulls it owns the pace."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .activations import Array
from .digits import Digits, Part
from .dropout import Dropout
from .errors import SpecError
from .events import BatchDone, EpochDone, Evaluated, Evaluating, Event, Finished, Stopping
from .faults import all_finite, check_numbers, check_weights, find_fault
from .fit import check_fit
from .metrics import accuracy
from .minibatches import Minibatches
from .network import Gradient, Network, Workspaces
from .optimizers import OPTIMIZERS, SCHEDULES
from .regularization import Regularization
from .sparse_loop import SparseLoop, resolved, suits
from .spec import TrainingSpec

# The part of a run that evaluation may cost, and how often in an epoch it comes at the most.
EVALUATION_SHARE = 0.05
EVALUATIONS_PER_EPOCH = 20
# Weights times digits that are learned in one go where tiny minibatches are learned several at a
# time: a few milliseconds.
BURST = 5_000_000


class Training:
    """One run of a network through digits.

    Iterate it: every `next` learns one minibatch, or reads one chunk of an evaluation, and returns
    what happened. Nothing happens between two calls, so a caller pauses by not calling.

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
        self.spec = spec = resolved(spec)
        self.step = 0
        self.seconds = 0.0
        self.changes: list[tuple[int, float]] = []
        self.at_once: int | None = None
        self.curve_part = digits.validation if digits.held_back else digits.test
        self.minibatches = Minibatches(digits.training, spec, pairs=network.spec.batch_norm)
        self.plan = evaluation_plan(len(self.curve_part), self.minibatches)
        self._schedule = SCHEDULES[spec.schedule].factor
        self._optimizer = OPTIMIZERS[spec.optimizer](network.parameters, spec.momentum)
        self._regularization = Regularization(network, spec)
        self._dropout = Dropout(spec)
        self._gradient = Gradient(network)
        if not spec.clip:
            # A gradient that is cut back must stand by itself.
            self._gradient.keep = self._optimizer.carry(self._gradient.vector)
        self._learning = Workspaces(network, learns=True, dropout=self._dropout.masks)
        self._loop = None
        if suits(network.spec, spec) and digits.learning.images.dtype == np.uint8:
            self._loop = SparseLoop(network, spec, self._optimizer.state())
        # What is evaluated and kept: the network itself, the running mean of its weights, or the
        # weights with all steps made that the loop still owes.
        self._evaluated = network.copy() if spec.average or self._loop else network
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
            event = self._learn_several(self._loop) if self._loop else self._learn()
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
        if self._loop is None:
            values[:] = self.network.values
        else:
            self._loop.read(values)

    def leave(self) -> None:
        """End at once, without reading anything more: whoever iterates does not go on.

        The network then holds the best weights evaluated so far; the present ones where none were,
        or where the last are to be kept.
        """
        self._make_whole()
        present = self._evaluated.values
        present_counts = not self.digits.held_back or not self._best.step
        counts = present_counts and np.isfinite(present).all()
        self.network.values[:] = present if counts else self._kept
        self._loop = None

    def let_go(self) -> None:
        """Forget pixels and buffers once the run is over; its numbers and its network stay."""
        self.minibatches.let_go()
        self.digits = self.digits.outline()
        self.curve_part = self.curve_part.outline()
        self._learning.clear()
        self._reading.clear()
        del self._gradient, self._optimizer, self._kept, self._evaluated

    def state(self) -> dict[str, Any]:
        """All that a checkpoint needs: arrays and JSON values by name, copied."""
        return {
            "spec": self.spec.to_json(),
            "network": self.network.spec.to_json(),
            "values": self.network.values.copy(),
            "evaluated": self._evaluated.values.copy(),
            "kept": self._kept.copy(),
            "optimizer": {name: array.copy() for name, array in self._memory().items()},
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
        self.network.values[:] = state["values"]
        self._evaluated.values[:] = state["evaluated"]
        self._kept[:] = state["kept"]
        for name, array in self._memory().items():
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

    def _memory(self) -> dict[str, NDArray[Any]]:
        """What lies between two minibatches beside the weights: arrays by name, not copied."""
        return self._optimizer.state() | (self._loop.state() if self._loop else {})

    def _make_whole(self) -> None:
        """Bring what is evaluated up to date, where the network itself is not."""
        if self._loop is not None:
            self._loop.read(self._evaluated.values)

    def _learn_several(self, loop: SparseLoop) -> BatchDone:
        """Learn minibatches up to the next evaluation, or as many as take a few milliseconds."""
        started = perf_counter()
        step, size = self.step, self.minibatches.size
        epoch, position = divmod(step, self.minibatches.per_epoch)
        count = min(
            max(1, BURST // (size * self.network.parameters.size)),
            self.at_once or BURST,
            loop.room,
            self.plan.until_due(epoch + 1, position, self.minibatches.per_epoch),
        )
        if (position + count) * size > self.minibatches.digits:
            # The last one is short and comes alone.
            count = max(1, count - 1)
        pixels, labels = self.minibatches.pixels(step, count)
        rate = self._rate_of(step)
        rates = [rate * self._schedule(each / self.steps) for each in range(step, step + count)]
        losses, right = loop.learn(pixels, labels, rates)
        loss = float(losses.mean())
        if math.isfinite(loss):
            self.step += count
            self._epoch_correct += right
        else:
            self.step += len(losses) - 1
            loss = float(losses[-1])
        self.seconds += perf_counter() - started
        return BatchDone(
            self.step, epoch, loss, right / len(labels), rate, self.seconds, len(losses)
        )

    def _rate_of(self, step: int) -> float:
        """The learning rate set by now; that it was changed is noted."""
        # Read once: another thread may set it meanwhile, and `changes` must say what was used.
        rate = self._learning_rate
        if rate != self._rate_in_use:
            self._rate_in_use = rate
            self.changes.append((step, rate))
        return rate

    @np.errstate(over="ignore", invalid="ignore", divide="ignore")
    def _learn(self) -> BatchDone:
        """Learn one minibatch. Hot: buffers are allocated once for each number of rows."""
        started = perf_counter()
        network, step, smoothing = self.network, self.step, self.spec.label_smoothing
        work = self._learning[self.minibatches.rows(step)]
        labels = self.minibatches.load(step, work)
        self._dropout.draw(step, work)
        answers = network.forward(work)
        loss = network.loss.value(answers, labels, smoothing) / len(labels)
        right = accuracy(answers, labels)
        epoch = step // self.minibatches.per_epoch
        rate = self._learning_rate
        if math.isfinite(loss):
            rate = self._rate_of(step)
            network.backward(work, labels, self._gradient, smoothing)
            scheduled = rate * self._schedule(step / self.steps)
            self._regularization.before_step(self._gradient, scheduled)
            self._optimizer.step(self._gradient.vector, scheduled)
            self._regularization.after_step()
            if self.spec.average:
                self._average()
            self.step += 1
            self._epoch_correct += right * len(labels)
        self.seconds += perf_counter() - started
        return BatchDone(self.step, epoch, loss, right, rate, self.seconds)

    def _average(self) -> None:
        """Let the running mean follow the weights, at first faster (Polyak & Juditsky 1992)."""
        kept = min(self.spec.average, (1.0 + self.step) / (10.0 + self.step))
        mean = self._evaluated.values
        mean *= kept
        mean += (1.0 - kept) * self.network.values

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
        self._make_whole()
        part = self.curve_part
        answers = np.empty((len(part), self.network.spec.classes), np.float32)
        for done in self._read(part, answers):
            self.seconds += perf_counter() - started
            yield Evaluating(done, len(part))
            started = perf_counter()
        loss, right = self._measure(part, answers)
        if not self._is_sound():
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

    def _is_sound(self) -> bool:
        """Whether all that is learned and kept between steps is finite."""
        kept = self._optimizer.state().values()
        return all_finite(self.network.values, self._evaluated.values, *kept)

    def _fault(self) -> str:
        """What went wrong, and in which layer: looked for afterwards, so that it costs nothing."""
        works = (*self._learning.values(), *self._reading.values())
        networks = (self.network, self._evaluated)
        place = find_fault(networks, self._optimizer.state(), works)
        return place or "the loss is no longer a number"

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
        fault = self._fault() if reason == "diverged" else ""
        self._ended, self._loop = True, None
        self.network.values[:] = self._evaluated.values[:] = self._kept
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


@dataclass(frozen=True)
class EvaluationPlan:
    """When a run is evaluated: after these minibatches of each epoch that `epochs` divides.

    Both count from 1.
    """

    positions: frozenset[int]
    epochs: int

    def due(self, epoch: int, position: int) -> bool:
        """Whether to evaluate after minibatch `position` of `epoch`, both counted from 1."""
        return position in self.positions and epoch % self.epochs == 0

    def until_due(self, epoch: int, position: int, per_epoch: int) -> int:
        """Minibatches after `position` of `epoch` to the next evaluation or the epoch's end."""
        if epoch % self.epochs:
            return per_epoch - position
        return min(each for each in self.positions if each > position) - position


def evaluation_plan(digits: int, minibatches: Minibatches) -> EvaluationPlan:
    """As many evaluations, evenly placed, as cost at most 5 % of the run.

    It follows from the settings alone, never from the clock. In units of reading one digit, a
    minibatch costs two for each of its digits and, measured on nets from 784-30-10 to
    784-1000-500-10, about 32 for the optimizer's passes and the rest.
    """
    per_epoch = minibatches.per_epoch
    affordable = EVALUATION_SHARE * (2 * minibatches.size + 32) * per_epoch / digits
    times = max(1, min(EVALUATIONS_PER_EPOCH, int(affordable), per_epoch))
    positions = frozenset(per_epoch * (index + 1) // times for index in range(times))
    return EvaluationPlan(positions, max(1, math.ceil(1.0 / affordable)))
