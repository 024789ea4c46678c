"""The command stress: maps of where the reading of drawings breaks, and what was lost in all."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.progress import Progress
from rich.table import Table

from . import networks
from .drawing import Drawing, read_ink
from .errors import DrawingError
from .pictures import read_picture
from .preparation import Steps
from .reader import Reader
from .report import console, print_json
from .stress_maps import MAPS, STEP_SETS, Tally, answered, labelled, sampled, share_right, tally

INK_SUFFIXES = (".jsonl", ".jsonl.gz", ".ink", ".ndjson", ".ndjson.gz", ".gz")


def stress(options: argparse.Namespace) -> int:
    """Read the drawings of ink files and pictures in every cell of every map.

    Returns
    -------
    int
        The exit code.

    Raises
    ------
    DrawingError
        A file cannot be read, or nothing is drawn in any.
    """
    reader = Reader(networks.find(options.model or networks.BEST_ON_DRAWINGS))
    drawings = sampled(_read_all(options.files), options.limit)
    known = labelled(drawings, reader.model.class_names)
    against = "labels" if known else "answers"
    known = known or answered(reader, drawings)
    if not known:
        raise DrawingError("There is nothing to be read in it: no drawing holds ink.")
    undisturbed, _ = share_right(reader, known, pictured=options.pictured)
    tallies: list[tuple[str, Tally]] = []
    sets = _step_sets(options.without, options.each_step)
    cells = sum(each.rows * each.columns for each in MAPS.values())
    with Progress(console=console(), transient=True, disable=options.json) as progress:
        bar = progress.add_task("reading", total=len(sets) * cells)
        for left_out, steps in sets.items():
            for map in MAPS.values():
                done = tally(
                    reader, known, map, undisturbed, steps, options.pictured,
                    lambda: progress.advance(bar),
                )  # fmt: skip
                tallies.append((left_out, done))
                if options.json:
                    _print_map(left_out, done)
    if options.json:
        print_json(
            event="finished",
            model=reader.model.name,
            drawings=len(known),
            against=against,
            undisturbed=undisturbed,
            lost=[
                {
                    "without": left_out,
                    "map": done.map.name,
                    "mean": float(done.lost.mean()),
                    "worst": float(done.lost.max()),
                }
                for left_out, done in tallies
            ],
        )
        return 0
    say = console().print
    for left_out, done in tallies:
        say(_map_table(left_out, done))
        say()
    say(_summary(tallies))
    count = f"{len(known):,} drawing{'s' * (len(known) != 1)}"
    if against == "labels":
        say(f"\n[bold]{100 * undisturbed:.2f} %[/] of {count} read right as drawn.")
    else:
        say(f"\n{count} without a label: what is lost is the answer given as drawn.")
    return 0


def _read_all(files: Sequence[str]) -> list[Drawing]:
    """The drawings of ink files, and pictures."""
    drawings: list[Drawing] = []
    for file in files:
        if Path(file).name.lower().endswith(INK_SUFFIXES):
            drawings += read_ink(file)
        else:
            drawings.append(read_picture(file))
    return drawings


def _step_sets(without: Sequence[str], each: bool) -> dict[str, Steps]:
    """The steps that are taken, by what is left out, in words."""
    wanted = Steps(**dict.fromkeys(sorted(set(without)), False))
    sets = {", ".join(sorted(set(without))) or "nothing": wanted}
    if each:
        sets |= STEP_SETS
    return sets


def _print_map(left_out: str, done: Tally) -> None:
    across, down = done.map.values
    print_json(
        event="map",
        without=left_out,
        map=done.map.name,
        across=done.map.across.name,
        across_values=across,
        down=done.map.down.name,
        down_values=down,
        accuracy=done.accuracy.tolist(),
        confidence=done.confidence.tolist(),
        lost=done.lost.tolist(),
    )


def _map_table(left_out: str, done: Tally) -> Table:
    """Points lost in each cell of a map."""
    across, down = done.map.across, done.map.down
    columns, rows = done.map.values
    title = f"{done.map.title}: points lost"
    if left_out != "nothing":
        title += f", without {left_out}"
    corner = f"{down.title} ↓  {across.title} →"
    heads = [across.short(value) for value in columns]
    table = Table(corner, *heads, title=title, title_justify="left", box=None)
    for column in table.columns:
        column.justify = "right"
    for value, lost in zip(rows, done.lost, strict=True):
        table.add_row(down.short(value), *(_points(float(each)) for each in lost))
    return table


def _points(lost: float) -> str:
    if lost > 1.0:
        return f"[bold]{lost:.1f}[/]"
    return "·" if abs(lost) < 0.05 else f"{lost:.1f}"


def _summary(tallies: Sequence[tuple[str, Tally]]) -> Table:
    table = Table("map", "without", "mean", "worst", "cells with more than 1 point lost", box=None)
    for column in table.columns[2:]:
        column.justify = "right"
    for left_out, done in tallies:
        broken = int((done.lost > 1.0).sum())
        table.add_row(
            done.map.title,
            left_out,
            f"{done.lost.mean():.1f}",
            f"{done.lost.max():.1f}",
            f"{broken} of {done.lost.size}",
        )
    return table
