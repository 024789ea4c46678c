"""The columns of the table of runs: the facts first, then every declared setting."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PyQt6.QtCore import QDateTime, QLocale

from core.datasets import short
from core.run_record import RunRecord
from core.setting import Setting, settings
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui.words import tr

NAME = "name"
SHOWN = "shown"


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    key, title, help : str
        Its name in the program, in the header, and one sentence.
    value : callable
        What a run has there, as it is compared and sorted; None where it is not known.
    text : callable
        The same in words.
    is_setting : bool
        Whether the person decided it; such a column says where runs differ.
    is_number : bool
        Whether it stands on the right.
    """

    key: str
    title: str
    help: str
    value: Callable[[RunRecord], Any]
    text: Callable[[RunRecord], str]
    is_setting: bool = False
    is_number: bool = False


def columns() -> list[Column]:
    """All columns in order."""
    return [
        Column(
            SHOWN,
            tr("Curve"),
            tr("Whether the curve is in the plot, and its colour"),
            lambda run: (run.hidden, run.colour),
            lambda run: "",
        ),
        Column(
            NAME,
            tr("Name"),
            tr("What the run is called; press F2 for another name"),
            lambda run: run.name.casefold(),
            lambda run: run.name,
        ),
        *_figures(),
        Column("when", tr("Began"), tr("When the run began"), lambda run: run.when, _when),
        Column(
            "data",
            tr("Data"),
            tr("The digits it learned from"),
            lambda run: run.data,
            lambda run: short(run.data),
            is_setting=True,
        ),
        *(_of_setting("network", each) for each in settings(NetworkSpec) if not each.from_data),
        *(_of_setting("training", each) for each in settings(TrainingSpec) if not each.from_data),
        Column(
            "started_from",
            tr("Went on from"),
            tr("The network whose weights it began with"),
            lambda run: run.started_from,
            lambda run: run.started_from or tr("new weights"),
            is_setting=True,
        ),
        Column(
            "learning_rates",
            tr("By hand"),
            tr("Learning rates set while it ran, each after so many minibatches"),
            lambda run: run.learning_rates,
            lambda run: ", ".join(f"{rate:g} @ {step:,}" for step, rate in run.learning_rates),
            is_setting=True,
        ),
        Column("end", tr("Ended"), tr("How the run ended"), _end, _end),
    ]


def differing(listed: Sequence[Column], runs: Sequence[RunRecord]) -> set[str]:
    """Keys of the settings in which these runs are not all alike."""
    return {
        each.key
        for each in listed
        if each.is_setting and len({each.value(run) for run in runs}) > 1
    }


def usual(column: Column, runs: Sequence[RunRecord]) -> object:
    """What most of these runs have there; of several, what the first of them has."""
    counts = Counter(column.value(run) for run in runs)
    return counts.most_common(1)[0][0] if counts else None


def _figures() -> list[Column]:
    return [
        _figure(
            "test",
            tr("Test, %"),
            tr("Digits of the test part that it reads right, of a hundred"),
            lambda run: 100.0 * run.result.test_accuracy,
            lambda value: f"{value:.2f}",
        ),
        _figure(
            "best",
            tr("Best, %"),
            tr("The highest point of its curve, on validation digits where it held some back"),
            lambda run: 100.0 * run.result.best_accuracy,
            lambda value: f"{value:.2f}",
        ),
        _figure(
            "epochs_done",
            tr("Done"),
            tr("Epochs that it learned"),
            lambda run: run.result.epochs,
            lambda value: f"{value:,.1f}".removesuffix(".0"),
        ),
        _figure(
            "seconds",
            tr("Seconds"),
            tr("Time of training alone"),
            lambda run: run.result.seconds,
            lambda value: f"{value:,.1f}",
        ),
        _figure(
            "speed",
            tr("Digits/s"),
            tr("Digits learned in a second"),
            lambda run: run.result.digits_per_second,
            lambda value: f"{value:,.0f}",
        ),
    ]


def _figure(
    key: str,
    title: str,
    help: str,
    value: Callable[[RunRecord], float],
    say: Callable[[float], str],
) -> Column:
    def known(run: RunRecord) -> float | None:
        figure = value(run)
        return figure if math.isfinite(figure) else None

    def text(run: RunRecord) -> str:
        figure = known(run)
        return "–" if figure is None else say(figure)

    return Column(key, title, help, known, text, is_number=True)


def _of_setting(spec: str, each: Setting) -> Column:
    def value(run: RunRecord) -> Any:
        return getattr(getattr(run, spec), each.name)

    def text(run: RunRecord) -> str:
        chosen = value(run)
        if each.choices:
            return each.title(chosen)
        if isinstance(chosen, tuple):
            return "-".join(map(str, chosen)) or tr("none")
        if isinstance(chosen, bool):
            return tr("on") if chosen else tr("off")
        return each.format(chosen)

    number = isinstance(each.default, int | float) and not isinstance(each.default, bool)
    return Column(
        each.name, tr(each.label), tr(each.help), value, text, is_setting=True, is_number=number
    )


def _when(run: RunRecord) -> str:
    local: datetime = run.when.astimezone()
    return QLocale().toString(QDateTime(local), QLocale.FormatType.ShortFormat)


def _end(run: RunRecord) -> str:
    """How a run ended, in a word."""
    words = {
        "done": tr("done"),
        "stopped": tr("stopped"),
        "diverged": tr("diverged"),
        "left": tr("broken off"),
        "": tr("learning"),
    }
    return words.get(run.result.reason, run.result.reason)
