"""Plays a script on the window: a generator that yields how long to wait before it goes on."""

from collections.abc import Iterator

from PyQt6.QtCore import QObject, QTimer, pyqtSignal


class Script(QObject):
    """Runs `play`, step by step, in the event loop.

    Attributes
    ----------
    error : Exception or None
        What broke the script off; it would be lost inside the event loop.
    """

    ended = pyqtSignal()

    def __init__(self, parent: QObject | None = None, hurry: float = 1.0) -> None:
        super().__init__(parent)
        self.error: Exception | None = None
        self._hurry = hurry
        self._script = self.play()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._advance)

    def play(self) -> Iterator[float]:
        """What is done, with the seconds to wait after each step; a subclass defines it."""
        raise NotImplementedError

    def start(self) -> None:
        """Begin to play."""
        self._timer.start(0)

    def stop(self) -> None:
        """Break off; what the script has begun, a stroke for one, is ended properly."""
        self._timer.stop()
        self._script.close()  # type: ignore[attr-defined]

    def _advance(self) -> None:
        try:
            self._timer.start(round(1000 * next(self._script) / self._hurry))
        except StopIteration:
            self.ended.emit()
        except Exception as error:
            self.error = error
            self.ended.emit()
