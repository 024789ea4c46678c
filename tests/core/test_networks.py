"""Where networks live: bundled, in a file, in the user's own folder."""

from pathlib import Path

import pytest

from core import networks
from core.errors import ModelError, SaveError
from core.model_file import Model, save
from core.network import Network
from core.spec import NetworkSpec


@pytest.fixture
def model() -> Model:
    return Model(Network(NetworkSpec((4,))).initialize(0), "mine")


def test_own_folder_is_made_in_the_users_data_folder(user_folder: Path) -> None:
    assert not user_folder.exists()
    assert networks.own_folder() == user_folder / "networks"
    assert (user_folder / "networks").is_dir()


def test_own_folder_that_cannot_be_made_is_told(user_folder: Path) -> None:
    user_folder.parent.mkdir(exist_ok=True)
    user_folder.write_bytes(b"a file stands in the way")
    with pytest.raises(SaveError, match=r"zmlp/networks could not be made: Not a directory"):
        networks.own_folder()


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("fast", "fast-"),
        ("my net / 2", "my-net-2-"),
        ("../../etc/passwd", "etc-passwd-"),
        ("", "network-"),
        ("...", "network-"),
        ("Zürich 数", "Zürich-数-"),
        ("𝟘" * 300, "𝟘" * 40),
        ("a\nb\0c", "a-b-c-"),
    ],
)
def test_new_paths_are_plain_names_in_the_own_folder(name: str, start: str, model: Model) -> None:
    path = networks.new_path(name)
    assert path.parent == networks.own_folder()
    assert path.name.startswith(start)
    assert path.suffix == ".safetensors"
    save(model, path)
    assert list(networks.own_folder().iterdir()) == [path]


def test_a_new_path_is_never_one_that_is_there(model: Model) -> None:
    paths = []
    for _ in range(4):
        paths.append(networks.new_path("fast"))
        save(model, paths[-1])
    assert len(set(paths)) == 4


def test_a_file_is_found_by_its_path(model: Model, tmp_path: Path) -> None:
    save(model, tmp_path / "a.safetensors")
    for path in (tmp_path / "a.safetensors", str(tmp_path / "a.safetensors")):
        assert networks.find(path).name == "mine"


def test_a_file_goes_before_a_bundled_network_of_its_name_and_a_folder_does_not(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(networks, "load_bundled", lambda name: asked.append(name) or model)
    monkeypatch.chdir(tmp_path)
    name = networks.BUNDLED[0]
    Path(name).mkdir()
    networks.find(name)
    assert asked == [name]
    Path(name).rmdir()
    save(model, name)
    networks.find(name)
    assert asked == [name]


@pytest.mark.parametrize("name", ["champoin", "no/such/file.safetensors", ""])
def test_what_is_neither_is_told_with_what_there_is(name: str) -> None:
    with pytest.raises(ModelError) as caught:
        networks.find(name)
    assert f"There is no model file {name}" in str(caught.value)
    assert networks.BUNDLED[0] in str(caught.value)


def test_a_bundled_network_that_is_missing_is_told() -> None:
    with pytest.raises(ModelError, match="no bundled network “nobody”"):
        networks.load_bundled("nobody")


@pytest.mark.parametrize("name", networks.BUNDLED)
def test_bundled_networks_read_digits(name: str) -> None:
    model = networks.find(name)
    assert model.network.spec.inputs == (28, 28)
    assert model.class_names == tuple("0123456789")
