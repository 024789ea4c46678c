"""The command `export`: writes a network for other programs and says how they read it."""

from dataclasses import replace
from pathlib import Path

from . import networks
from .export import FORMATS
from .export import export as export_model
from .files import display
from .folding import folded
from .report import print_json


def export(
    model_name: str | None,
    file: str,
    as_json: bool,
    packing: str | None = None,
    fold: bool = False,
) -> int:
    """Write a network to a file; its suffix says in which format.

    With a `packing` its weights take less than four bytes each, with `fold` it has no batch
    normalisation left.
    """
    name = model_name or networks.BEST_ON_DRAWINGS
    model = networks.find(name).alone
    if fold:
        # The layers hold the same as before, so that what is refused stays the same.
        model = replace(model, network=folded(model.network))
    python = export_model(model, file, packing)
    note = FORMATS[Path(file).suffix.lower()].help
    if as_json:
        print_json(
            file=display(file),
            model=display(name),
            parameters=model.network.spec.parameter_count,
            python=python,
            note=note,
        )
    else:
        print(f"The network is in {display(file)}. {note} In Python:\n\n{python}")
    return 0
