"""A recipe in scikit-learn, from the digits on disk to the test digits read: its own process.

MLPClassifier has no schedule that falls to zero: its rate is set from outside, ten times an epoch.
"""

import json
import sys
import warnings

import numpy as np
from sklearn.neural_network import MLPClassifier

from core.datasets import load
from core.optimizers import SCHEDULES
from core.spec import NetworkSpec, TrainingSpec

PARTS = 10


def run(network: NetworkSpec, training: TrainingSpec, data: str) -> float:
    """Learn as the recipe says, and return the part of the test digits that is right."""
    digits = load(data).without_validation()
    images, labels = _scaled(digits.training.images), digits.training.labels
    factor = SCHEDULES[training.schedule].factor
    net = MLPClassifier(
        network.hidden,
        solver="sgd",
        alpha=0.0,
        batch_size=training.batch_size,
        learning_rate_init=training.learning_rate * factor(0.0),
        momentum=training.momentum,
        nesterovs_momentum=False,
        random_state=training.seed,
        tol=0.0,
    )
    random = np.random.default_rng(training.seed)
    total = training.epochs * PARTS
    classes = list(range(network.classes))
    for epoch in range(training.epochs):
        for index, chosen in enumerate(np.array_split(random.permutation(len(images)), PARTS)):
            if hasattr(net, "_optimizer"):
                share = (epoch * PARTS + index + 0.5) / total
                net._optimizer.learning_rate = training.learning_rate * factor(share)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                net.partial_fit(images[chosen], labels[chosen], classes=classes)
    return float(np.mean(net.predict(_scaled(digits.test.images)) == digits.test.labels))


def _scaled(images: np.ndarray) -> np.ndarray:
    return np.multiply(images.reshape(len(images), -1), np.float32(1 / 255), dtype=np.float32)


if __name__ == "__main__":
    network_json, training_json, name = json.loads(sys.argv[1])
    right = run(NetworkSpec.from_json(network_json), TrainingSpec.from_json(training_json), name)
    print(json.dumps({"test_accuracy": right}))
