"""The command `teach`: a network learns the digits of an ink file, as it does in the window."""

import os
from pathlib import Path
from time import perf_counter

from . import networks
from .errors import DataError
from .export import check_output
from .files import display
from .model_file import save
from .own_digits import OwnDigits
from .report import print_json, print_note
from .teaching import MOST_OWN, count_right, rehearsal_of, taught
from .teaching import teach as teach_network


def teach(ink: str, model_name: str | None, output: str | None, as_json: bool) -> int:
    """Teach a network, write it, and tell what it gained and what it forgot."""
    start = model_name or networks.BEST_ON_DRAWINGS
    model = networks.find(start).alone
    if not os.path.exists(ink):
        raise DataError(f"There is no ink file {display(ink)}.")
    own = OwnDigits(Path(ink)).part(model)
    if not len(own):
        raise DataError(
            f"{display(ink)} holds no drawing with a label that {model.name} has a class for."
        )
    path = output or networks.new_path(f"{model.name}-taught")
    check_output(path)
    digits = rehearsal_of(model)
    if len(own) > MOST_OWN:
        print_note(
            f"{len(own):,} drawings are more than the {MOST_OWN} that a lesson has room for: "
            f"learn from all of them with zmlp train --start {display(start)} --data "
            f"{digits.name}+{display(ink)}."
        )
    since = perf_counter()
    network = teach_network(model.network, own, digits.training)
    seconds = perf_counter() - since
    save(taught(model, network, own, start), path)
    both = model.network, network
    own_right = [count_right(each, own) for each in both]
    test_right = [count_right(each, digits.test) for each in both]
    if as_json:
        print_json(
            model=display(path),
            taught=len(own),
            seconds=seconds,
            own_right_before=own_right[0],
            own_right_after=own_right[1],
            data=digits.name,
            samples=len(digits.test),
            test_accuracy_before=test_right[0] / len(digits.test),
            test_accuracy_after=test_right[1] / len(digits.test),
        )
        return 0
    before, after = (100 * right / len(digits.test) for right in test_right)
    print(f"Taught {len(own):,} digits in {seconds:.1f} s.")
    print(f"Of them right: {own_right[0]:,} before, {own_right[1]:,} after.")
    print(f"Test digits of {digits.name} right: {before:.2f} % before, {after:.2f} % after.")
    print(f"The network is in {display(path)}.")
    return 0
