"""What a person chose and drew is there again, whatever happened to the file or the network."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtWidgets import QApplication, QLineEdit, QMessageBox, QSplitter

from core import model_file, networks
from core.drawing import Drawing, read_bundled_ink, read_ink
from core.errors import SpecError
from core.network import Network
from core.spec import NetworkSpec, TrainingSpec
from tests.gui.patience import PATIENCE, answered
from zmlp_gui.drawings import SAMPLES
from zmlp_gui.memory import LOOK
from zmlp_gui.session import Session
from zmlp_gui.settings import FleetingSettings, Settings
from zmlp_gui.window import Window

SAMPLE = read_bundled_ink(SAMPLES)
DATA = Path(__file__).parent.parent / "data"

pytestmark = pytest.mark.usefixtures("home")


def values(folder: Path) -> dict:
    return json.loads((folder / "settings.json").read_text("utf-8"))


def said(window: Window) -> str:
    return window.statusBar().currentMessage()


def same(one: Drawing, other: Drawing) -> bool:
    return (
        one.size == other.size
        and one.label == other.label
        and len(one.strokes) == len(other.strokes)
        and all(
            np.array_equal(a.points, b.points) and a.width == b.width
            for a, b in zip(one.strokes, other.strokes, strict=True)
        )
    )


def test_what_was_chosen_is_there_again(opened):
    window = opened()
    window.tools.set_brush(100)
    for action in ("eraser", "pace_full", "loss", "theme_dark"):
        window.actions_[action].trigger()
    network, training = NetworkSpec(hidden=(40, 20), bias=False), TrainingSpec(epochs=7, seed=3)
    window.panel.set_specs(network, training, "mnist-5k")
    window.findChild(QSplitter).setSizes([500, 300, 526])
    widths = window.findChild(QSplitter).sizes()
    window.close()

    again = opened()
    assert again.tools.brush() == again.canvas.brush() == 100
    assert again.canvas.tool() == "eraser"
    assert again.session.pace == "full"
    assert again.actions_["loss"].isChecked()
    assert again.actions_["theme_dark"].isChecked()
    assert again.panel.specs() == (network, training, "mnist-5k")
    assert again.findChild(QSplitter).sizes() == widths
    assert not said(again)


def test_a_window_that_nobody_touched_says_nothing_and_is_as_at_its_first_start(opened, folder):
    opened().close()
    window = opened()
    assert window.canvas.drawing().is_empty
    assert not said(window)
    assert not window.actions_["undo"].isEnabled()


def test_the_first_version_of_the_file_opens_forever(opened, folder):
    folder.mkdir()
    shutil.copy(DATA / "settings-v1.json", folder / "settings.json")
    window = opened()
    assert window._settings.theme == "dark"
    assert window.tools.brush() == 100
    assert window.canvas.tool() == "eraser"
    assert window.session.pace == "full"
    assert window.actions_["loss"].isChecked()
    network, training, data = window.panel.specs()
    assert (network.hidden, network.activation, network.bias) == ((40, 20), "sigmoid", False)
    assert (training.learning_rate, training.epochs, data) == (0.5, 7, "mnist-5k")
    assert [Path(name).name for name, _ in window.files.recent.entries()] == ["seven.png"]
    assert not said(window)


DAMAGED = [None, 7, -1, 1e300, 10**40, True, "", "x", "\0", [], [[]], [1, "a"], {}, {"a": {}}]
NAMES = [
    "window",
    "columns",
    "brush",
    "tool",
    "pace",
    "curve",
    "training",
    "network",
    "recent",
    "theme",
]


@pytest.mark.parametrize("value", DAMAGED, ids=repr)
def test_damaged_values_count_as_never_chosen(opened, value):
    settings = FleetingSettings()
    for name in NAMES:
        settings.set(name, value)
    window, usual = opened(settings), opened(FleetingSettings())
    assert window.tools.brush() == usual.tools.brush()
    assert window.panel.specs() == usual.panel.specs()
    assert window.canvas.tool() == "pen"
    assert window.session.pace == "watch"
    assert window.actions_["accuracy"].isChecked()
    assert window.size() == usual.size()
    assert window.session.shelf.current.model.name == networks.BEST_ON_DRAWINGS
    assert settings.theme == "system"


def test_one_damaged_value_costs_none_of_the_others(opened):
    settings = FleetingSettings()
    settings.set("window", "somewhere")
    settings.set("brush", 100)
    assert opened(settings).tools.brush() == 100


@pytest.mark.parametrize(
    "training",
    [
        {"network": {}, "training": {}, "data": ""},
        {"network": {}, "training": {}, "data": 7},
        {"network": {"hidden": [0]}, "training": {}, "data": "mnist-5k"},
        {"network": {"hidden": "128"}, "training": {}, "data": "mnist-5k"},
        {"network": {}, "training": {"epochs": float("inf")}, "data": "mnist-5k"},
        {"network": {}, "training": {"surprise": 1}, "data": "mnist-5k"},
        {"network": [], "training": None, "data": "mnist-5k"},
    ],
)
def test_settings_of_a_run_that_are_not_allowed_count_as_never_chosen(opened, training):
    usual = opened(FleetingSettings())
    settings = FleetingSettings()
    settings.set("training", training)
    assert opened(settings).panel.specs() == usual.panel.specs()


def test_the_last_settings_that_were_allowed_are_kept(opened, folder):
    window = opened()
    window.panel.set_specs(NetworkSpec(hidden=(33,)), TrainingSpec(), "mnist-5k")
    window.close()
    window = opened()
    window.panel._form.editor("hidden").findChild(QLineEdit).setText("no numbers")
    with pytest.raises(SpecError):
        window.panel.specs()
    window.close()
    assert values(folder)["training"]["network"]["hidden"] == [33]


# The drawing


def test_the_drawing_is_there_again_with_its_label(opened):
    window = opened()
    window.canvas.set_drawing(SAMPLE[3])
    window.close()
    again = opened()
    assert same(again.canvas.drawing(), SAMPLE[3])
    assert again.session.reading is not None
    assert again.session.reading.name == "3"


def test_a_picture_under_the_drawing_is_there_again(opened):
    picture = np.random.default_rng(0).integers(0, 256, (300, 200), np.uint8)
    window = opened()
    window.canvas.set_drawing(Drawing((200, 300), SAMPLE[3].strokes, picture))
    window.close()
    again = opened().canvas.drawing()
    assert np.array_equal(again.picture, picture)
    assert len(again.strokes) == len(SAMPLE[3].strokes)


def test_an_emptied_sheet_is_empty_at_the_next_start(opened):
    for draw in (lambda canvas: canvas.set_drawing(SAMPLE[3]), lambda canvas: canvas.clear()):
        window = opened()
        draw(window.canvas)
        window.close()
    assert opened().canvas.drawing().is_empty


def test_who_draws_before_the_file_is_read_keeps_the_new_drawing(folder, opened, shown, qtbot):
    window = opened()
    window.canvas.set_drawing(SAMPLE[3])
    window.close()
    early = Window(Session(networks.find(networks.BEST_ON_DRAWINGS)), Settings(folder))
    early.canvas.set_drawing(SAMPLE[5])
    shown(early)
    answered(early, qtbot)
    assert early.canvas.drawing() is SAMPLE[5]
    early.close()
    assert read_ink(folder / "drawing.jsonl")[0].label == 5


@pytest.mark.parametrize("content", [b"no ink", b'{"strokes": 7}\n', b"\x1f\x8b\x00", b"\xff\xfe"])
def test_a_broken_drawing_is_kept_aside_and_said(opened, folder, content):
    folder.mkdir()
    (folder / "drawing.jsonl").write_bytes(content)
    window = opened()
    assert window.canvas.drawing().is_empty
    assert said(window) == (
        "The drawing of the last time could not be read: it is kept as drawing.broken-1.jsonl."
    )
    assert (folder / "drawing.broken-1.jsonl").read_bytes() == content
    window.canvas.set_drawing(SAMPLE[2])
    window.close()
    assert read_ink(folder / "drawing.jsonl")[0].label == 2


def test_windows_side_by_side_have_a_drawing_each(opened, folder):
    first, second = opened(), opened()
    first.canvas.set_drawing(SAMPLE[1])
    second.canvas.set_drawing(SAMPLE[2])
    second.close()
    first.close()
    assert read_ink(folder / "drawing.jsonl")[0].label == 1
    assert read_ink(folder / "drawing-2.jsonl")[0].label == 2
    first, second = opened(), opened()
    assert (first.canvas.drawing().label, second.canvas.drawing().label) == (1, 2)


# When it is written


def test_it_is_written_soon_after_a_change_and_not_during_it(opened, folder, qtbot):
    window = opened()
    for width in range(20, 80, 5):
        window.tools.set_brush(width)
        qtbot.wait(LOOK // 10)
        assert not (folder / "settings.json").exists() or "brush" not in values(folder)
    window.canvas.set_drawing(SAMPLE[4])
    qtbot.wait(2 * LOOK + 100)
    answered(window, qtbot)
    assert values(folder)["brush"] == 75
    assert read_ink(folder / "drawing.jsonl")[0].label == 4


def test_nothing_is_written_while_nothing_changes(opened, folder, qtbot):
    window = opened()
    window.tools.set_brush(90)
    qtbot.wait(3 * LOOK)
    answered(window, qtbot)
    before = (folder / "settings.json").stat()
    qtbot.wait(3 * LOOK)
    answered(window, qtbot)
    after = (folder / "settings.json").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert not (folder / "drawing.jsonl").exists()


def test_a_disk_that_refuses_is_said_once_and_tried_again(opened, folder, qtbot, monkeypatch):
    told = []
    window = opened()
    window._memory.told.connect(lambda sentence, _: told.append(sentence))
    (folder / "settings.json").mkdir()
    for width in (30, 40):
        window.tools.set_brush(width)
        qtbot.wait(3 * LOOK)
        answered(window, qtbot)
    assert len(told) == 1
    assert "settings.json could not be read" in told[0]
    (folder / "settings.json").rmdir()
    window.actions_["eraser"].trigger()
    window.close()
    assert (values(folder)["brush"], values(folder)["tool"]) == (40, "eraser")


def test_what_a_disk_refused_is_tried_again_at_the_end(opened, folder, qtbot):
    window = opened()
    for name in ("settings.json", "drawing.jsonl"):
        (folder / name).mkdir()
    window.tools.set_brush(30)
    window.canvas.set_drawing(SAMPLE[6])
    qtbot.wait(3 * LOOK)
    answered(window, qtbot)
    for name in ("settings.json", "drawing.jsonl"):
        (folder / name).rmdir()
    window.close()
    assert values(folder)["brush"] == 30
    assert read_ink(folder / "drawing.jsonl")[0].label == 6


def test_what_is_done_off_screen_leaves_no_trace(opened, folder, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    window = opened(FleetingSettings())
    window.canvas.set_drawing(SAMPLE[3])
    window.tools.set_brush(99)
    window.close()
    assert not folder.exists()
    assert not (tmp_path / "config").exists()


# Networks


def test_the_network_that_read_last_reads_again(opened, folder, tmp_path, qtbot):
    path = tmp_path / "mine.safetensors"
    model_file.save(model_file.Model(Network(NetworkSpec()), "mine"), path)
    window = opened()
    with qtbot.waitSignal(window.session.shelf.used, timeout=PATIENCE):
        window.open_file(path)
    window.close()
    again = opened()
    assert again.session.shelf.current.model.name == "mine"
    assert again.actions_["back"].isEnabled()
    # Closed before the network was read, it is not forgotten.
    again.close()
    hasty = Window(Session(networks.find(networks.BEST_ON_DRAWINGS)), Settings(folder))
    hasty.close()
    again = opened()
    assert again.session.shelf.current.model.name == "mine"
    again.session.shelf.back()
    again.close()
    assert opened().session.shelf.current.model.name == networks.BEST_ON_DRAWINGS


@pytest.mark.parametrize("damage", ["deleted", "broken"])
def test_a_remembered_network_that_is_gone_is_said_and_the_bundled_one_reads(
    opened, folder, tmp_path, damage
):
    path = tmp_path / "mine.safetensors"
    folder.mkdir()
    (folder / "settings.json").write_text(json.dumps({"version": 1, "network": str(path)}))
    if damage == "broken":
        path.write_text("no network")
    window = opened()
    assert said(window) == (
        "mine.safetensors, the network that read last time, cannot be read: hand reads."
    )
    assert window.session.shelf.current.model.name == networks.BEST_ON_DRAWINGS
    assert not [each for each in QApplication.topLevelWidgets() if isinstance(each, QMessageBox)]


def test_a_network_that_was_still_learning_reads_at_the_next_start(opened, qtbot, home):
    window = opened()
    window.actions_["pace_full"].trigger()
    window.panel.set_specs(
        NetworkSpec(hidden=(32,)), TrainingSpec(epochs=2000, threads=1), "mnist-5k"
    )
    window.panel.start()
    qtbot.waitUntil(lambda: window.session.state == "running", timeout=PATIENCE)
    run = window.session.runs[-1]
    qtbot.waitUntil(lambda: run.pulled.training.step > 10, timeout=PATIENCE)
    window.close()
    (path,) = home.iterdir()
    assert opened().session.shelf.current.path == path


def test_runs_that_are_to_leave_nothing_leave_nothing(opened, qtbot, home):
    window = opened(FleetingSettings())
    window.session.fleeting = True
    window.panel.set_specs(NetworkSpec(hidden=()), TrainingSpec(epochs=1, threads=1), "mnist-5k")
    window.session.set_pace("full")
    with qtbot.waitSignal(window.session.run_finished, timeout=PATIENCE):
        window.panel.start()
    window.close()
    assert not home.exists()
