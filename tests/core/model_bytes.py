"""Model files changed as no program of ours would write them, and what is said of them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import safetensors.numpy

from core.errors import ModelError
from core.model_file import load


def refusal(path: Path) -> str:
    """The one sentence that a file is refused with; it names the file first."""
    with pytest.raises(ModelError) as caught:
        load(path)
    sentence = str(caught.value)
    assert sentence.startswith(str(path))
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def header_of(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    header: dict[str, Any] = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["zmlp"])
    return header


def tensors_of(path: Path) -> dict[str, Any]:
    """The tensors as they stand in the file."""
    return safetensors.numpy.load(path.read_bytes())


def with_header(path: Path, text: str) -> Path:
    """The same file with another header of ours."""
    tensors = tensors_of(path)
    path.write_bytes(safetensors.numpy.save(tensors, {"zmlp": text}))
    return path


def with_changes(path: Path, **changes: Any) -> Path:
    return with_header(path, json.dumps(header_of(path) | changes))


def with_tensors(path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    tensors, header = tensors_of(path), header_of(path)
    change(tensors)
    path.write_bytes(safetensors.numpy.save(tensors, {"zmlp": json.dumps(header)}))
    return path
