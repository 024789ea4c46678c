"""A search for a learning rate in a thread of its own, which a timer of the GUI thread looks at."""

from collections.abc import Sequence
from functools import partial

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from core.rate_finder import RateFinder, RateTried
from core.runs import prepare
from core.spec import NetworkSpec, TrainingSpec
from core.threads import use_threads
from zmlp_gui.background import Background

# Milliseconds between two looks, and those that leaving may take.
LOOK = 60
LEAVE = 2000


class _Search:
    """One search, as both threads see it: one fills it, the other looks and may stop it."""

    def __init__(self) -> None:
        self.finder: RateFinder | None = None
        self.stopped = False

    def work(self, network: NetworkSpec, training: TrainingSpec, data: str) -> None:
        """Load the digits and search to the end, or until it is stopped."""
        if self.stopped:
            return
        use_threads(training.threads)
        prepared = prepare(network, training, data)
        finder = RateFinder(prepared.network, prepared.digits, training)
        self.finder = finder
        for _ in finder:
            if self.stopped:
                return


class RateSearch(QObject):
    """Searches beside the GUI thread, one search at a time.

    Signals
    -------
    moved(list of RateTried, int)
        What was tried so far, and how many minibatches there are at most; 0 while data are read.
    ended(object)
        The search came to its end: the rate that it suggests, or None.
    failed(str)
        It could not be made, and why.
    """

    moved = pyqtSignal(object, int)
    ended = pyqtSignal(object)
    failed = pyqtSignal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._search: _Search | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK)
        self._timer.timeout.connect(self._look)

    def start(self, network: NetworkSpec, training: TrainingSpec, data: str) -> None:
        """Search for these settings; an earlier search is stopped and says no more."""
        self.stop()
        search = self._search = _Search()
        self._background.run(
            partial(search.work, network, training, data),
            lambda _: self._end(search),
            partial(self._fail, search),
        )
        self._look()
        self._timer.start()

    def stop(self) -> None:
        """End after the minibatch under way, and say no more."""
        if self._search is not None:
            self._search.stopped = True
        self._search = None
        self._timer.stop()

    def close(self) -> None:
        """Stop, and wait for the thread: the program ends."""
        self.stop()
        self._background.finish(LEAVE)

    def _look(self) -> None:
        finder = self._search.finder if self._search else None
        tried: Sequence[RateTried] = list(finder.tried) if finder else []
        self.moved.emit(tried, finder.steps if finder else 0)

    def _end(self, search: _Search) -> None:
        if search is self._search and search.finder is not None:
            self._look()
            self.stop()
            self.ended.emit(search.finder.suggestion)

    def _fail(self, search: _Search, sentence: str) -> None:
        if search is self._search:
            self.stop()
            self.failed.emit(sentence)
