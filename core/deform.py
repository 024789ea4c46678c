"""Deformation of digits: moved, turned, stretched, bent, thickened, veiled, anew in each epoch."""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .activations import Array
from .spec import TrainingSpec

Pixels = NDArray[np.uint8]

# Digits at a time: what one step works on then stays in the processor's cache.
BLOCK = 64
# Smooth waves in each direction that an elastic field is made of; what finer ones add at the
# smallest allowed sigma is below a hundredth of a pixel.
WAVES = 8
# Longest side of an occlusion, as a part of the image.
OCCLUSION = 0.3
# The settings, beside `shift`, of which one that is not zero asks for all this.
STRENGTHS = (
    "rotation",
    "scale",
    "shear",
    "elastic",
    "thickness",
    "softness",
    "contrast",
    "occlusion",
)


def is_deformed(spec: TrainingSpec) -> bool:
    """Whether digits are deformed, and not just moved by whole pixels or left alone."""
    return spec.shift % 1 > 0 or any(getattr(spec, name) for name in STRENGTHS)


class Deformation:
    """Deforms minibatches of images, each image in a way of its own, in one bilinear resampling.

    A pixel of the result is read from where an affine map (rotation, scale in each axis, shear,
    shift) and an elastic field (Simard, Steinkraus & Platt 2003; used afresh each epoch by Cireşan
    et al. 2010) send it. The field is what smoothing white noise with a Gaussian gives, made the
    other way round: from few random numbers, each times one of the smooth waves that survive the
    smoothing. So all places come from one matrix product. Stroke width is changed before, by the
    brightest or darkest neighbour; softness, contrast and occlusions after.

    Parameters
    ----------
    shape : (int, int)
        Height and width of an image.
    spec : TrainingSpec
        Its settings `rotation`, `scale`, `shear`, `shift`, `elastic`, `elastic_sigma`,
        `thickness`, `softness`, `contrast` and `occlusion` are the strengths.
    """

    def __init__(self, shape: tuple[int, int], spec: TrainingSpec) -> None:
        self._spec, self._shape = spec, shape
        height, width = shape
        self._size = height * width
        # Where a pixel lies, in rows, as the matrix product wants it; 0 is where MNIST has its
        # centres of mass.
        y, x = np.mgrid[:height, :width].reshape(2, -1) - np.array([[height / 2], [width / 2]])
        waves = (
            _waves(height, width, spec.elastic_sigma) if spec.elastic else np.empty((0, self._size))
        )
        self._fields = np.vstack((y, x, np.ones_like(x), waves)).astype(np.float32)
        # Two black pixels all round: what is read from farther away is black as well.
        self._stride = width + 4
        self._padded = np.zeros((BLOCK, height + 4, width + 4), np.uint8)
        self._quads = np.zeros((BLOCK, height + 3, width + 4, 4), np.uint8)
        self._starts = np.arange(BLOCK, dtype=np.int32)[:, None] * ((height + 3) * self._stride)

    def __call__(self, pixels: Pixels, random: np.random.Generator) -> Pixels:
        """Deform images.

        Parameters
        ----------
        pixels : ndarray of uint8, shape (n, height * width)
            White ink, 255, on black; left as they are.
        random : Generator
            Where chance comes from.

        Returns
        -------
        ndarray of uint8, shape (n, height * width)
            A new array.
        """
        deformed = np.empty_like(pixels)
        for start in range(0, len(pixels), BLOCK):
            block = slice(start, start + BLOCK)
            self._deform(pixels[block], random, deformed[block])
        return deformed

    def _deform(self, pixels: Pixels, random: np.random.Generator, out: Pixels) -> None:
        count, spec = len(pixels), self._spec
        padded = self._padded[:count]
        padded[:, 2:-2, 2:-2] = pixels.reshape(count, *self._shape)
        if spec.thickness:
            amounts = _uniform(random, spec.thickness, count)
            _change_width(padded[:, 1:-1, 1:-1], amounts)
        ink = self._resampled(padded, self._coefficients(random, count))
        images = ink.reshape(count, *self._shape)
        if spec.softness:
            _soften(images, random.random((count, 1, 1), np.float32) * np.float32(spec.softness))
        if spec.contrast:
            ink *= 1.0 + _uniform(random, spec.contrast, count)[:, None]
        if spec.occlusion:
            _occlude(images, random, spec.occlusion)
        ink += 0.5
        np.minimum(ink, 255.0, out=ink)
        out[:] = ink

    def _coefficients(self, random: np.random.Generator, count: int) -> Array:
        """How much of each field moves the y (first) and the x of each image; (2, count, fields).

        The affine part turns, shears and scales the place that a pixel is read from.
        """
        spec = self._spec
        angle = np.radians(_uniform(random, spec.rotation, count))
        # As likely to be larger by a factor as to be smaller by it.
        tall, wide = np.exp(_uniform(random, math.log1p(spec.scale), (2, count)))
        lean = _uniform(random, spec.shear, count)
        y, x = _uniform(random, spec.shift, (2, count))
        waves = len(self._fields) - 3
        coefficients = np.empty((2, count, 3 + waves), np.float32)
        sine, cosine = np.sin(angle), np.cos(angle)
        coefficients[0, :, 0] = tall * cosine
        coefficients[0, :, 1] = tall * sine
        coefficients[1, :, 0] = wide * (lean * cosine - sine)
        coefficients[1, :, 1] = wide * (lean * sine + cosine)
        coefficients[0, :, 2], coefficients[1, :, 2] = y, x
        if waves:
            # Uniform noise from -1 to 1 has a third of the normal's variance.
            strength = np.float32(spec.elastic / math.sqrt(3.0))
            noise = random.standard_normal((2, count, waves), np.float32)
            np.multiply(noise, strength, out=coefficients[:, :, 3:])
        return coefficients

    def _resampled(self, padded: Pixels, coefficients: Array) -> Array:
        """The images read where the coefficients send each pixel, 0 to 255; (count, pixels)."""
        count = len(padded)
        height, width = self._shape
        places = coefficients.reshape(2 * count, -1) @ self._fields
        y, x = places.reshape(2, count, self._size)
        for place, length in ((y, height), (x, width)):
            place += length / 2 + 2.0
            np.clip(place, 0.0, length + 2.99, out=place)
        # Not negative, so that cutting off is rounding down.
        row, column = y.astype(np.int32), x.astype(np.int32)
        y -= row
        x -= column
        row *= self._stride
        row += column
        row += self._starts[:count]
        # The four neighbours of each place as one number, so that they are fetched at once.
        quads = self._quads[:count]
        quads[..., 0] = padded[:, :-1]
        quads[..., 2] = padded[:, 1:]
        quads[:, :, :-1, 1] = padded[:, :-1, 1:]
        quads[:, :, :-1, 3] = padded[:, 1:, 1:]
        fetched = quads.reshape(-1, 4).view(np.uint32).ravel()[row].view(np.uint8)
        corners = fetched.reshape(count, self._size, 4).astype(np.float32)
        top, bottom = (
            left + x * (right - left)
            for left, right in (
                (corners[..., 0], corners[..., 1]),
                (corners[..., 2], corners[..., 3]),
            )
        )
        bottom -= top
        bottom *= y
        top += bottom
        return top


@lru_cache(maxsize=8)
def _waves(height: int, width: int, sigma: float) -> NDArray[np.float64]:
    """Fields whose sum, each times a standard normal number, is smoothed white noise.

    If G smooths one axis and has the singular values s and the left vectors u, smoothed noise
    G·N·Gᵀ is distributed as the sum of s·u times s·u' times normal numbers, one for each pair.

    Returns
    -------
    ndarray, shape (waves, height * width)
    """
    rows, columns = (_axis_waves(length, sigma) for length in (height, width))
    both: NDArray[np.float64] = np.einsum("iy,jx->ijyx", rows, columns)
    return both.reshape(-1, height * width)


def _axis_waves(length: int, sigma: float) -> NDArray[np.float64]:
    reach = round(4 * sigma)
    from_where = np.arange(-reach, length + reach)
    distance = np.arange(length)[:, None] - from_where
    weights = np.exp(-0.5 * (distance / sigma) ** 2) / (sigma * math.sqrt(2 * math.pi))
    vectors, strengths, _ = np.linalg.svd(weights, full_matrices=False)
    waves = (vectors * strengths).T[:WAVES]
    # What sign a singular vector has is the library's whim.
    signs = np.where(waves.sum(axis=1) + waves[:, 0] < 0, -1.0, 1.0)
    return np.asarray(waves * signs[:, None])


def _uniform(random: np.random.Generator, most: float, shape: int | tuple[int, int]) -> Array:
    """Numbers from -most to most."""
    return (random.random(shape, np.float32) * 2 - 1) * np.float32(most)


def _change_width(images: Pixels, amounts: Array) -> None:
    """Thicken, or thin where it is negative, each image towards its brightest or darkest neighbour.

    An amount of 1 is a pixel on each side. The outermost pixels stay as they are.
    """
    inner = images[:, 1:-1, 1:-1]
    sides = (images[:, :-2, 1:-1], images[:, 2:, 1:-1], images[:, 1:-1, :-2], images[:, 1:-1, 2:])
    changed = inner.astype(np.float32)
    for chosen, extreme in ((amounts > 0, np.maximum), (amounts < 0, np.minimum)):
        own = inner[chosen]
        ends = own.copy()
        for side in sides:
            extreme(ends, side[chosen], out=ends)
        step = ends.astype(np.float32)
        step -= own
        step *= np.abs(amounts[chosen])[:, None, None]
        changed[chosen] += step
    changed += 0.5
    inner[:] = changed


def _soften(images: Array, amounts: Array) -> None:
    """Mix each image with the mean of each pixel's neighbours, in both directions in turn."""
    for axis in (1, 2):
        mean = np.zeros_like(images)
        ahead, behind = [slice(None)] * 3, [slice(None)] * 3
        ahead[axis], behind[axis] = slice(1, None), slice(None, -1)
        mean[tuple(ahead)] += images[tuple(behind)]
        mean[tuple(behind)] += images[tuple(ahead)]
        mean *= 0.5
        mean -= images
        mean *= amounts * 0.5
        images += mean


def _occlude(images: Array, random: np.random.Generator, share: float) -> None:
    """Blacken a small box in that share of the images (DeVries & Taylor 2017)."""
    count, height, width = images.shape
    hidden = random.random(count) < share
    sides = random.integers(1, 1 + round(OCCLUSION * min(height, width)), (count, 2))
    corners = random.random((count, 2))
    for index in np.flatnonzero(hidden):
        (tall, wide), (down, right) = sides[index], corners[index]
        top, left = int(down * (height - tall)), int(right * (width - wide))
        images[index, top : top + tall, left : left + wide] = 0.0
