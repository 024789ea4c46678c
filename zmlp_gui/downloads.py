"""Data sets from the web, loaded beside the GUI thread, which looks on."""

import logging
import threading
from typing import TYPE_CHECKING, Literal

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from core.errors import CancelledError, ZmlpError
from zmlp_gui.words import tr

if TYPE_CHECKING:
    from core.download import Progress

log = logging.getLogger(__name__)

# Milliseconds between two looks; seconds that leaving waits for what is under way.
LOOK = 100
LEAVE = 1.0


class Downloads(QObject):
    """Loads one data set at a time, when a person asks for it.

    Signals
    -------
    began(str)
        A data set of that name is loaded now.
    progressed(Progress)
        How far it is.
    arrived(str)
        It is there, and can be learned from.
    ended()
        Nothing is loaded any more.
    told(str, str)
        A sentence for the person, and its kind.
    """

    began = pyqtSignal(str)
    progressed = pyqtSignal(object)
    arrived = pyqtSignal(str)
    ended = pyqtSignal()
    told = pyqtSignal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loading: _Loading | None = None
        self._told: Progress | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK)
        self._timer.timeout.connect(self._look)

    @property
    def busy(self) -> bool:
        """Whether a data set is being loaded."""
        return self._loading is not None

    def get(self, name: str) -> None:
        """Load a data set, or go on with one that was stopped."""
        if self._loading is None:
            self._told = None
            self._loading = _Loading(name)
            self._timer.start()
            self.began.emit(name)

    def stop(self) -> None:
        """Stop; what has come is kept for the next time."""
        if self._loading is not None:
            self._loading.stop()

    def close(self) -> None:
        """Stop, and wait a moment: the window closes."""
        self._timer.stop()
        if self._loading is not None:
            self._loading.stop()
            self._loading.join(LEAVE)

    def _look(self) -> None:
        loading = self._loading
        if loading is None:
            return
        # Asked first: what the thread says last is there once it is over.
        over = not loading.is_alive()
        if loading.progress is not None and loading.progress is not self._told:
            self._told = loading.progress
            self.progressed.emit(loading.progress)
        if over:
            self._end(loading)

    def _end(self, loading: "_Loading") -> None:
        self._loading = None
        self._timer.stop()
        self.ended.emit()
        match loading.outcome:
            case "arrived":
                self.arrived.emit(loading.data)
            case "stopped":
                words = tr("{name} is not complete; it goes on where it stopped", name=loading.data)
                self.told.emit(words, "info")
            case "failed":
                self.told.emit(loading.sentence, "error")


class _Loading(threading.Thread):
    """One download in a thread of its own, which ends with the program at the latest.

    It knows no Qt: it leaves what it has to say in its attributes.
    """

    def __init__(self, data: str) -> None:
        super().__init__(name=f"download {data}", daemon=True)
        self.data = data
        self.progress: Progress | None = None
        self.outcome: Literal["arrived", "stopped", "failed"] = "failed"
        self.sentence = tr("That did not work; the log file says why.")
        self._stopped = threading.Event()
        self.start()

    def stop(self) -> None:
        self._stopped.set()

    def run(self) -> None:
        # Imported where it is used: a window that loads nothing starts without it.
        from core.download import download

        try:
            download(self.data, None, self._take, self._stopped.is_set)
        except CancelledError:
            self.outcome = "stopped"
        except ZmlpError as error:
            log.warning("%s", error)
            self.sentence = str(error)
        except Exception:
            log.exception("a download failed")
        else:
            self.outcome = "arrived"

    def _take(self, progress: "Progress") -> None:
        self.progress = progress
