"""What is no digit is told, what is one is not refused, and files keep what was fitted."""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from core import networks
from core.calibration import calibrated
from core.commands import evaluate_model
from core.committee import Committee
from core.digits import Digits, Part
from core.drawing import Drawing, Stroke, read_bundled_ink
from core.errors import ModelError
from core.folding import folded
from core.ink_data import judged_drawings
from core.letter_shapes import DISGUISED, OTHER, PLAIN
from core.model_file import Model, load, save
from core.network import Network
from core.no_digits import halves, letters, overlaid, scribbles, signs
from core.numbers import NumberReader
from core.preparation import prepare
from core.reader import Reader, Reading
from core.refusal import Refusal, feature_count
from core.refusal_trial import try_refusal
from core.spec import NetworkSpec
from core.view_choice import fit_temperature
from core.voices import Voice
from zmlp_gui.__main__ import main

ALONE = [name for name in networks.BUNDLED if name not in networks.COMMITTEES]


def small(hidden: tuple[int, ...] = (16,), **more) -> Model:
    return Model(Network(NetworkSpec(hidden, **more)).initialize(3))


def some_refusal(model: Model, offset: float = 0.0) -> Refusal:
    count = feature_count(model.network.spec)
    return Refusal(np.linspace(-1, 1, count, dtype=np.float32), offset)


@pytest.fixture(scope="module")
def hand() -> Model:
    return networks.find("hand")


@pytest.fixture(scope="module")
def ink() -> list[Drawing]:
    """Digits of the ten writers that nothing was fitted to."""
    for folder in os.environ.get("ZMLP_DATA", "").split(os.pathsep):
        path = Path(folder, "ink/pendigits-writers30.jsonl.gz")
        if folder and path.is_file():
            return judged_drawings(path)
    pytest.skip("ZMLP_DATA names no folder with people's ink")


class TestTargets:
    """What the program promises of its own networks, on digits that none has learned from."""

    @pytest.mark.parametrize("name", ALONE)
    def test_letters_and_scribbles_are_told_from_digits(
        self, name: str, mnist: Digits, ink: list[Drawing]
    ) -> None:
        trial = try_refusal(networks.find(name), mnist, ink, count=1000)
        assert trial.area >= 0.97
        assert trial.area_disguised < trial.area
        assert trial.digits_refused <= 0.01
        assert trial.ink_refused <= 0.01
        assert trial.digits == 10_000
        assert trial.letters_refused > 0.4
        assert trial.scribbles_refused > 0.6

    @pytest.mark.parametrize("name", networks.BUNDLED)
    def test_confidence_is_honest(self, name: str, mnist: Digits, ink: list[Drawing]) -> None:
        model = networks.find(name)
        assert evaluate_model(model, mnist).calibration_error <= 0.01
        images = np.stack([prepare(each) for each in ink])
        labels = np.array([each.label for each in ink], np.uint8)
        written = replace(mnist, name="ink", test=Part(images, labels))
        assert evaluate_model(model, written).calibration_error <= 0.02

    def test_letters_of_typefaces_are_told_from_digits(self, hand: Model, mnist: Digits) -> None:
        """Shapes that nobody here has drawn, and thick ones too."""
        from PIL import ImageFont

        from core.metrics import roc_area

        fonts = Path(__file__).parents[2] / "assets/fonts"
        faces = [
            ImageFont.truetype(str(fonts / f"Inter-{each}.otf"), 150)
            for each in ("Regular", "Medium", "SemiBold")
        ]
        images = []
        for face in faces:
            for letter in PLAIN:
                picture = Image.new("L", (300, 300), 255)
                ImageDraw.Draw(picture).text((150, 150), letter, font=face, anchor="mm", fill=0)
                images.append(prepare(Drawing((300, 300), picture=np.array(picture))))
        assert hand.refusal is not None
        known = hand.refusal.scores(hand.network, mnist.test.images)
        strange = hand.refusal.scores(hand.network, np.stack(images))
        assert roc_area(known, strange) >= 0.97

    def test_half_digits_and_two_over_each_other_are_refused_more_than_digits(
        self, hand: Model, ink: list[Drawing]
    ) -> None:
        some = ink[::5]

        def refused(drawings) -> float:
            images = np.stack([prepare(each) for each in drawings])
            return float((~hand.are_digits(images)).mean())

        whole = refused(some)
        assert whole < 0.02 < 0.1 < refused(halves(some, 5)) < refused(overlaid(some, 5))


class TestScore:
    def test_one_image_scores_as_in_a_crowd(self, hand: Model, digits: Digits) -> None:
        reader, images = Reader(hand), digits.test.images[:20]
        assert hand.refusal is not None
        scores = hand.refusal.scores(hand.network, images)
        for image, expected in zip(images, scores, strict=True):
            work = reader._works[hand.network.spec]
            reader.read_image(image)
            assert hand.refusal.score(hand.network, work)[0] == pytest.approx(expected, abs=1e-3)

    @pytest.mark.parametrize(
        "model",
        [
            small(),
            small(()),
            small((9, 7), bias=False, batch_norm=True),
            small(loss="squared-error"),
        ],
        ids=["plain", "no hidden layer", "no bias", "sigmoid"],
    )
    def test_every_kind_of_network_can_be_scored(self, model: Model, digits: Digits) -> None:
        fitted = replace(model, refusal=some_refusal(model))
        images = digits.test.images[:600]
        scores = fitted.refusal.scores(model.network, images)
        assert scores.shape == (600,)
        assert np.isfinite(scores).all()
        for image, score in zip(images[:5], scores, strict=False):
            assert Reader(fitted).read_image(image).is_digit == (score >= 0)

    def test_it_is_made_of_the_last_inputs_and_sorted_logits(self, digits: Digits) -> None:
        """Counted again by hand for a network with one layer of ReLU, whose pixels count too."""
        model = small()
        first, last = (layer.matrix.astype(float) for layer in model.network.layers)
        row = np.append(digits.test.images[0].ravel() / 255, 1)
        hidden = np.maximum(row @ first, 0)
        logits = np.append(hidden, 1) @ last
        numbers = [*row[:-1], *hidden, *np.sort(logits), np.log(np.exp(logits).sum())]
        refusal = some_refusal(model, 0.25)
        expected = np.dot(numbers, refusal.weights) + 0.25
        found = refusal.scores(model.network, digits.test.images[:1])
        assert found[0] == pytest.approx(expected, rel=1e-4)


class TestReading:
    def test_a_w_is_no_digit_and_a_seven_is_one(self, hand: Model) -> None:
        reader = Reader(hand)
        w = Drawing((100, 100), (_line((10, 20), (30, 80), (50, 35), (70, 80), (90, 20)),))
        seven = Drawing((100, 100), (_line((25, 15), (75, 15), (45, 85)),))
        assert not reader.read(w).is_digit
        assert not reader.read(w).is_sure
        assert reader.read(seven).is_digit
        assert reader.read(seven).is_sure
        assert reader.read(seven).name == "7"

    def test_what_learns_right_now_refuses_nothing(self, hand: Model) -> None:
        """Its hidden layers hold something else from minibatch to minibatch."""
        w = Drawing((100, 100), (_line((10, 20), (30, 80), (50, 35), (70, 80), (90, 20)),))
        assert Reader(hand).read(w, hand.network.copy()).is_digit
        assert hand.with_network(hand.network.copy()).refusal is None

    def test_a_network_without_a_refusal_takes_all_for_digits(self, digits: Digits) -> None:
        reading = Reader(small()).read_image(digits.test.images[0])
        assert reading.is_digit
        assert not reading.is_sure

    def test_candidates_are_what_may_be_meant(self) -> None:
        values = np.zeros(10, np.float32)
        values[[3, 5, 8]] = 0.55, 0.4, 0.05
        reading = Reading(np.zeros((28, 28), np.uint8), values, tuple("0123456789"))
        assert reading.candidates == ("3", "5")
        assert not reading.is_sure
        values[[3, 5]] = 0.9, 0.1
        assert reading.is_sure

    def test_a_number_is_digits_if_all_of_it_is(self, hand: Model) -> None:
        samples = {each.label: each for each in read_bundled_ink("ink/samples.jsonl")}
        one, seven = samples[1].strokes, _shifted(samples[7].strokes, samples[7].size[0])
        size = (3 * samples[7].size[0], samples[7].size[1])
        reader = NumberReader(Reader(hand))
        number = reader.read(Drawing(size, (*one, *seven)))
        assert number.text == "17"
        assert number.is_digit
        assert number.is_sure
        assert number.words == ""
        tangle = next(iter(scribbles(1, 7))).strokes
        tangle = _shifted(_scaled(tangle, samples[7].size[1] / 500), 2 * samples[7].size[0])
        number = reader.read(Drawing(size, (*one, *seven, *tangle)))
        assert [each.reading.is_digit for each in number.digits] == [True, True, False]
        assert not number.is_digit
        assert number.words == "not all of it digits"

    def test_a_committee_refuses_what_its_first_network_refuses(
        self, hand: Model, digits: Digits
    ) -> None:
        others = small((16,))
        both = Committee.of((hand, others))
        images = np.stack([prepare(each) for each in letters(PLAIN, 40, 9)])
        refused = [not Reader(both).read_image(each).is_digit for each in images]
        assert refused == (~hand.are_digits(images)).tolist()
        assert any(refused)


class TestFile:
    def test_what_was_fitted_is_kept_to_the_last_bit(self, tmp_path: Path) -> None:
        model = small()
        model = replace(model, refusal=some_refusal(model, -0.1))
        save(model, tmp_path / "net.safetensors")
        found = load(tmp_path / "net.safetensors").refusal
        assert np.array_equal(found.weights, model.refusal.weights)
        assert found.offset == model.refusal.offset

    def test_files_of_before_refuse_nothing(self) -> None:
        assert load(Path(__file__).parents[1] / "data/model-v1.safetensors").refusal is None

    @pytest.mark.parametrize(
        "change",
        [
            {"weights": [1.0]},
            {"weights": "all"},
            {"offset": float("nan")},
            {"offset": None},
            {"weights": [float("inf")] * 27},
        ],
        ids=str,
    )
    def test_a_refusal_that_does_not_fit_is_told(self, tmp_path: Path, change: dict) -> None:
        model = small()
        values = some_refusal(model).to_json() | change
        broken = replace(some_refusal(model))
        object.__setattr__(broken, "to_json", lambda: values)
        save(replace(model, refusal=broken), tmp_path / "net.safetensors")
        with pytest.raises(ModelError, match="is damaged"):
            load(tmp_path / "net.safetensors")

    def test_folding_changes_nothing_of_what_is_refused(self, hand: Model) -> None:
        images = np.stack([prepare(each) for each in letters(PLAIN, 40, 9)])
        plain = folded(hand.network)
        assert hand.refusal is not None
        expected = hand.refusal.scores(hand.network, images)
        assert hand.refusal.scores(plain, images) == pytest.approx(expected, abs=1e-2)


class TestCalibrating:
    def test_the_command_changes_the_header_and_no_weight(
        self, tmp_path: Path, capsys: pytest.CaptureFixture
    ) -> None:
        """From a file in 8-bit integers that knows no refusal, into itself."""
        path = tmp_path / "net.safetensors"
        model = networks.find("first-light")
        save(replace(model, refusal=None, temperature=9.0), path, "int8")
        tensors = _tensors(path)
        assert main(["calibrate", str(path), "--data", "mnist-5k", "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert _tensors(path) == tensors
        found = load(path)
        assert 0.4 <= found.temperature == told["temperature"] < 9.0
        assert told["refuses"]
        assert told["samples"] == 400
        assert told["refused"] <= 4
        assert told["calibration_error"] < told["calibration_error_before"]
        images = np.stack([prepare(each) for each in letters(OTHER, 200, 2, other=True)])
        assert (~found.are_digits(images)).mean() > 0.15
        again = calibrated(load(path), _embedded())
        assert np.array_equal(again.refusal.weights, found.refusal.weights)

    @pytest.mark.parametrize(
        ("words", "why"),
        [
            ("hand", "Say with --output"),
            ("committee --output x.safetensors", "calibrate those"),
            ("hand --output x.json", "must end with .safetensors"),
            ("hand --output x.safetensors --data fashion", "fashion"),
        ],
    )
    def test_what_cannot_be_done_is_said(
        self, words: str, why: str, tmp_path: Path, capsys, monkeypatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert main(["calibrate", *words.split()]) == 1
        assert why in capsys.readouterr().err
        assert not list(tmp_path.iterdir())

    def test_other_classes_than_digits_get_a_temperature_alone(self, digits: Digits) -> None:
        names = tuple("abcdefghij")
        model = replace(small(), class_names=names)
        found = calibrated(model, replace(digits, class_names=names))
        part = digits.validation
        expected = fit_temperature((Voice(model.network),), part.images, part.labels)
        assert found.refusal is None
        assert found.temperature == expected

    def test_predict_says_it_in_words_and_in_json(self, tmp_path: Path, capsys) -> None:
        picture = Image.new("L", (200, 200), 255)
        line = [(20, 40), (60, 160), (100, 70), (140, 160), (180, 40)]
        ImageDraw.Draw(picture).line(line, fill=0, width=14)
        path = tmp_path / "w.png"
        picture.save(path)
        assert main(["predict", str(path)]) == 0
        assert capsys.readouterr().out.rstrip().endswith("not a digit")
        assert main(["predict", str(path), "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["is_digit"] is told["is_sure"] is False
        assert told["digits"][0]["is_digit"] is False

    def test_evaluate_counts_what_is_refused(self, hand: Model, digits: Digits) -> None:
        result = evaluate_model(hand, digits)
        assert result.refused == int((~hand.are_digits(digits.test.images)).sum()) < 10
        assert result.to_json()["refused"] == result.refused
        assert evaluate_model(replace(hand, refusal=None), digits).refused == 0

    def test_a_trial_needs_a_refusal(self, digits: Digits) -> None:
        with pytest.raises(ModelError, match="calibrate it first"):
            try_refusal(small(), digits)


class TestStrokesThatAreNoDigits:
    @pytest.mark.parametrize(
        "make",
        [
            lambda seed: letters(PLAIN, 100, seed),
            lambda seed: letters(OTHER, 100, seed, other=True),
            lambda seed: letters(sorted(DISGUISED), 30, seed),
            lambda seed: scribbles(40, seed),
            lambda seed: signs(40, seed),
        ],
        ids=["letters", "other hand", "disguised", "scribbles", "signs"],
    )
    def test_each_is_ink_and_of_its_seed(self, make) -> None:
        first, again, other = (
            np.stack([prepare(each) for each in make(seed)]) for seed in (1, 1, 2)
        )
        assert np.array_equal(first, again)
        assert not np.array_equal(first, other)
        assert len(np.unique(first, axis=0)) == len(first)

    def test_half_a_digit_has_half_the_way_or_so(self) -> None:
        samples = read_bundled_ink("ink/samples.jsonl")
        for whole, half in zip(samples, halves(samples, 1), strict=True):
            share = _length(half) / _length(whole)
            assert 0.2 <= share <= 0.6
            assert half.label is None

    def test_two_digits_over_each_other_lie_on_each_other(self) -> None:
        samples = read_bundled_ink("ink/samples.jsonl")
        for one, both in zip(samples, overlaid(samples, 1), strict=True):
            assert both.strokes[: len(one.strokes)] == one.strokes
            assert len(both.strokes) > len(one.strokes)
            above = Drawing(one.size, both.strokes[len(one.strokes) :]).bounds
            assert above[0] < one.bounds[2]
            assert above[2] > one.bounds[0]


def _line(*points: tuple[float, float]) -> Stroke:
    return Stroke(np.array(points, np.float32), 6.0)


def _shifted(strokes, right: float):
    return tuple(replace(each, points=each.points + np.float32([right, 0])) for each in strokes)


def _scaled(strokes, factor: float):
    return tuple(replace(each, points=each.points * np.float32(factor)) for each in strokes)


def _length(drawing: Drawing) -> float:
    return sum(float(np.hypot(*np.diff(each.points, axis=0).T).sum()) for each in drawing.strokes)


def _tensors(path: Path) -> dict[str, bytes]:
    import safetensors.numpy

    return {
        name: array.dtype.str.encode() + array.tobytes()
        for name, array in safetensors.numpy.load_file(path).items()
    }


def _embedded() -> Digits:
    from core.datasets import load as load_data

    return load_data("mnist-5k")
