"""The same digits come in as IDX, npz, CSV and pictures, and train to the same bits."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.digits import Digits, Part
from core.idx import write_idx
from core.runs import prepare
from core.spec import NetworkSpec, TrainingSpec


def write_csv(path: Path, part: Part, header: bool = True) -> None:
    pixels = part.images.reshape(len(part), -1)
    height, width = part.images.shape[1:]
    names = ",".join(["label", *(f"{y}x{x}" for y in range(height) for x in range(width))])
    rows = np.column_stack([part.labels, pixels])
    np.savetxt(path, rows, "%d", ",", header=names if header else "", comments="")


def write_pictures(folder: Path, part: Part) -> None:
    for label in range(10):
        (folder / str(label)).mkdir(parents=True)
    for number, (image, label) in enumerate(zip(part.images, part.labels, strict=True)):
        Image.fromarray(image).save(folder / str(label) / f"{number}.png", compress_level=1)


@pytest.fixture(scope="module")
def folder(digits: Digits, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded digits in each format."""
    folder = tmp_path_factory.mktemp("mnist")
    (folder / "idx").mkdir()
    for name, part in ("train", digits.learning), ("t10k", digits.test):
        write_idx(folder / "idx" / f"{name}-images-idx3-ubyte", part.images)
        write_idx(folder / "idx" / f"{name}-labels-idx1-ubyte.gz", part.labels)
    learning, test = digits.learning, digits.test
    np.savez_compressed(
        folder / "mnist.npz",
        x_train=learning.images,
        y_train=learning.labels,
        x_test=test.images,
        y_test=test.labels,
    )
    (folder / "csv").mkdir()
    write_csv(folder / "csv" / "mnist_train.csv", learning)
    write_csv(folder / "csv" / "mnist_test.csv.gz", test, header=False)
    write_pictures(folder / "pictures" / "train", learning)
    write_pictures(folder / "pictures" / "test", test)
    return folder


def trained(data: str) -> bytes:
    """The weights after an epoch, as bytes."""
    training = prepare(NetworkSpec(hidden=(16,)), TrainingSpec(epochs=1, batch_size=64), data)
    for _ in training:
        pass
    return training.network.values.tobytes()


@pytest.mark.parametrize("name", ["idx", "mnist.npz", "csv", "csv/mnist_train.csv", "pictures"])
def test_the_same_digits_train_to_the_same_bits(folder: Path, name: str) -> None:
    assert trained(str(folder / name)) == trained("mnist-5k")
