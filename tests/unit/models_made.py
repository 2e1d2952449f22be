"""Models for tests: facts around bytes that a test made up."""

from __future__ import annotations

import hashlib

from pipelines.models.catalogue import Model, Source, WeightsFile


def sha256(content: bytes) -> str:
    """The pin of some bytes."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def md5(content: bytes) -> str:
    """The weaker pin of some bytes."""
    return f"md5:{hashlib.md5(content, usedforsecurity=False).hexdigest()}"


def weights_of(
    filename: str,
    content: bytes,
    *,
    source: Source = "release",
    location: str = "http://127.0.0.1:9/x",
    weak: bool = False,
) -> WeightsFile:
    """A file of the catalogue with these bytes."""
    pin = md5(content) if weak else sha256(content)
    return WeightsFile(filename, len(content), pin, source, location, filename)


def model_of(name: str, content: bytes = b"", files: tuple[WeightsFile, ...] | None = None) -> Model:
    """A model whose one file has these bytes, unless files are given."""
    return Model(
        name=name,
        title=name.title(),
        task="general",
        about="made for a test",
        licence="MIT",
        commercial=True,
        homepage="",
        files=(weights_of(f"{name}.onnx", content),) if files is None else files,
        preprocess=None,
        seconds=1,
    )
