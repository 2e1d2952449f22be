"""What lies in deploy/ fits the program: paths that exist, variables that are settings."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pipelines.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
KNOWN = {f"CUTAWAY_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("path", [*DEPLOY.iterdir(), ROOT / "docs" / "deploy.md"], ids=lambda path: path.name)
def test_only_settings_are_set(path: Path) -> None:
    assert set(re.findall(r"CUTAWAY_[A-Z_]+", path.read_text(encoding="utf-8"))) <= KNOWN


def test_what_is_copied_into_the_image_is_there() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    copied = [
        name for names in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.M) for name in names.split()
    ]
    let_in = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    for name in copied:
        assert (ROOT / name).exists()
        assert f"!{name}" in let_in
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks", "scripts"}
    assert {*packages, "app.py", "assets"} <= {*copied}


def test_the_container_may_stop_in_order() -> None:
    grace = float(Settings.model_fields["grace_seconds"].default)
    compose = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    unit = (DEPLOY / "cutaway.service").read_text(encoding="utf-8")
    assert float(re.findall(r"stop_grace_period: (\d+)s", compose)[0]) > grace
    assert float(re.findall(r"TimeoutStopSec=(\d+)", unit)[0]) > grace


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is missing: it judges the unit")
def test_the_unit_is_hardened() -> None:
    command = [
        "systemd-analyze",
        "security",
        "--offline=true",
        "--threshold=20",
        str(DEPLOY / "cutaway.service"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if "unrecognized option" in done.stderr:
        pytest.skip("systemd before 250 can't judge a file")
    assert done.stderr == ""  # a misspelt setting is ignored with a remark
    assert done.returncode == 0, done.stdout[-500:]
