"""Whether a network, digits and the settings of a training go together."""

import numpy as np

from .deform import is_deformed
from .digits import Digits
from .errors import SpecError
from .setting import setting_of
from .spec import NetworkSpec, TrainingSpec
from .teachers import CLASSES, SHAPE


def check_fit(spec: NetworkSpec, digits: Digits, training: TrainingSpec) -> None:
    """Refuse a training that cannot be.

    Raises
    ------
    SpecError
        The digits do not fit the network, or the settings do not go with the digits.
    """
    if tuple(spec.inputs) != digits.image_shape:
        raise SpecError(
            f"The network reads images of {spec.inputs[0]}×{spec.inputs[1]} pixels, "
            f"{digits.name} has {digits.image_shape[0]}×{digits.image_shape[1]}."
        )
    if spec.classes != len(digits.class_names):
        raise SpecError(
            f"The network has {spec.classes} answers, "
            f"{digits.name} has {len(digits.class_names)} classes."
        )
    if not len(digits.training):
        raise SpecError(f"{digits.name} has no digits to learn from.")
    if training.patience and not digits.held_back:
        raise SpecError("Patience needs a validation part: test digits do not say when to stop.")
    check_together(spec, training)
    if is_deformed(training) and digits.learning.images.dtype != np.uint8:
        raise SpecError("Deformation needs pixels that are whole numbers from 0 to 255.")
    if training.distillation and (digits.image_shape, digits.class_names) != (SHAPE, CLASSES):
        raise setting_of(TrainingSpec, "distillation").unfit(
            training.distillation,
            f"with {digits.name}: its teachers read the digits 0 to 9 in images of 28×28 pixels",
        )
    if spec.batch_norm and len(digits.training) < 2:
        raise SpecError("Batch normalisation needs minibatches of at least two digits.")


def check_together(network: NetworkSpec, training: TrainingSpec) -> None:
    """See whether what one spec asks for goes with the other.

    Raises
    ------
    SpecError
        It does not.
    """
    if network.batch_norm and training.batch_size < 2:
        raise setting_of(TrainingSpec, "batch_size").unfit(
            training.batch_size, "with batch normalisation: whole numbers from 2 on"
        )
