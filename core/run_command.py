"""The command line that repeats a run, derived from the declared settings."""

import shlex

from .run_record import RunRecord
from .setting import Setting, settings


def command_line(record: RunRecord) -> str:
    """The line that trains the same network on the same data, quoted for a POSIX shell.

    Every setting is named, so that no recipe and no later default changes it. The same weights
    come from the same number of threads: where the run was left to choose, its choice is named.
    """
    training = record.training
    if not training.threads:
        training = training.replace(threads=record.threads)
    words = ["zmlp", "train", *_option("--data", record.data)]
    for spec in (record.network, training):
        for each in settings(type(spec)):
            if not each.from_data:
                words += _words(each, getattr(spec, each.name))
    return shlex.join(words)


def differs(record: RunRecord) -> str:
    """Why the line does not repeat the run to the bit, in one sentence; empty where it does."""
    if record.started_from:
        return f"The run went on from {record.started_from}; the line starts with new weights."
    if record.learning_rates:
        return "The learning rate was changed by hand during the run; the line does not do that."
    return ""


def _words(each: Setting, value: object) -> list[str]:
    if isinstance(value, bool):
        return [each.flag if value else each.flag.replace("--", "--no-", 1)]
    return _option(each.flag, each.format(value).replace(" ", ""))


def _option(flag: str, value: str) -> list[str]:
    """A flag and its value; one that looks like a flag itself is tied to it."""
    return [f"{flag}={value}"] if value.startswith("-") else [flag, value]
