"""The command line as people and programs use it: words, numbers, exit codes, one line an error."""

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np
import pytest
from PIL import Image

from core.digits import Digits
from core.events import Evaluated
from core.idx import write_idx
from core.metrics import accuracy
from core.model_file import Model, TrainedOn, load, save
from core.network import Network
from core.networks import own_folder
from core.recipes import RECIPES
from core.runs import prepare, trained_model
from core.setting import Setting, settings
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui.__main__ import main

CHECKOUT = Path(__file__).parents[2]
FLAGS = [each for each in (*settings(NetworkSpec), *settings(TrainingSpec)) if not each.from_data]
QUICK = ["--hidden", "12", "--epochs", "1"]


class Done:
    """What a command said, and how it ended."""

    def __init__(self, code: int, out: str, error: str) -> None:
        self.code, self.out, self.error = code, out, error

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Every line of standard output, each of which must be a JSON object."""
        return [json.loads(line, parse_constant=pytest.fail) for line in self.out.splitlines()]

    @property
    def sentence(self) -> str:
        """The one line on standard error."""
        assert self.error.startswith("zmlp: ")
        assert self.error.count("\n") == 1, self.error
        return self.error.removeprefix("zmlp: ").rstrip("\n")


Run = Callable[..., Done]


@pytest.fixture
def zmlp(capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process."""

    def run(*words: str | Path) -> Done:
        try:
            code = main([str(word) for word in words])
        except SystemExit as end:
            code = int(end.code or 0)
        out, error = capfd.readouterr()
        assert "Traceback" not in error
        return Done(code, out, error)

    return run


def process(*words: str | bytes | Path, **environment: str) -> "subprocess.Popen[str]":
    """Start a command as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "zmlp_gui", *words],
        cwd=CHECKOUT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(command: "subprocess.Popen[str]") -> Done:
    out, error = command.communicate(timeout=60)
    assert "Traceback" not in error, error
    return Done(command.returncode, out, error)


def write_pictures(folder: Path, digits: Digits, count: int) -> list[Path]:
    """Test digits as people have them: large, dark on light."""
    paths = []
    for index in range(count):
        image = Image.fromarray(255 - digits.test.images[index])
        paths.append(folder / f"{index:02}-is-{digits.test.labels[index]}.png")
        image.resize((280, 280), Image.Resampling.BICUBIC).save(paths[-1])
    return paths


def write_set(folder: Path, digits: Digits, learning: int = 100, test: int = 40) -> Path:
    folder.mkdir(parents=True)
    for name, part, count in (
        ("train", digits.learning, learning),
        ("t10k", digits.test, test),
    ):
        write_idx(folder / f"{name}-images-idx3-ubyte.gz", part.images[:count])
        write_idx(folder / f"{name}-labels-idx1-ubyte.gz", part.labels[:count])
    return folder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A small network that knows nothing, trained on MNIST by its own word."""
    path = tmp_path / "small.safetensors"
    network = Network(NetworkSpec((4,))).initialize(0)
    save(Model(network, "small", trained_on=TrainedOn("mnist", "", 60_000)), path)
    return path


class TestTrain:
    def test_json_is_pure_and_ends_with_the_result(self, zmlp: Run) -> None:
        done = zmlp("train", *QUICK, "--json")
        *events, result = done.objects
        assert (done.code, done.error) == (0, "")
        assert [event["event"] for event in events[-2:]] == ["evaluated", "epoch"]
        contract = {"event", "test_accuracy", "epochs", "seconds", "samples_per_second", "model"}
        assert contract <= result.keys()
        assert result["event"] == "finished"
        assert result["epochs"] == 1.0
        assert result["seconds"] > 0
        assert result["samples_per_second"] == pytest.approx(3600 / result["seconds"])

    def test_the_network_that_is_saved_has_the_accuracy_that_is_told(
        self, zmlp: Run, digits: Digits
    ) -> None:
        result = zmlp("train", *QUICK, "--json").objects[-1]
        assert list(own_folder().iterdir()) == [Path(result["model"])]
        model = load(result["model"])
        answers = model.network.predict(digits.test.images)
        assert result["test_accuracy"] == accuracy(answers, digits.test.labels) > 0.5
        assert model.trained_on == TrainedOn("mnist-5k", "", 3600)
        assert model.preparation == "digit-1"

    def test_what_does_not_suit_is_noted_and_the_run_goes_on(self, zmlp: Run) -> None:
        unsuitable = [*QUICK, "--optimizer", "sgd", "--momentum", "0.5", "--learning-rate", "0.3"]
        told = zmlp("train", *unsuitable)
        assert told.code == 0
        assert told.error == "note: The optimizer sgd makes no use of the momentum.\n"
        assert zmlp("train", *unsuitable, "--json").error == ""

    def test_what_suits_a_switch_goes_along_and_is_said(self, zmlp: Run, tmp_path: Path) -> None:
        switch = [*QUICK, "--activation", "sigmoid"]
        told = zmlp("train", *switch, "--output", tmp_path / "alone")
        assert told.error.splitlines() == [
            "note: Learning rate 0.1 → 0.4 and first weights He → Glorot, as suits sigmoid."
        ]
        zmlp("train", *switch, "--learning-rate", "0.4", "--output", tmp_path / "named", "--json")
        assert (tmp_path / "alone").read_bytes() == (tmp_path / "named").read_bytes()
        first = zmlp("train", *switch, "--json").objects[0]
        assert (first["event"], first["settings"]) == ("suited", {"learning_rate": 0.4})
        assert "suits sigmoid" in first["text"]

    def test_what_the_line_names_stays_as_it_is(self, zmlp: Run) -> None:
        named = ["--optimizer", "adam", "--learning-rate", "0.1", "--initializer", "he"]
        events = zmlp("train", *QUICK, *named, "--json").objects
        assert "suited" not in {each["event"] for each in events}

    def test_each_layer_may_have_an_activation_of_its_own(self, zmlp: Run, tmp_path: Path) -> None:
        words = ["--hidden", "9,7", "--activation", "relu,tanh", "--epochs", "1"]
        zmlp("train", *words, "--output", tmp_path / "net", "--json")
        assert load(tmp_path / "net").network.spec.activations == ("relu", "tanh")

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            ("--batch-norm --batch-size 1", "Minibatch cannot be “1” with batch normalisation"),
            ("--patience 2 --no-validation", "Patience cannot be “2” without the validation part"),
            (
                "--hidden 5 --activation relu,tanh",
                "Activation cannot be “relu, tanh” with 1 hidden",
            ),
        ],
    )
    def test_settings_that_do_not_go_together_are_refused_at_once(
        self, zmlp: Run, words: str, sentence: str
    ) -> None:
        done = zmlp("train", *words.split(), "--data", "/nowhere", "--json")
        assert (done.code, done.out) == (1, "")
        assert sentence in done.sentence

    def test_people_read_the_accuracy_and_where_the_network_is(
        self, zmlp: Run, tmp_path: Path
    ) -> None:
        path = tmp_path / "[red] net.safetensors"
        done = zmlp("train", *QUICK, "--output", path)
        assert (done.code, done.error) == (0, "")
        assert "validation accuracy" in done.out
        assert "% of 1,000 test digits right" in done.out
        assert f"The network is in {path}" in done.out
        assert path.exists()

    def test_settings_of_the_line_reach_the_network(self, zmlp: Run, tmp_path: Path) -> None:
        words = ["--hidden", "9,7", "--activation", "tanh", "--no-bias", "--loss", "squared-error"]
        zmlp("train", *words, "--epochs", "1", "--output", tmp_path / "net", "--json")
        assert load(tmp_path / "net").network.spec == NetworkSpec(
            (9, 7), activation="tanh", bias=False, loss="squared-error"
        )

    def test_a_recipe_is_what_is_not_said(self, zmlp: Run, tmp_path: Path) -> None:
        words = ["--recipe", "journal-minibatch", "--hidden", "6", "--epochs", "1"]
        result = zmlp("train", *words, "--output", tmp_path / "net", "--json").objects[-1]
        assert result["minibatches"] == 4000 / 32
        assert load(tmp_path / "net").trained_on.digits == 4000

    def test_without_a_validation_part_people_are_told_where_the_curve_is_drawn(
        self, zmlp: Run
    ) -> None:
        done = zmlp("train", *QUICK, "--no-validation")
        assert "test accuracy" in done.out
        assert "No validation part: the curve was drawn on the test part" in done.out

    def test_the_same_seed_gives_the_same_file_and_another_one_another(
        self, zmlp: Run, tmp_path: Path
    ) -> None:
        for name, seed in (("a", "4"), ("b", "4"), ("c", "5")):
            zmlp("train", *QUICK, "--seed", seed, "--output", tmp_path / name, "--json")
        one, same, other = ((tmp_path / name).read_bytes() for name in "abc")
        assert one == same
        assert one != other

    def test_the_curve_is_that_of_the_training_that_anyone_pulls(self, zmlp: Run) -> None:
        done = zmlp("train", *QUICK, "--threads", "1", "--json")
        recipe = RECIPES["fast"]
        training = prepare(
            NetworkSpec((12,)), recipe.training.replace(epochs=1, threads=1), "mnist-5k"
        )
        pulled = [event.accuracy for event in training if isinstance(event, Evaluated)]
        assert pulled == [
            event["accuracy"] for event in done.objects if event["event"] == "evaluated"
        ]

    def test_an_epoch_before_the_first_evaluation_has_no_accuracy(self, zmlp: Run) -> None:
        words = ["--recipe", "journal-minibatch", "--hidden", "5", "--batch-size", "4000"]
        done = zmlp("train", *words, "--epochs", "2", "--json")
        epochs = [event for event in done.objects if event["event"] == "epoch"]
        assert [epoch["accuracy"] is None for epoch in epochs] == [True, False]

    def test_one_that_diverges_says_so_once_and_saves_what_was_best(
        self, zmlp: Run, tmp_path: Path
    ) -> None:
        words = ["--activation", "identity", "--optimizer", "sgd", "--learning-rate", "10"]
        done = zmlp("train", *QUICK, *words, "--json", "--output", tmp_path / "net")
        assert done.code == 1
        assert "learning rate is too high" in done.sentence
        assert done.objects[-1]["reason"] == "diverged"
        assert np.isfinite(load(tmp_path / "net").network.parameters).all()

    def test_a_foreign_folder_is_learned_and_named(
        self, zmlp: Run, tmp_path: Path, digits: Digits
    ) -> None:
        folder = write_set(tmp_path / "my digits", digits)
        result = zmlp("train", *QUICK, "--data", folder, "--json").objects[-1]
        assert result["data"] == "my digits"
        assert load(result["model"]).trained_on == TrainedOn("my digits", "", 90)

    def test_digits_of_a_test_part_can_be_left_out(
        self, zmlp: Run, tmp_path: Path, digits: Digits
    ) -> None:
        folder = write_set(tmp_path / "mnist", digits)
        images = digits.learning.images[:100].copy()
        images[:30] = digits.test.images[:30]
        write_idx(folder / "train-images-idx3-ubyte.gz", images)
        words = ["--data", str(folder), "--exclude", "mnist-5k", "--json"]
        result = zmlp("train", *QUICK, *words).objects[-1]
        assert load(result["model"]).trained_on == TrainedOn("mnist", "mnist-5k", 60)

    def test_where_the_network_cannot_go_is_known_before_the_work(
        self, zmlp: Run, tmp_path: Path, model: Path
    ) -> None:
        for output in (tmp_path, tmp_path / "no" / "net", model / "net", "/", "."):
            done = zmlp("train", *QUICK, "--epochs", "10000", "--json", "--output", output)
            assert (done.code, done.out) == (1, "")
            assert "could not be written" in done.sentence

    def test_the_name_of_another_format_is_refused_before_the_work(
        self, zmlp: Run, tmp_path: Path
    ) -> None:
        done = zmlp("train", *QUICK, "--output", tmp_path / "net.onnx")
        assert (done.code, done.out) == (1, "")
        assert done.sentence.endswith(
            "end its name with .safetensors, and zmlp export makes .onnx."
        )
        assert list(tmp_path.glob("net*")) == []

    def test_a_disk_that_fills_up_meanwhile_costs_neither_the_network_nor_the_old_file(
        self, zmlp: Run, model: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before, fsync = model.read_bytes(), os.fsync

        def fail_once(descriptor: int) -> None:
            monkeypatch.setattr(os, "fsync", fsync)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        def fill_the_disk(*known: Any) -> Model:
            monkeypatch.setattr(os, "fsync", fail_once)
            return trained_model(*known)

        monkeypatch.setattr("tempfile.tempdir", str(model.parent))
        # When nothing but the network is left to be written.
        monkeypatch.setattr("core.train_command.trained_model", fill_the_disk)
        done = zmlp("train", *QUICK, "--output", model, "--json")
        assert done.code == 1
        assert f"{model} could not be written: No space left on device" in done.sentence
        assert model.read_bytes() == before
        rescued = done.objects[-1]["model"]
        assert f"The network is in {rescued} instead." in done.sentence
        assert load(rescued).network.spec.hidden == (12,)

    def test_too_large_for_the_memory_is_told(self, zmlp: Run) -> None:
        done = zmlp("train", "--hidden", ",".join(["20000"] * 2000))
        assert done.code == 1
        assert "not enough memory" in done.sentence


class TestSettings:
    @pytest.fixture
    def words(self, zmlp: Run, monkeypatch: pytest.MonkeyPatch) -> str:
        """The help of `train`, whatever its lines."""
        # Wide, because a line may break within a word that has a hyphen.
        monkeypatch.setenv("COLUMNS", "5000")
        return " ".join(zmlp("train", "--help").out.split())

    @pytest.mark.parametrize("each", FLAGS, ids=lambda each: each.flag)
    def test_every_setting_has_a_flag_with_its_words(self, words: str, each: Setting) -> None:
        place = words.index(f" {each.flag}", words.index(" Network:"))
        about = words[place : words.index(each.help, place) + len(each.help) + 600]
        assert about.count(" --") < 10, "the words stand behind the flag"
        for name, meaning in each.choices.items():
            assert f"{name or 'none'}: {meaning}" in about
        if each.low is not None:
            assert f"({each.allowed()})" in about

    def test_every_recipe_is_explained(self, words: str) -> None:
        assert all(f"{name}: {recipe.help}" in words for name, recipe in RECIPES.items())
        assert "(default: fast)" in words

    def test_it_says_how_several_layers_are_written(self, words: str) -> None:
        assert "128,64 (whole numbers from 1 to 20,000, or none)" in words

    @pytest.mark.parametrize("each", FLAGS, ids=lambda each: each.flag)
    def test_a_wrong_value_is_wrong_usage_in_one_clear_sentence(
        self, zmlp: Run, each: Setting
    ) -> None:
        words = [each.flag, "quark"]
        if isinstance(each.default, bool):
            words = [f"{each.flag}=quark"]
        done = zmlp("train", *words)
        *usage, sentence = done.error.splitlines()
        assert (done.code, done.out) == (2, "")
        assert usage[0].startswith("usage: zmlp train")
        assert sentence.startswith("zmlp train: error: argument ")
        if not isinstance(each.default, bool):
            assert sentence.endswith(f"{each.label} cannot be “quark”: {each.allowed()}.")

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            ("--learning-rate 20", "Learning rate cannot be “20”: numbers from 0.000001 to 10."),
            ("--learning-rate -1", "Learning rate cannot be “-1”: numbers from 0.000001 to 10."),
            ("--epochs 1.5", "Epochs cannot be “1.5”: whole numbers from 1 to 10,000."),
            (
                "--hidden 128,0",
                "Layers cannot be “128,0”: whole numbers from 1 to 20,000, or none.",
            ),
            ("--recipe slow", "invalid choice: 'slow'"),
            ("--learning-speed 1", "unrecognized arguments: --learning-speed 1"),
        ],
    )
    def test_sentences_read_well(self, zmlp: Run, words: str, sentence: str) -> None:
        done = zmlp("train", *words.split())
        assert done.code == 2
        assert sentence in done.error.splitlines()[-1]

    def test_no_hidden_layer_is_allowed(self, zmlp: Run) -> None:
        result = zmlp("train", "--hidden", "none", "--epochs", "1", "--json").objects[-1]
        assert result["parameters"] == 7850


class TestInterrupt:
    """Ctrl+C and SIGTERM end a run cleanly, whatever is being done."""

    def start(self, home: Path, *words: str) -> "subprocess.Popen[str]":
        words = ("train", "--hidden", "20", "--epochs", "10000", *words)
        return process(*words, XDG_DATA_HOME=str(home), PYTHONUNBUFFERED="1")

    def wait_for(self, stream: IO[str] | None, words: str) -> None:
        assert stream is not None
        for line in stream:
            if words in line:
                return
        pytest.fail(f"{words} was never said")

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_keeps_the_best_network_and_tells_the_result(
        self, tmp_path: Path, number: signal.Signals
    ) -> None:
        command = self.start(tmp_path, "--json")
        self.wait_for(command.stdout, '"epoch": 2')
        command.send_signal(number)
        done = finish(command)
        result = done.objects[-1]
        assert (done.code, done.error) == (0, "")
        assert (result["event"], result["reason"]) == ("finished", "stopped")
        assert 2 <= result["epochs"] < 10_000
        assert result["test_accuracy"] > 0.5
        assert load(result["model"]).network.spec.hidden == (20,)

    def test_a_second_one_ends_everything_at_once(
        self, zmlp: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = signal.getsignal(signal.SIGINT)

        def interrupt_twice(**values: object) -> None:
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)

        monkeypatch.setattr("core.train_command.print_json", interrupt_twice)
        done = zmlp("train", *QUICK, "--json")
        assert (done.code, done.out, done.error) == (130, "", "")
        assert list(own_folder().iterdir()) == []
        assert signal.getsignal(signal.SIGINT) is before

    def test_while_data_are_read_no_traceback_is_shown(
        self, zmlp: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("core.datasets.load", interrupt)
        done = zmlp("train", *QUICK)
        assert (done.code, done.out, done.error) == (130, "", "")

    def test_ctrl_c_while_the_program_starts_is_silent_too(
        self, zmlp: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupt() -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("zmlp_gui.__main__._parser", interrupt)
        done = zmlp("train")
        assert (done.code, done.out, done.error) == (130, "", "")


class TestEvaluate:
    def test_figures_are_those_of_the_test_part(
        self, zmlp: Run, model: Path, digits: Digits
    ) -> None:
        done = zmlp("evaluate", model, "--json")
        (result,) = done.objects
        assert {"accuracy", "loss", "calibration_error", "confusion", "samples"} <= result.keys()
        confusion = np.array(result["confusion"])
        assert confusion.sum(axis=1).tolist() == [100] * 10
        assert np.trace(confusion) / 1000 == result["accuracy"]
        assert result["samples"] == 1000
        answers = load(model).network.predict(digits.test.images)
        chosen = answers[np.arange(1000), digits.test.labels]
        assert result["loss"] == pytest.approx(-np.log(chosen).mean(), rel=1e-4)
        assert 0 <= result["calibration_error"] <= 1

    def test_people_see_the_confusion(self, zmlp: Run) -> None:
        done = zmlp("evaluate")
        assert done.code == 0
        assert "answered" in done.out
        assert "% of 1,000 test digits of mnist-5k right" in done.out
        assert "trained on" not in done.out

    def test_the_bundled_network_is_good(self, zmlp: Run) -> None:
        (result,) = zmlp("evaluate", "--json").objects
        assert result["accuracy"] > 0.98
        assert result["note"] is None

    def test_a_network_that_saw_test_digits_says_so(self, zmlp: Run, model: Path) -> None:
        words = "The network was trained on digits of the test part of mnist-5k."
        assert zmlp("evaluate", model, "--json").objects[0]["note"] == words
        assert words in zmlp("evaluate", model).out

    def test_one_that_left_them_out_has_nothing_to_say(self, zmlp: Run, tmp_path: Path) -> None:
        network = Network(NetworkSpec((4,)))
        trained_on = TrainedOn("mnist", "mnist-5k", 54_000)
        save(Model(network, trained_on=trained_on), tmp_path / "net")
        assert zmlp("evaluate", tmp_path / "net", "--json").objects[0]["note"] is None

    def test_digits_of_another_size_are_refused(
        self, zmlp: Run, model: Path, tmp_path: Path
    ) -> None:
        small = np.zeros((40, 8, 9), np.uint8)
        folder = tmp_path / "small"
        folder.mkdir()
        for name in ("train", "t10k"):
            write_idx(folder / f"{name}-images-idx3-ubyte", small)
            write_idx(folder / f"{name}-labels-idx1-ubyte", np.arange(40, dtype=np.uint8) % 3)
        done = zmlp("evaluate", model, "--data", folder)
        assert done.code == 1
        assert "reads 28×28 pixels and knows 10 classes; small has 8×9 pixels" in done.sentence

    def test_weights_that_overflow_are_told(self, zmlp: Run, tmp_path: Path) -> None:
        network = Network(NetworkSpec((40, 40))).initialize(0)
        network.parameters[:] = 3e38
        save(Model(network), tmp_path / "net")
        done = zmlp("evaluate", tmp_path / "net")
        assert done.code == 1
        assert "its weights are too large" in done.sentence


class TestPredict:
    def test_pictures_of_digits_are_read(self, zmlp: Run, tmp_path: Path, digits: Digits) -> None:
        paths = write_pictures(tmp_path, digits, 20)
        done = zmlp("predict", *paths, "--json")
        assert done.code == 0
        assert [each["file"] for each in done.objects] == [str(path) for path in paths]
        right = 0
        for each, label in zip(done.objects, digits.test.labels, strict=False):
            assert sum(each["probabilities"]) == pytest.approx(1, abs=1e-5)
            assert each["confidence"] == max(each["probabilities"])
            assert each["digit"] == str(int(np.argmax(each["probabilities"])))
            right += each["digit"] == str(label)
        assert right >= 19

    def test_people_get_a_line_each(self, zmlp: Run, tmp_path: Path, digits: Digits) -> None:
        path, *_ = write_pictures(tmp_path, digits, 1)
        assert zmlp("predict", path).out.startswith(f"{path}: {digits.test.labels[0]}  ")

    def test_a_file_that_is_no_picture_is_named_and_the_others_are_read(
        self, zmlp: Run, tmp_path: Path, digits: Digits
    ) -> None:
        first, last = write_pictures(tmp_path, digits, 2)
        text = tmp_path / "letter.txt"
        text.write_text("Dear aunt")
        done = zmlp("predict", first, text, tmp_path / "none.png", last)
        assert done.code == 1
        assert [line.split(":")[0] for line in done.out.splitlines()] == [str(first), str(last)]
        first_line, second_line = done.error.splitlines()
        assert first_line.startswith(f"zmlp: {text} is no picture")
        assert second_line.startswith(f"zmlp: {tmp_path / 'none.png'} ")
        told = zmlp("predict", first, text, last, "--json")
        assert (told.code, told.error) == (1, "")
        assert ["error" in each for each in told.objects] == [False, True, False]

    def test_an_empty_picture_is_never_a_guess(self, zmlp: Run, tmp_path: Path) -> None:
        Image.new("L", (100, 100), 255).save(tmp_path / "white.png")
        done = zmlp("predict", tmp_path / "white.png")
        assert (done.code, done.out) == (0, f"{tmp_path / 'white.png'}: nothing drawn\n")
        (told,) = zmlp("predict", tmp_path / "white.png", "--json").objects
        assert (told["digit"], told["confidence"], told["probabilities"]) == (None, 0, [])

    def test_a_network_for_other_images_is_told(
        self, zmlp: Run, tmp_path: Path, digits: Digits
    ) -> None:
        (path,) = write_pictures(tmp_path, digits, 1)
        save(Model(Network(NetworkSpec((4,), inputs=(8, 8)))), tmp_path / "net")
        done = zmlp("predict", path, "--model", tmp_path / "net")
        assert done.code == 1
        assert "reads images of 8×8 pixels" in done.sentence


class TestShow:
    def test_digits_are_drawn_with_their_labels(self, zmlp: Run, digits: Digits) -> None:
        done = zmlp("show", "--index", "3", "--count", "2")
        assert done.out.startswith("mnist-5k: 3,600 training, 400 validation and 1,000 test digits")
        for index in (3, 4):
            assert f"training {index}: {digits.training.labels[index]}\n" in done.out
        lines = done.out.split(f"training 3: {digits.training.labels[3]}\n")[1].splitlines()[:28]
        inked = [index for index, row in enumerate(digits.training.images[3]) if row.max() > 60]
        assert [index for index, line in enumerate(lines) if line] == inked

    def test_json_holds_the_pixels_and_the_sizes(self, zmlp: Run, digits: Digits) -> None:
        done = zmlp("show", "--part", "test", "--index", "998", "--count", "10", "--json")
        *shown, result = done.objects
        assert [each["index"] for each in shown] == [998, 999]
        assert np.array_equal(shown[1]["pixels"], digits.test.images[999])
        assert result["event"] == "finished"
        assert (result["training"], result["validation"], result["test"]) == (3600, 400, 1000)
        assert (result["height"], result["width"]) == (28, 28)

    def test_an_index_beyond_the_end_is_told(self, zmlp: Run) -> None:
        done = zmlp("show", "--part", "validation", "--index", "400")
        assert done.code == 1
        assert done.sentence == "mnist-5k has 400 validation digits, the first one is 0."

    @pytest.mark.parametrize("index", ["-1", "x", "1.5", "9" * 5000])
    def test_what_is_no_index_is_wrong_usage(self, zmlp: Run, index: str) -> None:
        done = zmlp("show", "--index", index)
        assert done.code == 2


class TestData:
    def test_list_names_what_there_is_and_what_is_not(self, zmlp: Run, monkeypatch: Any) -> None:
        monkeypatch.setenv("ZMLP_DATA", "")
        done = zmlp("data", "list")
        assert done.code == 0
        assert "part of the program" in done.out
        assert "not found" in done.out
        found = {each["name"]: each["found"] for each in zmlp("data", "list", "--json").objects}
        assert found["mnist-5k"] is True
        assert found["mnist"] is False

    def test_check_of_a_sound_set(self, zmlp: Run) -> None:
        done = zmlp("data", "check", "mnist-5k")
        assert (done.code, done.error) == (0, "")
        assert "mnist-5k is sound." in done.out
        (report,) = zmlp("data", "check", "mnist-5k", "--json").objects
        assert report["sound"] is True
        assert len(report["files"]) == 4

    def test_check_of_a_broken_set(self, zmlp: Run, tmp_path: Path, digits: Digits) -> None:
        folder = write_set(tmp_path / "set", digits)
        broken = folder / "t10k-labels-idx1-ubyte.gz"
        broken.write_bytes(broken.read_bytes()[:30])
        done = zmlp("data", "check", folder)
        assert done.code == 1
        assert f"{broken} is cut short" in done.sentence
        assert "is sound" not in done.out
        (report,) = zmlp("data", "check", folder, "--json").objects
        assert report["sound"] is False
        assert str(broken) in report["problems"][0]


class TestErrors:
    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            ("train --data nothing", "There is no data set nothing"),
            ("train --data /no/such/folder", "/no/such/folder does not exist"),
            ("evaluate --data nothing", "There is no data set nothing"),
            ("evaluate nobody", "There is no model file nobody, and no bundled network"),
            ("evaluate /dev/null", "/dev/null is no file"),
            ("predict x.png --model nobody", "There is no model file nobody"),
            ("show --data nothing", "There is no data set nothing"),
            ("data check nothing", "There is no data set nothing"),
        ],
    )
    def test_are_one_line_and_exit_code_1(self, zmlp: Run, words: str, sentence: str) -> None:
        done = zmlp(*words.split())
        assert (done.code, done.out) == (1, "")
        assert sentence in done.sentence

    @pytest.mark.parametrize("words", ["train --hlep", "data", "data destroy", "predict", "show 3"])
    def test_of_usage_are_exit_code_2(self, zmlp: Run, words: str) -> None:
        done = zmlp(*words.split())
        assert (done.code, done.out) == (2, "")
        assert done.error.startswith("usage: zmlp ")

    def test_paths_that_are_not_utf8_work_and_are_shown(
        self, tmp_path: Path, digits: Digits
    ) -> None:
        folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/z\xfcrich"))
        folder.mkdir()
        paths = write_pictures(folder, digits, 1)
        done = finish(process("predict", *paths, folder / "missing.png"))
        assert done.code == 1
        assert rf"z\xfcrich/{paths[0].name}: {digits.test.labels[0]}  " in done.out
        assert r"z\xfcrich/missing.png" in done.sentence
        words = "train", *QUICK, "--json", "--output", folder / "net"
        done = finish(process(*words))
        assert (done.code, done.error) == (0, "")
        assert done.objects[-1]["model"].endswith(r"z\xfcrich/net")
        assert (folder / "net").exists()


class TestTerminals:
    def test_one_that_knows_few_letters_ends_no_command(self) -> None:
        done = finish(process("evaluate", PYTHONIOENCODING="ascii"))
        assert (done.code, done.error) == (0, "")
        assert "right" in done.out

    def test_a_reader_that_has_seen_enough_is_no_error(self) -> None:
        command = process("show", "--count", "3600", "--json")
        assert command.stdout is not None
        assert command.stderr is not None
        command.stdout.readline()
        command.stdout.close()
        assert command.stderr.read() == ""
        assert command.wait(timeout=60) == 1
        command.stderr.close()
