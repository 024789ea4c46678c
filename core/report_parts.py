"""What a report measures: one table of its parts, and what they are measured on."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from .commands import evaluate_model
from .composed_numbers import GAPS, composed
from .digits import Digits, Part
from .drawing import Drawing
from .metrics import confused, expected_error
from .model_file import Model
from .number_trial import try_numbers
from .numbers import NumberReader
from .pen_trial import PENS, SIDES, try_pens
from .preparation import prepare
from .reader import Reader
from .refusal_trial import COUNT, try_refusal
from .report_figures import Figure
from .robustness import KINDS, STEEPEST, DisturbedInk
from .stress_maps import sampled
from .teaching_trial import TAUGHT, try_teaching

QUICK_DRAWINGS, QUICK_NUMBERS, QUICK_SIGNS, QUICK_WRITERS = 300, 100, 200, 3
PICTURED, QUICK_PICTURED = 100, 20
"""Drawings of which pictures are made, several dozen of each."""
THICK = [part for part in PENS if part >= 1 / 10]
"""Pens whose figures are told one by one."""
NUMBERS = 500
"""Of each kind of gap."""
MISTAKES = ("most frequent", "second", "third")
SEED = 77


@dataclass(frozen=True, eq=False)
class Sets:
    """What a report is measured on.

    Attributes
    ----------
    digits : tuple of Digits
        Data sets, of which the test parts are read.
    ink : list of Drawing
        Single digits with labels, drawn by people of whom no network has learned.
    ink_name : str
    quick : bool
        Whether to take less of what takes long.
    """

    digits: tuple[Digits, ...] = ()
    ink: list[Drawing] = field(default_factory=list)
    ink_name: str = ""
    quick: bool = False

    @cached_property
    def drawings(self) -> list[Drawing]:
        """The drawings that are read."""
        return sampled(self.ink, QUICK_DRAWINGS if self.quick else None)

    @cached_property
    def drawings_words(self) -> str:
        """How many drawings these are, by how many people."""
        writers = len({drawing.writer for drawing in self.drawings})
        people = f"{writers:,} people" if writers > 1 else "one person"
        return f"{len(self.drawings):,} drawings by {people} ({self.ink_name})"

    @cached_property
    def writers(self) -> list[Part]:
        """Every digit of each of these people, prepared; of people with enough to teach some."""
        own: dict[str | None, list[Drawing]] = {}
        for drawing in self.ink:
            own.setdefault(drawing.writer, []).append(drawing)
        enough = [each for each in own.values() if len(each) > TAUGHT]
        return [
            Part(
                np.array([prepare(each) for each in drawings], np.uint8),
                np.array([each.label for each in drawings], np.uint8),
            )
            for drawings in enough[: QUICK_WRITERS if self.quick else None]
        ]

    @cached_property
    def disturbed(self) -> DisturbedInk:
        """The drawings changed in every way."""
        return DisturbedInk([(each, each.label or 0) for each in self.drawings], prepare)


@dataclass(frozen=True)
class ReportPart:
    """One part of a report.

    Attributes
    ----------
    name : str
        What `--parts` takes.
    title : str
    measure : callable
        The figures of a network.
    needs : tuple of str
        What it is measured on: `digits`, `ink`.
    """

    name: str
    title: str
    measure: Callable[[Model, Sets], list[Figure]]
    needs: tuple[str, ...] = ("ink",)


def _network(model: Model, sets: Sets) -> list[Figure]:
    """How large it is; of a committee, all members."""
    members = {id(each.network): each.network.spec for each in model.voices}.values()
    layers = {
        "-".join(map(str, (math.prod(spec.inputs), *spec.hidden, spec.classes))): None
        for spec in members
    }
    return [
        Figure("networks", "", len(members)),
        Figure("layers", "", ", ".join(layers)),
        Figure("weights", "", sum(spec.parameter_count for spec in members)),
    ]


def _digits(model: Model, sets: Sets) -> list[Figure]:
    """How the test digits of each data set are read."""
    figures = []
    for digits in sets.digits:
        result = evaluate_model(model, digits)
        right = int(np.trace(result.confusion))
        on = f"{result.samples:,} test digits of {digits.name}"
        seen = model.saw_tests_of(digits.name)
        note = f"It was trained on test digits of {digits.name}." if seen else ""
        figures += [
            Figure("right", on, 100 * result.accuracy, "%", note),
            Figure("wrong", on, result.samples - right, note=note),
            Figure("calibration error", on, 100 * result.calibration_error, "%", note),
            *_mistakes(result.confusion, digits.class_names, on),
        ]
    return figures


def _ink(model: Model, sets: Sets) -> list[Figure]:
    """How drawings are read the way that the window reads them, cut into digits first."""
    reader = NumberReader(Reader(model))
    confusion = np.zeros((len(model.class_names),) * 2, np.int64)
    right, sure, seconds = [], [], []
    apart = 0
    for drawing in sets.drawings:
        start = perf_counter()
        reading = reader.read(drawing)
        seconds.append(perf_counter() - start)
        label = drawing.label or 0
        right.append(reading is not None and reading.text == model.class_names[label])
        sure.append(reading.confidence if reading else 0.0)
        if reading is not None and len(reading.digits) == 1:
            confusion[label, reading.digits[0].reading.best] += 1
        else:
            apart += 1
    on = sets.drawings_words
    error = expected_error(np.array(sure), np.array(right))
    return [
        Figure("right", on, 100 * sum(right) / len(right), "%"),
        Figure("wrong", on, len(right) - sum(right)),
        Figure("taken for several digits", on, apart),
        Figure("calibration error", on, 100 * error, "%"),
        *_mistakes(confusion, model.class_names, on),
        Figure("time of one reading, median", on, 1e3 * median(seconds), "ms"),
    ]


def _robustness(model: Model, sets: Sets) -> list[Figure]:
    """What is lost on the same drawings elsewhere on the canvas, larger, smaller and turned."""
    found = sets.disturbed.read_by(model)
    steepest = f"{STEEPEST:.0f}°"
    words = {
        "place": f"worst of {len(KINDS['place'])} places on the canvas",
        "size": f"worst of {len(KINDS['size'])} sizes, 1/8 to the whole",
        "angle": f"worst of {len(KINDS['angle'])} angles, −{steepest} to {steepest}",
        "together": "place, size and angle at random",
    }
    on = f"points lost by {sets.drawings_words}"
    return [Figure(words[kind], on, lost, "points") for kind, lost in found.lost.items()]


def _numbers(model: Model, sets: Sets) -> list[Figure]:
    """How numbers of two to six digits, composed of the drawings, are cut and read."""
    drawings = [each for each in sets.drawings if each.picture is None]
    if not drawings:
        return []
    count = QUICK_NUMBERS if sets.quick else NUMBERS
    reader = NumberReader(Reader(model))
    figures = []
    for kind in GAPS:
        found = try_numbers(reader, composed(drawings, kind, count, SEED))
        on = f"{count:,} numbers composed of them, {kind} gaps"
        figures += [
            Figure("cut right", on, 100 * found.cut / found.numbers, "%"),
            Figure("all digits right", on, 100 * found.read / found.numbers, "%"),
        ]
    return figures


def _pens(model: Model, sets: Sets) -> list[Figure]:
    """What is read of pictures of the drawings, by how thick the pen was that drew them."""
    limit = QUICK_PICTURED if sets.quick else PICTURED
    written = [each for each in sets.drawings if each.strokes]
    if not written:
        return []
    found = try_pens(Reader(model), written, limit)
    sides = ", ".join(map(str, SIDES))
    on = (
        f"{found.drawings:,} drawings as pictures of {sides} pixels, of those read right as strokes"
    )
    figures = [Figure("still right, all pens", on, 100 * found.kept, "%")]
    for part in THICK:
        kept = [each.kept for each in found.shares if math.isclose(each.pen, part * each.side)]
        what = f"still right, pen 1/{round(1 / part)} of the side"
        figures.append(Figure(what, on, 100 * float(np.mean(kept)), "%"))
    return figures


def _refusal(model: Model, sets: Sets) -> list[Figure]:
    """What is taken for no digit: few of the digits, and most of what is none."""
    # Of a committee one network judges, and that has a column of its own.
    if model.alone is not model or model.refusal is None:
        return []
    count = QUICK_SIGNS if sets.quick else COUNT
    known = sets.digits[0]
    found = try_refusal(model, known, sets.drawings, count)
    made = f"{count:,} of each, made by the program"
    shares = (
        ("digits", f"{found.digits:,} test digits of {known.name}", found.digits_refused),
        ("digits", sets.drawings_words, found.ink_refused),
        ("digits left off in the middle", "made of these drawings", found.halves_refused),
        ("two digits over each other", "made of these drawings", found.overlaid_refused),
        ("letters", made, found.letters_refused),
        ("scribbles", made, found.scribbles_refused),
        ("letters that look like digits", made, found.disguised_refused),
    )
    areas = (
        ("letters and scribbles", found.area),
        ("letters that look like digits", found.area_disguised),
    )
    against = "area under the ROC curve, all these digits against"
    return [
        *(
            Figure(f"refused: {what}", on, 100 * share, "%")
            for what, on, share in shares
            if share is not None
        ),
        *(Figure(what, against, 100 * area, "%") for what, area in areas),
    ]


def _teaching(model: Model, sets: Sets) -> list[Figure]:
    """What lessons are worth to people whom the network does not know, and what they cost."""
    # Of a committee one network is taught, and that has a column of its own.
    if model.alone is not model or not sets.writers:
        return []
    known = sets.digits[0]
    found = try_teaching(model, sets.writers, known.test)
    on = f"{found.judged:,} other drawings by {found.writers} people who taught {found.taught} each"
    kept = f"points lost by {found.test_digits:,} test digits of {known.name}"
    points = 100 / found.test_digits
    return [
        Figure("wrong before", on, 100 * found.wrong_before / found.judged, "%"),
        Figure("wrong after", on, 100 * found.wrong_after / found.judged, "%"),
        Figure("one lesson, median", on, 1e3 * found.seconds, "ms"),
        Figure(
            "mean of the lessons",
            kept,
            points * (found.test_right_before - found.test_right_after),
            "points",
        ),
        Figure(
            "worst lesson",
            kept,
            points * (found.test_right_before - found.test_right_worst),
            "points",
        ),
    ]


def _mistakes(confusion: NDArray[np.int64], names: tuple[str, ...], on: str) -> list[Figure]:
    """The most frequent mistakes, in words: `4 as 9 (5)`."""
    found = confused(confusion, len(MISTAKES))
    return [
        Figure(f"{which} mistake", on, f"{names[meant]} as {names[answer]} ({count})")
        for which, (meant, answer, count) in zip(MISTAKES, found, strict=False)
    ]


PARTS: dict[str, ReportPart] = {
    part.name: part
    for part in (
        ReportPart("network", "The networks", _network, needs=()),
        ReportPart("digits", "Digits of data sets", _digits, needs=("digits",)),
        ReportPart("ink", "Digits drawn with a pen, read as the window reads them", _ink),
        ReportPart("robustness", "Other places, sizes and angles", _robustness),
        ReportPart("pens", "Pictures, by the width of the pen", _pens),
        ReportPart("refusal", "What is no digit", _refusal, needs=("digits", "ink")),
        ReportPart("teaching", "Lessons by strangers", _teaching, needs=("digits", "ink")),
        ReportPart("numbers", "Numbers of two to six digits", _numbers),
    )
}
"""By name, in the order in which they are measured."""
