"""Named experiments: the journal's networks, and the ones that came after."""

from dataclasses import dataclass

from .spec import NetworkSpec, TrainingSpec


@dataclass(frozen=True)
class Recipe:
    """A network and its training under one name.

    Attributes
    ----------
    name, title : str
        Its name on the command line and on the screen.
    help : str
        One plain sentence.
    network, training : NetworkSpec, TrainingSpec
        What it consists of.
    """

    name: str
    title: str
    help: str
    network: NetworkSpec
    training: TrainingSpec


# The journal's own algorithm: one digit at a time, the last weights kept, the curve on the test
# part.
_JOURNAL = TrainingSpec(
    optimizer="sgd", learning_rate=0.1, batch_size=1, epochs=5, validation=False
)
_SEED_NET = NetworkSpec(
    hidden=(200,), activation="sigmoid", bias=False, loss="squared-error", initializer="lecun"
)

# Deformations as Cireşan et al. 2010 had them, somewhat weaker, with strokes of more widths.
_CHAMPION = TrainingSpec(
    optimizer="adamw",
    learning_rate=1e-3,
    weight_decay=0.01,
    schedule="warm-cosine",
    batch_size=256,
    epochs=260,
    dropout=0.1,
    label_smoothing=0.02,
    average=0.999,
    shift=0.7,
    rotation=12.5,
    scale=0.14,
    shear=0.15,
    elastic=36.0,
    thickness=0.25,
    exclude="mnist-5k",
    seed=1,
)

_ALL = (
    Recipe(
        "fast",
        "Fast",
        "A small ReLU network that reads well after a few seconds",
        NetworkSpec(hidden=(256,)),
        TrainingSpec(learning_rate=0.1, batch_size=64, epochs=15, shift=1, schedule="cosine"),
    ),
    Recipe(
        "journal-sigmoid",
        "Journal 1: sigmoid",
        "The first network: sigmoids without biases, one digit at a time",
        _SEED_NET,
        _JOURNAL,
    ),
    Recipe(
        "journal-bias",
        "Journal 2: biases",
        "The first network with biases",
        _SEED_NET.replace(bias=True),
        _JOURNAL,
    ),
    Recipe(
        "journal-relu",
        "Journal 3: naive ReLU",
        "ReLU put in the sigmoid's place and nothing else changed: in the journal it got worse",
        _SEED_NET.replace(bias=True, activation="relu"),
        _JOURNAL,
    ),
    Recipe(
        "journal-minibatch",
        "Journal 4: minibatches",
        "ReLU done right: minibatches, softmax and first weights that suit it",
        NetworkSpec(hidden=(200,)),
        _JOURNAL.replace(batch_size=32),
    ),
    Recipe(
        "journal-deep",
        "Journal 5: deep",
        "Three hidden layers, momentum, and a learning rate that falls",
        NetworkSpec(hidden=(512, 256, 128)),
        _JOURNAL.replace(
            optimizer="momentum", learning_rate=0.05, batch_size=64, epochs=10, schedule="cosine"
        ),
    ),
    Recipe(
        "bundled",
        "Bundled",
        "The network that comes with zmlp, from the digits that no test of ours holds",
        NetworkSpec(hidden=(400, 200)),
        TrainingSpec(
            batch_size=64, epochs=60, shift=2, schedule="cosine", exclude="mnist-5k", seed=1
        ),
    ),
    Recipe(
        "champion",
        "Champion",
        "The best reader of MNIST: every digit deformed anew in every epoch, for two hours",
        NetworkSpec(hidden=(1500, 1000, 500), batch_norm=True),
        _CHAMPION,
    ),
    Recipe(
        "champion-quick",
        "Champion, quick",
        "The champion's ways for a few minutes, with a third of its weights",
        NetworkSpec(hidden=(1000, 500), batch_norm=True),
        _CHAMPION.replace(epochs=40),
    ),
    Recipe(
        "hand",
        "Hand",
        "The champion's ways with people's ink and variants of it: --data mnist+INK+VARIED",
        NetworkSpec(hidden=(1500, 1000, 500), batch_norm=True),
        _CHAMPION.replace(epochs=90, rotation=15.0, thickness=0.4, seed=11),
    ),
)
RECIPES = {recipe.name: recipe for recipe in _ALL}
DEFAULT_RECIPE = "fast"
