"""The command `committee`: chooses the views of a vote and writes a committee's file."""

import os
from pathlib import Path

from . import datasets, networks
from .commands import check_reads
from .committee import COMMITTEE_SUFFIX, MOST_MEMBERS, MOST_VIEWS, Committee, save_committee
from .digits import Part
from .errors import DataError, ModelError
from .files import check_writable, display
from .metrics import accuracy, calibration_error
from .model_file import Model
from .report import print_json
from .view_choice import choose_views, fit_temperature, log_loss


def committee(names: list[str], data: str, most: int, output: str, as_json: bool) -> int:
    """Choose views on the validation digits of a data set, write the file, tell what it gains."""
    if not 1 <= most <= MOST_VIEWS or len(names) > MOST_MEMBERS:
        raise ModelError(
            f"A committee has 1 to {MOST_MEMBERS} members and 1 to {MOST_VIEWS} views."
        )
    if not output.endswith(COMMITTEE_SUFFIX):
        raise ModelError(f"{display(output)} must end with {COMMITTEE_SUFFIX}.")
    check_writable(output)
    listed = [_listed(name, output) for name in names]
    members = tuple(networks.find(name).alone for name in names)
    several = Committee.of(members)
    digits = datasets.load(data)
    check_reads(several, digits)
    part = digits.validation
    if not len(part):
        raise DataError(f"{digits.name} holds no validation digits back to choose views on.")
    views = choose_views(members, part.images, part.labels, most)
    untempered = Committee.of(members, views)
    temperature = fit_temperature(untempered.voices, part.images, part.labels)
    chosen = Committee.of(members, views, Path(output).stem, temperature)
    save_committee(chosen, listed, output)
    vote = Committee.of(members[:1], views)
    figures = {
        "one": _figures(members[0], part),
        "vote": _figures(vote, part),
        "members": _figures(several, part),
        "committee": _figures(chosen, part),
    }
    if as_json:
        print_json(
            committee=display(output),
            members=listed,
            views=[view.to_json() for view in views],
            temperature=temperature,
            data=digits.name,
            part="validation",
            samples=len(part),
            figures=figures,
        )
        return 0
    print(f"{len(part):,} validation digits of {digits.name}:")
    titles = ("the first network", "its vote", "all networks", "the committee")
    for title, each in zip(titles, figures.values(), strict=True):
        print(
            f"{title:18} {100 * each['accuracy']:.2f} %  loss {each['loss']:.4f}  "
            f"calibration error {100 * each['calibration_error']:.2f} %"
        )
    print(f"{display(output)}: {len(members)} networks, {len(views)} views each")
    return 0


def _figures(model: Model, part: Part) -> dict[str, float]:
    answers = model.predict(part.images)
    return {
        "accuracy": accuracy(answers, part.labels),
        "loss": log_loss(answers, part.labels),
        "calibration_error": calibration_error(answers, part.labels),
    }


def _listed(name: str, output: str) -> str:
    """What a member is called in the file: a bundled network by its name, a file beside it by its.

    Raises
    ------
    ModelError
        The file lies elsewhere, where the committee would not find it.
    """
    if not os.path.isfile(name):
        return name
    if Path(name).resolve().parent != Path(output).resolve().parent:
        raise ModelError(
            f"{display(name)} must lie in the folder of {display(output)}, to be found again."
        )
    return Path(name).name
