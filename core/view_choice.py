"""Which views a vote is held over: chosen one after the other on validation digits."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .activations import Array
from .losses import Labels
from .model_file import Model
from .views import View, resampling
from .voices import Voice, poll, tempered

# Beyond the image as it is: turned (degrees), slanted, stretched and shifted by parts of a pixel.
CANDIDATES = (
    *(View(turn=turn) for turn in (-8.0, -4.0, 4.0, 8.0)),
    *(View(slant=slant) for slant in (-0.15, -0.08, 0.08, 0.15)),
    *(View(width=width) for width in (0.88, 0.94, 1.06, 1.12)),
    *(View(height=height) for height in (0.94, 1.06)),
    *(View(width=size, height=size) for size in (0.94, 1.06)),
    *(View(right=shift) for shift in (-0.5, 0.5)),
    *(View(down=shift) for shift in (-0.5, 0.5)),
)
TEMPERATURES = np.geomspace(0.4, 2.5, 47)
# A probability of no more than this counts as this, so that its logarithm is a number.
LEAST = 1e-12


def choose_views(
    members: tuple[Model, ...],
    images: NDArray[Any],
    labels: Labels,
    most: int,
    candidates: tuple[View, ...] = CANDIDATES,
) -> tuple[View, ...]:
    """The views over which the members' vote has the least loss, added one at a time.

    The image as it is comes first; a view that lowers the loss no more ends it. The loss tells
    more than the few digits that are wrong.

    Parameters
    ----------
    members : tuple of Model
        The networks that vote.
    images : array of uint8, (n, height, width)
        Digits that the networks have not learned from, and that nothing is judged on later.
    labels : array of int, (n,)
        The right classes.
    most : int
        Views at the most, from 1.
    candidates : tuple of View
        What there is to choose from.
    """
    views = [View()]
    total = look(members, View(), images)
    left = {view: look(members, view, images) for view in candidates} if most > 1 else {}
    while left and len(views) < most:
        losses = {
            view: log_loss((total + answers) / (len(views) + 1), labels)
            for view, answers in left.items()
        }
        best = min(losses, key=losses.__getitem__)
        if losses[best] >= log_loss(total / len(views), labels):
            break
        views.append(best)
        total = total + left.pop(best)
    return tuple(views)


def look(members: tuple[Model, ...], view: View, images: NDArray[Any]) -> Array:
    """The mean answers of all members to one view of many images, (n, classes)."""
    matrix = resampling(view, members[0].network.spec.inputs)
    voices = [Voice(member.network, member.temperature, matrix) for member in members]
    return poll(voices, images)


def log_loss(answers: Array, labels: Labels) -> float:
    """Mean of minus the logarithm of the right class's probability."""
    right = answers[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.maximum(right, LEAST)).mean())


def fit_temperature(voices: tuple[Voice, ...], images: NDArray[Any], labels: Labels) -> float:
    """By what the logits of all voices are divided for their mean to have the least loss."""
    answers = np.array([poll([voice], images) for voice in voices], np.float64)
    losses = [log_loss(tempered(answers, float(t)).mean(axis=0), labels) for t in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))].round(3))
