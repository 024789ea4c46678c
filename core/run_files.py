"""Runs on disk: a folder for each, `run.json` with what it was and `curves.json` with its points.

A run under way has `run.json` from its beginning and tells its curves by its history; what a person
changes meanwhile and keys that this version does not know stay in the file. Further files in the
folder are nobody's business here.
"""

import json
import math
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from .errors import RunError, SaveError, SpecError
from .files import atomic_write, display, user_folder
from .run_history import HISTORY, curves, read_history
from .run_lock import is_held
from .run_record import KeptRun, Points, RunRecord, RunResult
from .spec import NetworkSpec, TrainingSpec

FORMAT, VERSION = "zmlp-run", 1
FACTS, CURVES = "run.json", "curves.json"
# Bytes; ours are a hundredth of that.
MOST_FACTS, MOST_CURVES = 1_000_000, 8_000_000
MOST_POINTS = 100_000
LONGEST_NAME, LONGEST_TEXT = 200, 10_000
# Points of a curve that are kept; a curve is about as many pixels wide. Reading is parsing
# numbers, so fifty runs are read in proportion.
POINTS_KEPT = 500
# What reading values that are none of ours may end in.
_NONSENSE = (LookupError, TypeError, ValueError, OverflowError, AttributeError, SpecError)
COLUMNS = tuple(field.name for field in fields(Points))
# What a person may change of a run that is over.
CHANGEABLE = ("name", "colour", "hidden")

Kept = TypeVar("Kept", RunRecord, KeptRun)


def runs_folder() -> Path:
    """Where runs are kept; it need not exist."""
    return user_folder() / "runs"


def write_run(run: KeptRun) -> None:
    """Keep a run, in the place of what was kept of it before.

    Raises
    ------
    SaveError
        The disk is full, the folder is read-only.
    """
    folder = make_folder(run.record.id)
    both = {"validation": _columns(run.validation), "training": _columns(run.training)}
    _write(folder / CURVES, {"version": VERSION, **both})
    _write(folder / FACTS, facts(run.record))


def make_folder(id: str) -> Path:
    """The folder of a run, made if it is not there.

    Raises
    ------
    SaveError
        It cannot be made.
    """
    folder = runs_folder() / id
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SaveError(f"{display(folder)} could not be made: {error.strerror}.") from error
    return folder


def write_record(record: RunRecord, folder: Path) -> None:
    """Keep what is known by now of a run under way, except for what a person may change of it.

    Raises
    ------
    SaveError, RunError
        Its file cannot be written; what is there is damaged.
    """
    path = folder / FACTS
    there = _read(path, MOST_FACTS) if path.exists() else {}
    _write(
        path, there | facts(record) | {name: there[name] for name in CHANGEABLE if name in there}
    )


def read_records() -> list[RunRecord]:
    """What is known of all runs that can be read, without their curves, the earliest first."""
    return sorted(_read_all(read_record)[0], key=lambda record: record.when)


def unreadable() -> list[str]:
    """A sentence for each run that `read_records` leaves out."""
    return _read_all(read_record)[1]


def read_record(folder: Path) -> RunRecord:
    """What is known of the run in a folder; the folder's name is its id.

    Raises
    ------
    RunError
        Its file is missing, damaged, or of a newer version.
    """
    given = _read(folder / FACTS, MOST_FACTS)
    try:
        return _record(folder.name, given)
    except _NONSENSE as error:
        raise _left_out(folder, error) from error


def read_runs() -> tuple[list[KeptRun], list[str]]:
    """All runs that are kept.

    Returns
    -------
    list of KeptRun
        The earliest first.
    list of str
        A sentence for each that cannot be read; it is left where it is.
    """
    runs, complaints = _read_all(read_run)
    return sorted(runs, key=lambda run: run.record.when), complaints


def _read_all(read: Callable[[Path], Kept]) -> tuple[list[Kept], list[str]]:
    """What `read` makes of the folder of each run, and its complaints."""
    kept, complaints = [], []
    with suppress(FileNotFoundError, NotADirectoryError):
        for folder in sorted(runs_folder().iterdir()):
            if (folder / FACTS).is_file():
                try:
                    kept.append(read(folder))
                except RunError as error:
                    complaints.append(str(error))
    return kept, complaints


def read_run(folder: Path) -> KeptRun:
    """The run in a folder; the folder's name is its id.

    Raises
    ------
    RunError
        A file is missing, damaged, or of a newer version.
    """
    record = read_record(folder)
    # Curves are written when a run is over; if it went on after that, its history knows more.
    goes_on = not record.result.reason and (folder / HISTORY).exists()
    if goes_on or not (folder / CURVES).exists():
        return KeptRun(record, *curves(read_history(folder)))
    both = _read(folder / CURVES, MOST_CURVES)
    try:
        return KeptRun(record, _points(both.get("validation")), _points(both.get("training")))
    except _NONSENSE as error:
        raise _left_out(folder, error) from error


def change_run(id: str, **values: Any) -> None:
    """Change `name`, `colour` or `hidden` of a run; one that is gone stays gone.

    Only what is named changes: another program may have changed the rest.

    Raises
    ------
    RunError, SaveError
        Its file is damaged or cannot be written.
    """
    assert values.keys() <= set(CHANGEABLE)
    path = runs_folder() / id / FACTS
    if path.is_file():
        _write(path, _read(path, MOST_FACTS) | values)


def remove_run(id: str) -> None:
    """Remove a run and all that is kept of it; one that is gone already is no error.

    Raises
    ------
    SaveError
        It is under way, in this program or another, or could not be removed.
    """
    folder = runs_folder() / id
    if is_held(folder):
        raise SaveError(f"The run in {display(folder)} is under way; stop it first.")
    try:
        # First the file that makes it a run, lest half of one be left.
        (folder / FACTS).unlink(missing_ok=True)
        if folder.is_symlink():
            folder.unlink(missing_ok=True)
        else:
            shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise SaveError(f"{display(folder)} could not be removed: {error.strerror}.") from error


def _left_out(folder: Path, error: Exception) -> RunError:
    reason = str(error) if isinstance(error, SpecError) else "it is damaged."
    return RunError(f"The run in {display(folder)} is left out: {reason}")


def facts(record: RunRecord) -> dict[str, Any]:
    """A record as JSON values, as they stand in its file."""
    values = {field.name: getattr(record, field.name) for field in fields(RunRecord)}
    result = {field.name: getattr(record.result, field.name) for field in fields(RunResult)}
    return {
        "format": FORMAT,
        "version": VERSION,
        **values,
        "network": record.network.to_json(),
        "training": record.training.to_json(),
        "when": record.when.isoformat(),
        "result": {name: _number(value) for name, value in result.items()},
    }


def _record(id: str, given: Mapping[str, Any]) -> RunRecord:
    if given["format"] != FORMAT or given["part"] not in ("validation", "test"):
        raise ValueError
    when = datetime.fromisoformat(given["when"])
    rates = given.get("learning_rates", [])
    result = given["result"]
    return RunRecord(
        id=id,
        name=_line(given["name"]),
        network=NetworkSpec.from_json(given["network"]),
        training=TrainingSpec.from_json(given["training"]),
        data=_text(given["data"]),
        part=given["part"],
        when=when if when.tzinfo else when.astimezone(),
        threads=_whole(given["threads"]),
        started_from=_line(given.get("started_from", "")),
        start_file=_text(given.get("start_file", "")),
        learning_rates=tuple((_whole(step), float(rate)) for step, rate in rates),
        result=RunResult(
            reason=_text(result["reason"]),
            minibatches=_whole(result["minibatches"]),
            kept_minibatch=_whole(result["kept_minibatch"]),
            weights=_text(result.get("weights", "")),
            **{name: _figure(result.get(name)) for name in _FIGURES},
        ),
        model=_text(given.get("model", "")),
        output=_text(given.get("output", "")),
        colour=_whole(given.get("colour", 1)),
        hidden=given.get("hidden") is True,
    )


_FIGURES = (
    "epochs",
    "best_accuracy",
    "test_accuracy",
    "test_loss",
    "seconds",
    "digits_per_second",
)


def _columns(points: Points) -> dict[str, list[float | None]]:
    """The columns of a curve, evenly thinned; its first and last point stay."""
    count = len(points)
    # Floored, they are all different.
    kept = np.linspace(0, count - 1, min(count, POINTS_KEPT)).astype(int)
    return {
        name: [_short(value) for value in getattr(points, name)[kept].tolist()] for name in COLUMNS
    }


def _points(columns: Any) -> Points:
    if columns is None:
        return Points()
    # JSON's null becomes NaN.
    given = {name: np.array(columns[name], np.float64) for name in COLUMNS if name in columns}
    count = len(given["steps"])
    if count > MOST_POINTS or {array.shape for array in given.values()} != {(count,)}:
        raise ValueError
    if not all(np.isfinite(given[name]).all() for name in ("steps", "epochs")):
        raise ValueError
    return Points(**{name: given.get(name, np.full(count, np.nan)) for name in COLUMNS})


def _read(path: Path, most: int) -> dict[str, Any]:
    """The JSON object of a file.

    Raises
    ------
    RunError
        It is missing, too long, no JSON object, or of a newer version.
    """
    shown = display(path)
    try:
        with open(path, "rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise RunError(f"{shown} could not be read: {error.strerror}.") from error
    try:
        values = json.loads(data) if len(data) <= most else None
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict) or type(values.get("version")) is not int:
        raise RunError(f"{shown} is damaged; that run is left out, the file stays where it is.")
    if values["version"] > VERSION:
        raise RunError(
            f"{shown} was written by a newer zmlp; that run is left out until you update."
        )
    return values


def _write(path: Path, values: Mapping[str, Any]) -> None:
    with atomic_write(path) as file:
        file.write(json.dumps(values, allow_nan=False).encode())


def _number(value: Any) -> Any:
    """JSON has neither NaN nor infinity."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _short(value: float) -> int | float | None:
    """A figure as JSON shows it best, to six digits unless it is whole."""
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() else float(f"{value:.6g}")


def _figure(value: Any) -> float:
    if isinstance(value, bool | str):
        raise TypeError
    return math.nan if value is None else float(value)


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**53:
        raise ValueError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise ValueError
    return value


def _line(value: Any) -> str:
    """A name: printable, on one line."""
    return "".join(each for each in _text(value) if each.isprintable())[:LONGEST_NAME]
