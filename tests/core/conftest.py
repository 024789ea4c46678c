"""What the tests of core share: real digits, read once, and a user's folder that is nobody's."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.datasets import load
from core.digits import Digits, Part
from tests.web_folder import WebFolder, packed, publish_as_mnist, serving, some_digits


@pytest.fixture(scope="session")
def digits() -> Digits:
    """The embedded digits, 3,600 to train on, 400 held back, 1,000 to test with."""
    return load("mnist-5k")


@pytest.fixture(scope="session")
def few(digits: Digits) -> Digits:
    """Sixty-one of them to train on, twenty held back and thirty to test with."""
    learning = Part(digits.learning.images[:81], digits.learning.labels[:81])
    test = Part(digits.test.images[:30], digits.test.labels[:30])
    return Digits("few", learning, test, 20, digits.class_names)


@pytest.fixture(scope="session")
def mnist() -> Digits:
    """All of MNIST, where it is."""
    folders = os.environ.get("ZMLP_DATA", "").split(os.pathsep)
    if not any((Path(each) / "mnist").is_dir() for each in folders if each):
        pytest.skip("ZMLP_DATA names no folder that holds mnist")
    return load("mnist")


@pytest.fixture(scope="session")
def files(digits: Digits, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The four files of a small data set, by name."""
    return some_digits(digits, tmp_path_factory.mktemp("published"))


@pytest.fixture
def web(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[WebFolder]:
    """The one mirror of a small MNIST."""
    monkeypatch.delenv("ZMLP_DATA", raising=False)
    with serving(packed(files)) as folder:
        publish_as_mnist(monkeypatch, files, folder.address)
        yield folder


@pytest.fixture(autouse=True)
def user_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own folder of the program, not there yet: no test touches that of a person."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setattr("platformdirs.user_data_path", lambda name, **_: home / name)
    monkeypatch.setenv("XDG_DATA_HOME", str(home))
    return home / "zmlp"


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(7)
