"""Deformation keeps digits readable, is the same for a seed, and does what its settings say."""

import numpy as np
import pytest

from core.deform import STRENGTHS, Deformation, is_deformed
from core.digits import Digits, Part
from core.errors import SpecError
from core.minibatches import Minibatches, as_learned
from core.network import Network
from core.spec import NetworkSpec, TrainingSpec
from core.threads import use_threads
from core.training import Training

ALL = TrainingSpec(
    rotation=12.5,
    scale=0.14,
    shear=0.15,
    shift=0.7,
    elastic=36.0,
    thickness=0.5,
    softness=0.5,
    contrast=0.3,
    occlusion=0.2,
)
SIDE = 28


def deformed(pixels, seed=0, **values):
    spec = TrainingSpec(**values)
    return Deformation((SIDE, SIDE), spec)(pixels, np.random.default_rng(seed))


def centre(images):
    """Centre of mass of each image, (n, 2): y and x."""
    images = images.reshape(-1, SIDE, SIDE).astype(float)
    places = np.arange(SIDE)
    mass = images.sum(axis=(1, 2))
    return np.stack(
        [
            (images.sum(axis=2) * places).sum(axis=1) / mass,
            (images.sum(axis=1) * places).sum(axis=1) / mass,
        ],
        axis=1,
    )


@pytest.fixture(scope="module")
def pixels(digits):
    return digits.training.images[:200].reshape(200, -1)


def test_without_strength_nothing_changes_to_the_bit(pixels) -> None:
    assert np.array_equal(deformed(pixels), pixels)
    assert not is_deformed(TrainingSpec(shift=2))
    assert not is_deformed(TrainingSpec(elastic_sigma=4.0))


@pytest.mark.parametrize("name", [*STRENGTHS, "shift"])
def test_each_strength_alone_deforms_and_leaves_the_originals_alone(pixels, name) -> None:
    before = pixels.copy()
    strength = {"rotation": 20.0, "elastic": 36.0, "shift": 1.5}.get(name, 0.5)
    assert is_deformed(TrainingSpec(**{name: strength}))
    after = deformed(pixels, **{name: strength})
    assert (after != pixels).any(axis=1).mean() > 0.3
    assert np.array_equal(pixels, before)


def test_the_same_seed_gives_the_same_digits_and_another_one_others(pixels) -> None:
    deformation = Deformation((SIDE, SIDE), ALL)
    one, same, other = (deformation(pixels, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_a_minibatch_longer_than_a_block_is_deformed_digit_by_digit(pixels) -> None:
    twins = np.repeat(pixels[:1], 150, axis=0)
    after = deformed(twins, elastic=36.0)
    assert len(np.unique(after, axis=0)) == 150


def test_what_was_deformed_before_leaves_no_trace(pixels) -> None:
    deformation = Deformation((SIDE, SIDE), ALL)
    deformation(255 - pixels, np.random.default_rng(0))
    for some in (pixels[:5], pixels[:100], pixels):
        fresh = Deformation((SIDE, SIDE), ALL)(some, np.random.default_rng(1))
        assert np.array_equal(deformation(some, np.random.default_rng(1)), fresh)


def test_shift_moves_the_ink_by_up_to_so_many_pixels(pixels) -> None:
    moved = centre(deformed(pixels, shift=1.5)) - centre(pixels)
    assert 1.2 < np.abs(moved).max() < 1.55
    assert np.abs(moved.mean(axis=0)).max() < 0.3


def test_scale_changes_each_axis_for_itself() -> None:
    box = np.zeros((1, SIDE, SIDE), np.uint8)
    box[:, 8:20, 8:20] = 255
    many = deformed(np.repeat(box.reshape(1, -1), 300, axis=0), scale=0.25) / 255.0
    images = many.reshape(-1, SIDE, SIDE)
    # The cross-section through the middle is as long as the box.
    heights, widths = images[:, :, 14].sum(axis=1), images[:, 14].sum(axis=1)
    for lengths in (heights, widths):
        assert 12 / 1.26 < lengths.min() < 10.2
        assert 14.5 < lengths.max() < 12 * 1.26
    assert abs(np.corrcoef(heights, widths)[0, 1]) < 0.2


def test_rotation_turns_both_ways_about_the_centre_of_mass() -> None:
    bar = np.zeros((1, SIDE, SIDE), np.uint8)
    bar[:, 13:16, 4:25] = 255
    turned = deformed(np.repeat(bar.reshape(1, -1), 300, axis=0), rotation=30.0)
    y, x = np.mgrid[:SIDE, :SIDE] - 14
    images = turned.reshape(-1, SIDE, SIDE) / 255.0
    mixed, spread = (images * x * y).sum(axis=(1, 2)), (images * (x * x - y * y)).sum(axis=(1, 2))
    angles = np.degrees(0.5 * np.arctan2(2 * mixed, spread))
    assert 27 < angles.max() < 31
    assert -31 < angles.min() < -27
    assert np.abs(centre(turned) - 14).max() < 0.1


def test_thickness_adds_and_takes_ink_about_as_often(pixels) -> None:
    twins = np.repeat(pixels[:1], 400, axis=0)
    ink = deformed(twins, thickness=0.5).sum(axis=1) / pixels[0].sum()
    assert 0.4 < (ink > 1).mean() < 0.6
    assert ink.max() > 1.15
    assert ink.min() < 0.85


def test_softness_keeps_the_ink_and_lowers_the_peaks() -> None:
    line = np.zeros((1, SIDE, SIDE), np.uint8)
    line[:, 5:23, 14] = 255
    soft = deformed(np.repeat(line.reshape(1, -1), 100, axis=0), softness=1.0)
    assert np.abs(soft.sum(axis=1, dtype=float) / line.sum() - 1).max() < 0.01
    assert soft.max(axis=1).min() < 150


def test_occlusion_hides_a_box_in_that_share(pixels) -> None:
    white = np.full((1000, SIDE * SIDE), 255, np.uint8)
    hidden = (deformed(white, occlusion=0.3) == 0).sum(axis=1)
    assert 0.25 < (hidden > 0).mean() < 0.35
    assert hidden.max() <= 8 * 8


def test_an_elastic_field_is_as_large_and_as_smooth_as_smoothed_noise() -> None:
    """Against the field as Simard made it: noise from -1 to 1, smoothed, times alpha."""
    random = np.random.default_rng(3)
    alpha, sigma = 34.0, 4.0
    deformation = Deformation((SIDE, SIDE), TrainingSpec(elastic=alpha, elastic_sigma=sigma))
    few = deformation._coefficients(random, 2000)[0, :, 3:] @ deformation._fields[3:]
    few = few.reshape(-1, SIDE, SIDE)
    reach = np.arange(-16, SIDE + 16)
    smooth = np.exp(-0.5 * ((np.arange(SIDE)[:, None] - reach) / sigma) ** 2)
    smooth /= sigma * np.sqrt(2 * np.pi)
    noise = random.uniform(-1, 1, (2000, len(reach), len(reach)))
    made = alpha * (smooth @ noise @ smooth.T)
    for steps in (0, 3, 6, 9):
        product = [(each[:, :, : SIDE - steps] * each[:, :, steps:]).mean() for each in (few, made)]
        assert product[0] == pytest.approx(product[1], rel=0.06, abs=0.05)


def test_ink_that_leaves_the_image_does_not_come_back_on_the_other_side() -> None:
    edge = np.zeros((1, SIDE, SIDE), np.uint8)
    edge[:, :, :3] = 255
    moved = deformed(np.repeat(edge.reshape(1, -1), 200, axis=0), shift=8.0)
    assert not moved.reshape(-1, SIDE, SIDE)[:, :, 14:].any()


def test_images_need_not_be_square() -> None:
    wide = np.zeros((5, 10 * 30), np.uint8)
    wide.reshape(5, 10, 30)[:, 4:6, 5:25] = 200
    after = Deformation((10, 30), ALL)(wide, np.random.default_rng(0))
    assert after.shape == wide.shape
    assert after.any(axis=1).all()


@pytest.mark.parametrize("size", [1, 7, 64])
def test_a_minibatch_depends_on_its_step_alone(digits, size) -> None:
    spec = ALL.replace(batch_size=size, seed=5)
    part = digits.training
    one, other = Minibatches(part, spec), Minibatches(part, spec)
    several, _ = one.pixels(3, 3)
    for step in (5, 3, 4):
        alone, _ = other.pixels(step, 1)
        place = slice((step - 3) * size, (step - 2) * size)
        assert np.array_equal(alone, several[place])


def test_deformed_digits_teach_what_the_others_look_like(digits) -> None:
    use_threads(1)
    network = Network(NetworkSpec(hidden=(64,))).initialize(0)
    spec = TrainingSpec(epochs=6, learning_rate=0.05, rotation=10.0, scale=0.1, elastic=30.0)
    *_, finished = Training(network, digits, spec)
    assert finished.test_accuracy > 0.9


def test_images_of_other_numbers_are_refused_in_a_sentence(digits) -> None:
    def floating(part):
        return Part(part.images / np.float32(255), part.labels)

    floats = Digits(
        "floats", floating(digits.learning), floating(digits.test), 400, digits.class_names
    )
    with pytest.raises(SpecError, match="whole numbers from 0 to 255"):
        Training(Network(NetworkSpec(hidden=(8,))).initialize(0), floats, ALL)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("rotation", 91.0, "Rotation cannot be “91.0”: numbers from 0 to 90."),
        ("elastic", -1.0, "Elastic cannot be “-1.0”: numbers from 0 to 100."),
        ("occlusion", float("nan"), "Occlusion cannot be “nan”"),
    ],
)
def test_a_strength_out_of_range_is_refused_in_a_sentence(name, value, words) -> None:
    with pytest.raises(SpecError, match=words.replace(".", r"\.")):
        TrainingSpec(**{name: value})


@pytest.mark.parametrize("spec", [ALL, TrainingSpec(shift=2), TrainingSpec()])
def test_a_few_images_are_shown_in_their_order_as_a_training_would_have_them(digits, spec) -> None:
    images = digits.training.images[:8]
    for draw in (0, 3):
        shown = as_learned(images, spec, draw)
        batches = Minibatches(Part(images, np.arange(8)), spec.replace(batch_size=8))
        learned, order = batches.pixels(draw, 1)
        assert np.array_equal(shown[order], learned.reshape(8, SIDE, SIDE))
    assert np.array_equal(as_learned(images, TrainingSpec(), 5), images)
