"""Waiting for what a window does beside its own thread."""

from zmlp_gui.window import Window

# Milliseconds.
PATIENCE = 30_000


def answered(window: Window, qtbot) -> None:
    """Wait until all background work is done and answered."""
    done = []
    window.session.background.run(lambda: None, done.append, done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=PATIENCE)
