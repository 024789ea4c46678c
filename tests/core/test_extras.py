"""What is optional stays optional: its absence is said in a sentence, and only where it is used."""

import importlib
import subprocess
import sys

import pytest


def test_the_estimator_without_scikit_learn_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in [each for each in sys.modules if each.split(".")[0] == "sklearn"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.delitem(sys.modules, "core.estimator", raising=False)
    with pytest.raises(ImportError, match=r"pip install 'zmlp\[sklearn\]'"):
        importlib.import_module("core.estimator")


def test_nothing_else_in_core_imports_an_extra() -> None:
    """The command line's modules, all of them, in a process where neither can be imported."""
    program = (
        "import sys; sys.modules.update(sklearn=None, onnx=None)\n"
        "import core.cli, core.commands, core.export, core.export_command, core.train_command"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
