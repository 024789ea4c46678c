"""One run from its settings to its model; the command line and the window's worker share it."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

from . import datasets
from .digits import Digits
from .events import Event
from .history import History
from .model_file import Model, TrainedOn
from .network import Network
from .recording import Recording
from .run_files import read_records
from .run_names import distinct, free_colour, new_id, run_name
from .run_record import RunRecord
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


def new_record(
    training: Training, data: str, threads: int, output: str = "", name: str = "", colour: int = -1
) -> RunRecord:
    """The record of a run that begins.

    Parameters
    ----------
    training : Training
        Not begun yet.
    data : str
        Name or folder of the data set.
    threads : int
        Processor cores that compute.
    output : str
        The file that a person wants its network in.
    name, colour : str, int
        Without them it gets ones that suit the runs that are kept.
    """
    there = [] if name and colour >= 0 else read_records()
    return RunRecord(
        id=new_id(),
        name=name or distinct(run_name(training.network.spec), {each.name for each in there}),
        network=training.network.spec,
        training=training.spec,
        # A run goes on from wherever it is asked to.
        data=datasets.lasting(data),
        part="validation" if training.digits.held_back else "test",
        when=datetime.now(UTC),
        threads=threads,
        output=output and os.path.abspath(output),
        colour=colour if colour >= 0 else free_colour(there),
    )


def recorded(
    training: Training, history: History, recording: Recording | None = None
) -> Iterator[Event]:
    """The events of a training, kept as they come.

    Parameters
    ----------
    training : Training
        Pulled to its end, or until nobody asks for more.
    history : History
        Takes the numbers.
    recording : Recording, optional
        Keeps the run on disk.
    """
    if recording is None:
        for event in training:
            history.append(event)
            yield event
        return
    # Only one that goes on may have changes ahead of it.
    for event in with_changes(training, recording.ahead) if recording.ahead else training:
        history.append(event)
        recording.take(event)
        yield event


def with_changes(training: Training, ahead: list[tuple[int, float]]) -> Iterator[Event]:
    """The events of a training whose learning rate is set again as it was by hand.

    Parameters
    ----------
    training : Training
        The training.
    ahead : list of (int, float)
        Learning rates, each with the number of minibatches before it. What is done is taken out;
        as soon as somebody else sets another rate, the rest is forgotten.
    """
    known = training.learning_rate
    events = iter(training)
    while True:
        if ahead:
            if training.learning_rate != known:
                ahead.clear()
            while ahead and ahead[0][0] <= training.step:
                training.learning_rate = known = ahead.pop(0)[1]
        event = next(events, None)
        if event is None:
            return
        yield event
