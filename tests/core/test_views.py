"""Views: small changes of an image, each one bilinear resampling."""

from typing import Any

import numpy as np
import pytest

from core.digits import Digits
from core.views import View, resampling, seen

SHAPE = (28, 28)


def moved(image: np.ndarray, **values: float) -> np.ndarray:
    return seen(image[np.newaxis], resampling(View(**values), SHAPE)).reshape(SHAPE)


def dot(row: int, column: int) -> np.ndarray:
    image = np.zeros(SHAPE, np.uint8)
    image[row, column] = 255
    return image


def centre(image: np.ndarray) -> tuple[float, float]:
    rows, columns = np.mgrid[:28, :28]
    return float((rows * image).sum() / image.sum()), float((columns * image).sum() / image.sum())


def test_the_view_that_changes_nothing_needs_no_matrix(digits: Digits) -> None:
    assert resampling(View(), SHAPE) is None
    assert seen(digits.test.images, None) is digits.test.images


def test_whole_pixels_are_moved_exactly(digits: Digits) -> None:
    image = digits.test.images[0]
    expected = np.zeros(SHAPE, np.float32)
    expected[2:, :-1] = image[:-2, 1:] / np.float32(255)
    np.testing.assert_allclose(moved(image, down=2, right=-1), expected, atol=1e-6)


def test_half_a_pixel_shares_the_ink_between_two() -> None:
    image = moved(dot(10, 10), right=0.5)
    np.testing.assert_allclose(image[10, 9:13], [0, 0.5, 0.5, 0], atol=1e-6)


@pytest.mark.parametrize(
    ("values", "start", "end"),
    [
        # Clockwise: what is above the middle goes to the right of it.
        ({"turn": 45.0}, (4, 14), (14 - 10 * 2**-0.5, 14 + 10 * 2**-0.5)),
        ({"width": 1.5}, (14, 18), (14, 20)),
        ({"height": 0.5}, (6, 14), (10, 14)),
        # To the right above the middle, to the left below.
        ({"slant": 0.5}, (6, 14), (6, 18)),
        ({"slant": 0.5}, (20, 14), (20, 11)),
        ({"slant": 0.5, "width": 2.0, "down": 3.0}, (10, 13), (13, 16)),
    ],
)
def test_ink_goes_where_the_words_say(
    values: dict[str, float], start: tuple[int, int], end: tuple[float, float]
) -> None:
    np.testing.assert_allclose(centre(moved(dot(*start), **values)), end, atol=0.35)


def test_a_digit_keeps_its_ink_and_its_range(digits: Digits) -> None:
    images = digits.test.images[:50]
    turned = seen(images, resampling(View(turn=10.0), SHAPE))
    assert turned.dtype == np.float32
    assert turned.min() >= 0.0
    assert turned.max() <= 1.0 + 1e-5
    np.testing.assert_allclose(turned.sum(), images.sum() / 255, rtol=0.01)


def test_images_may_have_other_sides_than_28() -> None:
    matrix = resampling(View(right=1), (2, 3))
    np.testing.assert_allclose(
        seen(np.array([[[51, 102, 153], [0, 255, 0]]], np.uint8), matrix),
        [[0, 0.2, 0.4, 0, 0, 1]],
        atol=1e-6,
    )


def test_json_says_only_what_differs_and_comes_back() -> None:
    view = View(turn=-4.0, down=0.5)
    assert view.to_json() == {"turn": -4.0, "down": 0.5}
    assert View.from_json(view.to_json()) == view
    assert View.from_json({}) == View()


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {"twist": 1},
        {"turn": "4"},
        {"turn": True},
        {"turn": float("nan")},
        {"turn": 46},
        {"width": 0.4},
        {"height": 2.1},
        {"slant": -2},
        {"right": 5},
        {"down": float("-inf")},
    ],
)
def test_what_is_no_view_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="a view"):
        View.from_json(value)
