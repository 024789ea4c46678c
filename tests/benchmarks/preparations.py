"""Ways to prepare drawings, compared on people's strokes; writes `preparations.md` beside it.

The writers are the last ten of the ink, whom the bundled networks have not learned from.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from core import networks, preparation
from core.datasets import search_folders
from core.drawing import Drawing, iter_ink
from core.pen_trial import PENS, PenTrial, try_pens
from core.preparation import ALL_STEPS, Steps, prepare
from core.reader import Reader
from core.robustness import KINDS, robustness

from .report import Figure, say

PAGE = Path(__file__).with_suffix(".md")
INK = Path("ink") / "pendigits-writers30.jsonl.gz"
WRITERS = 10
NETWORKS = "hand", "champion"
PICTURES, QUICK_PICTURES = 60, 10

VARIANTS: dict[str, dict[str, float]] = {
    "as it is": {},
    "pen 1.6": {"PEN": 1.6},
    "pen 2.0": {"PEN": 2.0},
    "pen 2.8": {"PEN": 2.8},
    "pen 3.2": {"PEN": 3.2},
    "box 17.3": {"INK_SIDE": 17.3},
    "box 18.3": {"INK_SIDE": 18.3},
    "box 20.3": {"INK_SIDE": 20.3},
    "greys as they come": {"CUT": 0.0},
    "harder greys": {"CUT": 0.12},
}
"""Values of `core.preparation` that are other ones."""
LEFT_OUT = {
    "not scaled": Steps(scale=False),
    "not centred on the mass": Steps(centre=False),
    "the pen as it was": Steps(pen=False),
}


def measure(quick: bool) -> Iterator[Figure]:
    """Shares read right, and the page that shows them."""
    drawings = _judged()
    page = [
        "# Preparations compared\n",
        "Made by `python -m tests.benchmarks preparations`: drawings of ten writers of the pen "
        "digits (UCI), whom no network here has learned from. Shares read right in percent.\n",
    ]
    say("  strokes")
    page += _variants(drawings[:: 10 if quick else 1])
    count = QUICK_PICTURES if quick else PICTURES
    reader = Reader(networks.find("hand"))
    for smooth, title in ((True, "smooth edges"), (False, "hard edges")):
        say(f"  pictures, {title}")
        trial = try_pens(reader, drawings, count, smooth=smooth)
        yield Figure(f"pictures with {title}, of those read right", 100 * trial.kept, "%")
        page += _pens(trial, title)
    thick = float(preparation.THICK)
    with _values({"THICK": 1e9}):
        say("  thick pens not traced")
        plain = try_pens(reader, drawings, count, sides=(200,), pens=PENS[-3:])
    page += _pens(plain, f"smooth edges, thick pens not traced (`THICK` {thick:g} → ∞)")
    say("  places, sizes, turns")
    page += _robust(reader, drawings, count)
    if not quick:
        PAGE.write_text("\n".join(page) + "\n", "utf-8")


def _judged() -> list[Drawing]:
    """Labelled drawings of the last writers."""
    path = next(folder / INK for folder in search_folders() if (folder / INK).is_file())
    drawings = [each for each in iter_ink(path) if each.label is not None and each.writer]
    writers = sorted({each.writer or "" for each in drawings}, key=int)[-WRITERS:]
    return [each for each in drawings if each.writer in writers]


@contextmanager
def _values(values: dict[str, float]) -> Iterator[None]:
    """The preparation with other values."""
    before = {name: getattr(preparation, name) for name in values}
    try:
        for name, value in values.items():
            setattr(preparation, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(preparation, name, value)


def _variants(drawings: Sequence[Drawing]) -> list[str]:
    labels = np.array([drawing.label for drawing in drawings])
    lines = [f"## Strokes: {len(drawings):,} drawings\n", _row(["preparation", *NETWORKS])]
    lines.append(_row(["---"] * (1 + len(NETWORKS))))
    ways = [(name, values, ALL_STEPS) for name, values in VARIANTS.items()]
    ways += [(name, {}, steps) for name, steps in LEFT_OUT.items()]
    for name, values, steps in ways:
        with _values(values):
            images = [prepare(drawing, steps) for drawing in drawings]
        shares = []
        for network in NETWORKS:
            answers = networks.find(network).predict(np.array(images)).argmax(axis=1)
            shares.append(f"{100 * (answers == labels).mean():.2f}")
        lines.append(_row([name, *shares]))
    return [*lines, ""]


def _pens(trial: PenTrial, title: str) -> list[str]:
    """A table of sides and pens; the pens are parts of the side."""
    sides = sorted({share.side for share in trial.shares})
    lines = [
        f"## Pictures: {title}\n",
        f"`hand` reads {100 * trial.strokes:.1f} % of {trial.drawings} drawings right as strokes; "
        "of these so many are read right from square pictures that ink and pen just fill, by the "
        "side (pixels) and the pen (pixels: percent).\n",
    ]
    for side in sides:
        cells = [
            f"{share.pen:.3g}: {100 * share.kept:.1f}"
            for share in trial.shares
            if share.side == side
        ]
        lines.append(f"- {side}: " + " · ".join(cells))
    return [*lines, f"\nAll of them: {100 * trial.kept:.2f}\n"]


def _robust(reader: Reader, drawings: Sequence[Drawing], count: int) -> list[str]:
    lines = ["## Places, sizes from 1/8 to the whole canvas, turns within ±20°\n"]
    for pictured, title in ((False, "strokes"), (True, "pictures of strokes")):
        found = robustness(reader, drawings, count, pictured)
        lines.append(f"`hand`, {found.drawings} {title}: {100 * found.undisturbed:.1f} undisturbed")
        for kind in KINDS:
            shares = " · ".join(f"{100 * share:.1f}" for share in found.accuracies[kind])
            lines.append(f"- {kind}: {shares}")
        lines.append(f"- all at random: {100 * found.together:.1f}\n")
    return lines


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
