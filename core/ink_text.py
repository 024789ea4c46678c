"""Ink as text, such as a clipboard holds: the lines of an ink file."""

from .drawing import Drawing, ink_line, parse_line
from .errors import DrawingError
from .ink_lines import LONGEST_LINE


def looks_like_ink(text: str) -> bool:
    """Whether a text may be ink; a glance, not a check."""
    return text.lstrip("\ufeff \t\r\n").startswith("{")


def ink_text(drawing: Drawing) -> str:
    """A drawing as the one line of an ink file."""
    return ink_line(drawing).decode()


def read_ink_text(text: str) -> list[Drawing]:
    """All drawings in the text of an ink file.

    Raises
    ------
    DrawingError
        A line is no drawing or too long; names the line and the mend.
    """
    drawings = []
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LONGEST_LINE:
            raise DrawingError(f"Line {number} of the text is longer than a drawing's may be.")
        try:
            if line.strip():
                drawings.append(parse_line(line.encode("utf-8", "replace")))
        except DrawingError as error:
            raise DrawingError(f"Line {number} of the text is no ink: {error}.") from error
    return drawings
