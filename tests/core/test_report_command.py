"""The command report: its figures are those of the commands beside it, and say what they are of."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import networks
from core.composed_numbers import compose
from core.datasets import load
from core.drawing import Drawing, Stroke, read_bundled_ink, write_ink
from core.model_file import Model, TrainedOn, save
from core.network import Network
from core.number_trial import try_numbers
from core.numbers import NumberReader
from core.pen_trial import try_pens
from core.preparation import prepare
from core.reader import Reader
from core.refusal_trial import try_refusal
from core.report_command import BEGIN, END
from core.report_figures import Figure, Measured, markdown
from core.report_parts import PARTS
from core.robustness import robustness
from core.spec import NetworkSpec
from zmlp_gui.__main__ import main

NET = "first-light"
SAMPLES = read_bundled_ink("ink/samples.jsonl")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def zmlp(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command where no data is found but what the test names."""
    monkeypatch.delenv("ZMLP_DATA", raising=False)

    def run(*words: str | Path) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        out, error = capfd.readouterr()
        return code, out, error

    return run


@pytest.fixture
def figures(zmlp: Run) -> Callable[..., dict[str, Any]]:
    """The values of a report of one network, by what they are of; of several sets, the last one."""

    def run(*words: str | Path) -> dict[str, Any]:
        code, out, _ = zmlp("report", "--models", NET, "--json", *words)
        assert code == 0
        *lines, last = (json.loads(line, parse_constant=pytest.fail) for line in out.splitlines())
        assert last["event"] == "finished"
        return {line["what"]: line["value"] for line in lines}

    return run


@pytest.fixture
def ink(tmp_path: Path) -> Path:
    """The samples as if three people had written them, each all of them."""
    path = tmp_path / "people.jsonl.gz"
    write_ink(path, [replace(each, writer=name) for name in "123" for each in SAMPLES])
    return path


# What is measured


def test_figures_of_digits_are_those_of_evaluate(zmlp: Run, figures: Callable[..., Any]) -> None:
    _, out, _ = zmlp("evaluate", NET, "--json")
    said = json.loads(out)
    found = figures("--parts", "digits")
    assert found["right"] == 100 * said["accuracy"]
    assert found["wrong"] == round(said["samples"] * (1 - said["accuracy"]))
    assert found["calibration error"] == 100 * said["calibration_error"]
    wrong = np.array(said["confusion"]) * (1 - np.eye(10, dtype=int))
    assert found["most frequent mistake"].endswith(f"({wrong.max()})")


def test_ink_is_read_of_those_whom_nobody_learned_from(zmlp: Run, tmp_path: Path) -> None:
    """The last third of the writers: here those who wrote every digit under a wrong name."""
    wrongly = [replace(each, label=(each.label + 1) % 10) for each in SAMPLES]
    both = [(name, SAMPLES) for name in "1234"] + [(name, wrongly) for name in ("5", "10")]
    path = tmp_path / "six.jsonl"
    write_ink(path, [replace(each, writer=name) for name, part in both for each in part])
    code, out, _ = zmlp("report", "--models", NET, "--parts", "ink", "--ink", path)
    assert code == 0
    assert f"{2 * len(SAMPLES)} drawings by 2 people (six)" in out
    assert " ".join(out.split()).count("right 0.00 %") == 1


def test_mistakes_on_ink_are_counted_and_named(ink: Path, figures: Callable[..., Any]) -> None:
    reader = Reader(networks.find(NET))
    meant = [(each.label, reader.read(each).best) for each in SAMPLES]
    found = figures("--parts", "ink", "--ink", ink)
    assert found["wrong"] == sum(label != answer for label, answer in meant)
    assert found["right"] == 100 * (1 - found["wrong"] / len(SAMPLES))
    assert found["taken for several digits"] == 0
    assert 0 < found["time of one reading, median"] < 1000


def test_two_digits_side_by_side_are_no_right_answer(
    tmp_path: Path, figures: Callable[..., Any]
) -> None:
    seven, one = SAMPLES[7], SAMPLES[1]
    beside = [
        Stroke(each.points + np.float32([seven.size[0], 0]), each.width) for each in one.strokes
    ]
    wide = Drawing((2 * seven.size[0], seven.size[1]), (*seven.strokes, *beside), label=7)
    path = tmp_path / "wide.jsonl"
    write_ink(path, [replace(wide, writer=name) for name in "123"])
    found = figures("--parts", "ink", "--ink", path)
    assert (found["taken for several digits"], found["wrong"]) == (1, 1)


def test_points_lost_are_those_of_robustness(ink: Path, figures: Callable[..., Any]) -> None:
    lost = robustness(Reader(networks.find(NET)), SAMPLES).lost
    found = figures("--parts", "robustness", "--ink", ink)
    assert list(found.values()) == list(lost.values())


def test_a_number_is_right_when_all_its_digits_are() -> None:
    reader = NumberReader(Reader(networks.find(NET)))
    good = [each for each in SAMPLES[:10] if reader.reader.read(each).best == each.label]
    random = np.random.default_rng(0)
    right = compose(good[:3], "wide", random)
    misread = replace(right, text="000")
    miscut = replace(right, groups=[[0]])
    assert right.text != "000"
    found = try_numbers(reader, [right, misread, miscut])
    assert (found.numbers, found.cut, found.read) == (3, 2, 2)


def test_pictures_of_pens_are_those_of_the_trial(
    tmp_path: Path, figures: Callable[..., Any]
) -> None:
    path = tmp_path / "few.jsonl"
    write_ink(path, [replace(each, writer=name) for name in "123" for each in SAMPLES[:2]])
    found = try_pens(Reader(networks.find(NET)), SAMPLES[:2])
    told = figures("--parts", "pens", "--ink", path)
    assert told["still right, all pens"] == 100 * found.kept
    widest = [each.kept for each in found.shares if each.pen == each.side / 4]
    assert told["still right, pen 1/4 of the side"] == pytest.approx(100 * np.mean(widest))


def test_shares_that_are_refused_are_those_of_the_trial(
    ink: Path, figures: Callable[..., Any]
) -> None:
    found = try_refusal(networks.find(NET), load("mnist-5k"), SAMPLES, 200)
    told = figures("--parts", "refusal", "--quick", "--ink", ink)
    assert told["refused: letters"] == 100 * found.letters_refused
    assert told["refused: two digits over each other"] == 100 * found.overlaid_refused
    assert told["letters and scribbles"] == 100 * found.area


def test_a_network_that_refuses_nothing_has_no_figures_of_it(
    ink: Path, zmlp: Run, tmp_path: Path
) -> None:
    path = tmp_path / "trusting.safetensors"
    save(Model(Network(NetworkSpec((4,))).initialize(0)), path)
    words = ("--models", path, "--parts", "refusal", "--quick", "--ink", ink)
    code, out, _ = zmlp("report", *words)
    assert code == 0
    assert "refused" not in out


def test_strangers_teach_and_are_judged_by_their_other_digits(tmp_path: Path, zmlp: Run) -> None:
    """Of nine people three are in the test part, and one has too few drawings to teach."""
    people = [(name, 4 if name != "9" else 1) for name in "123456789"]
    path = tmp_path / "people.jsonl"
    write_ink(path, [replace(each, writer=name) for name, n in people for each in n * SAMPLES])
    words = ("--models", NET, "committee", "--parts", "teaching", "--ink", path)
    code, out, _ = zmlp("report", *words)
    assert code == 0
    assert "28 other drawings by 2 people who taught 50 each" in out
    (after,) = (line.split() for line in out.splitlines() if line.startswith("wrong after"))
    assert after[-1] == "–", "a committee is not taught"
    assert float(after[2]) <= 5.0


def test_numbers_of_every_kind_of_gap_are_told(ink: Path, zmlp: Run) -> None:
    words = ("--models", NET, "--parts", "numbers", "--quick", "--ink", ink)
    _, out, _ = zmlp("report", *words)
    for kind in ("wide", "normal", "tight", "overlapping"):
        assert f"100 numbers composed of them, {kind} gaps" in out


def test_several_networks_stand_side_by_side_with_their_sizes(zmlp: Run) -> None:
    code, out, _ = zmlp("report", "--models", NET, "committee", "--parts", "network")
    assert code == 0
    (weights,) = (line.split() for line in out.splitlines() if line.startswith("weights"))
    assert weights == ["weights", "396,210", "6,380,020"]


def test_date_and_machine_stand_at_the_end(zmlp: Run) -> None:
    _, out, _ = zmlp("report", "--models", NET, "--parts", "network")
    last = out.splitlines()[-1]
    assert last.startswith("Measured on 20")
    assert f"numpy {np.__version__}" in last


def test_a_network_that_has_seen_the_test_digits_says_so(zmlp: Run, tmp_path: Path) -> None:
    path = tmp_path / "knowing.safetensors"
    network = Network(NetworkSpec((4,))).initialize(0)
    save(Model(network, "knowing", trained_on=TrainedOn("mnist", "", 60_000)), path)
    _, out, _ = zmlp("report", "--models", path, "--parts", "digits")
    assert "% *" in out
    assert "* It was trained on test digits of mnist-5k." in out


# What is not there


def test_without_ink_its_parts_are_left_out_and_named(zmlp: Run) -> None:
    code, out, error = zmlp("report", "--models", NET, "--quick")
    assert code == 0
    assert "note: ink, robustness, " in error
    assert " are left out, for there are no people's drawings" in error
    assert "robustness" not in out
    assert "1,000 test digits of mnist-5k" in out


def test_without_mnist_that_is_said(zmlp: Run) -> None:
    _, out, error = zmlp("report", "--models", NET, "--parts", "digits")
    assert error.startswith("note: MNIST is not here, mnist-5k alone is measured on")
    assert "of mnist\n" not in out


def test_ink_is_found_where_data_is_looked_for(
    ink: Path, figures: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ink.parent / "data" / "ink"
    folder.mkdir(parents=True)
    ink.rename(folder / ink.name)
    monkeypatch.setenv("ZMLP_DATA", str(folder.parent))
    assert "right" in figures("--parts", "ink")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--parts", "ink"), "There are no people's drawings to measure ink on: name a file"),
        (("--parts", "weather"), "There is no part weather of the report: there are network,"),
        (("--parts", "ink", "--ink", "gone.jsonl"), "gone.jsonl could not be read"),
        (
            ("--parts", "ink", "--ink", "empty.jsonl"),
            "empty.jsonl holds no digits with labels",
        ),
        (("--data", "mnist"), "There is no data set mnist in"),
        (("--models", "nobody"), "There is no model file nobody"),
        (("--models", "clothes.safetensors"), "clothes.safetensors reads no handwritten digits"),
        (("--readme",), "README.md has no marks <!-- reader"),
        (("--readme", "gone.md"), "gone.md cannot be read"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_measured_is_told_in_one_sentence(
    words: tuple[str, ...],
    sentence: str,
    zmlp: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty.jsonl").write_text("", "utf-8")
    Path("README.md").write_text("nothing\n", "utf-8")
    network = Network(NetworkSpec((4,))).initialize(0)
    save(Model(network, "clothes", preparation="none"), "clothes.safetensors")
    models = () if "--models" in words else ("--models", NET)
    code, out, error = zmlp("report", *models, *words)
    assert (code, out) == (1, "")
    assert error.startswith(f"zmlp: {sentence}")
    assert error.count("\n") == 1


# What is made of it


def test_the_readme_gets_the_tables_between_its_marks_alone(zmlp: Run, tmp_path: Path) -> None:
    path = tmp_path / "READ.md"
    path.write_text(f"before\n{BEGIN}\nold\n{END}\nbehind\n", "utf-8")
    words = ("--models", NET, "--parts", "digits", "--readme", path)
    assert zmlp("report", *words)[0] == 0
    text = path.read_text("utf-8")
    assert text.startswith(f"before\n{BEGIN}\n| measured on | | {NET} |\n|---|---|--:|\n")
    assert text.endswith(f"\n{END}\nbehind\n")
    assert "old" not in text
    assert "| 1,000 test digits of mnist-5k | right | " in text


def test_what_one_network_lacks_is_a_dash_and_a_set_is_named_once() -> None:
    one = [Figure("right", "ten digits", 90.0, "%"), Figure("wrong", "ten digits", 1)]
    other = [Figure("right", "ten digits", 100.0, "%", "It knew them.")]
    lines = list(markdown([Measured("digits", "Digits", {"a": one, "b": other})]))
    assert lines == [
        "| measured on | | a | b |",
        "|---|---|--:|--:|",
        "| ten digits | right | 90.00 % | 100.00 % \\* |",
        "| | wrong | 1 | – |",
        "",
        "\\* It knew them.",
    ]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (-1.25, "points", "−1.25 points"),
        (-0.001, "points", "0.00 points"),
        (3_190_010, "", "3,190,010"),
        ("784-30-10", "", "784-30-10"),
    ],
)
def test_a_figure_is_written_as_people_do(value: float | str, unit: str, text: str) -> None:
    assert Figure("", "", value, unit).text == text


def test_every_part_has_a_name_without_blanks_and_a_title() -> None:
    assert all(name == part.name == name.split()[0] for name, part in PARTS.items())
    assert all(part.title for part in PARTS.values())


def test_drawings_of_the_report_are_prepared_as_the_reader_does() -> None:
    reader = Reader(networks.find(NET))
    assert np.array_equal(reader.prepare(SAMPLES[3]), prepare(SAMPLES[3]))
