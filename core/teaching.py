"""A lesson: a network learns a person's own digits within a second, and forgets none of the others.

What was learned before is kept by rehearsal (Robins 1995): a part of what a lesson learns from are
digits that the network knew already. Its steps are small and few, and it always begins from the
network as it was before anything was taught, with all digits of the person's own: so fifty lessons
move it no farther than one with fifty digits does.
"""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from .datasets import DEFAULT_DATA, load
from .digits import Digits, Part
from .errors import DataError, ModelError
from .folding import folded
from .learner import Learner
from .model_file import Model, TrainedOn
from .network import Network
from .networks import BUNDLED, taught_name
from .own_digits import OWN
from .relatives import TEN_DIGITS
from .seeds import generator
from .spec import TrainingSpec

# The rate was chosen with `champion`, which saw no ink, on writers 1 to 20 of pendigits-writers30
# and MNIST's validation digits: the ten of them who are misread most taught it 50 digits each, and
# of 2,000 others 134 were misread before and 34 after half of the lesson had been their own digits
# and the weights had gone .6 of the way. How many, how often and how far were chosen anew with
# `hand`, which knows ink: writers 19 and 20, whom it has not learned from, taught it 50 of their
# digits and variants of these, five times. Of the others 349 were misread before; how many after,
# and how many more of MNIST's 5,000 validation digits were read right:
#   minibatches  own   way   misread  MNIST
#            32  50 %  .6       284   -1.9
#            32  50 %  1        289  -11.0
#            48  70 %  .6       292   -1.1
#            40  80 %  .6       265   -2.9
#            40  80 %  .5       275   -1.2
#            48  80 %  .5       285   +0.3
# The last was taken, for it forgot nothing. The next `hand` knew wider variants. When ten
# others taught it, in four draws, 53 misread digits became 32 at .5 of the way, 31 at .55, 29 at
# .6, 26 at .7, and two to four more of MNIST's 10,000 test digits were read right; but
# `first-light` forgets three of a thousand at .55, and more beyond. So it is .55. With today's
# `hand`, which knows more pictures, 48 became 29.
# When each of ten writers taught `champion` a single digit, shown 16, 32, 64 or 512 times, 157
# others became 84, 71, 82 and 268.
STEPS, SHARE, REPEATS = 48, 0.8, 32
"""Minibatches of a lesson; the part of it that are the person's own digits at the most; and how
often one of these is shown at the most, deformed anew each time."""
WAY = 0.55
"""The part of the way to where a lesson leads that the weights go."""

LESSON = TrainingSpec(
    learning_rate=0.03,
    batch_size=32,
    epochs=1,
    schedule="cosine",
    rotation=8.0,
    scale=0.08,
    shear=0.08,
    shift=0.5,
    elastic=12.0,
    thickness=0.2,
    kernel="numpy",
)
BOLDER = {"sigmoid": 10.0, "tanh": 3.0}
"""How much larger steps teach as much where neurons answer weakly: of five misread test digits of
mnist-5k, taught one by one, sigmoids (784-200-10) learned 1, 2 and 5 at 0.03, 0.1 and 0.3, tanh
(784-128-10) 3, 4 and 5, and at 0.3 forgot 10 others; rectifiers learned all at 0.03."""
MOST_OWN = round(SHARE * STEPS * LESSON.batch_size)
"""The person's own digits that a lesson has room for."""


class Lesson:
    """One lesson: iterate it, and leave when you like.

    Parameters
    ----------
    network : Network
        As it was before anything was taught. It stays as it is.
    own : Part
        The person's digits so far, prepared, the newest last; at least one.
    rehearsal : Part
        Digits that it knows.
    spec : TrainingSpec
        How it learns; one epoch is the lesson.
    """

    def __init__(
        self, network: Network, own: Part, rehearsal: Part, spec: TrainingSpec = LESSON
    ) -> None:
        self._before = folded(network)
        self._learns = _with_steep_loss(self._before)
        self._learner = Learner(self._learns, _mixed(own, rehearsal, spec), spec)
        factors = [BOLDER.get(name, 1.0) for name in network.spec.activations]
        self._rate = spec.learning_rate * min(factors, default=1.0)

    @property
    def network(self) -> Network:
        """A new network, that has learned as far as the lesson went.

        It has no batch normalisation: a minibatch of one writer is no sample to norm by. Its
        weights lie between those before and those that were learned, which forgets less for as
        much learned than smaller steps would (Wortsman et al. 2022).
        """
        network = self._before.copy()
        network.values += np.float32(WAY) * (self._learns.values - network.values)
        return network

    def __iter__(self) -> Iterator[int]:
        """Yields the number of minibatches learned.

        Raises
        ------
        ModelError
            The network's answers are no numbers.
        """
        for step in range(self._learner.minibatches.per_epoch):
            learned = self._learner.learn(step, self._rate, 1)
            if not math.isfinite(learned.loss):
                raise ModelError(
                    "The network cannot be taught: its answers are no numbers any more."
                )
            yield step + 1


def teach(network: Network, own: Part, rehearsal: Part, spec: TrainingSpec = LESSON) -> Network:
    """The network after a whole `Lesson`."""
    lesson = Lesson(network, own, rehearsal, spec)
    for _ in lesson:
        continue
    return lesson.network


def count_right(network: Network, part: Part) -> int:
    """The digits of a part that a network reads right."""
    return int((network.predict(part.images).argmax(axis=1) == part.labels).sum())


def rehearsal_of(model: Model) -> Digits:
    """Digits like those that a network learned from.

    Raises
    ------
    DataError
        They are not here, and without them it would forget what it knows.
    """
    if model.class_names == TEN_DIGITS and model.preparation != "none":
        return load(DEFAULT_DATA)
    known = model.trained_on
    while known.data == OWN and known.earlier is not None:
        known = known.earlier
    try:
        digits = load(known.data)
    except DataError as error:
        raise DataError(
            f"To be taught, {model.name} must rehearse what it knows: {error}"
        ) from error
    alike = digits.class_names, digits.image_shape
    if alike != (model.class_names, model.network.spec.inputs):
        raise DataError(
            f"To be taught, {model.name} must rehearse what it knows, and {digits.name} holds "
            "other classes or images now."
        )
    return digits


def taught(model: Model, network: Network, own: Part, start: str) -> Model:
    """A model that was taught: the network after a lesson, with what it says about itself.

    Parameters
    ----------
    model : Model
        As it was before anything was taught; of a committee the first network.
    network : Network
        From the lesson.
    own : Part
        The person's own digits that it learned from; they are digits to it from now on.
    start : str
        File or name by which `model` is found again.
    """
    alone = model.alone
    refusal = alone.refusal
    return replace(
        alone,
        network=network,
        refusal=None if refusal is None else refusal.accepting(network, own.images),
        name=taught_name(start if start in BUNDLED else alone.name),
        trained_on=TrainedOn(OWN, "", len(own), alone.trained_on),
        taught_from=start,
    )


def _with_steep_loss(network: Network) -> Network:
    """A copy that learns as fast from what it is sure of; its answers are the same.

    Squared error has no slope there: a network that has learned with it would not be taught.
    """
    loss = network.spec.loss
    loss = "binary-cross-entropy" if loss == "squared-error" else loss
    twin = Network(network.spec.replace(loss=loss), network.parameters.dtype)
    twin.values[:] = network.values
    return twin


def _mixed(own: Part, rehearsal: Part, spec: TrainingSpec) -> Part:
    """As many digits as a lesson learns from: the person's again and again, others once."""
    count = STEPS * spec.batch_size
    owned = min(round(SHARE * count), REPEATS * len(own))
    random = generator(spec.seed, "lesson")
    # The newest first: of a large set they come in any case.
    recent = np.arange(len(own))[::-1]
    mine = np.resize(recent, owned)
    if len(own) > owned:
        mine[owned // 2 :] = random.choice(recent[owned // 2 :], owned - owned // 2, replace=False)
    known = np.resize(random.permutation(len(rehearsal)), count - owned)
    return Part(
        np.concatenate([own.images[mine], rehearsal.images[known]]),
        np.concatenate([own.labels[mine], rehearsal.labels[known]]),
    )
