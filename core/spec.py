"""Every setting there is: what a network is made of, and how it is trained."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .activations import ACTIVATIONS
from .layers import INITIALIZERS, Layout
from .losses import LOSSES
from .optimizers import OPTIMIZERS, SCHEDULES
from .setting import Spec, setting, setting_of, settings

# The headings under which people find the settings.
NETWORK = "Network"
LEARNING = "Optimizer and schedule"
REGULARISATION = "Regularisation"
DEFORMATION = "Deformation"
DATA = "Data and stopping"
MACHINE = "Machine"


def _words(table: Mapping[str, Any]) -> dict[str, str]:
    return {name: entry.help for name, entry in table.items()}


def _strength(label: str, help: str, high: float, low: float = 0.0, default: float = 0.0) -> Any:
    """Declare how strongly digits are deformed in one way."""
    return setting(
        default,
        label=label,
        help=help,
        low=low,
        high=high,
        strength=True,
        group=DEFORMATION,
    )


@dataclass(frozen=True)
class NetworkSpec(Spec):
    """What a network is made of."""

    hidden: tuple[int, ...] = setting(
        (128,),
        label="Layers",
        help="Neurons in each hidden layer, from the image to the answer",
        low=1,
        high=20_000,
        first=True,
        group=NETWORK,
    )
    activation: str | tuple[str, ...] = setting(
        "relu",
        label="Activation",
        help="What each hidden neuron makes of its sum",
        several=True,
        choices=_words(ACTIVATIONS),
        titles={name: activation.title for name, activation in ACTIVATIONS.items()},
        first=True,
        group=NETWORK,
    )
    bias: bool = setting(
        True,
        label="Biases",
        help="Whether each neuron may shift its sum by a learned number",
        first=True,
        group=NETWORK,
    )
    batch_norm: bool = setting(
        False,
        label="Batch normalisation",
        help="Bring the sums of each hidden neuron to one level, minibatch by minibatch",
        group=NETWORK,
    )
    loss: str = setting(
        "cross-entropy",
        label="Loss",
        help="What training makes small, with the outputs that belong to it",
        choices=_words(LOSSES),
        group=NETWORK,
    )
    initializer: str = setting(
        "auto",
        label="First weights",
        help="How the weights are drawn before training",
        choices={"auto": "the one that suits the activation"} | _words(INITIALIZERS),
        titles={name: entry.title for name, entry in INITIALIZERS.items() if entry.title},
        group=NETWORK,
    )
    inputs: tuple[int, ...] = setting(
        (28, 28),
        label="Image",
        help="Height and width of the image in pixels",
        low=1,
        high=4096,
        members=2,
        from_data=True,
    )
    classes: int = setting(
        10, label="Classes", help="Number of answers", low=2, high=10_000, from_data=True
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.activation, str):
            return
        if len(self.activation) != len(self.hidden):
            layers = f"{len(self.hidden)} hidden layer{'s' * (len(self.hidden) != 1)}"
            raise setting_of(NetworkSpec, "activation").unfit(
                self.activation, f"with {layers}: one name for all of them, or one for each"
            )
        if len(set(self.activation)) == 1:
            # Files and comparisons know one way to say the same.
            object.__setattr__(self, "activation", self.activation[0])

    @property
    def activations(self) -> tuple[str, ...]:
        """The activation of each hidden layer."""
        if isinstance(self.activation, str):
            return (self.activation,) * len(self.hidden)
        return self.activation

    @property
    def widths(self) -> tuple[int, ...]:
        """Numbers of pixels, of neurons in each hidden layer and of classes: 784, 128, 10."""
        return (math.prod(self.inputs), *self.hidden, self.classes)

    @property
    def layout(self) -> Layout:
        """Where each layer's numbers lie in the vector of parameters."""
        return Layout(self.widths, self.bias, self.batch_norm)

    @property
    def parameter_count(self) -> int:
        """Number of weights, biases and what else is learned."""
        return self.layout.size

    @property
    def buffer_count(self) -> int:
        """Number of running statistics, which are not learned but kept with the weights."""
        return 2 * sum(self.hidden) if self.batch_norm else 0


@dataclass(frozen=True)
class TrainingSpec(Spec):
    """How a network is trained."""

    learning_rate: float = setting(
        0.05,
        label="Learning rate",
        help="Step size of the optimizer",
        low=1e-6,
        high=10.0,
        first=True,
        group=LEARNING,
    )
    batch_size: int = setting(
        32,
        label="Minibatch",
        help="Digits seen before each step",
        low=1,
        high=65_536,
        first=True,
        group=LEARNING,
    )
    epochs: int = setting(
        10,
        label="Epochs",
        help="Times that every digit is seen",
        low=1,
        high=10_000,
        first=True,
        group=LEARNING,
    )
    optimizer: str = setting(
        "momentum",
        label="Optimizer",
        help="What turns slopes into steps",
        choices=_words(OPTIMIZERS),
        group=LEARNING,
    )
    momentum: float = setting(
        0.9,
        label="Momentum",
        help="Part of the last step that is kept, for momentum",
        low=0.0,
        high=0.999,
        group=LEARNING,
    )
    schedule: str = setting(
        "constant",
        label="Schedule",
        help="How the learning rate moves during the run",
        choices=_words(SCHEDULES),
        group=LEARNING,
    )
    dropout: float = setting(
        0.0,
        label="Dropout",
        help="Part of the hidden neurons that is silent in each minibatch, others each time",
        low=0.0,
        high=0.95,
        group=REGULARISATION,
    )
    input_dropout: float = setting(
        0.0,
        label="Pixel dropout",
        help="Part of the pixels that is black in each minibatch, others each time",
        low=0.0,
        high=0.95,
        group=REGULARISATION,
    )
    label_smoothing: float = setting(
        0.0,
        label="Label smoothing",
        help="Part of the certainty that is shared among all answers, so that none is sure",
        low=0.0,
        high=0.9,
        group=REGULARISATION,
    )
    distillation: float = setting(
        0.0,
        label="Distillation",
        help="Part of each label whose place the answers of bundled networks take, the teachers: "
        "how sure they are of which digit",
        low=0.0,
        high=1.0,
        group=REGULARISATION,
    )
    l2: float = setting(
        0.0,
        label="Weight penalty",
        help="L2: a slope towards zero that each weight gets, in proportion to it",
        low=0.0,
        high=1.0,
        group=REGULARISATION,
    )
    weight_decay: float = setting(
        0.0,
        label="Weight decay",
        help="Part of each weight that a step of size 1 takes away, apart from its slope",
        low=0.0,
        high=1.0,
        group=REGULARISATION,
    )
    max_norm: float = setting(
        0.0,
        label="Largest norm",
        help="Length that a neuron's weights are cut back to; 0 lets them grow",
        low=0.0,
        high=100.0,
        group=REGULARISATION,
    )
    clip: float = setting(
        0.0,
        label="Clip slopes",
        help="Length that the gradient is cut back to; 0 takes it as it is",
        low=0.0,
        high=1000.0,
        group=LEARNING,
    )
    average: float = setting(
        0.0,
        label="Average weights",
        help="Share of earlier weights in the running mean that is kept; 0 keeps the last ones",
        low=0.0,
        high=0.99999,
        group=LEARNING,
    )
    shift: float = _strength(
        "Random shift", "Pixels that a training digit may be moved each way", high=8.0
    )
    rotation: float = _strength(
        "Rotation", "Degrees that a training digit may be turned each way", high=90.0
    )
    scale: float = _strength(
        "Scale", "Part by which its height and its width may grow or shrink", high=0.5
    )
    shear: float = _strength(
        "Shear", "Pixels that it may lean over for each pixel of height", high=1.0
    )
    elastic: float = _strength(
        "Elastic", "Strength of random bends: alpha of Simard, who took 34", high=100.0
    )
    elastic_sigma: float = _strength(
        "Bend size",
        "Pixels over which a bend is smooth: sigma of Simard, who took 4",
        high=20.0,
        low=3.0,
        default=5.5,
    )
    thickness: float = _strength(
        "Thickness", "Pixels by which strokes may grow or shrink on each side", high=1.0
    )
    softness: float = _strength(
        "Softness", "How blurred it may get: at 1 a pixel is half its neighbours", high=1.0
    )
    contrast: float = _strength(
        "Contrast", "Part by which its ink may be brighter or darker", high=0.9
    )
    occlusion: float = _strength(
        "Occlusion", "Part of the digits that a small black box covers somewhere", high=1.0
    )
    patience: int = setting(
        0,
        label="Patience",
        help="Evaluations without progress before the run ends; 0 never ends it early",
        low=0,
        high=1000,
        group=DATA,
    )
    validation: bool = setting(
        True,
        label="Validation part",
        help="Keep digits back for the curve and the choice of the best weights; "
        "otherwise the curve is drawn on the test part",
        group=DATA,
    )
    exclude: str = setting(
        "",
        label="Leave out",
        help="Never train on the digits of that data set's test part",
        choices={"": "train on all", "mnist-5k": "the 1,000 test digits of mnist-5k"},
        group=DATA,
    )
    seed: int = setting(
        0,
        label="Seed",
        help="Where chance starts: the same seed gives the same run",
        low=0,
        high=2**32 - 1,
        group=MACHINE,
    )
    threads: int = setting(
        0,
        label="Threads",
        help="Processor cores that compute; 0 leaves one free for the rest of the machine",
        low=0,
        high=256,
        group=MACHINE,
    )
    kernel: str = setting(
        "auto",
        label="Kernel",
        help="What computes the minibatches of plain networks",
        choices={
            "auto": "compiled where numba is installed, numpy elsewhere",
            "numpy": "numpy's matrix products",
            "compiled": "one loop compiled by numba (the extra zmlp[fast])",
        },
        group=MACHINE,
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.patience and not self.validation:
            raise setting_of(TrainingSpec, "patience").unfit(
                self.patience, "without the validation part: 0, or keep digits back"
            )


Specs = tuple[NetworkSpec, TrainingSpec]


def with_values(values: Mapping[str, Any], network: NetworkSpec, training: TrainingSpec) -> Specs:
    """The specs with other values for some settings, by name."""
    parts = []
    for spec in (NetworkSpec, TrainingSpec):
        names = {each.name for each in settings(spec)}
        parts.append({name: value for name, value in values.items() if name in names})
    return network.replace(**parts[0]), training.replace(**parts[1])
