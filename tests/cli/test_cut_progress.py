"""The progress bar: on a terminal, for more than a few files, never on standard output."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import ROOT, environment

pytestmark = pytest.mark.weights


def on_a_terminal(*args: str) -> tuple[bytes, str]:
    """What a command writes to standard output, and what it shows on a terminal."""
    screen, tty = pty.openpty()
    command = [sys.executable, str(ROOT / "app.py"), "cut", "--model", "u2netp", *args]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=tty, env=environment(TERM="xterm"))
    os.close(tty)
    shown = b""
    while True:
        try:
            shown += os.read(screen, 65536)
        except OSError:  # the program has closed its end
            break
    os.close(screen)
    out = process.communicate(timeout=60)[0]
    assert process.returncode == 0, shown
    return out, shown.decode()


def copies(photo: Path, count: int) -> list[str]:
    paths = [photo.with_name(f"{number}.png") for number in range(count)]
    for path in paths:
        path.write_bytes(photo.read_bytes())
    return [str(path) for path in paths]


def test_many_files_show_a_bar(photo: Path, tmp_path: Path) -> None:
    out, shown = on_a_terminal(*copies(photo, 4), "-o", str(tmp_path / "out"))
    assert out == b""
    assert "4/4" in shown
    assert len(list((tmp_path / "out").iterdir())) == 4


def test_few_files_show_none(photo: Path, tmp_path: Path) -> None:
    assert on_a_terminal(*copies(photo, 3), "-o", str(tmp_path / "out")) == (b"", "")
