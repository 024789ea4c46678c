"""One benchmark in a process of its own; each figure goes to standard output as a line of JSON."""

import argparse
import dataclasses
import json
import os
from importlib import import_module
from pathlib import Path

from . import stage


def main() -> None:
    """Run the benchmark of that name."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--kept", type=Path)
    options = parser.parse_args()
    # Only the long ones keep what they have.
    kept = {"kept": options.kept} if options.kept else {}
    with stage.own_home():
        for figure in import_module(f".{options.name}", __package__).measure(options.quick, **kept):
            print(json.dumps(dataclasses.asdict(figure)), flush=True)
    # An application that overrides `notify`, as the one of `busy` does, may not outlive Python.
    os._exit(0)


if __name__ == "__main__":
    main()
