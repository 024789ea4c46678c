"""A process that opens the window as the command does, and tells when it was first painted."""

import json
import os
import sys
from pathlib import Path
from time import time

from PyQt6.QtCore import QTimer
from PyQt6.QtGui import QPaintEvent
from PyQt6.QtWidgets import QApplication

from zmlp_gui.window import Window

# Milliseconds after the first paint at which the memory is looked at.
IDLE = 1000


def main() -> None:
    """Open, note, close."""
    told: dict[str, float] = {}
    paint = Window.paintEvent

    def paint_and_note(self: Window, event: QPaintEvent | None) -> None:
        paint(self, event)
        if not told:
            # The widgets within are painted after the window: this comes when all of them are.
            told["painted"] = 0.0
            QTimer.singleShot(0, note)

    def note() -> None:
        told["painted"] = time()
        QTimer.singleShot(IDLE, leave)

    def leave() -> None:
        told["megabytes"] = resident()
        QApplication.closeAllWindows()

    Window.paintEvent = paint_and_note  # type: ignore[method-assign]
    from zmlp_gui.__main__ import main as zmlp

    zmlp([])
    print(json.dumps(told))


def resident() -> float:
    """Megabytes of memory in use; where the system does not say, the most that ever were."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    if sys.platform == "win32":
        return float("nan")
    import resource

    unit = 1e-6 if sys.platform == "darwin" else 1e-3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    main()
