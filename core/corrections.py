"""Corrections: what a person says was drawn joins their set, and the network learns all of it."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from . import networks
from .digits import Part
from .drawing import Drawing
from .errors import ModelError, SaveError
from .files import atomic_write, display
from .model_file import Model, save
from .own_digits import OwnDigits
from .teaching import count_right, rehearsal_of, taught, teach

MOST_TESTED = 1000
"""Test digits that are read before and after, so that a correction takes no longer than a second
or so."""


@dataclass(frozen=True)
class Count:
    """Digits read right, of how many, before and after a lesson."""

    digits: int
    before: int
    after: int


@dataclass(frozen=True, eq=False)
class Correction:
    """A correction that was learned.

    Attributes
    ----------
    drawing : Drawing
        What joined the set.
    name : str
        The class that it is of.
    model : Model
        The network that has learned it, and all of the set before.
    path : Path
        Its file.
    origin : Model
        What it was before anything was taught.
    own, test : Count
        The person's own digits, and test digits of a data set that the network knows.
    earlier : bytes or None
        What stood in the file before; None where there was none.
    """

    drawing: Drawing
    name: str
    model: Model
    path: Path
    origin: Model
    own: Count
    test: Count
    earlier: bytes | None

    def undo(self) -> None:
        """Take the drawing out of the set, and put the network's file back as it was.

        Raises
        ------
        SaveError
            A file could not be written.
        """
        OwnDigits().remove(self.drawing)
        if self.earlier is not None:
            with atomic_write(self.path) as file:
                file.write(self.earlier)
            return
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise SaveError(
                f"{display(self.path)} could not be removed: {error.strerror}."
            ) from error


def correct(
    model: Model, start: str, drawing: Drawing, name: str, origin: Model | None = None
) -> Correction:
    """Teach a network what a drawing was, beside all that was taught before.

    Either all of it is done and on the disk, or nothing is changed.

    Parameters
    ----------
    model : Model
        The one that reads; of a committee the first network learns.
    start : str
        Its file, or the name by which it is found.
    drawing : Drawing
        From `own_digits.labelled`.
    name : str
        The class that was meant.
    origin : Model, optional
        What it was before anything was taught, where that is known; otherwise it is looked for.

    Raises
    ------
    DrawingError
        The person's set is broken.
    DataError, ModelError
        The network cannot be taught.
    SaveError
        A file could not be written.
    """
    if origin is None:
        origin, start = _origin(model.alone, start)
    else:
        start = model.taught_from
    known = rehearsal_of(origin)
    own = OwnDigits()
    own.add(drawing)
    try:
        part = own.part(origin)
        network = teach(origin.network, part, known.training)
        learned = taught(origin, network, part, start)
        path = networks.taught_path(start)
        earlier = path.read_bytes() if path.is_file() else None
        save(learned, path)
    except BaseException:
        with suppress(SaveError):
            own.remove(drawing)
        raise
    tested = Part(known.test.images[:MOST_TESTED], known.test.labels[:MOST_TESTED])
    before = model.alone.network
    own_count, test_count = (
        Count(len(each), count_right(before, each), count_right(network, each))
        for each in (part, tested)
    )
    return Correction(drawing, name, learned, path, origin, own_count, test_count, earlier)


def _origin(model: Model, start: str) -> tuple[Model, str]:
    """The network as it was before anything was taught, and where it is found.

    Where it is gone, lessons go on from what was taught to it.
    """
    if not model.taught_from:
        return model, start
    try:
        origin = networks.find(model.taught_from).alone
    except ModelError:
        return model, start
    known = origin.trained_on == model.trained_on.earlier
    return (origin, model.taught_from) if known else (model, start)
