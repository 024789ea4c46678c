"""Which lines stand for the runs in sight: on the screen, and in a picture of them."""

from collections.abc import Sequence

from PyQt6.QtCore import QSize

from zmlp_gui import theme
from zmlp_gui.plot.curve_export import Chart, Numbers
from zmlp_gui.plot.curve_marks import Look, earlier_run, this_run, this_training
from zmlp_gui.plot.curve_paint import Line
from zmlp_gui.plot.curve_reading import InSight
from zmlp_gui.plot.plane import Plane
from zmlp_gui.plot.shown_run import Choice, ShownRun
from zmlp_gui.theme import Theme
from zmlp_gui.words import tr

# Earlier runs that stand out, with marks; those before them stay in the background.
IN_FRONT = 6


def lines_of_mine(
    run: ShownRun, choice: Choice, shown: Theme | None = None
) -> tuple[list[Line], list[Line]]:
    """The curves of this run on both parts, each with what is behind it."""
    colour = run.now_colour
    # Dashes cost most, and hide half of the detail anyway.
    coarse = Choice(
        choice.axis, choice.measure, choice.smoothing, choice.epochs, max(choice.most // 2, 50)
    )
    evaluated, training = this_run(colour, shown), this_training(colour, shown)
    return (
        [run.validation.line(choice, evaluated), *run.validation.behind(choice, evaluated)],
        [run.training.line(coarse, training), *run.training.behind(coarse, training)],
    )


def lines_of_earlier(
    others: Sequence[ShownRun], choice: Choice, shown: Theme | None = None
) -> tuple[list[Line], list[Line], list[InSight]]:
    """The curves of earlier runs from the back to the front, those with marks, and all to read."""
    lines: list[Line] = []
    marked: list[Line] = []
    seen: list[InSight] = []
    for number, run in enumerate(others):
        look = earlier_run(run.place, run.colour, number >= IN_FRONT, shown)
        lines.append(run.validation.line(choice, look))
        if number < IN_FRONT:
            marked.append(lines[-1])
            # Of more one could not tell the figures apart.
            lines += run.validation.behind(choice, look)
        seen.append(InSight(look, run.name, run.validation.series, False))
    return lines[::-1], marked[::-1], seen


def curves_of_mine(run: ShownRun) -> list[InSight]:
    """What is read and named of this run."""
    colour = run.now_colour
    evaluated = tr("this run, validation") if run.part == "validation" else tr("this run, test")
    both = [
        InSight(this_run(colour), evaluated, run.validation.series, True),
        InSight(this_training(colour), tr("training"), run.training.series, True),
    ]
    return [curve for curve in both if len(curve.series)]


def chart(
    mine: ShownRun | None,
    others: Sequence[ShownRun],
    plane: Plane,
    choices: tuple[Choice, Choice],
    size: QSize,
) -> Chart:
    """All that is in sight, to be painted or written elsewhere; always in light colours.

    `choices` are those of this run and of the earlier ones.
    """
    shown = theme.LIGHT
    lines, marked, seen = lines_of_earlier(others, choices[1], shown)
    entries: list[tuple[Look, str]] = [(each.look, each.name) for each in seen]
    if mine is not None:
        evaluated, training = lines_of_mine(mine, choices[0], shown)
        lines += [*reversed(training), *reversed(evaluated)]
        marked += evaluated[:1]
        # On paper nobody knows which was this run.
        part = tr("validation") if mine.part == "validation" else tr("test")
        curves = ((mine.validation, evaluated, part), (mine.training, training, tr("training")))
        entries[:0] = [
            (drawn[0].look, f"{mine.name}, {words}")
            for curve, drawn, words in curves
            if len(curve.series)
        ]
    numbers = tuple(
        Numbers(run.name, part, curve.series)
        for run in ([mine] if mine else []) + list(others)
        for part, curve in ((run.part, run.validation), ("training", run.training))
        if len(curve.series)
    )
    return Chart(plane, tuple(lines), tuple(marked), tuple(entries), numbers, size, shown)
