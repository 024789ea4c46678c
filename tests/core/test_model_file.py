"""Model files: bit for bit, PyTorch's names, and one clear error for whatever is no model."""

import errno
import json
import os
import re
import struct
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from PIL import Image

from core.digits import Digits
from core.errors import ModelError, SaveError
from core.metrics import accuracy
from core.model_file import FORMAT_VERSION, Model, TrainedOn, load, save, save_header
from core.network import Network
from core.preparation import PREPARATIONS
from core.spec import NetworkSpec
from core.tensors import PACKINGS
from tests.core.model_bytes import (
    header_of,
    refusal,
    tensors_of,
    with_changes,
    with_header,
    with_tensors,
)

SPECS = [
    NetworkSpec((5, 3)),
    NetworkSpec((), bias=False),
    NetworkSpec((4,), activation="tanh", bias=False, loss="squared-error", initializer="lecun"),
    NetworkSpec((3, 2, 3), activation="elu", inputs=(4, 9), classes=3),
    NetworkSpec((3, 2), activation=("relu", "tanh")),
]
TINY = NetworkSpec((2,), inputs=(3, 3), classes=2)


def a_model(spec: NetworkSpec = SPECS[0]) -> Model:
    network = Network(spec).initialize(1)
    network.parameters += np.float32(0.01)
    names = tuple(f"class {index}" for index in range(spec.classes))
    return Model(
        network, "Mine, ünïque", names, "none", 1.25, TrainedOn("mnist", "mnist-5k", 54_100)
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "net.safetensors"


@contextmanager
def little_memory(most: int = 2_000_000) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()


class TestRoundTrip:
    @pytest.mark.parametrize("spec", SPECS)
    def test_everything_comes_back_bit_for_bit(self, path: Path, spec: NetworkSpec) -> None:
        model = a_model(spec)
        save(model, path)
        again = load(path)
        assert np.array_equal(again.network.parameters, model.network.parameters)
        assert again.network.parameters.dtype == np.float32
        assert again.network.spec == spec
        for name in ("name", "class_names", "preparation", "temperature", "trained_on"):
            assert getattr(again, name) == getattr(model, name)

    def test_the_same_network_gives_the_same_bytes(self, path: Path) -> None:
        save(a_model(), path)
        first = path.read_bytes()
        save(load(path), path)
        assert path.read_bytes() == first

    @pytest.mark.parametrize("packing", [None, *PACKINGS])
    def test_a_new_header_leaves_the_tensors_bit_for_bit(
        self, path: Path, tmp_path: Path, packing: str | None
    ) -> None:
        save(a_model(), path, packing)
        with open(path, "rb") as origin:
            save_header(replace(a_model(), temperature=9.0), origin, tmp_path / "b.safetensors")
        assert header_of(tmp_path / "b.safetensors") == header_of(path) | {"temperature": 9.0}
        before, after = (
            {name: (array.dtype, array.tobytes()) for name, array in tensors_of(each).items()}
            for each in (path, tmp_path / "b.safetensors")
        )
        assert before == after

    def test_matrices_of_a_loaded_network_are_views_of_its_parameters(self, path: Path) -> None:
        save(a_model(), path)
        network = load(path).network
        assert all(np.shares_memory(each.matrix, network.parameters) for each in network.layers)

    def test_a_network_without_a_name_goes_by_its_file(self, path: Path) -> None:
        save(Model(Network(TINY), class_names=("a", "b")), path)
        assert load(path).name == "net"

    def test_paths_that_are_not_utf8_work(self, tmp_path: Path) -> None:
        path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/z\xfcrich.safetensors"))
        save(a_model(), path)
        assert load(path).name == "Mine, ünïque"
        path.write_bytes(b"")
        with pytest.raises(ModelError, match=r"z\\xfcrich\.safetensors is no model of zmlp"):
            load(path)

    def test_half_precision_of_others_is_read(self, path: Path) -> None:
        save(a_model(), path)
        with_tensors(path, lambda each: each.update({"0.bias": each["0.bias"].astype(np.float16)}))
        assert load(path).network.layers[0].matrix[-1] == pytest.approx(0.01, rel=1e-3)


class TestPyTorch:
    def test_names_and_shapes_are_those_of_a_sequential(self, path: Path) -> None:
        save(a_model(NetworkSpec((5, 3))), path)
        tensors = safetensors.numpy.load_file(path)
        assert {name: array.shape for name, array in tensors.items()} == {
            "0.weight": (5, 784),
            "0.bias": (5,),
            "2.weight": (3, 5),
            "2.bias": (3,),
            "4.weight": (10, 3),
            "4.bias": (10,),
        }
        assert {array.dtype for array in tensors.values()} == {np.dtype(np.float32)}

    def test_without_biases_there_are_none(self, path: Path) -> None:
        save(a_model(NetworkSpec((5,), bias=False)), path)
        assert set(safetensors.numpy.load_file(path)) == {"0.weight", "2.weight"}

    def test_its_formula_gives_our_answer(self, path: Path, digits: Digits) -> None:
        model = a_model(NetworkSpec((6, 5)))
        save(model, path)
        tensors = safetensors.numpy.load_file(path)
        x = digits.test.images[:20].reshape(20, 784) / 255
        for layer in (0, 2, 4):
            x = x @ tensors[f"{layer}.weight"].T + tensors[f"{layer}.bias"]
            x = np.maximum(x, 0) if layer < 4 else np.exp(x)
        expected = x / x.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(
            model.network.predict(digits.test.images[:20]), expected, rtol=1e-4
        )


class TestForeignFiles:
    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"\0",
            b"a letter to my aunt\n" * 40,
            b"\xff" * 100,
            b"\0" * 100,
            b"{}",
            b"\x80\x04.",
        ],
        ids=["empty", "one byte", "text", "ones", "zeros", "json", "pickle"],
    )
    def test_what_is_no_model_is_told(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)
        assert "is no model of zmlp, or is cut short; choose a" in refusal(path)

    def test_a_picture_is_no_model(self, tmp_path: Path) -> None:
        Image.new("L", (28, 28)).save(tmp_path / "digit.png")
        assert "is no model of zmlp" in refusal(tmp_path / "digit.png")

    @pytest.mark.parametrize("metadata", [None, {}, {"format": "pt"}, {"zmlp": "{"}, {"zmlp": ""}])
    def test_a_model_of_another_program_is_told(
        self, path: Path, metadata: dict[str, str] | None
    ) -> None:
        path.write_bytes(safetensors.numpy.save({"0.weight": np.zeros((2, 2))}, metadata))
        assert "is no model of zmlp" in refusal(path)

    def test_one_as_large_as_the_disk_is_not_read(self, path: Path) -> None:
        """All it takes is one wrong choice in the file dialog."""
        path.write_bytes(safetensors.numpy.save({"0.weight": np.zeros((2, 2))}, {"format": "pt"}))
        with little_memory():
            os.truncate(path, 1 << 36)
            assert "is no model of zmlp" in refusal(path)
            path.write_bytes(struct.pack("<Q", 1 << 35))
            os.truncate(path, 1 << 36)
            assert "is no model of zmlp" in refusal(path)

    @pytest.mark.parametrize(
        "text", ["[]", "1", "null", '"zmlp"', "{}", "[" * 100_000, '{"version": "1"}', "1" * 5000]
    )
    def test_a_header_that_is_no_header_is_told(self, path: Path, text: str) -> None:
        save(a_model(TINY), path)
        refusal(with_header(path, text))


class TestBroken:
    @pytest.mark.parametrize("step", [50])
    def test_a_file_cut_anywhere_is_told(self, path: Path, step: int) -> None:
        save(a_model(), path)
        whole = path.read_bytes()
        for length in range(0, len(whole), step):
            path.write_bytes(whole[:length])
            assert re.search("cut short|damaged", refusal(path))

    @pytest.mark.parametrize("packing", [None, *PACKINGS])
    def test_a_small_file_cut_at_any_byte_is_told(self, path: Path, packing: str | None) -> None:
        save(a_model(TINY), path, packing)
        whole = path.read_bytes()
        for length in range(len(whole)):
            path.write_bytes(whole[:length])
            refusal(path)
        path.write_bytes(whole + b"\0")
        assert "is damaged" in refusal(path)

    @pytest.mark.parametrize("packing", [None, *PACKINGS])
    def test_a_changed_byte_is_told_or_does_no_harm(self, path: Path, packing: str | None) -> None:
        save(a_model(TINY), path, packing)
        whole = path.read_bytes()
        for place in range(len(whole)):
            for flip in (0x01, 0xFF):
                content = bytearray(whole)
                content[place] ^= flip
                path.write_bytes(content)
                with suppress(ModelError):
                    assert np.isfinite(load(path).network.parameters).all()

    def test_a_header_that_promises_a_huge_network_takes_no_memory(self, path: Path) -> None:
        save(a_model(), path)
        for hidden in ([20_000] * 50, [20_000], [1] * 3000):
            spec = header_of(path)["spec"] | {"hidden": hidden, "inputs": [4096, 4096]}
            with_changes(path, spec=spec)
            with little_memory():
                assert "is cut short: it lacks weights; take another copy" in refusal(path)

    @pytest.mark.parametrize("version", [FORMAT_VERSION + 1, 10**30])
    def test_a_newer_version_is_told(self, path: Path, version: int) -> None:
        save(a_model(), path)
        sentence = refusal(with_changes(path, version=version, spec={"unheard": "of"}))
        assert "was written by a newer version of zmlp; update zmlp" in sentence

    @pytest.mark.parametrize("version", [None, "1", 1.0, True, 0, -1, []])
    def test_a_version_that_is_none_is_told(self, path: Path, version: Any) -> None:
        save(a_model(), path)
        assert "(its header tells no version)" in refusal(with_changes(path, version=version))

    def test_an_unknown_preparation_is_told(self, path: Path) -> None:
        save(a_model(), path)
        sentence = refusal(with_changes(path, preparation="digit-9"))
        assert "(digit-9); update zmlp" in sentence
        for name in PREPARATIONS:
            assert load(with_changes(path, preparation=name)).preparation == name

    @pytest.mark.parametrize(
        "changes",
        [
            {"spec": None},
            {"spec": []},
            {"spec": {"hidden": "5, 3"}},
            {"spec": {"hidden": [5, 3], "activation": "swish"}},
            {"spec": {"hidden": [5, 3], "inputs": [784]}},
            {"spec": {"hidden": [5, 3], "dropout": 0.5}},
            {"class_names": ["only one"]},
            {"class_names": None},
            {"class_names": []},
            {"temperature": 0},
            {"temperature": -1.0},
            {"temperature": float("nan")},
            {"temperature": float("inf")},
            {"temperature": "warm"},
            {"temperature": 10**400},
            {"temperature": None},
            {"trained_on": None},
            {"trained_on": []},
            {"trained_on": {}},
            {"trained_on": {"data": "mnist", "exclude": "", "digits": float("inf")}},
            {"trained_on": {"data": "mnist", "exclude": "", "digits": None}},
        ],
        ids=str,
    )
    def test_a_header_that_is_wrong_is_told(self, path: Path, changes: dict[str, Any]) -> None:
        save(a_model(), path)
        assert "is damaged (" in refusal(with_changes(path, **changes))

    @pytest.mark.parametrize(
        "name",
        ["version", "spec", "name", "class_names", "preparation", "temperature", "trained_on"],
    )
    def test_a_header_that_lacks_something_is_told(self, path: Path, name: str) -> None:
        save(a_model(), path)
        header = header_of(path)
        del header[name]
        assert name in refusal(with_header(path, json.dumps(header)))

    @pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
    def test_weights_that_are_no_numbers_are_told(self, path: Path, value: float) -> None:
        model = a_model()
        model.network.layers[1].matrix[2, 1] = value
        save(model, path)
        assert "2.weight holds values that are no numbers" in refusal(path)

    def test_weights_too_large_for_single_precision_are_told(self, path: Path) -> None:
        save(a_model(), path)
        with_tensors(path, lambda each: each.update({"0.bias": np.full(5, 1e300)}))
        assert "0.bias holds values that are no numbers" in refusal(path)

    @pytest.mark.parametrize(
        "change",
        [
            lambda each: each.pop("2.bias"),
            lambda each: each.update({"2.bias": np.zeros(4, np.float32)}),
            lambda each: each.update({"2.bias": np.zeros((3, 1), np.float32)}),
            lambda each: each.update({"2.bias": np.zeros(3, np.int32)}),
        ],
        ids=["missing", "longer", "of another rank", "whole numbers"],
    )
    def test_a_missing_or_misshapen_matrix_is_told(
        self, path: Path, change: Callable[[dict[str, Any]], object]
    ) -> None:
        save(a_model(), path)
        assert "2.bias is missing or misshapen" in refusal(with_tensors(path, change))


class TestPlaces:
    def test_a_missing_file_is_told(self, path: Path) -> None:
        assert "cannot be read: No such file or directory; choose another" in refusal(path)

    def test_a_folder_is_told(self, tmp_path: Path) -> None:
        assert "is no file; choose a" in refusal(tmp_path)

    def test_a_device_or_a_pipe_is_not_read_for_ever(self, tmp_path: Path) -> None:
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        started = time.monotonic()
        assert "is no file" in refusal(pipe)
        assert "is no file" in refusal(Path("/dev/zero"))
        assert time.monotonic() - started < 1

    def test_a_full_disk_leaves_the_old_file(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        save(a_model(), path)
        before = path.read_bytes()

        def fail(descriptor: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(SaveError, match="could not be written: No space left on device"):
            save(a_model(SPECS[1]), path)
        assert path.read_bytes() == before
        assert os.listdir(path.parent) == [path.name]

    def test_a_missing_folder_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(SaveError, match="nowhere/net could not be written: No such file"):
            save(a_model(), tmp_path / "nowhere" / "net")

    def test_who_reads_meanwhile_sees_the_old_file_or_the_new(self, path: Path) -> None:
        models = [a_model(), a_model(SPECS[0])]
        models[1].network.parameters *= np.float32(-1)
        save(models[0], path)
        done = threading.Event()

        def write() -> None:
            for turn in range(60):
                save(models[turn % 2], path)
            done.set()

        writer = threading.Thread(target=write)
        writer.start()
        while not done.is_set():
            found = load(path).network.parameters
            assert any(np.array_equal(found, model.network.parameters) for model in models)
        writer.join()


class TestEveryVersion:
    """A file that was written once opens forever."""

    def test_version_1(self, digits: Digits) -> None:
        model = load(Path(__file__).parents[1] / "data" / "model-v1.safetensors")
        assert model.network.spec == NetworkSpec((4,), activation="leaky-relu")
        assert model.name == "Version 1"
        assert model.class_names[3] == "three"
        assert (model.preparation, model.temperature) == ("digit-1", 1.5)
        assert model.trained_on == TrainedOn("mnist-5k", "", 3600)
        answers = model.network.predict(digits.test.images)
        assert accuracy(answers, digits.test.labels) == 0.819
        first = [0.024880752, 0.00576509, 0.016505128, 0.00072614703, 0.044514064]
        first += [0.23487404, 0.58861232, 7.9854159e-05, 0.07965219, 0.004390365]
        np.testing.assert_allclose(answers[0], first, rtol=1e-4)

    def test_version_2(self) -> None:
        """The same network in 8-bit integers."""
        path = Path(__file__).parents[1] / "data" / "model-v2.safetensors"
        assert header_of(path)["version"] == 2
        older, model = load(path.with_name("model-v1.safetensors")), load(path)
        assert model == replace(older, name="Version 2", network=model.network)
        first, last = model.network.layers
        found = [*first.weight[405:409, 1], *last.weight[:, 3]]
        expected = [-0.06521729, -0.07391292, 0.1826084, 0.37391242]
        expected += [0.9070505, -0.8856241, -0.5999389, 0.14284259]
        assert found == [np.float32(each) for each in expected]
        assert np.array_equal(first.matrix[-1], older.network.layers[0].matrix[-1])


@pytest.mark.parametrize(
    ("data", "exclude", "tested", "seen"),
    [
        ("mnist", "", "mnist-5k", True),
        ("mnist", "mnist-5k", "mnist-5k", False),
        ("mnist", "", "mnist", False),
        ("mnist-5k", "", "mnist-5k", False),
        ("mnist-5k", "", "mnist", False),
        ("", "", "mnist-5k", False),
    ],
)
def test_it_is_known_who_has_seen_digits_of_a_test_part(
    data: str, exclude: str, tested: str, seen: bool
) -> None:
    assert TrainedOn(data, exclude).overlaps(tested) is seen


def test_a_network_trained_on_remembers_what_it_had_seen_before(tmp_path: Path) -> None:
    seen = TrainedOn("mnist-5k", "", 3600, TrainedOn("mnist", "", 55_000))
    save(Model(Network(NetworkSpec(hidden=(3,))), trained_on=seen), tmp_path / "net")
    assert load(tmp_path / "net").trained_on == seen
    assert seen.overlaps("mnist-5k")
    assert not seen.overlaps("mnist")
