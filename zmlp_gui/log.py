"""The log file, and what happens to errors that nobody caught."""

import logging
import logging.handlers
import sys
import threading
from pathlib import Path
from types import TracebackType

import platformdirs
from PyQt6.QtCore import QMessageLogContext, QObject, QtMsgType, pyqtSignal, qInstallMessageHandler

log = logging.getLogger(__name__)

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def log_path() -> Path:
    """The log file."""
    return platformdirs.user_log_path("zmlp", appauthor=False) / "zmlp.log"


def start_log() -> None:
    """Write warnings and errors, Qt's too, to the log file; without one if it cannot be written."""
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)]
    handlers[0].setLevel(logging.ERROR)
    try:
        log_path().parent.mkdir(parents=True, exist_ok=True)
        handlers.append(
            logging.handlers.RotatingFileHandler(
                log_path(), maxBytes=1_000_000, backupCount=2, encoding="utf-8"
            )
        )
    except OSError as error:
        handlers[0].handle(
            log.makeRecord(log.name, logging.ERROR, "", 0, f"no log file: {error}", (), None)
        )
    logging.basicConfig(
        level=logging.INFO,
        handlers=handlers,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    qInstallMessageHandler(_log_qt)


def _log_qt(kind: QtMsgType, context: QMessageLogContext, message: str | None) -> None:
    logging.getLogger("qt").log(_LEVELS.get(kind, logging.WARNING), "%s", message)


class Uncaught(QObject):
    """Takes every exception that nobody caught, which would otherwise abort the program.

    The hook runs in the thread that raised: it writes the log and emits a signal, nothing more.
    """

    happened = pyqtSignal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._told: set[str] = set()

    def install(self) -> None:
        """Become the hook of this process and its threads."""
        sys.excepthook = self._hook
        threading.excepthook = lambda args: self._hook(
            args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
        )

    def _hook(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        log.error("uncaught", exc_info=(kind, error, trace))
        what = f"{kind.__name__}: {error}"
        # An error in a timer or while painting comes again and again; it is told once.
        if not issubclass(kind, KeyboardInterrupt) and what not in self._told:
            self._told.add(what)
            self.happened.emit(what)
