"""Numbers composed of samples, and pictures of drawings."""

import numpy as np
from PIL import Image, ImageDraw

from core.composed_numbers import compose
from core.drawing import Drawing


def number(samples: list[Drawing], text: str, kind: str = "normal", seed: int = 0) -> Drawing:
    digits = [next(each for each in samples if each.label == int(digit)) for digit in text]
    return compose(digits, kind, np.random.default_rng(seed)).drawing


def painted(drawing: Drawing, pen: int = 12, paper: int = 235, ink: int = 30) -> Drawing:
    """The strokes as a picture of grey values."""
    image = Image.new("L", (round(drawing.size[0]), round(drawing.size[1])), paper)
    draw = ImageDraw.Draw(image)
    for stroke in drawing.strokes:
        draw.line([tuple(point) for point in stroke.points.tolist()], fill=ink, width=pen)
    return Drawing(drawing.size, picture=np.array(image))
