"""The command data vary: an ink file of variants of the drawings in another."""

from pathlib import Path

from .drawing import iter_ink, write_ink
from .errors import DrawingError
from .files import display
from .ink_data import SUFFIXES
from .report import console, print_json
from .variants import variants


def vary(ink: str, output: str, copies: int, pictures: int, seed: int, json: bool) -> int:
    """Write variants of all drawings that have strokes and a label.

    Parameters
    ----------
    ink, output : str
        Two ink files.
    copies, pictures, seed : int
        See `variants.variants`.
    json : bool
        Print JSON.

    Returns
    -------
    int
        The exit code.

    Raises
    ------
    DrawingError
        The ink cannot be read, nothing in it can be varied, or the output is named wrongly.
    """
    if not output.lower().endswith(SUFFIXES):
        raise DrawingError(f"{output} is no ink file: choose a name that ends in {SUFFIXES[0]}.")
    made = list(variants(iter_ink(ink), copies, pictures, seed))
    if not made:
        raise DrawingError(
            f"{display(Path(ink))} holds no drawing with strokes and a label, or no variant was "
            "asked for: nothing was written."
        )
    write_ink(output, made)
    if json:
        print_json(event="finished", file=output, drawings=len(made))
    else:
        console().print(f"{len(made):,} variants are in {output}")
    return 0
