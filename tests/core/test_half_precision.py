"""Networks on disk in two bytes a weight."""

import json
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from core.digits import Digits
from core.errors import SaveError
from core.export import export
from core.metrics import accuracy
from core.model_file import Model, load, save
from core.network import Network
from core.networks import find
from core.spec import NetworkSpec
from zmlp_gui.__main__ import main


@pytest.fixture
def model() -> Model:
    network = Network(NetworkSpec((30, 20), batch_norm=True)).initialize(1)
    # Beyond what half precision holds, and that is no matter here.
    network.layers[0].norm.variance[0] = 1e9  # type: ignore[union-attr]
    network.layers[0].norm.mean[0] = 1e-9  # type: ignore[union-attr]
    return Model(network, "mine")


def test_matrices_are_halved_and_the_rest_stays(model: Model, tmp_path: Path) -> None:
    save(model, tmp_path / "a.safetensors", packing="half")
    tensors = safetensors.numpy.load_file(tmp_path / "a.safetensors")
    assert {array.dtype.name for array in tensors.values() if array.ndim == 2} == {"float16"}
    assert {array.dtype.name for array in tensors.values() if array.ndim == 1} == {"float32"}
    again = load(tmp_path / "a.safetensors").network
    assert np.array_equal(again.buffers, model.network.buffers)
    np.testing.assert_allclose(again.parameters, model.network.parameters, rtol=1e-3, atol=1e-7)


def test_what_was_halved_is_halved_again_without_loss(model: Model, tmp_path: Path) -> None:
    save(model, tmp_path / "a.safetensors", packing="half")
    save(load(tmp_path / "a.safetensors"), tmp_path / "b.safetensors", packing="half")
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


def test_a_network_of_three_million_weights_takes_six_and_a_half_megabytes(tmp_path: Path) -> None:
    network = Network(NetworkSpec((1500, 1000, 500), batch_norm=True))
    save(Model(network), tmp_path / "a.safetensors", packing="half")
    assert (tmp_path / "a.safetensors").stat().st_size <= 6.5e6


def test_the_bundled_network_reads_as_well_in_half(digits: Digits, tmp_path: Path) -> None:
    whole = find("first-light")
    save(whole, tmp_path / "a.safetensors", packing="half")
    part = digits.test
    figures = [
        accuracy(each.predict(part.images), part.labels)
        for each in (whole, load(tmp_path / "a.safetensors"))
    ]
    assert abs(figures[0] - figures[1]) <= 0.001


@pytest.mark.parametrize("weight", [65_520.0, -1e6])
def test_a_weight_that_is_too_large_is_refused_and_nothing_changes(
    model: Model, tmp_path: Path, weight: float
) -> None:
    path = tmp_path / "a.safetensors"
    save(model, path, packing="half")
    before = path.read_bytes()
    model.network.layers[1].weight[2, 3] = weight
    with pytest.raises(SaveError, match=r"3\.weight holds a weight beyond ±65,504"):
        save(model, path, packing="half")
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_other_formats_have_no_half_precision(model: Model, tmp_path: Path) -> None:
    with pytest.raises(SaveError, match=r"net\.npz cannot be written in half precision"):
        export(model, tmp_path / "net.npz", packing="half")
    assert not list(tmp_path.iterdir())


def test_the_command_halves_and_folds(
    model: Model, digits: Digits, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, small = tmp_path / "a.safetensors", tmp_path / "small.safetensors"
    save(model, path)
    assert main(["export", str(path), str(small), "--half", "--fold", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["parameters"] == 784 * 30 + 30 * 20 + 20 * 10 + 60
    again = load(small)
    assert not again.network.spec.batch_norm
    images = digits.test.images[:50]
    np.testing.assert_allclose(again.predict(images), model.predict(images), atol=0.01)
