"""The five stations of the journal's story: their words, and the figures that belong to them."""

from dataclasses import dataclass

from zmlp_gui.words import tr


@dataclass(frozen=True)
class Station:
    """One network of the journal.

    Attributes
    ----------
    recipe : str
        Name of the recipe that trains it.
    title : str
        What is new about it.
    formula : str
        What a neuron or a step computes.
    paragraph : str
        What changes, why it matters, and what to look at.
    reported : str
        What the journal wrote down, in percent; `–` where it left a wish.
    measured : str
        Percent of MNIST's 10,000 test digits, mean of three seeds: `python -m tests.benchmarks
        journal` prints it.
    """

    recipe: str
    title: str
    formula: str
    paragraph: str
    reported: str
    measured: str


def stations() -> tuple[Station, ...]:
    """All stations in the journal's order, in the user's language."""
    return (_without_bias(), _with_bias(), _naive_relu(), _minibatches(), _deep())


def _without_bias() -> Station:
    return Station(
        "journal-sigmoid",
        tr("without bias"),
        "a = σ(Wx)",
        tr(
            "Two hundred neurons look at the 784 pixels. Each weighs them, adds them up, and "
            "squeezes the sum through a sigmoid to something between 0 and 1; ten more neurons "
            "read those and answer. There is no bias: on an empty sheet every sum is zero and "
            "every neuron undecided. The network sees one digit, corrects itself a little, and "
            "takes the next. Here the journal began. Watch the curve leap in the first epoch, "
            "then crawl."
        ),
        "94.5",
        "97.1",
    )


def _with_bias() -> Station:
    return Station(
        "journal-bias",
        tr("with bias"),
        "a = σ(Wx + b)",
        tr(
            "Now each neuron adds a number of its own to its sum: the bias, which moves the point "
            "where it wakes. Without one, that point is tied to the empty sheet; with one, it may "
            "lie anywhere. It costs 210 numbers beside 158,800 weights. The journal gained .4 "
            "points. Here both networks start from the same weights, and their curves lie almost "
            "on one another: look for a place where they part. A sound idea need not show in a "
            "figure."
        ),
        "94.9",
        "97.1",
    )


def _naive_relu() -> Station:
    return Station(
        "journal-relu",
        tr("naive ReLU"),
        "a = max(0, z)",
        tr(
            "A sigmoid flattens at both ends, and where it is flat a neuron hardly learns. ReLU "
            "is flat on one side only. The journal put it in the sigmoid's place, changed nothing "
            "else, and fell to about 90 %. Here it does not fall: the curve starts steeper. "
            "Perhaps it was the first weights. Drawn evenly from −½ to ½, which the sigmoid "
            "forgives (92 to 93 % on mnist-5k), ReLU ends between 61 and 68 %."
        ),
        tr("about 90"),
        "97.6",
    )


def _minibatches() -> Station:
    return Station(
        "journal-minibatch",
        tr("minibatches"),
        "w ← w − η · mean(∇)",
        tr(
            "One digit is a nervous guide: the step that suits it may spoil the others. A "
            "minibatch asks 32 digits and takes the mean of their advice. With it come outputs "
            "that share 100 %, and first weights that suit ReLU. An epoch has 32 times fewer "
            "steps now, so the curve need not end higher; but each step is a few large matrix "
            "products, which a processor does best. Look at the seconds when the run is over."
        ),
        "–",
        "97.7",
    )


def _deep() -> Station:
    return Station(
        "journal-deep",
        tr("deep"),
        "784–512–256–128–10",
        tr(
            "Three hidden layers, each reading the one before; momentum, which gathers speed "
            "where the steps agree; a learning rate that falls to nothing, so that the last steps "
            "only settle. Why each step? The bias frees a neuron's threshold, ReLU lets "
            "corrections through undamped, the minibatch steadies them and fills the processor, "
            "depth combines what the layers before have found. Where a figure hardly moved, that "
            "too is a finding: below are yours, ours and the journal's."
        ),
        "–",
        "98.5",
    )
