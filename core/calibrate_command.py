"""The command `calibrate`: makes a network honest and writes that beside its weights."""

import os
from typing import BinaryIO

import numpy as np

from . import datasets, networks
from .bundled import open_bundled
from .calibration import calibrated
from .commands import check_reads
from .digits import Part
from .errors import DataError, ModelError
from .files import check_writable, display
from .metrics import calibration_error
from .model_file import SUFFIX, Model, save_header
from .report import print_json


def calibrate(name: str, data: str, output: str | None, as_json: bool) -> int:
    """Fit temperature and refusal to a data set, write the file, tell what changed."""
    model = networks.find(name)
    if model.alone is not model:
        raise ModelError("A committee is as honest as its networks: calibrate those.")
    if output is None:
        if not os.path.isfile(name):
            raise ModelError(f"Say with --output where the calibrated {name} is to go.")
        output = name
    if not output.endswith(SUFFIX):
        raise ModelError(f"{display(output)} must end with {SUFFIX}.")
    check_writable(output)
    digits = datasets.load(data)
    check_reads(model, digits)
    part = digits.validation
    if not len(part):
        raise DataError(f"{digits.name} holds no validation digits back to calibrate on.")
    honest = calibrated(model, digits)
    with _opened(name) as origin:
        save_header(honest, origin, output)
    before, after = _error(model, part), _error(honest, part)
    refused = int(np.count_nonzero(~honest.are_digits(part.images)))
    if as_json:
        print_json(
            model=display(output),
            temperature=honest.temperature,
            calibration_error=after,
            calibration_error_before=before,
            refuses=honest.refusal is not None,
            refused=refused,
            data=digits.name,
            part="validation",
            samples=len(part),
        )
        return 0
    print(f"{len(part):,} validation digits of {digits.name}:")
    print(
        f"calibration error {100 * before:.2f} % before, {100 * after:.2f} % now, "
        f"temperature {honest.temperature:g}"
    )
    if honest.refusal is not None:
        print(f"taken for no digit: {refused:,} ({refused / len(part):.2%})")
    print(f"The network is in {display(output)}.")
    return 0


def _error(model: Model, part: Part) -> float:
    return calibration_error(model.predict(part.images), part.labels)


def _opened(name: str) -> BinaryIO:
    """The file of a network that was found."""
    return open(name, "rb") if os.path.isfile(name) else open_bundled(f"models/{name}{SUFFIX}")
