"""Makes photographs of digits on paper, always the same: ink, paper, light and camera by chance."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from core.drawing import Drawing

Grey = NDArray[np.float32]

PENS = {
    "ballpoint": (0.015, 0.03),
    "pencil": (0.02, 0.04),
    "felt tip": (0.04, 0.09),
    "brush": (0.1, 0.2),
}
"""Least and greatest width of each, as a part of the digit's length."""
BLUE, BLACK, RED, GRAPHITE = (35, 50, 140), (30, 30, 35), (190, 30, 40), (95, 95, 100)
COLOURS = {
    "ballpoint": (BLUE, BLACK, BLUE, RED),
    "pencil": (GRAPHITE,),
    "felt tip": (BLACK, BLUE, RED),
    "brush": (BLACK, BLUE),
}
PAPERS = ((245, 244, 240), (236, 230, 214), (222, 224, 226), (205, 190, 160))
BOARDS = ((35, 60, 48), (40, 42, 46), (28, 36, 70))
CHALKS = ((235, 235, 228), (240, 220, 120))
RULINGS = ("plain", "plain", "plain", "ruled", "squared")


@dataclass(frozen=True, eq=False)
class Photograph:
    """One photograph.

    Attributes
    ----------
    data : bytes
        A JPEG file.
    label : int
        The digit on it.
    story : str
        How it was made.
    """

    data: bytes
    label: int
    story: str


def photographs(
    drawings: list[Drawing], images: NDArray[np.uint8], labels: NDArray[np.uint8], count: int
) -> Iterator[Photograph]:
    """Photographs of strokes and of enlarged digits in turn.

    Parameters
    ----------
    drawings : list of Drawing
        Strokes with a label.
    images : (n, 28, 28) uint8
        Digits of MNIST.
    labels : (n,) uint8
    count : int
        How many photographs.
    """
    for number in range(count):
        random = np.random.default_rng([4, number])
        side = int(random.choice([200, 240, 300, 360, 480]))
        pen = str(random.choice(list(PENS)))
        if number % 2:
            drawing = drawings[number // 2 % len(drawings)]
            mask, label = _written(random, drawing, pen, side), int(drawing.label or 0)
        else:
            index = number // 2 % len(images)
            mask, label, pen = _enlarged(images[index], side), int(labels[index]), "felt tip"
        yield _photographed(random, mask, label, pen)


def _written(random: np.random.Generator, drawing: Drawing, pen: str, side: int) -> Grey:
    """How much ink lies where, from 0 to 1, of strokes somewhere on a sheet."""
    left, top, right, bottom = drawing.bounds or (0.0, 0.0, 1.0, 1.0)
    length = side * random.uniform(0.3, 0.6)
    scale = length / max(right - left, bottom - top)
    width = max(length * random.uniform(*PENS[pen]), 2.0)
    room = side - np.array([right - left, bottom - top]) * scale - 2 * width
    corner = width + room * random.uniform(0.2, 0.8, 2)
    fine = 2
    sheet = Image.new("L", (fine * side, fine * side))
    brush = ImageDraw.Draw(sheet)
    radius = fine * width / 2
    for stroke in drawing.strokes:
        points = fine * ((stroke.points - [left, top]) * scale + corner)
        way = [(float(x), float(y)) for x, y in points]
        brush.line(way, fill=255, width=max(1, round(2 * radius)))
        for x, y in way:
            brush.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(sheet.resize((side, side), Image.Resampling.BOX), np.float32) / 255


def _enlarged(image: NDArray[np.uint8], side: int) -> Grey:
    """A digit of MNIST as if it were written large, with edges as sharp as a pen's."""
    large = Image.fromarray(image).resize((side, side), Image.Resampling.BICUBIC)
    return ((np.asarray(large, np.float32) - 100) / 55).clip(0, 1).astype(np.float32)


def _photographed(random: np.random.Generator, mask: Grey, label: int, pen: str) -> Photograph:
    """Ink laid on paper or a board, lit, seen by a camera and saved."""
    side = len(mask)
    board = bool(random.random() < 0.2)
    ruling = "plain" if board else str(random.choice(RULINGS))
    grain = float(random.uniform(1, 7))
    sheet = _sheet(random, mask, pen, ruling, board)
    # Grain, light and noise are the same for all three colours.
    bumps = _noise(random, side) + _clouds(random, side, 12)
    light = _light(random, side)
    sheet = (sheet + grain * bumps[..., None]) * light[..., None]
    desk = not board and random.random() < 0.25
    photo = _seen(random, Image.fromarray(sheet.clip(0, 255).astype(np.uint8)), desk)
    blur = float(random.uniform(0, 0.004)) * side
    photo = photo.filter(ImageFilter.GaussianBlur(blur))
    noise = _noise(random, side) * random.uniform(0.5, 5)
    photo = Image.fromarray((np.asarray(photo) + noise[..., None]).clip(0, 255).astype(np.uint8))
    quality, exif = int(random.integers(35, 92)), photo.getexif()
    if turned := random.random() < 0.15:
        # The camera was held upright and says so.
        photo = photo.transpose(Image.Transpose.ROTATE_90)
        exif[0x0112] = 6
    file = BytesIO()
    photo.save(file, "JPEG", quality=quality, exif=exif)
    what = "chalk on a board" if board else f"{pen} on {ruling} paper"
    story = f"{what}, {side} pixels, grain {grain:.0f}, blur {blur:.1f}, quality {quality}"
    story += ", on a desk" if desk else ""
    return Photograph(file.getvalue(), label, story + (", turned" if turned else ""))


def _sheet(
    random: np.random.Generator, mask: Grey, pen: str, ruling: str, board: bool
) -> NDArray[np.float32]:
    """The colours of paper and ink in plain light, (side, side, 3)."""
    ground = (BOARDS if board else PAPERS)[random.integers(3 if board else 4)]
    colours = CHALKS if board else COLOURS[pen]
    colour = np.array(colours[random.integers(len(colours))], np.float32)
    paper = np.array(ground, np.float32) - _lines(random, ruling, len(mask))[..., None]
    ink = (mask * _texture(random, len(mask), pen, board))[..., None]
    return np.asarray(paper * (1 - ink) + colour * ink)


def _texture(random: np.random.Generator, side: int, pen: str, board: bool) -> Grey:
    """How much of the ink the paper takes: pencil and chalk leave gaps, a ballpoint skips."""
    if board or pen == "pencil":
        return (0.75 + 0.3 * _noise(random, side)).clip(0.15, 1)
    if pen == "ballpoint":
        return (0.85 + 0.2 * _clouds(random, side, 25)).clip(0.4, 1)
    return np.ones((side, side), np.float32)


def _lines(random: np.random.Generator, ruling: str, side: int) -> Grey:
    """What printed lines take from the brightness of the paper."""
    lines = np.zeros((side, side), np.float32)
    if ruling != "plain":
        step, thick = side * random.uniform(0.06, 0.14), max(1, side // 320)
        depth = random.uniform(15, 60)
        for at in np.arange(step / 2, side, step).astype(int):
            lines[at : at + thick] = depth
            if ruling == "squared":
                lines[:, at : at + thick] = depth
    return lines


def _light(random: np.random.Generator, side: int) -> Grey:
    """Light that falls from one side, corners that are darker, often a shadow across."""
    y, x = np.mgrid[:side, :side].astype(np.float32) / side - np.float32(0.5)
    angle = random.uniform(0, 2 * math.pi)
    light = 1 - random.uniform(0, 0.35) * (0.5 + x * math.cos(angle) + y * math.sin(angle))
    light *= 1 - random.uniform(0, 0.5) * (x * x + y * y)
    if random.random() < 0.6:
        angle, soft = random.uniform(0, 2 * math.pi), random.uniform(0.01, 0.12)
        across = x * math.cos(angle) + y * math.sin(angle) - random.uniform(-0.3, 0.3)
        light *= 1 - random.uniform(0.15, 0.5) / (1 + np.exp((across / soft).clip(-30, 30)))
    return np.asarray(light * random.uniform(0.7, 1.02), np.float32)


def _noise(random: np.random.Generator, side: int) -> Grey:
    return random.standard_normal((side, side), np.float32)


def _clouds(random: np.random.Generator, side: int, cell: int) -> Grey:
    """Noise without sharp edges, of standard deviation about 1."""
    coarse = _noise(random, side // cell + 2)
    return np.asarray(Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC))


def _seen(random: np.random.Generator, sheet: Image.Image, desk: bool) -> Image.Image:
    """The sheet in perspective, a little turned; at its edges the desk may be seen."""
    side = sheet.width
    turn, reach = math.radians(random.uniform(-8, 8)), 0.44
    shift = np.zeros(2)
    if desk:
        # So far that the desk fills up to a tenth of the photograph at one edge or two.
        shift = random.uniform(-1, 1, 2)
        shift *= 0.13 * side / np.abs(shift).max()
    square = np.array([(-1, -1), (-1, 1), (1, 1), (1, -1)]) * reach * side
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    corners = square @ rotation.T + side / 2 + random.uniform(-0.03, 0.03, (4, 2)) * side + shift
    if not desk:
        corners = corners.clip(0, side - 1)
    colour = tuple(int(each) for each in random.integers(20, 110, 3)) if desk else (0, 0, 0)
    return sheet.transform(
        (side, side),
        Image.Transform.PERSPECTIVE,
        _homography(corners.ravel().tolist(), side),
        Image.Resampling.BILINEAR,
        fillcolor=colour,
    )


def _homography(corners: list[float], side: int) -> list[float]:
    """The eight numbers with which Pillow finds, for a point of the photo, that of the sheet."""
    rows, values = [], []
    targets = ((0, 0), (0, side), (side, side), (side, 0))
    for (x, y), u, v in zip(targets, corners[::2], corners[1::2], strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return [float(each) for each in np.linalg.solve(np.array(rows), np.array(values))]
