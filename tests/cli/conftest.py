"""A photo whose matte is known, in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenes import Scene, ball, encoded


@pytest.fixture(scope="session")
def scene() -> Scene:
    return ball(320, 240)


@pytest.fixture(scope="session")
def png(scene: Scene) -> bytes:
    return encoded(scene.pixels)


@pytest.fixture
def photo(tmp_path: Path, png: bytes) -> Path:
    """A photo in a folder that holds nothing else."""
    path = tmp_path / "in" / "my ball.png"
    path.parent.mkdir()
    path.write_bytes(png)
    return path
