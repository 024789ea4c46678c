"""What happened in a run: numbers that are only appended, so that others may read meanwhile."""

from array import array

from .events import BatchDone, Evaluated, Event


class History:
    """The numbers of a run, one entry for each minibatch and each evaluation.

    One thread appends while others read: a slice up to a length that was read before is whole.

    Attributes
    ----------
    losses, accuracies : array of float
        Each minibatch's own mean loss and accuracy (0–1), before its step.
    seconds : array of float
        Seconds of training behind each minibatch, pauses not counted.
    evaluations : list of Evaluated
        On the validation part, or the test part where there is none.
    """

    def __init__(self) -> None:
        self.losses = array("d")
        self.accuracies = array("d")
        self.seconds = array("d")
        self.evaluations: list[Evaluated] = []

    def __len__(self) -> int:
        """Number of minibatches whose numbers are all here."""
        return len(self.accuracies)

    def append(self, event: Event) -> None:
        """Take in an event; those without numbers of their own are passed over."""
        match event:
            case BatchDone():
                # Of several at a time their means are known: each gets those.
                for numbers, value in (
                    (self.losses, event.loss),
                    (self.seconds, event.seconds),
                    (self.accuracies, event.accuracy),
                ):
                    numbers.extend((value,) * event.minibatches)
            case Evaluated():
                self.evaluations.append(event)
