"""Photographs of digits on paper, made here, are read by `zmlp predict`."""

import json
from pathlib import Path

import numpy as np
import pytest

from core.cli import main
from core.digits import Digits
from core.drawing import read_bundled_ink

from .paper_photos import Photograph, photographs

COUNT = 240
WANTED = 0.95


@pytest.fixture(scope="module")
def photos(digits: Digits) -> list[Photograph]:
    ink = read_bundled_ink("ink/samples.jsonl")
    return list(photographs(ink, digits.test.images, digits.test.labels, COUNT))
