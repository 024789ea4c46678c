"""Exported networks give the same probabilities in PyTorch and in onnxruntime."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from core.activations import ACTIVATIONS
from core.digits import Digits, Part
from core.export import export
from core.losses import LOSSES
from core.model_file import Model, load
from core.network import Network
from core.networks import find
from core.spec import NetworkSpec
from core.tensors import PACKINGS
from tests.references.twins import drawn, torch, train, whole

onnx = pytest.importorskip("onnx", reason="onnx is not installed: make test-references")
onnxruntime = pytest.importorskip(
    "onnxruntime", reason="onnxruntime is not installed: make test-references"
)
CLOSE = 1e-5

SPECS = [
    *(NetworkSpec((24, 16), activation=activation, batch_norm=True) for activation in ACTIVATIONS),
    *(NetworkSpec((24,), activation="gelu", loss=loss, bias=False) for loss in LOSSES),
    NetworkSpec((), bias=False),
    NetworkSpec((9, 8, 7, 6), activation="lecun-tanh", inputs=(5, 7), classes=3, batch_norm=True),
    NetworkSpec((30,), activation="softplus", inputs=(8, 8), classes=26, bias=False),
]


def trained(spec: NetworkSpec, digits: Digits) -> Network:
    """A network that has learned a little, so that its statistics are those of pictures."""
    height, width = spec.inputs
    top, left = (28 - height) // 2, (28 - width) // 2
    images = digits.learning.images[:80, top : top + height, left : left + width]
    part = Part(np.ascontiguousarray(images), digits.learning.labels[:80] % spec.classes)
    network = drawn(spec)
    train(network, part, whole(part, 5, learning_rate=0.01), 5)
    return network


def pictures(spec: NetworkSpec, count: int) -> np.ndarray:
    return np.random.default_rng(2).integers(0, 256, (count, *spec.inputs), dtype=np.uint8)


def scaled(images: np.ndarray) -> np.ndarray:
    return (images / 255.0).astype(np.float32)


def by_onnx(path: Path, images: np.ndarray) -> dict[str, np.ndarray]:
    session = onnxruntime.InferenceSession(path)
    names = ["probabilities", "logits"]
    return dict(zip(names, session.run(names, {"image": scaled(images)}), strict=True))


def by_torch(line: str, images: np.ndarray) -> "torch.Tensor":
    """The logits of the network that the line builds, divided by the temperature that it says."""
    names: dict = {}
    exec(line, names)
    with torch.no_grad():
        return names["net"](torch.from_numpy(scaled(images)).flatten(1)) / names["temperature"]


@pytest.mark.parametrize(
    "spec", SPECS, ids=lambda spec: f"{spec.activation}-{spec.loss}-{spec.widths}"
)
def test_the_same_probabilities_everywhere(
    spec: NetworkSpec, digits: Digits, tmp_path: Path
) -> None:
    network = trained(spec, digits)
    model = Model(network, "net", tuple(f"class {index}" for index in range(spec.classes)))
    images = pictures(spec, 50)
    if spec.inputs == (28, 28):
        images = digits.test.images[:200]
    expected = network.predict(images)
    export(model, tmp_path / "net.onnx")
    onnx.checker.check_model(onnx.load(tmp_path / "net.onnx"), full_check=True)
    answers = by_onnx(tmp_path / "net.onnx", images)
    np.testing.assert_allclose(answers["probabilities"], expected, rtol=0, atol=CLOSE)
    logits = by_torch(export(model, tmp_path / "net.safetensors"), images)
    shared = spec.loss == "cross-entropy"
    found = torch.softmax(logits, 1) if shared else torch.sigmoid(logits)
    np.testing.assert_allclose(found.numpy(), expected, rtol=0, atol=CLOSE)
    np.testing.assert_allclose(answers["logits"], logits.numpy(), rtol=1e-4, atol=1e-4)


def test_the_bundled_network_reads_as_well_elsewhere(digits: Digits, tmp_path: Path) -> None:
    model = find("first-light")
    assert model.temperature != 1.0
    images, labels = digits.test.images, digits.test.labels
    expected = model.predict(images)
    export(model, tmp_path / "net.onnx")
    found = by_onnx(tmp_path / "net.onnx", images)["probabilities"]
    np.testing.assert_allclose(found, expected, rtol=0, atol=CLOSE)
    logits = by_torch(export(model, tmp_path / "net.safetensors"), images)
    np.testing.assert_allclose(torch.softmax(logits, 1).numpy(), expected, rtol=0, atol=CLOSE)
    assert float((found.argmax(axis=1) == labels).mean()) > 0.98
    one = by_onnx(tmp_path / "net.onnx", images[:1])["probabilities"]
    np.testing.assert_allclose(one, expected[:1], rtol=0, atol=CLOSE)


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("batch_norm", [True, False])
def test_pytorch_reads_a_packed_file_by_its_line(
    packing: str, batch_norm: bool, digits: Digits, tmp_path: Path
) -> None:
    """To the weights that we read from it ourselves."""
    path = tmp_path / "net.safetensors"
    network = drawn(NetworkSpec((24, 16), batch_norm=batch_norm))
    images = digits.test.images[:100]
    logits = by_torch(export(Model(network), path, packing), images)
    expected = load(path).network.predict(images)
    np.testing.assert_allclose(torch.softmax(logits, 1).numpy(), expected, rtol=0, atol=CLOSE)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_temperature_is_in_the_probabilities(loss: str, tmp_path: Path) -> None:
    spec = NetworkSpec((8,), loss=loss, inputs=(4, 4))
    model = dataclasses.replace(Model(drawn(spec)), temperature=2.5)
    export(model, tmp_path / "net.onnx")
    answers = by_onnx(tmp_path / "net.onnx", pictures(spec, 5))
    powers = model.network.predict(pictures(spec, 5)) ** (1 / 2.5)
    if loss == "cross-entropy":
        powers /= powers.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(answers["probabilities"], powers, rtol=0, atol=CLOSE)


def test_names_preparation_and_spec_are_in_the_metadata(tmp_path: Path) -> None:
    spec = NetworkSpec((8,), activation="silu", inputs=(4, 4), classes=2)
    export(Model(drawn(spec), "Mine", ("ä", "b"), "none"), tmp_path / "net.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "net.onnx")
    found = session.get_modelmeta().custom_metadata_map
    assert json.loads(found["class_names"]) == ["ä", "b"]
    assert found["preparation"] == "none"
    assert NetworkSpec.from_json(json.loads(found["spec"])) == spec
    (image,) = session.get_inputs()
    assert (image.name, image.shape, image.type) == ("image", ["N", 4, 4], "tensor(float)")
    shapes = {each.name: each.shape for each in session.get_outputs()}
    assert shapes == {"probabilities": ["N", 2], "logits": ["N", 2]}
