"""How soon each library reaches an accuracy on MNIST, from the start of its process.

All run the same recipe on the same digits and read them from disk; the test digits, read at the end
of the run, say whether the goal is reached.
"""

import dataclasses
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

from core.recipes import RECIPES
from core.setting import settings
from core.spec import NetworkSpec, TrainingSpec

from .workers import pinned

CORES = 2
CHECKOUT = Path(__file__).parents[3]
# Seconds between two looks at a process's memory.
LOOK = 0.02
PEERS = ("torch", "sklearn")


@dataclass(frozen=True)
class Goal:
    """An accuracy to reach, and how.

    Attributes
    ----------
    percent, seconds : float
        Test digits right, and the time within which.
    network, training : NetworkSpec, TrainingSpec
        The recipe.
    peers : tuple of str
        Who runs it beside us.
    """

    percent: float
    seconds: float
    network: NetworkSpec
    training: TrainingSpec
    peers: tuple[str, ...] = ()


_SOON = TrainingSpec(
    learning_rate=0.25, batch_size=128, schedule="one-cycle", validation=False, threads=CORES
)
# The recipes are the soonest that were found for us. 98 % comes as soon with 256 neurons, minibatch
# 128 and four epochs, which suits the others better: then they take 1.5 and 2.5 times as long.
GOALS = (
    Goal(97.0, 2.0, NetworkSpec(hidden=(100,)), _SOON.replace(epochs=2), PEERS),
    Goal(
        98.0,
        4.0,
        NetworkSpec(hidden=(200,)),
        _SOON.replace(learning_rate=0.02, batch_size=10, epochs=3),
        PEERS,
    ),
    Goal(
        99.0,
        60.0,
        NetworkSpec(hidden=(512, 256)),
        _SOON.replace(learning_rate=0.2, epochs=14, shift=1, label_smoothing=0.02, average=0.998),
    ),
)
FAST = RECIPES["fast"]
FAST_COMMAND = ["-m", "zmlp_gui", "train", "--json", "--recipe", "fast"]
# How many times sooner than the others at this goal.
SOONER, SOONER_AT = 3.0, 98.0
# Megabytes of the whole process while it trains the recipe `fast`.
MEMORY = 250.0


@dataclass(frozen=True)
class Race:
    """One run.

    Attributes
    ----------
    engine : str
        Whose.
    goal, limit : float
        Percent, and seconds; 0 percent where only memory is looked at.
    seconds : float
        From the start of the process to its end.
    percent : float
        Test digits right.
    memory : float
        Peak of the process, in MB; NaN where the system does not say.
    """

    engine: str
    goal: float
    limit: float
    seed: int
    seconds: float
    percent: float
    memory: float


def races(seeds: int, data: str, engines: list[str]) -> Iterator[Race]:
    """All goals with several seeds, the libraries in turns."""
    for goal in GOALS:
        for seed in range(seeds):
            for engine in ("zmlp", *goal.peers):
                if engine in engines:
                    yield race(engine, goal, seed, data)


def race(engine: str, goal: Goal, seed: int, data: str) -> Race:
    """One run of a library's process."""
    training = goal.training.replace(seed=seed)
    if engine == "zmlp":
        command = command_line(goal.network, training, data)
    else:
        job = json.dumps([goal.network.to_json(), training.to_json(), data])
        command = ["-m", f"{__package__}.race_{engine}", job]
    return _timed(engine, goal.percent, goal.seconds, seed, command)


def fast_memory(data: str) -> Race:
    """The recipe `fast` as a person trains it, for the sake of its memory."""
    return _timed("zmlp", 0.0, 0.0, 0, [*FAST_COMMAND, "--data", data, "--epochs", "2"])


def command_line(network: NetworkSpec, training: TrainingSpec, data: str) -> list[str]:
    """The command line of a recipe: what differs from the one that is named is a flag."""
    flags = []
    for wanted, given in ((network, FAST.network), (training, FAST.training)):
        for each in settings(type(wanted)):
            value = getattr(wanted, each.name)
            if each.from_data or value == getattr(given, each.name):
                continue
            if isinstance(value, bool):
                flags.append(each.flag if value else each.flag.replace("--", "--no-", 1))
            else:
                words = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
                flags += [each.flag, words]
    return [*FAST_COMMAND, *flags, "--data", data]


def _timed(engine: str, goal: float, limit: float, seed: int, arguments: list[str]) -> Race:
    with tempfile.TemporaryDirectory() as home, pinned(CORES):
        environment = os.environ | {"XDG_DATA_HOME": home, "XDG_STATE_HOME": home}
        started = perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=CHECKOUT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        memory = float("nan")
        while process.poll() is None:
            memory = _peak(process.pid) or memory
            sleep(LOOK)
        seconds = perf_counter() - started
        output = process.communicate()[0]
    told: dict[str, Any] = json.loads(output.splitlines()[-1]) if output else {}
    percent = 100.0 * told.get("test_accuracy", float("nan"))
    return Race(engine, goal, limit, seed, seconds, percent, memory)


def _peak(pid: int) -> float | None:
    """The most memory that a process has had so far, in MB; None where it cannot be told."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    except OSError:
        return None
    kilobytes = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    return int(kilobytes[0]) / 1024 if kilobytes else None


def from_json(values: list[dict[str, Any]]) -> list[Race]:
    """What `dataclasses.asdict` made of races."""
    return [Race(**each) for each in values]


def to_json(runs: list[Race]) -> list[dict[str, Any]]:
    """Races as JSON values."""
    return [dataclasses.asdict(each) for each in runs]
