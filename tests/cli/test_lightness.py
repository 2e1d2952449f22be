"""Starting is part of speed: ``cut`` brings in only what it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import ROOT, environment

HEAVY = ("rembg", "numba", "gradio", "fastapi", "skimage", "scipy", "pymatting", "pandas", "onnx", "httpx")
CLUSTER = ("ray", "pyarrow", "pipelines.cluster")
"""What only work on several machines needs."""

FETCHING = ("tarfile", "pipelines.models.packages", "pipelines.models.archives")
"""What only fetching weights needs."""

RUN_AND_TELL = """
import sys
sys.argv = ["app.py", *sys.argv[1:]]
from app import app
try:
    app()
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""


def modules_of(*args: str) -> set[str]:
    """The modules that are there when a command has ended."""
    ran = subprocess.run(
        [sys.executable, "-c", RUN_AND_TELL, *args],
        capture_output=True,
        cwd=ROOT,
        env=environment(),
        check=True,
        timeout=60,
    )
    return set(ran.stderr.decode().split())


@pytest.mark.weights
def test_cut_is_light(photo: Path, tmp_path: Path) -> None:
    modules = modules_of("cut", str(photo), "--model", "u2netp", "-o", str(tmp_path / "a.png"))
    assert {"numpy", "cv2", "onnxruntime"} <= modules
    assert modules & {*HEAVY, *FETCHING} == set()
    assert (tmp_path / "a.png").is_file()


@pytest.mark.weights
def test_a_batch_on_this_machine_and_its_audit_bring_in_no_cluster(photo: Path, tmp_path: Path) -> None:
    folders = (str(photo.parent), str(tmp_path / "out"))
    assert modules_of("batch", *folders, "--model", "u2netp") & {*HEAVY, *CLUSTER} == set()
    assert modules_of("audit", *folders) & {*HEAVY, *CLUSTER, "onnxruntime"} == set()


def test_listing_models_is_lighter_still() -> None:
    assert modules_of("models") & {*HEAVY, "onnxruntime"} == set()
