"""The command line as a person types it; a traceback fails the test, whatever it is about."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tests.running import run_app


@dataclass(frozen=True)
class Ran:
    """What a command left behind: its exit status, and what it said on its two outputs."""

    status: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """Standard output as text."""
        return self.out.decode()


def cutaway(*args: str | Path, data: bytes = b"", settings: Mapping[str, str] | None = None) -> Ran:
    """Run ``python app.py ARGS`` with some environment variables."""
    process = run_app(*(str(arg) for arg in args), data=data, **(settings or {}))
    ran = Ran(process.returncode, process.stdout, process.stderr.decode())
    assert "Traceback" not in ran.err, ran.err
    assert b"Traceback" not in ran.out, ran.out
    return ran


def cut(*args: str | Path, data: bytes = b"") -> Ran:
    """Run ``python app.py cut ARGS`` with the quickest network."""
    return cutaway("cut", "--model", "u2netp", *args, data=data)


def picture(source: Path | bytes) -> Image.Image:
    """A picture file, decoded."""
    image = Image.open(source if isinstance(source, Path) else io.BytesIO(source))
    image.load()
    return image
