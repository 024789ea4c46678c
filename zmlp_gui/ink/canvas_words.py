"""What the canvas says: to screen readers always, and below an empty sheet."""

from zmlp_gui.words import tr


def hint(by_keys: bool) -> str:
    """The line below an empty sheet."""
    if by_keys:
        return tr("Draw a digit: arrow keys move, Space puts the pen down")
    return tr("Draw a digit")


def description(caption: str, tool: str, by_keys: bool, is_down: bool) -> str:
    """What a screen reader is told of the canvas.

    Parameters
    ----------
    caption : str
        The line below the drawing, or empty.
    tool : str
        `pen` or `eraser`.
    by_keys, is_down : bool
        Whether keys move the tool, and whether they have put it down.
    """
    if not by_keys:
        return caption or tr(
            "Draw a digit here with the mouse, a pen or a finger; or with the arrow keys: "
            "Space puts the pen down and lifts it."
        )
    if tool == "eraser" and is_down:
        state = tr("The eraser is down: arrow keys erase, Space lifts it.")
    elif tool == "eraser":
        state = tr("The eraser is up: arrow keys move it, Space puts it down.")
    elif is_down:
        state = tr("The pen is down: arrow keys draw, Space lifts it.")
    else:
        state = tr("The pen is up: arrow keys move it, Space puts it down.")
    return f"{caption}. {state}" if caption else state
