"""The journal's five networks on all of MNIST, three seeds each, beside what the journal reported.

It takes long: name a file with `--kept`, and a campaign that breaks off goes on where it stopped.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.datasets import DEFAULT_DATA
from core.events import Finished
from core.files import atomic_write
from core.recipes import RECIPES, Recipe
from core.runs import prepare
from core.threads import use_threads

from . import stage
from .report import Figure, say

SEEDS = (0, 1, 2)
# What the journal wrote down, as far as it came.
REPORTED = {
    "journal-sigmoid": "94.5",
    "journal-bias": "+.4",
    "journal-relu": "about 90",
    "journal-minibatch": "a wish",
    "journal-deep": "a wish",
}


def measure(quick: bool, kept: Path | None = None) -> Iterator[Figure]:
    """Each recipe's test accuracy after its fixed epochs: the mean, and the range in the note."""
    data = "mnist" if "mnist" in stage.data_sets() and not quick else DEFAULT_DATA
    runs = Runs(kept)
    for name, reported in REPORTED.items():
        done = [runs.run(RECIPES[name], data, seed) for seed in SEEDS[: 1 if quick else None]]
        found = [100.0 * each["accuracy"] for each in done]
        mean = sum(found) / len(found)
        spread = f"{mean:.2f} % ({min(found):.2f}–{max(found):.2f})"
        slowest = max(each["seconds"] for each in done)
        note = f"{spread}; the journal: {reported}; at most {slowest:.0f} s a run"
        yield Figure(f"{data}, {name}, mean of {len(done)}", mean, "%", note=note)


class Runs:
    """Finished runs, kept in a file so that none is made twice.

    Parameters
    ----------
    path : Path or None
        The file; None keeps nothing.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._done: list[dict[str, Any]] = []
        if path and path.exists():
            self._done = json.loads(path.read_text("utf-8"))

    def run(self, recipe: Recipe, data: str, seed: int) -> dict[str, Any]:
        """What came of a run: kept from before, if its settings are still the same, or made now."""
        # One thread: sums in another order end in other weights.
        spec = recipe.training.replace(seed=seed, threads=1)
        settings = {"network": recipe.network.to_json(), "training": spec.to_json(), "data": data}
        for each in self._done:
            if each["settings"] == settings:
                return each
        say(f"  {recipe.name} on {data}, seed {seed}")
        use_threads(spec.threads)
        *_, finished = prepare(recipe.network, spec, data)
        assert isinstance(finished, Finished)
        made = {
            "recipe": recipe.name,
            "seed": seed,
            "accuracy": finished.test_accuracy,
            "loss": finished.test_loss,
            "seconds": round(finished.seconds, 1),
            "settings": settings,
        }
        self._done.append(made)
        if self._path:
            with atomic_write(self._path) as file:
                file.write(json.dumps(self._done, indent=1).encode())
        say(f"    {100.0 * finished.test_accuracy:.2f} %, {finished.seconds:.0f} s")
        return made
