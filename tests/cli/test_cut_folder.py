"""Many pictures under way at once: the same results as one by one, and a clean end by Ctrl-C."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.cli.shell import cut, picture
from tests.running import ROOT, environment
from tests.scenes import Scene, encoded

pytestmark = pytest.mark.weights


def photos(folder: Path, scene: Scene, count: int) -> list[Path]:
    """Photos that differ, of different sizes."""
    folder.mkdir()
    paths = [folder / f"{number:03}.png" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(encoded(np.ascontiguousarray(scene.pixels[: 240 - number % 40, number % 50 :])))
    return paths


def test_the_same_bytes_as_one_by_one(scene: Scene, tmp_path: Path) -> None:
    paths = photos(tmp_path / "in", scene, 7)
    (tmp_path / "in" / "0025.png").write_bytes(b"not a picture")
    ran = cut(tmp_path / "in", "-o", tmp_path / "out")
    assert ran.status == 1
    assert "0025.png" in ran.err
    for path in paths:
        assert cut(path, "-o", tmp_path / "alone.png").status == 0
        assert (tmp_path / "alone.png").read_bytes() == (tmp_path / "out" / path.name).read_bytes()
    assert len(list((tmp_path / "out").iterdir())) == 7


@pytest.fixture
def heeded() -> Iterator[None]:
    """What runs in a shell's background ignores Ctrl-C, and so do the processes that it starts; not here."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeded")
def test_control_c_leaves_whole_files_only(scene: Scene, tmp_path: Path) -> None:
    photos(tmp_path / "in", scene, 200)
    out = tmp_path / "out"
    command = [sys.executable, str(ROOT / "app.py"), "cut", str(tmp_path / "in"), "-o", str(out)]
    process = subprocess.Popen(
        [*command, "--model", "u2netp"], stderr=subprocess.PIPE, env=environment(), text=True
    )
    while process.poll() is None and not (out.is_dir() and len(list(out.glob("*.png"))) > 2):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    assert process.returncode in (1, 130)
    assert "Traceback" not in said
    left = list(out.iterdir())
    assert 2 < len(left) < 200
    assert [path.name for path in left if picture(path).mode != "RGBA"] == []
