"""The wheel, installed beside packages of the same names, and where Qt cannot be imported."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from email import message_from_string
from pathlib import Path

import pytest
from PIL import Image

from core.datasets import load

pytestmark = pytest.mark.timeout(300)

CHECKOUT = Path(__file__).parent.parent
PACKAGES = ("core", "zmlp_gui", "assets")
WINDOWS = sys.platform == "win32"


@dataclass(frozen=True)
class Environment:
    """A virtual environment of its own, run from an empty folder so that no checkout is near."""

    folder: Path

    @property
    def scripts(self) -> Path:
        return self.folder / ("Scripts" if WINDOWS else "bin")

    @property
    def site_packages(self) -> Path:
        (found,) = self.folder.glob("Lib/site-packages" if WINDOWS else "lib/*/site-packages")
        return found

    def python(self, *words: str) -> str:
        return self._run(str(self.scripts / "python"), *words)

    def zmlp(self, *words: str) -> str:
        return self._run(str(self.scripts / "zmlp"), *words)

    def install(self, what: Path) -> None:
        pip("--python", str(self.scripts / "python"), "install", "--no-deps", str(what))

    def remove(self, name: str) -> None:
        pip("--python", str(self.scripts / "python"), "uninstall", "--yes", name)

    def _run(self, *command: str) -> str:
        elsewhere = self.folder / "elsewhere"
        elsewhere.mkdir(exist_ok=True)
        variables = {
            name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
        }
        return run(*command, cwd=elsewhere, env=variables | {"PYTHONUTF8": "1"})


def run(*command: str, cwd: Path, env: dict[str, str] | None = None) -> str:
    """What the command printed; its complaint is the test's when it fails."""
    done = subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, encoding="utf-8", timeout=240
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def pip(*words: str) -> str:
    # No network: everything that these tests install lies on the disk.
    offline = {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_CONSTRAINT": ""}
    return run(sys.executable, "-m", "pip", *words, cwd=CHECKOUT, env=os.environ | offline)


def environment(folder: Path) -> Environment:
    """A new environment that sees the libraries of the running one, but no zmlp of it.

    A path file inside a folder that a path file added is not read, so the editable installation
    that tests usually run in stays out of sight; what is installed here comes first anyway.
    """
    venv.create(folder, with_pip=False, symlinks=not WINDOWS)
    made = Environment(folder)
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (made.site_packages / "libraries.pth").write_text("\n".join(libraries), "utf-8")
    return made


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the build reads: setuptools leaves its own folders beside it."""
    copy = tmp_path_factory.mktemp("source")
    for name in PACKAGES:
        shutil.copytree(
            CHECKOUT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", ".*")
        )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(CHECKOUT / name, copy)
    return copy


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(source))
    (built,) = folder.glob("zmlp-*.whl")
    return built


@pytest.fixture(scope="module")
def foreign_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody else's packages `core`, `assets` and `zmlp_gui`; importing one of them fails."""
    path = tmp_path_factory.mktemp("foreign") / "foreign-1.0-py3-none-any.whl"
    files = {
        f"{name}/__init__.py": f"raise RuntimeError('the foreign {name}')\n" for name in PACKAGES
    }
    files["foreign-1.0.dist-info/METADATA"] = "Metadata-Version: 2.1\nName: foreign\nVersion: 1.0\n"
    files["foreign-1.0.dist-info/WHEEL"] = (
        "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    record = "foreign-1.0.dist-info/RECORD"
    files[record] = "".join(f"{name},,\n" for name in [*files, record])
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


@pytest.fixture(scope="module")
def beside_foreign(
    wheel: Path, foreign_wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Environment:
    made = environment(tmp_path_factory.mktemp("beside"))
    made.install(wheel)
    made.install(foreign_wheel)
    return made


@pytest.fixture(scope="module")
def without_qt(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    made = environment(tmp_path_factory.mktemp("without_qt"))
    made.install(wheel)
    qt = made.site_packages / "PyQt6"
    qt.mkdir()
    (qt / "__init__.py").write_text("raise ImportError('there is no Qt here')\n", "utf-8")
    return made


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pictures") / "digit.png"
    Image.fromarray(load("mnist-5k").test.images[0]).save(path)
    return path


def results(output: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.splitlines()]


def files_below(folder: Path) -> set[str]:
    """All that belongs into the wheel: everything but caches and the README's pictures."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and "readme" not in path.relative_to(folder).parts
    }


def test_wheel_has_nothing_beside_the_one_roof(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert tops == {"zmlp_app", "zmlp-0.1.0.dist-info"}


def test_wheel_carries_every_module_and_asset(wheel: Path, source: Path) -> None:
    carried = {
        name.removeprefix("zmlp_app/")
        for name in zipfile.ZipFile(wheel).namelist()
        if name.startswith("zmlp_app/")
    }
    expected = {f"{name}/{file}" for name in PACKAGES for file in files_below(source / name)}
    assert carried == expected


def test_wheel_carries_the_data_and_a_network(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for kind in ("-images-idx3-ubyte.gz", ".safetensors", ".otf"):
        assert any(name.startswith("zmlp_app/assets/") and name.endswith(kind) for name in names)


def test_wheel_names_licence_and_commands(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    metadata = message_from_string(archive.read("zmlp-0.1.0.dist-info/METADATA").decode())
    commands = archive.read("zmlp-0.1.0.dist-info/entry_points.txt").decode()
    assert metadata["License-Expression"] == "GPL-3.0-or-later"
    assert any(name.endswith("/licenses/LICENSE") for name in archive.namelist())
    assert "[console_scripts]\nzmlp = " in commands
    assert "[gui_scripts]\nzmlp-window = " in commands


def test_command_finds_its_own_core_beside_a_foreign_one(beside_foreign: Environment) -> None:
    assert "0.1.0" in beside_foreign.zmlp("--version")
    (*_, result) = results(beside_foreign.zmlp("evaluate", "--json"))
    assert result["samples"] == 1000


def test_module_runs_by_its_long_name_beside_a_foreign_core(beside_foreign: Environment) -> None:
    assert "0.1.0" in beside_foreign.python("-m", "zmlp_app.zmlp_gui", "--version")


def test_notebook_imports_core_beside_a_foreign_one(beside_foreign: Environment) -> None:
    where, count = beside_foreign.python(
        "-c",
        "import zmlp_app.core as core\n"
        "from zmlp_app.core.datasets import load\n"
        "print(core.__file__)\n"
        "print(len(load('mnist-5k').test))\n",
    ).splitlines()
    assert Path(where).parent == beside_foreign.site_packages / "zmlp_app" / "core"
    assert count == "1000"


def test_zmlp_survives_the_removal_of_a_foreign_core(
    wheel: Path, foreign_wheel: Path, tmp_path: Path
) -> None:
    made = environment(tmp_path)
    made.install(foreign_wheel)
    made.install(wheel)
    made.remove("foreign")
    assert "0.1.0" in made.zmlp("--version")
    assert made.python("-c", "import zmlp_app.core, zmlp_app.assets") == ""


def test_editable_installation_finds_the_checkout(source: Path, foreign_wheel: Path) -> None:
    made = environment(source.parent / "editable")
    made.install(foreign_wheel)
    python = str(made.scripts / "python")
    editable = ("--no-deps", "--no-build-isolation", "--editable", str(source))
    pip("--python", python, "install", *editable)
    assert "0.1.0" in made.zmlp("--version")
    where = made.python("-c", "import zmlp_app.core as core; print(core.__file__)").strip()
    assert Path(where).parent == source / "core"


def test_checkout_runs_without_an_installation(source: Path) -> None:
    output = run(sys.executable, "-m", "zmlp_gui", "--help", cwd=source)
    assert output.startswith("usage: zmlp")


def test_qt_is_really_missing(without_qt: Environment) -> None:
    with pytest.raises(AssertionError, match="there is no Qt here"):
        without_qt.python("-c", "from PyQt6 import QtWidgets")


def test_core_commands_run_where_qt_cannot_be_imported(
    without_qt: Environment, picture: Path, tmp_path: Path
) -> None:
    model = str(tmp_path / "m.safetensors")
    training = results(
        without_qt.zmlp(
            *("train", "--data", "mnist-5k", "--epochs", "1", "--json", "--output", model)
        )
    )
    assert training[-1]["event"] == "finished"
    assert training[-1]["epochs"] == 1
    assert training[-1]["model"] == model

    (*_, evaluated) = results(without_qt.zmlp("evaluate", model, "--json"))
    assert evaluated["accuracy"] == training[-1]["test_accuracy"]
    assert evaluated["samples"] == 1000

    (*_, read) = results(without_qt.zmlp("predict", str(picture), "--model", model, "--json"))
    assert Path(str(read["file"])).name == "digit.png"
    assert str(read["digit"]) in {str(digit) for digit in range(10)}
    assert isinstance(read["probabilities"], (list, dict))
    assert len(read["probabilities"]) == 10


def test_the_window_is_refused_in_one_sentence_where_qt_is_missing(
    without_qt: Environment,
) -> None:
    done = subprocess.run(
        [without_qt.scripts / "zmlp"],
        cwd=without_qt.folder,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
