"""The facts about network and run that stand in the window, in words."""

from core.own_digits import OWN
from zmlp_gui.runs import Run
from zmlp_gui.shelf import Held
from zmlp_gui.words import tr


def of_network(held: Held) -> str:
    """What a network consists of, and what it has learned from."""
    spec, trained_on = held.model.network.spec, held.model.trained_on
    shape = "-".join(str(width) for width in spec.widths)
    words = tr("Network {shape}, {count} weights", shape=shape, count=f"{spec.parameter_count:,}")
    if held.run is not None:
        return f"{of_data(held.run)}     {words}"
    if len(held.model.voices) > 1:
        return tr("Vote of {count} readings     {first}", count=len(held.model.voices), first=words)
    if trained_on.data == OWN:
        words = tr("{words}, taught with your own: {count}", words=words, count=trained_on.digits)
    elif trained_on.data:
        learned = tr(
            "learned from {count} digits of {data}",
            count=f"{trained_on.digits:,}",
            data=trained_on.data,
        )
        words = f"{words}, {learned}"
    return words


def of_data(run: Run) -> str:
    """The digits of a run, and what each part is for."""
    digits = run.pulled.training.digits
    sizes = {
        "name": digits.name,
        "learn": f"{len(digits.training):,}",
        "choose": f"{len(digits.validation):,}",
        "test": f"{len(digits.test):,}",
    }
    if digits.held_back:
        return tr("Data {name}: {learn} to learn, {choose} to choose, {test} to test", **sizes)
    return tr("Data {name}: {learn} to learn, {test} to test", **sizes)


def of_answer(held: Held) -> str:
    """Why the answer moves while nobody draws; empty where it does not."""
    if held.run is None or not held.run.learning:
        return ""
    return tr("Read again at every step of the run:\nthe bars move while the network learns.")


def of_preparation(held: Held) -> str:
    """How a drawing becomes the image that the network sees."""
    height, width = held.model.network.spec.inputs
    size = tr("{height} × {width} pixels", height=height, width=width)
    if held.model.preparation == "none":
        return tr("{size}: the drawing as it stands", size=size)
    return tr("{size}: scaled to 20, centred on its mass", size=size)


def threads(run: Run) -> str:
    """How many processor cores compute."""
    count = run.pulled.threads
    return tr("1 thread") if count == 1 else tr("{count} threads", count=count)
