"""Networks on disk in one byte a weight, with a scale for each neuron."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.digits import Digits
from core.errors import SaveError
from core.export import export
from core.metrics import accuracy
from core.model_file import FORMAT_VERSION, Model, load, save
from core.network import Network
from core.networks import find
from core.spec import NetworkSpec, TrainingSpec
from core.tensors import named_arrays
from core.training import Training
from tests.core.model_bytes import header_of, refusal, tensors_of, with_tensors
from zmlp_gui.__main__ import main

LARGEST = float(np.finfo(np.float32).max)


@pytest.fixture
def model() -> Model:
    network = Network(NetworkSpec((30, 20), batch_norm=True)).initialize(1)
    network.values += np.float32(0.01)
    return Model(network, "mine")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.safetensors"


class TestRoundTrip:
    def test_a_matrix_is_integers_with_a_scale_for_each_neuron(
        self, model: Model, path: Path
    ) -> None:
        save(model, path, "int8")
        tensors = tensors_of(path)
        for name, array in named_arrays(model.network).items():
            if array.ndim == 1:
                continue
            integers, scale = tensors[name], tensors[f"{name}_scale"]
            assert (integers.dtype, integers.shape) == (np.int8, array.shape)
            assert (scale.dtype, scale.shape) == (np.float32, (len(array), 1))
            # The largest weight of each neuron is plus or minus 127, and none is -128.
            assert (np.abs(integers.astype(int)).max(axis=1) == 127).all()
            assert (np.abs(integers * scale - array) <= 0.5001 * scale).all()

    def test_everything_else_stays_bit_for_bit(self, model: Model, path: Path) -> None:
        save(model, path, "int8")
        tensors = tensors_of(path)
        rest = {name: each for name, each in named_arrays(model.network).items() if each.ndim == 1}
        assert len(rest) == 11
        for name, array in rest.items():
            assert tensors[name].dtype == np.float32
            assert np.array_equal(tensors[name], array)

    def test_what_is_read_is_a_network_of_single_precision(self, model: Model, path: Path) -> None:
        """The product of the two tensors, exactly: what the line for PyTorch computes."""
        save(model, path, "int8")
        tensors = tensors_of(path)
        network = load(path).network
        assert network.values.dtype == np.float32
        for name, array in named_arrays(network).items():
            assert np.array_equal(array, tensors[name] * tensors.get(f"{name}_scale", 1))

    @pytest.mark.parametrize(
        "spec",
        [
            NetworkSpec((40, 30), batch_norm=True),
            NetworkSpec(()),
            NetworkSpec((3, 2), bias=False, inputs=(2, 3), classes=2),
        ],
        ids=["normalised", "one layer", "without biases"],
    )
    def test_what_was_quantised_is_quantised_again_without_loss(
        self, spec: NetworkSpec, path: Path, tmp_path: Path
    ) -> None:
        names = tuple("0123456789"[: spec.classes])
        save(Model(Network(spec).initialize(3), "mine", names), path, "int8")
        save(load(path), tmp_path / "b.safetensors", "int8")
        assert (tmp_path / "b.safetensors").read_bytes() == path.read_bytes()

    @pytest.mark.parametrize("weight", [0.0, 1e-45, -1e-38, 3e-36, -0.7, LARGEST * 0.9999999])
    def test_neurons_of_any_size_come_back(self, weight: float, model: Model, path: Path) -> None:
        """One of zeros alone has no largest weight, and one next to that no digits left."""
        model.network.layers[1].weight[:, 4] = weight
        save(model, path, "int8")
        found = load(path).network.layers[1].weight[:, 4]
        np.testing.assert_allclose(found, np.float32(weight), rtol=1e-6, atol=1e-36)

    def test_saving_it_again_takes_four_bytes_and_loses_nothing(
        self, model: Model, path: Path, tmp_path: Path
    ) -> None:
        save(model, path, "int8")
        whole = tmp_path / "whole.safetensors"
        save(load(path), whole)
        assert {each.dtype for each in tensors_of(whole).values()} == {np.dtype(np.float32)}
        assert np.array_equal(load(whole).network.values, load(path).network.values)


class TestSize:
    def test_a_network_of_three_million_weights_takes_three_and_a_third_megabytes(
        self, path: Path
    ) -> None:
        network = Network(NetworkSpec((1500, 1000, 500), batch_norm=True))
        save(Model(network), path, "int8")
        assert path.stat().st_size <= 3.3e6

    def test_a_network_that_has_learned_answers_nearly_the_same(
        self, digits: Digits, path: Path
    ) -> None:
        network = Network(NetworkSpec((200, 100), batch_norm=True)).initialize(1)
        list(Training(network, digits, TrainingSpec(epochs=2)))
        whole, part = Model(network), digits.test
        save(whole, path, "int8")
        before, after = (each.predict(part.images) for each in (whole, load(path)))
        assert accuracy(before, part.labels) > 0.9
        assert 0.0 < np.abs(before - after).mean() < 5e-4
        assert np.abs(before - after).max() < 0.05
        assert abs(accuracy(before, part.labels) - accuracy(after, part.labels)) <= 0.002

    @pytest.mark.parametrize("name", ["champion", "hand"])
    def test_the_bundled_ones_misread_as_few_digits(
        self, name: str, mnist: Digits, path: Path
    ) -> None:
        whole, part = find(name), mnist.test
        save(whole, path, "int8")
        wrong = [
            int((each.predict(part.images).argmax(axis=1) != part.labels).sum())
            for each in (whole, load(path))
        ]
        assert abs(wrong[0] - wrong[1]) <= 2


class TestVersions:
    def test_only_a_file_with_integers_asks_for_a_newer_program(
        self, model: Model, path: Path
    ) -> None:
        """The first readers would call it damaged; of version 2 they say what to do."""
        for packing, version in ((None, 1), ("half", 1), ("int8", FORMAT_VERSION)):
            save(model, path, packing)
            assert header_of(path)["version"] == version == (2 if packing == "int8" else 1)


class TestBroken:
    @pytest.mark.parametrize(
        "scale",
        [
            None,
            np.ones((19, 1), np.float32),
            np.ones(20, np.float32),
            np.ones((1, 20), np.float32),
            np.ones((20, 1), np.int8),
            np.ones((20, 30), np.float32),
        ],
        ids=["missing", "shorter", "flat", "a row", "integers", "for each weight"],
    )
    def test_integers_without_their_scales_are_told(
        self, scale: Any, model: Model, path: Path
    ) -> None:
        save(model, path, "int8")
        with_tensors(
            path,
            lambda each: (
                each.pop("3.weight_scale")
                if scale is None
                else each.update({"3.weight_scale": scale})
            ),
        )
        assert "(3.weight_scale is missing or misshapen)" in refusal(path)

    @pytest.mark.parametrize(
        ("value", "why"),
        [
            (0.0, "3.weight_scale holds a scale that is not above zero"),
            (-0.001, "3.weight_scale holds a scale that is not above zero"),
            (np.nan, "3.weight_scale holds values that are no numbers"),
            (np.inf, "3.weight_scale holds values that are no numbers"),
            (-np.inf, "3.weight_scale holds values that are no numbers"),
            (3e38, "3.weight holds values that are no numbers"),
        ],
        ids=str,
    )
    def test_a_scale_that_is_none_is_told(
        self, value: float, why: str, model: Model, path: Path
    ) -> None:
        save(model, path, "int8")
        with_tensors(path, lambda each: each["3.weight_scale"].__setitem__((7, 0), value))
        assert f"is damaged ({why}); take another copy" in refusal(path)

    @pytest.mark.parametrize(
        ("name", "change"),
        [
            ("0.weight", lambda each: each.T),
            ("0.weight", lambda each: each[:-1]),
            ("0.weight", lambda each: each.reshape(-1)),
            ("0.weight", lambda each: each.view(np.uint8)),
            ("0.weight", lambda each: each.astype(np.int16)),
            ("0.bias", lambda each: each.astype(np.int8)),
            ("1.running_var", lambda each: each.astype(np.int8)),
        ],
        ids=["turned", "shorter", "flat", "unsigned", "wider", "a bias", "a variance"],
    )
    def test_integers_where_none_belong_are_told(
        self, name: str, change: Callable[[Any], Any], model: Model, path: Path
    ) -> None:
        save(model, path, "int8")
        with_tensors(
            path, lambda each: each.update({name: np.ascontiguousarray(change(each[name]))})
        )
        assert f"({name} is missing or misshapen)" in refusal(path)

    @pytest.mark.parametrize("weight", [np.nan, np.inf, -np.inf, LARGEST])
    def test_a_weight_without_an_integer_is_refused_and_nothing_changes(
        self, weight: float, model: Model, path: Path
    ) -> None:
        save(model, path, "int8")
        before = path.read_bytes()
        model.network.layers[1].weight[2, 3] = weight
        with pytest.raises(
            SaveError, match=r"3\.weight holds a weight that is .* save the network"
        ):
            save(model, path, "int8")
        assert path.read_bytes() == before
        assert list(path.parent.iterdir()) == [path]


class TestCommand:
    def test_it_packs_folds_and_says_how_pytorch_reads_it(
        self, model: Model, digits: Digits, path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        save(model, path)
        small = path.with_name("small.safetensors")
        assert main(["export", str(path), str(small), "--int8", "--fold", "--json"]) == 0
        assert "_scale" in json.loads(capsys.readouterr().out)["python"]
        assert tensors_of(small)["0.weight"].dtype == np.int8
        again = load(small)
        assert not again.network.spec.batch_norm
        images = digits.test.images[:50]
        np.testing.assert_allclose(again.predict(images), model.predict(images), atol=0.02)

    def test_two_packings_are_one_too_many(
        self, path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit):
            main(["export", str(path), "--half", "--int8"])
        assert "not allowed with" in capsys.readouterr().err
        assert not path.exists()

    def test_other_formats_have_no_integers(self, model: Model, tmp_path: Path) -> None:
        with pytest.raises(SaveError, match=r"net\.onnx cannot be written in 8-bit integers; only"):
            export(model, tmp_path / "net.onnx", "int8")
        assert not list(tmp_path.iterdir())
