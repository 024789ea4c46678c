"""Deformation of digits: moved, turned, stretched, bent, thickened, veiled, anew in each epoch."""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .activations import Array
from .ink_changes import change_width, occlude, soften
from .resample import MARGIN, Pixels, Resampler
from .setting import settings
from .spec import TrainingSpec

# Digits at a time: bounds the memory, and is the order in which random numbers are drawn.
BLOCK = 64
# Smooth waves in each direction that an elastic field is made of; what finer ones add at the
# smallest allowed sigma is below a hundredth of a pixel.
WAVES = 8
# The settings, beside `shift`, of which one that is not zero asks for all this.
STRENGTHS = tuple(
    each.name
    for each in settings(TrainingSpec)
    if each.strength and not each.low and each.name != "shift"
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
        # Where a pixel lies, in rows, as the matrix product wants it; 0 is where MNIST has its
        # centres of mass.
        y, x = np.mgrid[:height, :width].reshape(2, -1) - np.array([[height / 2], [width / 2]])
        none = np.empty((0, height * width))
        waves = _waves(height, width, spec.elastic_sigma) if spec.elastic else none
        self._fields = np.vstack((y, x, np.ones_like(x), waves)).astype(np.float32)
        self._resampler = Resampler(shape, 0)

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
        if len(self._resampler) < count:
            self._resampler = Resampler(self._shape, count)
        resampler = self._resampler
        resampler.padded[:count, MARGIN:-MARGIN, MARGIN:-MARGIN] = pixels.reshape(-1, *self._shape)
        if spec.thickness:
            amounts = _uniform(random, spec.thickness, count)
            change_width(resampler.padded[:count], amounts)
        coefficients = self._coefficients(random, count).reshape(2 * count, -1)
        np.matmul(coefficients, self._fields, out=resampler.places[: 2 * count])
        ink = resampler.read(count)
        images = ink.reshape(count, *self._shape)
        if spec.softness:
            soften(images, random.random((count, 1, 1), np.float32) * np.float32(spec.softness))
        if spec.contrast:
            ink *= 1.0 + _uniform(random, spec.contrast, count)[:, None]
        if spec.occlusion:
            occlude(images, random, spec.occlusion)
        ink += 0.5
        np.clip(ink, 0.0, 255.0, out=ink)
        np.copyto(out, ink, casting="unsafe")

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
