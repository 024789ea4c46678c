"""Minibatches: each digit once an epoch, moved by whole pixels, scaled exactly."""

import numpy as np
import pytest

from core.digits import Digits, Part
from core.minibatches import Minibatches
from core.network import Network, Workspace
from core.spec import NetworkSpec, TrainingSpec

every_bias = pytest.mark.parametrize("bias", [True, False])


def numbered(count: int) -> Part:
    """Images of which each tells its own number."""
    images = np.zeros((count, 4, 5), np.uint8)
    images[:, 2, 2] = np.arange(count)
    return Part(images, (np.arange(count) % 10).astype(np.uint8))


def work_for(part: Part, rows: int, bias: bool = True) -> Workspace:
    height, width = part.images.shape[1:]
    return Workspace(Network(NetworkSpec((3,), inputs=(height, width), bias=bias)), rows)


def moved(image: np.ndarray, down: int, right: int) -> np.ndarray:
    """The image moved without a turn round the edge, in plain loops."""
    height, width = image.shape
    result = np.zeros_like(image)
    for y in range(height):
        for x in range(width):
            if 0 <= y - down < height and 0 <= x - right < width:
                result[y, x] = image[y - down, x - right]
    return result


def seen(minibatches: Minibatches, part: Part, epoch: int) -> list[int]:
    """Numbers of the digits of an epoch, in order."""
    numbers = []
    for step in range(epoch * minibatches.per_epoch, (epoch + 1) * minibatches.per_epoch):
        work = work_for(part, minibatches.rows(step))
        labels = minibatches.load(step, work)
        read = np.rint(work.inputs.max(axis=1) * 255).astype(int)
        assert np.array_equal(labels, part.labels[read]), "labels stay with their images"
        numbers += read.tolist()
    return numbers


@pytest.mark.parametrize(
    ("size", "per_epoch", "last"), [(1, 23, 1), (5, 5, 3), (23, 1, 23), (100, 1, 23)]
)
@pytest.mark.parametrize("shift", [0, 1])
def test_every_digit_comes_once_an_epoch(size: int, per_epoch: int, last: int, shift: int) -> None:
    part = numbered(23)
    minibatches = Minibatches(part, TrainingSpec(batch_size=size, shift=shift))
    assert minibatches.per_epoch == per_epoch
    assert [minibatches.rows(step) for step in (per_epoch - 1, 2 * per_epoch - 1)] == [last, last]
    first, second = seen(minibatches, part, 0), seen(minibatches, part, 1)
    assert sorted(first) == sorted(second) == list(range(23))
    assert first != second
    assert first != list(range(23))


def test_what_is_in_a_minibatch_depends_on_its_step_alone(few: Digits) -> None:
    """So a checkpoint, work done ahead and nets side by side all see the same."""
    spec = TrainingSpec(batch_size=8, shift=2, seed=3)
    there, back = (Minibatches(few.training, spec) for _ in range(2))
    work = work_for(few.training, 8)
    steps = [0, 3, 9, 14, 2]
    loads = {}
    for step in steps:
        labels = there.load(step, work)
        loads[step] = labels, work.inputs.copy()
    for step in reversed(steps):
        labels = back.load(step, work)
        assert np.array_equal(labels, loads[step][0])
        assert np.array_equal(work.inputs, loads[step][1])


def test_another_seed_has_another_order_and_other_moves() -> None:
    part = numbered(50)
    orders = [seen(Minibatches(part, TrainingSpec(seed=seed)), part, 0) for seed in (0, 1)]
    assert orders[0] != orders[1]


@every_bias
@pytest.mark.parametrize("rows", [1, 4])
def test_pixels_are_scaled_to_0_to_1_into_the_inputs(digits: Digits, bias: bool, rows: int) -> None:
    """With a bias the inputs are columns of a wider array."""
    work = work_for(digits.training, rows, bias)
    work.load(digits.training.images[:rows])
    exact = digits.training.images[:rows].reshape(rows, 784) / 255
    np.testing.assert_allclose(work.inputs, exact, rtol=2e-7)
    assert work.inputs.max() == 1.0
    assert work.inputs.min() == 0.0
    if bias:
        assert (work.sources[0][:, -1] == 1).all()


@every_bias
@pytest.mark.parametrize("shift", [1, 2, 3])
def test_random_shift_moves_whole_pixels_and_never_round_the_edge(
    random: np.random.Generator, shift: int, bias: bool
) -> None:
    """Noise up to the edges: what came in again on the other side would be found."""
    images = random.integers(1, 256, (40, 6, 7), dtype=np.uint8)
    part = Part(images, np.zeros(40, np.uint8))
    minibatches = Minibatches(part, TrainingSpec(batch_size=16, shift=shift))
    way = range(-shift, shift + 1)
    place = {
        moved(image, down, right).tobytes(): (number, down, right)
        for number, image in enumerate(images)
        for down in way
        for right in way
    }
    found = []
    for step in range(3 * minibatches.per_epoch):
        work = work_for(part, minibatches.rows(step), bias)
        minibatches.load(step, work)
        for row in work.inputs:
            pixels = np.rint(row * 255).astype(np.uint8)
            number, down, right = place[pixels.tobytes()]
            found.append((number, down, right))
            expected = moved(images[number], down, right).ravel()
            assert np.array_equal(row, expected.astype(np.float32) * np.float32(1 / 255))
    assert sorted(number for number, _, _ in found) == sorted([*range(40)] * 3)
    for axis in (1, 2):
        assert {each[axis] for each in found} == set(way), "every distance comes up"


def test_a_digit_is_moved_anew_each_epoch(few: Digits) -> None:
    part = Part(few.training.images[:1], few.training.labels[:1])
    minibatches = Minibatches(part, TrainingSpec(shift=2))
    work = work_for(part, 1)
    views = set()
    for step in range(20):
        minibatches.load(step, work)
        views.add(work.inputs.tobytes())
    assert len(views) > 10
