"""One benchmark in a process of its own; each figure goes to standard output as a line of JSON."""

import dataclasses
import json
import os
import sys
from importlib import import_module

from . import stage


def main(name: str, quick: bool) -> None:
    """Run the benchmark of that name."""
    with stage.own_home():
        for figure in import_module(f".{name}", __package__).measure(quick):
            print(json.dumps(dataclasses.asdict(figure)), flush=True)
    # An application that overrides `notify`, as the one of `busy` does, may not outlive Python.
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], "--quick" in sys.argv[2:])
