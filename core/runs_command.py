"""The commands below `runs`: what runs there are, what each was, and whether it comes out again."""

import csv
import io
import json
import math
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from .datasets import short
from .errors import RunError
from .files import atomic_write, display
from .report import console, print_error, print_json, print_note
from .resume import find_run, was_cut_off
from .run_files import (
    COLUMNS,
    facts,
    read_record,
    read_records,
    read_run,
    runs_folder,
    unreadable,
)
from .run_lock import is_held
from .run_record import Points, RunRecord
from .run_replay import Outcome, replay
from .setting import settings

SUFFIXES = (".csv", ".json")


def list_runs(as_json: bool) -> int:
    """List all runs, the earliest first."""
    records = read_records()
    for complaint in unreadable():
        print_note(complaint)
    if as_json:
        for record in records:
            print_json(**facts(record), state=state(record))
        return 0
    if not records:
        console().print("There are no runs yet: zmlp train makes one.")
        return 0
    table = Table("id", "name", "data", "epochs", "test", "state", "began", box=None)
    for record in records:
        table.add_row(
            record.id[:8],
            escape(record.name),
            escape(short(record.data)),
            f"{record.result.epochs:.4g} of {record.training.epochs}",
            _percent(record.result.test_accuracy),
            state(record),
            f"{record.when.astimezone():%Y-%m-%d %H:%M}",
        )
    console().print(table)
    return 0


def show_run(words: str, as_json: bool) -> int:
    """Show all that is known of a run."""
    record = read_record(find_run(words))
    if as_json:
        print_json(**facts(record), state=state(record))
        return 0
    table = Table(box=None, show_header=False)
    table.add_column()
    table.add_column(overflow="fold")  # Whole, for paths are copied.
    for title, value in _rows(record):
        table.add_row(title, escape(value))
    console().print(table)
    return 0


def compare_runs(several: list[str], as_json: bool) -> int:
    """Put runs side by side: the settings in which they differ, and what came of them."""
    records = [read_record(find_run(words)) for words in several]
    if as_json:
        for record in records:
            print_json(**facts(record), state=state(record))
        return 0
    table = Table("", box=None)
    for record in records:
        table.add_column(escape(record.name), overflow="fold")
    columns = [dict(_rows(record)) for record in records]
    for title in columns[0]:
        values = [column[title] for column in columns]
        if title in _RESULTS or len(set(values)) > 1:
            table.add_row(title, *map(escape, values))
    console().print(table)
    return 0


def export_run(words: str, path: str, as_json: bool) -> int:
    """Write the curves of a run as a table, or all of it as JSON."""
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise RunError(f"{display(path)} says no format: name a file that ends in .csv or .json.")
    kept = read_run(find_run(words))
    curves = {"validation": kept.validation, "training": kept.training}
    if kept.record.part == "test":
        curves = {"test": kept.validation, "training": kept.training}
    content = _csv(curves) if suffix == ".csv" else _json(kept.record, curves)
    with atomic_write(path) as file:
        file.write(content.encode())
    points = {name: len(each) for name, each in curves.items()}
    if as_json:
        print_json(run=kept.record.id, file=display(path), points=points)
    else:
        console().print(f"{sum(points.values()):,} points are in {display(path)}", markup=False)
    return 0


def replay_run(words: str, as_json: bool) -> int:
    """Train a run again and tell whether the same came out; exit code 1 where it did not."""
    record = read_record(find_run(words))
    outcome = replay(record)
    if as_json:
        print_json(**outcome.to_json())
        return int(not outcome.same)
    if outcome.threads != record.threads:
        print_note(f"{outcome.threads} cores computed instead of {record.threads}.")
    if outcome.same_bits:
        print(f"{record.name} came out the same, bit for bit: {_percent(outcome.test_accuracy)}.")
    elif outcome.same:
        print(f"{record.name} came to the same figures: {_percent(outcome.test_accuracy)}.")
    else:
        print_error(_difference(record, outcome))
    return int(not outcome.same)


def state(record: RunRecord) -> str:
    """What became of a run, in a word or two."""
    folder = runs_folder() / record.id
    if is_held(folder):
        return "learning"
    if record.result.reason in ("", "left"):
        return "cut off" if was_cut_off(record, folder) else "broken off"
    return record.result.reason


def _difference(record: RunRecord, outcome: Outcome) -> str:
    figures = (
        f"{_percent(outcome.test_accuracy)} instead of {_percent(record.result.test_accuracy)}"
    )
    if outcome.test_accuracy == record.result.test_accuracy:
        figures = f"a loss of {outcome.test_loss:.6f} instead of {record.result.test_loss:.6f}"
    if outcome.test_loss == record.result.test_loss:
        figures = "other weights with the same figures"
    return f"{record.name} came out otherwise: {figures}."


# What stands in a comparison however alike the runs are.
_RESULTS = ("ended", "epochs learned", "best accuracy", "test accuracy", "test loss", "seconds")


def _rows(record: RunRecord) -> list[tuple[str, str]]:
    """All that is known of a run as titles and words."""
    result = record.result
    rows = [
        ("id", record.id),
        ("name", record.name),
        ("began", f"{record.when.astimezone():%Y-%m-%d %H:%M:%S}"),
        ("data", record.data),
        ("curve on", record.part),
        ("cores", str(record.threads)),
        ("started from", record.started_from or "new weights"),
    ]
    for spec in (record.network, record.training):
        for each in settings(type(spec)):
            rows.append((each.label.lower(), each.format(getattr(spec, each.name))))
    changes = ", ".join(f"{rate:g} at {step:,}" for step, rate in record.learning_rates)
    return [
        *rows,
        ("learning rates by hand", changes or "none"),
        ("network in", record.model or "no file"),
        ("ended", state(record)),
        ("minibatches", f"{result.minibatches:,}"),
        ("epochs learned", f"{result.epochs:.4g}"),
        ("best accuracy", _percent(result.best_accuracy)),
        ("test accuracy", _percent(result.test_accuracy)),
        ("test loss", _figure(result.test_loss, ".4f")),
        ("seconds", _figure(result.seconds, ".1f")),
        ("digits a second", _figure(result.digits_per_second, ",.0f")),
    ]


def _csv(curves: dict[str, Points]) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["part", *COLUMNS])
    for name, points in curves.items():
        for row in zip(*(getattr(points, each).tolist() for each in COLUMNS), strict=True):
            table.writerow([name, *("" if math.isnan(value) else f"{value:.9g}" for value in row)])
    return text.getvalue()


def _json(record: RunRecord, curves: dict[str, Points]) -> str:
    columns = {
        part: {
            name: [value if math.isfinite(value) else None for value in getattr(points, name)]
            for name in COLUMNS
        }
        for part, points in curves.items()
    }
    return json.dumps({**facts(record), "curves": columns}, allow_nan=False, indent=1)


def _percent(value: float) -> str:
    return _figure(100.0 * value, ".2f") + (" %" if math.isfinite(value) else "")


def _figure(value: float, how: str) -> str:
    return format(value, how) if math.isfinite(value) else "–"
