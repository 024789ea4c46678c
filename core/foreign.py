"""The network in the words of others: PyTorch's modules and ONNX's operators."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .activations import (
    ACTIVATIONS,
    LEAK,
    SELU_ALPHA,
    SELU_SCALE,
    STEEPNESS,
    STRETCH,
    Activation,
)
from .batch_norm import EPSILON, RATE
from .errors import SaveError
from .network import Network


@dataclass(frozen=True)
class Operator:
    """One operator of ONNX, applied to what the one before it made.

    Attributes
    ----------
    name : str
        The operator's name.
    other : float or None
        Its second input: a constant.
    with_sums : bool
        Whether its second input is the sums that the activation began with.
    attributes : mapping
        Its attributes by name.
    """

    name: str
    other: float | None = None
    with_sums: bool = False
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Foreign:
    """An activation as others have it: an expression of Python with torch, and ONNX's operators."""

    torch: str
    onnx: tuple[Operator, ...]


# PyTorch has no module for LeCun's tanh; a class made in place keeps all of it on one line.
_LECUN = (
    'type("LeCunTanh", (torch.nn.Module,), '
    f'{{"forward": lambda self, z: {STRETCH} * torch.tanh({STEEPNESS} * z)}})()'
)

FOREIGN = {
    "relu": Foreign("torch.nn.ReLU()", (Operator("Relu"),)),
    "leaky-relu": Foreign(
        f"torch.nn.LeakyReLU({LEAK})", (Operator("LeakyRelu", attributes={"alpha": LEAK}),)
    ),
    "elu": Foreign("torch.nn.ELU()", (Operator("Elu", attributes={"alpha": 1.0}),)),
    "selu": Foreign(
        "torch.nn.SELU()",
        (Operator("Selu", attributes={"alpha": SELU_ALPHA, "gamma": SELU_SCALE}),),
    ),
    "gelu": Foreign(
        'torch.nn.GELU(approximate="tanh")',
        (Operator("Gelu", attributes={"approximate": "tanh"}),),
    ),
    "silu": Foreign("torch.nn.SiLU()", (Operator("Sigmoid"), Operator("Mul", with_sums=True))),
    "softplus": Foreign("torch.nn.Softplus()", (Operator("Softplus"),)),
    "tanh": Foreign("torch.nn.Tanh()", (Operator("Tanh"),)),
    "lecun-tanh": Foreign(
        _LECUN, (Operator("Mul", STEEPNESS), Operator("Tanh"), Operator("Mul", STRETCH))
    ),
    "sigmoid": Foreign("torch.nn.Sigmoid()", (Operator("Sigmoid"),)),
    "identity": Foreign("torch.nn.Identity()", ()),
}


def foreign(activation: Activation) -> Foreign:
    """The same activation in the words of others.

    Raises
    ------
    SaveError
        Nobody has written down how it is called elsewhere.
    """
    for name, each in ACTIVATIONS.items():
        if each is activation and name in FOREIGN:
            return FOREIGN[name]
    raise SaveError(f"A network with {activation.title} cannot be exported to other programs.")


def torch_sequential(network: Network) -> str:
    """The expression of Python that builds the same network in PyTorch, up to its logits.

    It takes rows of pixels, scaled to 0–1, and each module stands where
    `tensors.named_arrays` counts it. Dropout is none of them: it belongs to a training.
    """
    modules = []
    for layer in network.layers:
        fan_in, fan_out = layer.weight.shape
        bias = "" if layer.bias else ", bias=False"
        modules.append(f"torch.nn.Linear({fan_in}, {fan_out}{bias})")
        if layer.norm is not None:
            modules.append(f"torch.nn.BatchNorm1d({fan_out}, eps={EPSILON}, momentum={RATE})")
        modules.append(foreign(layer.activation).torch)
    # The output layer's function belongs to the loss.
    return f"torch.nn.Sequential({', '.join(modules[:-1])})"
