"""Undo and redo: drawings never change, so a step back is the drawing that was there before."""

from collections import deque

from core.drawing import Drawing


class InkHistory:
    """The drawing as it stands, those before it and those that were undone.

    Parameters
    ----------
    drawing : Drawing
        What there is at first.
    limit : int
        How many steps back are remembered; drawings share their strokes, so a step is small.
    """

    def __init__(self, drawing: Drawing, limit: int = 200) -> None:
        self.drawing = drawing
        self._past: deque[Drawing] = deque(maxlen=limit)
        self._undone: list[Drawing] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone step to take again."""
        return bool(self._undone)

    def record(self, drawing: Drawing) -> None:
        """Make one step to `drawing`; what was undone before cannot be redone any more."""
        self._past.append(self.drawing)
        self._undone.clear()
        self.drawing = drawing

    def undo(self) -> bool:
        """Take one step back; False where there is none."""
        if not self._past:
            return False
        self._undone.append(self.drawing)
        self.drawing = self._past.pop()
        return True

    def redo(self) -> bool:
        """Take an undone step again; False where there is none."""
        if not self._undone:
            return False
        self._past.append(self.drawing)
        self.drawing = self._undone.pop()
        return True
