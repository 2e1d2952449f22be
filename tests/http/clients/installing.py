"""Clients of remove.bg as their users get them: from the registries, unchanged."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

PYTHON = ("removebg==0.4", "remove-bg-api==0.2.1", "rembgpy==1.0.1", "removebg-cli==1.0.0")
NODE = ("remove.bg@1.3.0", "removebg-wrapper@1.0.3")


def python_clients(cache: Path) -> Path:
    """A folder for ``PYTHONPATH``."""
    if uv := shutil.which("uv"):
        command = [uv, "pip", "install", "--quiet", "--python", sys.executable, "--target", "."]
    else:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", "."]
    return _installed(cache, [*command, *PYTHON])


def node_clients(cache: Path, npm: str) -> Path:
    """A folder for ``NODE_PATH``."""
    options = [
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--no-save",
        "--loglevel",
        "error",
        "--prefix",
        ".",
    ]
    return _installed(cache, [npm, "install", *options, *NODE]) / "node_modules"


def _installed(cache: Path, command: list[str]) -> Path:
    """The folder that a command fills, once for all runs of the tests."""
    folder = cache / hashlib.sha256("\n".join(command).encode()).hexdigest()[:16]
    with FileLock(f"{folder}.lock"):
        if not folder.is_dir():
            work = folder.with_suffix(".part")
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir()
            ran = subprocess.run(command, cwd=work, capture_output=True, text=True, timeout=300, check=False)
            assert ran.returncode == 0, f"{' '.join(command)} failed:\n{ran.stdout}\n{ran.stderr}"
            work.rename(folder)
    return folder
