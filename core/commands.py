"""The commands evaluate, predict, show and data: reports to people or, as JSON, to programs."""

from dataclasses import asdict
from textwrap import shorten

import numpy as np
from rich.markup import escape
from rich.table import Table

from . import datasets, networks
from .data_check import check
from .digits import Digits
from .errors import DataError, ModelError, ZmlpError
from .files import display
from .metrics import Evaluation, accuracy, calibration_error, confusion_matrix
from .model_file import Model
from .numbers import NumberReader, NumberReading
from .pictures import read_picture
from .reader import Reader
from .report import confusion_table, console, print_error, print_json


def evaluate(model_name: str | None, data: str, as_json: bool) -> int:
    """Report how a network does on the test part of a data set."""
    name = model_name or networks.BEST_ON_MNIST
    model = networks.find(name)
    digits = datasets.load(data)
    result = evaluate_model(model, digits)
    seen = model.saw_tests_of(digits.name)
    note = f"The network was trained on digits of the test part of {digits.name}." if seen else None
    if as_json:
        print_json(**result.to_json(), model=display(name), data=digits.name, note=note)
        return 0
    say = console().print
    width = console().width
    say(confusion_table(result.confusion.tolist(), digits.class_names, width))
    say(
        f"\n[bold]{100 * result.accuracy:.2f} %[/] of {result.samples:,} test digits of "
        f"{escape(digits.name)} right · loss {result.loss:.4f} · "
        f"calibration error {100 * result.calibration_error:.2f} %",
        soft_wrap=True,
    )
    if note:
        say(note)
    if model.refusal is not None:
        share = result.refused / result.samples
        say(f"Taken for no digit: {result.refused:,} of them ({100 * share:.2f} %)")
    return 0


def evaluate_model(model: Model, digits: Digits) -> Evaluation:
    """Read the test part of a data set.

    Raises
    ------
    DataError
        The network was made for other images or classes.
    ModelError
        Its weights are so large that it answers nothing.
    """
    check_reads(model, digits)
    part = digits.test
    answers = model.predict(part.images)
    if not np.isfinite(answers).all():
        raise ModelError(
            "The network's answers are no numbers, its weights are too large; choose another one."
        )
    return Evaluation(
        accuracy(answers, part.labels),
        model.network.loss.value(answers, part.labels) / len(part),
        calibration_error(answers, part.labels),
        confusion_matrix(answers, part.labels),
        len(part),
        int(np.count_nonzero(~model.are_digits(part.images))),
    )


def check_reads(model: Model, digits: Digits) -> None:
    """Raise DataError where a network was made for other images or classes."""
    spec = model.network.spec
    if spec.inputs != digits.image_shape or spec.classes != len(digits.class_names):
        raise DataError(
            f"The network reads {spec.inputs[0]}×{spec.inputs[1]} pixels and knows {spec.classes} "
            f"classes; {digits.name} has {digits.image_shape[0]}×{digits.image_shape[1]} pixels "
            f"and {len(digits.class_names)} classes."
        )


def predict(files: list[str], model_name: str | None, as_json: bool) -> int:
    """Read pictures of digits and numbers; one that cannot be read is named, the others are read.

    Of a number, `digit` is all of it, `confidence` that of all digits together, and each digit's
    own stands in `digits`; `probabilities` are there for a single digit alone.
    """
    reader = NumberReader(Reader(networks.find(model_name or networks.BEST_ON_DRAWINGS)))
    failed = False
    for file in files:
        try:
            number = reader.read(read_picture(file))
        except ZmlpError as error:
            failed = True
            if as_json:
                print_json(file=display(file), error=str(error))
            else:
                print_error(str(error))
            continue
        if as_json:
            print_json(file=display(file), **_number_values(number))
        elif number is None:
            print(f"{display(file)}: nothing drawn")
        else:
            answer = f"{number.text}  {100 * number.confidence:.1f} %"
            print(f"{display(file)}: {'  '.join(filter(None, (answer, number.words)))}")
    return int(failed)


def _number_values(number: NumberReading | None) -> dict[str, object]:
    """What `predict` tells programs of a picture, save its name."""
    digits = number.digits if number else ()
    return {
        "digit": number.text if number else None,
        "confidence": number.confidence if number else 0.0,
        "is_digit": number.is_digit if number else False,
        "is_sure": number.is_sure if number else False,
        "probabilities": digits[0].reading.probabilities.tolist() if len(digits) == 1 else [],
        "number": number.text if number else "",
        "digits": [
            {
                "digit": each.reading.name,
                "confidence": each.reading.confidence,
                "is_digit": each.reading.is_digit,
                "is_sure": each.reading.is_sure,
                "box": [round(side, 1) for side in each.box],
            }
            for each in digits
        ],
    }


def show(data: str, part_name: str, index: int, count: int, as_json: bool) -> int:
    """Show digits of a data set in the terminal, with its sizes and their labels."""
    digits = datasets.load(data)
    part = getattr(digits, part_name)
    if index >= len(part):
        raise DataError(f"{digits.name} has {len(part):,} {part_name} digits, the first one is 0.")
    chosen = range(index, min(index + count, len(part)))
    height, width = digits.image_shape
    if as_json:
        for each in chosen:
            label = int(part.labels[each])
            print_json(
                index=each,
                label=label,
                name=digits.class_names[label],
                pixels=part.images[each].tolist(),
            )
        print_json(
            event="finished",
            data=digits.name,
            part=part_name,
            height=height,
            width=width,
            training=len(digits.training),
            validation=len(digits.validation),
            test=len(digits.test),
        )
        return 0
    print(_sizes(digits))
    for each in chosen:
        print(f"\n{part_name} {each}: {digits.class_names[part.labels[each]]}")
        print("\n".join(_as_text(part.images[each])))
    return 0


def _sizes(digits: Digits) -> str:
    """How many images of what size a data set holds, and of which classes."""
    height, width = digits.image_shape
    names = [shorten(name, 24, placeholder="…") for name in digits.class_names]
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return (
        f"{digits.name}: {len(digits.training):,} training, {len(digits.validation):,} validation "
        f"and {len(digits.test):,} test digits of {height}×{width} pixels, "
        f"{len(names)} classes: {', '.join(names[:12])}{more}"
    )


def _as_text(image: np.ndarray) -> list[str]:
    """An image as lines of text, two characters a pixel; blank rows and columns at the rim stay."""
    ramp = np.array(list(" .:-=+*#%@"))
    return ["".join(np.repeat(row, 2)).rstrip() for row in ramp[image.astype(int) * 9 // 255]]


def list_data(as_json: bool) -> int:
    """List the known data sets, found or not."""
    found = datasets.available()
    if as_json:
        for each in found:
            print_json(**asdict(each))
        return 0
    table = Table("name", "training", "validation", "test", "where", box=None)
    for each in found:
        sizes = [f"{size:,}" for size in each.sizes] if each.sizes else ["", "", ""]
        table.add_row(each.name, *sizes, escape(each.where) if each.found else "not found")
    console().print(table)
    folders = ", ".join(display(folder) for folder in datasets.search_folders())
    console().print(f"\nSearched: {escape(folders)}", soft_wrap=True)
    return 0


def check_data(path: str, as_json: bool) -> int:
    """Check a data set or a file; exit code 1 where something is wrong."""
    report = check(path)
    if as_json:
        print_json(
            name=report.name,
            sound=not report.problems,
            files=[asdict(file) for file in report.files],
            problems=list(report.problems),
            repeated=report.repeated,
            original=report.original,
        )
        return int(bool(report.problems))
    for file in report.files:
        shape = "×".join(str(size) for size in file.shape)
        print(f"{file.name}: {shape} of {file.dtype}\n  SHA-256 {file.sha256}")
    for problem in report.problems:
        print_error(problem)
    if report.original is not None:
        print("The files are the published ones." if report.original else "The files were changed.")
    if report.repeated:
        print(f"{report.repeated:,} digits to learn from are in the test part as well.")
    if report.digits is not None:
        print(_sizes(report.digits))
    if not report.problems:
        print(f"{report.name} is sound.")
    return int(bool(report.problems))
