"""Networks for other programs: what is in the files, and one sentence where there is none."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from core import model_file
from core.activations import ACTIVATIONS, Activation
from core.errors import SaveError
from core.export import FORMATS, export
from core.foreign import FOREIGN, foreign, torch_sequential
from core.model_file import Model
from core.network import Network
from core.spec import NetworkSpec
from core.tensors import named_arrays
from zmlp_gui.__main__ import main

SPEC = NetworkSpec((5, 3), activation="gelu", batch_norm=True, inputs=(4, 2), classes=3)


@pytest.fixture
def model() -> Model:
    network = Network(SPEC).initialize(1)
    network.values += np.float32(0.01)
    return Model(network, "Mine", ("ä", "b", "c"), "none")


def test_every_activation_is_known_elsewhere() -> None:
    """A new one is asked for here."""
    assert FOREIGN.keys() == ACTIVATIONS.keys()


def test_an_activation_that_nobody_else_knows_is_named() -> None:
    mine = Activation(np.positive, np.positive, "he", "my own", "mine")
    with pytest.raises(SaveError, match="my own"):
        foreign(mine)


def test_npz_holds_named_arrays_and_words_and_nothing_pickled(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "net.npz"
    export(model, path)
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    assert NetworkSpec.from_json(json.loads(str(arrays.pop("spec")))) == SPEC
    assert json.loads(str(arrays.pop("class_names"))) == ["ä", "b", "c"]
    assert str(arrays.pop("preparation")) == "none"
    assert float(arrays.pop("temperature")[()]) == 1.0
    assert str(arrays.pop("name")) == "Mine"
    expected = named_arrays(model.network)
    assert arrays.keys() == expected.keys()
    assert all(np.array_equal(arrays[name], expected[name]) for name in expected)
    assert all(array.dtype == np.float32 for array in arrays.values())


def test_the_same_network_makes_the_same_bytes(model: Model, tmp_path: Path) -> None:
    for name in ("a", "b"):
        export(model, tmp_path / f"{name}.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_safetensors_is_the_model_file(model: Model, tmp_path: Path) -> None:
    export(model, tmp_path / "exported.safetensors")
    model_file.save(model, tmp_path / "saved.safetensors")
    exported, saved = (tmp_path / f"{each}.safetensors" for each in ("exported", "saved"))
    assert exported.read_bytes() == saved.read_bytes()


def test_the_line_for_pytorch_counts_modules_as_the_names_do(model: Model) -> None:
    assert torch_sequential(model.network) == (
        "torch.nn.Sequential(torch.nn.Linear(8, 5), "
        "torch.nn.BatchNorm1d(5, eps=1e-05, momentum=0.1), "
        'torch.nn.GELU(approximate="tanh"), torch.nn.Linear(5, 3), '
        "torch.nn.BatchNorm1d(3, eps=1e-05, momentum=0.1), "
        'torch.nn.GELU(approximate="tanh"), torch.nn.Linear(3, 3))'
    )
    bare = Network(NetworkSpec((), bias=False))
    assert torch_sequential(bare) == "torch.nn.Sequential(torch.nn.Linear(784, 10, bias=False))"


@pytest.mark.parametrize("name", ["net.pt", "net", "net.npz.gz"])
def test_a_suffix_that_says_no_format_is_refused(model: Model, tmp_path: Path, name: str) -> None:
    with pytest.raises(SaveError, match=r"must end with \.onnx, \.safetensors or \.npz"):
        export(model, tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_folder_that_is_missing_is_said(
    model: Model, tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.export.onnx_bytes", lambda _: b"")
    with pytest.raises(SaveError, match="No such file"):
        export(model, tmp_path / "missing" / f"net{suffix}")


def test_onnx_without_its_library_says_what_to_install(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(SaveError, match=r"pip install 'zmlp\[onnx\]'"):
        export(model, tmp_path / "net.onnx")
    assert not list(tmp_path.iterdir())


def test_a_network_too_large_for_onnx_is_refused(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.onnx_graph.MOST_BYTES", 100)
    with pytest.raises(SaveError, match=r"too large .* export it as \.npz"):
        export(model, tmp_path / "net.onnx")


def test_the_command_takes_a_model_or_the_bundled_network(
    model: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model_file.save(model, tmp_path / "mine.safetensors")
    assert (
        main(["export", "--json", str(tmp_path / "mine.safetensors"), str(tmp_path / "a.npz")]) == 0
    )
    said = json.loads(capsys.readouterr().out)
    assert said["file"] == str(tmp_path / "a.npz")
    assert said["parameters"] == SPEC.parameter_count
    assert "numpy.load" in said["python"]
    assert "PyTorch's names" in said["note"]
    assert main(["export", str(tmp_path / "b.safetensors")]) == 0
    assert "torch.nn.Linear(784, 1500)" in capsys.readouterr().out
    assert main(["export", str(tmp_path / "c.pt")]) == 1
    assert capsys.readouterr().err.startswith("zmlp: ")


def test_floating_images_are_taken_as_they_are(model: Model) -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, 4, 2), dtype=np.uint8)
    scaled = (images * np.float32(1 / 255)).astype(np.float32)
    np.testing.assert_array_equal(
        model.network.predict(images),
        model.network.predict(scaled),  # type: ignore[arg-type]
    )
