"""What all tests share: windows are off-screen unless a test brings a screen of its own."""

import os
import signal

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A shell that starts tests in the background has Ctrl+C ignored, by all that they start as well.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

GZIP = b"\x1f\x8b"


def pytest_make_parametrize_id(val: object) -> str | None:
    """Names of tests tell of packed bytes by their number only.

    A gzip stream holds the time it was made at, and every worker has to collect the same names.
    """
    return f"{len(val)} packed bytes" if isinstance(val, bytes) and val[:2] == GZIP else None


@pytest.fixture(autouse=True)
def numpy_computes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every minibatch is an event of its own, whether or not the compiled kernel is installed.

    It is compared with numpy's products in tests/references.
    """
    if "references" not in request.path.parts:
        monkeypatch.setattr("core.compiled_loop.is_installed", lambda: False)
