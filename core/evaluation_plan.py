"""When a run is evaluated: it follows from the settings alone, never from the clock."""

import math
from dataclasses import dataclass

from .minibatches import Minibatches

# The part of a run that evaluation may cost, and how often in an epoch it comes at the most.
EVALUATION_SHARE = 0.05
EVALUATIONS_PER_EPOCH = 20


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
