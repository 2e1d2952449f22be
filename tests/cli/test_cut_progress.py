"""The progress bar: on a terminal, for more than a few files, never on standard output; else lines."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from commands.progress import Lines
from pipelines.batch.items import Counts
from pipelines.batch.pace import Pace
from tests.running import ROOT, environment, run_app

pytestmark = pytest.mark.weights

CUT = ("cut", "--model", "u2netp")


def on_a_terminal(*args: str) -> tuple[bytes, str]:
    """What a command writes to standard output, and what it shows on a terminal."""
    screen, tty = pty.openpty()
    command = [sys.executable, str(ROOT / "app.py"), *args]
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
    out, shown = on_a_terminal(*CUT, *copies(photo, 4), "-o", str(tmp_path / "out"))
    assert out == b""
    assert "4/4" in shown
    assert len(list((tmp_path / "out").iterdir())) == 4


def test_where_no_bar_can_be_drawn_there_is_nothing_at_all(photo: Path, tmp_path: Path) -> None:
    ended = run_app(*CUT, *copies(photo, 4), "-o", str(tmp_path / "out"))
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")


def test_few_files_show_none(photo: Path, tmp_path: Path) -> None:
    assert on_a_terminal(*CUT, *copies(photo, 3), "-o", str(tmp_path / "out")) == (b"", "")


def test_a_batch_shows_how_far_it_is(photo: Path, tmp_path: Path) -> None:
    copies(photo, 3)
    out, shown = on_a_terminal("batch", str(photo.parent), str(tmp_path / "out"), "--model", "fast")
    assert out == b""
    assert "4/4" in shown
    assert "4 of 4 photos are done" in shown


def test_where_no_bar_can_be_drawn_lines_tell_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    clock = [0.0]
    lines = Lines(Pace(lambda: clock[0]), lambda: clock[0])
    for now, done in ((0, 0), (4, 1), (6, 2), (20, 5), (40, 10), (80, 10), (90, 20)):
        clock[0] = now
        lines(Counts(queued=20 - done, done=done))
    assert capsys.readouterr().err.splitlines() == [
        "cutaway: 2 of 20 photos, 20 a minute, 0:54 left",
        "cutaway: 10 of 20 photos, 15 a minute, 0:40 left",
    ]
