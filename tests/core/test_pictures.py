"""Picture files: every usual kind is read alike, and no broken one is more than a sentence."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from core import pictures
from core.drawing import Drawing, read_ink, write_ink
from core.errors import DrawingError
from core.pictures import LONGEST_SIDE, decode_picture, encode_png, read_picture
from core.preparation import prepare

Grey = NDArray[np.uint8]


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def grey_of(data: bytes) -> Grey:
    picture = decode_picture(data).picture
    assert picture is not None
    return picture


@pytest.fixture
def grey() -> Grey:
    """A dark disc on light paper, 40 × 60."""
    y, x = np.mgrid[:40, :60]
    return np.where(np.hypot(x - 20, y - 15) < 9, 40, 230).astype(np.uint8)


def near(one: Grey, other: Grey, tolerance: int = 1) -> bool:
    return one.shape == other.shape and int(np.abs(one.astype(int) - other).max()) <= tolerance


def test_a_picture_is_a_drawing_of_its_size(grey: Grey, tmp_path: Path) -> None:
    path = tmp_path / "disc.png"
    path.write_bytes(encode_png(grey))
    drawing = read_picture(path)
    assert drawing.size == (60, 40)
    assert drawing.strokes == ()
    assert drawing.picture is not None
    np.testing.assert_array_equal(drawing.picture, grey)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "GIF", "TIFF", "PPM", "TGA", "PCX", "ICO"])
def test_lossless_kinds_keep_every_value(kind: str, grey: Grey) -> None:
    image = Image.fromarray(grey)
    options = {"sizes": [(60, 40)]} if kind == "ICO" else {}
    assert near(grey_of(encoded(image, kind, **options)), grey)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_lossy_kinds_come_close(kind: str, grey: Grey) -> None:
    read = grey_of(encoded(Image.fromarray(grey), kind, quality=95))
    assert float(np.abs(read.astype(int) - grey).mean()) < 3


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_mode_of_png_is_read(mode: str) -> None:
    grey = np.zeros((20, 30), np.uint8)
    grey[5:9, 5:25] = 255
    assert near(grey_of(encoded(Image.fromarray(grey).convert(mode))), grey)


def test_colours_count_by_their_brightness() -> None:
    image = Image.new("RGB", (9, 9), (255, 0, 0))
    assert grey_of(encoded(image))[0, 0] == 76


def test_cmyk_is_read(grey: Grey) -> None:
    image = Image.fromarray(grey).convert("RGB").convert("CMYK")
    assert near(grey_of(encoded(image, "TIFF")), grey, 2)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_are_scaled_to_eight(kind: str, grey: Grey) -> None:
    deep = Image.fromarray(grey.astype(np.uint16) * 257)
    assert deep.mode.startswith("I")
    assert near(grey_of(encoded(deep, kind)), grey)


@pytest.mark.parametrize("bits", [8, 10, 12, 14])
def test_fewer_bits_in_sixteen_are_scaled_by_what_they_hold(bits: int, grey: Grey) -> None:
    white = 2**bits - 1
    values = np.rint(grey / 255 * white).astype(np.uint16)
    values[0, 0] = white
    assert near(grey_of(encoded(Image.fromarray(values)))[1:], grey[1:])


@pytest.mark.parametrize("white", [1.0, 255.0, 65_535.0])
def test_floating_point_is_scaled_to_eight_bits(white: float, grey: Grey) -> None:
    values = grey.astype(np.float32) / 255 * white
    values[0, 0], values[0, 1] = white, np.nan
    read = grey_of(encoded(Image.fromarray(values), "TIFF"))
    assert near(read[1:], grey[1:])


@pytest.mark.parametrize("mode", ["CMYK", "RGB", "L"])
@pytest.mark.parametrize("progressive", [False, True])
def test_every_kind_of_jpeg_is_read(mode: str, progressive: bool, grey: Grey) -> None:
    image = Image.fromarray(grey).convert("RGB").convert(mode)
    read = grey_of(encoded(image, "JPEG", quality=95, progressive=progressive))
    assert float(np.abs(read.astype(int) - grey).mean()) < 3


def test_of_the_pictures_of_a_phone_in_one_file_the_first_is_read(grey: Grey) -> None:
    frames = [Image.fromarray(each).convert("RGB") for each in (grey, 255 - grey)]
    data = encoded(frames[0], "MPO", save_all=True, append_images=frames[1:], quality=95)
    assert float(np.abs(grey_of(data).astype(int) - grey).mean()) < 3


def test_a_large_photograph_is_decoded_small_and_turned_upright() -> None:
    paper = Image.new("L", (4000, 3000), 240)
    paper.paste(20, (0, 0, 500, 500))
    exif = paper.getexif()
    exif[0x0112] = 8  # Turn counterclockwise.
    read = grey_of(encoded(paper, "JPEG", exif=exif))
    assert read.shape == (1024, 768)
    assert read[1000, 20] < 40
    assert read[20, 20] > 220


def test_a_picture_is_turned_upright(grey: Grey) -> None:
    image = Image.fromarray(np.rot90(grey))
    exif = image.getexif()
    exif[0x0112] = 6  # The camera was held upright: turn clockwise.
    assert near(grey_of(encoded(image, exif=exif)), grey)


@pytest.mark.parametrize("ink", [0, 60, 200, 255])
@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_ink_on_nothing_lies_on_paper_that_shows_it(mode: str, ink: int) -> None:
    alpha = np.zeros((40, 40), np.uint8)
    alpha[10:30, 18:22] = 255
    image = Image.merge("LA", [Image.new("L", (40, 40), ink), Image.fromarray(alpha)])
    read = grey_of(encoded(image.convert(mode)))
    assert abs(int(read[0, 0]) - int(read[20, 20])) > 127
    assert prepare(Drawing((40, 40), picture=read)) is not None


def test_paper_with_transparent_corners_stays_paper() -> None:
    grey = np.full((60, 60), 250, np.uint8)
    grey[20:40, 28:32] = 10
    alpha = np.full((60, 60), 255, np.uint8)
    alpha[:9, :9] = alpha[-9:, -9:] = 0
    read = grey_of(encoded(Image.merge("LA", [Image.fromarray(grey), Image.fromarray(alpha)])))
    assert read[0, 0] > 240


def test_a_transparent_colour_of_a_palette_is_no_ink() -> None:
    image = Image.new("P", (40, 40), 0)
    image.putpalette([0, 0, 0, 20, 20, 20])
    image.paste(1, (18, 10, 22, 30))
    read = grey_of(encoded(image, transparency=0))
    assert read[0, 0] == 255
    assert read[20, 20] == 20


def test_of_an_animation_the_first_frame_is_read(grey: Grey) -> None:
    frames = [Image.fromarray(grey), Image.fromarray(255 - grey)]
    for kind in ("GIF", "PNG", "WEBP"):
        data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True)
        assert near(grey_of(data), grey)


def test_a_large_picture_is_reduced_by_area() -> None:
    stripes = np.zeros((300, 4 * LONGEST_SIDE), np.uint8)
    stripes[:, ::2] = 255
    read = grey_of(encode_png(stripes))
    assert read.shape == (75, LONGEST_SIDE)
    assert near(read, np.full_like(read, 128))


def test_a_long_thin_picture_keeps_a_pixel() -> None:
    assert grey_of(encode_png(np.zeros((1, 5000), np.uint8))).shape == (1, LONGEST_SIDE)


def png_header(width: int, height: int) -> bytes:
    """A PNG file that claims a size and has hardly any pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + pixels + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [10_001, 14_000, 60_000, 2**31 - 1])
def test_a_size_beyond_100_megapixels_is_refused_before_decoding(side: int) -> None:
    with pytest.raises(DrawingError, match="too large: reduce it below 100 megapixels"):
        decode_picture(png_header(side, side))


def test_100_megapixels_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_PIXELS", 400)
    assert grey_of(encode_png(np.zeros((20, 20), np.uint8))).shape == (20, 20)
    with pytest.raises(DrawingError, match="20 × 21"):
        decode_picture(encode_png(np.zeros((21, 20), np.uint8)))


def broken_files() -> dict[str, bytes]:
    good = encoded(Image.effect_noise((64, 64), 50))
    jpeg = encoded(Image.effect_noise((64, 64), 50), "JPEG")
    return {
        "empty": b"",
        "text": b"seven",
        "zeros": bytes(1000),
        "an SVG": b'<svg xmlns="http://www.w3.org/2000/svg"></svg>',
        "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n",
        "PNG of nothing": png_header(0, 0),
        "PNG without pixels": png_header(500, 500),
        "half a PNG": good[: len(good) // 2],
        "a PNG with a flipped bit": good[:200] + bytes([good[200] ^ 1]) + good[201:],
        "half a JPEG": jpeg[: len(jpeg) // 2],
        "a GIF header": b"GIF89a" + bytes(20),
        "a TIFF header": b"II*\0" + bytes(20),
        "a BMP of negative size": b"BM" + struct.pack("<IIIIiiHHIIiiII", 99, 0, 54, 40, -5, -5,
                                                       1, 24, 0, 0, 0, 0, 0, 0),
    }  # fmt: skip


@pytest.mark.parametrize("data", broken_files().values(), ids=broken_files().keys())
def test_a_broken_picture_is_one_clear_sentence(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "some.png"
    path.write_bytes(data)
    with pytest.raises(DrawingError) as caught:
        read_picture(path)
    sentence = str(caught.value)
    assert sentence.startswith(f"{path} is ")
    assert sentence.count("\n") == 0
    assert sentence.endswith(".")
    assert not sentence.endswith("..")


def test_cutting_a_picture_anywhere_never_crashes() -> None:
    for kind in ("PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP"):
        data = encoded(Image.effect_noise((24, 24), 50), kind)
        for length in range(0, len(data), 37):
            try:
                decode_picture(data[:length])
            except DrawingError:
                continue


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DrawingError, match=r"nowhere\.png could not be read: No such file"):
        read_picture(tmp_path / "nowhere.png")
    with pytest.raises(DrawingError, match="could not be read"):
        read_picture(tmp_path)


def test_a_picture_under_strokes_is_kept_by_ink_files(grey: Grey, tmp_path: Path) -> None:
    write_ink(tmp_path / "ink.jsonl", [Drawing((30, 20), picture=grey)])
    (drawing,) = read_ink(tmp_path / "ink.jsonl")
    assert drawing.size == (30, 20)
    assert drawing.picture is not None
    np.testing.assert_array_equal(drawing.picture, grey)
