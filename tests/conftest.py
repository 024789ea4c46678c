"""What all tests share: windows are off-screen unless a test brings a screen of its own."""

import os

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def numpy_computes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every minibatch is an event of its own, whether or not the compiled kernel is installed.

    It is compared with numpy's products in tests/references.
    """
    if "references" not in request.path.parts:
        monkeypatch.setattr("core.compiled_loop.is_installed", lambda: False)
