"""The networks that the program holds: which one reads, which one read before, and their files."""

import dataclasses
import os
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from core import networks
from core.datasets import DEFAULT_DATA, KNOWN
from core.files import display
from core.model_file import Model, save
from core.relatives import TEN_DIGITS
from zmlp_gui.background import Background
from zmlp_gui.runs import Run
from zmlp_gui.words import tr


@dataclasses.dataclass(frozen=True, eq=False)
class Held:
    """A network on the shelf.

    Attributes
    ----------
    model : Model
        The network and how it is used.
    path : Path or None
        Its file; None where it has none of its own.
    run : Run or None
        The run of this session that trains it or trained it.
    """

    model: Model
    path: Path | None = None
    run: Run | None = None

    @property
    def data(self) -> str:
        """Name, file or folder of a data set like the one that it learned from."""
        if self.run is not None:
            return self.run.pulled.job.data
        learned = self.model.trained_on.data
        known = KNOWN.get(learned)
        digits = self.model.class_names == TEN_DIGITS
        return learned if known is not None and not digits else DEFAULT_DATA

    @property
    def title(self) -> str:
        """Its name for menus; one that is learning says so."""
        learning = self.run is not None and self.run.learning
        return tr("learning: {name}", name=self.model.name) if learning else self.model.name


class Shelf(QObject):
    """Holds networks; the current one reads.

    Parameters
    ----------
    model : Model
        The network that reads first.
    background : Background
        Where files are read and written.

    Attributes
    ----------
    restoring : bool
        Whether the network of the last time is being read.

    Signals
    -------
    changed
        Other networks are held, or another one reads.
    told : str, str
        A sentence for the person and its kind.
    used : Path
        A file was opened or saved.
    """

    changed = pyqtSignal()
    told = pyqtSignal(str, str)
    used = pyqtSignal(object)

    def __init__(self, model: Model, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self.restoring = False
        self.held = [Held(model)]
        self.current = self.held[0]
        self._before = self.current

    def use(self, held: Held) -> None:
        """Read with that network from now on."""
        if held not in self.held:
            self.held.append(held)
        if held is not self.current:
            self._before, self.current = self.current, held
        self.changed.emit()

    @property
    def can_go_back(self) -> bool:
        """Whether another network read before this one."""
        return self._before is not self.current

    def back(self) -> None:
        """Read with the network before this one; once more comes back."""
        self.use(self._before)

    def open(self, path: Path) -> None:
        """Read a model file and use it, in the place of what was read from that file before."""

        def have(model: Model) -> None:
            self.put(model, path)
            self.used.emit(path)

        self._background.run(lambda: networks.find(path), have, self._complain)

    def offers(self) -> list[tuple["Held | str", str]]:
        """What can read, with titles: the networks held, those taught, those of the program."""
        held = {each.model.name for each in self.held if each.path is None and each.run is None}
        names = [(name, name) for name in networks.BUNDLED if name not in held]
        paths = {each.path for each in self.held}
        taught = [(str(path), name) for path, name in networks.taught_networks()]
        others = [each for each in taught if Path(each[0]) not in paths]
        return [*((each, each.title) for each in self.held), *others, *names]

    def take(self, offer: "Held | str") -> None:
        """Read with one of `offers` from now on."""
        if isinstance(offer, Held):
            self.use(offer)
        elif offer not in networks.BUNDLED:
            self.open(Path(offer))
        else:
            self._background.run(
                lambda: networks.find(offer), lambda model: self.use(Held(model)), self._complain
            )

    def put(self, model: Model, path: Path) -> None:
        """Read with the network of a file, in the place of what was read from that file before."""
        new = Held(model, path)
        for each in self.held:
            if each.path == path:
                self._replace(each, new)
        self.use(new)

    def withdraw(self, path: Path, before: Held) -> None:
        """Let go of the network of a file, and hold `before` in its place; that reads if it did."""
        self.held = [each for each in self.held if each.path != path and each is not before]
        self.held.append(before)
        if self._before not in self.held:
            self._before = before
        if self.current not in self.held:
            self.current = before
        self.changed.emit()

    def restore(self, path: Path) -> None:
        """Read with the network of the last time again; without its file, go on with this one.

        `path` is a file, or the name of one of the program's networks.
        """

        def have(model: Model) -> None:
            self.restoring = False
            if os.fspath(path) in networks.BUNDLED:
                self.use(Held(model))
            else:
                self.put(model, path)

        def miss(_: str) -> None:
            self.restoring = False
            gone = tr(
                "{name}, the network that read last time, cannot be read: {present} reads.",
                name=display(path.name),
                present=self.current.model.name,
            )
            self.told.emit(gone, "notice")

        self.restoring = True
        self._background.run(lambda: networks.find(path), have, miss)

    def save(self, model: Model, path: Path) -> None:
        """Write `model`, the current network with its weights of now, to a file."""
        held = self.current
        named = dataclasses.replace(model, name=path.stem)
        # One that learns is another network in the end, and then kept in a file of its own.
        final = held.run is None or not held.run.learning
        # Of a committee one network was saved.
        final = final and held.model.alone is held.model

        def saved(_: None) -> None:
            for each in self.held:
                if each.path == path:
                    self._replace(each, dataclasses.replace(each, path=None))
            if final:
                self._replace(held, dataclasses.replace(held, path=path))
            self.told.emit(tr("The network is saved as {name}.", name=path.name), "good")
            self.used.emit(path)

        self._background.run(lambda: save(named, path), saved, self._complain)

    def forget(self, run: Run) -> None:
        """Let go of a run's network, unless it reads now."""
        self.held = [held for held in self.held if held is self.current or held.run is not run]
        if self._before not in self.held:
            self._before = self.current
        self.changed.emit()

    def keep(self, run: Run) -> None:
        """Write what a run has learned to the user's folder, so that it is not lost."""
        held = next((each for each in self.held if each.run is run and each.path is None), None)
        if held is None:
            return

        def write() -> Path:
            # Noted here: when the program ends nobody delivers the answer.
            run.network_file = path = save_copy(held.model)
            return path

        self._background.run(
            write,
            lambda path: self._replace(held, dataclasses.replace(held, path=path)),
            self._complain,
        )

    @property
    def current_file(self) -> Path | None:
        """The file of the network that reads; None where it has none, or none yet."""
        held = self.current
        return held.path or (held.run.network_file if held.run else None)

    def _replace(self, old: Held, new: Held) -> None:
        self.held = [new if each is old else each for each in self.held]
        if self.current is old:
            self.current = new
        if self._before is old:
            self._before = new
        self.changed.emit()

    def _complain(self, sentence: str) -> None:
        self.told.emit(sentence, "error")


def save_copy(model: Model) -> Path:
    """Write a model to a new file in the user's folder of networks.

    Raises
    ------
    SaveError
        The disk is full, the folder is read-only.
    """
    path = networks.new_path(model.name)
    save(model, path)
    return path
