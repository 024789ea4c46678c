"""The command `data download`: a progress bar for people, or events for programs."""

from time import perf_counter

from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from . import download as downloads
from .datasets import available
from .files import display
from .mirrors import source_of
from .report import console, print_json, print_note

# Seconds between two events, so that a fast line does not fill a log.
INTERVAL = 0.25


def download_data(name: str, mirror: str | None, as_json: bool) -> int:
    """Load a data set, unless it is here."""
    if downloads.is_here(name):
        where = next(each.where for each in available() if each.name == name)
        if as_json:
            print_json(event="finished", data=name, folder=where, loaded=0, seconds=0.0)
        else:
            print(f"{name} is here already: {where}")
        return 0
    started = perf_counter()
    try:
        run = _report_events if as_json else _show_progress
        folder, loaded = run(name, mirror)
    except KeyboardInterrupt:
        print_note("the download goes on where it stopped when the same command is given again.")
        raise
    seconds = perf_counter() - started
    if as_json:
        print_json(event="finished", data=name, folder=folder, loaded=loaded, seconds=seconds)
    else:
        console().print(f"{name} is in {escape(folder)}", soft_wrap=True)
    return 0


def _report_events(name: str, mirror: str | None) -> tuple[str, int]:
    """A JSON object now and then; returns the folder and the bytes that were loaded."""
    told, latest = -INTERVAL, downloads.Progress("", 0, 0)

    def tell(progress: downloads.Progress) -> None:
        nonlocal told, latest
        if perf_counter() - told >= INTERVAL or progress.file != latest.file:
            told = perf_counter()
            print_json(
                event="progress", file=progress.file, done=progress.done, total=progress.total
            )
        latest = progress

    folder = downloads.download(name, mirror, tell)
    return display(folder), latest.done


def _show_progress(name: str, mirror: str | None) -> tuple[str, int]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console()) as bars:
        task = bars.add_task(name, total=source_of(name).size)
        latest = 0

        def show(progress: downloads.Progress) -> None:
            nonlocal latest
            latest = progress.done
            bars.update(task, completed=progress.done, total=progress.total)

        folder = downloads.download(name, mirror, show)
    return display(folder), latest
