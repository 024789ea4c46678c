"""Work that may take longer than a frame, such as files, done beside the GUI thread."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from core.errors import ZmlpError
from zmlp_gui.words import tr

log = logging.getLogger(__name__)


class Background(QObject):
    """Runs functions one after the other in a thread of its own, and answers in the GUI thread.

    One at a time: files are written in the order in which the person asked.
    """

    _ended = pyqtSignal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Not Qt's pool: it waits for its thread while it is destroyed, holding Python's lock,
        # which the thread may need to end.
        self._worker = ThreadPoolExecutor(1, "background")
        self._latest: Future[None] | None = None
        self._ended.connect(self._answer)

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], object],
        failed: Callable[[str], object],
    ) -> None:
        """Call `work` beside the GUI thread, then `done` with its result or `failed` with why."""

        def task() -> None:
            try:
                result = work()
            except ZmlpError as error:
                # When the program ends, the log may be the only one left to be told.
                log.warning("%s", error)
                self._ended.emit(failed, str(error))
            except Exception:
                log.exception("background work failed")
                self._ended.emit(failed, tr("That did not work; the log file says why."))
            else:
                self._ended.emit(done, result)

        self._latest = self._worker.submit(task)

    def finish(self, milliseconds: int) -> bool:
        """Wait for what is under way; False if it takes longer."""
        # The latest is the last to end.
        return self._latest is None or not wait([self._latest], milliseconds / 1000).not_done

    def _answer(self, answer: Callable[[Any], object], value: Any) -> None:
        answer(value)
