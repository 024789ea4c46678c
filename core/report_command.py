"""The command report: every figure of how networks read, with what it was measured on."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TimeElapsedColumn

from . import datasets, networks
from .commands import check_reads
from .digits import Digits
from .drawing import Drawing
from .errors import DataError, ModelError, SpecError
from .files import display
from .ink_data import SUFFIXES, is_ink_data, judged_drawings
from .machine import describe, sentence
from .marked_text import around, put_between
from .model_file import Model
from .report import console, print_json, print_note
from .report_figures import Measured, markdown, tables
from .report_parts import PARTS, ReportPart, Sets

MODELS = (networks.BEST_ON_MNIST, networks.BEST_ON_DRAWINGS, *networks.COMMITTEES)
DIGITS = tuple("0123456789")
BEGIN, END = "<!-- reader: made by zmlp report -->", "<!-- /reader -->"


def report(options: argparse.Namespace) -> int:
    """Measure the networks that were asked for, part by part.

    Returns
    -------
    int
        The exit code.

    Raises
    ------
    SpecError
        There is no such part.
    ModelError
        A network reads no handwritten digits.
    DataError
        There is no ink, and a part that was asked for needs some; or a file cannot be read.
    SaveError
        The README lacks the marks.
    """
    started = perf_counter()
    if options.readme:
        around(Path(options.readme), BEGIN, END)
    models = _models(options.models or MODELS)
    parts = _parts(options.parts)
    sets, parts = _sets(options, parts)
    for digits in sets.digits:
        for model in models.values():
            check_reads(model, digits)
    measured = []
    for part in parts:
        measured.append(_measure(part, models, sets))
        if options.json:
            _print_figures(measured[-1])
        else:
            console().print(*tables(measured[-1]), sep="\n", soft_wrap=True)
    minutes = (perf_counter() - started) / 60
    today = date.today().isoformat()
    machine = describe()
    origin = f"Measured on {today} in {minutes:.1f} minutes on {sentence(machine)}."
    if options.json:
        print_json(event="finished", date=today, minutes=minutes, machine=machine)
    else:
        console().print(origin, soft_wrap=True)
    if options.readme:
        put_between(Path(options.readme), BEGIN, END, [*markdown(measured), "", origin])
    return 0


def _models(names: Sequence[str]) -> dict[str, Model]:
    """The networks by the names that they stand under in the tables."""
    models = {}
    for name in names:
        model = networks.find(name)
        if model.preparation == "none" or model.class_names != DIGITS:
            raise ModelError(
                f"{display(name)} reads no handwritten digits, and this report is about those: "
                "name another network."
            )
        short = display(Path(name).name)
        models[display(name) if short in models else short] = model
    return models


def _parts(names: Sequence[str] | None) -> list[ReportPart]:
    """The parts of those names, or all, in the table's order."""
    unknown = set(names or ()) - PARTS.keys()
    if unknown:
        raise SpecError(
            f"There is no part {display(min(unknown))} of the report: there are {', '.join(PARTS)}."
        )
    return [part for part in PARTS.values() if part.name in (names or PARTS)]


def _sets(options: argparse.Namespace, parts: list[ReportPart]) -> tuple[Sets, list[ReportPart]]:
    """What the parts are measured on, and those parts for which there is something."""
    wanted = {each for part in parts for each in part.needs}
    digits = _digits(options.data) if "digits" in wanted else ()
    if "ink" not in wanted:
        return Sets(digits, quick=options.quick), parts
    path = Path(options.ink) if options.ink else _found_ink()
    if path is not None:
        return Sets(digits, _drawings(path), _ink_name(path), options.quick), parts
    where = "name a file of labelled ink with --ink, or put it into the folder ink of ZMLP_DATA"
    names = ", ".join(part.name for part in parts if "ink" in part.needs)
    if options.parts:
        raise DataError(f"There are no people's drawings to measure {names} on: {where}.")
    print_note(f"{names} are left out, for there are no people's drawings: {where}.")
    return Sets(digits, quick=options.quick), [part for part in parts if "ink" not in part.needs]


def _digits(name: str | None) -> tuple[Digits, ...]:
    """The data set that was asked for; otherwise MNIST, where it is, and the embedded one."""
    if name is not None:
        return (datasets.load(name),)
    embedded = datasets.load(datasets.DEFAULT_DATA)
    if any(each.found for each in datasets.available(sizes=False) if each.name == "mnist"):
        return datasets.load("mnist"), embedded
    print_note(
        f"MNIST is not here, {embedded.name} alone is measured on: zmlp data download mnist gets it"
    )
    return (embedded,)


def _found_ink() -> Path | None:
    """The first file in a folder `ink` where data sets are looked for."""
    for folder in datasets.search_folders():
        files = sorted(path for path in (folder / "ink").glob("*") if is_ink_data(path))
        if files:
            return files[0]
    return None


def _drawings(path: Path) -> list[Drawing]:
    """Single digits by people of whom no network has learned."""
    drawings = [each for each in judged_drawings(path) if (each.label or 0) < len(DIGITS)]
    if not drawings:
        raise DataError(
            f"{display(path)} holds no digits with labels by three writers or more, of whom the "
            "last third would be read: name another file."
        )
    return drawings


def _ink_name(path: Path) -> str:
    suffixes = [each for each in SUFFIXES if path.name.lower().endswith(each)]
    return display(path.name[: -len(max(suffixes, key=len, default="")) or None])


def _measure(part: ReportPart, models: dict[str, Model], sets: Sets) -> Measured:
    """One part for all networks."""
    figures = {}
    columns = SpinnerColumn(), "{task.description}", TimeElapsedColumn()
    where = Console(stderr=True)
    with Progress(
        *columns, console=where, transient=True, disable=not where.is_terminal
    ) as progress:
        for name, model in models.items():
            task = progress.add_task(f"{part.title}: {name}", total=1)
            figures[name] = part.measure(model, sets)
            progress.update(task, completed=1)
    return Measured(part.name, part.title, figures)


def _print_figures(measured: Measured) -> None:
    for model, figures in measured.figures.items():
        for each in figures:
            print_json(event="figure", part=measured.name, model=model, **asdict(each))
