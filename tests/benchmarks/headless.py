"""A training pulled as the command line pulls it, in a process of its own, and its speed."""

import json
import subprocess
import sys
from time import perf_counter

from core.events import Evaluated
from core.runs import prepare
from core.spec import NetworkSpec, TrainingSpec
from core.threads import use_threads

from .marks import Mark, enough, speed


def speed_without_window(
    network: NetworkSpec, training: TrainingSpec, data: str, warming: float, seconds: float
) -> float:
    """Digits learned in a second by a fresh process that has no window."""
    job = json.dumps([network.to_json(), training.to_json(), data, warming, seconds])
    command = [sys.executable, "-m", __name__, job]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return float(done.stdout)


def pull(job: str) -> float:
    """The speed of a job, as `speed_without_window` describes it."""
    network_json, training_json, data, warming, seconds = json.loads(job)
    spec = TrainingSpec.from_json(training_json)
    use_threads(spec.threads)
    training = prepare(NetworkSpec.from_json(network_json), spec, data)
    marks: list[Mark] = []
    begin = perf_counter() + warming
    end = begin + seconds
    for event in training:
        if isinstance(event, Evaluated):
            marks.append(Mark(perf_counter(), event.step))
            if marks[-1].time > end and enough(marks, begin):
                break
    return speed(marks, training, begin)


if __name__ == "__main__":
    print(pull(sys.argv[1]))
