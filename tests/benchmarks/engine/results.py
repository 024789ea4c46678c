"""What was measured, the ratios that are drawn from it, and the file that keeps it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from .cells import Cell
from .races import Race, from_json, to_json

OWN = ("zmlp", "zmlp-compiled")
PEERS = ("torch", "jax", "sklearn")
TITLES = {
    "zmlp": "zmlp",
    "zmlp-compiled": "zmlp, compiled",
    "torch": "PyTorch",
    "jax": "JAX",
    "sklearn": "scikit-learn",
    "products": "products",
}


@dataclass
class Measured:
    """One cell.

    Attributes
    ----------
    speeds : dict
        Digits a second of each engine, one figure a turn.
    variants : dict
        The way in which each engine was fastest.
    failures : dict
        What went wrong, by engine.
    """

    cell: Cell
    speeds: dict[str, list[float]] = field(default_factory=dict)
    variants: dict[str, str] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    def speed(self, engine: str) -> float | None:
        """The median of an engine's turns."""
        found = self.speeds.get(engine)
        return median(found) if found else None

    @property
    def best_peer(self) -> str | None:
        """The fastest of the other libraries."""
        found = {peer: self.speed(peer) or 0.0 for peer in PEERS if self.speeds.get(peer)}
        return max(found, key=lambda peer: found[peer]) if found else None

    def ratio(self, engine: str, to: str | None = None) -> float | None:
        """How many times as fast an engine is as another, the best peer unless one is named."""
        to = to or self.best_peer
        above, below = self.speed(engine), self.speed(to) if to else None
        return above / below if above and below else None

    @property
    def best_own(self) -> str:
        """Ours that is fastest."""
        return max(OWN, key=lambda engine: self.speed(engine) or 0.0)

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return {
            "cell": self.cell.name,
            "speeds": self.speeds,
            "variants": self.variants,
            "failures": self.failures,
            "ratio": self.ratio("zmlp"),
            "best_peer": self.best_peer,
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Measured":
        """What `to_json` made; ratios are computed anew."""
        return cls(
            Cell.named(values["cell"]), values["speeds"], values["variants"], values["failures"]
        )


@dataclass
class Results:
    """A whole benchmark.

    Attributes
    ----------
    machine : dict
        What it ran on, with the libraries' versions.
    measured : list of Measured
        The cells so far.
    races : list of Race
        Times to accuracy, one run each; the memory of `fast` among them.
    """

    machine: dict[str, Any] = field(default_factory=dict)
    measured: list[Measured] = field(default_factory=list)
    races: list[Race] = field(default_factory=list)

    def save(self, path: Path) -> None:
        """Write it down; done after each cell, so that a benchmark cut off can go on."""
        values = {
            "machine": self.machine,
            "cells": [each.to_json() for each in self.measured],
            "races": to_json(self.races),
        }
        partial = path.with_suffix(path.suffix + ".part")
        partial.write_text(json.dumps(values, indent=1) + "\n", "utf-8")
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Results":
        """What `save` wrote."""
        values = json.loads(path.read_text("utf-8"))
        cells = [Measured.from_json(each) for each in values["cells"]]
        return cls(values["machine"], cells, from_json(values["races"]))

    def missing(self, cells: Iterable[Cell]) -> list[Cell]:
        """Those of the cells that are not measured yet."""
        known = {each.cell for each in self.measured}
        return [cell for cell in cells if cell not in known]
