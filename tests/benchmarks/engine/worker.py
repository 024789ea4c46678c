"""A process of its own for one engine: it sleeps until it is asked, and answers in JSON lines.

{"prepare": cell, "seconds": s} → {"ready": variant}     {"run": s} → {"digits": n, "seconds": t}
"""

import importlib
import json
import sys
import traceback
from typing import Any, TextIO

from .cells import Cell
from .engine import CLOCKS, Engine, Learned

# Where each engine is, and the name of its class there.
ENGINES = {
    "zmlp": ("zmlp_engine", "Zmlp"),
    "zmlp-compiled": ("zmlp_engine", "CompiledZmlp"),
    "torch": ("torch_engine", "Torch"),
    "jax": ("jax_engine", "Jax"),
    "sklearn": ("sklearn_engine", "ScikitLearn"),
    "products": ("products", "Products"),
}
# Minibatches of a measurement, at least.
LEAST = 3
# The first trial: multiplications and additions that take some hundredths of a second, and
# minibatches, at most.
TRIAL_WORK, TRIAL_STEPS = 2e9, 100


class Bench:
    """An engine, and how much of the cell at hand it does at a time.

    Parameters
    ----------
    engine : Engine
        What is measured.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._trial = self._chunk = 1

    def prepare(self, cell: Cell, seconds: float) -> str:
        """Find the fastest variant, and how many minibatches fill that many seconds."""
        work = 6.0 * cell.weights * cell.minibatch
        per_epoch = max(1, len(self._engine.labels) // cell.minibatch)
        self._trial = max(1, min(TRIAL_STEPS, int(TRIAL_WORK / work), per_epoch))
        rates = {variant: self._try(cell, variant) for variant in self._engine.variants}
        variant = max(rates, key=lambda each: rates[each])
        if len(rates) > 1:
            self._engine.start(cell, variant)
        self._chunk = chunk(rates[variant], seconds, per_epoch)
        # What is compiled for that number is compiled now.
        self._engine.learn(self._trial)
        self._engine.learn(self._chunk)
        return variant

    def run(self, seconds: float) -> Learned:
        """Learn for about that long, after a few minibatches that wake what fell asleep."""
        self._engine.learn(self._trial)
        digits, spent = 0, 0.0
        while spent < 0.8 * seconds:
            learned = self._engine.learn(self._chunk)
            digits += learned.digits
            spent += learned.seconds
        return Learned(digits, spent)

    def _try(self, cell: Cell, variant: str) -> float:
        """Minibatches a second, the first ones not counted."""
        self._engine.start(cell, variant)
        self._engine.learn(self._trial)
        return max(self._trial / self._engine.learn(self._trial).seconds for _ in range(2))


def chunk(rate: float, seconds: float, per_epoch: int) -> int:
    """How many minibatches are learned at a time: `seconds` of them, an epoch at the most."""
    return max(LEAST, min(per_epoch, round(rate * seconds)))


def serve(bench: Bench, requests: TextIO, answers: TextIO) -> None:
    """Answer every line until there are no more; what goes wrong is an answer, too."""
    for line in requests:
        try:
            answer = _answer(bench, json.loads(line))
        except Exception as error:
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {error}"}
        _tell(answers, answer)


def _answer(bench: Bench, request: dict[str, Any]) -> dict[str, Any]:
    if "prepare" in request:
        cell = Cell.named(request["prepare"])
        return {"ready": bench.prepare(cell, request["seconds"])}
    learned = bench.run(request["run"])
    return {"digits": learned.digits, "seconds": learned.seconds}


def _tell(answers: TextIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


def main() -> None:
    """Serve the engine that the arguments name, if its library is there."""
    name, threads, data, clock = sys.argv[1:]
    # Whatever a library prints must not fall among the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    module, kind = ENGINES[name]
    try:
        engine = getattr(importlib.import_module(f".{module}", __package__), kind)(
            int(threads), data
        )
    except ImportError as error:
        _tell(answers, {"missing": str(error)})
        return
    engine.clock = CLOCKS[clock]
    _tell(answers, {"version": engine.version})
    serve(Bench(engine), sys.stdin, answers)


if __name__ == "__main__":
    main()
