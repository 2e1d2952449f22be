"""Runs programs in a network of their own, among processes of their own: all of them end with the first."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.running import ROOT, environment

NEEDED = "a network of its own is not allowed here: run as root, or let users make namespaces"


def alone() -> list[str]:
    """What a command begins with that is to run alone.

    Raises:
        pytest.skip.Exception: that is not allowed here; says what is needed.
    """
    unshare = ["unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
    if os.geteuid() != 0:
        unshare.insert(1, "--map-root-user")
    if not shutil.which("unshare") or subprocess.run([*unshare, "true"], check=False).returncode:
        pytest.skip(NEEDED)
    return [*unshare, "--"]


def storms(seed: int, folder: Path, *phases: str) -> dict[str, Any]:
    """What :mod:`tests.cluster.storms` sees.

    Args:
        seed: of all chance.
        folder: to work in.
        phases: see :data:`tests.cluster.storms.PHASES`.
    """
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as short:
        command = [*alone(), sys.executable, "-m", "tests.cluster.storms", str(seed), str(folder), *phases]
        ended = subprocess.run(
            command,
            cwd=ROOT,
            env=environment(RAY_TMPDIR=short, RAY_USAGE_STATS_ENABLED="0"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=3000,
            check=False,
        )
    seen = folder / "seen.json"
    assert seen.exists(), ended.stdout[-4000:]
    found: dict[str, Any] = json.loads(seen.read_text())
    return found
