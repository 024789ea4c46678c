"""The plot of the README: each library's speed beside the fastest of the others, as an SVG."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from .cells import MINIBATCHES, Cell
from .results import OWN, PEERS, TITLES, Measured

WIDTH, PANEL, GAP = 1000.0, 210.0, 54.0
LEFT, TOP, RIGHT = 78.0, 112.0, 24.0
# Speeds relative to the best peer, at the ends of the axis and where it has lines.
LOW, HIGH = 0.05, 4.0
TICKS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)
INK, SOFT, FAINT, GROUND = "#1d2330", "#5b6472", "#e3e6eb", "#ffffff"
FONT = "Inter, 'Segoe UI', Helvetica, Arial, sans-serif"


@dataclass(frozen=True)
class Look:
    """How an engine is drawn: colours never carry meaning alone."""

    colour: str
    dash: str
    marker: str
    width: float = 1.6


LOOKS = {
    "zmlp": Look("#2f6fde", "", "circle", 2.8),
    "zmlp-compiled": Look("#7a3fd0", "7 3", "circle", 2.8),
    "jax": Look("#1e8a6a", "", "square"),
    "torch": Look("#c4562a", "6 3", "triangle"),
    "sklearn": Look("#8a6d1f", "2 3", "diamond"),
}


def draw(measured: list[Measured], optimizer: str = "momentum") -> str:
    """A panel for each network in a row for each number of threads."""
    cells = [each for each in measured if each.cell.optimizer == optimizer]
    nets = sorted({each.cell.hidden for each in cells}, key=_weights)
    rows = sorted({each.cell.threads for each in cells})
    height = TOP + len(rows) * (PANEL + GAP)
    inner = (WIDTH - LEFT - RIGHT) / max(1, len(nets))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" '
        f'font-family="{FONT}" font-size="12" fill="{INK}">',
        f'<rect width="{WIDTH:g}" height="{height:g}" fill="{GROUND}"/>',
        f'<text x="{LEFT:g}" y="30" font-size="17" font-weight="600">'
        "Training speed beside the fastest other library</text>",
        f'<text x="{LEFT:g}" y="50" fill="{SOFT}">digits learned a second, {optimizer}; '
        "1× is the fastest of the others</text>",
        *_legend([name for name in LOOKS if any(each.speeds.get(name) for each in cells)]),
    ]
    for row, threads in enumerate(rows):
        top = TOP + row * (PANEL + GAP)
        parts += _axis(top, threads)
        for column, hidden in enumerate(nets):
            left = LEFT + column * inner
            chosen = [
                each
                for each in cells
                if each.cell.hidden == hidden and each.cell.threads == threads
            ]
            parts += _panel(left, top, inner - 14, chosen, title=row == 0)
    return "\n".join([*parts, "</svg>", ""])


def _weights(hidden: tuple[int, ...]) -> int:
    return Cell(hidden, 1, "momentum", 1).weights


def _legend(engines: list[str]) -> Iterator[str]:
    x = LEFT
    for engine in engines:
        look = LOOKS[engine]
        yield _path([(x, 72.0), (x + 30, 72.0)], look)
        yield _marker(x + 15, 72.0, look)
        yield f'<text x="{x + 37:g}" y="76">{TITLES[engine]}</text>'
        x += 37 + 8 * len(TITLES[engine]) + 22


def _axis(top: float, threads: int) -> Iterator[str]:
    for tick in TICKS:
        y = _y(top, tick)
        main = tick == 1.0
        yield (
            f'<line x1="{LEFT:g}" x2="{WIDTH - RIGHT - 14:g}" y1="{y:.1f}" y2="{y:.1f}" '
            f'stroke="{SOFT if main else FAINT}" stroke-width="1"/>'
        )
        yield (
            f'<text x="{LEFT - 8:g}" y="{y + 4:.1f}" text-anchor="end" '
            f'fill="{INK if main else SOFT}">{tick:g}×</text>'
        )
    words = f"{threads} thread{'s' * (threads > 1)}"
    middle = top + PANEL / 2
    yield (
        f'<text transform="translate(16 {middle:g}) rotate(-90)" text-anchor="middle" '
        f'font-weight="600">{words}</text>'
    )


def _panel(
    left: float, top: float, width: float, cells: list[Measured], title: bool
) -> Iterator[str]:
    if not cells:
        return
    xs = {
        minibatch: left + width * (index + 0.5) / len(MINIBATCHES)
        for index, minibatch in enumerate(MINIBATCHES)
    }
    if title:
        yield (
            f'<text x="{left + width / 2:g}" y="{top - 12:g}" text-anchor="middle" '
            f'font-size="11" font-weight="600">{_short(cells[0].cell)}</text>'
        )
    for minibatch, x in xs.items():
        yield (
            f'<text x="{x:.1f}" y="{top + PANEL + 17:g}" text-anchor="middle" '
            f'fill="{SOFT}">{minibatch}</text>'
        )
    yield (
        f'<text x="{left + width / 2:g}" y="{top + PANEL + 33:g}" text-anchor="middle" '
        f'font-size="11" fill="{SOFT}">minibatch</text>'
    )
    # Ours last, above the others.
    for engine in (*PEERS, *reversed(OWN)):
        points = [
            (xs[each.cell.minibatch], _y(top, ratio))
            for each in sorted(cells, key=lambda each: each.cell.minibatch)
            if each.cell.minibatch in xs and (ratio := each.ratio(engine)) is not None
        ]
        if points:
            yield _path(points, LOOKS[engine])
            yield from (_marker(x, y, LOOKS[engine]) for x, y in points)


def _short(cell: Cell) -> str:
    """The network's name, with its middle left out where it is long."""
    if len(cell.hidden) <= 3:
        return cell.net
    return f"{cell.widths[0]}-{cell.hidden[0]}-…-{cell.hidden[-1]}-{cell.widths[-1]}"


def _y(top: float, ratio: float) -> float:
    """Where a ratio stands, on a logarithmic axis; what is beyond an end stands at it."""
    share = math.log(min(HIGH, max(LOW, ratio)) / LOW) / math.log(HIGH / LOW)
    return top + PANEL * (1.0 - share)


def _path(points: list[tuple[float, float]], look: Look) -> str:
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dash = f' stroke-dasharray="{look.dash}"' if look.dash else ""
    return (
        f'<polyline points="{line}" fill="none" stroke="{look.colour}" '
        f'stroke-width="{look.width}"{dash}/>'
    )


def _marker(x: float, y: float, look: Look) -> str:
    size = 3.4 + (look.width > 2)
    if look.marker == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:g}" fill="{look.colour}"/>'
    corners = {
        "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
        "triangle": ((0, -1.2), (1.2, 1), (-1.2, 1)),
        "diamond": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
    }[look.marker]
    line = " ".join(f"{x + size * dx:.1f},{y + size * dy:.1f}" for dx, dy in corners)
    return f'<polygon points="{line}" fill="{look.colour}"/>'
