"""Committees: several networks, and several views of one image, whose answers are averaged."""

import dataclasses
import json
import os
from pathlib import Path
from typing import Any, BinaryIO

from .errors import ModelError
from .files import atomic_write, display
from .model_file import SUFFIX, Model, load, load_bundled, open_bundled_model, open_model
from .network import Network
from .views import View, resampling
from .voices import Voice

FORMAT_VERSION = 1
COMMITTEE_SUFFIX = ".json"
# Bytes of a file; what one drawing can be read by while the pen moves.
MOST_BYTES, MOST_MEMBERS, MOST_VIEWS = 65_536, 32, 64


@dataclasses.dataclass(frozen=True)
class Committee(Model):
    """Networks that vote: the mean of what each answers to each view (Cireşan et al. 2011).

    `Committee.of` makes one. What needs one network takes the first member, whose network, names
    and preparation it has.

    Attributes
    ----------
    members : tuple of Model
        The networks, of one input, preparation and list of classes.
    views : tuple of View
        Each member looks at each of them.
    vote_temperature : float
        Divides the logits of every member, beside the member's own temperature.
    voices : tuple of Voice
        Every member with every view.
    """

    members: tuple[Model, ...] = ()
    views: tuple[View, ...] = (View(),)
    vote_temperature: float = 1.0
    voices: tuple[Voice, ...] = ()

    @classmethod
    def of(
        cls,
        members: tuple[Model, ...],
        views: tuple[View, ...] = (View(),),
        name: str = "committee",
        vote_temperature: float = 1.0,
    ) -> "Committee":
        """A committee of these members.

        Raises
        ------
        ModelError
            They are of several kinds: with other classes, another size of image or preparation.
        """
        first = members[0]
        for each in members[1:]:
            kinds = [
                (one.class_names, one.preparation, one.network.spec.inputs) for one in (first, each)
            ]
            if kinds[0] != kinds[1]:
                raise ModelError(
                    f"The networks {first.name} and {each.name} cannot vote together: they were "
                    "made for other images or classes."
                )
        # Made at once, beside the window's thread, where its file is read: a view takes a while.
        matrices = [resampling(view, first.network.spec.inputs) for view in views]
        voices = tuple(
            Voice(member.network, member.temperature * vote_temperature, matrix)
            for member in members
            for matrix in matrices
        )
        known = {each.name: getattr(first, each.name) for each in dataclasses.fields(Model)}
        return cls(
            **(known | {"name": name}),
            members=members,
            views=views,
            vote_temperature=vote_temperature,
            voices=voices,
        )

    @property
    def alone(self) -> Model:
        """The first member."""
        return self.members[0]

    def saw_tests_of(self, data: str) -> bool:
        """Whether a member may have been trained on digits of that data set's test part."""
        return any(member.saw_tests_of(data) for member in self.members)

    def with_network(self, network: Network) -> Model:
        """The first member with other weights."""
        return self.members[0].with_network(network)


def save_committee(committee: Committee, members: list[str], path: str | os.PathLike[str]) -> None:
    """Write a committee: a small JSON file that names its members.

    Parameters
    ----------
    committee : Committee
        What to write.
    members : list of str
        What each member is called there: the name of a bundled network, or of a file beside `path`.
    path : path-like
        The file.

    Raises
    ------
    SaveError
        It could not be written; what stood there is untouched.
    """
    value = {
        "version": FORMAT_VERSION,
        "name": committee.name,
        "members": members,
        "views": [view.to_json() for view in committee.views],
        "temperature": committee.vote_temperature,
    }
    with atomic_write(path) as file:
        file.write(json.dumps(value, indent=1).encode() + b"\n")


def load_committee(path: str | os.PathLike[str]) -> Committee:
    """Read a committee's file and the networks that it names.

    Raises
    ------
    ModelError
        It is missing, broken or of a newer version, or a member is.
    """
    with open_model(path) as file:
        return _read(file, display(path), Path(path).parent)


def load_bundled_committee(name: str) -> Committee:
    """Read a committee that comes with the program, all of whose members do.

    Raises
    ------
    ModelError
        There is none of that name.
    """
    with open_bundled_model(name, COMMITTEE_SUFFIX, "committee") as file:
        return _read(file, name, None)


def _read(file: BinaryIO, shown: str, folder: Path | None) -> Committee:
    """Read an open file; members that are files lie in `folder`."""
    content = file.read(MOST_BYTES + 1)
    try:
        if len(content) > MOST_BYTES:
            raise ValueError("it is too long")
        value = json.loads(content)
        version = value["version"]
        if type(version) is not int or version < 1:
            raise ValueError("it tells no version")
        if version > FORMAT_VERSION:
            raise ModelError(
                f"{shown} was written by a newer version of zmlp; update zmlp to open it."
            )
        names = _list(value["members"], "members", MOST_MEMBERS)
        views = tuple(map(View.from_json, _list(value["views"], "views", MOST_VIEWS)))
        title, temperature = str(value["name"]), float(value["temperature"])
        if not 0.0 < temperature < float("inf"):
            raise ValueError("its temperature is no positive number")
        if not all(isinstance(name, str) and name.isprintable() for name in names):
            raise ValueError("a member has no name")
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        why = f"it lacks {error}" if isinstance(error, KeyError) else _plain(error)
        raise ModelError(f"{shown} is no committee of zmlp, or is damaged ({why}).") from None
    members = tuple(_member(name, folder) for name in names)
    return Committee.of(members, views, title, temperature)


def _member(name: str, folder: Path | None) -> Model:
    """A network of a committee; files are looked for beside the committee's and nowhere else."""
    if folder is not None and name.endswith(SUFFIX):
        return load(folder / Path(name).name)
    return load_bundled(Path(name).name)


def _list(value: Any, what: str, most: int) -> list[Any]:
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        raise ValueError(f"it needs 1 to {most} {what}")
    return value


def _plain(error: Exception) -> str:
    """Why, in words; what Python says of a type is none."""
    broken = not isinstance(error, ValueError) or isinstance(error, UnicodeDecodeError)
    return "it is no JSON of its kind" if broken else " ".join(str(error).split())
