"""``rembg s`` as a process, from an environment of its own: it wants an older FastAPI than we do."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Final

from benchmarks.commands import rembg_home
from benchmarks.served import Served, serving

ENVIRONMENT: Final = Path(__file__).resolve().parent.parent / ".venv-rembg"
"""Where it is installed, the first time that it is needed."""


@contextmanager
def rembg(folder: Path) -> Iterator[Served]:
    """Run it for a ``with`` block, without its page, with the weights that we use.

    Args:
        folder: where its temporary files, weights and log go.
    """
    port = _free_port()
    program = str(_installed() / "bin" / "rembg")
    command = (program, "s", "--host", "127.0.0.1", "--port", str(port), "--no-ui")
    settings = {"U2NET_HOME": str(rembg_home(folder)), "BROWSER": shutil.which("true") or ""}
    with serving(command, r"running on http://127\.0\.0\.1:(\d+)", folder, settings) as served:
        yield served


def _installed() -> Path:
    if not (ENVIRONMENT / "bin" / "rembg").exists():
        wanted = f"rembg[cpu,cli]=={version('rembg')}"
        python = str(ENVIRONMENT / "bin" / "python")
        uv = shutil.which("uv")
        make = (uv, "venv", "-q") if uv else (sys.executable, "-m", "venv")
        install = (
            (uv, "pip", "install", "-q", "--python", python) if uv else (python, "-m", "pip", "install", "-q")
        )
        subprocess.run((*make, str(ENVIRONMENT)), check=True)
        subprocess.run(
            (*install, wanted), check=True, env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        )
    return ENVIRONMENT


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
