"""The unattended show goes on for as long as it is left alone, and gives way to a touch."""

from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from core import datasets, networks
from core.recipes import RECIPES, Recipe
from core.spec import NetworkSpec, TrainingSpec
from zmlp_gui import stage_runs, theme
from zmlp_gui.session import IDLE, RUNNING, Session
from zmlp_gui.settings import FleetingSettings
from zmlp_gui.show import HARDEST, RUNS, Show, hardest
from zmlp_gui.window import Window

PATIENCE = 60_000
LEFT = Qt.MouseButton.LeftButton
LONG = TrainingSpec(epochs=3000, batch_size=64, threads=1, validation=False)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def journal(monkeypatch):
    """Puts small networks in the place of the journal's."""

    def use(training: TrainingSpec) -> None:
        recipes = tuple(
            Recipe(f"journal-{n}", f"Journal {n}", "small", NetworkSpec(hidden=(8 * n,)), training)
            for n in (1, 2, 3)
        )
        monkeypatch.setattr(stage_runs, "JOURNAL", recipes)

    use(LONG.replace(epochs=1))
    return use


@pytest.fixture
def window(shown):
    settings = FleetingSettings()
    settings.theme = "light"
    window = Window(Session(networks.find(networks.BEST_ON_DRAWINGS)), settings)
    window.resize(1366, 768)
    yield shown(window)
    window.close()


@pytest.fixture
def show(window, journal):
    show = Show(window, hurry=1000.0, full_screen=False)
    yield show
    show.stop()


def wait_for_ink(window: Window, qtbot) -> None:
    qtbot.waitUntil(lambda: not window.canvas.drawing().is_empty, timeout=PATIENCE)


@pytest.mark.slow
def test_ten_rounds_leave_no_more_behind_than_one(window, show, qtbot, home):
    sentences = set()
    window.session.reading_changed.connect(
        lambda reading: sentences.add(window.presenter.sentence.text())
    )
    show.start()
    qtbot.waitUntil(lambda: show.rounds >= 10, timeout=110_000)
    assert show.trained >= 20
    assert len(window.session.runs) <= RUNS + 1
    assert len(window.session.shelf.held) <= RUNS + 3
    assert len(window.curves._runs) <= RUNS + 1
    assert len(window.session.book.records()) <= RUNS + 1
    assert len(window.presenter.runs._done) <= 3
    assert not list(home.rglob("*.safetensors"))
    assert any("A hard one" in sentence for sentence in sentences)
    assert show.error is None


def wheel(window: Window) -> None:
    centre = QPointF(window.rect().center())
    event = QWheelEvent(
        *(centre, centre, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton),
        *(Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False),
    )
    QApplication.sendEvent(window.windowHandle(), event)


def stir(window: Window) -> None:
    QTest.mouseMove(window.windowHandle(), QPoint(300, 300))
    QTest.mouseMove(window.windowHandle(), QPoint(400, 300))


TOUCHES = {
    "a key": lambda window: QTest.keyClick(window.windowHandle(), Qt.Key.Key_A),
    "a click": lambda window: QTest.mouseClick(window.windowHandle(), LEFT, pos=QPoint(200, 300)),
    "a wheel": wheel,
    "a pointer": stir,
}


@pytest.mark.parametrize("touch", TOUCHES)
def test_the_first_touch_hands_an_empty_window_over(window, show, qtbot, touch):
    bundled = window.session.shelf.current
    show.start()
    wait_for_ink(window, qtbot)
    assert window.presenter.on
    TOUCHES[touch](window)
    qtbot.waitUntil(lambda: not window.presenter.on, timeout=PATIENCE)
    assert window.canvas.drawing().is_empty
    assert window.session.state == IDLE
    assert window.session.shelf.current is bundled
    assert window.panel.isVisible()
    assert window.tools.isVisible()
    assert window.statusBar().currentMessage() == "The demo has stopped: it's yours"
    assert theme.current() is theme.LIGHT
    QTest.qWait(50)
    assert window.canvas.drawing().is_empty


def test_a_table_that_is_bumped_does_not_end_it(window, show, qtbot):
    show.start()
    wait_for_ink(window, qtbot)
    for x in (300, 305, 300):
        QTest.mouseMove(window.windowHandle(), QPoint(x, 300))
    QTest.qWait(20)
    assert window.presenter.on


def test_a_touch_in_a_run_ends_it_and_leaves_nothing_of_it(window, show, journal, qtbot, home):
    journal(LONG)
    bundled = window.session.shelf.current
    show.start()
    qtbot.waitUntil(lambda: window.session.state == RUNNING, timeout=PATIENCE)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_A)
    qtbot.waitUntil(lambda: window.session.state == IDLE and not window.session.runs)
    assert window.session.shelf.current is bundled
    assert window.session.shelf.held == [bundled]
    assert not window.curves._runs
    assert not list(home.rglob("*.safetensors"))


def test_the_window_works_after_the_show(window, show, qtbot, home):
    show.start()
    wait_for_ink(window, qtbot)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_A)
    qtbot.waitUntil(lambda: not window.presenter.on)
    spot = window.canvas.rect().center()
    QTest.mousePress(window.canvas, LEFT, pos=spot)
    QTest.mouseMove(window.canvas, spot + QPoint(0, 80))
    QTest.mouseRelease(window.canvas, LEFT, pos=spot + QPoint(0, 80))
    assert len(window.canvas.drawing().strokes) == 1
    window.panel.set_specs(NetworkSpec(hidden=(8,)), LONG.replace(epochs=1), "mnist-5k")
    window.panel.start()
    # What the person trains is kept.
    qtbot.waitUntil(lambda: bool(list(home.rglob("*.safetensors"))), timeout=PATIENCE)


def test_hard_digits_are_misread(window):
    digits = datasets.load("mnist-5k")
    network = window.session.shelf.current.model.network
    found = hardest(network, digits)
    assert len(found) == HARDEST
    answers = network.predict(digits.test.images)
    wrong = int((answers.argmax(axis=1) != digits.test.labels).sum())
    labels = [drawing.label for drawing in found[:wrong]]
    read = [int(network.predict(each.picture[None]).argmax()) for each in found[:wrong]]
    assert all(label != answer for label, answer in zip(labels, read, strict=True))


def test_the_journal_has_five_networks():
    assert [recipe.name for recipe in stage_runs.JOURNAL] == [
        name for name in RECIPES if name.startswith("journal")
    ]
    assert len(stage_runs.JOURNAL) == 5
