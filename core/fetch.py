"""One file over HTTP: goes on where an earlier try broke off, and takes no more than is allowed."""

import http.client
import json
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from io import RawIOBase
from pathlib import Path
from urllib import request
from urllib.error import HTTPError, URLError

from .errors import CancelledError, SaveError
from .files import display

STEP = 1 << 16

Progress = Callable[[int, int | None], object]
"""Told the bytes that are there, and those of the whole file where the server says so."""


class FetchError(Exception):
    """Why a server did not deliver: the end of a sentence that begins with its name.

    Attributes
    ----------
    missing : bool
        Whether it has no such file.
    passing : bool
        Whether another try may do better.
    """

    def __init__(self, words: str, missing: bool = False, passing: bool = False) -> None:
        super().__init__(words)
        self.missing = missing
        self.passing = passing


@dataclass(frozen=True)
class Patience:
    """How long to wait for a server.

    Attributes
    ----------
    silence : float
        Seconds without a byte.
    period, slowest : float, int
        In each period, in seconds, at least so many bytes must come.
    tries : int
        Tries in a row that bring nothing new.
    pause : float
        Seconds between two tries.
    """

    silence: float = 15.0
    period: float = 30.0
    slowest: int = 30_000
    tries: int = 3
    pause: float = 1.0


def fetch(
    url: str,
    part: Path,
    most: int,
    progress: Progress,
    cancelled: Callable[[], bool],
    patience: Patience,
) -> None:
    """Load a file.

    Parameters
    ----------
    url : str
        http or https; proxies are as the environment says.
    part : Path
        Where it goes. What an earlier try left there is gone on with, if the server still has the
        same file; a note beside it, of the same name with `.from`, says which one that was.
    most : int
        Bytes that are taken; a server that sends more is cut off.
    progress, cancelled : callable
        Called at least once for each piece that arrives.
    patience : Patience
        How long to wait.

    Raises
    ------
    FetchError
        The server does not deliver. What came so far stays, unless it is of no use.
    CancelledError
        `cancelled` said so; what came so far stays.
    SaveError
        It could not be written.
    """
    loading = _Loading(url, part, most, progress, cancelled, patience)
    left = patience.tries
    while True:
        before = loading.there()
        try:
            return loading.go_on()
        except FetchError as error:
            left = patience.tries if loading.there() > before else left - 1
            if not error.passing or left <= 0:
                raise
        _wait(patience.pause, cancelled)


def note_of(part: Path) -> Path:
    """The note beside a part that says where it comes from."""
    return part.with_name(f"{part.name}.from")


@dataclass(frozen=True)
class _Loading:
    url: str
    part: Path
    most: int
    progress: Progress
    cancelled: Callable[[], bool]
    patience: Patience

    def there(self) -> int:
        """Bytes that are there."""
        try:
            return self.part.stat().st_size
        except OSError:
            return 0

    def go_on(self) -> None:
        """Load what is missing, all of it at first."""
        there, validator, total = self.there(), *self._noted()
        if there and there == total:
            return
        headers = {"User-Agent": "zmlp", "Accept-Encoding": "identity"}
        if there and validator:
            headers |= {"Range": f"bytes={there}-", "If-Range": validator}
        else:
            there = 0
        if self.cancelled():
            raise CancelledError
        try:
            with _opener().open(
                request.Request(self.url, headers=headers), timeout=self.patience.silence
            ) as answer:
                self._take(answer, there)
        except HTTPError as error:
            error.close()
            raise self._refusal(error, there) from None
        except (URLError, OSError, http.client.HTTPException, ValueError) as error:
            raise self._trouble(error) from None

    def _take(self, answer: http.client.HTTPResponse, there: int) -> None:
        if answer.status == 206:
            if not (answer.headers["Content-Range"] or "").startswith(f"bytes {there}-"):
                self._drop()
                raise FetchError("sends another part than it was asked for", passing=True)
        else:
            there = 0
        length = answer.headers["Content-Length"] or ""
        total = there + int(length) if length.isdecimal() else None
        if total is not None and total > self.most:
            raise self._too_much()
        if not there:
            self._note(_validator_of(answer.headers), total)
        came = self._copy(answer, there, total)
        if total is not None and came < total:
            raise FetchError(f"breaks off after {came:,} of {total:,} bytes", passing=True)

    def _copy(self, answer: http.client.HTTPResponse, came: int, total: int | None) -> int:
        """Write what comes; returns the bytes that are there then."""
        began, before = time.monotonic(), came
        with _written(self.part, came) as file:
            self.progress(came, total)
            while piece := answer.read1(STEP):
                came += len(piece)
                if came > self.most:
                    self._drop()
                    raise self._too_much()
                _write(file, self.part, piece)
                self.progress(came, total)
                if self.cancelled():
                    raise CancelledError
                if time.monotonic() - began > self.patience.period:
                    if came - before < self.patience.slowest:
                        raise FetchError("sends too slowly")
                    began, before = time.monotonic(), came
        return came

    def _refusal(self, error: HTTPError, there: int) -> FetchError:
        if error.code == 416 and there:
            # There is nothing behind what is there, so that is of another file.
            self._drop()
            return FetchError("has another file now", passing=True)
        if 300 <= error.code < 400:
            return _astray()
        # In our words: those of the server may be anything.
        words = f"answers {error.code} ({http.client.responses.get(error.code, 'unknown')})"
        passing = error.code == 429 or error.code >= 500
        return FetchError(words, missing=error.code in (403, 404, 410), passing=passing)

    def _trouble(self, error: Exception) -> Exception:
        reason = error.reason if isinstance(error, URLError) else error
        if isinstance(reason, TimeoutError):
            return FetchError(f"is silent for {self.patience.silence:g} seconds", passing=True)
        if isinstance(reason, ssl.SSLError):
            return FetchError(f"cannot be trusted ({reason.reason or reason})")
        if isinstance(reason, socket.gaierror):
            return FetchError("cannot be found from this computer")
        if isinstance(reason, ConnectionRefusedError):
            return FetchError("refuses the connection")
        if isinstance(reason, ConnectionError | http.client.IncompleteRead):
            return FetchError("drops the connection", passing=True)
        if isinstance(reason, str):
            return _astray()
        if isinstance(reason, http.client.InvalidURL | ValueError):
            return FetchError("is no address that can be loaded from")
        if isinstance(reason, http.client.HTTPException):
            return FetchError("answers what is no HTTP")
        return FetchError(f"cannot be reached ({reason})")

    def _too_much(self) -> FetchError:
        return FetchError(f"sends more than the {self.most:,} bytes that the file may have")

    def _noted(self) -> tuple[str, int]:
        """What tells that the server still has the file of which a part is there, and its size.

        Empty and -1 where that is not known.
        """
        try:
            note = json.loads(note_of(self.part).read_text("utf-8"))
            if note["url"] == self.url:
                return str(note["validator"]), int(note["size"])
        except (OSError, ValueError, TypeError, KeyError):
            pass
        return "", -1

    def _note(self, validator: str, size: int | None) -> None:
        size = -1 if size is None else size
        text = json.dumps({"url": self.url, "validator": validator, "size": size})
        with suppress(OSError):
            self.part.unlink(missing_ok=True)
            note_of(self.part).write_text(text, "utf-8")

    def _drop(self) -> None:
        for path in (self.part, note_of(self.part)):
            with suppress(OSError):
                path.unlink(missing_ok=True)


def _astray() -> FetchError:
    return FetchError("sends us round in circles, or to what is no web address")


def _opener() -> request.OpenerDirector:
    """Web addresses alone, also behind a redirect: no `file:` and no `ftp:`."""
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler,
        request.UnknownHandler,
        request.HTTPHandler,
        request.HTTPSHandler,
        request.HTTPDefaultErrorHandler,
        request.HTTPRedirectHandler,
        request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    return opener


def _validator_of(headers: Message) -> str:
    """A strong entity tag, or else the date; a weak tag says too little to go on with a part."""
    tag = headers["ETag"] or ""
    return tag if tag.startswith('"') else headers["Last-Modified"] or ""


@contextmanager
def _written(part: Path, there: int) -> Iterator[RawIOBase]:
    """The part, open to go on behind what is there; unbuffered, so that a kill loses nothing."""
    with ExitStack() as stack:
        with saving(part):
            file = stack.enter_context(open(part, "ab" if there else "wb", buffering=0))
        yield file


def _write(file: RawIOBase, part: Path, piece: bytes) -> None:
    with saving(part):
        while piece:
            piece = piece[file.write(piece) :]


@contextmanager
def saving(path: Path) -> Iterator[None]:
    """Turn what the system says of a file or folder that is written into a plain sentence."""
    try:
        yield
    except OSError as error:
        raise SaveError(
            f"{display(path)} could not be written: {error.strerror or error}; make room there, or "
            "ask for the right to write."
        ) from error


def _wait(seconds: float, cancelled: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while not cancelled() and (left := end - time.monotonic()) > 0:
        time.sleep(min(left, 0.1))
