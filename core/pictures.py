"""Pictures of a digit: files of the usual kinds, as grey values under a drawing."""

import os
import warnings
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from .drawing import Drawing
from .errors import DrawingError
from .files import display

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 100_000_000
LONGEST_SIDE = 1024
ORIENTATION = 0x0112  # The EXIF tag; from 5 on the sides are exchanged.
# Pillow knows more kinds, and runs other programs to read some of them.
KINDS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM", "ICO", "TGA", "PCX", "JPEG2000")


def read_picture(path: str | os.PathLike[str]) -> Drawing:
    """A picture file as a drawing without strokes.

    The picture is turned upright as its EXIF data say, made grey, laid on paper where it is
    transparent, and reduced to at most 1,024 pixels a side. Of several frames it is the first.

    Parameters
    ----------
    path : path-like
        PNG, JPEG, BMP, GIF, TIFF, WebP, PPM, ICO, TGA, PCX or JPEG 2000.

    Raises
    ------
    DrawingError
        The file is missing, no picture, damaged, or larger than 100 megapixels.
    """
    try:
        with open(path, "rb") as file:
            picture = _decode(file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise DrawingError(f"{display(path)} could not be read: {reason}.") from error
    except DrawingError as error:
        raise DrawingError(f"{display(path)} {error}.") from error
    return _drawing(picture)


def picture_size(path: str | os.PathLike[str]) -> tuple[int, int]:
    """Height and width that `read_picture` gives a picture, before it is reduced.

    Raises
    ------
    DrawingError
        As `read_picture`, save for damage further on in the file.
    """
    from PIL import Image, UnidentifiedImageError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(path, formats=KINDS) as image:
                width, height = image.size
                turned = image.getexif().get(ORIENTATION, 1) >= 5
        except (UnidentifiedImageError, Image.DecompressionBombError, OSError) as error:
            reason = getattr(error, "strerror", None) or "it is no picture, or far too large"
            raise DrawingError(f"{display(path)} could not be read: {reason}.") from error
        except Exception as error:
            raise DrawingError(f"{display(path)} is damaged: copy or save it again.") from error
    return (width, height) if turned else (height, width)


def decode_picture(data: bytes) -> Drawing:
    """The bytes of a picture file as a drawing without strokes; see `read_picture`.

    Raises
    ------
    DrawingError
        They are no picture, damaged, or larger than 100 megapixels.
    """
    try:
        return _drawing(_decode(BytesIO(data)))
    except DrawingError as error:
        raise DrawingError(f"What should be a picture {error}.") from error


def encode_png(picture: NDArray[np.uint8]) -> bytes:
    """Grey values (h, w) as the bytes of a PNG file."""
    from PIL import Image

    data = BytesIO()
    Image.fromarray(picture).save(data, "PNG")
    return data.getvalue()


def _drawing(picture: NDArray[np.uint8]) -> Drawing:
    height, width = picture.shape
    return Drawing((width, height), picture=picture)


def _decode(file: BinaryIO) -> NDArray[np.uint8]:
    from PIL import Image, ImageOps, UnidentifiedImageError

    with warnings.catch_warnings():
        # Pillow's warnings are for programmers: about odd metadata, and a size that we check.
        warnings.simplefilter("ignore")
        try:
            with Image.open(file, formats=KINDS) as image:
                width, height = image.size
                if 0 < width * height <= MOST_PIXELS:
                    image.draft("L", (LONGEST_SIDE, LONGEST_SIDE))
                    return _grey(ImageOps.exif_transpose(image))
        except Image.DecompressionBombError:
            raise _too_large("far") from None
        except UnidentifiedImageError:
            raise DrawingError("is no picture that can be read: save it as PNG or JPEG") from None
        # Its readers raise whatever they come upon in a damaged file.
        except Exception as error:
            raise DrawingError(
                "is damaged and cannot be read as a picture: copy or save it again"
            ) from error
    raise _too_large(f"{width:,} × {height:,} pixels and")


def _too_large(how: str) -> DrawingError:
    return DrawingError(f"is {how} too large: reduce it below {MOST_PIXELS // 10**6} megapixels")


def _grey(image: "Image") -> NDArray[np.uint8]:
    """Grey values of an image of any mode, reduced."""
    if image.mode.startswith("I") or image.mode == "F":
        return _from_deep(np.asarray(_reduced_image(image)))
    if image.has_transparency_data:
        layers = np.asarray(_reduced_image(image.convert("RGBA")).convert("LA"))
        return _on_paper(layers[:, :, 0], layers[:, :, 1])
    if image.mode not in ("L", "RGB"):
        # By way of RGB, for CMYK and palettes have no direct way to grey.
        image = image.convert("RGB")
    return np.array(_reduced_image(image).convert("L"))


def _reduced_image(image: "Image") -> "Image":
    from PIL import Image

    part = LONGEST_SIDE / max(image.size)
    if part >= 1:
        return image
    width, height = (max(round(side * part), 1) for side in image.size)
    return image.resize((width, height), Image.Resampling.BOX)


def _from_deep(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Grey values of 16 or 32 bits, whole or not, as 8 bits."""
    # Cameras put 10, 12 or 14 bits into 16.
    whites: tuple[float, ...] = (255.0, 1_023.0, 4_095.0, 16_383.0, 65_535.0)
    if values.dtype.kind == "f":
        whites = (1.0, 255.0, 65_535.0)
    grey = np.nan_to_num(values.astype(np.float32))
    highest = float(grey.max())
    # The file does not say what white is: it is the smallest usual value that holds them all.
    white = next((usual for usual in whites if highest <= usual), highest)
    return np.rint(grey.clip(0.0, white) * (255.0 / white)).astype(np.uint8)


def _on_paper(grey: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Grey values laid on white, or on black where white would swallow the ink.

    A picture that is transparent for the most part shows nothing but ink: the paper is what the
    ink is not. One that is opaque for the most part brings its paper along.
    """
    seen = alpha.astype(np.float32) / 255
    total = float(seen.sum())
    light = total > 0 and float((grey * seen).sum()) / total > 127.5
    paper = 255 if light == (total > grey.size / 2) else 0
    return np.rint(grey * seen + paper * (1 - seen)).astype(np.uint8)
