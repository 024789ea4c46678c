"""Data sets from the mirrors that keep them: loaded, unpacked, compared with their checksums."""

import gzip
import hashlib
import os
import shutil
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import urlsplit

from .data_check import check
from .dataset_files import STEMS
from .datasets import KNOWN
from .errors import DataError
from .fetch import STEP, FetchError, Patience, fetch, note_of, saving
from .files import atomic_write, display, user_folder
from .idx import GZIP_START
from .lock import locked
from .mirrors import source_of

# A file that gzip cannot make smaller grows by a header and a little for each block.
_MOST_GROWTH = 1 << 16


@dataclass(frozen=True)
class Progress:
    """How far a download is: the file that is loaded, and bytes of all files done and in all."""

    file: str
    done: int
    total: int


def download(
    name: str,
    mirror: str | None = None,
    progress: Callable[[Progress], object] = lambda progress: None,
    cancelled: Callable[[], bool] = lambda: False,
    patience: Patience | None = None,
) -> Path:
    """Load a data set into the user's folder, where `datasets.load` finds it.

    It appears there when all of it is right. Until then its parts lie in a hidden folder beside,
    and another call goes on with them.

    Parameters
    ----------
    name : str
        `mnist` or `fashion-mnist`.
    mirror : str, optional
        Web folder that holds the four files, packed or not, instead of those that are known.
    progress : callable
        Told of every piece that arrives.
    cancelled : callable
        Asked after every piece whether to stop.
    patience : Patience, optional
        How long to wait for a server.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    DataError
        The name is not known, no mirror delivers, and then the sentence says what each of them
        did, or another process is loading the same data set.
    CancelledError
        It was stopped.
    SaveError
        It cannot be written, or the disk is full.
    """
    loading = _Download(name, mirror, progress, cancelled, patience or Patience())
    with saving(user_folder()):
        user_folder().mkdir(parents=True, exist_ok=True)
    with saving(user_folder()), locked(user_folder() / f".{name}.lock") as ours:
        if not ours:
            raise DataError(f"Another zmlp is loading {name} now: wait until it is done.")
        return loading.run()


def is_here(name: str) -> bool:
    """Whether a data set is found, and is to the byte what its authors published."""
    return check(name).original is True


class _Download:
    """One download of four files."""

    def __init__(
        self,
        name: str,
        mirror: str | None,
        progress: Callable[[Progress], object],
        cancelled: Callable[[], bool],
        patience: Patience,
    ) -> None:
        self.name = name
        self.source = source_of(name)
        self.mirrors = [_folder(mirror)] if mirror else list(self.source.mirrors)
        self.target = user_folder() / name
        self.staging = user_folder() / f".{name}.download"
        self.progress = progress
        self.cancelled = cancelled
        self.patience = patience
        # Bytes of each file: there, and in all.
        self.done = [0] * len(STEMS)
        self.total = list(self.source.packed)

    def run(self) -> Path:
        with saving(self.staging):
            self.staging.mkdir(parents=True, exist_ok=True)
        checksums = KNOWN[self.name].checksums
        missing = []
        for index, stem in enumerate(STEMS):
            if any(_is(folder / stem, checksums[stem]) for folder in (self.staging, self.target)):
                self.done[index] = self.total[index]
            else:
                missing.append(stem)
        for stem in missing:
            self._get(stem, checksums[stem])
        return self._put_in_place()

    def _get(self, stem: str, checksum: str) -> None:
        """Get one file from the first mirror that has it."""
        failures: dict[str, str] = {}
        for mirror in list(self.mirrors):
            try:
                self._get_from(mirror, stem, checksum)
            except FetchError as error:
                failures[urlsplit(mirror).netloc] = str(error)
                continue
            # What has delivered is asked first for the next file.
            self.mirrors.remove(mirror)
            self.mirrors.insert(0, mirror)
            return
        said = "; ".join(f"{host} {words}" for host, words in failures.items())
        raise DataError(
            f"{self.name} could not be loaded, file {stem}: {said}: try again later, or name a web "
            "folder that has it with --from."
        )

    def _get_from(self, mirror: str, stem: str, checksum: str) -> None:
        """Get one file from one mirror, packed or, if it has only that, unpacked."""
        try:
            self._get_file(f"{mirror}{stem}.gz", stem, checksum)
        except FetchError as packed:
            if not packed.missing:
                raise
            try:
                self._get_file(f"{mirror}{stem}", stem, checksum)
            except FetchError as error:
                # The first answer says more than that the second file is missing, too.
                raise (packed if error.missing else error) from None

    def _get_file(self, url: str, stem: str, checksum: str) -> None:
        part = self.staging / f"{stem}.{hashlib.sha256(url.encode()).hexdigest()[:8]}.part"
        size = self.source.unpacked[STEMS.index(stem)]
        gone_on = part.exists()
        try:
            fetch(
                url,
                part,
                size + _MOST_GROWTH,
                lambda there, total: self._tell(stem, there, total),
                self.cancelled,
                self.patience,
            )
            _unpack(part, self.staging / stem, size, checksum)
        except _WrongContentError:
            _remove(part)
            if not gone_on:
                raise
            # The beginning may be of an earlier day: once more from there.
            self._get_file(url, stem, checksum)
        else:
            for each in self.staging.glob(f"{stem}.*.part"):
                _remove(each)

    def _tell(self, stem: str, there: int, total: int | None) -> None:
        index = STEMS.index(stem)
        self.done[index] = there
        self.total[index] = max(total or self.total[index], there)
        self.progress(Progress(stem, sum(self.done), sum(self.total)))

    def _put_in_place(self) -> Path:
        """Let the data set appear: the whole folder at once, or its files in one that is there."""
        with saving(self.target):
            if not self.target.exists():
                os.rename(self.staging, self.target)
                return self.target
            for stem in STEMS:
                if (self.staging / stem).exists():
                    os.replace(self.staging / stem, self.target / stem)
        shutil.rmtree(self.staging, ignore_errors=True)
        return self.target


class _WrongContentError(FetchError):
    """What came is not the file; it is of no use."""


def _folder(address: str) -> str:
    """The web folder as a base of file names."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise DataError(
            f"{display(address)} is no web folder: name one that begins with https:// or http://."
        )
    return address.rstrip("/") + "/"


def _unpack(part: Path, path: Path, size: int, checksum: str) -> None:
    """Unpack what came into its place, if it is the published file to the byte."""
    digest, count = hashlib.sha256(), 0
    with saving(part), open(part, "rb") as file, atomic_write(path) as unpacked:
        packed = file.read(2) == GZIP_START
        file.seek(0)
        stream = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file
        while piece := _piece(stream):
            count += len(piece)
            if count > size:
                raise _WrongContentError(f"sends what unpacks to more than {size:,} bytes")
            digest.update(piece)
            unpacked.write(piece)
        if digest.hexdigest() != checksum:
            raise _WrongContentError("sends another file than the published one")


def _piece(stream: BinaryIO) -> bytes:
    try:
        return stream.read(16 * STEP)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise _WrongContentError("sends a damaged gzip file") from None


def _is(path: Path, checksum: str) -> bool:
    """Whether a file is there and has this checksum."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == checksum
    except OSError:
        return False


def _remove(part: Path) -> None:
    for path in (part, note_of(part)):
        with suppress(OSError):
            path.unlink(missing_ok=True)
