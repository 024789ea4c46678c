"""Takes the pictures of all states, themes and sizes in one process, which has one scale.

`python -m tests.pictures.take FOLDER`; QT_SCALE_FACTOR gives the scale.
"""

import os
import sys
from pathlib import Path

from PyQt6.QtCore import QEventLoop, QSize, QTimer
from PyQt6.QtWidgets import QApplication

from zmlp_gui import theme
from zmlp_gui.application import make_application

from .states import STATES

SIZES = ((1366, 768), (1920, 1080))
THEMES: tuple[theme.Choice, ...] = ("light", "dark")
SCALES = (1, 2)


def name_of(state: str, look: str, size: tuple[int, int], scale: int) -> str:
    """The name of a picture, without a suffix."""
    return f"{state}-{look}-{size[0]}x{size[1]}-at-{scale}"


def names(scale: int) -> list[str]:
    """Those of all pictures at a scale."""
    return [name_of(s, t, size, scale) for s in STATES for t in THEMES for size in SIZES]


def take(folder: Path) -> None:
    """Write a PNG of each state in each theme and size."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # What stands in a person's home must not be seen in a picture.
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        os.environ[name] = str(folder / "home")
    folder.mkdir(parents=True, exist_ok=True)
    app = make_application("light")
    scale = round(app.devicePixelRatio())
    for state, make in STATES.items():
        theme.apply(app, "light")
        window = make()
        # How long a run takes is another figure on each machine.
        window.forecast.stop()
        window.show()
        for look in THEMES:
            theme.apply(app, look)
            for size in SIZES:
                window.resize(QSize(*size))
                _rest(0.05)
                path = folder / f"{name_of(state, look, size, scale)}.png"
                # Quick to write; nobody keeps it.
                assert window.grab().save(str(path), quality=90)
        window.close()
        window.deleteLater()
        _rest(0.0)


def _rest(seconds: float) -> None:
    """Let the window settle: layouts, texts that are shortened, curves that are thinned."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()
    QApplication.sendPostedEvents()


if __name__ == "__main__":
    take(Path(sys.argv[1]))
