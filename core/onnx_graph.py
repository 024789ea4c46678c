"""A network as an ONNX graph, with class names, preparation and spec in its metadata."""

import json
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .activations import Array
from .batch_norm import EPSILON
from .errors import SaveError
from .foreign import foreign
from .layers import Dense
from .losses import softmax
from .model_file import Model

# Of 2023, the first with GELU; onnxruntime reads it since 1.17. The file's own version goes by it.
OPSET, IR_VERSION = 20, 9
# A protobuf message, which the file is, ends at two gigabytes.
MOST_BYTES = 2_000_000_000


def onnx_bytes(model: Model) -> bytes:
    """The file's content.

    Its input `image` is float32, N × height × width, 0 for paper and 1 for ink; its outputs are
    `probabilities`, N × classes, as the program shows them, and `logits`, from which they come.

    Raises
    ------
    SaveError
        The library onnx is missing, or the network is too large for the format.
    """
    if model.network.parameters.nbytes > MOST_BYTES:
        raise SaveError(
            "The network is too large for an ONNX file, which ends at 2 GB; export it as .npz."
        )
    try:
        import onnx
    except ImportError:
        raise SaveError(
            "ONNX files need the library onnx, which is not installed: pip install 'zmlp[onnx]'."
        ) from None
    content: bytes = _Graph(onnx, model).model().SerializeToString()
    return content


class _Graph:
    """Nodes and constants, in the order in which they are computed."""

    def __init__(self, onnx: ModuleType, model: Model) -> None:
        self._onnx, self._model = onnx, model
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        last = self._add("Flatten", "image", out="pixels", axis=1)
        *hidden, output = model.network.layers
        for index, layer in enumerate(hidden):
            last = self._activate(layer, self._sums(layer, last, f"sums_{index}"))
        self._answer(self._sums(output, last, "logits"))

    def model(self) -> Any:
        """The whole file as the library's object."""
        helper, floats = self._onnx.helper, self._onnx.TensorProto.FLOAT
        spec = self._model.network.spec
        graph = helper.make_graph(
            self._nodes,
            "zmlp",
            [helper.make_tensor_value_info("image", floats, ["N", *spec.inputs])],
            [
                helper.make_tensor_value_info(name, floats, ["N", spec.classes])
                for name in ("probabilities", "logits")
            ],
            self._constants,
        )
        made = helper.make_model(
            graph,
            producer_name="zmlp",
            ir_version=IR_VERSION,
            opset_imports=[helper.make_opsetid("", OPSET)],
            doc_string="image: float32, 0 for paper and 1 for ink",
        )
        helper.set_model_props(made, metadata(self._model))
        return made

    def _sums(self, layer: Dense, source: str, name: str) -> str:
        """One layer up to its activation; the last node's output has that name."""
        weight = self._constant(layer.weight)
        out = f"{name}_plain" if layer.norm is not None else name
        if layer.bias:
            self._add("Gemm", source, weight, self._constant(layer.matrix[-1]), out=out)
        else:
            self._add("MatMul", source, weight, out=out)
        if layer.norm is not None:
            norm = layer.norm
            numbers = (norm.scale, norm.shift, norm.mean, norm.variance)
            learned = [self._constant(each) for each in numbers]
            self._add("BatchNormalization", out, *learned, out=name, epsilon=EPSILON)
        return name

    def _activate(self, layer: Dense, sums: str) -> str:
        last = sums
        for operator in foreign(layer.activation).onnx:
            others = [sums] if operator.with_sums else []
            if operator.other is not None:
                others = [self._constant(np.array(operator.other))]
            last = self._add(operator.name, last, *others, **operator.attributes)
        return last

    def _answer(self, logits: str) -> None:
        """From the logits to the probabilities, sharpened or softened by the temperature."""
        temperature = self._model.temperature
        if self._model.network.loss.output is softmax:
            if temperature != 1.0:
                logits = self._add("Div", logits, self._constant(np.array(temperature)))
            self._add("Softmax", logits, out="probabilities", axis=1)
        elif temperature != 1.0:
            power = self._constant(np.array(1.0 / temperature))
            self._add("Pow", self._add("Sigmoid", logits), power, out="probabilities")
        else:
            self._add("Sigmoid", logits, out="probabilities")

    def _add(self, operator: str, *inputs: str, out: str = "", **attributes: Any) -> str:
        out = out or f"{operator.lower()}_{len(self._nodes)}"
        node = self._onnx.helper.make_node(operator, inputs, [out], name=out, **attributes)
        self._nodes.append(node)
        return out

    def _constant(self, array: Array | NDArray[Any]) -> str:
        name = f"constant_{len(self._constants)}"
        single = np.ascontiguousarray(array, np.float32).reshape(array.shape)
        self._constants.append(self._onnx.numpy_helper.from_array(single, name))
        return name


def metadata(model: Model) -> dict[str, str]:
    """What a user of the file needs to know beside its numbers, as JSON or plain words."""
    return {
        "name": model.name,
        "class_names": json.dumps(model.class_names, ensure_ascii=False),
        "preparation": model.preparation,
        "temperature": repr(model.temperature),
        "spec": json.dumps(model.network.spec.to_json()),
    }
