"""The command `demo`: the window draws, trains and explains by itself."""

from collections.abc import Iterator
from pathlib import Path

from PyQt6.QtCore import QBuffer, QIODevice

from core.drawing import Drawing, read_bundled_ink
from core.errors import SaveError
from core.files import atomic_write, display
from core.report import print_json
from zmlp_gui import log
from zmlp_gui.application import make_application, make_window, take_down
from zmlp_gui.drawings import SAMPLES
from zmlp_gui.player import play
from zmlp_gui.script import Script
from zmlp_gui.session import IDLE, RUNNING
from zmlp_gui.settings import FleetingSettings, Settings
from zmlp_gui.show import Show
from zmlp_gui.window import SIZE, Window

# Seconds: between two points of a stroke, after a drawing, and between two looks at a training.
POINT, REST, LOOK = 0.012, 1.0, 0.1
# The part of the run at which a picture is taken on the way.
PART_WAY = 0.3


def demo(folder: str | None, as_json: bool) -> int:
    """Run the demo.

    Parameters
    ----------
    folder : str or None
        Off-screen: where the pictures go; it is made if it is not there. None fills the screen
        until somebody touches it; the window is theirs then.
    as_json : bool
        Whether what is done off-screen is printed as JSON.

    Raises
    ------
    ZmlpError
        The folder or a picture cannot be written.
    """
    album = None if folder is None else make_folder(Path(folder))
    log.start_log()
    # Nothing that happens here moves a person's own window.
    settings = FleetingSettings()
    settings.theme = "light" if album else Settings().theme
    app = make_application(settings.theme)
    window = make_window(settings)
    window.session.fleeting = True
    window.resize(SIZE)
    window.show()
    script: Script
    if album:
        script = Album(window, album, as_json)
        script.ended.connect(app.quit)
    else:
        script = Show(window)
        script.ended.connect(lambda: app.quit() if script.error else None)
    script.start()
    app.exec()
    take_down(window)
    if script.error is not None:
        raise script.error
    return 0


def make_folder(folder: Path) -> Path:
    """Make a folder for pictures, if it is not there.

    Raises
    ------
    SaveError
        It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SaveError(f"{display(folder)} could not be made: {error.strerror}.") from error
    return folder


class Album(Script):
    """Plays on a window that nobody sees, and takes pictures of it.

    Parameters
    ----------
    window : Window
        The window to play on.
    album : Path
        Where pictures of the window are saved.
    as_json : bool
        Whether what is done is printed as JSON.
    """

    def __init__(self, window: Window, album: Path, as_json: bool) -> None:
        super().__init__(window)
        self._window = window
        self._album = album
        self._as_json = as_json
        self._pictures = 0

    def play(self) -> Iterator[float]:
        """Ten digits, a run with the drawing of a three before it, and the stage."""
        yield REST
        samples = read_bundled_ink(SAMPLES)
        for drawing in samples[:10]:
            yield from self._draw(drawing)
        yield from self._train(samples[3])

    def _draw(self, drawing: Drawing) -> Iterator[float]:
        window = self._window
        window.canvas.clear()
        for _ in play(window.canvas, drawing):
            yield POINT
        window.session.read()
        reading = window.session.reading
        answer = "nothing" if reading is None else reading.name
        confidence = 0.0 if reading is None else reading.confidence
        self._say(
            f"drawn: {drawing.label}, read: {answer} ({confidence:.1%})",
            event="drawing",
            label=drawing.label,
            digit=answer,
            confidence=confidence,
        )
        # The picture is taken when the answer is painted.
        yield LOOK
        self._photograph(f"digit-{drawing.label}")

    def _train(self, drawing: Drawing) -> Iterator[float]:
        """Train what the panel holds, with a drawing on the canvas to watch."""
        window, session = self._window, self._window.session
        window.canvas.set_drawing(drawing)
        window.panel.start()
        photographed = False
        while session.state != IDLE:
            if not photographed and session.state == RUNNING:
                progress = session.runs[-1].progress()
                if progress.minibatch > PART_WAY * progress.minibatches:
                    photographed = True
                    yield from self._photograph_part_way()
            yield LOOK
        yield REST
        self._photograph("training-end")
        window.presenter.enter(full_screen=False, keys=False)
        yield 3 * LOOK
        self._photograph("presenter")
        window.presenter.leave()
        run = session.runs[-1]
        assert run.finished is not None
        self._say(
            f"trained: {run.name}, "
            f"{100 * run.finished.test_accuracy:.1f} % of the test digits right",
            event="finished",
            test_accuracy=run.finished.test_accuracy,
            pictures=self._pictures,
        )

    def _photograph_part_way(self) -> Iterator[float]:
        self._window.session.pause()
        # The curves follow a few looks behind.
        yield 3 * LOOK
        self._photograph("training-part-way")
        self._window.session.resume()

    def _photograph(self, name: str) -> None:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._window.grab().save(buffer, "PNG")
        self._pictures += 1
        path = self._album / f"{self._pictures:02}-{name}.png"
        with atomic_write(path) as file:
            file.write(buffer.data().data())

    def _say(self, words: str, **values: object) -> None:
        if self._as_json:
            print_json(**values)
        else:
            print(words, flush=True)
