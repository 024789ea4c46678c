"""How arrow keys move a pen: taps are steps, holding gathers speed, and turns come out round."""

from math import exp, hypot
from typing import Final

# Parts of the paper's shorter side: a tap, and the speeds a second when held.
STEP: Final = 0.02
SLOW, FAST, FINE = 0.2, 1.0, 0.08
# Pixels of a tap with Shift.
FINE_STEP: Final = 1.0
# Pixels that the pen keeps from the paper's edge, so that it can be seen.
EDGE: Final = 12.0
# Seconds until a held key is no tap any more, and from there to full speed.
HOLD, RAMP = 0.2, 1.0
# Seconds between two held keys in which one turns rather than begins again.
TURN: Final = 0.15
# Seconds in which the pen makes up most of its way to where the keys have sent it. This rounds
# the corners: a hand has mass, too.
LAG: Final = 0.045
# Pixels within which it has arrived.
NEAR: Final = 0.05
DIAGONAL: Final = 0.5**0.5


class KeyMotion:
    """Where the keys have sent the pen, and where it is on its way there, in pixels.

    Attributes
    ----------
    x, y : float
        Where the pen is.
    """

    def __init__(self) -> None:
        self.x = self.y = 0.0
        self._target = (0.0, 0.0)
        self._room = (2 * EDGE, 2 * EDGE)
        self._held: list[tuple[int, int]] = []
        self._since = self._idle = 0.0

    @property
    def is_moving(self) -> bool:
        """Whether time will move the pen."""
        return bool(self._held) or (self.x, self.y) != self._target

    def set_room(self, width: float, height: float) -> None:
        """Keep the pen on a paper of this size."""
        self._room = (max(width, 2 * EDGE), max(height, 2 * EDGE))
        self.put(self.x, self.y)

    def put(self, x: float, y: float) -> None:
        """Place the pen."""
        self._target = self.x, self.y = self._inside(x, y)

    def press(self, direction: tuple[int, int], fine: bool) -> None:
        """Hold a key that points to a direction, -1, 0 or 1 to the right and down."""
        if direction in self._held:
            return
        if not self._held and (self._since < HOLD or self._idle > TURN):
            self._since = 0.0
        self._held.append(direction)
        if self._since < HOLD:
            self._send(*direction, FINE_STEP if fine else STEP * min(self._room))

    def release(self, direction: tuple[int, int]) -> None:
        """Let go of a key."""
        if direction in self._held:
            self._held.remove(direction)
            self._idle = 0.0

    def stop(self) -> None:
        """Let go of all keys and stay."""
        self._held.clear()
        self._since = 0.0
        self._target = self.x, self.y

    def arrive(self) -> None:
        """Be where the keys have sent the pen, at once."""
        self.x, self.y = self._target

    def advance(self, seconds: float, fine: bool) -> None:
        """Move on by some time; with `fine` at the slow, even speed of careful work."""
        moved = max(0.0, min(seconds, self._since + seconds - HOLD))
        self._since += seconds
        self._idle += seconds
        if self._held and moved > 0.0:
            speed = FINE
            if not fine:
                speed = SLOW + (FAST - SLOW) * min(1.0, (self._since - HOLD) / RAMP)
            across = sum(x for x, _ in self._held)
            down = sum(y for _, y in self._held)
            shorter = DIAGONAL if across and down else 1.0
            self._send(_sign(across), _sign(down), speed * min(self._room) * moved * shorter)
        left = exp(-seconds / LAG)
        x, y = self._target
        self.x, self.y = x - (x - self.x) * left, y - (y - self.y) * left
        if not self._held and hypot(x - self.x, y - self.y) < NEAR:
            self.arrive()

    def _send(self, across: int, down: int, way: float) -> None:
        x, y = self._target
        self._target = self._inside(x + across * way, y + down * way)

    def _inside(self, x: float, y: float) -> tuple[float, float]:
        width, height = self._room
        return min(max(x, EDGE), width - EDGE), min(max(y, EDGE), height - EDGE)


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)
