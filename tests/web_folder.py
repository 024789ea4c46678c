"""A web folder on this machine that holds files, and misbehaves as asked."""

import gzip
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from core.dataset_files import LEARNING, STEMS, TEST
from core.datasets import KNOWN
from core.digits import Digits
from core.idx import write_idx
from core.mirrors import SOURCES, Source


@dataclass
class WebFolder:
    """Files under one address.

    Attributes
    ----------
    files : dict of str to bytes
        What is served, by name.
    address : str
        Of the folder.
    asked : list of (str, str or None)
        Every name that was asked for, with the range that was wanted.
    ranges, tags : bool
        Whether a part can be had, and whether files have a tag that tells their version.
    drops : int
        So many answers, from the first on, break off in the middle of the file.
    codes : dict of str to int
        Names that are answered with an error.
    moved : dict of str to str
        Names that are found elsewhere.
    holds : bool
        Answers stop in the middle of the file until `go_on` is set.
    lengths : dict of str to int
        Sizes that are announced wrongly; -1 announces none.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    address: str = ""
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    ranges: bool = True
    tags: bool = True
    drops: int = 0
    codes: dict[str, int] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    holds: bool = False
    lengths: dict[str, int] = field(default_factory=dict)
    go_on: threading.Event = field(default_factory=threading.Event)

    def tag(self, name: str) -> str:
        return f'"{hash(self.files[name]):x}"'


@contextmanager
def serving(files: dict[str, bytes]) -> Iterator[WebFolder]:
    """Serve files until the block ends."""
    folder = WebFolder(files)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *words: object) -> None:
            pass

        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            wanted = self.headers["Range"]
            folder.asked.append((name, wanted))
            if name in folder.moved:
                self.send_response(302)
                self.send_header("Location", folder.moved[name])
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif name in folder.codes or name not in folder.files:
                self.send_error(folder.codes.get(name, 404))
            else:
                self.send(name, wanted)

        def send(self, name: str, wanted: str | None) -> None:
            content, start = folder.files[name], 0
            if wanted and folder.ranges and self.headers["If-Range"] == folder.tag(name):
                start = int(wanted.removeprefix("bytes=").rstrip("-"))
                if start >= len(content):
                    self.send_error(416)
                    return
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/*")
            else:
                self.send_response(200)
            if folder.tags:
                self.send_header("ETag", folder.tag(name))
            length = folder.lengths.get(name, len(content) - start)
            if length >= 0:
                self.send_header("Content-Length", str(length))
            self.end_headers()
            self.pour(content[start:])

        def pour(self, content: bytes) -> None:
            middle = len(content) // 2
            try:
                self.wfile.write(content[:middle])
                if folder.holds:
                    folder.go_on.wait(60)
                if folder.drops:
                    folder.drops -= 1
                    return
                self.wfile.write(content[middle:])
            except OSError:
                # Whoever asked has gone.
                pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    folder.address = f"http://127.0.0.1:{server.server_address[1]}/data/"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield folder
    finally:
        folder.go_on.set()
        server.shutdown()
        thread.join()
        server.server_close()


def some_digits(digits: Digits, folder: Path) -> dict[str, bytes]:
    """The four files of a small data set, unpacked, by name."""
    files = {}
    for stems, part, count in (LEARNING, digits.learning, 300), (TEST, digits.test, 90):
        for stem, array in zip(stems, (part.images, part.labels), strict=True):
            write_idx(folder / stem, array[:count])
            files[stem] = (folder / stem).read_bytes()
    return files


def packed(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same files as a web folder has them."""
    return {f"{name}.gz": gzip.compress(content, 1, mtime=0) for name, content in files.items()}


def publish_as_mnist(
    monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes], *mirrors: str
) -> None:
    """Let these files be what the authors of MNIST published, found at these mirrors."""
    sums = {stem: hashlib.sha256(files[stem]).hexdigest() for stem in STEMS}
    monkeypatch.setitem(KNOWN, "mnist", replace(KNOWN["mnist"], checksums=sums))
    sizes = tuple(len(each) for each in packed(files).values())
    unpacked = tuple(len(files[stem]) for stem in STEMS)
    monkeypatch.setitem(SOURCES, "mnist", Source(mirrors, sizes, unpacked))
    # No proxy stands between this machine and itself.
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
