"""Weights on their way from the trainer to the window: two copies, published by one assignment."""

from collections.abc import Callable

from core.activations import Array
from core.network import Network


class Snapshots:
    """Hands the newest weights from the training thread to the GUI thread without a lock.

    The GUI thread asks; the training thread fills the copy that nobody reads and publishes it by
    one assignment. The GUI thread asks again only after it has taken over what was published, so
    the copy that it reads is never written to.

    Parameters
    ----------
    network : Network
        The network that is trained.
    read : callable
        Copies its values into an array.
    """

    def __init__(self, network: Network, read: Callable[[Array], None]) -> None:
        self._read = read
        self._spare = network.copy()
        self._published = network.copy()
        self._wanted = False
        # These two belong to the GUI thread.
        self._taken = self._published
        self._pending = False

    def latest(self) -> Network:
        """GUI thread: the newest weights published, good until the next call."""
        if self._published is not self._taken:
            self._taken = self._published
            self._pending = False
        return self._taken

    def request(self) -> None:
        """GUI thread: ask for newer weights."""
        if not self._pending:
            self._pending = True
            self._wanted = True

    def serve(self) -> None:
        """Training thread: copy the weights, if they were asked for."""
        if self._wanted:
            self._wanted = False
            self._read(self._spare.values)
            self._published, self._spare = self._spare, self._published
