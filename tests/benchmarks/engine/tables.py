"""The table for people."""

from rich.table import Table

from .results import OWN, PEERS, TITLES, Measured, Results


def table(results: Results) -> Table:
    """Digits a second of all engines, a line a cell, and ours against the best peer."""
    engines = [
        engine
        for engine in (*OWN, *PEERS, "products")
        if any(each.speeds.get(engine) for each in results.measured)
    ]
    made = Table(box=None, pad_edge=False, title_justify="left")
    for heading in ("network", "minibatch", "optimizer", "threads"):
        made.add_column(heading, justify="left" if heading in ("network", "optimizer") else "right")
    for engine in engines:
        made.add_column(TITLES[engine], justify="right")
    made.add_column("× best peer", justify="right")
    if "zmlp-compiled" in engines:
        made.add_column("compiled", justify="right")
    if "products" in engines:
        made.add_column("of products", justify="right")
    for each in results.measured:
        made.add_row(*_line(each, engines))
    return made


def _line(each: Measured, engines: list[str]) -> list[str]:
    cell = each.cell
    speeds = [_digits(each.speed(engine)) for engine in engines]
    ratios = [_ratio(each.ratio("zmlp"))]
    if "zmlp-compiled" in engines:
        ratios.append(_ratio(each.ratio("zmlp-compiled")))
    if "products" in engines:
        share = each.ratio("zmlp", "products")
        ratios.append("" if share is None else f"{100 * share:.0f} %")
    return [
        cell.net,
        str(cell.minibatch),
        cell.optimizer,
        str(cell.threads),
        *speeds,
        *ratios,
    ]


def _digits(speed: float | None) -> str:
    if speed is None:
        return ""
    return f"{speed:,.0f}" if speed >= 10 else f"{speed:.1f}"


def _ratio(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}"
