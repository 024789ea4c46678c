"""The rules of the house that a machine can check: who imports whom, and what no file may say."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent
CORE_LIBRARIES = {"numpy", "safetensors", "platformdirs", "threadpoolctl", "PIL", "rich"}

# Extras, imported where they are asked for and by nobody else.
EXTRAS = {
    "estimator.py": {"sklearn"},
    "onnx_graph.py": {"onnx"},
    "kernels.py": {"llvmlite", "numba"},
}

# The files that join the widgets to the session; no other file of zmlp_gui knows both.
ROOF = {
    *("__main__", "application", "commands", "demo", "file_desk", "handlers", "presenter"),
    *("remembered", "runs_desk", "samples_desk", "show", "window"),
}
SESSION = {"session", "training_worker"}

TOP_LEVEL = {
    *("assets", "core", "tests", "zmlp_gui"),
    *("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "pyproject.toml"),
}

# In pieces, so that this file may hold them.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        *(("pypi", "org"), ("pythonhosted", "org"), ("debian", "org"), ("ubuntu", "com")),
        *(("npmjs", "org"), ("npmjs", "com"), ("anaconda", "org"), ("golang", "org")),
    )
]
REGISTRY = re.compile("|".join(map(re.escape, REGISTRIES)), re.IGNORECASE)
MACHINE_PATH = re.compile(
    r"(?<![\w./-])/(?:work|home/(?!me/)\w+|Users/(?!me/)\w+|root|tmp/\w)(?=/)"
)


def python_files(package: str) -> list[Path]:
    return sorted((CHECKOUT / package).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Modules that a file imports anywhere in it, by the names it uses: `.errors`, `core.spec`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            yield base
            # `from zmlp_gui import session` imports a module, too.
            yield from (f"{base.rstrip('.')}.{alias.name}" for alias in node.names)


def top(module: str) -> str:
    return module.split(".")[0]


def modules_of_the_window(path: Path) -> set[str]:
    """The parts of zmlp_gui that a file imports: `session`, `theme`."""
    return {module.split(".")[1] for module in imports(path) if module.startswith("zmlp_gui.")}


def widget_files() -> list[Path]:
    """Files below the roof that use Qt's widgets."""
    return [
        path
        for path in python_files("zmlp_gui")
        if path.stem not in ROOF and "PyQt6.QtWidgets" in set(imports(path))
    ]


def repository_files() -> list[Path]:
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        done = subprocess.run(listing, cwd=CHECKOUT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this checkout is no git repository, or git is not installed")
    names = done.stdout.decode("utf-8").split("\0")
    return [CHECKOUT / name for name in names if name and (CHECKOUT / name).is_file()]


@pytest.mark.parametrize("path", python_files("core"), ids=lambda path: path.name)
def test_core_stands_on_numpy_and_a_few_small_libraries(path: Path) -> None:
    libraries = CORE_LIBRARIES | sys.stdlib_module_names | EXTRAS.get(path.name, set())
    for module in imports(path):
        allowed = module.startswith(".") or top(module) in libraries
        assert allowed, f"{path.name} imports {module}"


@pytest.mark.parametrize("path", python_files("core"), ids=lambda path: path.name)
def test_core_imports_itself_relatively(path: Path) -> None:
    """By a name of its own it would be found twice: as `core` and as `zmlp_app.core`."""
    assert not {module for module in imports(path) if top(module) in {"core", "zmlp_app"}}
    assert not {module for module in imports(path) if module.startswith("..")}


def test_core_reaches_assets_through_one_file() -> None:
    reaching = {
        path.name
        for path in python_files("core")
        if re.search(r"import_module|\bassets\.", path.read_text("utf-8"))
    }
    assert reaching <= {"bundled.py"}


def test_assets_import_nothing_of_the_house() -> None:
    modules = set(imports(CHECKOUT / "assets" / "__init__.py"))
    assert {top(module) for module in modules} <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("path", python_files("zmlp_gui"), ids=lambda path: path.name)
def test_window_imports_by_the_short_names(path: Path) -> None:
    modules = set(imports(path))
    assert not {module for module in modules if module.startswith(".")}
    assert not {module for module in modules if top(module) == "zmlp_app"}


@pytest.mark.parametrize("path", widget_files(), ids=lambda path: path.name)
def test_widgets_know_no_session_and_no_window(path: Path) -> None:
    assert not modules_of_the_window(path) & (SESSION | ROOF)


@pytest.mark.parametrize("name", sorted(SESSION))
def test_session_and_worker_know_no_widget(name: str) -> None:
    known = modules_of_the_window(CHECKOUT / "zmlp_gui" / f"{name}.py")
    assert not known & ({path.stem for path in widget_files()} | ROOF)


def test_qt_is_imported_when_a_window_is_asked_for() -> None:
    """So that the core's commands run where PyQt6 cannot be imported."""
    for name in ("__main__", "commands"):
        tree = ast.parse((CHECKOUT / "zmlp_gui" / f"{name}.py").read_text("utf-8"))
        for node in tree.body:
            assert not (
                isinstance(node, ast.Import | ast.ImportFrom)
                and re.search("PyQt6|pyqtgraph|zmlp_gui", ast.unparse(node))
            ), f"{name}.py imports at the top: {ast.unparse(node)}"


def test_top_level_holds_nothing_but_the_agreed_names() -> None:
    names = {path.relative_to(CHECKOUT).parts[0] for path in repository_files()}
    assert {name for name in names if not name.startswith(".")} <= TOP_LEVEL


def test_no_file_names_a_package_registry_or_a_machine_path() -> None:
    found = []
    for path in repository_files():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        for pattern in (REGISTRY, MACHINE_PATH):
            found += [f"{path.relative_to(CHECKOUT)}: {hit[0]}" for hit in pattern.finditer(text)]
    assert found == []


def test_names_of_tests_hold_no_packed_bytes(request: pytest.FixtureRequest) -> None:
    """What is packed at another second is other bytes, and workers would collect other names."""
    assert not [item.nodeid for item in request.session.items if r"\x1f\x8b" in item.nodeid]
