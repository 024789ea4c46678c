"""The command `replay`: every drawing of an ink file, drawn on the real canvas and read."""

import numpy as np

from core import networks
from core.drawing import Drawing, iter_ink
from core.files import display
from core.numbers import NumberReading
from core.report import confusion_table, console, print_json
from zmlp_gui import log
from zmlp_gui.application import make_application, make_window, take_down
from zmlp_gui.player import play
from zmlp_gui.settings import FleetingSettings
from zmlp_gui.window import Window

SIZE = (1366, 768)


def replay(ink: str, model: str | None, as_json: bool) -> int:
    """Draw and read all drawings of a file, pen event by pen event.

    Returns
    -------
    int
        The exit code.
    """
    log.start_log()
    app = make_application("light")
    window = make_window(FleetingSettings(), networks.find(model or networks.BEST_ON_DRAWINGS))
    # Nobody will ask how long a run takes.
    window.forecast.stop()
    window.resize(*SIZE)
    window.show()
    names = window.session.shelf.current.model.class_names
    confusion = np.zeros((len(names), len(names)), np.int64)
    drawings = unread = labelled = right = refused = 0
    try:
        for drawings, drawing in enumerate(iter_ink(ink), 1):
            number = _read(window, drawing)
            app.processEvents()
            label = drawing.label_among(names)
            labelled += label is not None
            refused += number is not None and not number.is_digit
            if number is None:
                unread += 1
            elif len(number.digits) > 1:
                # In no row or column of a table of single digits.
                right += number.text == str(label)
            elif label is not None and label < len(names):
                best = number.digits[0].reading.best
                right += label == best
                confusion[label, best] += 1
            _report(drawings, drawing, number, as_json)
    finally:
        take_down(window)
    accuracy = right / labelled if labelled else None
    if as_json:
        print_json(
            event="finished",
            accuracy=accuracy,
            drawings=drawings,
            labelled=labelled,
            nothing_drawn=unread,
            refused=refused,
            confusion=confusion.tolist(),
            ink=display(ink),
        )
        return 0
    say = console().print
    if refused:
        say(f"{refused:,} taken for no digit.")
    if accuracy is None:
        say(f"{drawings:,} drawings read; none has a label.")
        return 0
    say(confusion_table(confusion.tolist(), names, console().width))
    say(f"\n[bold]{100 * accuracy:.2f} %[/] of {labelled:,} drawings right")
    return 0


def _read(window: Window, drawing: Drawing) -> NumberReading | None:
    """Draw on an empty sheet; the answer once the pen is up."""
    window.canvas.set_drawing(Drawing(drawing.size, picture=drawing.picture))
    for _ in play(window.canvas, drawing):
        pass
    window.session.read()
    return window.session.number


def _report(place: int, drawing: Drawing, number: NumberReading | None, as_json: bool) -> None:
    if as_json:
        print_json(
            event="drawing",
            drawing=place,
            label=drawing.label,
            writer=drawing.writer,
            digit=None if number is None else number.text,
            confidence=None if number is None else number.confidence,
            is_digit=number is not None and number.is_digit,
            is_sure=number is not None and number.is_sure,
        )
        return
    answer = "nothing drawn" if number is None else f"{number.text}  {number.confidence:6.1%}"
    meant = drawing.word if drawing.label is None else drawing.label
    label = "" if meant is None else f"  label {meant}"
    words = f"  {number.words}" if number is not None and number.words else ""
    print(f"{place}: {answer}{words}{label}")
