"""One run from its settings to its model; the command line and the window's worker share it."""

from . import datasets
from .digits import Digits
from .model_file import Model, TrainedOn
from .network import Network
from .spec import NetworkSpec, TrainingSpec
from .training import Training


def prepare(
    network: NetworkSpec, spec: TrainingSpec, data: str, start: Network | None = None
) -> Training:
    """Load the digits and build the network.

    Parameters
    ----------
    network : NetworkSpec
        Its image size and number of classes are the data's to say.
    spec : TrainingSpec
        How to train, on which part of the digits.
    data : str
        Name or folder of the data set.
    start : Network, optional
        Whose weights to go on from, in a copy; then `network` is not looked at.

    Raises
    ------
    ZmlpError
        The data are missing or broken, or do not fit.
    """
    return build(network, spec, load_digits(data, spec), start)


def load_digits(data: str, spec: TrainingSpec) -> Digits:
    """The digits of a data set, with the parts that a spec asks for."""
    digits = datasets.load(data)
    if spec.exclude:
        digits = digits.without(datasets.load(spec.exclude).test)
    if not spec.validation:
        digits = digits.without_validation()
    return digits


def build(
    network: NetworkSpec, spec: TrainingSpec, digits: Digits, start: Network | None = None
) -> Training:
    """Build the network for digits that are loaded; see `prepare`."""
    if start is None:
        fitting = network.replace(inputs=digits.image_shape, classes=len(digits.class_names))
        return Training(Network(fitting).initialize(spec.seed), digits, spec)
    return Training(start.copy(), digits, spec)


def trained_model(training: Training, name: str, earlier: TrainedOn | None = None) -> Model:
    """The network of a training with what is needed to use it.

    Parameters
    ----------
    training : Training
        The training.
    name : str
        The network's name on the screen.
    earlier : TrainedOn, optional
        What the network had seen before, where the training went on from another.
    """
    digits = training.digits
    return Model(
        training.network,
        name,
        digits.class_names,
        digits.preparation,
        trained_on=TrainedOn(digits.name, training.spec.exclude, len(digits.training), earlier),
    )
